"""
Your values are right, but a Python loop visits every output pixel. Loop over the few weights of the
kernel instead, and let each one multiply a whole slice of the image.
---
你的结果是对的，但用了 Python 循环逐个处理输出像素。请改为遍历卷积核的少数权重，
让每个权重乘以图像的一整块切片。
cards: conv-sum-of-products
fails: no_loop_over_pixels
"""

import torch


def conv2d(image, kernel):
    h, w = kernel.shape
    rows, columns = image.shape[0] - h + 1, image.shape[1] - w + 1
    values = [
        (image[i : i + h, j : j + w] * kernel).sum() for i in range(rows) for j in range(columns)
    ]
    return torch.stack(values).reshape(rows, columns)
