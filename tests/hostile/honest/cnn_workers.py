# expect: passed
# exercise: gpu/cnn-gpu
import copy, math, random
import torch, torch.nn as nn, torch.nn.functional as F
from torch.utils.data import DataLoader, TensorDataset

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.c1 = nn.Conv2d(1, 10, 5); self.c2 = nn.Conv2d(10, 20, 5); self.fc = nn.Linear(320, 10)
    def forward(self, x):
        x = F.relu(F.max_pool2d(self.c1(x), 2))
        x = F.relu(F.max_pool2d(self.c2(x), 2))
        return self.fc(x.view(x.size(0), -1))

def train(model, images, labels, device):
    model = model.to(device)
    loader = DataLoader(TensorDataset(images, labels), 64, shuffle=True, num_workers=2)
    opt = torch.optim.Adam(model.parameters(), 3e-3)
    for epoch in range(6):
        for x, y in loader:
            x, y = x.to(device), y.to(device)
            opt.zero_grad(); F.cross_entropy(model(x), y).backward(); opt.step()
    return model
