"""Every kind of value through a frame: what comes back the same, and what is refused by name."""

from __future__ import annotations

import math
import struct
from collections import Counter, OrderedDict, defaultdict, deque, namedtuple

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from quizapp.judge import frames, wire
from quizapp.judge.frames import FrameError, FrameTooLargeError
from quizapp.judge.values import ArrayValue, TensorValue, Unsupported

SMALL_INTS = st.integers(-(1 << 31), (1 << 31) - 1)


def through(value):
    return frames.decode(frames.encode(value))


def as_bytes(tensor):
    """Shape, dtype and numbers, bit by bit; read from torch by a way of its own."""
    solid = tensor.detach().resolve_conj().resolve_neg()
    flat = solid.clone(memory_format=torch.contiguous_format).reshape(-1)
    numbers = bytes(flat.view(torch.uint8).tolist()) if len(flat) else b""
    return (tuple(tensor.shape), tensor.dtype, numbers)


def same(left, right):
    """Equal in value and exact type at every depth, NaN and the sign of zero included."""
    if type(left) is not type(right):
        return False
    if isinstance(left, float):
        return struct.pack("<d", left) == struct.pack("<d", right)
    if isinstance(left, complex):
        return same(left.real, right.real) and same(left.imag, right.imag)
    if isinstance(left, (tuple, list)):
        return len(left) == len(right) and all(map(same, left, right))
    if isinstance(left, dict):
        return same(list(left), list(right)) and all(same(left[key], right[key]) for key in left)
    return left == right


any_text = st.text(st.characters())  # lone surrogates and null characters included
leaves = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.integers(0, 8 * wire.MAX_INT_BYTES - 2).map(lambda bits: -(1 << bits)),
    st.floats(),
    st.complex_numbers(),
    any_text,
    st.binary(),
    st.lists(st.integers(0, 1 << 40), max_size=5).map(torch.Size),
    st.sampled_from(wire.DTYPES),
)
nested = st.recursive(
    leaves,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.lists(inner, max_size=4).map(tuple)
        | st.dictionaries(any_text | SMALL_INTS, inner, max_size=4)
    ),
    max_leaves=16,
)


@given(nested)
def test_nested_values_come_back_bit_by_bit(value):
    assert same(through(value), value)


@given(nested)
def test_a_value_that_came_over_can_go_back_unchanged(value):
    frame = frames.encode(value)
    assert frames.encode(frames.decode(frame)) == frame


@pytest.mark.parametrize("number", [math.nan, -math.nan, math.inf, -math.inf, -0.0, 5e-324])
def test_odd_floats_keep_their_bits(number):
    assert same(through([number, complex(number, -number)]), [number, complex(number, -number)])


def nest(kind, depth):
    value = None
    for _ in range(depth):
        value = {"x": value} if kind is dict else kind([value])
    return value


@pytest.mark.parametrize("kind", [list, tuple, dict])
def test_depth_is_kept_up_to_the_cap(kind):
    value = nest(kind, wire.MAX_DEPTH - 1)
    assert through(value) == value


@pytest.mark.parametrize("kind", [list, tuple, dict])
def test_what_lies_behind_the_cap_is_refused_by_name(kind):
    assert "value nested too deeply" in repr(through(nest(kind, wire.MAX_DEPTH + 1)))


def fill(dtype, shape, seed):
    """A tensor of random bits that are valid in its dtype."""
    generator = torch.Generator().manual_seed(seed)
    count = math.prod(shape) * dtype.itemsize
    raw = torch.randint(0, 256, (count,), generator=generator, dtype=torch.uint8)
    if dtype is torch.bool:
        return raw.gt(127).reshape(shape)
    return raw.view(dtype).reshape(shape) if count else torch.empty(shape, dtype=dtype)


VIEWS = {
    "as it is": lambda x: x,
    "transposed": lambda x: x.transpose(0, -1) if x.ndim > 1 else x,
    "every second": lambda x: x[..., ::2] if x.ndim else x,
    "a part": lambda x: x[1:] if x.ndim and len(x) else x,
    "expanded": lambda x: x.unsqueeze(0).expand(3, *x.shape),
    "0-D": lambda x: x.reshape(-1)[0] if x.numel() else x,
    "conjugated": lambda x: x.conj(),
    "negative": lambda x: x.conj().imag if x.is_complex() else x,
    "unfolded": lambda x: x.unfold(0, 2, 1) if x.ndim and len(x) > 1 else x,
}


@given(
    st.sampled_from(wire.DTYPES),
    st.lists(st.integers(0, 4), max_size=4),
    st.sampled_from(sorted(VIEWS)),
    st.integers(0, 99),
)
def test_tensors_of_all_dtypes_and_strides_come_back_bit_by_bit(dtype, shape, view, seed):
    tensor = VIEWS[view](fill(dtype, shape, seed))
    back = through(tensor)
    assert type(back) is TensorValue
    assert back.tensor.is_contiguous()
    assert as_bytes(back.tensor) == as_bytes(tensor)
    assert not back.tensor.requires_grad


