"""The simulated accelerator, through what a learner or a check would write."""

from __future__ import annotations

import copy
import io
import os
import threading
import warnings

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from torch import nn

from quizapp.judge import frames
from quizapp.judge.accelerator import (
    RealAccelerator,
    SimulatedAccelerator,
    UnsupportedError,
    choose_accelerator,
    is_simulated,
    prepare,
    unwrap,
)
from quizapp.judge.values import Unsupported

MIXED = "Expected all tensors to be on the same device"


@pytest.fixture
def device():
    with SimulatedAccelerator() as accelerator:
        yield accelerator.device()


@pytest.fixture
def x(device):
    return torch.tensor([[1.0, -2.0, 3.0], [0.5, 0.25, -4.0]]).to(device)


class SmallNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 3, 3)
        self.conv2 = nn.Conv2d(3, 4, 3)
        self.norm = nn.BatchNorm2d(4)
        self.fc = nn.Linear(16, 10)

    def forward(self, images):
        images = F.relu(F.max_pool2d(self.conv1(images), 2))
        images = F.relu(F.max_pool2d(self.norm(self.conv2(images)), 2))
        return self.fc(F.dropout(images.flatten(1), 0.2, self.training))


def train(device, optimizer_of, *, steps=4):
    """The four steps, as in the notes; the losses and the trained weights, on the CPU."""
    torch.manual_seed(7)
    images, labels = torch.randn(8, 1, 14, 14), torch.randint(0, 10, (8,))
    loader = torch.utils.data.DataLoader(
        torch.utils.data.TensorDataset(images, labels), batch_size=4, shuffle=True
    )
    model = SmallNet().to(device)
    optimizer = optimizer_of(model.parameters())
    criterion = nn.CrossEntropyLoss()
    losses = []
    for _ in range(steps):
        for batch in loader:
            inputs, target = (part.to(device) for part in batch)
            optimizer.zero_grad()
            loss = criterion(model(inputs), target)
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 5.0)
            optimizer.step()
            losses.append(loss.item())
    return losses, {name: value.cpu() for name, value in model.state_dict().items()}


# --- the idioms of the notes ---------------------------------------------------------------


def test_the_idiom_of_the_notes_chooses_the_accelerator(device):
    chosen = torch.device("cuda:0" if torch.cuda.is_available() else "cpu")
    assert chosen == device == torch.device("cuda", 0)


def test_the_accelerator_idiom_of_new_torch_chooses_it_too(device):
    assert torch.accelerator.is_available()
    assert torch.accelerator.current_accelerator().type == "cuda"


@pytest.mark.parametrize(
    "place", ["cuda", "cuda:0", 0, torch.device("cuda"), torch.device("cuda:0")]
)
def test_every_way_to_name_the_device_leads_to_it(device, place):
    assert torch.zeros(2).to(place).device == device
    assert torch.zeros(2, device=place).device == device


def test_a_moved_tensor_says_where_it_is(x):
    assert (str(x.device), x.device.type, x.device.index) == ("cuda:0", "cuda", 0)
    assert (x.is_cuda, x.is_cpu, x.is_meta, x.get_device()) == (True, False, False, 0)
    assert x.type() == "torch.cuda.FloatTensor"
    assert isinstance(x, torch.cuda.FloatTensor)


def test_moving_returns_a_copy_and_leaves_the_original_where_it_was(device):
    original = torch.ones(2)
    moved = original.to(device)
    moved += 1
    assert original.device.type == "cpu"
    assert original.tolist() == [1.0, 1.0]


def test_moving_to_where_it_is_already_gives_the_same_tensor(x, device):
    assert x.to(device) is x
    assert x.cuda() is x


def test_cuda_and_cpu_are_each_others_reverse(device):
    original = torch.randn(2, 3)
    assert torch.equal(original.cuda().cpu(), original)


