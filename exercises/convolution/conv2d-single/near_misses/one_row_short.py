"""
Your output is one row and one column too small: a kernel of height h fits H - h + 1 times, not
H - h times.
---
你的输出少了一行一列：高为 h 的卷积核能放 H − h + 1 次，而不是 H − h 次。
cards: convolution-output-size
fails: image_of_the_notes, kernel_as_large_as_the_image
"""


def conv2d(image, kernel):
    h, w = kernel.shape
    rows, columns = image.shape[0] - h, image.shape[1] - w
    out = 0
    for i in range(h):
        for j in range(w):
            out = out + kernel[i, j] * image[i : i + rows, j : j + columns]
    return out
