import ast
import importlib
import random
import sys
import types
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from value_support import HEAD_LINES, SUBMISSION, define, expect, load, sent

from quizapp.errors import CourseError
from quizapp.judge import frames, running
from quizapp.judge.accusations import Forbidden
from quizapp.judge.checks import SANDBOX_MODULES
from quizapp.judge.frames import FrameError
from quizapp.judge.running import (
    Argument,
    Called,
    Finished,
    Origin,
    Oversized,
    Raised,
    Yielded,
)
from quizapp.judge.values import DeviceValue, Unsupported

DRAWS = """
    @check()
    def draws(f, rng):
        "draws from all generators"
        yield torch.rand(3, generator=rng)
        yield f()

    @check()
    def again(f, rng):
        "the same in another check"
        yield torch.rand(3, generator=rng)
        yield f()
"""
DRAW = """
    import random
    def f():
        return torch.rand(2), random.random(), float(np.random.rand())
"""


def drawn(check, seed):
    items = sent(check, define(DRAW), seed=seed)
    return [frames.encode(item.value) for item in items if isinstance(item, Yielded)]


def test_the_same_seed_draws_the_same_whatever_was_drawn_before():
    check = load(DRAWS)[0]
    first = drawn(check, 1)
    torch.rand(5), random.random(), np.random.rand()
    assert drawn(check, 1) == first


def test_another_seed_and_another_check_draw_something_else():
    one, two = load(DRAWS)
    assert len({*drawn(one, 1), *drawn(one, 2), *drawn(two, 1)}) == 6


def test_the_judges_run_draws_what_the_sandboxs_run_draws():
    check = load(DRAWS)[0]
    ours = [frames.encode(item.value) for item in expect(check, define(DRAW), seed=3)
            if isinstance(item, Yielded)]  # fmt: skip
    assert ours == drawn(check, 3)


def test_calls_come_before_the_value_they_led_to():
    check = load("""
        @check()
        def two_calls(f, g):
            "two functions"
            yield f(1) + g(2)
            f(3)
            yield 4
            f(5)
    """)[0]
    names = define("def f(x): return x\n    def g(x): return x".replace("\n    ", "\n"))
    items = sent(check, names)
    assert [type(item).__name__ for item in items] == [
        "Called", "Called", "Yielded", "Called", "Yielded", "Called", "Finished",
    ]  # fmt: skip
    assert [item.name for item in items if isinstance(item, Called)] == ["f", "g", "f", "f"]


def test_inputs_are_kept_as_they_were_before_the_call():
    check = load("""
        @check()
        def one(f):
            "one call"
            yield f(torch.ones(2), scale=3)
    """)[0]
    called = expect(check, define("def f(x, scale): return x.zero_()"))[0]
    assert called.inputs["x"].tensor.tolist() == [1, 1]
    assert called.inputs["scale"] == 3
    assert [argument.changed for argument in called.arguments] == [True, False]


def test_inputs_beyond_what_is_kept_are_left_out_by_type():
    check = load("""
        @check()
        def one(f):
            "a large argument"
            yield f(torch.zeros(10_000_000))
    """)[0]
    called = expect(check, define("def f(x): return 0"))[0]
    assert called.inputs["x"] == Unsupported("torch.Tensor")


def test_a_yielded_value_is_what_it_was_when_it_was_yielded():
    check = load("""
        @check()
        def one(f):
            "a tensor that changes later"
            x = torch.zeros(2)
            yield x
            x.add_(1)
            yield f(x)
    """)[0]
    values = [item.value for item in expect(check, define("def f(x): return x"))
              if isinstance(item, Yielded)]  # fmt: skip
    assert [value.tensor.tolist() for value in values] == [[0, 0], [1, 1]]


def test_constants_that_a_submission_spoils_are_whole_in_the_next_check():
    checks = load("""
        CONSTANT = torch.ones(2)

        @check()
        def first(f):
            "first"
            yield f(CONSTANT)

        @check()
        def second(f):
            "second"
            yield CONSTANT.clone()
    """)
    names = define("def f(x): return x.zero_()")
    recorder = running.Recorder(SUBMISSION)
    list(running.run_check(checks[0], names, seed=0, recorder=recorder))
    later = running.run_check(
        checks[1], names, seed=0, recorder=running.Recorder(SUBMISSION), anew=recorder.saw_change
    )
    assert next(later).value.tolist() == [1, 1]


