"""The order of a session, through `build_queue` and `study_ahead`."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise, permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizapp.clock import start_of_study_day, study_day
from quizapp.domain.cards import CardKey
from quizapp.domain.history import DailyLimits, DayCounts
from quizapp.domain.memory import ItemKind, Memory, Phase, Schedule
from quizapp.study.queue import build_queue, is_hidden, learning_left, study_ahead
from quizapp.study.spread import spread

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
TODAY = study_day(NOW)
PLENTY = DailyLimits(new=1000, reviews=1000)
NONE_YET = DayCounts()


def card(note, topic="shapes", part=""):
    return CardKey(f"{note}/{part}" if part else note, note, topic)


def learning(item, minutes, phase=Phase.LEARNING):
    due = NOW + timedelta(minutes=minutes)
    return Schedule(item, ItemKind.CARD, phase, 0, Memory(1, 5), due, NOW, reps=1)


def review(item, stability=10.0, days=0, **changes):
    schedule = Schedule(
        item,
        ItemKind.CARD,
        Phase.REVIEW,
        None,
        Memory(stability, 5),
        start_of_study_day(TODAY + timedelta(days=days)),
        NOW - timedelta(days=10),
        reps=3,
    )
    return schedule._replace(**changes)


def queue(cards, *schedules, limits=PLENTY, counts=NONE_YET, now=NOW, topics=(), after=None):
    found = build_queue(
        cards,
        {schedule.item: schedule for schedule in schedules},
        limits,
        counts,
        now,
        topics=topics,
        retrievability=lambda schedule: 1 - 1 / (1 + schedule.memory.stability),
        after=after,
    )
    return [entry.id for entry in found]


def test_the_most_forgotten_card_is_asked_first():
    cards = [card("a", "t1"), card("b", "t2"), card("c", "t3")]
    asked = queue(cards, review("a", 30), review("b", 5), review("c", 10))
    assert asked == ["b", "c", "a"]


def test_a_learning_step_whose_time_has_come_is_asked_before_reviews():
    cards = [card("a"), card("b")]
    assert queue(cards, review("a"), learning("b", -1)) == ["b", "a"]


def test_the_learning_step_that_waits_longest_comes_first():
    cards = [card("a"), card("b")]
    asked = queue(cards, learning("a", -1), learning("b", -9, Phase.RELEARNING))
    assert asked == ["b", "a"]


def test_new_cards_come_after_reviews_in_the_order_of_the_course():
    cards = [card("a", "t1"), card("b", "t2"), card("c", "t3")]
    assert queue(cards, review("c")) == ["c", "a", "b"]


def test_a_learning_step_due_in_a_few_minutes_comes_when_nothing_else_is_left():
    cards = [card("a"), card("b")]
    assert queue(cards, learning("a", 5)) == ["b", "a"]


def test_a_learning_step_due_in_an_hour_waits():
    assert queue([card("a")], learning("a", 60)) == []


def test_a_review_is_due_on_the_whole_of_its_study_day():
    early = start_of_study_day(TODAY) + timedelta(seconds=1)
    assert queue([card("a")], review("a"), now=early) == ["a"]


def test_a_review_of_tomorrow_is_not_asked():
    assert queue([card("a")], review("a", days=1)) == []


def test_what_an_exercise_brought_forward_comes_before_other_reviews():
    cards = [card("a", "t1"), card("b", "t2")]
    forward = review("b", 90, brought_forward=True)
    assert queue(cards, review("a", 2), forward) == ["b", "a"]


def test_a_new_card_brought_forward_is_the_first_new_one():
    forward = Schedule("b", ItemKind.CARD, brought_forward=True)
    assert queue([card("a", "t1"), card("b", "t2")], forward) == ["b", "a"]


def test_reviews_stop_at_the_limit_of_the_day():
    cards = [card(name, name) for name in "abcd"]
    schedules = [review(name, stability) for stability, name in enumerate("abcd", 1)]
    limits, counts = DailyLimits(new=0, reviews=5), DayCounts(reviews=3)
    assert queue(cards, *schedules, limits=limits, counts=counts) == ["a", "b"]


def test_new_cards_stop_at_the_limit_of_the_day():
    cards = [card(name, name) for name in "abcd"]
    limits, counts = DailyLimits(new=3, reviews=0), DayCounts(new=2)
    assert queue(cards, limits=limits, counts=counts) == ["a"]


def test_a_limit_lowered_in_the_middle_of_the_day_asks_nothing_more():
    counts = DayCounts(new=9, reviews=9)
    asked = queue([card("a"), card("b")], review("b"), limits=DailyLimits(1, 1), counts=counts)
    assert asked == []


def test_learning_steps_are_asked_beyond_the_limits():
    assert queue([card("a")], learning("a", -1), limits=DailyLimits(0, 0)) == ["a"]


def test_suspended_and_buried_cards_are_left_out():
    cards = [card("a"), card("b"), card("c")]
    hidden = [
        review("a", suspended=True),
        review("b", buried_until=TODAY + timedelta(days=1)),
        Schedule("c", ItemKind.CARD, suspended=True),
    ]
    assert queue(cards, *hidden) == []


def test_a_buried_card_comes_back_on_its_day():
    assert not is_hidden(review("a", buried_until=TODAY), TODAY)


def test_only_the_topics_asked_for_are_served():
    cards = [card("a", "shapes"), card("b", "conv")]
    assert queue(cards, topics=("conv",)) == ["b"]


def test_siblings_do_not_follow_each_other():
    cards = [card("a", part="c1"), card("a", part="c2"), card("b")]
    assert queue(cards) == ["a/c1", "b", "a/c2"]


def test_the_sibling_of_the_card_asked_before_waits():
    cards = [card("a", part="c2"), card("b")]
    assert queue(cards, after=card("a", part="c1")) == ["b", "a/c2"]


def test_topics_take_turns():
    cards = [card("a", "t1"), card("b", "t1"), card("c", "t2"), card("d", "t2")]
    topics = [entry.topic for entry in spread(cards)]
    assert topics == ["t1", "t2", "t1", "t2"]


def neighbours(cards, key):
    return sum(key(left) == key(right) for left, right in pairwise(cards))


small_topics = st.lists(st.sampled_from(["t1", "t2", "t3"]), max_size=7)


@given(small_topics)
def test_no_order_has_fewer_neighbours_of_one_topic(topics):
    cards = [card(f"n{index}", topic) for index, topic in enumerate(topics)]
    best = min(neighbours(order, str) for order in permutations(topics))
    assert neighbours(spread(cards), lambda entry: entry.topic) == best


@given(st.lists(st.sampled_from(["a", "b", "c"]), max_size=7))
def test_no_order_has_fewer_neighbouring_siblings(notes):
    cards = [card(note, part=f"c{index}") for index, note in enumerate(notes)]
    best = min(neighbours(order, str) for order in permutations(notes))
    assert neighbours(spread(cards), lambda entry: entry.note) == best


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("xyz")), max_size=30))
def test_spreading_loses_and_repeats_no_card(pairs):
    cards = [card(f"{t}{n}", t, f"p{index}") for index, (t, n) in enumerate(pairs)]
    assert sorted(entry.id for entry in spread(cards)) == sorted(entry.id for entry in cards)


@given(st.lists(st.sampled_from(["t1", "t2", "t3", "t4"]), max_size=30))
def test_spreading_keeps_the_order_within_a_topic(topics):
    cards = [card(f"n{index}", topic) for index, topic in enumerate(topics)]
    for topic in set(topics):
        inside = [entry for entry in spread(cards) if entry.topic == topic]
        assert inside == [entry for entry in cards if entry.topic == topic]


stored = st.one_of(
    st.none(),
    st.builds(learning, st.just("x"), st.integers(-30, 60)),
    st.builds(
        review,
        st.just("x"),
        st.floats(0.1, 300),
        st.integers(-20, 20),
        suspended=st.booleans(),
        buried_until=st.sampled_from([None, date(2026, 5, 4), date(2026, 5, 6)]),
    ),
)


@given(st.lists(stored, max_size=25), st.integers(0, 12), st.integers(0, 12))
def test_a_queue_asks_each_card_once_and_within_the_limits(states, new, reviews):
    cards = [card(f"n{index // 2}", f"t{index % 3}", f"c{index}") for index in range(len(states))]
    schedules = {
        entry.id: state._replace(item=entry.id)
        for entry, state in zip(cards, states, strict=True)
        if state is not None
    }
    asked = queue(cards, *schedules.values(), limits=DailyLimits(new, reviews))
    phases = [schedules[item].phase if item in schedules else Phase.NEW for item in asked]
    assert len(set(asked)) == len(asked)
    assert phases.count(Phase.NEW) <= new
    assert phases.count(Phase.REVIEW) <= reviews


def test_studying_ahead_takes_what_is_not_due_most_forgotten_first():
    cards = [card("a", "t1"), card("b", "t2"), card("c", "t3"), card("new", "t4")]
    schedules = [review("a", 9, days=3), review("b", 3, days=1), review("c", 1)]
    found = study_ahead(
        cards,
        {schedule.item: schedule for schedule in schedules},
        NOW,
        retrievability=lambda schedule: schedule.memory.stability,
    )
    assert [entry.id for entry in found] == ["b", "a"]


@pytest.mark.parametrize(("hours", "left"), [(1, 1), (15, 1), (17, 0)])
def test_learning_steps_of_this_study_day_are_left_to_do(hours, left):
    assert learning_left([learning("a", 60 * hours)], NOW) == left
