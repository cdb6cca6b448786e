"""Layers: each computes on the device what it computes on the CPU, forward and backward."""

import torch
from torch import nn
from torch.nn import functional as F

from accelerator_programs.table import Section

_section = Section("Layers", "layers")
program = _section.program
PROGRAMS = _section.programs


def through(device, make, *shapes, train=True):
    """Output and gradient of the first parameter (or input) of a layer for given inputs."""
    torch.manual_seed(8)
    layer = make().train(train)
    inputs = [torch.randn(shape) for shape in shapes]
    layer.to(device)
    given = [each.to(device).requires_grad_() for each in inputs]
    found = layer(*given)
    outputs = [found] if isinstance(found, torch.Tensor) else [found[0]]
    sum((output * output).sum() for output in outputs).backward()
    first = next(layer.parameters(), given[0])
    return [*outputs, first.grad, given[0].grad]


@program("`nn.Linear`, `nn.Bilinear`", tolerance=1e-6)
def linear(device):
    return [
        through(device, lambda: nn.Linear(3, 2), (4, 3)),
        through(device, lambda: nn.Linear(3, 2), (2, 4, 3)),
        through(device, lambda: nn.Bilinear(2, 3, 2), (4, 2), (4, 3)),
    ]


@program(
    "`nn.Conv1d`, `Conv2d` (stride, padding, dilation, groups), `Conv3d`, `ConvTranspose2d`",
    tolerance=1e-5,
)
def convolution(device):
    return [
        through(device, lambda: nn.Conv1d(2, 3, 3), (2, 2, 8)),
        through(device, lambda: nn.Conv2d(2, 4, 3, stride=2, padding=1), (2, 2, 8, 8)),
        through(device, lambda: nn.Conv2d(2, 4, 3, dilation=2, groups=2, bias=False), (2, 2, 8, 8)),
        through(device, lambda: nn.Conv2d(2, 4, 3, padding="same"), (2, 2, 8, 8)),
        through(device, lambda: nn.Conv3d(1, 2, 2), (1, 1, 3, 3, 3)),
        through(device, lambda: nn.ConvTranspose2d(2, 3, 3, stride=2), (1, 2, 4, 4)),
    ]


@program(
    "`nn.MaxPool2d`, `AvgPool2d`, `AdaptiveAvgPool2d`, `AdaptiveMaxPool2d`, `MaxUnpool2d`",
    tolerance=1e-6,
)
def pooling(device):
    pooled, indices = F.max_pool2d(
        torch.arange(16.0, device=device).view(1, 1, 4, 4), 2, return_indices=True
    )
    return [
        through(device, lambda: nn.MaxPool2d(2), (2, 2, 6, 6)),
        through(device, lambda: nn.AvgPool2d(2), (2, 2, 6, 6)),
        through(device, lambda: nn.AdaptiveAvgPool2d(2), (2, 2, 5, 5)),
        through(device, lambda: nn.AdaptiveMaxPool2d(2), (2, 2, 5, 5)),
        F.max_unpool2d(pooled, indices, 2),
    ]


@program("`nn.BatchNorm1d`, `BatchNorm2d` (train, eval, running statistics)", tolerance=1e-5)
def batch_norm(device):
    layer = nn.BatchNorm2d(3).to(device)
    torch.manual_seed(1)
    layer(torch.randn(4, 3, 2, 2).to(device))
    return [
        through(device, lambda: nn.BatchNorm1d(3), (4, 3)),
        through(device, lambda: nn.BatchNorm2d(3), (4, 3, 2, 2)),
        through(device, lambda: nn.BatchNorm2d(3), (4, 3, 2, 2), train=False),
        layer.running_mean, layer.running_var, layer.num_batches_tracked,
    ]  # fmt: skip


@program("`nn.LayerNorm`, `GroupNorm`, `InstanceNorm2d`, `RMSNorm`", tolerance=1e-5)
def other_norms(device):
    return [
        through(device, lambda: nn.LayerNorm(3), (4, 3)),
        through(device, lambda: nn.GroupNorm(2, 4), (2, 4, 3, 3)),
        through(device, lambda: nn.InstanceNorm2d(2, affine=True), (2, 2, 3, 3)),
        through(device, lambda: nn.RMSNorm(3), (4, 3)),
    ]


@program(
    "`nn.Dropout`, `Dropout2d`: in training the CPU's mask, in evaluation nothing",
    tolerance=1e-6,
    documented="another generator: another mask",
)
def dropout(device):
    return [
        through(device, lambda: nn.Dropout(0.5), (4, 5)),
        through(device, lambda: nn.Dropout2d(0.5), (4, 5, 2, 2)),
        through(device, lambda: nn.Dropout(0.5), (4, 5), train=False),
    ]


@program("`nn.Embedding`, `EmbeddingBag`, `padding_idx`", tolerance=1e-6)
def embedding(device):
    torch.manual_seed(2)
    layer, bag = nn.Embedding(5, 3, padding_idx=0).to(device), nn.EmbeddingBag(5, 3).to(device)
    indices = torch.tensor([[0, 1], [2, 2]], device=device)
    found = layer(indices)
    found.sum().backward()
    return [found, layer.weight.grad, bag(indices)]


