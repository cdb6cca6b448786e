"""Cards as CSV, out and in."""

import csv
import io

import pytest
from engine_support import StandingClock, open_engine
from hypothesis import given
from hypothesis import strategies as st

from quizapp.domain.memory import Rating
from quizapp.errors import UsageError
from quizapp.exchange import tables


@pytest.fixture
def engine(tmp_path):
    with open_engine(tmp_path, StandingClock()) as engine:
        yield engine


@pytest.fixture
def write(tmp_path):
    def written(text, name="words.csv", encoding="utf-8"):
        file = tmp_path / name
        file.write_bytes(text.encode(encoding))
        return file

    return written


@given(st.text(st.sampled_from("'=+-@\t\ra1 "), max_size=8))
def test_no_cell_is_a_formula_and_each_comes_back_as_it_was(text):
    cell = tables.neutral(text)

    assert cell[:1] not in tuple("=+-@\t\r")
    assert tables.plain(cell) == text


def exported(engine, topics=()):
    stream = io.StringIO(newline="")
    engine.export_table(stream, topics)
    return stream.getvalue()


def test_each_card_is_a_row_with_its_schedule(engine):
    engine.answer("keyword", Rating.EASY)
    text = exported(engine)
    rows = {row["id"]: row for row in csv.DictReader(io.StringIO(text, newline=""))}

    assert text.splitlines()[0].split(",") == list(tables.COLUMNS)
    assert text.count("\r\n") >= 10
    assert len(rows) == 9
    assert rows["keyword"]["phase"] == "review"
    assert float(rows["keyword"]["stability"]) > 1
    assert rows["keep-dim/c1"]["front"].endswith("[…] keeps an axis.")
    assert rows["keyword"]["deck"] == "Toy course / Sums"


def test_what_was_exported_is_known(engine, write):
    result = engine.import_file(write(exported(engine)))

    assert (result.notes, result.known) == (0, 9)


@pytest.mark.parametrize("divider", [",", ";", "\t"])
def test_rows_become_a_deck_of_one_s_own(engine, write, divider):
    lines = [["Back", "Tags", "FRONT", "more"], ["b, c; d", "x y", "'=a", ""], ["", "", "", ""]]
    stream = io.StringIO(newline="")
    csv.writer(stream, delimiter=divider).writerows(lines)

    result = engine.import_file(write("\ufeff" + stream.getvalue()))

    [note] = engine.course.decks[-1].notes
    assert (note.front.en, note.back.zh, note.tags) == ("=a", "b, c; d", ("x", "y"))
    assert engine.course.topics[-1] == "csv-words"
    assert (result.notes, result.known) == (1, 0)


def test_a_row_that_is_there_already_is_not_added_again(engine, write):
    engine.import_file(write("front,back\na,1\n"))
    result = engine.import_file(write("front,back\na,2\nb,3\n"))

    assert [note.back.en for note in engine.course.decks[-1].notes] == ["1", "3"]
    assert (result.notes, result.known) == (1, 1)


def test_a_row_that_the_course_refuses_is_left_out_with_its_reason(engine, write):
    result = engine.import_file(write("front,back\n{{x}},1\nb,3\na,1\na,2\n"))

    assert [note.front.en for note in engine.course.decks[-1].notes] == ["b", "a"]
    assert {left.what: "given" in left.why for left in result.left_out} == {
        "{{x}}": True,
        "line 5": False,
    }


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "column front"),
        ("front,side\na,b\n", "column back"),
        ("front,front,back\na,b,c\n", "column front"),
        ("front,back\na,b,c\n", ":2: the row has 3 cells"),
        ("front,back\na\n", ":2: the row has no back"),
        ('front,back\n"a\nb",c\n,d\n', ":4: the row has no front"),
        ('front,back\n"a', ":2: the row is no CSV"),
        ('front,back\n"a"b,c\n', ":2: the row is no CSV"),
        ("front,back\n" + "a" * 200_000 + ",b\n", ":2: the row is no CSV"),
    ],
)
def test_a_table_that_is_none_is_refused_with_its_line(engine, write, tmp_path, text, said):
    with pytest.raises(UsageError, match=said):
        engine.import_file(write(text))
    assert not (tmp_path / "home/cards").exists()


def test_a_table_that_is_no_utf_8_is_refused(engine, write):
    with pytest.raises(UsageError, match="not UTF-8"):
        engine.import_file(write("front,back\nä,ö\n", encoding="latin-1"))
