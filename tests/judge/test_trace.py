import functools
import threading

import pytest
import torch
from torch import nn
from torch.nn import functional as F
from value_support import define

from quizapp.judge.accusations import Accusations
from quizapp.judge.counting import LineCount
from quizapp.judge.groups import GROUPS, unknown_groups
from quizapp.judge.trace import OpTrace

FILE = "submission.py"


def forbidden(group, body, before=""):
    """(op, line) of what a learner's function runs; `body` is its only statement, in line 6."""
    names = define(f"{before}\ndef f():\n    {body}\n" if before else f"def f():\n    {body}\n")
    found = Accusations(FILE)
    with OpTrace(forbidden=(group,), accusations=found):
        names["f"]()
    return [(each.op, each.line) for each in found.take()]


IMAGE, KERNEL = "torch.ones(1, 1, 4, 4)", "torch.ones(1, 1, 2, 2)"


@pytest.mark.parametrize(
    "call",
    [
        f"F.conv2d({IMAGE}, {KERNEL})",
        f"getattr(torch, 'con' + 'v2d')({IMAGE}, {KERNEL})",
        f"torch.ops.aten.convolution({IMAGE}, {KERNEL}, None, [1, 1], [0, 0], [1, 1], False, "
        "[0, 0], 1)",
        f"exec('import torch; torch.conv2d({IMAGE}, {KERNEL})')",
        f"__import__('importlib').import_module('torch').conv2d({IMAGE}, {KERNEL})",
        "nn.Conv2d(1, 1, 2)(torch.ones(1, 1, 4, 4))",
        "nn.ConvTranspose2d(1, 1, 2)(torch.ones(1, 1, 4, 4))",
        "F.conv1d(torch.ones(1, 1, 4), torch.ones(1, 1, 2))",
        f"torch.mkldnn_convolution({IMAGE}, {KERNEL}, None, [0, 0], [1, 1], [1, 1], 1)",
        f"torch.func.vmap(lambda x: F.conv2d(x, {KERNEL}))(torch.ones(3, 1, 1, 4, 4))",
        f"map(lambda x: F.conv2d(x, {KERNEL}), [{IMAGE}]).__next__()",
    ],
)
def test_a_convolution_is_found_however_it_is_called(call):
    found = forbidden("convolution", call)
    assert [line for _, line in found] == [6]


@pytest.mark.parametrize(
    "body",
    [
        "return 'conv2d'  # F.conv2d",
        "return F.conv2d",
        "return F.unfold(torch.ones(1, 1, 4, 4), 2)",
        "return torch.einsum('ij,jk->ik', torch.ones(2, 2), torch.ones(2, 2))",
        "return torch.ones(4, 4).unfold(0, 2, 1).unfold(1, 2, 1)",
    ],
)
def test_words_handles_and_other_ways_are_no_convolution(body):
    assert forbidden("convolution", body) == []


def test_what_checks_run_themselves_is_not_the_learners():
    found = Accusations(FILE)
    with OpTrace(forbidden=("convolution",), accusations=found) as trace:
        F.conv2d(torch.ones(1, 1, 4, 4), torch.ones(1, 1, 2, 2))
    assert trace.by_name["convolution"] == 1
    assert found.take() == ()


def test_a_thread_does_not_hide_an_op():
    body = (
        f"t = __import__('threading').Thread(target=F.conv2d, args=({IMAGE}, {KERNEL})); "
        "t.start(); t.join()"
    )
    assert [op for op, _ in forbidden("convolution", body)] == ["torch.conv2d"]


def test_a_thread_inside_a_count_does_not_hide_an_op_either():
    image, kernel = torch.ones(1, 1, 4, 4), torch.ones(1, 1, 2, 2)
    found = Accusations(FILE)
    with OpTrace(forbidden=("convolution",), accusations=found), OpTrace() as inner:
        thread = threading.Thread(target=F.conv2d, args=(image, kernel))
        thread.start()
        thread.join()
    assert [each.op for each in found.take()] == ["torch.conv2d"]
    assert inner.by_name["convolution"] == 1


def test_a_thread_leaves_no_hook_behind():
    with OpTrace():
        pass
    assert threading.getprofile() is None


def test_one_line_is_named_once_however_often_it_runs():
    body = f"[F.conv2d({IMAGE}, {KERNEL}) for _ in range(5)]"
    assert len(forbidden("convolution", body)) == 1


