"""What reaches the terminal: widths, cuts, JSON forms."""

import json
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizapp.cli import COMMANDS, main, output
from quizapp.domain.cards import Kind
from quizapp.domain.memory import Rating
from quizapp.domain.text import Language, Text
from quizapp.engine.names import did_you_mean


@given(st.text(), st.integers(2, 80))
def test_a_cut_text_is_one_line_and_fits(text, columns):
    shown = output.one_line(text, columns)

    assert output.width(shown) <= columns
    assert len(shown.splitlines()) <= 1


def test_a_text_that_fits_is_not_cut():
    assert output.one_line("sum of\n  axis 0", 13) == "sum of axis 0"


def test_chinese_takes_two_columns_each():
    assert output.width("求和 sum") == 8


def test_columns_stay_aligned_with_chinese(capsys):
    output.table(("deck", "title"), [("sums", "求和"), ("s", "Shapes")])

    starts = {
        line.index(word)
        for line, word in zip(
            capsys.readouterr().out.splitlines(), ("title", "求", "Shapes"), strict=True
        )
    }
    assert starts == {6}


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (Rating.AGAIN, "again"),
        (Kind.CLOZE, "cloze"),
        (Text("sum", "和"), "和"),
        (date(2026, 3, 2), "2026-03-02"),
        ({Rating.GOOD: (1, 2)}, {"good": [1, 2]}),
        ({date(2026, 3, 2): None}, {"2026-03-02": None}),
    ],
)
def test_values_have_a_json_form(value, told):
    assert output.plain(value, Language.ZH) == told


def test_times_are_told_with_their_local_offset():
    moment = datetime(2026, 3, 2, 12, tzinfo=UTC)
    told = output.plain(moment, Language.EN)

    assert datetime.fromisoformat(told) == moment
    assert datetime.fromisoformat(told).utcoffset() == moment.astimezone().utcoffset()


def test_what_has_no_json_form_is_refused():
    with pytest.raises(TypeError, match="no JSON form for object"):
        output.plain(object(), Language.EN)


def test_numbers_that_json_lacks_are_refused():
    with pytest.raises(ValueError, match="JSON"):
        output.data_json(float("nan"), Language.EN)


def test_json_is_readable_chinese_where_the_stream_can_write_it(capsys):
    output.data_json({"title": "求和"}, Language.EN)

    assert json.loads(capsys.readouterr().out) == {"title": "求和"}


@given(st.text(max_size=20), st.lists(st.text(max_size=20), max_size=20))
def test_a_guess_names_only_what_there_is(word, names):
    guess = did_you_mean(word, names)

    assert not guess or any(name in guess for name in names)


@pytest.mark.parametrize(
    ("word", "meant"),
    [("iuo", "iou"), ("conv2d", "conv2d-single"), ("regression", "linear-regression-tensors")],
)
def test_a_misspelt_or_cut_name_is_recognised(word, meant):
    names = ["iou", "conv2d-single", "linear-regression-tensors"]

    assert did_you_mean(word, names).startswith(f"did you mean {meant}")


def test_a_name_unlike_all_others_is_no_guess():
    assert did_you_mean("xyzzy", ["iou", "conv2d-single"]) == ""


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_no_help_page_shows_what_only_lays_it_out(command, capsys):
    assert main([*filter(None, [command]), "--help"]) == 0
    assert "\\b" not in capsys.readouterr().out.split()
