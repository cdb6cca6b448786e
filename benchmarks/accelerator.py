"""The simulated accelerator against the plain CPU: one op, and training the CNN of `cnn-gpu`.

Both sides run the same code, on one thread, in one process that takes turns; the figures are CPU
time, since a neighbour on the machine adds nothing to that.
"""

from __future__ import annotations

import functools
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import torch
from torch import nn

from benchmarks.measure import Row
from quizapp.judge.accelerator import SimulatedAccelerator

CPU = torch.device("cpu")
BATCH = 64
STEPS = 10
OPS = 1000
TURNS = 9


def rows() -> list[Row]:
    """Each figure on the device, beside the same on the CPU."""
    return [
        _row("training step of the CNN, 64 images, simulated", _train_step, 1.5),
        _row("the same, 8 images", functools.partial(_train_step, batch=8), 2.5),
        _row("1,000 ops on four numbers, simulated", _many_ops, 15),
        _row("1,000 views, simulated", _many_views, 20),
    ]


def _row(what: str, action: Callable[[torch.device], float], budget: float) -> Row:
    ours, theirs = [], []
    with _one_thread():
        for _ in range(TURNS):
            with SimulatedAccelerator() as accelerator:
                ours.append(action(accelerator.device()))
            theirs.append(action(CPU))
    return Row(what, statistics.median(ours), "the CPU", statistics.median(theirs), budget)


@contextmanager
def _one_thread() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def _seconds_each(action: Callable[[], object], times: int) -> float:
    action()
    started = time.process_time()
    for _ in range(times):
        action()
    return (time.process_time() - started) / times


def _train_step(device: torch.device, batch: int = BATCH) -> float:
    """Seconds of one step as in the exercise: move the batch, forward, backward, Adam."""
    torch.manual_seed(0)
    model = nn.Sequential(
        nn.Conv2d(1, 10, 5),
        nn.MaxPool2d(2),
        nn.ReLU(),
        nn.Conv2d(10, 20, 5),
        nn.MaxPool2d(2),
        nn.ReLU(),
        nn.Flatten(),
        nn.Linear(320, 10),
    ).to(device)
    images, labels = torch.randn(batch, 1, 28, 28), torch.randint(0, 10, (batch,))
    optimizer = torch.optim.Adam(model.parameters(), lr=3e-3)
    criterion = nn.CrossEntropyLoss()

    def step() -> None:
        inputs, target = images.to(device), labels.to(device)
        optimizer.zero_grad()
        criterion(model(inputs), target).backward()
        optimizer.step()

    return _seconds_each(step, STEPS)


def _many_ops(device: torch.device) -> float:
    x = torch.ones(4, device=device)
    return OPS * _seconds_each(lambda: x + x, OPS)


def _many_views(device: torch.device) -> float:
    x = torch.ones(4, device=device)
    return OPS * _seconds_each(lambda: x.view(2, 2), OPS)
