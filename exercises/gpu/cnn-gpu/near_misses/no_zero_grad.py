"""
Gradients are never cleared: `backward` adds to what is there, so each step follows the sum of all
gradients so far. Call `optimizer.zero_grad()` once a step, before `backward`.
---
梯度从未清零：`backward` 会累加到已有的梯度上，于是每一步走的都是迄今所有梯度之和的方向。
每一步在 `backward` 之前调用一次 `optimizer.zero_grad()`。
cards: zero-grad-each-step, backward-accumulates, four-training-steps
fails: fresh_gradients
"""

import torch
import torch.nn.functional as F
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 10, kernel_size=5)
        self.conv2 = nn.Conv2d(10, 20, kernel_size=5)
        self.pool = nn.MaxPool2d(2)
        self.fc = nn.Linear(320, 10)

    def forward(self, x):
        x = F.relu(self.pool(self.conv1(x)))
        x = F.relu(self.pool(self.conv2(x)))
        return self.fc(x.flatten(1))


def train(model, images, labels, device):
    model.to(device)
    loader = DataLoader(TensorDataset(images, labels), batch_size=64, shuffle=True)
    criterion = nn.CrossEntropyLoss()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.9)
    for _ in range(2):
        for inputs, target in loader:
            inputs, target = inputs.to(device), target.to(device)
            loss = criterion(model(inputs), target)
            loss.backward()
            optimizer.step()
    return model
