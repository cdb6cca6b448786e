import struct
import tracemalloc
from collections import OrderedDict
from contextlib import suppress

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from quizapp.judge import frames
from quizapp.judge.encoder import unwraps
from quizapp.judge.frames import FrameError, FrameTooLargeError
from quizapp.judge.values import (
    ArrayValue,
    DeviceValue,
    Gradients,
    OpCount,
    TensorValue,
    Unsupported,
)

DTYPES = [
    torch.bool, torch.uint8, torch.int8, torch.int16, torch.int32, torch.int64,
    torch.float16, torch.bfloat16, torch.float32, torch.float64, torch.complex64,
    torch.complex128, torch.uint16, torch.uint32, torch.uint64,
    torch.float8_e4m3fn, torch.float8_e5m2,
]  # fmt: skip


def through(value):
    return frames.decode(frames.encode(value))


def raw(tensor):
    return tensor.contiguous().view(-1).view(torch.uint8).tolist() if tensor.numel() else []


scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(1 << 200), 1 << 200),
    st.floats(allow_nan=False),
    st.complex_numbers(allow_nan=False),
    st.text(),
    st.binary(),
)
plain = st.recursive(
    scalars,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.lists(inner, max_size=4).map(tuple),
        st.dictionaries(st.text() | st.integers(-(1 << 31), (1 << 31) - 1), inner, max_size=4),
    ),
    max_leaves=12,
)
shapes = st.lists(st.integers(0, 4), max_size=4)


@st.composite
def tensors(draw):
    dtype = draw(st.sampled_from(DTYPES))
    shape = draw(shapes)
    seed = draw(st.integers(0, 1000))
    generator = torch.Generator().manual_seed(seed)
    values = torch.randint(0, 2, shape, generator=generator)
    tensor = values.to(dtype)
    if len(shape) > 1 and draw(st.booleans()):
        tensor = tensor.transpose(0, -1)
    return tensor


@given(plain)
def test_plain_values_come_back_as_they_were(value):
    back = through(value)
    assert back == value
    assert type(back) is type(value)


@given(tensors())
def test_a_tensor_comes_back_with_its_shape_dtype_and_bytes(tensor):
    back = through(tensor)
    assert type(back) is TensorValue
    assert back.tensor.shape == tensor.shape
    assert back.tensor.dtype == tensor.dtype
    assert raw(back.tensor) == raw(tensor)


@pytest.mark.parametrize("dtype", DTYPES, ids=str)
def test_every_dtype_crosses_over(dtype):
    assert through(torch.zeros(2, dtype=dtype)).tensor.dtype is dtype


@given(st.one_of(plain, tensors()), st.data())
@settings(max_examples=300)
def test_a_damaged_frame_gives_a_value_or_a_frame_error(value, data):
    frame = bytearray(frames.encode(value))
    for _ in range(data.draw(st.integers(1, 4))):
        position = data.draw(st.integers(0, len(frame) - 1))
        frame[position] = data.draw(st.integers(0, 255))
    with suppress(FrameError):
        frames.decode(frame)


@given(st.one_of(plain, tensors()), st.data())
def test_a_frame_cut_short_is_refused(value, data):
    frame = frames.encode(value)
    cut = data.draw(st.integers(0, len(frame) - 1))
    with pytest.raises(FrameError):
        frames.decode(frame[:cut])


@given(st.binary(max_size=200))
@settings(max_examples=500)
def test_random_bytes_give_a_value_or_a_frame_error(data):
    with suppress(FrameError):
        frames.decode(data)


def test_bytes_after_the_end_are_refused():
    with pytest.raises(FrameError, match="after the end"):
        frames.decode(frames.encode(1) + b"N")


def tensor_frame(shape, stated, code=8, raw_bytes=b""):
    head = struct.pack("<BBB", code, 0, len(shape))
    return b"x" + head + b"\x03cpu" + struct.pack(f"<{len(shape) + 1}Q", *shape, stated) + raw_bytes


