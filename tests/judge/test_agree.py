"""Ours against `torch.testing.assert_close`, which it agrees with wherever both are defined.

Deliberate differences, each with a test below: NaN agrees with NaN in the same place without
`equal_nan`, and floats of Python are held to the tolerance of float32, which they come from.
"""

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from value_support import load

from quizapp.judge.agree import find_mismatch, tolerance
from quizapp.judge.values import TensorValue

CHECK = load("""
    @check()
    def one(f):
        "one value"
        yield f()
""")[0]
FLOATS = [
    *(torch.float16, torch.bfloat16, torch.float32, torch.float64),
    *(torch.complex64, torch.complex128),
]
WHOLE = [torch.bool, torch.uint8, torch.int8, torch.int16, torch.int32, torch.int64]


def ours(expected, got):
    return find_mismatch(TensorValue(expected), TensorValue(got), CHECK) is None


def theirs(expected, got):
    try:
        torch.testing.assert_close(got, expected, equal_nan=True)
    except AssertionError:
        return False
    return True


@pytest.mark.parametrize("dtype", [*FLOATS, *WHOLE], ids=str)
def test_the_tolerances_are_those_of_torch_testing(dtype):
    assert tolerance(dtype, CHECK) == torch.testing._comparison.default_tolerances(dtype)


@pytest.mark.parametrize("dtype", FLOATS, ids=str)
@pytest.mark.parametrize("expected", [1.0, 0.0, -3.5, 1000.0])
def test_the_limit_lies_where_assert_close_has_it(dtype, expected):
    rtol, atol = tolerance(dtype, CHECK)
    allowed = atol + rtol * abs(expected)
    one = torch.tensor([expected], dtype=dtype)
    for share in (0.0, 0.2, 0.9, 0.99, 1.01, 1.1, 3.0):
        other = torch.tensor([expected + share * allowed], dtype=dtype)
        assert ours(one, other) == theirs(one, other), share


NUMBERS = st.one_of(
    st.sampled_from([0.0, -0.0, 1.0, -1.0, math.nan, math.inf, -math.inf, 1e-5, 1e-8, 65504.0]),
    st.floats(-100, 100, width=16),
)
NUDGES = st.sampled_from([0.0, 0.0, 1e-8, 1e-7, 1e-6, 1.3e-6, 1e-5, 1e-4, 1e-3, 1e-2, 1.0])
SHAPES = st.sampled_from([(), (1,), (3,), (2, 2), (0,), (1, 3), (3, 1)])


@st.composite
def pairs(draw):
    """Two tensors that are often alike, or nearly."""
    dtype, shape = draw(st.sampled_from([*FLOATS, *WHOLE])), draw(SHAPES)
    count = math.prod(shape)
    numbers = draw(st.lists(NUMBERS, min_size=count, max_size=count))
    if dtype in WHOLE:
        numbers = [abs(number) if math.isfinite(number) else 1.0 for number in numbers]
    one = torch.tensor(numbers, dtype=torch.float64).reshape(shape)
    if dtype in WHOLE:
        one = one.clamp(max=120)
    nudges = draw(st.lists(NUDGES, min_size=count, max_size=count))
    other = one + torch.tensor(nudges, dtype=torch.float64).reshape(shape) * (1 + one.abs())
    other_dtype = draw(st.sampled_from([dtype] * 6 + [torch.float32, torch.int64]))
    other_shape = draw(st.sampled_from([shape] * 6 + [each for each in [(count,)] if count]))
    if other_dtype in WHOLE:
        other = other.nan_to_num(1.0, 1.0, 1.0).abs().clamp(max=120)
    return one.to(dtype), other.reshape(other_shape).to(other_dtype)


@given(pairs())
@settings(max_examples=400, deadline=None)
def test_it_agrees_wherever_assert_close_does_and_nowhere_else(pair):
    assert ours(*pair) == theirs(*pair)


@given(st.lists(pairs(), min_size=1, max_size=3))
@settings(max_examples=100, deadline=None)
def test_nested_values_agree_if_all_their_parts_do(parts):
    nested = [
        {"first": tuple(TensorValue(pair[side]) for pair in parts), "rest": [1, "two", None]}
        for side in (0, 1)
    ]
    assert (find_mismatch(*nested, CHECK) is None) == all(theirs(*pair) for pair in parts)


def test_the_path_of_a_nested_difference_leads_to_it():
    x = TensorValue(torch.ones(2))
    expected = {"a": [x, (x, {"b": TensorValue(torch.zeros(2))})]}
    got = {"a": [x, (x, {"b": x})]}
    assert find_mismatch(expected, got, CHECK).path == "['a'][1][1]['b']"


def test_nan_where_nan_is_expected_agrees_without_being_asked_for():
    x = torch.tensor([math.nan, 1.0])
    assert ours(x, x.clone())
    with pytest.raises(AssertionError):
        torch.testing.assert_close(x, x.clone())


def test_floats_of_python_are_held_to_the_tolerance_of_float32():
    assert find_mismatch(1.0, 1.000_01, CHECK) is None
    with pytest.raises(AssertionError):
        torch.testing.assert_close(1.000_01, 1.0)


def test_the_order_of_comparison_is_type_shape_dtype_device_nan_values():
    """Each of these is wrong in one thing more than the one before; the gravest is said."""
    expected = TensorValue(torch.tensor([1.0, 2.0]))
    wrong = [
        (None, "a tensor, got None"),
        (TensorValue(torch.tensor([[math.nan]], dtype=torch.float64), "cuda:0"), "shape"),
        (TensorValue(torch.tensor([math.nan, 5.0], dtype=torch.float64), "cuda:0"), "dtype"),
        (TensorValue(torch.tensor([math.nan, 5.0]), "cuda:0"), "a tensor on"),
        (TensorValue(torch.tensor([math.nan, 5.0])), "NaN in 1 of 2"),
        (TensorValue(torch.tensor([1.0, 5.0])), "wrong values: 1 of 2"),
    ]
    for got, words in wrong:
        assert find_mismatch(expected, got, CHECK).text.startswith(words)
