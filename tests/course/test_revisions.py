"""`rev:` of a note: what it may be, and that a course tells its changed cards without reading."""

import os
import sqlite3
from contextlib import closing

import pytest

from quizapp.course import load_course
from quizapp.errors import CourseError

LONG_AGO = (1_500_000_000, 1_500_000_000)
NOTES = {
    "plain": "kind: basic, front: {en: Q, zh: 问}, back: {en: A, zh: 答}",
    "both": "kind: reversed, front: {en: Q, zh: 问}, back: {en: A, zh: 答}",
    "gaps": "kind: cloze, front: {en: '{{c1::a}} {{c2::b}}', zh: '{{c1::a}} {{c2::b}}'}",
    "picked": "kind: choice, front: {en: Q, zh: 问}, options: "
    "[{text: a, correct: true}, {text: b}, {text: c}]",
    "typed": "kind: typed, front: {en: Q, zh: 问}, answer: {text: a}",
    "printed": "kind: predict, code: print(1)",
}


@pytest.fixture
def write(tmp_path):
    """Writes a course of one deck with a note of every kind, and gives its folder."""

    def write_deck(when=LONG_AGO, /, **revisions):
        root = tmp_path / "course"
        (root / "cards").mkdir(parents=True, exist_ok=True)
        (root / "course.yaml").write_text("format: 1\ntitle: {en: T, zh: 题}\ntopics: [a]\n")
        notes = [
            f"- {{id: {name}, {entry}, source: S"
            + (f", rev: {revisions[name]}}}" if name in revisions else "}")
            for name, entry in NOTES.items()
        ]
        deck = root / "cards/a.yaml"
        deck.write_text("\n".join(["deck: {en: A, zh: 甲}", "notes:", *notes, ""]), "utf-8")
        os.utime(deck, when)
        return root

    return write_deck


@pytest.mark.parametrize("cached", [False, True])
def test_every_kind_of_note_may_have_a_revision(write, tmp_path, cached):
    root = write(**dict.fromkeys(NOTES, 3))
    for _ in range(2):
        course = load_course(root, cache=tmp_path / "cache" if cached else None)
        assert {card.note.rev for card in course.cards.values()} == {3}
        assert course.changed() == dict.fromkeys(course.cards, 3)


def test_a_note_without_revision_is_as_first_written(write, tmp_path):
    course = load_course(write(), cache=tmp_path / "cache")
    assert {card.note.rev for card in course.cards.values()} == {1}
    assert course.changed() == {}


def test_a_raised_revision_is_seen_where_the_deck_was_kept(write, tmp_path):
    for rev in (1, 2, 3):
        root = write((1_500_000_000 + rev, 1_500_000_000 + rev), both=rev)
        for _ in range(2):
            course = load_course(root, cache=tmp_path / "cache")
            wanted = {} if rev == 1 else {"both": rev, "both/reversed": rev}
            assert course.changed() == wanted
            assert course.cards["both/reversed"].note.rev == rev


@pytest.mark.parametrize("wrong", ["0", "-1", "10000", "1.5", "'2'", "two", "true", "[2]", "''"])
def test_what_is_no_revision_is_told_with_its_line(write, wrong):
    with pytest.raises(CourseError) as error:
        load_course(write(plain=wrong))
    assert str(error.value).startswith("cards/a.yaml:3: `rev` of note `plain` is ")
    assert "whole number" in str(error.value)


def test_changed_cards_are_found_by_their_index(write, tmp_path):
    load_course(write(plain=2), cache=tmp_path / "cache")
    (file,) = (tmp_path / "cache/course").glob("*.db")
    with closing(sqlite3.connect(file)) as database:
        sql = "EXPLAIN QUERY PLAN SELECT id, parts, place, key_sum, rev FROM notes WHERE rev > 1"
        (plan,) = database.execute(sql).fetchall()
    assert "COVERING INDEX changed" in plan[3]


def test_a_damaged_row_of_the_catalogue_is_no_changed_card(write, tmp_path):
    root = write(plain=2, typed=2)
    load_course(root, cache=tmp_path / "cache")
    (file,) = (tmp_path / "cache/course").glob("*.db")
    with closing(sqlite3.connect(file)) as database:
        database.execute("UPDATE notes SET id = 'plaim' WHERE id = 'plain'")
        database.commit()
    assert load_course(root, cache=tmp_path / "cache").changed() == {"typed": 2}