@pytest.mark.parametrize(
    "frame",
    [
        tensor_frame([1 << 40], 1 << 42),
        tensor_frame([1 << 32, 1 << 32], 4, raw_bytes=b"abcd"),
        tensor_frame([(1 << 64) - 1, 0], 0),
        tensor_frame([2], 8),
        tensor_frame([2], 4, raw_bytes=b"abcd"),
        tensor_frame([1], 4, code=200, raw_bytes=b"abcd"),
        b"s" + struct.pack("<I", 0xFFFFFFFF),
        b"b" + struct.pack("<I", 0xFFFFFFFF),
        b"l" + struct.pack("<I", 0xFFFFFFFF),
        b"d" + struct.pack("<I", 0x7FFFFFFF) + b"NN",
        b"i" + struct.pack("<I", 1 << 30),
        b"l\x01\x00\x00\x00" * 10_000,
        b"t\x01\x00\x00\x00" * 10_000 + b"N",
        b"z" + struct.pack("<I", 1) + b"N",
        b"o" + struct.pack("<I", 1) + b"N",
        b"g" + struct.pack("<I", 2) + b"NN",
        b"s" + struct.pack("<I", 1) + b"\xff",
    ],
)
def test_a_lying_header_is_refused_before_anything_is_allocated(frame):
    with pytest.raises(FrameError):
        frames.decode(frame)
    tracemalloc.start()
    try:
        with pytest.raises(FrameError):
            frames.decode(frame)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 1 << 20


def test_a_frame_beyond_the_cap_is_refused_unread():
    with pytest.raises(FrameTooLargeError):
        frames.decode(bytes(101), max_bytes=100)


def test_more_parts_than_the_cap_are_refused():
    count = frames.MAX_COUNT + 1
    with pytest.raises(FrameTooLargeError):
        frames.decode(b"l" + struct.pack("<I", count) + b"N" * count)


def test_a_value_beyond_the_cap_is_not_encoded():
    with pytest.raises(FrameTooLargeError):
        frames.encode(torch.zeros(1000), max_bytes=3999)


def test_an_expanded_tensor_is_refused_before_it_is_made_real():
    with pytest.raises(FrameTooLargeError):
        frames.encode(torch.zeros(1).expand(1 << 40))


def test_a_long_text_is_refused_by_its_length():
    with pytest.raises(FrameTooLargeError):
        frames.encode("x" * 1000, max_bytes=999)


def test_a_list_that_holds_itself_ends_as_refused():
    loop = []
    loop.append(loop)
    value = through(loop)
    while isinstance(value, list):
        value = value[0]
    assert value == Unsupported("value nested too deeply")


def test_the_parts_of_a_tensor_that_feedback_needs_cross_over():
    back = through(nn.Parameter(torch.ones(2)))
    assert (back.device, back.requires_grad, back.parameter) == ("cpu", True, True)


def test_lazy_conjugates_and_negatives_arrive_resolved():
    tensor = torch.tensor([1 + 2j, 3 - 4j]).conj()
    assert through(tensor).tensor.tolist() == [1 - 2j, 3 + 4j]
    assert through(tensor.imag).tensor.tolist() == [-2.0, 4.0]


def test_a_tensor_keeps_its_strided_order():
    tensor = torch.arange(6).reshape(2, 3)
    assert through(tensor.t()).tensor.tolist() == [[0, 3], [1, 4], [2, 5]]
    assert through(tensor[:, ::2]).tensor.tolist() == [[0, 2], [3, 5]]


def test_a_decoded_tensor_shares_no_memory():
    frame = bytearray(frames.encode(torch.zeros(2)))
    back = frames.decode(frame)
    frame[-4:] = b"abcd"
    assert back.tensor.tolist() == [0, 0]


def test_a_bool_tensor_of_odd_bytes_holds_only_true_and_false():
    back = frames.decode(tensor_frame([3], 3, code=0, raw_bytes=b"\x00\x02\xff")).tensor
    assert back.tolist() == [False, True, True]
    assert int(back.sum()) == 2


def test_numpy_values_are_named_as_such():
    array = through(np.arange(3, dtype=np.float32))
    assert type(array) is ArrayValue
    assert not array.scalar
    assert array.tensor.tolist() == [0, 1, 2]
    assert through(np.float64(2.5)).scalar


def test_an_ordered_dict_is_a_dict():
    assert through(OrderedDict(a=1)) == {"a": 1}


def test_shapes_dtypes_and_devices_cross_over():
    assert through(torch.Size([2, 3])) == torch.Size([2, 3])
    assert through(torch.bfloat16) is torch.bfloat16
    assert through(torch.device("cpu")) == DeviceValue("cpu")


def test_counts_and_gradients_cross_over():
    count = through(OpCount(1.5, 2, 3, 4, (5, None, None)))
    assert count == OpCount(1.5, 2, 3, 4, (5, None, None))
    gradients = through(Gradients({"x": None}, "detached"))
    assert gradients == Gradients({"x": None}, "detached")


class Evil:
    def __reduce__(self):
        raise AssertionError("pickled")

    def __getattribute__(self, name):
        raise AssertionError(f"asked for {name}")

    def __eq__(self, other):
        raise AssertionError("compared")

    def __iter__(self):
        raise AssertionError("iterated")

    def __len__(self):
        raise AssertionError("measured")

    def __repr__(self):
        raise AssertionError("shown")

    __hash__ = object.__hash__