@given(st.sampled_from([torch.float32, torch.complex64, torch.bfloat16]), st.booleans())
def test_requires_grad_and_graphs_are_told_and_left_behind(dtype, is_leaf):
    tensor = torch.ones(2, dtype=dtype, requires_grad=True)
    back = through(tensor if is_leaf else tensor * 2)
    assert back.requires_grad
    assert back.tensor.grad_fn is None
    assert not back.tensor.requires_grad


def test_a_state_dict_crosses_over_in_its_order():
    model = nn.Sequential(nn.Linear(2, 3), nn.BatchNorm1d(3))
    back = through(model.state_dict())
    assert type(back) is dict
    assert list(back) == list(model.state_dict())
    for name, tensor in model.state_dict().items():
        assert as_bytes(back[name].tensor) == as_bytes(tensor)


def test_parameters_and_buffers_are_told_apart():
    model = nn.BatchNorm1d(3)
    parameters = through(dict(model.named_parameters()))
    buffers = through(dict(model.named_buffers()))
    assert all(value.parameter and value.requires_grad for value in parameters.values())
    assert not any(value.parameter or value.requires_grad for value in buffers.values())


@pytest.mark.parametrize("name", sorted(dtype.name for dtype in wire.NUMPY_CODES))
def test_numpy_arrays_and_scalars_come_back_bit_by_bit(name):
    array = np.array([[0, 1, 1], [1, 0, 1]]).astype(name)
    for value in (
        array,
        array.T,
        array[::-1, ::2],
        array[:0],
        array[0, 1],
        np.asarray(array[0, 0]),
    ):
        back = through(value)
        assert type(back) is ArrayValue
        assert back.scalar is isinstance(value, np.generic)
        assert (back.tensor.numpy().tobytes(), tuple(back.tensor.shape)) == (
            value.tobytes(),
            value.shape,
        )
        assert back.tensor.numpy().dtype == array.dtype


class Enumerated(int):
    """A number with a name, such as `enum.IntEnum` makes them."""


Pair = namedtuple("Pair", "a b")
with_warnings = pytest.mark.filterwarnings("ignore")
REFUSED = {
    "sparse": (lambda: torch.eye(2).to_sparse(), "torch.Tensor with layout torch.sparse_coo"),
    "compressed": (lambda: torch.eye(2).to_sparse_csr(), "with layout torch.sparse_csr"),
    "quantized": (
        lambda: torch.quantize_per_tensor(torch.ones(2), 0.1, 0, torch.qint8),
        "torch.Tensor that is quantized",
    ),
    "nested tensor": (
        lambda: torch.nested.nested_tensor([torch.ones(1), torch.ones(2)]),
        "torch.Tensor with a nested layout",
    ),
    "half a complex": (lambda: torch.zeros(2, dtype=torch.complex32), "of dtype torch.complex32"),
    "a dtype of that": (lambda: torch.complex32, "torch.dtype torch.complex32"),
    "other float8": (
        lambda: torch.zeros(2, dtype=torch.float8_e5m2fnuz),
        "of dtype torch.float8_e5m2fnuz",
    ),
    "lazy parameter": (
        lambda: nn.LazyLinear(2).weight,
        "torch.nn.parameter.UninitializedParameter",
    ),
    "many dimensions": (lambda: torch.zeros([1] * 40), "tensor of 40 dimensions"),
    "parameter list": (nn.ParameterList, "torch.nn.modules.container.ParameterList"),
    "namedtuple": (lambda: Pair(1, 2), "Pair"),
    "int subclass": (lambda: Enumerated(3), "Enumerated"),
    "counter": (lambda: Counter("aab"), "collections.Counter"),
    "defaultdict": (lambda: defaultdict(int), "collections.defaultdict"),
    "deque": (lambda: deque([1]), "collections.deque"),
    "set": (lambda: {1}, "set"),
    "range": (lambda: range(3), "range"),
    "bytearray": (lambda: bytearray(b"x"), "bytearray"),
    "long double": (lambda: np.longdouble(1), "numpy.longdouble"),
    "structured": (lambda: np.zeros(1, "i4,f4"), "numpy.ndarray of dtype |V8"),
    "dates": (lambda: np.zeros(1, "M8[D]"), "numpy.ndarray of dtype <M8[D]"),
    "matrix": (lambda: np.ma.masked_array([1]), "MaskedArray"),
    "long key": (lambda: {1 << 40: 0}, "dict with an int key of more than 32 bits"),
    "tensor as key": (lambda: {torch.ones(1): 0}, "dict with a key of type torch.Tensor"),
}


@with_warnings
@pytest.mark.parametrize("case", REFUSED)
def test_what_has_no_plain_numbers_is_refused_by_name(case):
    make, name = REFUSED[case]
    back = through([make(), "neighbour"])
    assert type(back[0]) is Unsupported
    assert name in back[0].type_name
    assert back[1] == "neighbour"


def test_an_honest_table_of_many_numbers_crosses_over():
    table = {index: f"word {index}" for index in range(30_000)}
    assert through(table) == table


