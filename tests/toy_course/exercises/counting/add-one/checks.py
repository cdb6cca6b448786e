import torch
from quizapp.judge.checks import check


@check(points=2)
def whole_numbers(add_one, rng):
    """whole numbers

    zh: 整数
    """
    for n in (1, 4, 100):
        yield add_one(torch.randint(-9, 10, (n,), generator=rng))


@check(points=1, needs="whole_numbers")
def any_shape(add_one, rng):
    """floats of any shape"""
    for shape in ((), (0,), (2, 3), (2, 1, 4)):
        yield add_one(torch.rand(shape, generator=rng))


@check(points=1)
def argument_is_left_alone(add_one, rng):
    """the argument is left alone"""
    x = torch.rand(5, generator=rng)
    yield add_one(x)
    yield x
