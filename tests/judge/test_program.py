"""A recorded call, run again from its record alone, through `Recording` and `replay`."""

import threading
from contextlib import suppress

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from quizapp.judge import frames, program
from quizapp.judge.program import ProgramError, Recording, foreign, replay
from quizapp.judge.values import TensorValue

ROWS = torch.arange(12.0).reshape(4, 3)
WEIGHTS = torch.tensor([0.5, 0.25, 0.25])


def record(function, args, kwargs):
    """What a call gave, and the program of it."""
    recording = Recording([list(args), dict(kwargs)])
    with recording:
        result = function(*args, **kwargs)
    return result, recording.program(result)


def through_frames(value):
    return frames.decode(frames.encode(value))


def again(function, *args, other=None, **kwargs):
    """What `function` gave, and what its record gives with the same or with other inputs."""
    inputs = [[each.detach().clone() if isinstance(each, torch.Tensor) else each for each in args]]
    inputs.append(dict(kwargs))
    result, written = record(function, args, kwargs)
    return result, replay(through_frames(written), inputs if other is None else [other, {}])


def share(function, *args):
    """Numbers from outside torch, and how many may be."""
    result, written = record(function, args, {})
    elements = sum(each.numel() for each in program.tensors_in(result))
    return foreign(through_frames(written)), program.allowed_foreign(elements)


def by_index(x):
    mask = x[:, 0] > 2
    out = torch.zeros(len(x))
    out[mask] = x[mask].sum(dim=1)
    return out


def in_place(x):
    y = x.clone()
    y[0] += 1
    y.mul_(2)
    return y.t()


def with_gradient(x):
    y = x.detach().requires_grad_()
    (y**2).sum().backward()
    return y.grad


