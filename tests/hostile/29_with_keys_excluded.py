# expect: policy
# exercise: convolution/conv2d-single
# says: aten.convolution ran in line 13
import torch
from torch._C import DispatchKey, DispatchKeySet


def conv2d(image, kernel):
    hidden = DispatchKeySet(DispatchKey.Python) | DispatchKeySet(DispatchKey.PythonTLSSnapshot)
    image, kernel = image[None, None], kernel[None, None]
    with torch._C.DisableTorchFunction(), torch._C._ExcludeDispatchKeyGuard(hidden):
        # Straight to where the computing is done.
        return torch.conv2d(image, kernel)[0, 0]