@program("`nn.RNN`, `nn.LSTM`, `nn.GRU`, bidirectional, several layers", tolerance=1e-5)
def recurrent(device):
    return [
        through(device, lambda: nn.RNN(4, 2), (3, 1, 4)),
        through(device, lambda: nn.LSTM(4, 2, num_layers=2, batch_first=True), (2, 3, 4)),
        through(device, lambda: nn.GRU(4, 2, bidirectional=True), (3, 2, 4)),
    ]


@program("`nn.RNNCell`, `nn.LSTMCell`, `nn.GRUCell`", tolerance=1e-5)
def recurrent_cells(device):
    return [
        through(device, lambda: nn.RNNCell(4, 2), (3, 4)),
        through(device, lambda: nn.LSTMCell(4, 2), (3, 4)),
        through(device, lambda: nn.GRUCell(4, 2), (3, 4)),
    ]


@program("`pack_padded_sequence`, `pad_packed_sequence`; lengths stay on the CPU", tolerance=1e-5)
def packed_sequences(device):
    torch.manual_seed(3)
    layer = nn.RNN(2, 3, batch_first=True).to(device)
    batch = torch.randn(2, 4, 2).to(device)
    packed = nn.utils.rnn.pack_padded_sequence(batch, torch.tensor([4, 2]), batch_first=True)
    found, lengths = nn.utils.rnn.pad_packed_sequence(layer(packed)[0], batch_first=True)
    return [found, lengths.tolist()]


@program(
    "`nn.MultiheadAttention`, `TransformerEncoderLayer`, `F.scaled_dot_product_attention`",
    tolerance=1e-5,
)
def attention(device):
    torch.manual_seed(4)
    q = torch.randn(1, 2, 3, 4).to(device)
    return [
        through(
            device,
            lambda: nn.MultiheadAttention(4, 2, batch_first=True),
            (2, 3, 4),
            (2, 3, 4),
            (2, 3, 4),
        ),
        through(
            device,
            lambda: nn.TransformerEncoderLayer(4, 2, 8, dropout=0.0, batch_first=True),
            (2, 3, 4),
        ),
        through(
            device,
            lambda: nn.TransformerEncoderLayer(4, 2, 8, batch_first=True),
            (2, 3, 4),
            train=False,
        ),
        F.scaled_dot_product_attention(q, q, q, is_causal=True),
    ]


@program(
    "`nn.ReLU`, `Sigmoid`, `Tanh`, `Softmax`, `PReLU`, `ELU`, `GELU`, `Flatten`, `Identity`",
    tolerance=1e-6,
)
def activations(device):
    kinds = [
        nn.ReLU,
        nn.Sigmoid,
        nn.Tanh,
        nn.PReLU,
        nn.ELU,
        nn.GELU,
        nn.Flatten,
        nn.Identity,
        lambda: nn.Softmax(1),
        lambda: nn.LogSoftmax(1),
        lambda: nn.ReLU(inplace=False),
    ]
    return [through(device, kind, (3, 4)) for kind in kinds]


@program("`F.interpolate`, `nn.Upsample`, `F.unfold`, `F.fold`, `F.grid_sample`", tolerance=1e-5)
def resampling(device):
    torch.manual_seed(6)
    x = torch.randn(1, 2, 4, 4).to(device)
    grid = torch.zeros(1, 2, 2, 2, device=device)
    return [
        F.interpolate(x, scale_factor=2, mode="nearest"),
        F.interpolate(x, size=(6, 6), mode="bilinear"),
        F.interpolate(x, size=7, mode="bicubic"), F.unfold(x, 2), F.fold(F.unfold(x, 2), (4, 4), 2),
        F.grid_sample(x, grid, align_corners=False), F.pixel_shuffle(x.repeat(1, 2, 1, 1), 2),
    ]  # fmt: skip


@program(
    "`CrossEntropyLoss` (weights, smoothing, soft labels), `NLLLoss`, `BCELoss`, "
    "`BCEWithLogitsLoss`, `MSELoss`, `L1Loss`, `KLDivLoss`, `SmoothL1Loss`",
    tolerance=1e-6,
)
def losses(device):
    torch.manual_seed(7)
    logits, labels = (
        torch.randn(4, 3).to(device).requires_grad_(),
        torch.tensor([0, 2, 1, 1]).to(device),
    )
    weights, other = torch.tensor([1.0, 2.0, 0.5]).to(device), torch.rand(4, 3).to(device)
    found = [
        F.cross_entropy(logits, labels),
        F.cross_entropy(logits, labels, weight=weights, label_smoothing=0.1),
        F.cross_entropy(logits, other.softmax(1)), F.nll_loss(logits.log_softmax(1), labels),
        F.binary_cross_entropy(logits.sigmoid(), other), F.mse_loss(logits, other),
        nn.BCEWithLogitsLoss(pos_weight=weights)(logits, other), F.l1_loss(logits, other),
        F.smooth_l1_loss(logits, other),
        F.kl_div(logits.log_softmax(1), other, reduction="batchmean"),
        F.huber_loss(logits, other), F.cosine_similarity(logits, other).sum(),
    ]  # fmt: skip
    sum(found).backward()
    return [*found, logits.grad]
