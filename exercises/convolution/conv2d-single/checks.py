import torch
from quizapp.judge.checks import check, count_ops, gradient_cases

NOTES_IMAGE = torch.arange(1.0, 17.0).reshape(4, 4)
NOTES_KERNEL = torch.tensor([[1.0, 0.0], [0.0, -1.0]])


def normal(rng, *shape, dtype=torch.float32):
    return torch.randn(*shape, generator=rng, dtype=dtype)


@check(points=2)
def image_of_the_notes(conv2d):
    """the 4 by 4 image of the notes gives -5 everywhere

    zh: 笔记中的 4×4 图像处处得 −5
    """
    yield conv2d(NOTES_IMAGE, NOTES_KERNEL)


@check(points=2)
def random_sizes(conv2d, rng):
    """random square images and kernels

    zh: 随机大小的方形图像和卷积核
    """
    for size, kernel_size in ((5, 2), (6, 3), (9, 5)):
        yield conv2d(normal(rng, size, size), normal(rng, kernel_size, kernel_size))


@check(points=2)
def non_square(conv2d, rng):
    """height and width that differ, in image and kernel

    zh: 图像和卷积核的高与宽不同
    """
    yield conv2d(normal(rng, 4, 9), normal(rng, 2, 3))
    yield conv2d(normal(rng, 8, 5), normal(rng, 3, 1))


@check(points=1)
def one_by_one(conv2d, rng):
    """a 1 by 1 kernel only scales the image

    zh: 1×1 的卷积核只是缩放图像
    """
    yield conv2d(normal(rng, 3, 4), normal(rng, 1, 1))


@check(points=1)
def kernel_as_large_as_the_image(conv2d, rng):
    """a kernel as large as the image gives one value, shape (1, 1)

    zh: 与图像一样大的卷积核得一个值，形状为 (1, 1)
    """
    yield conv2d(normal(rng, 3, 5), normal(rng, 3, 5))


@check(points=1)
def float64_stays(conv2d, rng):
    """float64 gives float64

    zh: float64 得到 float64
    """
    yield conv2d(normal(rng, 5, 6, dtype=torch.float64), normal(rng, 2, 2, dtype=torch.float64))


@check(points=2)
def gradient_reaches_both(conv2d, rng):
    """the gradient reaches image and kernel

    zh: 梯度能传到图像和卷积核
    """
    image, kernel = normal(rng, 5, 6), normal(rng, 3, 2)
    yield from gradient_cases(conv2d, dtype=torch.float32, image=image, kernel=kernel)


@check(points=2)
def no_loop_over_pixels(conv2d, rng):
    """a larger image takes no more operations: no loop over pixels

    zh: 图像变大，运算次数不变：不按像素循环
    """
    kernel = normal(rng, 3, 3)
    yield count_ops(conv2d, normal(rng, 8, 8), kernel, at_most=100)
    yield count_ops(conv2d, normal(rng, 48, 64), kernel, at_most=100)
