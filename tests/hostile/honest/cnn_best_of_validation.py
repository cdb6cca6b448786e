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
    cut = max(1, int(0.95 * len(images)))
    loader = DataLoader(TensorDataset(images[:cut], labels[:cut]), batch_size=32, shuffle=True, drop_last=False)
    opt = torch.optim.Adam(model.parameters(), lr=2e-3); sched = torch.optim.lr_scheduler.StepLR(opt, 3, 0.5)
    best, state = -1, copy.deepcopy(model.state_dict())
    for epoch in range(6):
        model.train(); running = 0.0
        for i, (x, y) in enumerate(loader, 0):
            opt.zero_grad(); out = model(x.to(device)); loss = F.cross_entropy(out, y.to(device)); loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 5.0); opt.step(); running += loss.item()
        sched.step(); model.eval()
        with torch.no_grad():
            right = (model(images[cut:].to(device)).argmax(1).cpu() == labels[cut:]).float().mean().item() if cut < len(images) else 0
        if right >= best: best, state = right, copy.deepcopy(model.state_dict())
        print(f"epoch {epoch} loss {running / len(loader):.3f} acc {right:.1%} lr {sched.get_last_lr()}")
    model.load_state_dict(state)
    return model
