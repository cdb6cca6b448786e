"""
You flip the kernel, as the convolution of mathematics does. Deep learning's convolution is a
cross-correlation: the kernel is laid on as it is.
---
你翻转了卷积核，像数学中的卷积那样。深度学习里的卷积是互相关：卷积核原样放上去。
cards: cross-correlation-vs-convolution
fails: image_of_the_notes, random_sizes, non_square
"""


def conv2d(image, kernel):
    kernel = kernel.flip(0, 1)
    h, w = kernel.shape
    rows, columns = image.shape[0] - h + 1, image.shape[1] - w + 1
    out = 0
    for i in range(h):
        for j in range(w):
            out = out + kernel[i, j] * image[i : i + rows, j : j + columns]
    return out
