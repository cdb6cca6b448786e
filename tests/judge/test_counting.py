"""What a call costs: ops, FLOPs, live bytes, growth with size."""

import copy
import io

import pytest
import torch
from torch import nn
from torch.nn import functional as F
from torch.utils.checkpoint import checkpoint
from torch.utils.flop_counter import FlopCounterMode, sdpa_backward_flop_count, sdpa_flop_count
from value_support import judge

from quizapp.domain.outcomes import Verdict
from quizapp.judge.counting import count_ops, count_ops_at_sizes
from quizapp.judge.trace import OpTrace

X = torch.randn(8, 8)
IMAGE = torch.randn(2, 4, 9, 9)
HEADS = torch.randn(1, 2, 5, 4)


def backward(function):
    """A call of it on a copy that needs a gradient, with its backward pass."""

    def call():
        x = IMAGE.clone().requires_grad_()
        return function(x).sum().backward()

    return call


@pytest.mark.parametrize(
    "call",
    [
        lambda: torch.mm(X, X),
        lambda: torch.bmm(X[None], X[None]),
        lambda: torch.addmm(X, X, X),
        lambda: torch.baddbmm(X[None], X[None], X[None]),
        lambda: torch.einsum("bij,bjk->bik", X[None], X[None]),
        lambda: nn.Linear(9, 3)(IMAGE),
        lambda: nn.Conv2d(4, 6, 3, padding=1, stride=2)(IMAGE),
        lambda: nn.Conv2d(4, 4, 3, groups=4)(IMAGE),
        lambda: nn.Conv1d(4, 2, 3)(IMAGE[0, :, 0]),
        lambda: nn.ConvTranspose2d(4, 2, 3)(IMAGE),
        backward(nn.Conv2d(4, 6, 3)),
        backward(nn.Conv2d(4, 6, 1)),
        backward(nn.Linear(9, 3)),
        lambda: torch.func.vmap(torch.mm)(X.expand(3, 8, 8), X.expand(3, 8, 8)),
        lambda: X + X,
    ],
)
def test_flops_are_those_of_torchs_counter(call):
    with FlopCounterMode(display=False) as theirs:
        call()
    with OpTrace() as ours:
        call()
    assert ours.flops == theirs.get_total_flops()


def test_attention_costs_the_same_on_every_device():
    shape = HEADS.shape
    query = HEADS.clone().requires_grad_()
    with OpTrace() as forward:
        out = F.scaled_dot_product_attention(query, query, query)
    assert forward.flops == sdpa_flop_count(shape, shape, shape) > 0
    with OpTrace() as back:
        out.sum().backward()
    assert back.flops == sdpa_backward_flop_count(shape, shape, shape, shape) > 0


def peak(function, *args):
    return count_ops(function, *args, at_most_bytes=0).peak_bytes


KILOBYTE = torch.zeros(256)


def kept():
    first = torch.zeros(256) + 1
    return first, first * 2


def in_turn():
    total = torch.zeros(())
    for _ in range(5):
        total = total + (KILOBYTE + 1).sum()
    return total


def graph():
    x = torch.zeros(256, requires_grad=True)
    return ((x.exp()).exp()).exp()


@pytest.mark.parametrize(
    ("function", "expected"),
    [
        (lambda: KILOBYTE + 1, 1024),
        (lambda: KILOBYTE.view(16, 16).t()[3:], 0),
        (lambda: KILOBYTE.clone()[:1], 1024),
        (lambda: KILOBYTE.add_(0), 0),
        (lambda: torch.tensor([0.0] * 256), 1024),
        (lambda: (KILOBYTE + 1).add_(1).mul_(2), 1024),
        (lambda: (KILOBYTE + 1) + 1, 2048),
        (lambda: ((KILOBYTE + 1) + 1) + 1, 2048),
        (lambda: torch.add(KILOBYTE, 1, out=KILOBYTE), 0),
        (kept, 2048),
        (in_turn, 1032),
        (graph, 4096),
        (lambda: KILOBYTE.expand(99, 256), 0),
        (lambda: KILOBYTE.expand(9, 256).contiguous(), 9 * 1024),
    ],
)
def test_live_bytes_are_those_of_storages_that_are_there_at_once(function, expected):
    assert peak(function) == expected


def test_the_size_of_a_difference_of_all_pairs_is_seen():
    x = torch.rand(100, 3)
    assert peak(lambda: (x[:, None] - x[None]).square().sum(-1)) >= 2 * 100 * 100 * 3 * 4


BYTES = """
    @check()
    def lean(f):
        "without all pairs at once"
        yield count_ops(f, torch.ones(50), at_most_bytes=2000)
"""


def test_too_many_bytes_fail_with_both_figures():
    lean = "def f(x): return x.sum() * x.sum()"
    judged = judge(BYTES, lean, "def f(x): return (x[:, None] * x[None]).sum()")
    assert judged.verdict is Verdict.FAILED
    assert "10,004 bytes of tensors at once" in judged.message
    assert "at most 2,000" in judged.message
    assert judge(BYTES, lean, lean).verdict is Verdict.PASSED