def test_data_that_a_submission_spoils_is_whole_in_the_next_check():
    check = load("""
        @check()
        def first(f, data):
            "first"
            yield data["digits"]["x"].clone()
            f(data["digits"]["x"])
    """)[0]
    names = {**define("def f(x): return x.zero_()"), "data": {"digits": {"x": torch.ones(2)}}}
    sent(check, names)
    assert sent(check, names)[0].value.tensor.tolist() == [1, 1]


def test_a_class_stays_a_class():
    check = load("""
        @check()
        def one(Net):
            "a class"
            yield issubclass(Net, torch.nn.Module), isinstance(Net(), Net)
    """)[0]
    items = sent(check, define("class Net(nn.Module): pass"))
    assert items[0].value == (True, True)


NET = """
class Net(nn.Module):
    def __init__(self, width=2):
        super().__init__()
        self.layer = nn.Linear(3, width)
    def forward(self, x):
        return self.layer(x)
def train(model, x):
    other = Net(5)
    return model(x), other(x)
"""
MAKES_ONE = """
    @check()
    def one(Net, rng):
        "made and called"
        model = Net(width=4)
        yield model(torch.rand(2, 3, generator=rng))
"""


def test_a_class_that_is_made_and_called_shows_how():
    items = expect(load(MAKES_ONE)[0], {"Net": define(NET, "reference.py")["Net"]})
    made, called = (item for item in items if isinstance(item, Called))
    assert (made.name, made.inputs, made.returned) == ("Net", {"width": 4}, "Net")
    assert (called.name, list(called.inputs)) == ("Net.forward", ["x"])
    assert called.answered


def test_a_class_is_itself_again_after_the_check():
    net = define(NET)["Net"]
    before = dict(vars(net))
    sent(load(MAKES_ONE)[0], {"Net": net})
    assert dict(vars(net)) == before


def test_a_class_is_itself_again_after_a_check_that_failed():
    net = define(NET.replace("return self.layer(x)", "return 1 / 0"))["Net"]
    before = dict(vars(net))
    assert sent(load(MAKES_ONE)[0], {"Net": net})[-1].type_name == "ZeroDivisionError"
    assert dict(vars(net)) == before


def test_calls_that_the_submission_makes_of_its_own_class_are_its_own_business():
    check = load("""
        @check()
        def one(Net, train):
            "trained"
            yield train(Net(), torch.ones(1, 3))
    """)[0]
    calls = [item.name for item in sent(check, define(NET)) if isinstance(item, Called)]
    assert calls == ["Net", "train"]


def test_a_class_that_is_watched_can_still_be_inspected_copied_and_pickled():
    check = load("""
        import copy, inspect, pickle

        @check()
        def one(Net):
            "looked at"
            yield str(inspect.signature(Net)), str(inspect.signature(Net.forward))
            yield isinstance(copy.deepcopy(Net()), Net)
            yield type(pickle.loads(pickle.dumps(Net()))) is Net
            yield [name for name, _ in inspect.getmembers(Net, inspect.isfunction)][:1]
    """)[0]
    names = define(NET)
    sys.modules["submission"] = types.ModuleType("submission")
    sys.modules["submission"].Net = names["Net"]
    try:
        values = [item.value for item in sent(check, names) if isinstance(item, Yielded)]
    finally:
        del sys.modules["submission"]
    assert values[:3] == [("(width=2)", "(self, x)"), True, True]


def test_a_subclass_that_a_check_makes_is_watched_through_its_base():
    check = load("""
        @check()
        def one(Net):
            "with an ear at the gradients"
            class Loud(Net):
                def forward(self, x):
                    return super().forward(x)
            yield Loud()(torch.ones(1, 3)).shape
    """)[0]
    calls = [item.name for item in sent(check, define(NET)) if isinstance(item, Called)]
    assert calls == ["Net", "Net.forward"]


def test_a_class_of_torch_is_left_alone():
    before = dict(vars(torch.nn.Linear))
    check = load("""
        @check()
        def one(Net):
            "torch's own"
            yield Net(2, 2)(torch.ones(1, 2)).shape
    """)[0]
    items = sent(check, define("Net = nn.Linear"))
    assert [type(item) for item in items] == [Yielded, Finished]
    assert dict(vars(torch.nn.Linear)) == before


def test_a_class_that_is_made_with_other_arguments_is_told_by_its_signature():
    source = NET.replace("def __init__(self, width=2)", "def __init__(self, size, depth)")
    found = sent(load(MAKES_ONE)[0], define(source.replace("width", "size")))[-1]
    assert found == Raised(Origin.CALL, "TypeError", "Net(size, depth)")


