from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from textual.content import Content

from quizapp.domain.text import Language
from quizapp.tui.text.highlight import highlight_python
from quizapp.tui.text.latex import to_unicode
from quizapp.tui.text.markdown import blocks, inline
from quizapp.tui.text.safe import escaped, one_line
from quizapp.tui.widgets import charts
from quizapp.tui.widgets.prose import Page
from quizapp.tui.words import say, speak


@pytest.mark.parametrize(
    ("latex", "text"),
    [
        (r"x^2_{i+1}", "x²ᵢ₊₁"),
        (r"\frac{a}{b}", "a/b"),
        (r"\frac{1}{2}", "½"),
        (r"\frac{n+2p-k}{s} + 1", "(n+2p−k)/s + 1"),
        (r"\sigma(x) = \frac{1}{1+e^{-x}}", "σ(x) = 1/(1+e⁻ˣ)"),
        (r"\frac{\partial L}{\partial w}", "∂L/∂w"),
        (r"A \in \mathbb{R}^{n \times m}", "A ∈ ℝ^(n × m)"),
        (r"\|X\|_F^2", "‖X‖_F²"),
        (r"\hat{y}_i", "ŷᵢ"),
        (r"\sqrt{x+1}", "√(x+1)"),
        (r"s\sqrt{r}", "s√r"),
        (r"w^\top x", "wᵀ x"),
        (r"p \log q", "p log q"),
        (r"\operatorname{softmax}(z)_i", "softmax(z)ᵢ"),
        (r"\text{a word}", "a word"),
        (r"\left( x \right)", "( x )"),
        (r"\begin{bmatrix}1 & 2\\ 3 & 4\end{bmatrix}", "[1 2; 3 4]"),
        (r"10^{-3}", "10⁻³"),
        (r"(3, 4)", "(3, 4)"),
        (r"\unknown{x}", r"\unknown{x}"),
    ],
)
def test_math_reads_as_unicode(latex, text):
    assert to_unicode(latex) == text


@given(st.text(alphabet="\\{}^_ab1&$ []()-+fracsqrtbegin", max_size=40))
@settings(max_examples=300, deadline=None)
def test_no_formula_is_an_error(latex):
    assert "\n" not in to_unicode(latex)


def test_math_inside_code_stays_as_it_is():
    assert inline("`$x_1$` is $x_1$").plain == "$x_1$ is x₁"


def test_dollars_that_are_prices_stay():
    assert inline("from $5 to $6").plain == "from $5 to $6"


def test_markup_of_the_terminal_library_is_plain_text():
    assert inline("[bold]x[/bold] [red]").plain == "[bold]x[/bold] [red]"


def test_lines_of_a_paragraph_join_without_a_gap_between_chinese_characters():
    assert inline("张量\n形状").plain == "张量形状"
    assert inline("tensor\nshape").plain == "tensor shape"


def test_fenced_code_is_shown_as_it_is_written():
    (text, code) = blocks("Look:\n\n```python\nx = {'a': 1}  # $x_1$\n\ny = 2\n```")
    assert text.content.plain == "Look:"
    assert code.filled
    assert code.content.plain == "x = {'a': 1}  # $x_1$\n\ny = 2"


def test_an_unclosed_fence_runs_to_the_end():
    assert blocks("```\na\nb")[0].content.plain == "a\nb"


def test_lists_keep_their_marks_and_nesting():
    rows = [block.first.plain + block.content.plain for block in blocks("- a\n  1. b\n- c")]
    assert rows == ["• a", "  1. b", "• c"]


def test_a_table_is_aligned():
    (table,) = blocks("| a | long |\n|---|---|\n| `wide one` | b |")
    lines = table.content.plain.split("\n")
    assert lines[0].index("long") == lines[2].index("b")


def test_a_pipe_in_code_does_not_split_a_cell():
    (table,) = blocks("| a | b |\n|---|---|\n| `x | y` | z |")
    assert "x | y" in table.content.plain


@given(st.text(alphabet="ab`*_$[]()|-#>\n 1.~", max_size=120))
@settings(max_examples=300, deadline=None)
def test_every_text_has_blocks_and_a_height(text):
    page = Page(blocks(text))
    assert page.get_height({}, 20) >= 0


@given(st.text(alphabet="abc def\n", max_size=80))
def test_prose_loses_no_letter(text):
    kept = "".join(block.content.plain for block in blocks(text))
    assert [letter for letter in kept if letter.isalpha()] == [c for c in text if c.isalpha()]


@given(st.text(alphabet=st.characters(exclude_categories=["C"]) | st.just("\n"), max_size=80))
def test_highlighting_changes_no_character(code):
    assert highlight_python(code).plain == code


@given(st.text())
def test_escaped_text_holds_nothing_that_a_terminal_obeys(text):
    shown = escaped(text).replace("\n", "").replace("\t", "")
    assert all(character.isprintable() or character.isspace() for character in shown)
    assert "\x1b" not in shown
    assert "\u202e" not in shown


def test_escapes_are_readable():
    assert escaped("a\x1b[31m\u202eb") == "a\\x1b[31m\\u202eb"


def test_one_line_is_cut_with_an_ellipsis():
    assert one_line("abcdef\nghi", 4) == "abc…"


def test_the_highest_bar_fills_the_chart_and_a_small_one_is_not_nothing():
    lines = [line.plain for line in charts.bars([1, 100, 0], 2, "red")]
    assert lines == ["  █   ", "▁ █   "]


@pytest.mark.parametrize("language", list(Language))
def test_a_month_of_one_week_has_its_name_beside_the_chart_of_the_year(language):
    speak(language)
    try:
        names = charts.year(date(2026, 9, 28), [0] * 36, 53, spare=3)[0]
        november = say("Nov")
    finally:
        speak(Language.EN)
    assert names.plain.endswith(november)
    assert names.cell_length == len("Mon  ") + 5 + Content(november).cell_length


def test_shares_of_a_bar_add_up_to_its_width():
    bar = charts.horizontal([(1, "a", "red"), (1, "b", "red"), (1, "c", "red")], 10)
    assert len(bar.plain) == 10
