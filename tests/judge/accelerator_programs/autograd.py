"""Gradients on the device."""

import torch
from torch import nn
from torch.utils.checkpoint import checkpoint

from accelerator_programs.table import Section

_section = Section("Gradients", "autograd")
program = _section.program
PROGRAMS = _section.programs


def leaf_on(device):
    return torch.tensor([[1.0, -2.0], [0.5, 3.0]], device=device, requires_grad=True)


@program("`loss.backward()`, `x.grad`; gradients add up")
def backward(device):
    x = leaf_on(device)
    (x**3).sum().backward()
    (x * 2).sum().backward()
    return x.grad


@program("`y.backward(v)`, v on the device")
def backward_of_a_vector(device):
    x = leaf_on(device)
    (x * x).backward(torch.tensor([[1.0, 0.0], [0.5, 2.0]], device=device))
    return x.grad


@program(
    "`y.backward()` of several numbers",
    raises="RuntimeError",
    words="grad can be implicitly created only for scalar outputs",
)
def backward_of_several(device):
    (leaf_on(device) * 2).backward()


@program(
    "`y.backward(v)`, v on the CPU",
    raises="RuntimeError",
    words="expected device",
    documented="raises",
)
def cotangent_on_the_cpu(device):
    (leaf_on("cuda") * 2).backward(torch.ones(2, 2))


@program(
    "`loss.backward()` twice",
    raises="RuntimeError",
    words="Trying to backward through the graph a second time",
)
def backward_twice(device):
    loss = (leaf_on(device) ** 2).sum()
    loss.backward()
    loss.backward()


@program(
    "an in-place change of what the backward pass needs",
    raises="RuntimeError",
    words="has been modified by an inplace operation",
)
def changed_before_backward(device):
    x = leaf_on(device)
    y = x.exp()
    z = (y * y).sum()
    y += 1
    z.backward()


@program(
    "`x += 1` of a leaf",
    raises="RuntimeError",
    words="a leaf Variable that requires grad is being used in an in-place operation",
)
def changing_a_leaf(device):
    x = leaf_on(device)
    x += 1


@program("the gradient flows back through `.to(device)` and `.cpu()`", on="cpu")
def across_devices(device):
    x = torch.tensor([1.0, 2.0], requires_grad=True)
    (x.to(device) * 3).cpu().pow(2).sum().backward()
    return x.grad


@program("`x.to(device)` of a leaf is no leaf: its `.grad` stays None", equals=[False, None])
def a_moved_leaf(device):
    x = torch.ones(2, requires_grad=True).to("cuda")
    (x * 2).sum().backward()
    return [x.is_leaf, x.grad]


@program("`torch.autograd.grad`, `create_graph=True`: second derivatives")
def higher_derivatives(device):
    x = leaf_on(device)
    (first,) = torch.autograd.grad((x**4).sum(), x, create_graph=True)
    (second,) = torch.autograd.grad(first.sum(), x)
    return [first, second]


@program("`torch.no_grad()`, `inference_mode()`, `.detach()`, `requires_grad_()`")
def without_gradients(device):
    x = leaf_on(device)
    with torch.no_grad():
        a = x * 2
    with torch.inference_mode():
        b = x * 2
    return [a, a.requires_grad, b.is_inference(), x.detach().requires_grad, b]


@program("`x.register_hook`, `x.retain_grad()`")
def hooks_of_tensors(device):
    x = leaf_on(device)
    y = x * 2
    y.retain_grad()
    x.register_hook(lambda gradient: gradient * 10)
    y.sum().backward()
    return [x.grad, y.grad]


class Cube(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x**3

    @staticmethod
    def backward(ctx, gradient):
        (x,) = ctx.saved_tensors
        return gradient * 3 * x**2 + torch.zeros(1, device=gradient.device)


@program("`torch.autograd.Function` of one's own")
def own_function(device):
    x = leaf_on(device)
    Cube.apply(x).sum().backward()
    return x.grad


@program("`torch.autograd.gradcheck`", equals=True)
def gradcheck(device):
    x = torch.tensor([1.0, -2.0], dtype=torch.float64, device="cuda", requires_grad=True)
    return torch.autograd.gradcheck(Cube.apply, (x,))


@program("`torch.utils.checkpoint.checkpoint`")
def checkpointing(device):
    x = leaf_on(device)
    checkpoint(lambda t: (t * 3).tanh(), x, use_reentrant=False).sum().backward()
    return x.grad


@program(
    "formulas that make tensors of their own: `max`, `sort`, `x[i]`, `prod`, `cumprod`, "
    "`norm`, `std`"
)
def formulas(device):
    x = leaf_on(device)
    parts = [
        x.max(1).values,
        x.sort().values,
        x[0],
        x.prod(1),
        x.cumprod(0),
        x.norm(),
        x.std(),
        x.unfold(0, 2, 1),
    ]
    sum(part.sum() for part in parts).backward()
    return x.grad


@program("`torch.func.grad`, `torch.func.vmap`, `torch.vmap`, `jacrev`")
def function_transforms(device):
    x = leaf_on(device).detach()
    return [
        torch.func.grad(lambda t: (t**3).sum())(x),
        torch.func.vmap(lambda row: row * row.sum())(x),
        torch.func.jacrev(lambda t: t**2)(x[0]),
    ]


@program("`torch.autograd.functional.jacobian`, `hessian`")
def functional_jacobian(device):
    x = leaf_on(device).detach()[0]
    return [
        torch.autograd.functional.jacobian(lambda t: t**2, x),
        torch.autograd.functional.hessian(lambda t: (t**3).sum(), x),
    ]


@program("`nn.utils.clip_grad_norm_`, `clip_grad_value_`", tolerance=1e-6)
def clipping(device):
    torch.manual_seed(0)
    model = nn.Linear(3, 2).to(device)
    (model(torch.ones(4, 3, device=device)) ** 2).sum().backward()
    total = nn.utils.clip_grad_norm_(model.parameters(), 0.1)
    nn.utils.clip_grad_value_(model.parameters(), 0.05)
    return [total, model.weight.grad]
