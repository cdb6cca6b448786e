# expect: policy
# exercise: convolution/conv2d-single
# says: convolution ran
from concurrent.futures import ThreadPoolExecutor

import torch


def conv2d(image, kernel):
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(torch.conv2d, image[None, None], kernel[None, None]).result()[0, 0]
