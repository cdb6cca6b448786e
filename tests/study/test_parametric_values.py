"""Drawing values from a seed and putting them into text."""

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizapp.domain.cards import Draw
from quizapp.domain.text import Text
from quizapp.study.parameters import draw, draw_seed, substitute, substitute_text
from quizapp.study.seeds import seed_for, uniform

ALL = (
    Draw("n", "int", (2, 5)),
    Draw("p", "float", (0.1, 0.9, 0.1)),
    Draw("word", "choice", ("sum", "mean", "max")),
    Draw("shape", "shape", (2, 3, 2, 5)),
    Draw("axis", "axis_of", ("shape",)),
)
seeds = st.integers(0, 2**63)


def test_the_values_of_a_seed_never_change():
    # Written down once: a log of years ago must still be replayed with the same values.
    assert draw(ALL, 1) == {"n": 4, "p": 0.3, "word": "mean", "shape": (2, 4), "axis": 1}


def test_another_process_draws_the_same_values():
    program = (
        "from quizapp.domain.cards import Draw; from quizapp.study.parameters import draw;"
        "print(draw((Draw('n','int',(0,10**9)),Draw('w','choice',('a','b','c'))), 7))"
    )
    same = draw((Draw("n", "int", (0, 10**9)), Draw("w", "choice", ("a", "b", "c"))), 7)
    printed = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONHASHSEED": "123", "PYTHONPATH": ":".join(sys.path)},
    )
    assert printed.stdout.strip() == repr(same)


@given(seeds)
def test_drawn_values_are_what_was_asked_for(seed):
    values = draw(ALL, seed)
    assert 2 <= values["n"] <= 5
    assert values["p"] in [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9]
    assert values["word"] in ("sum", "mean", "max")
    assert 2 <= len(values["shape"]) <= 3
    assert all(2 <= size <= 5 for size in values["shape"])
    assert 0 <= values["axis"] < len(values["shape"])


@given(seeds)
def test_adding_a_name_leaves_the_other_values_as_they_were(seed):
    assert draw(ALL[1:], seed).items() <= draw(ALL, seed).items()


def test_every_value_of_a_range_is_drawn_at_some_time():
    assert {draw(ALL[:1], seed)["n"] for seed in range(200)} == {2, 3, 4, 5}


def test_each_review_draws_from_another_seed():
    assert len({draw_seed("a", reps) for reps in range(50)}) == 50


@pytest.mark.parametrize(
    "impossible",
    [
        Draw("n", "int", (5, 2)),
        Draw("n", "int", (1.5, 2)),
        Draw("p", "float", (0.0, 1.0, 0.0)),
        Draw("p", "float", (1.0, 0.0, 0.5)),
        Draw("w", "choice", ()),
        Draw("a", "axis_of", ("nothing",)),
    ],
)
def test_a_draw_without_a_possible_value_is_refused(impossible):
    with pytest.raises(ValueError, match=r"."):
        draw((impossible,), 0)


def test_values_are_put_into_text_and_code():
    text = "Sum of `torch.zeros{{s}}` over {{axis}}: {{s}}"
    values = {"s": (3, 4), "axis": 1}
    assert substitute(text, values) == "Sum of `torch.zeros(3, 4)` over 1: (3, 4)"


def test_other_marks_in_double_braces_stay():
    text = "{{c1::hidden}} {{unknown}} {n}"
    assert substitute(text, {"n": 1, "c1": 2}) == text


def test_what_is_put_in_is_not_looked_at_again():
    assert substitute("{{a}}", {"a": "{{b}}", "b": "x"}) == "{{b}}"


def test_both_languages_get_the_same_values():
    assert substitute_text(Text("{{n}} rows", "{{n}} 行"), {"n": 3}) == Text("3 rows", "3 行")


@given(st.lists(st.text(max_size=5), max_size=4), st.lists(st.text(max_size=5), max_size=4))
def test_different_names_give_different_seeds(one, other):
    assert (seed_for(*one) == seed_for(*other)) == (one == other)


@given(st.text(), st.integers())
def test_uniform_numbers_lie_from_zero_to_one(name, number):
    assert 0 <= uniform(name, number) < 1
