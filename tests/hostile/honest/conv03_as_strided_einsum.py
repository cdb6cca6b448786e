# expect: passed
# exercise: convolution/conv2d-single
import torch
def conv2d(image, kernel):
    H, W = image.shape; h, w = kernel.shape
    image = image.contiguous()
    v = image.as_strided((H - h + 1, W - w + 1, h, w), (W, 1, W, 1))
    return torch.einsum("ijkl,kl->ij", v, kernel)