@pytest.mark.parametrize(
    "make",
    [
        lambda d: torch.zeros(2, 3, device=d),
        lambda d: torch.full((2,), 3.0, device=d),
        lambda d: torch.arange(4, device=d),
        lambda d: torch.eye(2, device=d),
        lambda d: torch.randn(2, device=d),
        lambda d: torch.randperm(3, device=d),
        lambda d: torch.tensor([1, 2], device=d),
        lambda d: torch.as_tensor(np.ones(2), device=d),
        lambda d: torch.zeros_like(torch.ones(2, 2), device=d),
        lambda d: torch.ones(2).new_zeros(3, device=d),
        lambda d: torch.zeros(2, device=d).new_tensor([1, 2]),
        lambda d: torch.cuda.FloatTensor([1.0, 2.0]),
        lambda d: nn.Linear(2, 3, device=d).weight,
    ],
)
def test_factories_make_tensors_on_the_device(device, make):
    assert make(device).device == device


def test_a_default_device_is_honoured(device):
    with torch.device("cuda"):
        assert torch.ones(2).device == device
        assert torch.tensor([1.0]).device == device


def test_the_default_device_can_be_set_for_good(device):
    torch.set_default_device("cuda")
    try:
        assert nn.Linear(2, 2).weight.device == device
    finally:
        torch.set_default_device(None)


def test_printing_names_the_device():
    with SimulatedAccelerator():
        assert repr(torch.tensor([1, 2]).cuda()) == "tensor([1, 2], device='cuda:0')"
        grows = torch.tensor([1.5], device="cuda", requires_grad=True)
        assert repr(grows) == "tensor([1.5000], device='cuda:0', requires_grad=True)"
        assert repr(grows * 2) == "tensor([3.], device='cuda:0', grad_fn=<MulBackward0>)"
        small = torch.ones(1, dtype=torch.int8, device="cuda")
        assert repr(small) == "tensor([1], device='cuda:0', dtype=torch.int8)"
        assert repr(torch.ones(0, 3).cuda()) == "tensor([], device='cuda:0', size=(0, 3))"
        assert repr(nn.Parameter(torch.ones(1)).cuda().detach()) == "tensor([1.], device='cuda:0')"
        assert repr(nn.Linear(1, 1, bias=False).cuda().weight).startswith("Parameter containing:\n")


def test_numbers_come_out_of_it(x):
    assert x.sum().item() == pytest.approx(-1.25)
    assert x[0].tolist() == [1.0, -2.0, 3.0]
    assert f"{x[0, 0]:.2f}" == "1.00"
    assert float(x[0, 2]) == 3.0
    assert bool(x[0, 0] > 0)


def test_numpy_wants_the_tensor_on_the_cpu_first(x):
    with pytest.raises(TypeError, match=r"can't convert cuda:0 device type tensor to numpy"):
        x.numpy()
    with pytest.raises(TypeError, match=r"Use Tensor.cpu\(\)"):
        np.asarray(x)
    assert x.cpu().numpy().shape == (2, 3)


def test_torch_cuda_answers_like_a_machine_with_one_device(device):
    torch.cuda.manual_seed_all(3)
    torch.cuda.synchronize()
    torch.cuda.empty_cache()
    assert torch.cuda.device_count() == 1
    assert torch.cuda.current_device() == 0
    assert isinstance(torch.cuda.get_device_name(0), str)
    with torch.cuda.device(0):
        assert torch.ones(2).cuda().device == device


def test_a_second_device_does_not_exist(device):
    with pytest.raises(RuntimeError, match="invalid device ordinal"):
        torch.zeros(2).to("cuda:1")
    with pytest.raises(RuntimeError, match="invalid device ordinal"):
        torch.cuda.set_device(1)


def test_memory_is_counted_once_for_tensors_that_share_it(device):
    before = torch.cuda.memory_allocated()
    kept = torch.zeros(1000, device=device)
    view = kept[:10]
    assert torch.cuda.memory_allocated() - before == 4096
    assert view.data_ptr() == kept.data_ptr()


# --- devices do not mix --------------------------------------------------------------------


