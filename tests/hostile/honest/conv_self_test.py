# expect: passed
# exercise: convolution/conv2d-single
# Compares itself with torch's own convolution while it is loaded: that answers nothing.
import torch
import torch.nn.functional as F


def conv2d(image, kernel):
    h, w = kernel.shape
    rows, columns = image.shape[0] - h + 1, image.shape[1] - w + 1
    return sum(
        kernel[i, j] * image[i : i + rows, j : j + columns] for i in range(h) for j in range(w)
    )


a, b = torch.rand(5, 6), torch.rand(2, 3)
assert torch.allclose(conv2d(a, b), F.conv2d(a[None, None], b[None, None])[0, 0])
print("self-test passed")