SIZES = """
    @check()
    def no_loop(f):
        "no loop over the rows"
        yield count_ops_at_sizes(f, [torch.ones(10, 4)], [torch.ones(1000, 4)])
"""
TENSOR_CODE = "def f(x): return x.sum(1)"


@pytest.mark.parametrize(
    ("submission", "words"),
    [
        (
            "def f(x): return torch.stack([row.sum() for row in x])",
            "f ran 12 ops for size 10 and 1,002 for x of shape (1000, 4), size 1,000; "
            "the reference needs 1 and 1; replace the Python loop by tensor code",
        ),
        (
            "def f(x):\n    out = []\n    for row in x.tolist():\n        out.append(sum(row))\n"
            "    return torch.tensor(out)",
            "lines of Python for size 10",
        ),
    ],
)
def test_a_loop_is_told_by_its_counts_at_two_sizes(submission, words):
    judged = judge(SIZES, TENSOR_CODE, submission)
    assert judged.verdict is Verdict.FAILED
    assert words in judged.message


@pytest.mark.parametrize(
    "submission",
    [
        TENSOR_CODE,
        "def f(x):\n    t = 0\n    for i in range(4):\n        t = t + x[:, i]\n    return t",
        "def f(x):\n    if len(x) > 100:\n"
        "        return torch.cat([x[:500].sum(1), x[500:].sum(1)])\n"
        "    return x.sum(1)",
        "def f(x):\n    print(x)\n    return torch.einsum('ij->i', x)",
    ],
)
def test_code_that_does_not_grow_passes_at_two_sizes(submission):
    assert judge(SIZES, TENSOR_CODE, submission).verdict is Verdict.PASSED


def test_wrong_values_at_either_size_come_before_the_counts():
    judged = judge(SIZES, TENSOR_CODE, "def f(x): return x.sum(1) + (len(x) > 100)")
    assert judged.verdict is Verdict.FAILED
    assert "wrong values" in judged.message


def test_two_calls_of_one_size_are_a_fault_of_the_check():
    with pytest.raises(ValueError, match="same size"):
        count_ops_at_sizes(torch.sin, [X], [X])


class Square(torch.autograd.Function):
    """Has a backward pass by hand."""

    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x * x

    @staticmethod
    def backward(ctx, gradient):
        (x,) = ctx.saved_tensors
        return 2 * gradient * x


def grown(function):
    """A call with a leaf that needs a gradient."""
    return lambda: function(X.clone().requires_grad_())


def generator(x):
    return torch.stack(list(row * 2 for row in x[:3]))  # noqa: C400


def in_place(x):
    y = x.detach().clone()
    y += 1
    y[0] = 3
    y[y > 2] = 0
    return y


def hooked(x):
    model = nn.Sequential(nn.Linear(8, 8), nn.ReLU())
    model[0].register_forward_hook(lambda module, given, out: out * 2)
    return copy.deepcopy(model)(x)


HONEST = {
    "a backward pass": grown(lambda x: (x @ x).sum().backward()),
    "a second one": grown(
        lambda x: torch.autograd.grad((x**3).sum(), x, create_graph=True)[0].sum().backward()
    ),
    "autograd.Function": grown(lambda x: Square.apply(x).sum().backward()),
    "vmap": lambda: torch.func.vmap(lambda a: (a * 2).sum())(X),
    "func.grad": lambda: torch.func.grad(lambda a: (a * a).sum())(X),
    "jvp": lambda: torch.func.jvp(torch.sin, (X,), (X,)),
    "einsum": lambda: torch.einsum("ij,kj->ik", X, X),
    "a generator": grown(generator),
    "in place": grown(in_place),
    "hooks and deepcopy": lambda: hooked(X),
    "checkpoint": grown(
        lambda x: checkpoint(lambda a: (a * a).sin(), x, use_reentrant=False).sum().backward()
    ),
    "inference_mode": torch.inference_mode()(lambda: X * 2),
    "no_grad": torch.no_grad()(lambda: nn.LSTM(8, 8)(X[None])),
    "printing": lambda: (print(X, X.sum(), file=io.StringIO()), repr(X), f"{X}"),
    "numbers": lambda: (X.tolist(), X.sum().item(), bool((X > 0).any()), X.numpy().sum()),
    "batch norm": lambda: nn.BatchNorm1d(8)(X),
    "a loss": lambda: F.cross_entropy(X, torch.arange(8)),
}


@pytest.mark.filterwarnings("ignore:`torch.jit.script` is deprecated")
@pytest.mark.parametrize("name", HONEST)
def test_a_count_is_that_of_a_trace_around_the_call(name):
    with OpTrace() as trace:
        HONEST[name]()
    assert count_ops(HONEST[name]).ops == trace.total
