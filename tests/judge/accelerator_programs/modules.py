"""Modules on the device."""

import copy

import torch
from torch import nn

from accelerator_programs.table import Section

_section = Section("Modules", "modules")
program = _section.program
PROGRAMS = _section.programs


def net():
    torch.manual_seed(4)
    return nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4), nn.ReLU(), nn.Linear(4, 2))


def devices(tensors):
    return sorted({str(tensor.device) for tensor in tensors})


@program(
    "`model.to(device)` changes the model itself and returns it",
    equals=[True, ["cuda:0"], ["cuda:0"]],
)
def moving(device):
    model = net()
    return [model.to(device) is model, devices(model.parameters()), devices(model.buffers())]


@program(
    '`model.cuda()`, `model.cuda(0)`, `model.to("cuda")`, `model.to("cuda:0")`',
    equals=[["cuda:0"]] * 4,
)
def every_name_of_it(device):
    moved = [net().cuda(), net().cuda(0), net().to("cuda"), net().to("cuda:0")]
    return [devices(model.parameters()) for model in moved]


@program(
    '`model.to("cuda:1")`',
    raises="AcceleratorError",
    words="CUDA error: invalid device ordinal",
    documented="same on a machine with one device",
)
def moving_to_a_second_device(device):
    net().to("cuda:1")


@program('`model.cpu()`, `model.to("cpu")`', on="cpu")
def back_to_the_cpu(device):
    model = net().to(device)
    return [list(model.cpu().parameters()), net().to(device).to("cpu")[0].weight]


@program(
    "parameters stay the same objects, with their gradients and hooks",
    equals=[True, True, "cuda:0", True],
)
def keeping_identity(device):
    model = nn.Linear(2, 1)
    weight = model.weight
    model(torch.ones(1, 2)).sum().backward()
    model.to("cuda")
    return [
        model.weight is weight,
        weight.is_leaf,
        str(weight.grad.device),
        isinstance(weight, nn.Parameter),
    ]


@program("`model.half()`, `.double()`, `.bfloat16()`, `.to(device, torch.float64)`")
def dtypes(device):
    return [
        net().to(device).half()[0].weight,
        net().to(device, torch.float64)[0].weight,
        net().double().to(device)[0].bias,
    ]


@program("`nn.Linear(3, 4, device=device)`")
def made_there(device):
    return nn.Linear(3, 4, device=device).weight


@program("`nn.Parameter(torch.ones(2, device=device))`, `register_buffer`")
def own_parameters(device):
    class Scale(nn.Module):
        def __init__(self):
            super().__init__()
            self.scale = nn.Parameter(torch.ones(2))
            self.register_buffer("offset", torch.arange(2.0))
            self.plain = torch.ones(1)

        def forward(self, x):
            return x * self.scale + self.offset

    model = Scale().to(device)
    return [model(torch.ones(2, device=device)), model.scale, model.offset, str(model.plain.device)]


@program("a tensor that is neither parameter nor buffer does not move", equals="cpu")
def plain_attributes_stay(device):
    model = nn.Linear(1, 1)
    model.mask = torch.ones(1)
    return str(model.to("cuda").mask.device)


@program("`model.state_dict()`, `load_state_dict` of a CPU model's", on="cuda:0")
def state_dict(device):
    model = net().to(device)
    model.load_state_dict(net().state_dict())
    return dict(model.state_dict())


@program("`copy.deepcopy(model)`")
def deep_copy(device):
    model = net().to(device)
    twin = copy.deepcopy(model)
    with torch.no_grad():
        twin[0].weight.zero_()
    return [model[0].weight, twin[0].weight]


@program("`next(model.parameters()).device`", equals="cuda:0")
def its_device(device):
    return str(next(net().to(device).parameters()).device)


@program("`sum(p.numel() for p in model.parameters())`")
def counting_parameters(device):
    return sum(p.numel() for p in net().to(device).parameters())


@program("`nn.init.…_(layer.weight)`, `nn.init.zeros_`")
def initialising(device):
    model = net().to(device)
    nn.init.constant_(model[0].weight, 0.5)
    nn.init.zeros_(model[0].bias)
    return [model[0].weight, model[0].bias]


@program(
    "`model.apply(fn)`, `named_parameters()`, `requires_grad_(False)`, `model.train()`, `eval()`"
)
def walking(device):
    model = net().to(device).eval()
    seen = []
    model.apply(lambda module: seen.append(type(module).__name__))
    model[0].requires_grad_(False)
    return [seen, [name for name, p in model.named_parameters() if p.requires_grad], model.training]


@program("`register_forward_hook`, `register_full_backward_hook`")
def hooks(device):
    model, seen = net().to(device), []
    model[0].register_forward_hook(lambda module, inputs, output: seen.append(output.detach()))
    model[0].register_full_backward_hook(lambda module, given, got: seen.append(got[0]))
    model(
        torch.ones(2, 3, device=device) * torch.tensor([[1.0], [2.0]]).to(device)
    ).sum().backward()
    return seen


@program(
    "`nn.utils.parameters_to_vector`, `weight_norm`, `nn.utils.prune` are left to the CPU's code",
    tolerance=1e-6,
)
def vectors_of_parameters(device):
    model = net().to(device)
    vector = nn.utils.parameters_to_vector(model.parameters())
    nn.utils.vector_to_parameters(vector * 2, model.parameters())
    normed = nn.utils.parametrizations.weight_norm(nn.Linear(2, 2)).to(device)
    return [vector, model[0].bias, normed.weight * 0]


@program("`nn.Module.to_empty(device=)`, `skip_init`", equals="cuda:0")
def to_empty(device):
    return str(nn.Linear(2, 2).to_empty(device="cuda").weight.device)
