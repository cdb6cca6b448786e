import torch
from quizapp.judge.checks import check, count_ops

NOTES_BOXES = torch.tensor(
    [
        [26.0, 39.0, 43.0, 41.0],
        [27.0, 26.0, 41.0, 41.0],
        [45.0, 57.0, 49.0, 69.0],
        [25.0, 36.0, 59.0, 40.0],
    ]
)
NOTES_TARGET = torch.tensor([46.0, 57.0, 49.0, 68.0])


def between(rng, low, high, *shape):
    return low + (high - low) * torch.rand(*shape, generator=rng)


def boxes_within(rng, n, low=0.0, high=100.0):
    """(n, 4) boxes with sides of at least 1 between `low` and `high`."""
    corner = between(rng, low, high - 2, n, 2)
    sides = 1 + (high - 1 - corner) * torch.rand(n, 2, generator=rng)
    return torch.cat([corner, corner + sides], dim=1)


def overlapping_boxes(rng, target, n):
    """(n, 4) boxes that cover one corner of the target and go beyond it."""
    low, high = target[:2], target[2:]
    inside = low + (high - low) * between(rng, 0.1, 0.9, n, 2)
    outside = high + (high - low) * between(rng, 0.1, 1.5, n, 2)
    flip = torch.rand(n, 2, generator=rng) < 0.5
    beyond = torch.where(flip, low - (outside - high), outside)
    return torch.cat([torch.minimum(inside, beyond), torch.maximum(inside, beyond)], dim=1)


@check(points=2)
def boxes_of_the_notes(iou):
    """the four boxes of the notes

    zh: 笔记中的四个框
    """
    yield iou(NOTES_BOXES, NOTES_TARGET)


@check(points=2)
def partly_overlapping(iou, rng):
    """boxes that partly overlap the target

    zh: 与目标框部分重叠的框
    """
    for n in (1, 4, 100):
        target = boxes_within(rng, 1)[0]
        yield iou(overlapping_boxes(rng, target, n), target)


@check(points=1)
def disjoint(iou, rng):
    """boxes apart from the target give 0, also those apart in both directions

    zh: 与目标框分离的框得 0，包括在两个方向上都分离的框
    """
    target = torch.tensor([40.0, 40.0, 60.0, 60.0])
    left = boxes_within(rng, 5, 0, 35)
    right = boxes_within(rng, 5, 65, 100)
    level = 42 + left[:, [1, 3]] / 5  # beside the target, at its height
    beside = torch.stack([left[:, 0], level[:, 0], left[:, 2], level[:, 1]], dim=1)
    yield iou(torch.cat([left, right, beside]), target)


@check(points=1)
def identical(iou, rng):
    """a box that equals the target gives 1

    zh: 与目标框相同的框得 1
    """
    target = boxes_within(rng, 1)[0]
    yield iou(target.expand(3, 4).clone(), target)


@check(points=1)
def touching(iou):
    """boxes that only touch the target at an edge or a corner give 0

    zh: 只与目标框共边或共角的框得 0
    """
    target = torch.tensor([10.0, 10.0, 20.0, 20.0])
    yield iou(
        torch.tensor(
            [
                [0.0, 12.0, 10.0, 18.0],
                [20.0, 10.0, 30.0, 20.0],
                [12.0, 20.0, 18.0, 25.0],
                [0.0, 0.0, 10.0, 10.0],
                [20.0, 20.0, 21.0, 21.0],
            ]
        ),
        target,
    )


@check(points=1)
def contained(iou, rng):
    """a box inside the target, and one around it

    zh: 在目标框内部的框，以及包住目标框的框
    """
    target = torch.tensor([20.0, 30.0, 60.0, 50.0])
    shrink = between(rng, 1.0, 8.0, 6, 2)
    inside = torch.cat([target[:2] + shrink, target[2:] - shrink], dim=1)
    around = torch.cat([target[:2] - shrink, target[2:] + shrink], dim=1)
    yield iou(inside, target)
    yield iou(around, target)


@check(points=1)
def one_box(iou, rng):
    """one box gives one value, shape (1,)

    zh: 一个框得一个值，形状为 (1,)
    """
    target = boxes_within(rng, 1)[0]
    yield iou(overlapping_boxes(rng, target, 1), target)


@check(points=2)
def thousand_boxes(iou, rng):
    """1,000 boxes by tensor code, without a Python loop

    zh: 用张量运算处理 1000 个框，不用 Python 循环
    """
    target = boxes_within(rng, 1)[0]
    boxes = overlapping_boxes(rng, target, 1000)
    yield iou(boxes, target)
    yield count_ops(iou, boxes, target, at_most=100)


@check(points=1)
def integer_boxes(iou, rng):
    """integer corners give floats

    zh: 整数坐标也得到浮点数
    """
    corner = torch.randint(0, 50, (20, 2), generator=rng)
    sides = torch.randint(1, 50, (20, 2), generator=rng)
    yield iou(torch.cat([corner, corner + sides], dim=1), torch.tensor([20, 25, 70, 60]))


@check(points=1)
def float64_stays(iou, rng):
    """float64 boxes give float64

    zh: float64 的框得到 float64
    """
    target = boxes_within(rng, 1)[0].double()
    yield iou(overlapping_boxes(rng, target, 8).double(), target)


@check(points=1)
def arguments_unchanged(iou, rng):
    """both arguments are left as they were

    zh: 两个参数都保持不变
    """
    target = boxes_within(rng, 1)[0]
    boxes = overlapping_boxes(rng, target, 5)
    iou(boxes, target)
    yield boxes
    yield target
