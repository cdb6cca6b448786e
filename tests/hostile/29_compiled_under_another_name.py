# expect: policy
# exercise: convolution/conv2d-single
# says: convolution ran
import torch

SOURCE = """
def conv2d(image, kernel):
    return torch.conv2d(image[None, None], kernel[None, None])[0, 0]
"""
names = {"torch": torch}
exec(compile(SOURCE, "/usr/lib/python3/other.py", "exec"), names)
conv2d = names["conv2d"]