@pytest.mark.parametrize(
    ("group", "call"),
    [
        ("autograd", "(torch.ones(2, requires_grad=True) * 2).sum().backward()"),
        ("autograd", "torch.autograd.grad((x := torch.ones((), requires_grad=True)) * 2, x)"),
        ("autograd", "torch.func.grad(lambda x: (x * x).sum())(torch.ones(2))"),
        ("autograd", "torch.func.jvp(torch.sin, (torch.ones(2),), (torch.ones(2),))"),
        ("autograd", "torch.func.jacrev(torch.sin)(torch.ones(2))"),
        ("linalg", "torch.linalg.norm(torch.ones(2, 2))"),
        ("linalg", "torch.ones(2).norm()"),
        ("linalg", "torch.linalg.matrix_norm(torch.ones(2, 2))"),
        ("linalg", "torch.dist(torch.ones(2), torch.zeros(2))"),
        ("linalg", "torch.cdist(torch.ones(2, 2), torch.zeros(2, 2))"),
        ("linalg", "F.normalize(torch.ones(2, 2))"),
        ("linalg_norm", "torch.linalg.vector_norm(torch.ones(2))"),
        ("softmax", "torch.ones(2).softmax(0)"),
        ("softmax", "nn.LogSoftmax(0)(torch.ones(2))"),
        ("softmax", "F.softmin(torch.ones(2), 0)"),
        ("logsumexp", "torch.ones(2).logsumexp(0)"),
        ("sigmoid", "torch.sigmoid(torch.ones(2))"),
        ("sigmoid", "F.logsigmoid(torch.ones(2))"),
        ("cross_entropy", "F.cross_entropy(torch.ones(2, 3), torch.tensor([0, 1]))"),
        ("cross_entropy", "nn.NLLLoss()(torch.ones(2, 3), torch.tensor([0, 1]))"),
        ("cross_entropy", "nn.CrossEntropyLoss()(torch.ones(2, 3), torch.ones(2, 3) / 3)"),
        ("binary_cross_entropy", "F.binary_cross_entropy(torch.ones(2) / 2, torch.ones(2))"),
        ("binary_cross_entropy", "nn.BCEWithLogitsLoss()(torch.ones(2), torch.ones(2))"),
        ("mse", "nn.MSELoss()(torch.ones(2), torch.ones(2))"),
        ("kl", "F.kl_div(torch.zeros(2), torch.ones(2), reduction='sum')"),
        ("one_hot", "F.one_hot(torch.tensor([0, 1]))"),
        ("gather", "torch.ones(2, 2).gather(1, torch.tensor([[0], [1]]))"),
        ("gather", "torch.take_along_dim(torch.ones(2, 2), torch.tensor([[0], [1]]), 1)"),
        ("matmul", "torch.ones(2, 2) @ torch.ones(2, 2)"),
        ("matmul", "torch.einsum('ij,jk->ik', torch.ones(2, 2), torch.ones(2, 2))"),
        ("matmul", "torch.ones(2).dot(torch.ones(2))"),
        ("matmul", "torch.ones(2, 2).mv(torch.ones(2))"),
        ("matmul", "nn.Linear(2, 2)(torch.ones(2))"),
        ("matmul", "torch.tensordot(torch.ones(2, 2), torch.ones(2, 2), 1)"),
        ("pooling", "F.max_pool2d(torch.ones(1, 1, 4, 4), 2)"),
        ("pooling", "F.avg_pool2d(torch.ones(1, 1, 4, 4), 2)"),
        ("pooling", "nn.AdaptiveAvgPool2d(1)(torch.ones(1, 1, 4, 4))"),
        ("upsample", "F.interpolate(torch.ones(1, 1, 2, 2), scale_factor=2)"),
        ("upsample", "nn.Upsample(scale_factor=2, mode='bilinear')(torch.ones(1, 1, 2, 2))"),
        ("upsample", "nn.MaxUnpool2d(2)(torch.ones(1, 1, 1, 1), torch.tensor([[[[0]]]]))"),
        ("batch_norm", "nn.BatchNorm1d(2)(torch.rand(3, 2))"),
        ("batch_norm", "F.batch_norm(torch.rand(3, 2), torch.zeros(2), torch.ones(2))"),
        ("dropout", "F.dropout(torch.ones(2))"),
        ("dropout", "nn.Dropout(0.3)(torch.ones(2))"),
        ("recurrent", "nn.LSTMCell(2, 2)(torch.ones(1, 2))"),
        ("recurrent", "nn.RNN(2, 2)(torch.ones(1, 1, 2))"),
        ("recurrent", "nn.LSTM(2, 2)(torch.ones(1, 1, 2))"),
        ("aten.relu", "F.relu(torch.ones(2))"),
        ("aten.relu", "torch.ones(2).relu_()"),
        ("aten.one_hot", "F.one_hot(torch.tensor([0, 1]))"),
    ],
)
@pytest.mark.filterwarnings("ignore:`torch.jit.script` is deprecated")
def test_each_group_finds_what_it_names(group, call):
    assert [line for _, line in forbidden(group, call)] == [6]


