# expect: passed
# exercise: convolution/conv2d-single
from torch.utils.checkpoint import checkpoint
def work(image, kernel):
    return (image.unfold(0, kernel.shape[0], 1).unfold(1, kernel.shape[1], 1) * kernel).sum(dim=(2, 3))
def conv2d(image, kernel):
    return checkpoint(work, image, kernel, use_reentrant=False)
