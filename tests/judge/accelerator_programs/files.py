"""Saving and loading."""

import io

import torch
from torch import nn

from accelerator_programs.table import Section

_section = Section("Files", "files")
program = _section.program
PROGRAMS = _section.programs


def saved(value):
    buffer = io.BytesIO()
    torch.save(value, buffer)
    buffer.seek(0)
    return buffer


@program("`torch.save(x)`, `torch.load(…)`: comes back on the device")
def round_trip(device):
    return torch.load(saved({"x": torch.arange(3.0, device=device), "epoch": 1}))


@program('`torch.load(…, map_location="cpu")`', on="cpu")
def onto_the_cpu(device):
    return torch.load(saved(torch.arange(3.0, device=device)), map_location="cpu")


@program("`torch.load(…, map_location=device)` of what was on the CPU")
def onto_the_device(device):
    return torch.load(saved(torch.arange(3.0)), map_location=device)


@program("`torch.load(…, map_location=lambda storage, location: storage)`", on="cpu")
def by_a_function(device):
    return torch.load(
        saved(torch.arange(3.0, device=device)), map_location=lambda storage, _: storage
    )


@program('`torch.load(…, map_location={"cuda:0": "cpu"})`', on="cpu")
def by_a_dictionary(device):
    return torch.load(saved(torch.arange(3.0, device=device)), map_location={"cuda:0": "cpu"})


@program(
    '`torch.load(…, map_location="cuda:1")`',
    raises="RuntimeError",
    words="device",
    documented="raises: torch.cuda.device_count() is 1",
)
def onto_a_second_device(device):
    torch.load(saved(torch.arange(3.0)), map_location="cuda:1")


@program("`torch.save(model.state_dict())`, `load_state_dict(torch.load(…))`, both ways")
def checkpoint_of_a_model(device):
    torch.manual_seed(1)
    model, other = nn.Linear(2, 1).to(device), nn.Linear(2, 1).to(device)
    other.load_state_dict(torch.load(saved(model.state_dict())))
    third = nn.Linear(2, 1).to(device)
    third.load_state_dict(torch.load(saved(model.state_dict()), map_location="cpu"))
    return [other.weight, third.weight]


@program("`torch.save(model)`, `torch.load(…, weights_only=False)`")
def a_whole_model(device):
    torch.manual_seed(2)
    return torch.load(saved(nn.Linear(2, 1).to(device)), weights_only=False).weight


@program("`optimizer.state_dict()` in a file: training goes on exactly", tolerance=1e-6)
def checkpoint_of_an_optimizer(device):
    torch.manual_seed(3)
    model = nn.Linear(2, 1).to(device)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.1)
    x = torch.randn(4, 2).to(device)
    for step in range(4):
        optimizer.zero_grad()
        model(x).pow(2).sum().backward()
        optimizer.step()
        if step == 1:
            buffer = saved({"model": model.state_dict(), "optimizer": optimizer.state_dict()})
            state = torch.load(buffer)
            model.load_state_dict(state["model"])
            optimizer = torch.optim.Adam(model.parameters(), lr=0.1)
            optimizer.load_state_dict(state["optimizer"])
    return model.weight
