"""Gradient checks: what a fake or broken backward pass is told, and that honest ones pass."""

import pytest
import torch
from value_support import judge, load

from quizapp.domain.outcomes import Verdict
from quizapp.judge import backward
from quizapp.judge.values import Gradients

CHECK = """
    @check()
    def right_gradient(f, rng):
        "the gradient reaches x and y"
        x = torch.randn(3, 4, generator=rng, requires_grad=True)
        y = torch.randn(3, 4, generator=rng, requires_grad=True)
        yield gradients(f(x, y), x=x, y=y)
"""
CASES = """
    @check()
    def right_gradient(f, rng):
        "forward and backward fit"
        yield from gradient_cases(
            f, x=torch.randn(3, 4, generator=rng), y=torch.randn(3, 4, generator=rng)
        )
"""
REFERENCE = "def f(x, y): return x * x * y"


def by_hand(backward, forward="x * x * y"):
    """A submission whose `f` is an autograd.Function with this backward."""
    return f"""
class Own(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, y):
        ctx.save_for_backward(x, y)
        return {forward}

    @staticmethod
    def backward(ctx, g):
        x, y = ctx.saved_tensors
        {backward}

f = Own.apply
"""


HONEST = [
    "def f(x, y): return x * x * y",
    "def f(x, y): return torch.einsum('ij,ij,ij->ij', x, x, y)",
    "def f(x, y): return torch.utils.checkpoint.checkpoint(lambda a, b: a * a * b, x, y, "
    "use_reentrant=False)",
    "def f(x, y):\n    with torch.no_grad(): x.sum()\n"
    "    return torch.stack([a * a * b for a, b in zip(x, y)])",
    "def f(x, y): return torch.func.vmap(lambda a, b: a * a * b)(x, y)",
    by_hand("return g * 2 * x * y, g * x * x"),
    by_hand("return torch.mul(g, x).mul_(y).mul_(2), (g.contiguous().view(-1) * x.view(-1) ** 2)"
            ".view(x.shape)"),
    "def f(x, y):\n    torch.randn(5); y = y.clone(); y *= x; return y * x",
]  # fmt: skip


@pytest.mark.parametrize("submission", HONEST)
@pytest.mark.parametrize("check", [CHECK, CASES])
def test_an_honest_gradient_passes(check, submission):
    assert judge(check, REFERENCE, submission).verdict is Verdict.PASSED


@pytest.mark.parametrize(
    ("submission", "words"),
    [
        ("def f(x, y): return (x * x * y).detach()", "no gradient reaches x"),
        ("def f(x, y): return x * x * y.detach()", "no gradient reaches y"),
        ("def f(x, y): return (x * x * y).sum() * 0 + (x * x * y).detach()", "the gradient of x"),
        (by_hand("return g * 2 * x * y, None"), "no gradient reaches y"),
        (by_hand("return 2 * x * y, x * x"), "the gradient of x: got wrong values"),
        (by_hand("return g * 4 * x * y, g * x * x"), "the gradient of x: got wrong values"),
        (by_hand("return g.sum() * 2 * x * y / x.numel(), g * x * x"), "the gradient of x"),
        (by_hand("return g * 2 * x * y, g * x"), "the gradient of y: got wrong values"),
        (
            by_hand("return (g * 2 * x * y).sum(), g * x * x"),
            "no gradient reaches x: the backward pass failed: Function OwnBackward returned",
        ),
        (by_hand("return g @ x, g * x * x"), "RuntimeError"),
    ],
)
@pytest.mark.parametrize("check", [CHECK, CASES])
def test_a_fake_backward_fails_with_the_name_of_the_input(check, submission, words):
    judged = judge(check, REFERENCE, submission)
    assert judged.verdict is not Verdict.PASSED
    assert words in judged.message


def test_a_backward_that_counts_on_memory_order_is_found():
    seen = "g = torch.as_strided(g, g.shape, (4, 1)); return g * 2 * x * y, g * x * x"
    assert judge(CHECK, REFERENCE, by_hand(seen)).verdict is Verdict.PASSED
    judged = judge(CASES, REFERENCE, by_hand(seen))
    assert judged.verdict is Verdict.FAILED
    assert "the gradient of x (when grad_output is not contiguous)" in judged.message


