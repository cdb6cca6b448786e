"""Tensors of two devices in one op: what is refused, in which words, and what is allowed."""

import torch
from torch import nn
from torch.nn import functional as F

from accelerator_programs.table import Section

_section = Section("Two devices in one op", "mixing")
program = _section.program
PROGRAMS = _section.programs
_TWO = (
    "Expected all tensors to be on the same device, but found at least two devices, cuda:0 and cpu!"
)
refused = {"raises": "RuntimeError"}


def _odd(argument, where, others, method):
    """The words of ops that check their arguments one by one."""
    return (
        f"Expected all tensors to be on the same device, but got {argument} is on {where}, "
        f"different from other tensors on {others} (when checking argument in method "
        f"wrapper_CUDA_{method})"
    )


def there(*shape):
    return torch.ones(*shape, device="cuda")


@program("`x + y`, y on the CPU", **refused, words=_TWO)
def adding(device):
    there(3) + torch.ones(3)


@program("`y + x`, y on the CPU", **refused, words=_TWO)
def adding_the_other_way(device):
    torch.ones(3) + there(3)


@program("`x == y`, `x > y`", **refused, words=_TWO)
def comparing(device):
    return there(3) > torch.zeros(3)


@program("`x += y`, y on the CPU", **refused, words=_TWO)
def adding_in_place(device):
    x = there(3)
    x += torch.ones(3)


@program("`y += x`, y on the CPU", **refused, words=_TWO)
def adding_in_place_on_the_cpu(device):
    y = torch.ones(3)
    y += there(3)


@program("`y += x`, y a number on the CPU", **refused, words=_TWO)
def adding_to_a_number_on_the_cpu(device):
    y = torch.tensor(0.0)
    y += there(3).sum()


@program("`torch.add(x, x, out=y)`, y on the CPU", **refused, words="device")
def out_on_the_cpu(device):
    torch.add(there(3), there(3), out=torch.empty(3))


@program("`x @ y`, `torch.mm(x, y)`", **refused, words=_odd("mat2", "cpu", "cuda:0", "mm"))
def matrix_product(device):
    there(2, 3) @ torch.ones(3, 2)


@program("`y @ x`, y on the CPU", **refused, words=_odd("mat2", "cuda:0", "cpu", "mm"))
def matrix_product_the_other_way(device):
    torch.ones(2, 3) @ there(3, 2)


@program("`torch.bmm(x, y)`", **refused, words=_odd("mat2", "cpu", "cuda:0", "bmm"))
def batched_matrix_product(device):
    torch.bmm(there(1, 2, 3), torch.ones(1, 3, 2))


@program("`torch.dot(x, y)`", **refused, words=_odd("tensor", "cpu", "cuda:0", "_dot"))
def dot_product(device):
    torch.dot(there(3), torch.ones(3))


@program("`torch.cat([x, y])`", **refused, words=_odd("tensors", "cpu", "cuda:0", "cat"))
def joining(device):
    torch.cat([there(2), torch.ones(2)])


@program(
    "`torch.cat([y, x])`, y on the CPU", **refused, words=_odd("tensors", "cuda:0", "cpu", "cat")
)
def joining_the_other_way(device):
    torch.cat([torch.ones(2), there(2)])


@program("`torch.stack([x, y])`", **refused, words=_odd("tensors", "cpu", "cuda:0", "cat"))
def stacking(device):
    torch.stack([there(2), torch.ones(2)])


@program("`torch.where(condition, x, y)`", **refused, words=_TWO)
def where(device):
    torch.where(there(2) > 0, there(2), torch.ones(2))


@program(
    "`x.gather(1, index)`, index on the CPU",
    **refused,
    words=_odd("index", "cpu", "cuda:0", "gather"),
)
def gathering(device):
    there(2, 2).gather(1, torch.zeros(2, 1, dtype=torch.int64))


