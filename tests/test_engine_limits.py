"""Daily limits of topics, through the engine: what is asked, what is left, what counts."""

import random
from datetime import timedelta

import pytest
from engine_support import StandingClock, open_engine

from quizapp.domain.history import DayCounts
from quizapp.domain.memory import ItemKind, Rating, Review, Trigger
from quizapp.engine import Mode, Selection
from quizapp.errors import UsageError

SHAPES = ["len-is-axis-0", "ndim-pair", "ndim-pair/reversed", "full-print"]
SUMS = ["keep-dim/c1", "keep-dim/c2", "sum-shape", "keyword", "count-elements"]


@pytest.fixture
def clock():
    return StandingClock()


@pytest.fixture
def engine(tmp_path, clock):
    with open_engine(tmp_path, clock) as engine:
        yield engine


@pytest.fixture
def due(engine, clock):
    """An engine that has every card of the course for review today."""
    for card in SHAPES + SUMS:
        engine.answer(card, Rating.EASY)
    clock.pass_days(60)
    return engine


def studied(engine, topics=(), selection=None):
    """Topics of the cards that the day asks for, in order; each is answered."""
    sitting = engine.sitting(selection or Selection(topics))
    asked = []
    while (prompt := sitting.next()) is not None:
        engine.answer(prompt.card.id, Rating.EASY)
        asked.append(prompt.card.note.topic)
        assert len(asked) < 50, "the session does not end"
    return asked


def test_a_topic_introduces_no_more_new_cards_than_its_limit(engine):
    engine.change_setting("new_per_day.sums", "2")
    assert engine.progress().new_left == 6
    asked = studied(engine)
    assert (asked.count("sums"), asked.count("shapes")) == (2, 4)


def test_the_limit_of_all_topics_holds_beside_that_of_one(engine):
    engine.change_setting("new_per_day", "3")
    engine.change_setting("new_per_day.sums", "9")
    assert len(studied(engine)) == 3


def test_a_topic_with_a_limit_of_none_is_passed_over(engine):
    engine.change_setting("new_per_day.shapes", "0")
    assert studied(engine) == ["sums"] * 5
    assert studied(engine, ("shapes",)) == []


def test_the_next_day_takes_as_many_again(engine, clock):
    engine.change_setting("new_per_day.sums", "2")
    studied(engine)
    clock.pass_days(1)
    assert engine.progress().new_left == 2
    assert studied(engine).count("sums") == 2


def test_a_topic_asks_for_no_more_reviews_than_its_limit(due):
    due.change_setting("reviews_per_day.sums", "1")
    assert due.progress().due_left == 5
    assert due.progress(("sums",)).due_left == 1
    asked = studied(due)
    assert (asked.count("sums"), asked.count("shapes")) == (1, 4)


def test_reviews_beyond_their_topics_limit_leave_room_for_others(due):
    due.change_setting("reviews_per_day", "4")
    due.change_setting("reviews_per_day.sums", "0")
    assert studied(due) == ["shapes"] * 4


def test_a_chosen_session_keeps_to_the_limits_of_topics(due):
    due.change_setting("reviews_per_day.sums", "1")
    chosen = Selection(search="is:due")
    assert due.sitting(chosen).progress().due_left == 5
    assert studied(due, selection=chosen).count("sums") == 1


def test_a_chosen_session_of_new_cards_keeps_to_the_limits_of_topics(engine):
    engine.change_setting("new_per_day.sums", "1")
    chosen = Selection(search="is:new")
    assert engine.sitting(chosen).progress().new_left == 5
    assert studied(engine, selection=chosen).count("sums") == 1


def test_cramming_knows_no_limit_of_topics(engine):
    engine.change_setting("new_per_day.sums", "0")
    assert engine.sitting(Selection(mode=Mode.CRAM)).counts().cram == len(SHAPES + SUMS)


def test_learning_steps_of_a_topic_are_never_limited(engine, clock):
    engine.answer("keyword", Rating.AGAIN)
    engine.change_setting("new_per_day.sums", "0")
    engine.change_setting("reviews_per_day.sums", "0")
    clock.now += timedelta(minutes=2)
    assert engine.next_card(("sums",)).card.id == "keyword"


def test_undo_gives_a_topic_back_what_it_has_used(due):
    due.change_setting("reviews_per_day.sums", "1")
    due.answer("keyword", Rating.GOOD)
    assert due.next_card(("sums",)) is None
    due.undo()
    assert due.next_card(("sums",)) is not None


def test_an_answer_in_another_window_counts_for_its_topic(due, tmp_path, clock):
    due.change_setting("reviews_per_day.sums", "1")
    assert due.next_card(("sums",)) is not None
    with open_engine(tmp_path, clock) as other:
        other.answer("keyword", Rating.GOOD)
    assert due.next_card(("sums",)) is None


def test_an_answer_under_a_former_id_counts_for_the_topic_of_its_card(engine):
    engine.change_setting("new_per_day.shapes", "1")
    before = engine.store.schedule(ItemKind.CARD, "length")
    after = engine.scheduler.review(before, Rating.GOOD, engine.clock())
    engine.store.record(
        Review.of(Trigger.ANSWER, before, after, engine.clock(), rating=Rating.GOOD)
    )
    assert engine.next_card(("shapes",)) is None


def test_the_answers_of_a_day_by_item_are_as_many_as_the_day_counts(engine, clock):
    rng = random.Random(5)
    for _ in range(80):
        what = rng.random()
        if what < 0.7:
            engine.answer(rng.choice(SHAPES + SUMS), rng.choice(list(Rating)))
        elif what < 0.85:
            engine.undo()
        else:
            clock.now += timedelta(hours=rng.choice((0, 1, 9, 30)))
        day = engine.today()
        counts = engine.store.answered_on(day)
        found = engine.store.counted_on(day, 1000)
        phases = [phase.value for _, phase in found]
        assert DayCounts(phases.count("new"), phases.count("review")) == counts
        assert engine.store.counted_on(day, counts.new + counts.reviews) == found


@pytest.mark.parametrize(
    ("key", "text", "message"),
    [
        ("new_per_day.sum", "3", "did you mean sums"),
        ("new_per_day.sums", "-1", "-1 is out of range; use 0 to 9999"),
        ("reviews_per_day.sums", "many", "'many' is no whole number; use 0 to 99999"),
        ("buttons.sums", "2", "there is no such setting"),
    ],
)
def test_a_limit_that_makes_no_sense_is_refused(engine, key, text, message):
    with pytest.raises(UsageError, match=message):
        engine.change_setting(key, text)
    assert engine.limits.new_of == {}


def test_limits_of_topics_are_listed_with_the_general_ones_as_default(engine):
    engine.change_setting("reviews_per_day.sums", "7")
    engine.change_setting("new_per_day.sums", "2")
    rows = [(row.key, row.text, row.default, row.changed) for row in engine.all_settings()[-2:]]
    assert rows == [
        ("new_per_day.sums", "2", "10", True),
        ("reviews_per_day.sums", "7", "200", True),
    ]


def test_without_a_limit_of_a_topic_no_answer_is_looked_up(due):
    said = []
    due.store._database.connection.set_trace_callback(said.append)
    due.progress()
    assert due.next_card() is not None
    due.change_setting("reviews_per_day.sums", "1")
    due.answer("keyword", Rating.GOOD)
    without = [statement for statement in said if "was_phase IN ('new', 'review')" in statement]
    assert due.next_card(("sums",)) is None
    assert not without
    assert any("was_phase IN ('new', 'review')" in statement for statement in said)
