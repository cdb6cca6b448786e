"""Training on the device: optimizers, schedulers, loaders, mixed precision."""

import copy

import torch
from torch import nn, optim
from torch.nn import functional as F
from torch.utils.data import DataLoader, TensorDataset

from accelerator_programs.table import Section

_section = Section("Training", "training")
program = _section.program
PROGRAMS = _section.programs


def trained(device, make, *, steps=4, scheduler=None):
    """The weights, the gradient and the state of the optimizer after some steps."""
    torch.manual_seed(9)
    model = nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.Linear(4, 1)).to(device)
    inputs, target = torch.randn(8, 3).to(device), torch.randn(8, 1).to(device)
    optimizer = make(model.parameters())
    rates = scheduler(optimizer) if scheduler else None
    for _ in range(steps):
        optimizer.zero_grad()
        loss = F.mse_loss(model(inputs), target)
        loss.backward()
        optimizer.step()
        if rates:
            rates.step()
    state = [
        value
        for value in optimizer.state[model[0].weight].values()
        if isinstance(value, torch.Tensor) and value.dim()
    ]
    return [loss.detach(), *model.parameters(), *state, optimizer.param_groups[0]["lr"]]


@program("`optim.SGD`, with momentum, Nesterov, weight decay", tolerance=1e-6)
def sgd(device):
    return [
        trained(device, lambda p: optim.SGD(p, lr=0.1)),
        trained(device, lambda p: optim.SGD(p, lr=0.1, momentum=0.9, weight_decay=0.01)),
        trained(device, lambda p: optim.SGD(p, lr=0.1, momentum=0.9, nesterov=True)),
    ]


@program("`optim.Adam`, `AdamW`, `amsgrad`", tolerance=1e-6)
def adam(device):
    return [
        trained(device, lambda p: optim.Adam(p, lr=0.01, amsgrad=True)),
        trained(device, lambda p: optim.AdamW(p, lr=0.01)),
    ]


@program("`optim.RMSprop`, `Adagrad`, `Adadelta`, `NAdam`", tolerance=1e-6)
def other_optimizers(device):
    kinds = [optim.RMSprop, optim.Adagrad, optim.Adadelta, optim.NAdam]
    return [trained(device, lambda p, kind=kind: kind(p, lr=0.01)) for kind in kinds]


@program("`foreach=True`, `fused=True`", tolerance=1e-5)
def several_at_once(device):
    return [
        trained(device, lambda p: optim.Adam(p, lr=0.01, foreach=True))[:4],
        trained(device, lambda p: optim.Adam(p, lr=0.01, fused=True))[:4],
        trained(device, lambda p: optim.SGD(p, lr=0.1, momentum=0.9, foreach=True))[:4],
    ]


@program("`optim.LBFGS` with a closure", tolerance=1e-4)
def with_a_closure(device):
    torch.manual_seed(1)
    model = nn.Linear(2, 1).to(device)
    x, y = torch.randn(6, 2).to(device), torch.randn(6, 1).to(device)
    optimizer = optim.LBFGS(model.parameters(), max_iter=5)

    def closure():
        optimizer.zero_grad()
        loss = F.mse_loss(model(x), y)
        loss.backward()
        return loss

    optimizer.step(closure)
    return model.weight


@program(
    "`StepLR`, `ExponentialLR`, `CosineAnnealingLR`, `OneCycleLR`, `ReduceLROnPlateau`",
    tolerance=1e-6,
)
def schedulers(device):
    rates = optim.lr_scheduler
    makers = [
        lambda o: rates.StepLR(o, 2),
        lambda o: rates.ExponentialLR(o, 0.9),
        lambda o: rates.CosineAnnealingLR(o, 4),
        lambda o: rates.OneCycleLR(o, 0.1, 8),
    ]
    return [trained(device, lambda p: optim.SGD(p, lr=0.1), scheduler=make) for make in makers]


@program(
    "the optimizer is made before `model.to(device)`",
    tolerance=1e-6,
    documented="same; moving first is advised",
)
def made_before_the_move(device):
    torch.manual_seed(2)
    model = nn.Linear(2, 1)
    optimizer = optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
    model.to(device)
    for _ in range(2):
        optimizer.zero_grad()
        model(torch.ones(1, 2, device=device)).sum().backward()
        optimizer.step()
    return model.weight


@program(
    "`optimizer.state_dict()`, `load_state_dict`: the state goes to the device of the parameters",
    equals=["cuda:0", "cuda:0"],
)
def optimizer_state(device):
    model = nn.Linear(2, 1)
    optimizer = optim.Adam(model.parameters())
    model(torch.ones(1, 2)).sum().backward()
    optimizer.step()
    moved = copy.deepcopy(model).to("cuda")
    other = optim.Adam(moved.parameters())
    other.load_state_dict(optimizer.state_dict())
    moved(torch.ones(1, 2, device="cuda")).sum().backward()
    other.step()
    state = other.state[moved.weight]
    return [str(state["exp_avg"].device), str(state["exp_avg_sq"].device)]


@program("`optimizer.zero_grad()`, `zero_grad(set_to_none=False)`, `model.zero_grad()`", on="")
def clearing_gradients(device):
    model = nn.Linear(2, 1).to(device)
    optimizer = optim.SGD(model.parameters(), lr=0.1)
    model(torch.ones(1, 2, device=device)).sum().backward()
    optimizer.zero_grad(set_to_none=False)
    kept = model.weight.grad.clone()
    model.zero_grad()
    return [kept, model.weight.grad]