@program(
    "`x.index_select(0, index)`, index on the CPU",
    **refused,
    words=_odd("index", "cpu", "cuda:0", "_index_select"),
)
def selecting(device):
    there(2, 2).index_select(0, torch.tensor([0]))


@program(
    "`x.scatter_add_(0, index, y)`, y on the CPU",
    **refused,
    words=_odd("src", "cpu", "cuda:0", "scatter_add_"),
)
def scattering(device):
    there(2).scatter_add_(0, torch.tensor([0], device="cuda"), torch.ones(1))


@program(
    "`x.masked_fill(mask, 0)`, mask on the CPU",
    **refused,
    words="expected self and mask to be on the same device, but got mask on cpu and self on cuda:0",
)
def filling(device):
    there(2).masked_fill(torch.tensor([True, False]), 0.0)


@program("`x[index]`, index or mask on the CPU: allowed", on="cuda:0")
def indexing_with_the_cpu(device):
    x = torch.arange(4.0, device=device)
    return [x[torch.tensor([1, 3])], x[torch.tensor([True, False, False, True])]]


@program(
    "`y[index]`, index on the device, y on the CPU",
    **refused,
    words="indices should be either on cpu or on the same device as the indexed tensor (cpu)",
)
def indexing_the_cpu(device):
    torch.ones(3)[torch.tensor([0], device="cuda")]


@program("`x[0] = y`, `x[1:] = y`, y on the CPU: copies")
def assigning_a_part(device):
    x = torch.zeros(3, 2, device=device)
    x[0] = torch.tensor([1.0, 2.0])
    x[1:] = torch.ones(2)
    return x


@program("`x[index] = y`, y a number on the CPU: allowed")
def assigning_a_number(device):
    x = torch.zeros(3, device=device)
    x[torch.tensor([0, 2], device=device)] = torch.tensor(5.0)
    return x


@program("`x[index] = y`, y on the CPU", **refused, words=_TWO)
def assigning_several(device):
    x = there(3)
    x[torch.tensor([0, 2], device="cuda")] = torch.ones(2)


@program("`x.copy_(y)`, `y.copy_(x)`: copies", on="")
def copying_across(device):
    x, y = torch.zeros(2, device=device), torch.ones(2)
    return [x.copy_(y).cpu(), y.copy_(x * 3)]


@program("`x * y`, `y - x`, `x > y`, y a number on the CPU: allowed")
def a_number_on_the_cpu(device):
    x, y = torch.arange(3.0, device=device), torch.tensor(2.0)
    return [x * y, y - x, x > y, torch.maximum(x, y), torch.where(x > 1, x, y)]


@program("`x + y`, x a number on the device, y on the CPU", **refused, words=_TWO)
def a_number_on_the_device(device):
    there(3).sum() + torch.ones(3)


@program(
    "`torch.clamp(x, y)`, y a number on the CPU",
    **refused,
    words="Expected all tensors to be on the same device",
)
def clamping_by_a_number(device):
    torch.clamp(there(3), torch.tensor(0.0))


@program(
    "`nn.Linear` on the device, input on the CPU",
    **refused,
    words=_odd("mat1", "cpu", "cuda:0", "addmm"),
)
def linear_input(device):
    nn.Linear(3, 1).to("cuda")(torch.ones(2, 3))


@program(
    "`nn.Linear` on the CPU, input on the device",
    **refused,
    words=_odd("mat1", "cuda:0", "cpu", "addmm"),
)
def linear_layer(device):
    nn.Linear(3, 1)(there(2, 3))


@program(
    "`nn.Linear(bias=False)` on the device, input on the CPU",
    **refused,
    words=_odd("mat2", "cuda:0", "cpu", "mm"),
)
def linear_without_bias(device):
    nn.Linear(3, 1, bias=False).to("cuda")(torch.ones(2, 3))


