"""Getting numbers out of device tensors, and showing them."""

import copy

import numpy as np
import torch

from accelerator_programs.table import Section

_section = Section("Reading values", "reading")
program = _section.program
PROGRAMS = _section.programs
_NUMPY = (
    "can't convert cuda:0 device type tensor to numpy. Use Tensor.cpu() to copy the tensor to "
    "host memory first."
)


def x_on(device):
    return torch.tensor([[1.0, -2.0], [0.5, 4.0]]).to(device)


@program("`x.item()`, `float(x)`, `int(x)`, `bool(x)`, `x.tolist()`")
def as_numbers(device):
    x = x_on(device)
    return [x[0, 1].item(), float(x[0, 1]), int(x[1, 1]), bool(x[0, 0] > 0), x.tolist()]


@program(
    "`x.item()` of several numbers",
    raises="RuntimeError",
    words="a Tensor with 4 elements cannot be converted to Scalar",
)
def item_of_several(device):
    x_on(device).item()


@program(
    "`if x:` of several numbers",
    raises="RuntimeError",
    words="Boolean value of Tensor with more than one value is ambiguous",
)
def truth_of_several(device):
    return 1 if x_on(device) else 0


@program("`len(x)`, `x.shape`, `x.numel()`, `for row in x`, `a, b = x`, `x in list`")
def as_a_sequence(device):
    x = x_on(device)
    first, second = x
    return [len(x), list(x.shape), x.numel(), [row.sum().item() for row in x], first, second]


@program("`range(n)[i]`, `values[i]` with a whole number on the device")
def as_an_index(device):
    i = torch.tensor(2, device=device)
    return [range(5)[i], [1, 2, 3][i]]


@program(
    '`f"{x:.2f}"`, `str(x)`, `print(x)`', equals=["-2.00", "tensor([1., 2.], device='cuda:0')"]
)
def as_text(device):
    return [f"{x_on(device)[0, 1]:.2f}", str(torch.tensor([1.0, 2.0]).to(device))]


@program(
    "`print(x)` of a number, of one that needs a gradient, of other dtypes, of nothing",
    equals=[
        "tensor(3, device='cuda:0')",
        "tensor([1.5000], device='cuda:0', requires_grad=True)",
        "tensor([3.], device='cuda:0', grad_fn=<MulBackward0>)",
        "tensor([1], device='cuda:0', dtype=torch.int8)",
        "tensor([], device='cuda:0', size=(0, 3))",
    ],
)
def as_text_with_more(device):
    leaf = torch.tensor([1.5], device=device, requires_grad=True)
    return [
        str(torch.tensor(3).to(device)),
        str(leaf),
        str(leaf * 2),
        str(torch.ones(1, dtype=torch.int8, device=device)),
        str(torch.ones(0, 3).to(device)),
    ]


@program("`x.numpy()`", raises="TypeError", words=_NUMPY)
def to_numpy(device):
    x_on("cuda").numpy()


@program("`np.asarray(x)`, `np.array(x)`", raises="TypeError", words=_NUMPY)
def asarray(device):
    np.asarray(x_on("cuda"))


@program("`np.mean(x)`, `np.add(x, 1)`", raises="TypeError", words=_NUMPY)
def numpy_functions(device):
    np.add(x_on("cuda"), np.ones(2))


@program("`x.cpu().numpy()`, `x.detach().cpu().numpy()`, `x.numpy(force=True)`")
def to_numpy_by_the_cpu(device):
    x = x_on(device)
    found = [x.cpu().numpy(), x.detach().cpu().numpy(), x.numpy(force=True)]
    return [each.tolist() for each in found]


@program(
    "`x.requires_grad_().cpu().numpy()`",
    raises="RuntimeError",
    words="Can't call numpy() on Tensor that requires grad. Use tensor.detach().numpy() instead.",
)
def to_numpy_with_gradient(device):
    x_on(device).requires_grad_().cpu().numpy()


@program("`x == y`, `torch.equal`, `torch.allclose`")
def comparing(device):
    x, y = x_on(device), x_on(device)
    return [x == y, torch.equal(x, y), torch.allclose(x, y + 1e-9)]


@program("`max(a, b)`, `sum([a, b])`, `sorted`, `round`, `abs` of numbers on the device")
def with_builtins(device):
    a, b = torch.tensor(2.0, device=device), torch.tensor(-1.5, device=device)
    return [max(a, b), sum([a, b]), sorted([a, b]), abs(b), -b, a**2, 1 / a, 3 - a]


@program("`{x: 1}`, `x in {…}`, `hash(x)`: by identity", equals=[1, True])
def as_a_key(device):
    x = x_on(device)
    return [{x: 1}[x], x in {x}]


@program("`copy.copy(x)`, `copy.deepcopy(x)`, `x.clone()`")
def copying(device):
    x = x_on(device)
    return [copy.copy(x), copy.deepcopy(x), x.clone()]


@program("`x.data_ptr()`, `x.stride()`, `x.is_contiguous()`, `x.storage_offset()`")
def its_memory_layout(device):
    x = x_on(device)
    return [
        x.data_ptr() == x[0].data_ptr(),
        x.t().stride(),
        x.t().is_contiguous(),
        x[1].storage_offset(),
    ]


@program("`x.dtype`, `x.element_size()`, `x.nbytes`, `x.dim()`, `x.requires_grad`, `x.is_leaf`")
def its_properties(device):
    x = x_on(device)
    return [str(x.dtype), x.element_size(), x.nbytes, x.dim(), x.requires_grad, x.is_leaf]


@program("`x.untyped_storage().device`", equals="cpu", documented="cuda:0")
def device_of_the_storage(device):
    return str(x_on("cuda").untyped_storage().device)
