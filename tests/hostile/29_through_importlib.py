# expect: policy
# exercise: convolution/conv2d-single
# says: convolution ran
# says: line 9
import importlib


def conv2d(image, kernel):
    return importlib.import_module("torch").conv2d(image[None, None], kernel[None, None])[0, 0]
