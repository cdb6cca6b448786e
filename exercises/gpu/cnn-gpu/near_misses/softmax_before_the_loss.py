"""
You put the logits through a softmax before `CrossEntropyLoss`, which contains a log-softmax itself.
Applied twice, it flattens the probabilities, and the gradients become small: training crawls.
---
你在 `CrossEntropyLoss` 之前先对 logits 做了 softmax，而它内部已经包含 log-softmax。
做两遍会把概率压平，梯度变小，训练非常慢。
cards: logits-not-probabilities
fails: loss_sees_logits
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
            optimizer.zero_grad()
            loss = criterion(model(inputs).softmax(dim=1), target)
            loss.backward()
            optimizer.step()
    return model
