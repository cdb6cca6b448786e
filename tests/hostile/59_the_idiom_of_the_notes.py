# expect: passed
# exercise: gpu/cnn-gpu
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
    device = torch.device("cuda:0" if torch.cuda.is_available() else "cpu")
    if torch.cuda.is_available():
        model = model.cuda()
    optimizer = torch.optim.Adam(model.parameters(), lr=4e-3)
    for _ in range(4):
        for rows in torch.randperm(len(images)).split(64):
            optimizer.zero_grad()
            loss = F.cross_entropy(model(images[rows].to(device)), labels[rows].to(device))
            loss.backward()
            optimizer.step()
    print("loss", loss.item())
    return model.eval()
