"""The catalogue of a course: it follows the files, and whatever happens to it, nothing is lost."""

import os
import sqlite3
from contextlib import closing
from shutil import copytree

import pytest

from quizapp.course import load_course
from quizapp.course.catalogue import Catalogue
from quizapp.course.decks import parse_deck
from quizapp.course.source import Source
from quizapp.course.stored import StoredDeck, pack
from quizapp.errors import CourseError

LONG_AGO = (1_500_000_000, 1_500_000_000)

DECK = """\
deck: {{en: {name}, zh: {name}}}
notes:
- id: {name}-first
  front: {{en: What is {name}?, zh: 什么？}}
  back: {{en: A deck., zh: 卡组。}}
  source: "T1 § A"
- id: {name}-second
  kind: reversed
  front: {{en: The second of {name}, zh: 第二个}}
  back: {{en: Another., zh: 另一个。}}
  source: "T1 § A"
"""


@pytest.fixture
def cache(tmp_path):
    return tmp_path / "cache"


@pytest.fixture
def course(tmp_path):
    """Writes a course of the topics that it is given, long ago."""

    def write(*topics):
        root = tmp_path / "course"
        (root / "cards").mkdir(parents=True, exist_ok=True)
        plan = f"format: 1\ntitle: {{en: T, zh: 题}}\ntopics: [{', '.join(topics)}]\n"
        (root / "course.yaml").write_text(plan)
        for topic in topics:
            file = root / f"cards/{topic}.yaml"
            if not file.exists():
                file.write_text(DECK.format(name=topic))
                os.utime(file, LONG_AGO)
        return root

    return write


def change(root, topic, old, new):
    """Changes a deck in place, long ago."""
    file = root / f"cards/{topic}.yaml"
    file.write_text(file.read_text().replace(old, new))
    os.utime(file, (LONG_AGO[0] + 1, LONG_AGO[0] + 1))


def ids(course):
    return list(course.cards)


def held(course, *words):
    return list(course.candidates(words, ()))


@pytest.mark.parametrize(
    "topics",
    [
        *[("b", "a", "c"), ("a", "x", "b", "c"), ("a", "c"), ("c", "x", "a"), ("x",)],
        *[("c", "b", "a"), ("a", "b"), ("a", "b", "c", "x")],
    ],
)
def test_decks_may_come_go_and_change_places(course, cache, topics):
    held(load_course(course("a", "b", "c"), cache=cache), "deck")
    root = course(*topics)
    for _ in range(2):
        found = load_course(root, cache=cache)
        assert ids(found) == ids(load_course(root))
        assert [found.cards[card].note.topic for card in found.cards] == [
            topic for topic in topics for _ in range(3)
        ]
        assert held(found, "a deck.") == [f"{topic}-first" for topic in topics]


def test_ids_that_are_taken_twice_are_noticed_when_one_deck_changes(course, cache):
    root = course("a", "b")
    load_course(root, cache=cache)
    file = root / "cards/b.yaml"
    file.write_text(file.read_text().replace("b-first", "a-first"))
    for _ in range(2):
        with pytest.raises(CourseError, match=r"note id `a-first` is taken in cards/a\.yaml:3"):
            load_course(root, cache=cache)


def test_a_deck_that_is_moved_into_place_is_noticed_by_its_inode(course, cache, tmp_path):
    root = course("a", "b")
    load_course(root, cache=cache)
    file, other = root / "cards/a.yaml", tmp_path / "other.yaml"
    other.write_text(file.read_text().replace("A deck.", "A cord."))
    os.utime(other, LONG_AGO)
    other.replace(file)
    assert load_course(root, cache=cache).cards["a-first"].note.back.en == "A cord."


def test_a_catalogue_that_another_process_writes_is_not_waited_for(course, cache):
    root = course("a", "b")
    load_course(root, cache=cache)
    (file,) = cache.rglob("*.db")
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        found = load_course(root, cache=cache)
        assert ids(found) == ids(load_course(root))
        assert held(found, "what is b?") == ids(found)  # not known, so each has to be looked at


def test_a_catalogue_that_breaks_in_a_session_is_done_without(course, cache):
    root = course("a", "b")
    load_course(root, cache=cache)
    found = load_course(root, cache=cache)
    (file,) = cache.rglob("*.db")
    with file.open("r+b") as stream:
        stream.write(b"\xff" * file.stat().st_size)
    assert [found.cards[card].note.id for card in found.cards]
    assert set(held(found, "what is b?")) >= {"b-first"}
    assert "a-second/reversed" in found.cards
    assert "a-third" not in found.cards


