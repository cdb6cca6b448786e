# expect: passed
# exercise: convolution/conv2d-single
import torch.nn.functional as F
def conv2d(image, kernel):
    H, W = image.shape; h, w = kernel.shape
    cols = F.unfold(image[None, None], (h, w))
    return (kernel.reshape(1, -1) @ cols[0]).reshape(H - h + 1, W - w + 1)