@program(
    "`nn.Conv2d` on the device, input on the CPU",
    **refused,
    words=(
        "Input type (torch.FloatTensor) and weight type (torch.cuda.FloatTensor) should be the same"
    ),
)
def convolution_input(device):
    nn.Conv2d(1, 2, 3).to("cuda")(torch.ones(1, 1, 5, 5))


@program(
    "`nn.Conv2d` on the CPU, input on the device",
    **refused,
    words=(
        "Input type (torch.cuda.FloatTensor) and weight type (torch.FloatTensor) should be the same"
    ),
)
def convolution_layer(device):
    nn.Conv2d(1, 2, 3)(there(1, 1, 5, 5))


@program(
    "`F.conv2d` with a bias on the CPU",
    **refused,
    words=(
        "Input type (torch.cuda.FloatTensor) and bias type (torch.FloatTensor) should be the same"
    ),
)
def convolution_bias(device):
    F.conv2d(there(1, 1, 5, 5), there(2, 1, 3, 3), torch.ones(2))


@program(
    "`nn.Embedding` on the device, indices on the CPU",
    **refused,
    words=_odd("index", "cpu", "cuda:0", "_index_select"),
)
def embedding_indices(device):
    nn.Embedding(3, 2).to("cuda")(torch.tensor([0, 1]))


@program(
    "`nn.Embedding` on the CPU, indices on the device",
    **refused,
    words=_odd("index", "cuda:0", "cpu", "_index_select"),
)
def embedding_layer(device):
    nn.Embedding(3, 2)(torch.tensor([0, 1], device="cuda"))


@program(
    "`nn.LayerNorm` on the CPU, input on the device",
    **refused,
    words=_odd("weight", "cpu", "cuda:0", "_native_layer_norm"),
)
def layer_norm(device):
    nn.LayerNorm(3)(there(2, 3))


@program(
    "`nn.BatchNorm2d` on the CPU, input on the device",
    **refused,
    words="Expected all tensors to be on the same device",
)
def batch_norm(device):
    nn.BatchNorm2d(3)(there(2, 3, 4, 4))


@program(
    "`nn.LSTM` on the device, input on the CPU",
    **refused,
    words=(
        "Input and parameter tensors are not at the same device, found input tensor at cpu and "
        "parameter tensor at cuda:0"
    ),
)
def lstm_input(device):
    nn.LSTM(3, 2).to("cuda")(torch.ones(4, 1, 3))


@program(
    "`nn.LSTM` on the device, hidden state on the CPU",
    **refused,
    words=(
        "Input and hidden tensors are not at the same device, found input tensor at cuda:0 and "
        "hidden tensor at cpu"
    ),
)
def lstm_state(device):
    state = torch.zeros(1, 1, 2), torch.zeros(1, 1, 2)
    nn.LSTM(3, 2).to("cuda")(there(4, 1, 3), state)


@program(
    "`F.cross_entropy(logits, labels)`, labels on the CPU",
    **refused,
    words=_odd("target", "cpu", "cuda:0", "nll_loss_forward"),
)
def labels_on_the_cpu(device):
    F.cross_entropy(there(2, 3), torch.tensor([0, 1]))


@program(
    "`F.cross_entropy(logits, labels)`, logits on the CPU",
    **refused,
    words=_odd("target", "cuda:0", "cpu", "nll_loss_forward"),
)
def logits_on_the_cpu(device):
    F.cross_entropy(torch.ones(2, 3), torch.tensor([0, 1], device="cuda"))


@program(
    "`nn.CrossEntropyLoss(weight=w)`, w on the CPU",
    **refused,
    words=_odd("weight", "cpu", "cuda:0", "nll_loss_forward"),
)
def class_weights_on_the_cpu(device):
    nn.CrossEntropyLoss(weight=torch.ones(3))(there(2, 3), torch.tensor([0, 1], device="cuda"))


@program("`F.mse_loss(x, y)`, `nn.MSELoss`", **refused, words=_TWO)
def mean_squared_error(device):
    F.mse_loss(there(3), torch.ones(3))


