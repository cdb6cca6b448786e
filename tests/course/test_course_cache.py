"""The cache of parsed files: never wrong, never needed."""

import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from shutil import rmtree

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from quizapp.course import load_course
from quizapp.course import tree as yaml_tree
from quizapp.errors import CourseError

LONG_AGO = (1_500_000_000, 1_500_000_000)


def everything(course):
    return (
        [(deck.title, tuple(deck.notes), tuple(deck.cards)) for deck in course.decks],
        dict(course.cards),
        course.aliases,
        dict(course.exercises),
        course.titles,
        course.topics,
    )


def age(root: Path) -> None:
    """Make all files of a course old enough for their size and time to be trusted."""
    for path in root.rglob("*"):
        os.utime(path, LONG_AGO)


@pytest.fixture
def parses(monkeypatch):
    """The files that were parsed as YAML since the test began."""
    seen: list[str] = []
    compose = yaml_tree.compose

    def spy(source):
        seen.append(source.path)
        return compose(source)

    for module in ("decks", "exercises", "tree"):
        __import__(f"quizapp.course.{module}")
        monkeypatch.setattr(sys.modules[f"quizapp.course.{module}"], "compose", spy)
    return seen


@pytest.fixture
def cache(tmp_path):
    return tmp_path / "cache"


def test_a_course_from_the_cache_is_the_same(toy_copy, cache):
    parsed = everything(load_course(toy_copy))
    assert everything(load_course(toy_copy, cache=cache)) == parsed
    assert everything(load_course(toy_copy, cache=cache)) == parsed
    age(toy_copy)
    assert everything(load_course(toy_copy, cache=cache)) == parsed
    assert everything(load_course(toy_copy, cache=cache)) == parsed


@pytest.mark.parametrize("old", [True, False])
def test_a_cached_course_is_not_parsed_again(toy_copy, cache, parses, old):
    if old:
        age(toy_copy)
    everything(load_course(toy_copy, cache=cache))
    assert len(parses) == 4
    everything(load_course(toy_copy, cache=cache))
    assert len(parses) == 4


def test_a_deck_that_changed_is_parsed_again_and_no_other(toy_copy, cache, parses):
    load_course(toy_copy, cache=cache)
    parses.clear()
    file = toy_copy / "cards/shapes.yaml"
    file.write_text(file.read_text().replace("The size of axis 0", "The length of axis 0"))
    course = load_course(toy_copy, cache=cache)
    assert course.cards["len-is-axis-0"].note.back.en.startswith("The length of axis 0")
    assert parses == ["cards/shapes.yaml"]


def test_a_change_that_keeps_size_and_time_is_seen_while_the_file_is_young(toy_copy, cache):
    file = toy_copy / "cards/shapes.yaml"
    file.touch()
    load_course(toy_copy, cache=cache)
    before = file.stat()
    file.write_text(file.read_text().replace("one number", "two number"))
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert file.stat().st_size == before.st_size
    course = load_course(toy_copy, cache=cache)
    assert "two number" in course.cards["scalar-and-0d"].note.back.en


def test_a_touched_file_is_not_parsed_again(toy_copy, cache, parses):
    load_course(toy_copy, cache=cache)
    parses.clear()
    age(toy_copy)
    load_course(toy_copy, cache=cache)
    assert parses == []


def test_a_near_miss_that_is_added_or_removed_is_seen(toy_copy, cache):
    def names():
        exercise = load_course(toy_copy, cache=cache).exercises["add-one"]
        return [miss.name for miss in exercise.near_misses]

    folder = toy_copy / "exercises/counting/add-one/near_misses"
    assert names() == ["adds_two", "changes_the_argument"]
    (folder / "adds_two.py").rename(folder / "adds_too_much.py")
    assert names() == ["adds_too_much", "changes_the_argument"]
    (folder / "adds_too_much.py").unlink()
    assert names() == ["changes_the_argument"]


def test_a_wrong_deck_is_wrong_each_time(toy_copy, cache):
    load_course(toy_copy, cache=cache)
    file = toy_copy / "cards/shapes.yaml"
    file.write_text(file.read_text().replace("kind: reversed", "kind: revresed"))
    for _ in range(2):
        with pytest.raises(CourseError, match="did you mean `reversed`"):
            load_course(toy_copy, cache=cache)


def test_what_must_agree_between_files_is_checked_from_the_cache_too(toy_copy, cache):
    load_course(toy_copy, cache=cache)
    (toy_copy / "exercises/counting/add-one").rename(toy_copy / "exercises/counting/other")
    with pytest.raises(CourseError, match="there is no exercise `add-one`"):
        load_course(toy_copy, cache=cache)


def test_two_courses_share_a_cache(toy_course, toy_copy, cache):
    file = toy_copy / "cards/shapes.yaml"
    file.write_text(file.read_text().replace("The size of axis 0", "The length of axis 0"))
    for _ in range(2):
        backs = [
            load_course(root, cache=cache).cards["len-is-axis-0"].note.back.en[:10]
            for root in (toy_course, toy_copy)
        ]
        assert backs == ["The size o", "The length"]