@program("parameter groups, frozen layers", tolerance=1e-6)
def parameter_groups(device):
    torch.manual_seed(3)
    model = nn.Sequential(nn.Linear(2, 2), nn.Linear(2, 1)).to(device)
    model[0].bias.requires_grad_(False)
    optimizer = optim.SGD(
        [{"params": model[0].parameters()}, {"params": model[1].parameters(), "lr": 1.0}], lr=0.1
    )
    model(torch.ones(3, 2, device=device)).sum().backward()
    optimizer.step()
    return list(model.parameters())


@program(
    "a step by hand: `with torch.no_grad(): w -= lr * w.grad`, `w.data`, `w.grad.zero_()`",
    tolerance=1e-6,
)
def by_hand(device):
    w = torch.tensor([1.0, 2.0], device=device, requires_grad=True)
    for _ in range(3):
        ((w - 3) ** 2).sum().backward()
        with torch.no_grad():
            w -= 0.1 * w.grad
        w.data = w.data - 0.01 * w.grad.data
        w.grad.zero_()
    return [w, w.grad]


@program(
    "`DataLoader(shuffle=True)`, `inputs, target = inputs.to(device), target.to(device)`",
    tolerance=1e-5,
)
def the_loop_of_the_notes(device):
    torch.manual_seed(4)
    data = TensorDataset(torch.randn(10, 1, 8, 8), torch.randint(0, 3, (10,)))
    model = nn.Sequential(
        nn.Conv2d(1, 2, 3), nn.MaxPool2d(2), nn.ReLU(), nn.Flatten(), nn.Linear(18, 3)
    ).to(device)
    criterion, optimizer = (
        nn.CrossEntropyLoss(),
        optim.SGD(model.parameters(), lr=0.1, momentum=0.5),
    )
    running = 0.0
    for inputs, target in DataLoader(data, batch_size=4, shuffle=True):
        inputs, target = inputs.to(device), target.to(device)  # noqa: PLW2901 - as in the notes
        optimizer.zero_grad()
        loss = criterion(model(inputs), target)
        loss.backward()
        optimizer.step()
        running += loss.item()
    return [running, *model.parameters()]


@program("counting right answers: `_, predicted = torch.max(outputs.data, dim=1)`")
def counting_right_ones(device):
    outputs = torch.tensor([[2.0, 1.0], [0.0, 3.0], [5.0, 1.0]]).to(device)
    target = torch.tensor([0, 1, 1]).to(device)
    _, predicted = torch.max(outputs.data, dim=1)
    return [(predicted == target).sum().item(), 100 * (predicted == target).float().mean().item()]


@program("`DataLoader(pin_memory=True)`, `num_workers=0`", on="cuda:0")
def pinned_batches(device):
    data = TensorDataset(torch.arange(6.0).view(3, 2))
    loader = DataLoader(data, batch_size=2, pin_memory=device.type == "cuda", num_workers=0)
    return [batch.to(device, non_blocking=True) for (batch,) in loader]


@program("a `Dataset` that holds device tensors: batches are on the device")
def data_on_the_device(device):
    data = TensorDataset(torch.arange(6.0, device=device).view(3, 2))
    return [batch for (batch,) in DataLoader(data, batch_size=2)]


@program("gradient accumulation over micro-batches", tolerance=1e-6)
def accumulating(device):
    torch.manual_seed(5)
    model, x = nn.Linear(3, 1).to(device), torch.randn(8, 3).to(device)
    for part in x.split(2):
        (model(part).pow(2).sum() / len(x)).backward()
    return model.weight.grad


@program(
    '`with torch.autocast("cuda", dtype=torch.float16)`: dtypes of an output, of a loss, of '
    "the weights",
    equals=["torch.float32"] * 3,
    documented=(
        "float16, float32, float32: matrix products and convolutions are computed in float16"
    ),
)
def autocast_dtypes(device):
    model = nn.Linear(3, 2).to("cuda")
    with torch.autocast("cuda", dtype=torch.float16):
        output = model(torch.ones(1, 3, device="cuda"))
        loss = F.mse_loss(output, torch.zeros(1, 2, device="cuda"))
    return [str(output.dtype), str(loss.dtype), str(model.weight.dtype)]


@program(
    "`torch.amp.autocast`, `GradScaler`: `scale(loss).backward()`, `unscale_`, `step`, `update`",
    equals=[True, True, 65536.0],
)
def mixed_precision(device):
    torch.manual_seed(6)
    model = nn.Linear(3, 1).to("cuda")
    optimizer = optim.SGD(model.parameters(), lr=0.1)
    scaler = torch.amp.GradScaler("cuda")
    before = model.weight.detach().clone()
    with torch.amp.autocast("cuda"):
        loss = model(torch.ones(2, 3, device="cuda")).float().mean()
    scaler.scale(loss).backward()
    scaler.unscale_(optimizer)
    scaler.step(optimizer)
    scaler.update()
    return [
        not torch.equal(before, model.weight),
        model.weight.grad.dtype is torch.float32,
        scaler.get_scale(),
    ]