def test_an_optimiser_of_torch_is_found_by_where_its_ops_come_from():
    body = (
        "w = nn.Parameter(torch.ones(2)); o = torch.optim.SGD([w], lr=0.1); "
        "w.grad = torch.ones(2); o.step()"
    )
    assert [line for _, line in forbidden("optim", body)] == [6]


@pytest.mark.parametrize("group", sorted(GROUPS))
def test_plain_arithmetic_falls_under_no_group(group):
    body = (
        "x = torch.arange(6.0).view(2, 3); return ((x - x.mean()).exp() * 2).sum(1).sqrt().clamp(0)"
    )
    assert forbidden(group, body) == []


def test_unknown_groups_are_refused_by_name():
    assert unknown_groups(["convolution", "aten.relu", "convlution"]) == ("convlution",)
    with pytest.raises(ValueError, match="convlution"):
        OpTrace(forbidden=("convlution",))


def count(function, *args):
    with OpTrace() as trace:
        function(*args)
    return trace


def test_ops_are_counted_by_name():
    trace = count(lambda x: (x + 1) * 2 + 3, torch.ones(2))
    assert trace.total == 3
    assert trace.by_name == {"add": 2, "mul": 1}


def test_a_loop_costs_ops_in_proportion_to_its_length():
    def loop(x):
        return torch.stack([row.sum() for row in x])

    assert count(loop, torch.ones(1000, 2)).total > 9 * count(loop, torch.ones(100, 2)).total


def test_ops_inside_an_autograd_function_are_counted():
    class Square(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            return x * x + x.exp() - x.exp()

        @staticmethod
        def backward(ctx, gradient):
            return gradient

    assert count(Square.apply, torch.ones(2, requires_grad=True)).total >= 5


def test_ops_inside_func_transforms_are_counted():
    trace = count(torch.func.vmap(lambda x: (x * 2).sum()), torch.ones(3, 2))
    assert trace.by_name["mul"] == trace.by_name["sum"] == 1


@pytest.mark.parametrize(
    ("function", "arguments", "multiplications"),
    [
        (torch.mm, (torch.ones(2, 3), torch.ones(3, 4)), 24),
        (F.conv2d, (torch.ones(1, 192, 28, 28), torch.ones(16, 192, 1, 1)), 2_408_448),
        (
            functools.partial(F.conv2d, padding=2),
            (torch.ones(1, 192, 28, 28), torch.ones(32, 192, 5, 5)),
            120_422_400,
        ),
        (torch.mul, (torch.ones(2, 3), torch.ones(3)), 6),
        (torch.dot, (torch.ones(7), torch.ones(7)), 7),
        (torch.mv, (torch.ones(3, 4), torch.ones(4)), 12),
        (torch.addmv, (torch.ones(3), torch.ones(3, 4), torch.ones(4)), 12),
        (torch.einsum, ("ij,kj->ik", torch.ones(2, 3), torch.ones(4, 3)), 24),
        (nn.Linear(3, 4), (torch.ones(2, 3),), 24),
        (torch.add, (torch.ones(2), torch.ones(2)), 0),
    ],
)
def test_multiplications_are_counted(function, arguments, multiplications):
    assert count(function, *arguments).multiplications == multiplications


def test_the_lines_of_one_file_are_counted_each_time_they_run():
    names = define("def f(n):\n    total = 0\n    for i in range(n):\n        total += i\n")
    with LineCount(FILE) as lines:
        names["f"](10)
    assert lines.steps == 22


def test_lines_that_exec_runs_are_counted():
    names = define("def f():\n    exec('for i in range(50): pass')\n")
    with LineCount(FILE) as lines:
        names["f"]()
    assert lines.steps > 50
