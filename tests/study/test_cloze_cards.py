"""Both sides of cloze cards."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizapp.study.cloze import back, front, hidden, part_number

TEXT = "A {{c1::tensor}} has {{c2::axes::how many?}} and a {{c1::shape}}."


def test_the_front_hides_every_mark_of_its_number():
    assert front(TEXT, 1) == "A […] has axes and a […]."


def test_a_hint_is_shown_in_place_of_what_is_hidden():
    assert front(TEXT, 2) == "A tensor has [how many?] and a shape."


def test_the_back_shows_everything_and_its_own_number_in_bold():
    assert back(TEXT, 1) == "A **tensor** has axes and a **shape**."


@pytest.mark.parametrize(
    "verbatim", ["`{{c1::x}}`", "$\\frac{{{c1::x}}}{2}$", "```\n{{c1::x}}\n```"]
)
def test_marks_inside_code_and_math_are_left_alone(verbatim):
    assert front(verbatim, 1) == verbatim


def test_a_mark_may_hide_code():
    text = "The argument is {{c1::`keepdim={}`}}."
    assert (front(text, 1), back(text, 1)) == (
        "The argument is […].",
        "The argument is **`keepdim={}`**.",
    )


def test_spaces_inside_a_mark_stay_outside_the_bold():
    assert back("a{{c1:: b }}c", 1) == "a **b** c"


def test_what_a_number_hides_can_be_asked_for():
    assert hidden(TEXT, 1) == ("tensor", "shape")


def test_the_part_of_a_card_names_its_number():
    assert part_number("c3") == 3


@pytest.mark.parametrize("part", ["", "reversed", "c0", "c10", "cx", "3"])
def test_the_part_of_another_kind_is_refused(part):
    with pytest.raises(ValueError, match="cloze part"):
        part_number(part)


words = st.text("abc xyz", min_size=1).filter(str.strip)


@given(words, words)
def test_what_is_hidden_is_not_on_the_front(before, secret):
    text = f"{before.upper()}{{{{c1::{secret}}}}}"
    assert front(text, 1) == f"{before.upper()}[…]"
