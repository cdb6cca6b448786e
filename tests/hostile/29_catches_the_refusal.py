# expect: policy
# exercise: convolution/conv2d-single
# says: mkldnn_convolution
import torch


def own(image, kernel):
    h, w = kernel.shape
    rows, columns = image.shape[0] - h + 1, image.shape[1] - w + 1
    return sum(
        kernel[i, j] * image[i : i + rows, j : j + columns] for i in range(h) for j in range(w)
    )


def conv2d(image, kernel):
    try:
        with torch._C._DisableTorchDispatch():
            return torch.mkldnn_convolution(
                image[None, None], kernel[None, None], None, [0, 0], [1, 1], [1, 1], 1
            )[0, 0]
    except RuntimeError:
        return own(image, kernel)
