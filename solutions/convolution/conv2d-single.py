"""Reference: cross-correlation of one channel with one kernel."""

from torch import Tensor


def conv2d(image: Tensor, kernel: Tensor) -> Tensor:
    """Cross-correlate: (H, W) and (h, w) -> (H - h + 1, W - w + 1)."""
    h, w = kernel.shape
    rows, columns = image.shape[0] - h + 1, image.shape[1] - w + 1
    # One shifted view of the image for each weight: h * w steps, however large the image is.
    return sum(
        kernel[i, j] * image[i : i + rows, j : j + columns] for i in range(h) for j in range(w)
    )