def in_threads(x):
    halves = [None, None]

    def work(place):
        halves[place] = x[2 * place : 2 * place + 2].sum(1)

    threads = [threading.Thread(target=work, args=(place,)) for place in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return torch.cat(halves)


HONEST = {
    "open slices": lambda x: torch.stack([x[row:, 1:].sum(1)[0] for row in range(3)] * 20),
    "threads": in_threads,
    "arithmetic": lambda x: (x - x.mean(0)) / (x.std(0) + 1e-6),
    "einsum": lambda x: torch.einsum("ij,kj->ik", x, x),
    "unfold": lambda x: x.unfold(0, 2, 1).sum(-1),
    "vmap": torch.func.vmap(lambda row: row.dot(row)),
    "index": by_index,
    "in place": in_place,
    "gradient": with_gradient,
    "several": lambda x: {"all": [x.sum(), x.max(dim=1)], "shape": x.shape, "none": None},
    "factories": lambda x: x + torch.arange(3, dtype=torch.float32) + torch.ones_like(x),
    "a weight of its own": lambda x: x @ WEIGHTS,
    "control flow": lambda x: x.sum(1) if bool((x > 0).any()) else x.mean(1),
    "types": lambda x: x.to(torch.float64).cumsum(0).to(torch.int64),
}


@pytest.mark.parametrize("name", HONEST)
def test_tensor_code_gives_the_same_when_run_again(name):
    result, repeated = again(HONEST[name], ROWS)

    for one, other in zip(program.tensors_in(result), repeated, strict=True):
        assert torch.equal(one, other)


@pytest.mark.parametrize("name", HONEST)
def test_tensor_code_brings_few_numbers_of_its_own(name):
    count, allowed = share(HONEST[name], ROWS)

    assert count <= allowed


def test_a_record_is_of_the_call_and_not_of_its_result():
    _, repeated = again(lambda x: 2 * x, ROWS, other=[ROWS + 1])

    assert torch.equal(repeated[0], 2 * (ROWS + 1))


def test_arguments_may_be_named_and_nested():
    result, written = record(lambda pair, by: pair[0] * by + pair[1], ([ROWS, ROWS],), {"by": 3})

    (repeated,) = replay(through_frames(written), [[[ROWS, ROWS]], {"by": 3}])
    assert torch.equal(repeated, result)


def loops(x):
    return torch.tensor([sum(row) for row in x.tolist()])


def numpy(x):
    return torch.from_numpy(x.numpy().sum(axis=1))


LARGE = torch.rand(100, 3)


@pytest.mark.parametrize("function", [loops, numpy])
def test_what_was_worked_out_beside_torch_enters_as_numbers(function):
    count, allowed = share(function, LARGE)

    assert count == 100
    assert count > allowed


def test_numbers_written_into_memory_are_not_in_the_record():
    def writes(x):
        out = torch.zeros(len(x))
        out.numpy()[:] = x.numpy().sum(axis=1)
        return out

    result, repeated = again(writes, LARGE)

    assert not torch.equal(result, repeated[0])


def test_numbers_given_to_ops_one_by_one_are_counted_too():
    def fills(x):
        out = torch.zeros(len(x))
        for place, row in enumerate(x.tolist()):
            out[place] = sum(row)
        return out

    count, allowed = share(fills, LARGE)

    assert count > allowed


def test_a_list_without_end_is_not_followed():
    class Endless(list):
        def __iter__(self):
            while True:
                yield 1

    assert record(lambda _: Endless(), (ROWS,), {})[1]["result"] == ("unknown", "Endless")


def test_a_very_long_loop_is_not_recorded():
    def adds(x):
        for _ in range(program.MOST_OPS + 1):
            x = x + 1
        return x

    assert record(adds, (ROWS,), {})[1] is None


def test_a_tensor_that_was_let_go_is_not_mistaken_for_a_later_one():
    def many(x):
        total = torch.zeros(3)
        for row in x:
            total = total + row * 2  # each product dies, and its place in memory is used again
        return total

    result, repeated = again(many, ROWS.repeat(50, 1))

    assert torch.equal(result, repeated[0])


RESULT = {"ops": [], "constants": [], "result": ("tensor", 0)}
X = ("tensor", 0)


@pytest.mark.parametrize(
    "wrong",
    [
        None,
        [],
        {},
        {"ops": [], "constants": [], "result": ("tensor", 5)},
        {"ops": [], "constants": [], "result": ("tensor", -1)},
        {"ops": [], "constants": [], "result": ("constant", 0)},
        {"ops": [], "constants": [], "result": ("unknown", "Thing")},
        {"ops": [], "constants": [], "result": ("tensor",)},
        {"ops": [["aten::add", "Tensor", [], {}]], "constants": [], "result": X},
        {"ops": [["aten::add", "", "no list", {}]], "constants": [], "result": X},
        {"ops": [["aten::nothing", "default", [], {}]], "constants": [], "result": X},
        {"ops": [["quizapp::add", "default", [], {}]], "constants": [], "result": X},
        {"ops": [["aten::__class__", "default", [], {}]], "constants": [], "result": X},
        {"ops": [["aten::add", "__call__", [X, X], {}]], "constants": [], "result": X},
        {"ops": [["aten::from_file", "default", ["/x"], {}]], "constants": [], "result": X},
        {"ops": [["aten::set_", "source_Tensor", [X, X], {}]], "constants": [], "result": X},
        {"ops": [["aten::zeros", "default", [[2]], {"layout": ("named", "save")}]],
         "constants": [], "result": X},
        {"ops": [[]] * (program.MOST_OPS + 1), "constants": [], "result": X},
    ],
    ids=str,
)  # fmt: skip
def test_what_is_no_program_is_refused(wrong):
    with pytest.raises(ProgramError):
        replay(through_frames(wrong), [[ROWS], {}])


plain = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-9, 9)
    | st.floats(allow_nan=False)
    | st.text(max_size=5)
    | st.tuples(
        st.sampled_from(["tensor", "constant", "named", "device", "unknown"]),
        st.integers(-2, 4) | st.text(max_size=3),
    ),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=2)
    ),
    max_leaves=6,
)
names = st.sampled_from(["aten::add", "aten::sum", "aten::view", "aten::cat", "aten::index", "x"])
calls = st.lists(
    st.tuples(
        names,
        st.sampled_from(["Tensor", "default", "dim_IntList"]),
        st.lists(plain, max_size=3),
        st.dictionaries(st.sampled_from(["dim", "alpha"]), plain, max_size=1),
    ).map(list),
    max_size=3,
)


@settings(deadline=None)
@given(
    st.fixed_dictionaries(
        {"ops": calls, "constants": st.just([TensorValue(ROWS)]), "result": plain}
    )
)
def test_whatever_is_sent_it_runs_or_is_refused(sent):
    with suppress(ProgramError):
        replay(through_frames(sent), [[ROWS], {}])