def test_a_backward_that_needs_all_inputs_to_need_one_is_found():
    both = "assert all(ctx.needs_input_grad); return g * 2 * x * y, g * x * x"
    assert judge(CHECK, REFERENCE, by_hand(both)).verdict is Verdict.PASSED
    assert judge(CASES, REFERENCE, by_hand(both)).verdict is not Verdict.PASSED


def fit(source, **inputs):
    """What the last value of `gradient_cases` says of a function."""
    names = {"torch": torch}
    exec(source, names)
    backward.reseed(3)
    *_, last = backward.gradient_cases(names["f"], **inputs)
    return last.problem


X, Y = torch.tensor([[0.3, -1.2, 2.0]]), torch.tensor([[1.5, 0.4, -0.7]])


@pytest.mark.parametrize("source", [HONEST[0], HONEST[5], "def f(x, y): return (x @ y.T).exp()"])
def test_a_right_backward_fits_its_forward(source):
    assert fit(source, x=X, y=Y) == ""


@pytest.mark.parametrize(
    ("forward", "backward_of_it", "name"),
    [
        ("x * x * y", "return g * x * y, g * x * x", "x"),
        ("x + y", "return g, g * 1.001", "y"),
        ("x + y", "return g, -g", "y"),
        ("x.sum() * y.sum()", "return g * y, g * x.sum() + 0 * y", "x"),
    ],
)
def test_a_backward_that_is_not_the_derivative_of_its_forward_is_told_by_input(
    forward, backward_of_it, name
):
    problem = fit(by_hand(backward_of_it, forward), x=X, y=Y)
    assert problem.split(backward.BETWEEN)[:2] == [backward.MISFIT, name]


def test_an_error_in_a_backward_names_its_line():
    judged = judge(CHECK, REFERENCE, by_hand("return g @ x, g * x * x"))
    assert judged.verdict is Verdict.ERRORED
    assert "`return g @ x, g * x * x`" in judged.message


def test_a_misfit_of_forward_and_backward_is_a_sentence_of_the_verdict():
    check = """
        @check()
        def fits(f):
            "backward fits forward"
            x = torch.tensor([2.0])
            *_, last = gradient_cases(f, x=x)
            yield last
    """
    fake = """
class Own(torch.autograd.Function):
    forward = staticmethod(lambda ctx, x: x * x)
    backward = staticmethod(lambda ctx, g: g)

f = Own.apply
"""
    judged = judge(check, "def f(x): return x * x", fake)
    assert judged.verdict is Verdict.FAILED
    assert "backward does not fit forward: when x moves a little" in judged.message
    assert "反向传播与前向传播不符：x 沿随机方向移动一点时" in judged.message.chinese


def test_cotangents_are_the_same_whatever_the_submission_draws():
    backward.reseed(11)
    x = torch.ones(3, requires_grad=True)
    one = backward.gradients(x * 1, x=x).reached["x"]
    backward.reseed(11)
    torch.manual_seed(99)
    torch.randn(100)
    assert torch.equal(backward.gradients(x * 1, x=x).reached["x"], one)
    assert not torch.equal(one, torch.ones(3))


def test_a_cotangent_of_the_author_is_used_as_it_is():
    x = torch.ones(3, requires_grad=True)
    given = torch.tensor([1.0, 2.0, 3.0])
    assert torch.equal(backward.gradients(2 * x, given, x=x).reached["x"], 2 * given)


@pytest.mark.parametrize(
    ("output", "problem"),
    [
        (None, "the output is not a tensor"),
        (torch.ones(3), "the output is detached from its inputs"),
        (torch.ones(2, requires_grad=True), "the output has another shape than expected"),
    ],
)
def test_what_cannot_be_differentiated_is_reported_not_raised(output, problem):
    x = torch.ones(3, requires_grad=True)
    assert backward.gradients(output, torch.ones(3), x=x) == Gradients({"x": None}, problem)


def test_complex_outputs_get_complex_cotangents():
    x = torch.ones(3, dtype=torch.complex128, requires_grad=True)
    found = backward.gradients(x * 1j, x=x).reached["x"]
    assert found.is_complex()
    assert found.imag.abs().sum() > 0


def test_checks_offer_both_helpers():
    assert load(CHECK)[0].id == load(CASES)[0].id == "right_gradient"