def test_more_int_keys_than_the_cap_are_refused_by_name():
    assert "int keys" in through(dict.fromkeys(range(wire.MAX_INT_KEYS + 1))).type_name


def frame_of_keys(keys):
    parts = [b"d" + struct.pack("<I", len(keys))]
    for key in keys:
        size = key.bit_length() // 8 + 1
        parts.append(b"i" + struct.pack("<I", size) + key.to_bytes(size, "little", signed=True))
        parts.append(b"N")
    return b"".join(parts)


def test_keys_that_share_one_hash_are_refused_at_the_first():
    modulus = (1 << 61) - 1  # of Python's hash of an int
    keys = [index * modulus for index in range(200_000)]
    assert {hash(key) for key in keys} == {0}  # a table of them would take an hour
    with pytest.raises(FrameError, match="int keys"):
        frames.decode(frame_of_keys(keys))


@pytest.mark.parametrize("keys", [[1, 1], [1 << 31], [-(1 << 31) - 1]])
def test_keys_that_no_encoder_sends_are_refused(keys):
    with pytest.raises(FrameError):
        frames.decode(frame_of_keys(keys))


def test_too_many_int_keys_are_refused_in_a_frame():
    with pytest.raises(FrameError, match="int keys"):
        frames.decode(frame_of_keys(range(wire.MAX_INT_KEYS + 1)))


def test_more_tensors_than_memory_is_meant_for_are_refused_on_both_sides():
    count = wire.MAX_COUNT // wire.TENSOR_PARTS
    with pytest.raises(FrameTooLargeError):
        frames.encode([torch.empty(0)] * count)
    empty = frames.encode(torch.empty(0))
    with pytest.raises(FrameTooLargeError):
        frames.decode(b"l" + struct.pack("<I", count) + empty * count)


def test_thousands_of_tensors_cross_over():
    assert len(through(list(torch.zeros(20_000)))) == 20_000


IN_PLACE = {
    "a number": lambda x: x.add_(1),
    "the last number": lambda x: x.view(-1)[-1:].zero_(),
    "the shape": lambda x: x.unsqueeze_(0),
    "the order of axes": lambda x: x.t_(),
    "the memory": lambda x: x.set_(torch.zeros(3, 2)),
    "the dtype": lambda x: setattr(x, "data", x.double()),
    "the size": lambda x: x.resize_(1, 2),
}
AROUND = {
    "itself": lambda x: x,
    "a list": lambda x: [x],
    "a dict": lambda x: {"a": (1, x)},
    "a state dict": lambda x: OrderedDict(weight=x),
}


@pytest.mark.parametrize("around", AROUND)
@pytest.mark.parametrize("change", IN_PLACE)
def test_a_digest_sees_every_change_of_a_tensor(change, around):
    tensor = torch.arange(1.0, 7).reshape(3, 2)
    value = AROUND[around](tensor)
    before = frames.digest(value)
    assert frames.digest(value) == before
    IN_PLACE[change](tensor)
    assert frames.digest(value) != before


@pytest.mark.parametrize("view", VIEWS)
def test_a_digest_sees_a_change_through_a_view(view):
    tensor = fill(torch.complex64 if view in ("conjugated", "negative") else torch.int64, [4, 4], 1)
    seen = VIEWS[view](tensor)
    before = frames.digest(seen)
    assert frames.digest(seen) == before
    tensor.zero_()
    assert frames.digest(seen) != before


def test_a_digest_sees_what_a_view_does_not_show_only_in_the_view_that_does():
    base = torch.zeros(4)
    shown, hidden = base[:2], base[2:]
    before = frames.digest(shown)
    hidden.fill_(1)
    assert frames.digest(shown) == before


@pytest.mark.parametrize(
    "change",
    [
        lambda value: value["x"].append(1),
        lambda value: value.update(y=2),
        lambda value: value["x"].__setitem__(0, 3.0),
        lambda value: value["a"].__setitem__(0, 9),
        lambda value: value.pop("a"),
    ],
)
def test_a_digest_sees_changes_of_lists_dicts_and_arrays(change):
    value = {"x": [1.0, 2.0], "a": np.zeros(2, dtype=np.int64)}
    before = frames.digest(value)
    change(value)
    assert frames.digest(value) != before


@pytest.mark.parametrize(
    "harmless",
    [
        lambda x: x.requires_grad_(),
        lambda x: x.mul_(1),
        lambda x: x.sum(),
        lambda x: x.share_memory_(),
        lambda x: x.add_(1).sub_(1),
    ],
)
def test_a_digest_minds_nothing_but_numbers(harmless):
    tensor = torch.arange(6.0).reshape(3, 2)
    before = frames.digest(tensor)
    harmless(tensor)
    assert frames.digest(tensor) == before


def test_a_digest_takes_objects_by_their_type_alone():
    model = nn.Linear(2, 2)
    before = frames.digest([model])
    with torch.no_grad():
        model.weight.zero_()
    assert frames.digest([model]) == before
