"""Large courses are read by several processes, which nobody can tell from one."""

import os
import time
from pathlib import Path

import pytest

from quizapp.course import ahead, load_course
from quizapp.course import decks as deck_reader
from quizapp.errors import CourseError

TOPICS = [f"topic-{number:02d}" for number in range(12)]
LONG_AGO = (1_500_000_000, 1_500_000_000)


@pytest.fixture
def course(tmp_path):
    root = tmp_path / "course"
    (root / "cards").mkdir(parents=True)
    plan = f"format: 1\ntitle: {{en: T, zh: 题}}\ntopics: [{', '.join(TOPICS)}]\n"
    (root / "course.yaml").write_text(plan)
    for topic in TOPICS:
        deck = f"deck: {{en: {topic}, zh: 题}}\nnotes:\n" + "".join(
            f"- id: {topic}-{note}\n  front: {{en: Q{note}, zh: 问}}\n  back: {{en: A, zh: 答}}\n"
            "  source: T\n"
            for note in range(4)
        )
        (root / f"cards/{topic}.yaml").write_text(deck)
        os.utime(root / f"cards/{topic}.yaml", LONG_AGO)
    return root


@pytest.fixture
def two_cores(monkeypatch):
    """So that even a small course is worth another process."""
    monkeypatch.setattr(ahead, "_WORTH_BYTES", 1)
    monkeypatch.setattr(ahead, "_cores", lambda: 2)


@pytest.fixture
def parsed(monkeypatch):
    """The decks that this process has parsed itself."""
    seen = []
    compose = deck_reader.compose

    def spy(source):
        seen.append(source.path)
        return compose(source)

    monkeypatch.setattr(deck_reader, "compose", spy)
    return seen


def wait_until(happened):
    end = time.monotonic() + 60
    while not happened():
        assert time.monotonic() < end, "nothing came of it"
        time.sleep(0.01)


def left_in(cache):
    return {file.name for file in cache.rglob("*") if file.is_file() and file.suffix != ".db"}


@pytest.mark.usefixtures("two_cores")
def test_another_process_reads_the_second_half_of_the_decks(course, tmp_path, parsed):
    cache = tmp_path / "cache"
    with ahead.read_ahead(course, cache, [(topic, 1) for topic in TOPICS]):
        wait_until(lambda: len(left_in(cache)) == len(TOPICS) // 2)
    assert list(load_course(course, cache=cache).cards) == list(load_course(course).cards)
    assert sorted(parsed[: len(TOPICS) // 2]) == [f"cards/{topic}.yaml" for topic in TOPICS[:6]]
    assert parsed.count("cards/topic-11.yaml") == 1, "only without a cache it was parsed here"


@pytest.mark.usefixtures("two_cores")
def test_a_course_read_by_two_processes_is_the_same_and_leaves_no_half_files(course, tmp_path):
    cache = tmp_path / "cache"
    found, alone = load_course(course, cache=cache), load_course(course)
    assert [found.cards[card].note for card in found.cards] == [
        alone.cards[card].note for card in alone.cards
    ]
    assert all(name.endswith(".jsonl") for name in left_in(cache))


@pytest.mark.usefixtures("two_cores")
def test_the_first_wrong_deck_is_told_with_its_line_whoever_has_read_it(course, tmp_path):
    for topic, line in (("topic-03", 4), ("topic-09", 3)):
        file = course / f"cards/{topic}.yaml"
        lines = file.read_text().split("\n")
        lines[line - 1] += "\n  fornt: wrong"
        file.write_text("\n".join(lines))
    with pytest.raises(CourseError, match=r"cards/topic-03\.yaml:5"):
        load_course(course, cache=tmp_path / "cache")


@pytest.mark.usefixtures("two_cores")
def test_a_process_that_cannot_be_started_is_done_without(course, tmp_path, monkeypatch):
    monkeypatch.setattr("sys.executable", str(tmp_path / "no-python"))
    found = load_course(course, cache=tmp_path / "cache")
    assert list(found.cards) == list(load_course(course).cards)


@pytest.mark.usefixtures("two_cores")
def test_who_stops_waiting_stops_the_other_process_too(course, tmp_path):
    started, others = [], set(children())  # a judge of an earlier test may still be there

    def stop(*_):
        started.extend(set(children()) - others)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        load_course(course, cache=tmp_path / "cache", progress=stop)
    assert started
    assert not set(started) & set(children())


def children():
    """Processes that this one has started and that are there, as Linux tells them."""
    files = list(Path("/proc/self/task").glob("*/children"))
    if not files:
        pytest.skip("only some systems tell")
    return [child for file in files for child in file.read_text().split()]
