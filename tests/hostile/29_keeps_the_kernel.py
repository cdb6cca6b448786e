# expect: policy
# exercise: convolution/conv2d-single
# says: aten.mkldnn_convolution ran in line 12
import torch

kernel_of_torch = torch.library.get_kernel("aten::mkldnn_convolution", "CPU")


def conv2d(image, kernel):
    where = torch._C.DispatchKeySet(torch._C.DispatchKey.CPU)
    image, kernel = image[None, None], kernel[None, None]
    return kernel_of_torch.call_boxed(where, image, kernel, None, [0, 0], [1, 1], [1, 1], 1)[0, 0]
