# expect: passed
# exercise: convolution/conv2d-single
# the names Conv2d, conv2d and convolution are mine
import torch
from torch import nn
class Conv2d(nn.Module):
    def __init__(self, kernel): super().__init__(); self.kernel = kernel
    def convolution(self, x):
        out = x.new_zeros(x.shape[0] - self.kernel.shape[0] + 1, x.shape[1] - self.kernel.shape[1] + 1)
        for (i, j), weight in zip(torch.cartesian_prod(*map(torch.arange, self.kernel.shape)).tolist() if self.kernel.numel() > 1 else [(0, 0)], self.kernel.flatten()):
            out = out + weight * x[i:i + out.shape[0], j:j + out.shape[1]]
        return out
    forward = convolution
def conv2d(image, kernel): return Conv2d(kernel)(image)
