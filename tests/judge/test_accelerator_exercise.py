"""What `cnn-gpu` asks of devices: every honest way to move things is taken, none that only says so.

The check is run here as the judge runs it for its own values, on the simulated accelerator; whole
submissions are judged in `tests/hostile` (`14_*`, `47_*`).
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from quizapp.course import load_exercise
from quizapp.domain.outcomes import Verdict
from quizapp.judge import compare, running
from quizapp.judge.accelerator import SimulatedAccelerator

COURSE = Path(__file__).parents[2]
NET = """
import torch
import torch.nn.functional as F
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.one = nn.Conv2d(1, 10, 5)
        self.two = nn.Conv2d(10, 20, 5)
        self.out = nn.Linear(320, 10)

    def forward(self, x):
        x = F.relu(F.max_pool2d(self.one(x), 2))
        x = F.relu(F.max_pool2d(self.two(x), 2))
        return self.out(x.flatten(1))


def learn(model, batches):
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.9)
    for inputs, target in batches:
        optimizer.zero_grad()
        F.cross_entropy(model(inputs), target).backward()
        optimizer.step()
    return model


"""
HONEST = {
    "the device that is passed in": """
def train(model, images, labels, device):
    model.to(device)
    return learn(model, [(images.to(device), labels.to(device))])
""",
    "cuda by name": """
def train(model, images, labels, device):
    return learn(model.cuda(), [(images.cuda(), labels.cuda())])
""",
    "the idiom of the notes": """
device = torch.device("cuda:0" if torch.cuda.is_available() else "cpu")

def train(model, images, labels, _):
    model.to(device)
    return learn(model, [(images[:64].to(device), labels[:64].to(device))] * 2)
""",
    "all data moved at once, batches cut on the device": """
def train(model, images, labels, device):
    model, images, labels = model.to(device), images.to(device), labels.to(device)
    return learn(model, [(images[i], labels[i]) for i in torch.randperm(128).split(32)])
""",
    "pinned memory and no waiting": """
def train(model, images, labels, device):
    data = torch.utils.data.TensorDataset(images, labels)
    loader = torch.utils.data.DataLoader(data, batch_size=64, shuffle=True, pin_memory=True)
    batches = ([part.to(device, non_blocking=True) for part in batch] for batch in loader)
    return learn(model.to(device), batches)
""",
    "another memory format": """
def train(model, images, labels, device):
    model = model.to(device, memory_format=torch.channels_last)
    images = images.to(device).contiguous(memory_format=torch.channels_last)
    return learn(model, [(images, labels.to(device))])
""",
    "mixed precision": """
def train(model, images, labels, device):
    model.to(device)
    optimizer, scaler = torch.optim.Adam(model.parameters()), torch.amp.GradScaler("cuda")
    with torch.autocast("cuda"):
        loss = F.cross_entropy(model(images.to(device)), labels.to(device))
    scaler.scale(loss).backward()
    scaler.step(optimizer)
    scaler.update()
    print(torch.cuda.get_device_name(0), torch.cuda.max_memory_allocated())
    return model
""",
}
DISHONEST = {
    "nothing is moved": """
def train(model, images, labels, device):
    return learn(model, [(images, labels)])
""",
    "the model is moved when all is done": """
def train(model, images, labels, device):
    return learn(model, [(images, labels)]).to(device)
""",
    "the first batch only": """
def train(model, images, labels, device):
    learn(model.to(device), [(images.to(device), labels.to(device))])
    learn(model.cpu(), [(images, labels)])
    return model.to(device)
""",
    "a class that says it is there": """
class Liar(torch.Tensor):
    device = torch.device("cuda", 0)

def train(model, images, labels, device):
    for module in model.modules():
        for name, p in module.named_parameters(recurse=False):
            module._parameters[name] = nn.Parameter(p.data.as_subclass(Liar))
    return learn(model, [(images.as_subclass(Liar), labels)])
""",
}


@pytest.fixture(scope="module")
def judged():
    """Source of `train` -> what the check of devices says."""
    exercise = load_exercise(COURSE, "gpu", "cnn-gpu")
    checks = running.load_checks(exercise.checks, "checks.py")
    check = next(each for each in checks if each.id == "on_the_device")
    with np.load(Path(exercise.folder, "data", "digits.npz")) as arrays:
        data = {"digits": {name: torch.from_numpy(arrays[name]) for name in arrays.files}}

    def stream(source: str):
        with SimulatedAccelerator() as accelerator:
            namespace = {"__name__": "submission"}
            exec(compile(source, "submission.py", "exec"), namespace)
            names = {name: namespace[name] for name in ("Net", "train")}
            names |= {"device": accelerator.device(), "data": data}
            return running.expected_stream(check, names, seed=5, filename="submission.py")

    expected = stream(exercise.solution)

    def judge(train: str):
        return compare.compare_streams(check, expected, stream(NET + train))

    return judge


@pytest.mark.parametrize("train", [pytest.param(s, id=name) for name, s in HONEST.items()])
def test_every_honest_way_to_the_device_passes(judged, train):
    found = judged(train)
    assert found.verdict is Verdict.PASSED, found.message


@pytest.mark.parametrize("train", [pytest.param(s, id=name) for name, s in DISHONEST.items()])
def test_what_was_not_on_the_device_does_not_pass(judged, train):
    found = judged(train)
    assert found.verdict is Verdict.FAILED
    assert "cpu" in found.message
