# expect: passed
# exercise: convolution/conv2d-single
import itertools as it, functools, operator
def conv2d(image, kernel):
    r, c = (a - b + 1 for a, b in zip(image.shape, kernel.shape))
    return functools.reduce(operator.add, (kernel[i][j] * image[i:i + r, j:j + c] for i, j in it.product(*map(range, kernel.shape))))
