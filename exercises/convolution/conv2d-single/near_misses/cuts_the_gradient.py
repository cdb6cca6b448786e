"""
Your values are right, but the graph is cut: what has been turned into Python numbers or built anew
with torch.tensor has no gradient. Stay in tensor operations from the arguments to the result.
---
你的结果是对的，但计算图被切断了：转成 Python 数字、或用 torch.tensor 重新建立的东西没有梯度。
从参数到结果都要用张量运算。
cards: detach-cuts-graph
fails: gradient_reaches_both
"""

import torch


def conv2d(image, kernel):
    h, w = kernel.shape
    rows, columns = image.shape[0] - h + 1, image.shape[1] - w + 1
    out = torch.zeros(rows, columns, dtype=image.dtype)
    with torch.no_grad():
        for i in range(h):
            for j in range(w):
                out += kernel[i, j] * image[i : i + rows, j : j + columns]
    return out
