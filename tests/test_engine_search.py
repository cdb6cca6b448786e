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
from quizapp.engine.columns import PROPERTIES, SHORT, Sort
from quizapp.engine.search import find
from quizapp.engine.searching import is_gone
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
        ("tag:s?ap[e]", ["len-is-axis-0"]),
        ("exercise:double", ["len-is-axis-0"]),
        ("exercise:dou*", ["len-is-axis-0"]),
        ("exercise:other", []),
        ("-exercise:double deck:shapes tag:shape", []),
        ("deck：shapes 个数", ["ndim-pair", "ndim-pair/reversed"]),
        ("“size of axis”", ["len-is-axis-0"]),
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
        ("flag:8", "there is no such flag"),
        ("flag:red", "there is no such flag"),
        ("rated:x", "that is no number of days"),
        ("rated:7:fine", "that is no number of days"),
        ("introduced:x", "that is no number of days"),
        ("prop:stability", "that is no comparison"),
        ("prop:lapses>nan", "that is no comparison"),
        ("prop:zz>2", "there is no such property; write one of stability"),
        ("prop:stabilty>2", "there is no such property; did you mean stability"),
        ("deck:shpes", "there is no such deck; did you mean shapes"),
    ],
)
def test_a_term_that_makes_no_sense_is_refused(engine, query, message):
    with pytest.raises(UsageError, match=message):
        engine.cards(query)


def test_flags_are_found_by_number(engine):
    engine.mark(["keyword"], flag=3)

    assert found(engine, "flag:3") == ["keyword"]
    assert found(engine, "is:flagged") == ["keyword"]
    assert found(engine, "flag:4") == []
    assert len(found(engine, "flag:0")) == 8


def test_what_was_answered_lately_is_found_by_day_and_rating(engine, clock):
    engine.answer("sum-shape", Rating.EASY)
    clock.pass_days(3)
    engine.answer("keyword", Rating.AGAIN)

    assert found(engine, "rated:1") == ["keyword"]
    assert found(engine, "rated:4") == ["sum-shape", "keyword"]
    assert found(engine, "rated:4:easy") == ["sum-shape"]
    assert found(engine, "rated:4:1") == ["keyword"]
    assert found(engine, "introduced:1") == ["keyword"]
    assert found(engine, "introduced:4") == ["sum-shape", "keyword"]


def test_properties_are_those_of_the_list(engine, clock):
    engine.answer("sum-shape", Rating.EASY)
    engine.answer("keyword", Rating.GOOD)
    clock.pass_days(3)
    (easy,) = engine.cards("sum-shape")
    stability, chance = easy.schedule.memory.stability, easy.retrievability

    assert found(engine, f"prop:stability>={stability - 0.01:.3f}") == ["sum-shape"]
    assert found(engine, f"prop:s<{stability - 0.01:.3f}") == ["keyword"]
    assert found(engine, f"prop:r>{100 * chance - 0.01:.3f}%") == ["sum-shape"]
    assert found(engine, f"prop:retrievability<{chance - 0.0001:.5f}") == ["keyword"]
    assert found(engine, "prop:due<=0") == ["keyword"]
    assert found(engine, "prop:reps=1") == ["sum-shape", "keyword"]


def test_cards_never_answered_have_no_lapses_and_no_stability(engine):
    engine.answer("keyword", Rating.GOOD)

    assert len(found(engine, "prop:lapses=0")) == 9
    assert len(found(engine, "prop:reps<1")) == 8
    assert found(engine, "prop:stability<1000") == ["keyword"]
    assert len(found(engine, "-prop:stability<1000")) == 8


@pytest.mark.parametrize("sort", list(Sort))
def test_both_ways_of_sorting_hold_the_same_cards(engine, clock, sort):
    for number, card in enumerate(["keyword", "sum-shape", "full-print"]):
        engine.answer(card, list(Rating)[number + 1])
        clock.pass_days(1)

    up, down = engine.hits(sort=sort), engine.hits(sort=sort, descending=True)
    assert sorted(up) == sorted(down) == sorted(engine.course.cards)


@pytest.mark.parametrize(
    ("sort", "figure"),
    [
        (Sort.DUE, lambda row: row.schedule.due),
        (Sort.STABILITY, lambda row: row.schedule.memory.stability),
        (Sort.DIFFICULTY, lambda row: row.schedule.memory.difficulty),
        (Sort.RETRIEVABILITY, lambda row: row.retrievability),
        (Sort.LAPSES, lambda row: row.schedule.lapses),
        (Sort.REPS, lambda row: row.schedule.reps),
        (Sort.FLAG, lambda row: row.schedule.flag),
        (Sort.CARD, lambda row: row.card.id),
        (Sort.DECK, lambda row: row.card.note.topic),
    ],
)
@pytest.mark.parametrize("descending", [False, True])
def test_a_list_is_sorted_by_what_it_shows(engine, clock, sort, figure, descending):
    answers = [("keyword", 4), ("sum-shape", 2), ("full-print", 3), ("keyword", 1), ("keyword", 3)]
    for card, rating in answers:
        engine.answer(card, Rating(rating))
        clock.pass_days(2)
    engine.mark(["sum-shape"], flag=2)

    rows = engine.cards("-is:new", sort=sort, descending=descending)
    shown = [figure(row) for row in rows]
    assert shown == sorted(shown, reverse=descending)


def test_cards_never_answered_come_last_whichever_way(engine):
    engine.answer("keyword", Rating.GOOD)

    assert engine.hits(sort=Sort.DUE)[0] == "keyword"
    assert engine.hits(sort=Sort.DUE, descending=True)[0] == "keyword"


@pytest.fixture
def orphaned(engine):
    """The engine, whose course has lost an answered card."""
    engine.answer("keyword", Rating.GOOD)
    deck = engine.course_file("cards/sums.yaml")
    deck.write_text(deck.read_text().replace("id: keyword", "id: the-word"))
    for name in ("exercise.yaml", "near_misses/clamps.py"):
        file = engine.course_file(f"exercises/sums/double/{name}")
        file.write_text(file.read_text().replace("keyword", "the-word"))
    engine.reload_course()
    return engine


def test_cards_that_are_gone_from_the_course_are_orphans(orphaned):
    (row,) = orphaned.cards("is:orphan")

    assert (row.card.id, row.schedule.reps, is_gone(row.card)) == ("keyword", 1, True)
    assert found(orphaned, "is:orphan keyw") == ["keyword"]
    assert found(orphaned, "is:orphan -is:learning") == []
    assert found(orphaned, "is:orphan deck:sums") == []
    assert len(found(orphaned, "-is:orphan")) == 9


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


def test_hits_come_one_by_one_before_the_last_card_is_read(engine):
    hits = engine.each_hit("axis")
    first = next(hits)

    assert [first, *hits] == list(engine.hits("axis"))


def test_a_wrong_search_is_refused_before_the_first_hit(engine):
    with pytest.raises(UsageError, match="no such state"):
        next(engine.each_hit("is:lerning"))


@pytest.mark.parametrize("name", [*PROPERTIES, *SHORT])
def test_every_property_can_be_asked_for_and_an_answered_card_has_it(engine, name):
    engine.answer("keyword", Rating.EASY)

    assert "keyword" in found(engine, f"prop:{name}>-1")
