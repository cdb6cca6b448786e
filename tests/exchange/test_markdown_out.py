"""Cards as Markdown: what is written is read as it was."""

import io

from engine_support import StandingClock, open_engine
from hypothesis import given, settings
from hypothesis import strategies as st

from quizapp.domain.cards import Kind
from quizapp.domain.marks import cloze_marks
from quizapp.domain.text import Language, Text
from quizapp.exchange import markdown_out
from quizapp.exchange.hashcards_in import read_hashcards
from quizapp.exchange.markdown_page import read_page
from quizapp.exchange.sheets import NoteSheet

WORDS = (
    "a|b c|Q: d|A: e|C: [f]|---|\\\\Q: g|`[h]`|$[i]$|[j](k.md)|[l]|- m|\n|\n\n|```\nQ: n\n```|::| "
)
PLAIN = st.lists(st.sampled_from(WORDS.split("|")), min_size=1, max_size=8).map("".join)
TEXTS = PLAIN.map(str.strip).filter(bool)
GAPPED = st.tuples(TEXTS, st.integers(1, 3), st.sampled_from(["", "::hint"]), TEXTS).map(
    lambda parts: f"{parts[0]} {{{{c{parts[1]}::x{parts[2]}}}}} {parts[3]}"
)


def has_marks(text):
    try:
        return bool(cloze_marks(text))
    except ValueError:
        return False


def sheet(number, kind, front, back, tags=()):
    both = Text(front, front), Text(back, back)
    return NoteSheet(f"note-{number}", kind, ("Course", "Deck"), *both, tags, ())


def written(sheets):
    stream = io.StringIO(newline="")
    _, left_out = markdown_out.write(stream, sheets, Language.EN)
    return read_hashcards(read_page("out.md", "out", stream.getvalue().encode())), left_out


NOTES = st.lists(
    st.tuples(st.sampled_from([Kind.BASIC, Kind.REVERSED]), TEXTS, TEXTS)
    | st.tuples(st.just(Kind.CLOZE), GAPPED.filter(has_marks), TEXTS | st.just("")),
    max_size=4,
)


@settings(max_examples=150)
@given(NOTES)
def test_every_note_is_read_as_it_was_or_told_to_be_left_out(notes):
    reading, left_out = written([sheet(number, *note) for number, note in enumerate(notes)])
    away = {left.what for left in left_out}

    assert not reading.flaws
    assert [(card.kind, card.front, card.back) for card in reading.cards] == [
        note for number, note in enumerate(notes) if f"note-{number}" not in away
    ]


def test_lines_that_begin_as_cards_do_are_escaped_and_no_others():
    text = "Q: a\n```\nA: b\n```\n---\n\\C: c"
    reading, left_out = written([sheet(1, Kind.BASIC, "x", text, ("t", "u v"))])

    assert not left_out
    assert [(card.name, card.back, card.tags) for card in reading.cards] == [
        ("note-1", text, ("t", "u v"))
    ]


def test_what_would_be_read_otherwise_is_left_out_and_told():
    reading, left_out = written(
        [sheet(1, Kind.BASIC, "x", "```\nwithout an end"), sheet(2, Kind.BASIC, "x", "y")]
    )

    assert [card.name for card in reading.cards] == ["note-2"]
    assert [left.what for left in left_out] == ["note-1"]


def test_the_course_s_own_cards_are_known_again(tmp_path):
    with open_engine(tmp_path, StandingClock()) as engine:
        file = tmp_path / "all.md"
        with file.open("w", encoding="utf-8", newline="") as stream:
            counted, left_out = engine.export_markdown(stream, ("shapes",))
        result = engine.import_file(file)

    assert (counted.notes, left_out) == (3, [])
    assert (result.notes, result.known, result.differ) == (0, 3, 0)
