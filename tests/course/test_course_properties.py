"""Whatever is written into a course, it is read as it is written or refused with a reason."""

import contextlib

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from quizapp.course import course_errors, load_course
from quizapp.course.checks import check_ids
from quizapp.course.source import Source
from quizapp.course.tree import compose
from quizapp.errors import CourseError

relaxed = settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
prose = st.text(min_size=1).filter(lambda text: text.strip() and "{{" not in text)

MUTABLE = (
    "course.yaml",
    "cards/shapes.yaml",
    "cards/counting.yaml",
    "exercises/counting/add-one/exercise.yaml",
    "exercises/counting/add-one/checks.py",
    "exercises/counting/add-one/starter.py",
    "exercises/counting/add-one/near_misses/adds_two.py",
    "solutions/counting/add-one.py",
)
PIECES = (
    b"",
    b" ",
    b"\n",
    b"\t",
    b"- ",
    b": ",
    b"{",
    b"}",
    b"[",
    b"]",
    b'"',
    b"'",
    b"|",
    b"#",
    b"&a ",
    b"*a",
    b"!!int ",
    b"{{",
    b"{{n}}",
    b"{{c1::x}}",
    b"no",
    b"3:4",
    b"~",
    b"-1",
    b"1e400",
    b"\x00",
    b"\xff",
    b"\xe2\x80\xa8",
    b"---\n",
    b"...\n",
    b"kind: cloze\n",
    b"lambda: (yield)",
)


@relaxed
@given(
    texts=st.lists(prose, min_size=4, max_size=4),
    allow_unicode=st.booleans(),
    style=st.sampled_from([None, '"', "'", "|", ">"]),
    width=st.sampled_from([20, 80, 10_000]),
)
def test_any_text_round_trips_through_a_deck(course_with, texts, allow_unicode, style, width):
    front, back, source, tag = texts
    deck = {
        "deck": {"en": front, "zh": back},
        "notes": [
            {
                "id": "a",
                "front": {"en": front, "zh": front},
                "back": {"en": back, "zh": source},
                "source": source,
                "tags": [tag],
            }
        ],
    }
    # These three end a line of YAML where they stand unescaped, so a deck may not hold them so.
    raw = allow_unicode and not any(sign in "".join(texts) for sign in "\x85\u2028\u2029")
    text = yaml.safe_dump(deck, allow_unicode=raw, default_style=style, width=width)
    note = load_course(course_with(text.encode())).cards["a"].note
    assert (note.front.en, note.back.en, note.back.zh) == (front, back, source)
    assert (note.source, note.tags) == (source, (tag,))


@relaxed
@given(code=st.text(min_size=1).filter(str.strip))
def test_any_code_is_kept_as_written_or_refused(course_with, code):
    deck = {
        "deck": {"en": "D", "zh": "D"},
        "notes": [{"id": "a", "kind": "predict", "source": "s", "code": code}],
    }
    root = course_with(yaml.safe_dump(deck).encode())
    with contextlib.suppress(CourseError):
        assert load_course(root).cards["a"].note.code == code


@relaxed
@given(data=st.data())
def test_any_change_of_a_course_gives_a_course_or_a_reason(toy_copy, data):
    path = toy_copy / data.draw(st.sampled_from(MUTABLE))
    whole = path.read_bytes()
    changed = bytearray(whole)
    for _ in range(data.draw(st.integers(1, 3))):
        start = data.draw(st.integers(0, len(changed)))
        length = data.draw(st.sampled_from([0, 0, 1, 2, 10, 60]))
        changed[start : start + length] = data.draw(st.sampled_from(PIECES))
    path.write_bytes(changed)
    try:
        assert_read_or_refused(toy_copy)
    finally:
        path.write_bytes(whole)


@relaxed
@given(data=st.data())
def test_any_line_may_be_lost_doubled_or_moved(toy_copy, data):
    path = toy_copy / data.draw(st.sampled_from(MUTABLE))
    whole = path.read_bytes()
    lines = whole.splitlines(keepends=True)
    line = data.draw(st.integers(0, len(lines) - 1))
    taken = lines[line]
    if data.draw(st.booleans()):
        del lines[line]
    if data.draw(st.booleans()):
        lines.insert(data.draw(st.integers(0, len(lines))), taken)
    path.write_bytes(b"".join(lines))
    try:
        assert_read_or_refused(toy_copy)
    finally:
        path.write_bytes(whole)


@relaxed
@given(content=st.binary() | st.text().map(str.encode), path=st.sampled_from(MUTABLE))
def test_any_content_of_a_file_gives_a_course_or_a_reason(toy_copy, content, path):
    file = toy_copy / path
    whole = file.read_bytes()
    file.write_bytes(content)
    try:
        assert_read_or_refused(toy_copy)
    finally:
        file.write_bytes(whole)


def assert_read_or_refused(root):
    errors = course_errors(root)
    assert all(str(error).count(": ") for error in errors)
    refusal = ""
    try:
        course = load_course(root)
        for deck in course.decks:
            assert len(list(deck.cards)) == len(deck.card_ids)
            assert list(deck.notes)
        list(course.exercises.values())
    except CourseError as error:
        refusal = str(error)
    # What loads may still have something for its author to mend; what is sound loads.
    assert not refusal or refusal in map(str, errors)


@given(text=st.text(alphabet="ab:- \n\t{}[]'\"|>#&*!%@`,?\0\u2028\x85", max_size=60))
def test_any_yaml_is_a_tree_or_an_error(text):
    source = Source("x.yaml", text)
    assert (compose(source) is None) <= bool(source.errors)


@given(text=st.text())
def test_any_text_is_checks_or_an_error(text):
    with pytest.raises(CourseError):
        check_ids(text)
