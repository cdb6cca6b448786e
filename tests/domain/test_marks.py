"""Cloze marks, placeholders and what is verbatim."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizapp.domain.marks import cloze_marks, masked, placeholders, verbatim_spans


def hidden(text: str) -> list[tuple[int, str, str]]:
    return [(mark.number, mark.hidden, mark.hint) for mark in cloze_marks(text)]


def test_a_mark_has_a_number_what_it_hides_and_a_hint():
    assert hidden("a {{c1::b}} c {{c2::d::e f}}") == [(1, "b", ""), (2, "d", "e f")]


def test_a_mark_says_where_it_stands():
    text = "a {{c1::b}} c"
    mark = cloze_marks(text)[0]
    assert text[mark.start : mark.end] == "{{c1::b}}"


@pytest.mark.parametrize(
    "text",
    [
        "`{{c1::x}}`",
        "``a ` {{c1::x}}``",
        "```python\n{{c1::x}}\n```",
        "~~~\n{{c1::x}}\n~~~\nafter",
        "```\n{{c1::x}}\nnever closed",
        "$\\frac{{c1::x}}{2}$",
        "$$\n{{c1::x}}\n$$",
    ],
)
def test_no_mark_is_looked_for_in_code_or_math(text: str):
    assert hidden(text) == []


def test_code_and_math_may_be_hidden():
    text = "{{c1::`a}}b`}} and {{c2::$x^{2}$::`::`}}"
    assert hidden(text) == [(1, "`a}}b`", ""), (2, "$x^{2}$", "`::`")]


def test_a_mark_may_end_with_a_brace():
    assert hidden("{{c1::{a}}}") == [(1, "{a}", "")]


def test_a_price_is_not_math():
    assert hidden("from $5 to {{c1::$6}}, or $ 7$") == [(1, "$6", "")]


def test_no_span_crosses_a_blank_line():
    assert verbatim_spans("a ` b\n\nc ` d") == ()


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("{{c1:x}}", "no complete mark"),
        ("{{c1::x", "no complete mark"),
        ("{{x}}", "no complete mark"),
        ("{{c0::x}}", "from 1 to 9"),
        ("{{c10::x}}", "from 1 to 9"),
        ("{{c1:: }}", "hides nothing"),
        ("{{c1::::hint}}", "hides nothing"),
        ("{{c1::a {{c2::b}}}}", "nested"),
    ],
)
def test_a_malformed_mark_is_refused_with_the_reason(text: str, why: str):
    with pytest.raises(ValueError, match=why):
        cloze_marks(text)


def test_placeholders_are_found_everywhere_once_and_in_order():
    assert placeholders("{{b}} `{{a}}` $x^{{{b}}}$ {{c1::no}} {{ d }}") == ("b", "a")


@given(st.text(alphabet="ab`$~{}:c1 \n\\"))
def test_masking_keeps_the_length(text: str):
    assert len(masked(text)) == len(text)


@given(st.text(alphabet="ab`$~{}:c12 \n\\"))
def test_marks_of_any_text_are_found_or_refused(text: str):
    try:
        marks = cloze_marks(text)
    except ValueError:
        return
    assert all(text[mark.start : mark.start + 3] == "{{c" for mark in marks)
    assert [mark.start for mark in marks] == sorted(mark.start for mark in marks)
