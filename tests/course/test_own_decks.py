"""A learner's own decks beside the course's, through `load_course`."""

from textwrap import dedent

import pytest
from engine_support import write_course

from quizapp.course import load_course

DECK = """
    deck: {en: Mine, zh: 我的}
    notes:
    - id: my-first
      front: {en: "Mine?", zh: "我的？"}
      back: {en: "Yes.", zh: "是。"}
      source: me
    """


@pytest.fixture
def load(tmp_path):
    """Loads the toy course with own decks, given by file name."""
    root = write_course(tmp_path / "course")

    def loaded(cached=False, **decks):
        folder = tmp_path / "home" / "cards"
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in decks.items():
            (folder / f"{name.replace('_', '-')}.yaml").write_text(dedent(text), encoding="utf-8")
        cache = tmp_path / "cache" if cached else None
        return load_course(root, cache=cache, own=tmp_path / "home")

    return loaded


def test_an_own_deck_comes_after_the_course_s_decks(load):
    course = load(mine=DECK)

    assert course.topics == ("shapes", "sums", "mine")
    assert list(course.cards)[-1] == "my-first"
    assert course.left_out == ()


@pytest.mark.parametrize("cached", [False, True])
def test_a_card_of_an_own_deck_says_where_it_lies(load, tmp_path, cached):
    load(cached, mine=DECK)
    place = load(cached, mine=DECK).cards["my-first"].note.location

    assert (place.path, place.line) == (str(tmp_path / "home/cards/mine.yaml"), 4)


@pytest.mark.parametrize(
    ("changed", "line", "said"),
    [
        ("deck: [", 2, "YAML"),
        (DECK.replace("back:", "bakc:"), 6, "bakc"),
        (DECK.replace("my-first", "len-is-axis-0"), 4, "`len-is-axis-0` is taken"),
        (DECK.replace("my-first", "length"), 4, "`length` is taken"),
        (DECK.replace("source: me", "source: me\n      aliases: [keyword]"), 8, "`keyword`"),
        (DECK.replace("source: me", "source: me\n      exercises: [none]"), 8, "`none`"),
    ],
)
def test_a_broken_own_deck_is_left_out_and_told_with_its_line(load, tmp_path, changed, line, said):
    course = load(broken=changed, mine=DECK)

    assert "my-first" in course.cards
    assert len(course.decks) == 3
    [error] = course.left_out
    assert str(error.path) == str(tmp_path / "home/cards/broken.yaml")
    assert said in str(error)
    assert error.line == line


@pytest.mark.parametrize("name", ["shapes", "Mine_Deck"])
def test_an_own_deck_takes_neither_a_topic_nor_a_bad_name(load, name):
    course = load(**{name: DECK})

    assert len(course.decks) == 2
    assert len(course.left_out) == 1


def test_the_second_of_two_own_decks_with_one_id_is_left_out(load):
    course = load(a=DECK, b=DECK)

    assert course.topics[2:] == ("a",)
    assert "`my-first` is taken" in str(course.left_out[0])


def test_a_course_without_own_decks_needs_no_folder_for_them(tmp_path):
    course = load_course(write_course(tmp_path / "course"), own=tmp_path / "nothing")

    assert len(course.decks) == 2
