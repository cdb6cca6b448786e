import torch
from quizapp.judge.checks import check

NOTES_W = torch.tensor([[2.0], [-3.4]])
NOTES_B = 4.2


def examples(rng, w, b, n, noise=0.0):
    """(n, d) standard normal features and (n, 1) labels Xw + b + noise."""
    features = torch.randn(n, len(w), generator=rng, dtype=w.dtype)
    labels = features @ w + b
    return features, labels + noise * torch.randn(n, 1, generator=rng, dtype=w.dtype)


@check(points=2)
def one_step_by_hand(linear_regression):
    """one step on three examples that can be checked by hand

    zh: 在三个样本上走一步，可以手算验证
    """
    features = torch.tensor([[1.0], [2.0], [3.0]])
    labels = torch.tensor([[3.0], [5.0], [7.0]])
    yield linear_regression(features, labels, 0.1, 1)


@check(points=1)
def no_step(linear_regression, rng):
    """no step at all: zeros, of shapes (d, 1) and (1,)

    zh: 一步也不走：全为零，形状为 (d, 1) 和 (1,)
    """
    features, labels = examples(rng, NOTES_W, NOTES_B, 6)
    yield linear_regression(features, labels, 0.1, 0)


@check(points=2)
def many_steps(linear_regression, rng):
    """the path of many small steps on noisy examples

    zh: 在有噪声的样本上走许多小步
    """
    features, labels = examples(rng, NOTES_W, NOTES_B, 50, noise=0.5)
    for steps in (2, 5, 30):
        yield linear_regression(features, labels, 0.05, steps)


@check(points=2)
def recovers_the_notes_parameters(linear_regression, rng):
    """1,000 examples made with w = (2, -3.4) and b = 4.2: finds them again

    zh: 用 w = (2, −3.4)、b = 4.2 生成的 1000 个样本：重新找到它们
    """
    features, labels = examples(rng, NOTES_W, NOTES_B, 1000, noise=0.01)
    yield linear_regression(features, labels, 0.5, 30)


@check(points=1)
def one_feature(linear_regression, rng):
    """one feature, d = 1

    zh: 一个特征，d = 1
    """
    features, labels = examples(rng, torch.tensor([[1.5]]), -2.0, 40, noise=0.1)
    yield linear_regression(features, labels, 0.1, 20)


@check(points=1)
def eight_features(linear_regression, rng):
    """eight features, d = 8

    zh: 八个特征，d = 8
    """
    w = torch.randn(8, 1, generator=rng)
    features, labels = examples(rng, w, 0.7, 200, noise=0.1)
    yield linear_regression(features, labels, 0.1, 50)


@check(points=1)
def float64_stays(linear_regression, rng):
    """float64 gives float64

    zh: float64 得到 float64
    """
    features, labels = examples(rng, NOTES_W.double(), NOTES_B, 20)
    yield linear_regression(features, labels, 0.1, 10)
