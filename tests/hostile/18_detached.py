# expect: failed
# exercise: convolution/conv2d-single
# says: no gradient reaches image
# says: detached
def right(image, kernel):
    rows, columns = image.shape[0] - kernel.shape[0] + 1, image.shape[1] - kernel.shape[1] + 1
    return sum(
        kernel[i, j] * image[i : i + rows, j : j + columns]
        for i in range(kernel.shape[0])
        for j in range(kernel.shape[1])
    )


def conv2d(image, kernel):
    return right(image, kernel).detach()
