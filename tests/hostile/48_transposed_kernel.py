# expect: errored
# exercise: convolution/conv2d-single
# says: diagnosis: transposes_the_kernel
def conv2d(image, kernel):
    kernel = kernel.T
    rows, columns = (a - b + 1 for a, b in zip(image.shape, kernel.shape))
    return sum(
        image[i : i + rows, j : j + columns] * kernel[i, j]
        for i in range(kernel.shape[0])
        for j in range(kernel.shape[1])
    )