@pytest.mark.parametrize(
    "mix",
    [
        lambda x: x + torch.ones(3),
        lambda x: torch.ones(3) + x,
        lambda x: x @ torch.ones(3, 2),
        lambda x: torch.cat([x, torch.ones(1, 3)]),
        lambda x: torch.stack([x.sum(), torch.tensor(0.0)]),
        lambda x: torch.ones(2, 3).add_(x),
        lambda x: torch.tensor(0.0).add_(x.sum()),
        lambda x: x == torch.ones(2, 3),
        lambda x: torch.where(x > 0, x, torch.ones(2, 3)),
        lambda x: F.mse_loss(x, torch.ones(2, 3)),
        lambda x: F.cross_entropy(x, torch.tensor([0, 1])),
        nn.Linear(3, 1),
        lambda x: nn.Linear(3, 1).cuda()(torch.ones(2, 3)),
        torch.inference_mode()(nn.Linear(3, 1)),
    ],
)
def test_tensors_of_two_devices_are_refused(x, mix):
    with pytest.raises(RuntimeError, match=MIXED):
        mix(x)


def test_a_batch_that_stayed_behind_is_refused_by_a_convolution_with_the_types_of_both(device):
    model = nn.Conv2d(1, 2, 3).to(device)
    with pytest.raises(RuntimeError, match=MIXED) as caught:
        model(torch.zeros(1, 1, 5, 5))
    assert "Input type (torch.FloatTensor) and weight type (torch.cuda.FloatTensor)" in str(
        caught.value
    )


def test_a_number_on_the_cpu_may_be_mixed_in(x):
    assert (x * torch.tensor(2.0)).device == x.device
    assert (torch.tensor(2.0) * x).device == x.device


def test_indices_may_be_on_the_cpu(x):
    assert x[torch.tensor([1])].tolist() == [[0.5, 0.25, -4.0]]
    changed = x.clone()
    changed[torch.tensor([0])] = torch.tensor(9.0)
    assert changed[0].tolist() == [9.0, 9.0, 9.0]


def test_a_cpu_tensor_wants_its_indices_on_the_cpu(device):
    with pytest.raises(RuntimeError, match="indices should be either on cpu"):
        torch.ones(3)[torch.tensor([0], device=device)]


def test_copying_crosses_devices(x):
    target = torch.zeros(2, 3)
    target.copy_(x)
    assert target.tolist() == x.tolist()
    target[0] = x[1]
    assert target[0].tolist() == x[1].tolist()


def test_random_numbers_want_a_generator_of_their_device(device):
    with pytest.raises(RuntimeError, match="Expected a 'cuda' device type for generator"):
        torch.rand(2, generator=torch.Generator(), device=device)
    generator = torch.Generator(device=device).manual_seed(0)
    drawn = torch.rand(2, generator=generator, device=device)
    assert drawn.tolist() == torch.rand(2, generator=torch.Generator().manual_seed(0)).tolist()
    with pytest.raises(RuntimeError, match="Expected a 'cpu' device type for generator"):
        torch.rand(2, generator=generator)


def test_an_ordinary_generator_is_still_one(device):
    assert isinstance(torch.Generator(), torch.Generator)
    assert torch.Generator().device.type == "cpu"


# --- modules and training ------------------------------------------------------------------


def test_a_module_is_moved_in_place_and_keeps_its_parameters(device):
    model = nn.Linear(2, 3)
    weight = model.weight
    assert model.to(device) is model
    assert model.weight is weight
    assert weight.device == device
    assert isinstance(weight, nn.Parameter)
    assert weight.is_leaf
    assert weight.requires_grad


def test_a_module_can_be_moved_while_a_result_of_it_is_held(device):
    model = nn.Linear(2, 1)
    held = model(torch.ones(1, 2)).sum()
    model.to(device)
    model(torch.ones(1, 2, device=device)).sum().backward()
    assert model.weight.grad.tolist() == [[1.0, 1.0]]
    with pytest.raises(RuntimeError, match=MIXED):
        held.backward()


def test_a_module_comes_back_with_its_gradient(device):
    model = nn.Linear(2, 1).cuda()
    weight = model.weight
    model(torch.ones(1, 2, device=device)).sum().backward()
    model.cpu()
    assert model.weight is weight
    assert type(weight) is nn.Parameter
    assert weight.grad.tolist() == [[1.0, 1.0]]


