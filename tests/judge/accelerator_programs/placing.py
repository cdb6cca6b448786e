"""Moving tensors, and making them where they are wanted."""

import numpy as np
import torch

from accelerator_programs.table import Section

_section = Section("Placing tensors", "placing")
program = _section.program
PROGRAMS = _section.programs
TWO = [1.0, 2.0]


@program("`x.to(device)`")
def to_device(device):
    return torch.tensor(TWO).to(device)


@program(
    '`x.to("cuda")`, `x.to("cuda:0")`, `x.to(0)`, `x.cuda()`, `x.cuda(0)`, `x.cuda("cuda:0")`',
    equals=["cuda:0"] * 6,
)
def every_name_of_it(device):
    x = torch.tensor(TWO)
    moved = [x.to("cuda"), x.to("cuda:0"), x.to(0), x.cuda(), x.cuda(0), x.cuda("cuda:0")]
    return [str(each.device) for each in moved]


@program("`x.to(other)`: dtype and device of another tensor")
def to_that_of_another(device):
    return torch.tensor([1, 2]).to(torch.zeros(1, dtype=torch.float64, device=device))


@program("`x.to(device, torch.float64)`, `x.to(device=device, dtype=…)`")
def to_device_and_dtype(device):
    x = torch.tensor(TWO)
    return [x.to(device, torch.float64), x.to(device=device, dtype=torch.int32)]


@program("`x.to(device) is x` where it is already", equals=[True, True, False])
def moving_to_where_it_is(device):
    x = torch.tensor(TWO).cuda()
    return [x.to(device) is x, x.cuda() is x, x.to(device, copy=True) is x]


@program("`x.to(device)` leaves the original", on="")
def moving_copies(device):
    x = torch.tensor(TWO)
    moved = x.to(device, copy=True)
    moved += 1
    return [x, moved]


@program(
    '`x.to("cuda:1")`',
    raises="AcceleratorError",
    words="CUDA error: invalid device ordinal",
    documented="same on a machine with one device",
)
def a_second_device(device):
    torch.tensor(TWO).to("cuda:1")


@program(
    "`x.cuda(1)`",
    raises="AcceleratorError",
    words="CUDA error: invalid device ordinal",
    documented="same on a machine with one device",
)
def a_second_device_by_number(device):
    torch.tensor(TWO).cuda(1)


@program('`x.to("gpu")`', raises="RuntimeError", words="device string: gpu")
def a_device_of_no_kind(device):
    torch.tensor(TWO).to("gpu")


@program('`x.cpu()`, `x.to("cpu")`', on="cpu")
def back_to_the_cpu(device):
    x = torch.tensor(TWO).to(device)
    return [x.cpu(), x.to("cpu")]


@program("`x.to(device, non_blocking=True)`, `x.pin_memory()`")
def without_waiting(device):
    x = torch.tensor(TWO)
    return (x.pin_memory() if device.type == "cuda" else x).to(device, non_blocking=True)


@program(
    "`x.pin_memory()` of a device tensor",
    raises="RuntimeError",
    words="cannot pin 'torch.cuda.FloatTensor' only dense CPU tensors can be pinned",
)
def pinning_what_is_there(device):
    torch.tensor(TWO).cuda().pin_memory()


@program(
    "`torch.zeros`, `ones`, `full`, `empty(…).fill_`, `arange`, `linspace`, `eye` with `device=`"
)
def factories(device):
    return [
        torch.zeros(2, 3, device=device),
        torch.ones(2, dtype=torch.int64, device=device),
        torch.full((2,), 3.5, device=device),
        torch.empty(2, device=device).fill_(4),
        torch.arange(1, 7, 2, device=device),
        torch.linspace(0, 1, 5, device=device),
        torch.logspace(0, 2, 3, device=device),
        torch.eye(3, device=device),
        torch.tril_indices(3, 3, device=device),
    ]


@program("`torch.tensor(…, device=)`, `as_tensor`, `from_numpy(a).to(device)`")
def from_data(device):
    return [
        torch.tensor(TWO, device=device),
        torch.as_tensor(np.arange(3.0), device=device),
        torch.from_numpy(np.arange(3)).to(device),
        torch.asarray([1, 2], device=device),
        torch.scalar_tensor(3.0, device=device),
    ]


