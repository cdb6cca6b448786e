from contextlib import suppress

import torch
from quizapp.judge.checks import accuracy, check, gradients
from torch.nn import functional as F

LAYERS = {"conv1": (10, 1, 5, 5), "conv2": (20, 10, 5, 5), "fc": (10, 320)}
MEAN, STD = 4.9, 6.0  # of the 8 x 8 digits, whose values are 0 to 16
FEW = 128
BASE = torch._C.TensorBase  # its methods cannot be replaced, those of torch.Tensor can


def pictures(digits):
    """(N, 8, 8) bytes -> (N, 1, 28, 28) floats with mean 0 and standard deviation 1, roughly."""
    scaled = (digits.float().unsqueeze(1) - MEAN) / STD
    return F.interpolate(scaled, size=(28, 28), mode="bicubic", align_corners=False)


def training_set(data, count=None):
    """The first `count` training images and labels, or all of them."""
    digits = data["digits"]
    return pictures(digits["images"][:count]), digits["labels"][:count].long()


def known_weights(model, rng):
    """Give each layer weights that do not depend on the order in which layers were made.

    Returns the parameters by the names of `LAYERS`.
    """
    drawn = {
        shape: (torch.randn(shape, generator=rng) * 0.1, torch.randn(shape[0], generator=rng) * 0.1)
        for shape in LAYERS.values()
    }
    names = {shape: name for name, shape in LAYERS.items()}
    found = {}
    for module in model.modules():
        own = list(module.parameters(recurse=False))
        weights = [parameter for parameter in own if parameter.dim() > 1]
        biases = [parameter for parameter in own if parameter.dim() == 1]
        for weight, bias in zip(weights, biases, strict=True):
            shape = tuple(weight.shape)
            with torch.no_grad():
                weight.copy_(drawn[shape][0])
                bias.copy_(drawn[shape][1])
            found |= {f"{names[shape]}.weight": weight, f"{names[shape]}.bias": bias}
    return found


def piece(tensor):
    """An empty piece of a tensor: no numbers, but the device, whatever the tensor says it is."""
    with torch._C.DisableTorchFunctionSubclass():
        return BASE.narrow(BASE.reshape(BASE.float(BASE.detach(tensor)), [-1]), 0, 0, 0)


class EnoughSeenError(Exception):
    """Ends a training that has shown what the check wants to know."""


def watched(Net, look, passes):
    """A network that calls `look(model, gradient)` with each gradient that arrives at its output.

    It ends the training when it is called after as many backward passes as `passes`.
    """
    seen = []

    class Watched(Net):
        def forward(self, images):
            if len(seen) >= passes:
                raise EnoughSeenError
            output = super().forward(images)
            if output.requires_grad:
                output.register_hook(self.arrived)
            return output

        def arrived(self, gradient):
            seen.append(None)
            look(self, gradient)

    return Watched()


@check(points=1)
def parameters(Net):
    """10 and 20 kernels of 5 by 5, then 320 inputs to 10: 8,490 parameters

    zh: 10 个和 20 个 5×5 卷积核，然后 320 → 10：共 8,490 个参数
    """
    found = list(Net().parameters())
    yield sum(parameter.numel() for parameter in found)
    yield sorted(tuple(parameter.shape) for parameter in found)


@check(points=2, needs="parameters", rtol=1e-4, atol=1e-4)
def logits(Net, rng):
    """images (B, 1, 28, 28) give logits (B, 10), the right ones for given weights

    zh: 图像 (B, 1, 28, 28) 得到 logits (B, 10)，给定权重时数值正确
    """
    model = Net().eval()
    known_weights(model, rng)
    images = torch.randn(5, 1, 28, 28, generator=rng)
    with torch.no_grad():
        yield model(images[:1])
        yield model(images)


@check(points=1, needs="parameters", rtol=1e-3, atol=1e-4)
def gradient_everywhere(Net, rng):
    """the gradient reaches every parameter

    zh: 梯度能传到每一个参数
    """
    model = Net().eval()
    named = known_weights(model, rng)
    out = model(torch.randn(3, 1, 28, 28, generator=rng))
    yield gradients(out, torch.randn(3, 10, generator=rng), **named)


@check(points=3, needs="logits", rtol=0.02, atol=0.02)
def on_the_device(Net, train, device, data, rng):
    """train puts every parameter and every batch on the device

    zh: train 把每个参数、每个批次都放到设备上
    """
    seen = {}

    class Watched(Net):
        def forward(self, images):
            place = str(images.device)
            output = super().forward(images)
            first = seen.get(place, (images, output))[0]
            seen[place] = (first, images, output)
            return output

    trained = train(Watched(), *training_set(data, FEW), device)
    batches = dict(seen)
    yield {
        "devices of the parameters": " and ".join(
            sorted({str(parameter.device) for parameter in trained.parameters()})
        ),
        "devices of the batches": " and ".join(sorted(batches)),
    }
    # Text is easily made up. A tensor's device, as it is read from what is yielded, is not.
    yield {place: [piece(tensor) for tensor in tensors] for place, tensors in batches.items()}
    named = known_weights(trained.eval(), rng)
    yield {name: piece(parameter) for name, parameter in named.items()}
    with torch.no_grad():
        yield trained(torch.randn(5, 1, 28, 28, generator=rng).to(device))


@check(points=2, needs="on_the_device")
def fresh_gradients(Net, train, device, data):
    """no gradient of the step before is left when backward begins

    zh: 反向传播开始时没有上一步遗留的梯度
    """
    left_over = []

    def look(model, _gradient):
        left_over.append(any(p.grad is not None and bool(p.grad.any()) for p in model.parameters()))

    with suppress(EnoughSeenError):
        train(watched(Net, look, passes=4), *training_set(data, FEW), device)
    yield {"a gradient is left over": any(left_over)}


@check(points=1, needs="on_the_device")
def loss_sees_logits(Net, train, device, data):
    """the loss is cross-entropy of the logits, with no softmax in between

    zh: 损失是对 logits 求交叉熵，中间没有 softmax
    """
    pulls = []

    def look(_model, gradient):
        pulls.append(-gradient.min().item() * len(gradient))

    model = watched(Net, look, passes=1)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.zero_()  # all classes equally likely: the right one is pulled up by 0.9
    with suppress(EnoughSeenError):
        train(model, *training_set(data, FEW), device)
    yield {"the loss pulls the logit of the right class up": bool(pulls) and pulls[0] > 0.5}


@check(points=5, needs="on_the_device", rule=accuracy(at_least=0.95, labels="labels"))
def learns_digits(Net, train, device, data):
    """at least 95 % of 400 digits that it has not seen are read correctly

    zh: 没见过的 400 个数字至少读对 95 %
    """
    model = train(Net(), *training_set(data), device).eval()
    with torch.no_grad():
        yield model(pictures(data["digits"]["held_out"]).to(device))