@program("`F.binary_cross_entropy(x, y)`", **refused, words=_TWO)
def binary_cross_entropy(device):
    F.binary_cross_entropy(there(3) * 0.5, torch.ones(3))


@program("`F.binary_cross_entropy_with_logits(x, y)`", **refused, words=_TWO)
def binary_cross_entropy_with_logits(device):
    F.binary_cross_entropy_with_logits(there(3), torch.ones(3))


@program("`F.grid_sample(x, grid)`, grid on the CPU", **refused, words="same device")
def grid_sample(device):
    F.grid_sample(there(1, 1, 2, 2), torch.zeros(1, 1, 1, 2), align_corners=False)


@program(
    "`F.scaled_dot_product_attention(q, k, v)`, q on the CPU",
    **refused,
    words=(
        "Expected query, key, and value to have the same device type, but got query.device: cpu "
        "key.device: cuda:0 and value.device: cuda:0 instead."
    ),
)
def attention(device):
    F.scaled_dot_product_attention(torch.ones(1, 2, 4), there(1, 2, 4), there(1, 2, 4))


@program(
    "`pack_padded_sequence(x, lengths)`, lengths on the device",
    **refused,
    words="'lengths' argument should be a 1D CPU int64 tensor, but got 1D cuda:0 Long tensor",
)
def lengths_on_the_device(device):
    nn.utils.rnn.pack_padded_sequence(there(2, 2, 1), torch.tensor([2, 1], device="cuda"))


@program(
    "the same in `torch.inference_mode()`", **refused, words=_odd("mat1", "cpu", "cuda:0", "addmm")
)
def in_inference_mode(device):
    with torch.inference_mode():
        nn.Linear(3, 1).to("cuda")(torch.ones(2, 3))


@program("`torch.equal(x, y)`", **refused, words="Expected all tensors to be on the same device")
def equal(device):
    torch.equal(there(2), torch.ones(2))


@program(
    "`torch.rand(2, generator=g, device=device)`, g on the CPU",
    **refused,
    words="Expected a 'cuda' device type for generator but found 'cpu'",
)
def generator_of_the_cpu(device):
    torch.rand(2, generator=torch.Generator(), device="cuda")


@program(
    '`torch.rand(2, generator=torch.Generator("cuda"))`',
    **refused,
    words="Expected a 'cpu' device type for generator but found 'cuda'",
)
def generator_of_the_device(device):
    torch.rand(2, generator=torch.Generator("cuda"))


@program(
    "`x.normal_(generator=g)`, `torch.randperm(3, generator=g, device=device)`, g on the CPU",
    **refused,
    words="Expected a 'cuda' device type for generator but found 'cpu'",
)
def generator_in_place(device):
    there(2).normal_(generator=torch.Generator())


@program(
    "`DataLoader(…, generator=torch.Generator(device))`",
    **refused,
    words="Expected a 'cpu' device type for generator but found 'cuda'",
)
def generator_of_a_loader(device):
    data = torch.utils.data.TensorDataset(torch.ones(4))
    next(iter(torch.utils.data.DataLoader(data, shuffle=True, generator=torch.Generator("cuda"))))


@program(
    "`loss.backward()` after the model moved",
    **refused,
    words="Expected all tensors to be on the same device",
    documented="raises, in other words",
)
def moved_before_backward(device):
    model = nn.Linear(2, 1)
    loss = model(torch.ones(1, 2)).sum()
    model.to("cuda")
    loss.backward()


@program(
    "`p.grad = g`, g on the CPU, p on the device",
    **refused,
    words=(
        "attempting to assign a gradient with device type 'cpu' to a tensor with device type 'cuda'"
    ),
)
def gradient_on_the_cpu(device):
    nn.Linear(2, 1).to("cuda").weight.grad = torch.zeros(1, 2)