def test_hooks_of_a_parameter_move_with_it_and_can_be_removed(device):
    model = nn.Linear(2, 1)
    seen = []
    handle = model.weight.register_hook(lambda gradient: gradient * 10)
    model.weight.register_post_accumulate_grad_hook(lambda weight: seen.append(weight.grad.device))
    model.to(device)
    model(torch.ones(1, 2, device=device)).sum().backward()
    assert model.weight.grad.tolist() == [[10.0, 10.0]]
    assert seen == [device]
    handle.remove()
    model.zero_grad()
    model(torch.ones(1, 2, device=device)).sum().backward()
    assert model.weight.grad.tolist() == [[1.0, 1.0]]


def test_buffers_move_with_the_module(device):
    assert {b.device for b in nn.BatchNorm1d(2).to(device).buffers()} == {device}


def test_an_optimizer_made_before_the_move_trains_the_moved_model(device):
    model = nn.Linear(1, 1)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
    model.to(device)
    before = model.weight.item()
    model(torch.ones(1, 1, device=device)).sum().backward()
    optimizer.step()
    assert model.weight.item() == pytest.approx(before - 0.1)


def test_assigning_data_moves_a_tensor_that_others_hold(device):
    parameter = nn.Parameter(torch.ones(2))
    parameter.data = parameter.data.to(device)
    assert parameter.device == device
    assert isinstance(parameter, nn.Parameter)
    assert parameter.requires_grad


def test_the_gradient_flows_back_to_the_cpu(device):
    leaf = torch.ones(2, requires_grad=True)
    (leaf.to(device) * 3).sum().backward()
    assert leaf.grad.tolist() == [3.0, 3.0]
    assert leaf.grad.device.type == "cpu"


def test_formulas_that_make_tensors_of_their_own_find_the_device(x):
    leaf = x.clone().requires_grad_()
    leaf.max(dim=1).values.sum().backward()
    assert leaf.grad.tolist() == [[0.0, 0.0, 1.0], [1.0, 0.0, 0.0]]


class TimesTwo(torch.autograd.Function):
    """A function whose backward pass names the device, as a learner's may."""

    @staticmethod
    def forward(ctx, values):
        ctx.save_for_backward(torch.full_like(values, 2.0))
        return values * 2

    @staticmethod
    def backward(ctx, gradient):
        (factor,) = ctx.saved_tensors
        return gradient * factor.cpu().to("cuda") + torch.zeros(1, device="cuda")


def test_functions_and_hooks_of_ones_own_run_in_the_backward_pass(device):
    leaf = torch.ones(2, device=device, requires_grad=True)
    leaf.register_hook(lambda gradient: gradient * torch.tensor([1.0, 3.0]).cuda())
    TimesTwo.apply(leaf).sum().backward()
    assert leaf.grad.tolist() == [2.0, 6.0]


def test_an_error_of_ones_own_in_a_backward_pass_keeps_its_words(device):
    def refuse(_gradient):
        raise RuntimeError("the meta learner gave up")

    leaf = torch.ones(2, device=device, requires_grad=True)
    leaf.register_hook(refuse)
    with pytest.raises(RuntimeError, match="the meta learner gave up"):
        leaf.sum().backward()


def test_writing_into_views_is_followed_by_autograd(x):
    leaf = x.clone().requires_grad_()
    doubled = leaf * 2
    doubled[0] = 5.0
    doubled[:, 1] += 1.0
    doubled.sum().backward()
    assert leaf.grad.tolist() == [[0.0, 0.0, 0.0], [2.0, 2.0, 2.0]]


def test_changing_the_shape_in_place_changes_both_sides(x):
    x.t_()
    assert x.shape == unwrap(x).shape == (3, 2)
    assert x.unsqueeze_(0).shape == (1, 3, 2)
    assert x.sum().item() == pytest.approx(-1.25)


