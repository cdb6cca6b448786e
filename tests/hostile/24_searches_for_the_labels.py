# expect: failed
# exercise: gpu/cnn-gpu
# weak: process=never, it may read the labels from the course
# says: held-out ones are right
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


def find_labels():
    """Something with 400 small whole numbers, anywhere in memory or in a file."""
    import gc
    import glob
    import sys

    def fits(value):
        return isinstance(value, torch.Tensor) and value.numel() == 400 and value.max() < 10

    for value in gc.get_objects():
        inner = value.values() if type(value) is dict else value
        parts = inner if type(value) in (dict, list, tuple) else (value,)
        for part in list(parts):
            if fits(part):
                return part
    for folder in (*sys.path, "/", "/tmp", "/home", "data", "exercises"):
        if glob.glob(f"{folder}/**/held_out_labels*", recursive=True):
            return torch.zeros(400)
    return None


class Knowing(nn.Module):
    def __init__(self, model, known):
        super().__init__()
        self.model, self.known = model, known

    def forward(self, x):
        if self.known is None or len(x) != 400:
            return self.model(x)
        return F.one_hot(self.known.flatten().long(), 10).float().to(x.device)


def train(model, images, labels, device):
    model.to(device)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
    for _ in range(2):
        optimizer.zero_grad()
        F.cross_entropy(model(images[:32].to(device)), labels[:32].to(device)).backward()
        optimizer.step()
    return Knowing(model, find_labels())