def test_a_course_in_another_place_has_a_catalogue_of_its_own(course, cache, tmp_path):
    root = course("a")
    load_course(root, cache=cache)
    load_course(copytree(root, tmp_path / "there" / "course"), cache=cache)
    assert len(list(cache.rglob("*.db"))) == 2


def test_getting_ready_for_searching_says_how_far_it_is_and_is_done_once(course, cache):
    root = course("a", "b", "c")
    told = []
    load_course(root, cache=cache).prepare(lambda *said: told.append(said))
    load_course(root, cache=cache).prepare(lambda *said: told.append(said))
    assert told == [(0, 3), (3, 3)]


def test_keys_of_cards_name_note_and_topic_and_leave_out_what_is_no_card(course, cache):
    root = course("a", "b")
    load_course(root, cache=cache)
    asked = ["b-second/reversed", "a-first", "a-second/other", "x-first", "a-first/reversed"]
    for found in (load_course(root, cache=cache), load_course(root)):
        assert list(found.keys_of(asked).values()) == [
            ("b-second/reversed", "b-second", "b"),
            ("a-first", "a-first", "a"),
        ]


def test_a_course_follows_a_catalogue_that_another_process_has_renumbered(course, cache):
    found = load_course(course("a", "b", "c"), cache=cache)
    load_course(course("c", "b", "a"), cache=cache)
    assert [key.topic for key in found.keys_of(["a-first", "b-first"]).values()] == ["a", "b"]
    assert found.cards["c-second"].note.topic == "c"


@pytest.mark.parametrize("order", ["abc", "cba", "ab"])
def test_what_two_processes_keep_at_once_is_what_lies_on_the_disk(course, cache, order):
    root = course("a", "b", "c")
    load_course(root, cache=cache)
    change(root, "a", "A deck.", "A cord.")
    others = []

    def other_process(*_):
        if not others:
            change(root, "b", "A deck.", "A coat.")
            others.append(load_course(course(*order), cache=cache))

    found = [load_course(root, cache=cache, progress=other_process), *others]
    found.append(load_course(course("a", "b", "c"), cache=cache))
    for each in found:
        assert each.cards["a-first"].note.back.en == "A cord."
        assert each.cards["b-first"].note.back.en == "A coat."
    assert ids(found[0]) == ids(found[2]) == ids(load_course(root))
    assert held(found[2], "coat") == ["b-first"]


def test_a_course_that_has_no_deck_yet_opens_twice(course, cache):
    root = course("a")
    (root / "cards/a.yaml").unlink()
    assert [ids(load_course(root, cache=cache)) for _ in range(2)] == [[], []]
    assert ids(load_course(course("a"), cache=cache)) == ids(load_course(root))


def test_a_deck_that_is_removed_and_comes_back_as_it_was_is_served_again(course, cache):
    root = course("a", "b")
    load_course(root, cache=cache)
    away = (root / "cards/b.yaml").rename(root / "away.yaml")
    assert ids(load_course(root, cache=cache)) == ["a-first", "a-second", "a-second/reversed"]
    away.rename(root / "cards/b.yaml")
    found = load_course(root, cache=cache)
    assert ids(found) == ids(load_course(root))
    assert found.cards["b-second"].note.topic == "b"


def test_what_decks_agree_on_is_forgotten_where_another_process_has_kept_one_since(course, cache):
    root = course("a", "b")
    load_course(root, cache=cache)
    one, other = Catalogue.open(cache, root), Catalogue.open(cache, root)
    text = DECK.format(name="b").replace("b-first", "b-first\n  aliases: [b-old]")
    header, body = pack(parse_deck(Source("cards/b.yaml", text), "b"))
    deck = StoredDeck("cards/b.yaml", header, lambda: body, lambda: (header, body))
    assert other.keep({1: (deck, "b 1 2 3")}, ["a", "b"], (7, {"b-old": "b-first"}))
    assert Catalogue.open(cache, root).agreement() == (7, {"b-old": "b-first"})
    assert one.keep({}, ["a", "b"], (7, {}))
    assert Catalogue.open(cache, root).agreement() is None