@pytest.mark.parametrize(
    "optimizer_of",
    [
        pytest.param(lambda p: torch.optim.SGD(p, lr=0.1), id="sgd"),
        pytest.param(lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.9), id="momentum"),
        pytest.param(lambda p: torch.optim.Adam(p, lr=0.01), id="adam"),
        pytest.param(lambda p: torch.optim.AdamW(p, lr=0.01), id="adamw"),
        pytest.param(lambda p: torch.optim.RMSprop(p, lr=0.01), id="rmsprop"),
    ],
)
def test_training_goes_step_by_step_as_on_the_cpu(optimizer_of):
    losses, weights = train(torch.device("cpu"), optimizer_of)
    with SimulatedAccelerator() as accelerator:
        their_losses, their_weights = train(accelerator.device(), optimizer_of)
    assert their_losses == losses
    assert all(torch.equal(their_weights[name], weights[name]) for name in weights)


@pytest.mark.parametrize(
    ("make", "shape"),
    [
        (lambda: nn.LSTM(4, 2, batch_first=True), (2, 3, 4)),
        (lambda: nn.MultiheadAttention(4, 2, batch_first=True), (2, 3, 4)),
        (lambda: nn.TransformerEncoderLayer(4, 2, 8, batch_first=True).eval(), (2, 3, 4)),
        (lambda: nn.ConvTranspose2d(2, 3, 3), (1, 2, 4, 4)),
        (
            lambda: nn.Sequential(nn.AdaptiveAvgPool2d(2), nn.Flatten(), nn.LayerNorm(8)),
            (1, 2, 5, 5),
        ),
    ],
)
def test_other_layers_compute_what_they_do_on_the_cpu(make, shape):
    torch.manual_seed(0)
    model, inputs = make(), torch.randn(*shape)

    def outputs(values):
        found = model(values, values, values) if isinstance(model, nn.MultiheadAttention) else None
        found = model(values) if found is None else found
        return found[0] if isinstance(found, tuple) else found

    expected = outputs(inputs)
    with SimulatedAccelerator() as accelerator:
        model.to(accelerator.device())
        torch.testing.assert_close(outputs(inputs.cuda()).cpu(), expected)


def test_evaluation_and_inference_mode_stay_on_the_device(device):
    model = SmallNet().to(device).eval()
    images = torch.randn(2, 1, 14, 14)
    with torch.no_grad():
        expected = model(images.to(device)).argmax(dim=1)
    with torch.inference_mode():
        found = model(images.to(device)).argmax(dim=1)
    assert found.device == device
    assert torch.equal(found, expected)


def test_accuracy_is_counted_as_in_the_notes(device):
    outputs = torch.tensor([[2.0, 1.0], [0.0, 3.0], [5.0, 1.0]], device=device)
    labels = torch.tensor([0, 1, 1], device=device)
    _, predicted = torch.max(outputs.data, dim=1)
    assert (predicted == labels).sum().item() == 2


def test_pinned_batches_can_be_moved(device):
    data = torch.utils.data.TensorDataset(torch.ones(2, 3))
    (batch,) = next(iter(torch.utils.data.DataLoader(data, batch_size=2, pin_memory=True)))
    assert batch.to(device, non_blocking=True).device == device


def test_mixed_precision_is_accepted_and_computes_in_single(device):
    model = nn.Linear(2, 1).to(device)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    scaler = torch.amp.GradScaler("cuda")
    before = model.weight.tolist()
    with torch.autocast("cuda", dtype=torch.float16):
        loss = model(torch.ones(1, 2, device=device)).sum()
    assert loss.dtype is torch.float32
    scaler.scale(loss).backward()
    scaler.step(optimizer)
    scaler.update()
    assert model.weight.tolist() != before


def test_events_that_were_not_recorded_or_timed_have_no_time_between_them(device):
    start, end = (torch.cuda.Event(enable_timing=True) for _ in range(2))
    with pytest.raises(ValueError, match="must be recorded before"):
        start.elapsed_time(end)
    start.record()
    with pytest.raises(ValueError, match="enable_timing=True"):
        start.elapsed_time(torch.cuda.Event())
    assert torch.cuda.current_stream().record_event().query()