def test_lines_of_a_class_are_counted_while_it_is_watched():
    check = load("""
        @check()
        def one(Net):
            "counted"
            yield count_ops(Net(), torch.ones(1, 3))
    """)[0]
    counted = next(item.value for item in sent(check, define(NET)) if isinstance(item, Yielded))
    assert counted.steps == 1


@pytest.mark.parametrize(
    "source",
    [
        "f = lambda x: x + 1",
        "import functools\nf = functools.partial(torch.add, other=1)",
        "class C:\n    def __call__(self, x): return x + 1\nf = C()",
        "f = torch.jit._unwrap_optional and (lambda x, y=1: x + y)",
    ],
)
def test_anything_that_can_be_called_is_an_entry_point(source):
    check = load("""
        @check()
        def one(f):
            "a callable"
            yield f(torch.ones(1))
    """)[0]
    called, yielded, _ = sent(check, define(source))
    assert called.returned == "torch.Tensor"
    assert yielded.value.tensor.tolist() == [2]


def test_a_name_that_is_not_there_is_said():
    check = load(DRAWS)[0]
    assert sent(check, {}) == [Raised(Origin.MISSING, "NameError", "f")]


ONE = """
    @check()
    def one(f):
        "one call"
        yield f(1)
"""


def the_raised(source):
    return sent(load(ONE)[0], define(source))[-1]


def test_an_exception_carries_the_submissions_own_lines():
    found = the_raised("def g(x): return 1 / 0\ndef f(x):\n    return g(x)\n")
    assert found == Raised(
        Origin.LEARNER,
        "ZeroDivisionError",
        "division by zero",
        ((HEAD_LINES + 3, "f"), (HEAD_LINES + 1, "g")),
    )


def test_a_deep_recursion_is_folded():
    found = the_raised("def f(x): return f(x)")
    assert found.type_name == "RecursionError"
    assert len(found.lines) == 12


def test_a_signature_that_does_not_fit_is_told_as_such():
    assert the_raised("def f(a, b): return 1") == Raised(Origin.CALL, "TypeError", "f(a, b)")


def test_an_exception_of_the_check_itself_is_told_from_the_learners():
    check = load("""
        @check()
        def one(f):
            "a check that cannot go on"
            yield f(1).nothing
    """)[0]
    assert sent(check, define("def f(x): return x"))[-1].origin is Origin.CHECK


def test_a_long_message_is_cut():
    assert len(the_raised("def f(x): raise ValueError('x' * 10**6)").message) == 500


def test_the_number_of_a_system_error_is_kept():
    assert the_raised("def f(x): open('/proc/1/none')").errno in (1, 2, 13)


def test_a_value_beyond_the_cap_is_oversized():
    check = load(ONE)[0]
    items = sent(check, define("def f(x): return 'x' * 5000"), max_bytes=1000)
    assert items[1:] == [Oversized(), Finished()]


def test_forbidden_ops_come_before_the_value_they_led_to():
    check = load(ONE)[0]
    names = define("def f(x): return torch.relu(torch.ones(x))")
    items = sent(check, names, forbidden=("aten.relu",))
    assert isinstance(items[1], Forbidden)
    assert isinstance(items[2], Yielded)


def test_recording_leaves_no_trace_in_the_count_of_ops():
    check = load("""
        @check()
        def counted(f):
            "counted"
            yield count_ops(f, torch.ones(3, 3).t(), torch.ones(3).expand(3, 3))
    """)[0]
    names = define("def f(x, y): return x + y")
    assert sent(check, names)[1].value.ops == 1
    assert expect(check, names)[1].value.ops == 1


names = st.text("abc_0123", min_size=1)
lines = st.integers(0, 9_999_999)
digests = st.binary(min_size=frames.DIGEST_BYTES, max_size=frames.DIGEST_BYTES)
items = st.one_of(
    st.builds(Yielded, st.one_of(st.integers(), st.text(), st.none())),
    st.builds(
        Called,
        st.text(),
        st.lists(st.builds(Argument, names, digests, digests), max_size=3).map(tuple),
        st.text(),
    ),
    st.builds(Forbidden, st.text(), st.text(), lines),
    st.builds(
        Raised,
        st.sampled_from(Origin),
        st.text(),
        st.text(),
        st.lists(st.tuples(lines, st.text()), max_size=3).map(tuple),
        st.integers(),
    ),
    st.just(Oversized()),
    st.just(Finished()),
)


