"""Ops that are taken out of torch, asked for with every mode switched off."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from quizapp.judge import removal
from quizapp.judge.groups import GROUPS

IMAGE, KERNEL = "torch.ones(1, 1, 4, 4)", "torch.ones(1, 1, 2, 2)"
NO_OPS = {"iou", "numpy"}
"""Groups that are told by where they are called from: they have no ops of their own."""
GONE = [
    ("convolution", f"F.conv2d({IMAGE}, {KERNEL})"),
    ("convolution", f"F.conv_transpose2d({IMAGE}, {KERNEL})"),
    ("convolution", "F.conv1d(torch.ones(1, 1, 4), torch.ones(1, 1, 2))"),
    ("convolution", "torch.conv_tbc(torch.ones(4, 1, 1), torch.ones(2, 1, 1), torch.ones(1))"),
    (
        "convolution",
        f"torch.mkldnn_convolution({IMAGE}, {KERNEL}, None, [0, 0], [1, 1], [1, 1], 1)",
    ),
    ("convolution", f"torch._C._nn.thnn_conv2d({IMAGE}, {KERNEL}, 2)"),
    ("convolution", f"torch._C._nn.slow_conv3d({IMAGE}[None], {KERNEL}[None], (1, 2, 2))"),
    ("convolution", f"torch._C._nn.slow_conv_dilated2d({IMAGE}, {KERNEL}, 2)"),
    ("convolution", f"torch._C._nn.slow_conv_transpose2d({IMAGE}, {KERNEL}, 2)"),
    ("convolution", f"torch._nnpack_spatial_convolution({IMAGE}, {KERNEL}, None, 0)"),
    ("convolution", f"F.conv2d({IMAGE}.to_mkldnn(), {KERNEL}.to_mkldnn())"),
    ("convolution", f"F.conv2d({IMAGE}.bfloat16(), {KERNEL}.bfloat16())"),
    ("convolution", f"torch.func.vmap(lambda x: F.conv2d(x, {KERNEL}))(torch.ones(3, 1, 1, 4, 4))"),
    ("convolution", f"F.conv2d({IMAGE}.requires_grad_(), {KERNEL})"),
    (
        "convolution",
        f"torch.ops.aten.convolution_backward(torch.ones(1, 1, 3, 3), {IMAGE}, {KERNEL}, [0], "
        "[1, 1], [0, 0], [1, 1], False, [0, 0], 1, [True, True, False])",
    ),
    (
        "convolution",
        f"torch.ops.mkldnn._convolution_pointwise({IMAGE}, {KERNEL}, None, [0, 0], [1, 1], "
        "[1, 1], 1, 'none', [], '')",
    ),
    (
        "convolution",
        "torch.library.get_kernel('aten::convolution', 'CUDA').call_boxed("
        f"torch._C.DispatchKeySet(torch._C.DispatchKey.CPU), {IMAGE}, {KERNEL}, None, [1, 1], "
        "[0, 0], [1, 1], False, [0, 0], 1)",
    ),
    (
        "convolution",
        "torch.backends.mkldnn.flags(enabled=False).__enter__(); "
        f"torch.convolution({IMAGE}, {KERNEL}, None, [1, 1], [0, 0], [1, 1], False, [0, 0], 1)",
    ),
    ("linalg", "torch.ones(2).norm()"),
    ("linalg", "torch.linalg.matrix_norm(torch.ones(2, 2))"),
    ("linalg", "torch.dist(torch.ones(2), torch.zeros(2))"),
    ("linalg", "torch.cdist(torch.ones(2, 2), torch.zeros(2, 2))"),
    ("linalg", "torch.linalg.inv(torch.eye(2))"),
    ("linalg", "torch.linalg.matrix_power(torch.eye(2), 2)"),
    ("linalg_norm", "torch.linalg.vector_norm(torch.ones(2))"),
    ("softmax", "torch.ones(2).softmax(0)"),
    ("softmax", "torch._safe_softmax(torch.ones(2), 0)"),
    ("logsumexp", "torch.ones(2).logsumexp(0)"),
    ("sigmoid", "torch.ones(2).sigmoid_()"),
    ("sigmoid", "F.logsigmoid(torch.ones(2))"),
    ("cross_entropy", "F.cross_entropy(torch.ones(2, 3), torch.tensor([0, 1]))"),
    ("cross_entropy", "F.cross_entropy(torch.ones(2, 3), torch.ones(2, 3) / 3)"),
    ("cross_entropy", "F.nll_loss(torch.ones(2, 3), torch.tensor([0, 1]))"),
    ("binary_cross_entropy", "F.binary_cross_entropy(torch.ones(2) / 2, torch.ones(2))"),
    ("binary_cross_entropy", "F.binary_cross_entropy_with_logits(torch.ones(2), torch.ones(2))"),
    ("mse", "F.mse_loss(torch.ones(2), torch.ones(2))"),
    ("kl", "F.kl_div(torch.zeros(2), torch.ones(2), reduction='sum')"),
    ("one_hot", "F.one_hot(torch.tensor([0, 1]))"),
    ("gather", "torch.take_along_dim(torch.ones(2, 2), torch.tensor([[0], [1]]), 1)"),
    ("matmul", "torch.ones(2, 2) @ torch.ones(2, 2)"),
    ("matmul", "torch.mm(torch.ones(2, 2), torch.ones(2, 2), out=torch.ones(2, 2))"),
    ("matmul", "torch.einsum('ij,jk->ik', torch.ones(2, 2), torch.ones(2, 2))"),
    ("matmul", "torch.ones(2, 2).to_sparse() @ torch.ones(2, 2)"),
    ("matmul", "torch.inner(torch.ones(2), torch.ones(2))"),
    ("matmul", "torch.linalg.vecdot(torch.ones(2), torch.ones(2))"),
    ("matmul", "F.bilinear(torch.ones(1, 2), torch.ones(1, 2), torch.ones(1, 2, 2))"),
    ("matmul", "F.linear(torch.ones(2, 2), torch.ones(2, 2), torch.ones(2))"),
    ("matmul", "F.scaled_dot_product_attention(*[torch.ones(1, 2, 2)] * 3)"),
    ("pooling", "F.max_pool2d(torch.ones(1, 1, 4, 4), 2)"),
    ("pooling", "F.avg_pool1d(torch.ones(1, 1, 4), 2)"),
    ("pooling", "F.adaptive_avg_pool2d(torch.ones(1, 1, 4, 4), 1)"),
    ("upsample", "F.interpolate(torch.ones(1, 1, 2, 2), scale_factor=2)"),
    ("batch_norm", "F.batch_norm(torch.rand(3, 2), torch.zeros(2), torch.ones(2))"),
    ("dropout", "torch.dropout(torch.ones(2), 0.5, True)"),
    ("recurrent", "nn.LSTM(2, 2)(torch.ones(1, 1, 2))"),
    ("recurrent", "nn.GRUCell(2, 2)(torch.ones(1, 2))"),
    ("aten.relu", "torch.ones(2).relu_()"),
    ("aten.one_hot", "F.one_hot(torch.tensor([0, 1]))"),
]
NO_GRAPH = [
    "x = torch.ones(2, requires_grad=True); (x * x).sum().backward()",
    "x = torch.ones(2, requires_grad=True); torch.autograd.grad((x @ x) / 2, x)",
    "x = torch.ones(2, requires_grad=True); y = (x * x).sum(); "
    "torch.autograd.Variable._execution_engine.run_backward((y,), (torch.ones(()),), False, False, "
    "(x,), False, False)",
    "x = torch.ones(2, requires_grad=True); (x * x).grad_fn(torch.ones(2))",
    "x = torch.ones(2, requires_grad=True); torch.jit.trace(torch.square, x)(x).sum().backward()",
    "x = torch.ones(2).to_sparse().requires_grad_(); (x * x).to_dense().sum().backward()",
    "x = nn.Parameter(torch.ones(2, 2)); F.linear(torch.ones(1, 2), x).sum().backward()",
    "x = torch.ones(2, requires_grad=True); torch.logcumsumexp(x, 0).prod().backward()",
    "g = torch.func.grad(lambda a: (a * a).sum())(torch.ones(2)); assert g.any()",
    "_, g = torch.func.jvp(torch.sin, (torch.ones(2),), (torch.ones(2),)); assert g.any()",
]
STILL_THERE = [
    *((group, "return (torch.rand(2, 3).exp() * 2).sum(1).sqrt().clamp(0)") for group in GROUPS),
    ("convolution", f"return (F.unfold({IMAGE}, 2) * torch.ones(1, 4, 1)).sum(1)"),
    ("convolution", "return torch.einsum('ij,jk->ik', torch.ones(2, 2), torch.ones(2, 2))"),
    ("softmax", "x = torch.ones(3).exp(); return (x / x.sum()).logsumexp(0)"),
    ("matmul", "return (torch.ones(2, 2, 1) * torch.ones(1, 2, 2)).sum(1)"),
    ("gather", "x = torch.ones(2, 2); return x[torch.arange(2), torch.tensor([1, 0])]"),
    ("autograd", "x = torch.ones(2, requires_grad=True); y = x.detach().clone(); y += x; return y"),
    ("autograd", "with torch.no_grad(): return nn.Linear(2, 2)(torch.ones(2))"),
    ("autograd", "return torch.func.vmap(lambda a: a @ a)(torch.ones(2, 3))"),
    (
        "autograd",
        "x = torch.rand(3, 2); x[0], x[x > 0.5] = 0, 1; return x.t().contiguous().view(3, 2)",
    ),
    (
        "convolution",
        "x = torch.ones(3, requires_grad=True); return torch.autograd.grad((x * x).sum(), x)",
    ),
]


@pytest.fixture(scope="module")
def answers():
    """What came of each case, all in forks of one process."""
    none = [("autograd", body) for body in NO_GRAPH]
    cases = list(dict.fromkeys((*GONE, *STILL_THERE, *none)))
    here = Path(__file__).parent
    done = subprocess.run(
        [sys.executable, str(here / "removal_support.py")],
        input="".join(json.dumps(case) + "\n" for case in cases),
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    lines = done.stdout.splitlines()
    assert len(lines) == len(cases), done.stderr
    return dict(zip(cases, map(json.loads, lines), strict=True))


@pytest.mark.parametrize("case", GONE, ids=" ".join)
def test_a_forbidden_op_is_gone_whatever_is_switched_off(case, answers):
    assert answers[case] == "refused"


@pytest.mark.parametrize("body", NO_GRAPH)
def test_no_way_of_differentiating_is_left(body, answers):
    assert answers["autograd", body] not in ("returned", "refused")


@pytest.mark.parametrize("case", STILL_THERE, ids=" ".join)
def test_everything_else_is_still_there(case, answers):
    assert answers[case] == "returned"


@pytest.mark.parametrize("group", sorted(set(GROUPS) - NO_OPS))
def test_each_group_with_ops_of_its_own_has_kernels_to_take_out(group):
    assert removal.plan((group,))


def test_a_plan_names_the_word_that_an_op_falls_under():
    kernels = {(key, word): list(ops) for ops, key, word in removal.plan(("softmax", "sigmoid"))}
    assert "aten::_softmax" in kernels["CPU", "softmax"]
    assert "aten::sigmoid" in kernels["CPU", "sigmoid"]