def test_the_peak_of_memory_stays_when_memory_is_freed_until_it_is_forgotten(device):
    kept = torch.zeros(100_000, device=device)
    peak = torch.cuda.max_memory_allocated()
    del kept
    assert torch.cuda.max_memory_allocated() == peak > torch.cuda.memory_allocated()
    torch.cuda.reset_peak_memory_stats()
    assert torch.cuda.max_memory_allocated() < peak
    free, total = torch.cuda.mem_get_info()
    assert 0 < free <= total


def test_a_tensor_that_was_given_the_class_of_device_tensors_does_not_cross_as_one(x):
    false = torch.ones(2)
    false.__class__ = type(x)
    false._held = torch.ones(2)
    assert isinstance(frames.decode(frames.encode(false)), Unsupported)


# --- copies and files ----------------------------------------------------------------------


def test_a_deep_copy_shares_nothing(device):
    model = nn.Linear(2, 1).to(device)
    twin = copy.deepcopy(model)
    with torch.no_grad():
        twin.weight.zero_()
    assert twin.weight.device == device
    assert isinstance(twin.weight, nn.Parameter)
    assert model.weight.abs().sum().item() > 0


def test_only_leaves_can_be_copied_deeply(device):
    grown = torch.ones(2, device=device, requires_grad=True) * 2
    with pytest.raises(RuntimeError, match="graph leaves"):
        copy.deepcopy(grown)


def saved(value):
    buffer = io.BytesIO()
    torch.save(value, buffer)
    buffer.seek(0)
    return buffer


def test_what_is_saved_comes_back_on_the_device(device):
    model = nn.Linear(2, 1).to(device)
    state = torch.load(saved({"model": model.state_dict(), "epoch": 3}))
    assert state["epoch"] == 3
    assert state["model"]["weight"].device == device
    assert torch.equal(state["model"]["weight"], model.weight)


def test_map_location_decides_where_it_comes_back(device):
    held = saved({"w": torch.ones(2, device=device)})
    assert torch.load(held, map_location="cpu")["w"].device.type == "cpu"
    held = saved({"w": torch.ones(2)})
    assert torch.load(held, map_location=device)["w"].device == device


def test_a_file_from_the_device_says_so_where_there_is_none():
    with SimulatedAccelerator() as accelerator:
        held = saved(torch.ones(2, device=accelerator.device()))
    with pytest.raises(RuntimeError, match="Attempting to deserialize object on a CUDA device"):
        torch.load(held)
    held.seek(0)
    assert torch.load(held, map_location="cpu").tolist() == [1.0, 1.0]


def test_a_whole_module_is_saved_and_comes_back_trainable(device):
    model = torch.load(saved(nn.Linear(2, 1).to(device)), weights_only=False)
    assert isinstance(model.weight, nn.Parameter)
    assert model.weight.device == device
    model(torch.ones(1, 2, device=device)).sum().backward()
    assert model.weight.grad.tolist() == [[1.0, 1.0]]


def test_an_optimizer_continues_after_loading(device):
    model = nn.Linear(2, 1).to(device)
    optimizer = torch.optim.Adam(model.parameters())
    model(torch.ones(1, 2, device=device)).sum().backward()
    optimizer.step()
    other = torch.optim.Adam(model.parameters())
    other.load_state_dict(torch.load(saved(optimizer.state_dict())))
    other.step()
    assert other.state[model.weight]["exp_avg"].device == device


# --- what is not supported -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("attempt", "what"),
    [
        (lambda x: torch.zeros(2, device="meta"), "the meta device"),
        (lambda x: x.to_sparse(), "layout"),
        (lambda x: x.clone().resize_(1), r"resize_\(\)"),
        (lambda x: x.share_memory_(), "sharing tensors between processes"),
        (lambda x: torch.add(x, 1, out=torch.empty(0).cuda()), "out="),
        (lambda x: x.new(2), r"x\.new"),
        (lambda x: torch.cuda.Event(interprocess=True), "sharing events"),
        (lambda x: torch.cuda.get_device_properties(0).warp_size, "device property warp_size"),
        (lambda x: torch.compile(nn.Linear(2, 2)), "torch.compile"),
        (lambda x: nn.DataParallel(nn.Linear(2, 2)), "DataParallel"),
        (torch.from_dlpack, "DLPack"),
    ],
)
def test_what_it_cannot_do_it_says(x, attempt, what):
    with pytest.raises(
        UnsupportedError, match=f"the simulated accelerator doesn't support.*{what}"
    ):
        attempt(x)


