"""
You put a ReLU after the last layer. It cuts off every negative logit, so a class can no longer be
voted down, and no gradient passes where the logit was negative.
---
你在最后一层之后又加了 ReLU。它把所有负的 logit 截掉，某一类就无法再被否定，而且负的 logit 处没有梯度通过。
cards: logits-not-probabilities
fails: logits, gradient_everywhere
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
        return F.relu(self.fc(x.flatten(1)))


def train(model, images, labels, device):
    model.to(device)
    loader = DataLoader(TensorDataset(images, labels), batch_size=64, shuffle=True)
    criterion = nn.CrossEntropyLoss()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.9)
    for _ in range(2):
        for inputs, target in loader:
            inputs, target = inputs.to(device), target.to(device)
            optimizer.zero_grad()
            loss = criterion(model(inputs), target)
            loss.backward()
            optimizer.step()
    return model
