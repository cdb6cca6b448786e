"""Cards that ask the same, found in the course and in own decks, with and without an index."""

from pathlib import Path

import pytest
from engine_support import StandingClock, open_engine, write_course
from hypothesis import given
from hypothesis import strategies as st

from quizapp.course import load_course
from quizapp.course.fronts import alike, folded
from quizapp.engine.making import Draft
from quizapp.errors import UsageError


@pytest.fixture
def engine(tmp_path):
    with open_engine(tmp_path, StandingClock()) as engine:
        yield engine


def added(engine, front, **more):
    (card,) = engine.add_card(Draft(front=front, back="b", **more)).cards
    return card


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("What is `x`?", "what  is\nX?"),
        ("**Bold** and _thin_", "bold and *thin*"),
        ("# Title", "title"),
        ("> said", "Said"),
        ("ＡＢＣ　①", "abc 1"),
        (r"a\*b", "a*b"),
        ("zero\u200bwidth", "zerowidth"),
    ],
)
def test_what_a_reader_does_not_see_makes_no_difference(one, other):
    assert folded(one) == folded(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("a * b", "a b"), ("a_b", "ab"), ("x - y", "x y"), ("{{c1::a}} b", "a {{c1::b}}")],
)
def test_what_a_reader_does_see_makes_a_difference(one, other):
    assert folded(one) != folded(other)


@given(st.text())
def test_reading_a_front_again_changes_nothing_about_blanks_and_capitals(text):
    once = folded(text)

    assert once == " ".join(once.casefold().split())


@given(st.lists(st.tuples(st.integers(0, 8), st.sampled_from("abcdefgh"))))
def test_groups_are_what_fronts_in_common_lead_to(fronts):
    groups = alike(fronts)
    joined = {note: {note} for _, note in fronts}
    for _ in joined:
        for key, note in fronts:
            for other_key, other in fronts:
                if key == other_key:
                    joined[note] |= joined[other]

    expected = {tuple(sorted(group)) for group in joined.values() if len(group) > 1}
    assert sorted(map(sorted, groups)) == sorted(map(list, expected))


def test_a_twin_of_a_card_of_the_course_is_found_with_it_side_by_side(engine):
    twin = added(engine, "what does `LEN(X)`  give?")

    assert list(engine.hits("is:duplicate")) == ["len-is-axis-0", twin]


def test_groups_stand_together(engine):
    first, other = added(engine, "One?"), added(engine, "Two?")
    second, twin = added(engine, "one?"), added(engine, "two?")

    assert list(engine.hits("is:duplicate")) == [first, second, other, twin]


def test_a_duplicate_is_a_term_among_others(engine):
    added(engine, "One?", tags=("t",))
    second = added(engine, "one?")

    assert list(engine.hits("is:duplicate -tag:t")) == [second]
    assert second not in engine.hits("-is:duplicate")


def test_the_twins_of_one_card_are_asked_for_by_its_name(engine):
    first = added(engine, "One?")
    second = added(engine, "one?")
    added(engine, "Two?")
    added(engine, "two?")

    assert list(engine.hits(f"dupe:{first}")) == [first, second]
    assert list(engine.hits("dupe:ndim-pair")) == ["ndim-pair", "ndim-pair/reversed"]


def test_a_card_that_there_is_not_has_no_twins(engine):
    with pytest.raises(UsageError, match="no such card"):
        engine.hits("dupe:keywrd")


def test_a_changed_front_is_a_twin_no_more(engine):
    first = added(engine, "One?")
    second = added(engine, "one?")
    assert len(engine.hits("is:duplicate")) == 2
    draft = engine.draft_of(second)
    engine.change_note(Draft(front="Other?", back="b", id=draft.id))

    assert list(engine.hits("is:duplicate")) == []
    assert list(engine.hits(f"dupe:{first}")) == [first]


DECK = """\
deck: {en: D, zh: D}
notes:
- {id: a-NAME, front: {en: Same here, zh: 不同NAME}, back: {en: x, zh: x}, source: S}
- {id: p-NAME, kind: predict, front: {en: Prints?, zh: 打印？}, code: "print(NAME)", source: S}
- id: c-NAME
  kind: choice
  front: {en: Which?, zh: 哪个？}
  options: [{text: "right NAME", correct: true}, {text: wrong}, {text: "no"}]
  source: S
"""


def course_of_two(root: Path) -> Path:
    root = write_course(root)
    for name, topic in (("1", "shapes"), ("2", "sums")):
        text = DECK.replace("NAME", name)
        file = root / "cards" / f"{topic}.yaml"
        file.write_text(text, encoding="utf-8")
    for folder in ("exercises", "solutions"):
        for file in sorted((root / folder).rglob("*"), reverse=True):
            file.rmdir() if file.is_dir() else file.unlink()
    return root


@pytest.mark.parametrize("cached", [True, False], ids=["with an index", "without"])
def test_snippets_and_options_are_part_of_what_is_asked(tmp_path, cached):
    course = load_course(course_of_two(tmp_path / "c"), cache=tmp_path / "k" if cached else None)

    assert course.twins() == [["a-1", "a-2"]]


def test_a_broken_index_hides_no_twin(tmp_path):
    root = course_of_two(tmp_path / "c")
    course = load_course(root, cache=tmp_path / "k")
    for file in (tmp_path / "k" / "course").glob("*.db*"):
        file.write_bytes(b"no database" * 1000)

    assert course.twins() == [["a-1", "a-2"]]
