"""The parts of a watch that need no terminal: saves, keys, lines, Markdown, the screen's layout."""

import ast
import itertools
import os
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import quizapp.cli
from quizapp.cli.keys import Keys
from quizapp.cli.lines import Span, as_written, columns_of, cut, painted, text_of, wrapped
from quizapp.cli.prose import prose
from quizapp.cli.watch_screen import Parts, Question, frame
from quizapp.cli.words import saying
from quizapp.cli.words_zh import CHINESE
from quizapp.domain.text import Language
from quizapp.engine.saves import Gone, Saved, SavedFile
from quizapp.errors import UsageError
from quizapp.tui.errors_zh import CHINESE as OF_ERRORS
from quizapp.tui.words_zh import CHINESE as OF_THE_APP

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=200)
ENGLISH = saying(Language.EN)
LONG_AGO = 1_000_000_000


class Clock:
    def __init__(self):
        self.now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def file(tmp_path, clock):
    """A file whose content was told already."""
    path = tmp_path / "iou.py"
    path.write_bytes(b"first")
    os.utime(path, (LONG_AGO, LONG_AGO))
    saved = SavedFile(path, clock=clock)
    assert saved.look() == Saved(b"first")
    return saved


def looks(saved, seconds):
    """What is told within `seconds`."""
    told = []
    for _ in range(round(seconds / 0.01)):
        saved._clock.now += 0.01
        if (found := saved.look()) is not None:
            told.append(found)
    return told


# -- saves ------------------------------------------------------------------------------------


def test_nothing_is_told_while_nothing_changes(file):
    assert looks(file, 1) == []


def test_new_content_is_told_once(file):
    file.path.write_bytes(b"second")

    assert looks(file, 1) == [Saved(b"second")]


def test_the_same_content_saved_again_is_not_told_but_has_a_new_time(file):
    before = file.saved_at
    file.path.write_bytes(b"first")

    assert looks(file, 1) == []
    assert file.saved_at != before


def test_a_new_file_in_the_place_of_the_old_one_is_told(file):
    beside = file.path.with_suffix(".new")
    beside.write_bytes(b"third")
    beside.replace(file.path)

    assert looks(file, 1) == [Saved(b"third")]


def test_a_write_with_equal_length_and_equal_time_is_told(file):
    file.path.write_bytes(b"tsrif")
    os.utime(file.path, (LONG_AGO, LONG_AGO))

    assert looks(file, 1) == [Saved(b"tsrif")]


def test_a_file_that_is_empty_for_a_moment_is_not_told_as_empty(file):
    file.path.write_bytes(b"")
    assert looks(file, 0.1) == []
    file.path.write_bytes(b"second")

    assert looks(file, 1) == [Saved(b"second")]


def test_a_file_that_stays_empty_is_told_as_such(file):
    file.path.write_bytes(b"")

    assert looks(file, 1) == [Saved(b"")]


def test_a_file_that_is_gone_for_a_moment_was_only_being_saved(file):
    file.path.unlink()
    assert looks(file, 0.1) == []
    file.path.write_bytes(b"first")

    assert looks(file, 1) == []


def test_a_file_that_is_gone_is_told_once_and_again_when_it_is_back(file):
    file.path.unlink()
    assert looks(file, 1) == [Gone()]
    file.path.write_bytes(b"first")

    assert looks(file, 1) == [Saved(b"first")]


def test_a_file_that_is_not_there_yet_is_gone(tmp_path):
    assert SavedFile(tmp_path / "nothing.py").look() == Gone()


def test_a_pipe_in_the_files_place_is_refused_and_nobody_waits_for_its_writer(tmp_path):
    os.mkfifo(tmp_path / "pipe")

    assert isinstance(SavedFile(tmp_path / "pipe").look(), UsageError)


