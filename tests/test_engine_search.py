"""What a search for cards finds, through the engine, with and without an index."""

from datetime import timedelta

import pytest
from engine_support import StandingClock, open_engine, write_course
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from quizapp.course import load_course
from quizapp.domain.memory import ItemKind, Rating
from quizapp.domain.text import Language
from quizapp.engine import Engine
from quizapp.engine.search import find
from quizapp.errors import UsageError


@pytest.fixture
def clock():
    return StandingClock()


@pytest.fixture
def engine(tmp_path, clock):
    course = write_course(tmp_path / "course")
    with Engine.open(course, tmp_path / "home", clock, language=Language.EN) as engine:
        yield engine


def found(engine, query, **how):
    return [row.card.id for row in engine.cards(query, **how)]


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ("", 9),
        ("keywrd", []),
        ("KEYWORD", ["keyword"]),
        ("关键字", ["keyword"]),
        ("轴", 6),
        ("个数", ["ndim-pair", "ndim-pair/reversed", "count-elements"]),
        ('"size of axis"', ["len-is-axis-0"]),
        ('"axis size"', []),
        ("size axis", ["len-is-axis-0"]),
        ("ndim-pair/rev", ["ndim-pair/reversed"]),
        ("keep-dim/c2", ["keep-dim/c2"]),
        ("torch.full", ["full-print"]),
        ("(1, 4)", ["sum-shape"]),
        ("tag:shape", ["len-is-axis-0"]),
        ("tag:sh*", ["len-is-axis-0"]),
        ("tag:hape", []),
        ("deck:shapes -tag:shape -full", ["ndim-pair", "ndim-pair/reversed"]),
        ("deck:s* keyword", ["keyword"]),
        ("-deck:sums print", ["full-print"]),
        ("what: does", []),
        ('""', 9),
        ("%", []),
        ('" OR "', []),
    ],
)
def test_a_search_finds_the_cards_that_meet_all_its_terms(engine, query, ids):
    cards = found(engine, query)
    assert (len(cards) if isinstance(ids, int) else cards) == ids


def test_states_are_those_of_the_schedule(engine, clock):
    engine.answer("keyword", Rating.GOOD)
    engine.answer("sum-shape", Rating.EASY)
    engine.suspend("full-print")
    engine.bury("count-elements")

    assert found(engine, "is:learning") == ["keyword"]
    assert found(engine, "is:suspended") == ["full-print"]
    assert found(engine, "is:buried") == ["count-elements"]
    assert found(engine, "-is:new") == ["sum-shape", "keyword"]
    assert len(found(engine, "is:new")) == 7
    assert found(engine, "is:due") == ["keyword"]
    assert found(engine, "is:leech") == []


def test_a_number_of_days_finds_what_comes_up_until_then(engine, clock):
    engine.answer("sum-shape", Rating.EASY)
    due = engine.store.schedule(ItemKind.CARD, "sum-shape").due
    days = (due - clock()) // timedelta(days=1) + 1

    assert found(engine, f"due:{days}") == ["sum-shape"]
    assert found(engine, f"due:{days - 2}") == []
    assert "sum-shape" not in found(engine, f"-due:{days}")


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("is:learnig", "is:learnig: there is no such state; did you mean learning"),
        ("due:soon", "that is no number of days"),
        ("due:99999999999", "that is no number of days"),
        ("deck:shpes", "there is no such deck; did you mean shapes"),
    ],
)
def test_a_term_that_makes_no_sense_is_refused(engine, query, message):
    with pytest.raises(UsageError, match=message):
        engine.cards(query)


def test_a_search_follows_an_edit(engine, tmp_path):
    assert found(engine, "keyword") == ["keyword"]
    deck = engine.course_file("cards/sums.yaml")
    deck.write_text(deck.read_text().replace("Which keyword keeps", "Which word keeps the"))
    deck.write_text(deck.read_text().replace("id: keyword", "id: the-word"))
    for name in ("exercise.yaml", "near_misses/clamps.py"):
        file = engine.course_file(f"exercises/sums/double/{name}")
        file.write_text(file.read_text().replace("keyword", "the-word"))
    engine.reload_course()

    assert found(engine, "keyword") == []
    assert found(engine, "the-word") == ["the-word"]
    assert found(engine, "len(X)") == ["len-is-axis-0"]


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=st.lists(st.text("axiskep轴数的(%\"'*-:/ ", min_size=1, max_size=6), max_size=3))
def test_the_index_finds_what_reading_every_card_finds(engine, tmp_path, words):
    query = " ".join(words)
    plain = load_course(tmp_path / "course")

    def by_reading():
        return [card.id for card in find(plain, query, (), lambda *_: ())]

    try:
        expected = by_reading()
    except UsageError:
        with pytest.raises(UsageError):
            engine.cards(query)
    else:
        assert found(engine, query) == expected


def test_studying_ahead_looks_beyond_cards_of_other_topics(tmp_path, clock):
    with open_engine(tmp_path, clock) as engine:
        for card in engine.course.cards:
            engine.answer(card, Rating.EASY)
        prompt = engine.next_card(["shapes"], ahead=True)
        assert prompt.card.note.topic == "shapes"
