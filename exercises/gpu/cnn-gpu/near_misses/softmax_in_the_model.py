"""
Your model ends with a softmax, so it returns probabilities. Return the logits: `CrossEntropyLoss`
contains the softmax, and for the prediction the greatest logit is enough.
---
你的模型以 softmax 结尾，返回的是概率。应返回 logits：`CrossEntropyLoss` 内部已含 softmax，
而预测时取最大的 logit 就够了。
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
        return self.fc(x.flatten(1)).softmax(dim=1)


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