class EvilMeta(type):
    __module__ = property(lambda cls: 1 / 0)
    __name__ = property(lambda cls: 1 / 0)

    def __eq__(cls, other):
        raise AssertionError("type compared")

    __hash__ = type.__hash__


def subclasses():
    names = ("Tensor", "Float", "Int", "Str", "List", "Dict", "NumpyFloat", "Array")
    bases = (torch.Tensor, float, int, str, list, dict, np.float64, np.ndarray)
    kinds = [type(f"My{name}", (base,), {}) for name, base in zip(names, bases, strict=True)]
    values = [torch.zeros(1).as_subclass(kinds[0]), *(kind() for kind in kinds[1:7])]
    return [*values, np.zeros(1).view(kinds[7])]


@pytest.mark.parametrize("value", subclasses(), ids=lambda value: type(value).__name__)
def test_a_subclass_is_refused_by_name(value):
    back = through(value)
    assert type(back) is Unsupported
    assert back.type_name.endswith(type(value).__name__)


@pytest.mark.parametrize(
    ("value", "name"),
    [
        (Evil(), "Evil"),
        ((i for i in ()), "generator"),
        (torch.zeros(2, device="meta"), "on device meta"),
        (torch.eye(2).to_sparse(), "torch.sparse_coo"),
        (torch.zeros(2, 2).max(dim=0), "torch.return_types.max"),
        (np.array([object()]), "numpy.ndarray of dtype"),
        (np.zeros(2, dtype=">f4"), "numpy.ndarray of dtype"),
        ({(1, 2): 3}, "dict with a key of type tuple"),
        (1 << 40_000, "int of 40001 bits"),
        (nn.Linear(1, 1), "torch.nn.modules.linear.Linear"),
        (TensorValue("not a tensor"), "str"),
    ],
    ids=[
        "evil",
        "generator",
        "meta",
        "sparse",
        "max",
        "objects",
        "big-endian",
        "key",
        "int",
        "module",
        "forged",
    ],
)
@pytest.mark.filterwarnings("ignore:Sparse invariant checks")
def test_what_cannot_cross_over_is_refused_by_name(value, name):
    assert name in through(value).type_name


def test_a_metaclass_that_hides_its_name_is_refused_all_the_same():
    hidden = EvilMeta("Hidden", (), {"__module__": 3})()
    assert through([1, hidden]) == [1, Unsupported("Hidden")]


def test_a_leaked_transform_tensor_is_refused():
    leaked = []
    torch.func.vmap(lambda x: leaked.append(x) or x)(torch.zeros(3, 2))
    assert "torch.func" in through(leaked[0]).type_name


def test_a_registered_wrapper_crosses_over_as_its_tensor():
    class Wrapper(torch.Tensor):
        pass

    def unwrap(value):
        return value.as_subclass(torch.Tensor), "cuda:0"

    frames.register_unwrap(Wrapper, unwrap)
    try:
        back = through(torch.tensor([1.0, 2.0]).as_subclass(Wrapper))
    finally:
        unwraps.pop(Wrapper)
    assert back.device == "cuda:0"
    assert back.tensor.tolist() == [1, 2]


def test_patches_of_torch_reach_nothing_but_what_they_patch(monkeypatch):
    for name in ("shape", "dtype", "device", "layout", "requires_grad"):
        monkeypatch.setattr(torch.Tensor, name, property(lambda self: 1 / 0))
    for name in ("data_ptr", "is_contiguous", "contiguous", "cpu", "detach", "numpy", "tolist"):
        monkeypatch.setattr(torch.Tensor, name, lambda *_: 1 / 0)
    tensor = torch.arange(6.0).reshape(2, 3)
    frame = frames.encode([tensor, torch.Tensor.__getitem__(tensor, (slice(None), 1))])
    monkeypatch.undo()
    first, second = frames.decode(frame)
    assert first.tensor.tolist() == [[0, 1, 2], [3, 4, 5]]
    assert second.tensor.tolist() == [1, 4]


def test_a_digest_tells_changes_in_place_from_none():
    tensor = torch.zeros(2, 2)
    before = frames.digest([tensor])
    assert frames.digest([torch.zeros(2, 2)]) == before
    tensor[0, 1] = 1
    assert frames.digest([tensor]) != before


def test_a_digest_does_not_mind_requires_grad():
    assert frames.digest(torch.ones(2)) == frames.digest(torch.ones(2, requires_grad=True))
