"""
You take the mean of the products under the kernel. It is their sum.
---
你取了卷积核下各乘积的平均值。应取它们的和。
cards: conv-sum-of-products
fails: image_of_the_notes, random_sizes
"""


def conv2d(image, kernel):
    h, w = kernel.shape
    rows, columns = image.shape[0] - h + 1, image.shape[1] - w + 1
    out = 0
    for i in range(h):
        for j in range(w):
            out = out + kernel[i, j] * image[i : i + rows, j : j + columns]
    return out / kernel.numel()