def test_a_cache_that_cannot_be_written_does_no_harm(toy_copy, tmp_path):
    (tmp_path / "file").write_text("in the way")
    course = load_course(toy_copy, cache=tmp_path / "file")
    assert everything(course) == everything(load_course(toy_copy))


def test_nothing_is_left_beside_the_cache_files(toy_copy, cache):
    everything(load_course(toy_copy, cache=cache))
    assert {path.suffix for path in cache.rglob("*") if path.is_file()} == {".jsonl", ".db"}
    assert len(list(cache.rglob("*.jsonl"))) == 4


def test_the_cache_is_plain_json(toy_copy, cache):
    everything(load_course(toy_copy, cache=cache))
    for file in cache.rglob("*.jsonl"):
        header, *lines = file.read_text().splitlines()
        json.loads(header[9:])
        assert all(isinstance(json.loads(line), dict) for line in lines)


def test_a_cache_of_other_code_is_not_used(toy_copy, cache, parses, monkeypatch):
    load_course(toy_copy, cache=cache)
    parses.clear()
    monkeypatch.setattr("quizapp.course.cache.reader", lambda: ["another version"])
    load_course(toy_copy, cache=cache)
    assert sorted(parses) == ["cards/counting.yaml", "cards/shapes.yaml", "course.yaml"]


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_broken_cache_is_as_good_as_none(toy_copy, cache, data):
    rmtree(cache, ignore_errors=True)
    expected = everything(load_course(toy_copy, cache=cache))
    age(toy_copy)
    load_course(toy_copy, cache=cache)
    if data.draw(st.booleans()):
        files = sorted(cache.rglob("*.jsonl"))
        for catalogue in cache.rglob("*.db"):
            catalogue.unlink()
    else:
        files = sorted(cache.rglob("*.db"))
    file = data.draw(st.sampled_from(files))
    broken = bytearray(file.read_bytes())
    start = data.draw(st.integers(0, len(broken) - 1))
    length = data.draw(st.sampled_from([1, 3, 100, len(broken)]))
    filling = data.draw(st.sampled_from([b"", b"\n", b"{}", b"null", b"[" * 5000, b"\xff"]))
    broken[start : start + length] = filling
    file.write_bytes(broken)
    found = everything(load_course(toy_copy, cache=cache))
    # A character of a text may be another one: only what can be noticed is promised. Nothing of
    # what is put in here is such a text.
    assert found == expected


def test_a_note_that_is_no_text_any_more_is_read_from_its_deck(toy_copy, cache):
    expected = everything(load_course(toy_copy, cache=cache))
    age(toy_copy)
    load_course(toy_copy, cache=cache)
    for catalogue in cache.rglob("*.db"):
        with closing(sqlite3.connect(catalogue)) as database, database:
            database.execute("UPDATE notes SET body = x'00'")
    assert everything(load_course(toy_copy, cache=cache)) == expected


def test_a_cache_file_that_goes_away_after_the_start_is_not_missed(toy_copy, cache):
    expected = everything(load_course(toy_copy, cache=cache))
    course = load_course(toy_copy, cache=cache)
    for file in cache.rglob("*.jsonl"):
        file.unlink()
    assert everything(course) == expected


def test_a_cache_file_that_is_written_anew_after_the_start_is_not_mixed_up(toy_copy, cache):
    load_course(toy_copy, cache=cache)
    course = load_course(toy_copy, cache=cache)
    deck = toy_copy / "cards/shapes.yaml"
    deck.write_text(deck.read_text().replace("notes:", "notes:\n# longer\n"))
    load_course(toy_copy, cache=cache)
    assert course.cards["len-is-axis-0"].note.front.en.startswith("What does `len(X)`")


def test_a_note_that_was_removed_since_the_start_is_reported(toy_copy, cache):
    load_course(toy_copy, cache=cache)
    course = load_course(toy_copy, cache=cache)
    shapes = next(deck for deck in course.decks if deck.topic == "shapes")
    place = list(shapes.card_ids).index("len-is-axis-0")
    deck = toy_copy / "cards/shapes.yaml"
    deck.write_text(deck.read_text().replace("len-is-axis-0", "len-is-the-first-axis"))
    load_course(toy_copy, cache=cache)
    with pytest.raises(CourseError, match="note `len-is-axis-0` is gone"):
        shapes.cards[place]
    assert "len-is-axis-0" not in course.cards
    assert course.cards["scalar-and-0d"].note.front.en == "0-D tensor"


def test_a_cached_course_opens_without_yaml_and_without_anything_heavy(toy_copy, cache):
    script = (
        "import sys; from pathlib import Path; from quizapp.course import load_course\n"
        f"course = load_course(Path({str(toy_copy)!r}), cache=Path({str(cache)!r}))\n"
        "assert course.cards['one-third'].note and course.exercises['add-one']\n"
        "heavy = {'yaml', 'ast', 'torch', 'numpy', 'textual', 'rich', 'difflib'}\n"
        "print(sorted(heavy & set(sys.modules)))\n"
    )
    runs = [
        subprocess.run(
            [sys.executable, "-c", script], check=True, capture_output=True, text=True
        ).stdout.strip()
        for _ in range(2)
    ]
    assert "yaml" in runs[0]
    assert set(json.loads(runs[1].replace("'", '"'))) <= {"ast"}