@given(st.lists(st.sampled_from([b"", b"a", b"ab", b"ba", b"abc"]), min_size=1, max_size=6))
def test_whatever_is_written_the_last_thing_told_is_what_stands_there(tmp_path_factory, writes):
    clock = Clock()
    path = tmp_path_factory.mktemp("saves") / "iou.py"
    path.write_bytes(b"first")
    saved = SavedFile(path, clock=clock)
    told = [saved.look()]
    for written in writes:
        path.write_bytes(written)
        told += looks(saved, 0.02)
    os.utime(path)
    told += looks(saved, 1)

    assert told[-1] == Saved(writes[-1])
    assert all(one != other for one, other in itertools.pairwise(told))


# -- keys -------------------------------------------------------------------------------------


def test_keys_have_names():
    keys = Keys()

    assert keys.feed(b"hG \r\x1b[A\x1b[B\x1b[5~\x1b[6~\x1b[H\x1bOF\x7f") == [
        *["h", "G", " ", "enter", "up", "down", "pageup", "pagedown", "home", "end"],
        "backspace",
    ]


def test_an_escape_alone_is_a_key_once_nothing_follows():
    keys = Keys()

    assert keys.feed(b"\x1b") == []
    assert keys.settle() == ["escape"]


def test_a_sequence_that_comes_in_two_parts_is_one_key():
    keys = Keys()

    assert keys.feed(b"\x1b[") + keys.feed(b"A") == ["up"]


def test_what_is_pasted_is_no_key():
    keys = Keys()

    assert keys.feed(b"a\x1b[200~squ\x1b[A") + keys.feed(b"y\x1b[20") + keys.feed(b"1~b") == [
        "a",
        "b",
    ]


def test_sequences_that_mean_nothing_here_are_swallowed_whole():
    assert Keys().feed(b"\x1b[1;5Cq\x1b[<0;3;4Mq\x1bxq") == ["q", "q", "q"]


@given(st.binary(max_size=60))
def test_any_bytes_are_read_without_a_fault(data):
    keys = Keys()
    told = keys.feed(data) + keys.settle()

    assert all(len(key) == 1 or key.isalpha() for key in told)


@given(st.lists(st.sampled_from([b"h", b"\x1b[A", b"\x1b[6~", "你".encode(), b"\r"])), st.data())
def test_it_does_not_matter_where_the_bytes_are_cut(presses, data):
    stream = b"".join(presses)
    at = data.draw(st.integers(0, len(stream)))
    whole, parts = Keys(), Keys()

    assert parts.feed(stream[:at]) + parts.feed(stream[at:]) == whole.feed(stream)


# -- lines ------------------------------------------------------------------------------------


@given(texts, st.integers(6, 60))
@example(" \x1b", 6)
def test_no_line_is_wider_than_the_screen(text, columns):
    for line in as_written(text, columns, "  "):
        assert columns_of(line) <= columns


@given(st.lists(st.text("ab你，", min_size=1), max_size=8), st.integers(8, 40))
def test_wrapping_loses_nothing_but_blanks(words, columns):
    text = " ".join(words)
    lines = wrapped([Span(text)], columns, "- ", "  ")
    joined = "".join(text_of(line)[2:] for line in lines)

    assert joined.replace(" ", "") == text.replace(" ", "")


def test_words_of_one_style_share_one_escape_sequence():
    (line,) = wrapped([Span("some red words", fg="red")], 40)

    assert painted(line, styled=True).count("\x1b[31m") == 1


def test_a_long_line_goes_on_below_indented_by_two_more():
    lines = as_written("  boxes = [[26, 39, 43, 41], [27, 26, 41, 41]]", 30)

    assert [text_of(line).rstrip() for line in lines] == [
        "  boxes = [[26, 39, 43, 41],",
        "    [27, 26, 41, 41]]",
    ]


def test_control_characters_of_others_are_written_out():
    (line,) = as_written("\x1b[2J\u202e", 40)

    assert text_of(line) == r"\x1b[2J\u202e"


def test_a_line_without_styles_has_no_escape_sequences():
    assert painted((Span("✗", fg="red", bold=True), Span(" no")), styled=False) == "✗ no"


def test_a_cut_line_says_that_it_is_cut():
    assert text_of(cut((Span("exercise"), Span(" 你好")), 11)) == "exercise …"