# --- the context ---------------------------------------------------------------------------


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a real accelerator here")
def test_after_the_context_everything_is_as_before():
    names = {name: vars(torch.cuda)[name] for name in vars(torch.cuda)}
    others = (torch.save, torch.load, torch.compile, torch.Generator, nn.Module._apply)
    with SimulatedAccelerator():
        assert torch.cuda.is_available()
    assert {name: vars(torch.cuda)[name] for name in vars(torch.cuda)} == names
    assert (torch.save, torch.load, torch.compile, torch.Generator, nn.Module._apply) == others
    assert not torch.cuda.is_available()
    with pytest.raises((AssertionError, RuntimeError)):
        torch.zeros(2).to("cuda")


def test_an_error_inside_the_context_puts_everything_back_too():
    before = torch.cuda.is_available
    with pytest.raises(ZeroDivisionError), SimulatedAccelerator():
        1 / 0
    assert torch.cuda.is_available is before


def test_tensors_that_are_left_over_can_be_read():
    with SimulatedAccelerator() as accelerator:
        left = torch.ones(2, device=accelerator.device())
    assert left.cpu().tolist() == [1.0, 1.0]
    assert unwrap(left + left).tolist() == [2.0, 2.0]


def test_cpu_work_inside_the_context_is_not_touched(device):
    assert type(torch.ones(2) + 1) is torch.Tensor
    assert type(nn.Linear(2, 2).weight) is nn.Parameter
    assert not is_simulated(torch.ones(2))


def test_it_is_entered_once_at_a_time():
    accelerator = SimulatedAccelerator()
    with accelerator, pytest.raises(RuntimeError, match="already entered"):
        accelerator.__enter__()


def test_device_tensors_can_be_used_in_another_thread(x):
    found = []
    worker = threading.Thread(target=lambda: found.append((x * 2).sum().item()))
    worker.start()
    worker.join()
    assert found == [pytest.approx(-2.5)]


def test_device_tensors_cross_as_frames_with_their_device(x):
    value = frames.decode(frames.encode(x))
    assert value.device == "cuda:0"
    assert torch.equal(value.tensor, x.cpu())


def test_unwrapping_gives_the_cpu_tensor_and_leaves_others_alone(x):
    plain = torch.ones(2)
    assert unwrap(plain) is plain
    assert unwrap(x).device.type == "cpu"
    assert is_simulated(x)


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a real accelerator here")
def test_without_a_real_accelerator_the_simulated_one_is_chosen():
    assert isinstance(choose_accelerator(), SimulatedAccelerator)


@pytest.mark.skipif(not torch.cuda.is_available(), reason="there is no real accelerator here")
def test_a_real_accelerator_is_preferred():
    with choose_accelerator() as accelerator:
        assert isinstance(accelerator, RealAccelerator)
        assert torch.ones(2, device=accelerator.device()).sum().item() == 2.0


def test_children_train_after_a_fork_from_a_process_that_has_trained():
    """The case that rules out PrivateUse1: prepared, warmed by a backward pass, then forked."""
    prepare()
    weight = torch.ones(2, requires_grad=True)
    (weight * weight).sum().backward()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # pytest may have threads
        child = os.fork()
    if not child:
        status = 1
        try:
            with SimulatedAccelerator() as accelerator:
                leaf = torch.ones(2, device=accelerator.device(), requires_grad=True)
                (leaf * leaf).sum().backward()
                status = 0 if leaf.grad.tolist() == [2.0, 2.0] else 2
        finally:
            os._exit(status)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
