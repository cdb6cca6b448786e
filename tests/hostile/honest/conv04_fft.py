# expect: passed
# exercise: convolution/conv2d-single
import torch
def conv2d(image, kernel):
    H, W = image.shape; h, w = kernel.shape
    a, b = image.double(), kernel.double()
    f = torch.fft.rfft2(a) * torch.fft.rfft2(b, s=(H, W)).conj()
    return torch.fft.irfft2(f, s=(H, W))[: H - h + 1, : W - w + 1].to(image.dtype)