# -- Markdown ---------------------------------------------------------------------------------


def plain(text, columns=40):
    return [text_of(line) for line in prose(text, columns)]


def test_paragraphs_lists_code_and_math_are_laid_out():
    text = (
        "A **bold**\nword.\n\n- one item that is so long that it goes on\n- $x^2$\n"
        "```python\nx = 1\n```\nEnd"
    )

    assert plain(text) == [
        "A bold word.",
        "",
        "• one item that is so long that it goes",
        "  on",
        "• x²",
        "    x = 1",
        "",
        "End",
    ]


def test_marks_inside_code_stay():
    assert plain("`a * b * c` and `**kwargs`") == ["`a * b * c` and `**kwargs`"]


def test_chinese_lines_are_joined_without_a_blank():
    assert plain("用*全部*样本，\n再减去") == ["用全部样本，再减去"]


@given(texts, st.integers(10, 60))
def test_any_text_is_laid_out_within_the_width(text, columns):
    for line in prose(text, columns):
        assert columns_of(line) <= columns


# -- the screen -------------------------------------------------------------------------------


def parts(**changed):
    given_ = {
        "left": "iou.py · IoU of boxes",
        "right": "exercise 3 of 4 · new",
        "status": (Span("saved 12:00:00, judged in 41 ms"),),
        "body": [(Span(f"line {number}"),) for number in range(40)],
        "offset": 0,
        "notice": "",
        "question": None,
        "keys": [("h", "hint"), ("s", "solution"), ("u", "submit"), ("q", "quit")],
    }
    return Parts(**(given_ | changed))


@given(st.integers(1, 200), st.integers(1, 60), st.integers(-5, 100), st.integers(0, 60))
def test_a_frame_never_has_more_lines_than_the_screen(columns, rows, offset, total):
    body = [(Span("line"),)] * total
    made = frame(parts(body=body, offset=offset), columns, rows, ENGLISH)

    assert len(made.lines) <= rows
    assert 0 <= made.offset <= total


def test_what_does_not_fit_is_said_to_go_on():
    made = frame(parts(offset=1000), 80, 24, ENGLISH)
    text = "\n".join(text_of(line) for line in made.lines)

    assert "lines 22–40 of 40" in text
    assert "line 39" in text


def test_what_fits_is_not_said_to_go_on():
    made = frame(parts(body=[(Span("all"),)]), 80, 24, ENGLISH)

    assert "lines" not in "".join(text_of(line) for line in made.lines)


def test_a_question_stands_where_the_keys_were():
    question = Question("Show it?", (("y", "show"), ("n", "no")))
    made = frame(parts(question=question), 80, 24, ENGLISH)

    assert [text_of(line) for line in made.lines[-2:]] == ["Show it?", "y show  n no"]


def test_a_key_is_never_parted_from_its_word():
    made = frame(parts(), 24, 24, ENGLISH)

    assert [text_of(line) for line in made.lines[-2:]] == ["h hint  s solution", "u submit  q quit"]


# -- words ------------------------------------------------------------------------------------


def said():
    for path in Path(quizapp.cli.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and node.args:
                name = getattr(node.func, "attr", getattr(node.func, "id", ""))
                called = node.func
                inner = isinstance(called, ast.Call) and getattr(called.func, "id", "") == "saying"
                first = node.args[0]
                if (name in ("say", "_say", "Phrase") or inner) and isinstance(first, ast.Constant):
                    yield first.value


def test_everything_that_is_said_has_chinese_words():
    assert sorted(set(said()) - set(CHINESE | OF_THE_APP | OF_ERRORS)) == []


def test_no_chinese_words_are_left_over():
    used = set(said()) | {"new", "tried", "solved"}  # states, said by their names

    assert sorted(set(CHINESE) - used) == []


def test_both_languages_have_the_same_gaps_to_fill():
    def gaps(text):
        return {piece.split("}")[0] for piece in text.split("{")[1:]}

    assert [text for text, chinese in CHINESE.items() if gaps(text) != gaps(chinese)] == []
