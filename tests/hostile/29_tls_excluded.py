# expect: policy
# exercise: convolution/conv2d-single
import torch

torch._C._dispatch_tls_set_dispatch_key_excluded(torch._C.DispatchKey.Python, True)
torch._C._dispatch_tls_set_dispatch_key_excluded(torch._C.DispatchKey.PythonTLSSnapshot, True)


def conv2d(image, kernel):
    torch._C._dispatch_tls_set_dispatch_key_excluded(torch._C.DispatchKey.Python, True)
    return torch.convolution(
        image[None, None], kernel[None, None], None, [1, 1], [0, 0], [1, 1], False, [0, 0], 1
    )[0, 0]
