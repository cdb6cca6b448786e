# expect: passed
# exercise: convolution/conv2d-single
import torch
def conv2d(image, kernel):
    (H, W), (h, w) = image.shape, kernel.shape
    r, c = torch.arange(H - h + 1), torch.arange(W - w + 1)
    k, l = torch.arange(h), torch.arange(w)
    patches = image[(r[:, None] + k)[:, None, :, None], (c[:, None] + l)[None, :, None, :]]
    return torch.tensordot(patches, kernel, dims=([2, 3], [0, 1]))