@program("`torch.tensor([a, b])` of device numbers makes a CPU tensor", on="cpu")
def from_device_numbers(device):
    x = torch.tensor(TWO, device=device)
    return torch.tensor([x[0], x[1]])


@program("`zeros_like`, `ones_like`, `rand_like`, `empty_like`, `full_like`")
def like_another(device):
    x = torch.tensor(TWO, device=device)
    return [
        torch.zeros_like(x),
        torch.ones_like(x, dtype=torch.int32),
        torch.full_like(x, 7),
        torch.empty_like(x).zero_(),
    ]


@program("`zeros_like(x, device=…)` to and from the device", on="")
def like_another_elsewhere(device):
    x = torch.tensor(TWO, device=device)
    there, back = torch.zeros_like(x.cpu(), device=device), torch.zeros_like(x, device="cpu")
    return [there, back, str(there.device) == str(device), str(back.device)]


@program("`x.new_zeros`, `new_ones`, `new_full`, `new_empty`, `new_tensor`")
def new_ones(device):
    x = torch.tensor(TWO, device=device)
    return [
        x.new_zeros(2),
        x.new_ones(2, 2),
        x.new_full((2,), 5),
        x.new_empty(3).zero_(),
        x.new_tensor([1, 2, 3]),
    ]


@program("`x.new(2, 3)`", refused=True, words="x.new(", documented="works, deprecated")
def the_old_new(device):
    return torch.ones(1, device=device).new(2, 3).shape


@program(
    "`torch.cuda.FloatTensor([1.0, 2.0])`, `x.type(torch.cuda.FloatTensor)`",
    equals=["cuda:0", "cuda:0", "torch.cuda.FloatTensor"],
)
def legacy_types(device):
    x = torch.cuda.FloatTensor(TWO)
    return [str(x.device), str(torch.tensor(TWO).type(torch.cuda.FloatTensor).device), x.type()]


@program('`with torch.device("cuda"):` and `with device:`')
def a_default_for_a_block(device):
    with device:
        return [torch.ones(2), torch.tensor(TWO), torch.arange(3), torch.nn.Linear(1, 1).bias * 0]


@program("`torch.set_default_device(device)`, `torch.get_default_device()`")
def a_default_for_all(device):
    torch.set_default_device(device)
    made = torch.zeros(2)
    return [made, torch.get_default_device().type == device.type]


@program(
    "`x.device`, `.is_cuda`, `.is_cpu`, `.get_device()`, `.device.type`, `.device.index`",
    equals=["cuda:0", True, False, 0, "cuda", 0],
)
def where_it_is(device):
    x = torch.tensor(TWO).to(device)
    return [str(x.device), x.is_cuda, x.is_cpu, x.get_device(), x.device.type, x.device.index]


@program(
    '`x.device == torch.device("cuda")` is False, `== torch.device("cuda:0")` True',
    equals=[False, True],
)
def comparing_devices(device):
    x = torch.tensor(TWO).to("cuda")
    return [x.device == torch.device("cuda"), x.device == torch.device("cuda:0")]


@program(
    "`isinstance(x, torch.Tensor)`, `torch.is_tensor(x)`, `isinstance(x, torch.cuda.FloatTensor)`",
    equals=[True, True, True],
)
def what_it_is(device):
    x = torch.tensor(TWO).to(device)
    return [isinstance(x, torch.Tensor), torch.is_tensor(x), isinstance(x, torch.cuda.FloatTensor)]


@program("`type(x) is torch.Tensor`", equals=False, documented="True")
def its_exact_type(device):
    return type(torch.tensor(TWO).to(device)) is torch.Tensor


@program("`x.to_sparse()`", refused=True, words="sparse", documented="works")
def sparse(device):
    return str(torch.eye(2, device=device).to_sparse().layout)


@program('`torch.empty(2, device="meta")`', refused=True, words="meta device", documented="works")
def on_the_meta_device(device):
    return str(torch.empty(2, device="meta").device)
