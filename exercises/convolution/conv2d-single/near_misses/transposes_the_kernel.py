"""
You mix up rows and columns of the kernel: the weight at row i, column j belongs to the part of the
image that begins at row i, column j.
---
你把卷积核的行和列弄反了：第 i 行第 j 列的权重对应图像中从第 i 行第 j 列开始的部分。
cards: conv-sum-of-products
fails: random_sizes, non_square
"""


def conv2d(image, kernel):
    kernel = kernel.t()
    h, w = kernel.shape
    rows, columns = image.shape[0] - h + 1, image.shape[1] - w + 1
    out = 0
    for i in range(h):
        for j in range(w):
            out = out + kernel[i, j] * image[i : i + rows, j : j + columns]
    return out