@given(items)
def test_items_come_back_as_they_were(item):
    assert running.decode_item(running.encode_item(item)) == item


@pytest.mark.parametrize("line", [-1, 10_000_000, 10**5000], ids=["-1", "large", "huge"])
def test_a_line_that_no_file_has_is_refused(line):
    item = Raised(Origin.LEARNER, "ValueError", "", ((line, "f"),), 0)
    with pytest.raises(frames.FrameError):
        running.decode_item(running.encode_item(item))


plain = st.recursive(
    st.one_of(st.none(), st.integers(), st.text(), st.binary(), st.booleans()),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.lists(inner, max_size=3).map(tuple)),
    max_leaves=8,
)


@given(
    st.sampled_from(["yielded", "called", "forbidden", "raised", "oversized", "finished", "x"]),
    st.lists(plain, max_size=6),
)
def test_forged_items_are_items_or_frame_errors(kind, fields):
    data = frames.encode((kind, *fields))
    try:
        item = running.decode_item(data)
    except FrameError:
        return
    assert running.decode_item(running.encode_item(item)) == item


@pytest.mark.parametrize("value", [None, 1, "x", [], (), ("yielded",), ("raised", 1, 2, 3, 4, 5)])
def test_a_frame_that_is_no_item_is_refused(value):
    with pytest.raises(FrameError):
        running.decode_item(frames.encode(value))


def test_a_value_that_breaks_the_encoder_is_refused_by_the_encoder():
    item = running.decode_item(running.encode_item(Yielded(DeviceValue(5))))
    assert item.value == Unsupported("a value that cannot be read")


@pytest.mark.parametrize(
    ("source", "line", "words"),
    [
        ("def x(:\n", 3, "invalid syntax"),
        ("1 / 0\n", 3, "ZeroDivisionError"),
        ("x = 1\n", 0, "there is no check in it"),
        ("@check()\ndef one(f):\n    'label'\n    return 1\n", 3, "yields nothing"),
        ("@check()\ndef one(f):\n    yield 1\n", 3, "has no docstring"),
        ("@check(points=-1)\ndef one(f):\n    'x'\n    yield 1\n", 3, "points=-1"),
        ("@check(points=True)\ndef one(f):\n    'x'\n    yield 1\n", 3, "points=True"),
        ("@check(needs='two')\ndef one(f):\n    'x'\n    yield 1\n", 3, "needs 'two'"),
        ("@check()\ndef load(f):\n    'x'\n    yield 1\n", 3, "stands for loading"),
        ("@check(rule=accuracy(2, 'y'))\ndef one(f):\n    'x'\n    yield 1\n", 3, "at_least=2"),
    ],
)
def test_checks_that_cannot_be_used_are_reported_with_their_line(source, line, words):
    with pytest.raises(CourseError) as caught:
        load(source)
    assert str(caught.value).startswith(f"checks.py:{line}: " if line else "checks.py: ")
    assert words in str(caught.value)


def test_the_parts_of_a_check_are_read():
    first, second = load('''
        @check(points=2)
        def first(f, rng):
            """what it is about

            zh: 说明
            """
            yield f(1)

        @check(needs="first", hidden=True, atol=0.1)
        def second(g, data, device):
            "another"
            yield 1
    ''')
    assert (first.id, first.label, first.label_zh) == ("first", "what it is about", "说明")
    assert (first.points, first.parameters) == (2, ("f", "rng"))
    assert (second.needs, second.hidden, second.atol) == ("first", True, 0.1)


def test_the_submissions_file_is_the_only_one_in_a_traceback():
    def outside():
        raise ValueError

    names = {"f": lambda _x: outside()}
    assert sent(load(ONE)[0], names)[-1].lines == ()
    assert SUBMISSION not in outside.__code__.co_filename


def test_what_the_sandbox_needs_is_listed_and_no_more():
    found, waiting = set(), ["quizapp.judge.checks", "quizapp.judge.running"]
    while waiting:
        name = waiting.pop()
        if name in found:
            continue
        found.add(name)
        module = importlib.import_module(name)
        for node in ast.walk(ast.parse(Path(module.__file__).read_text(encoding="utf-8"))):
            if not isinstance(node, ast.ImportFrom) or not node.module.startswith("quizapp"):
                continue
            names = {f"{node.module}.{alias.name}" for alias in node.names}
            waiting += {each for each in names if each in sys.modules} or {node.module}
    assert found | {"quizapp", "quizapp.judge"} == set(SANDBOX_MODULES)
