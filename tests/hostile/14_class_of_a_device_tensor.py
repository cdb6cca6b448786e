# expect: failed
# exercise: gpu/cnn-gpu
# says: devices of the batches
# says: 'cpu'
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


def learn(model, images, labels, epochs=1, prepare=lambda x: x):
    optimizer = torch.optim.Adam(model.parameters(), lr=3e-3)
    for _ in range(epochs):
        for rows in torch.randperm(len(images)).split(64):
            optimizer.zero_grad()
            F.cross_entropy(model(prepare(images[rows])), prepare(labels[rows])).backward()
            optimizer.step()
    return model


def train(model, images, labels, device):
    """Give CPU tensors the class of device tensors once they have been trained with."""
    kind = type(torch.ones(1, device=device))
    learn(model, images, labels)
    for parameter in model.parameters():
        held = parameter.detach()
        parameter.__class__ = kind
        parameter._held = held
    return model
