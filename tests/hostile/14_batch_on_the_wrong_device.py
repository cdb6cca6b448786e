# expect: errored
# exercise: gpu/cnn-gpu
# says: Expected all tensors to be on the same device
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


def train(model, images, labels, device):
    model.to(device)
    F.cross_entropy(model(images[:32]), labels[:32]).backward()
    return model
