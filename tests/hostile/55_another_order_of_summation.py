# expect: passed
# exercise: convolution/conv2d-single
def conv2d(image, kernel):
    h, w = kernel.shape
    rows, columns = image.shape[0] - h + 1, image.shape[1] - w + 1
    out = 0
    for j in reversed(range(w)):
        for i in reversed(range(h)):
            out = image[i : i + rows, j : j + columns] * kernel[i, j] + out
    return out
