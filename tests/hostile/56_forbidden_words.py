# expect: passed
# exercise: convolution/conv2d-single
# says: F.conv2d
"""Does the same as torch.nn.functional.conv2d, without F.conv2d(image, kernel)."""

# F.conv2d(image[None, None], kernel[None, None])
def right(image, kernel):
    rows, columns = image.shape[0] - kernel.shape[0] + 1, image.shape[1] - kernel.shape[1] + 1
    return sum(
        kernel[i, j] * image[i : i + rows, j : j + columns]
        for i in range(kernel.shape[0])
        for j in range(kernel.shape[1])
    )


def conv2d(image, kernel):
    """Like F.conv2d."""
    name = "torch.conv2d"
    print("like F.conv2d", name)
    return right(image, kernel)
