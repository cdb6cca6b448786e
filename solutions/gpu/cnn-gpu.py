"""Reference: the small CNN of the lecture, trained where the caller says."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.utils.data import DataLoader, TensorDataset

EPOCHS = 6
BATCH_SIZE = 64


class Net(nn.Module):
    """(B, 1, 28, 28) images -> (B, 10) logits."""

    def __init__(self) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(1, 10, kernel_size=5)
        self.conv2 = nn.Conv2d(10, 20, kernel_size=5)
        self.pool = nn.MaxPool2d(2)
        self.fc = nn.Linear(320, 10)

    def forward(self, x: Tensor) -> Tensor:
        """No softmax at the end: cross-entropy wants logits."""
        x = F.relu(self.pool(self.conv1(x)))  # (B, 10, 12, 12)
        x = F.relu(self.pool(self.conv2(x)))  # (B, 20, 4, 4)
        return self.fc(x.flatten(1))  # 20 * 4 * 4 = 320 features


def train(model: nn.Module, images: Tensor, labels: Tensor, device: torch.device) -> nn.Module:
    """Train on `device` with (N, 1, 28, 28) images and (N,) labels; returns the model there."""
    model.to(device)  # changes the module itself
    model.train()
    loader = DataLoader(TensorDataset(images, labels), batch_size=BATCH_SIZE, shuffle=True)
    criterion = nn.CrossEntropyLoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=3e-3)
    for _ in range(EPOCHS):
        for batch in loader:
            inputs, target = (part.to(device) for part in batch)  # returns copies
            optimizer.zero_grad()
            loss = criterion(model(inputs), target)
            loss.backward()
            optimizer.step()
    return model
