"""Study days of a learner who travels, or whose clocks change: nothing lost, nothing twice."""

import os
import time as wall
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quizapp.clock import study_day
from quizapp.domain.memory import ItemKind, Memory, Phase, Rating, Review, Schedule, Trigger
from quizapp.store import Store
from quizapp.study.queue import is_due
from quizapp.study.scheduler import Scheduler

ZONES = [
    "UTC",
    "Asia/Shanghai",
    "America/New_York",
    "Europe/Berlin",
    "Pacific/Auckland",
    "Pacific/Honolulu",
    "Pacific/Kiritimati",
    "Pacific/Pago_Pago",
]
NEW = Schedule("rows", ItemKind.CARD)


@contextmanager
def zone(name: str) -> Iterator[None]:
    """The local time zone, for the time of a test."""
    before = os.environ.get("TZ")
    os.environ["TZ"] = name
    wall.tzset()
    try:
        yield
    finally:
        os.environ.pop("TZ")
        if before is not None:
            os.environ["TZ"] = before
        wall.tzset()


def at(name, day, hour, minute=0):
    """An instant by the wall clock of a zone."""
    with zone(name):
        return datetime.combine(day, time(hour, minute)).astimezone(UTC)


journeys = st.lists(st.tuples(st.sampled_from(ZONES), st.integers(2, 60)), min_size=2, max_size=30)


def sessions(journey):
    """Zone and time of sessions, each so many hours after the one before, none in the night."""
    now = datetime(2026, 3, 20, 12, tzinfo=UTC)
    for name, hours in journey:
        now += timedelta(hours=hours)
        with zone(name):
            while not now.astimezone().hour >= 6:
                now += timedelta(hours=1)
        yield name, now


@given(journeys)
def test_a_daily_card_is_asked_once_on_each_study_day_wherever_the_learner_is(journey):
    scheduler, card = Scheduler(longest_interval=1), NEW
    for name, now in sessions(journey):
        with zone(name):
            answered = card.last_review is not None and study_day(card.last_review)
            assert (card.phase is Phase.NEW or is_due(card, now)) == (answered != study_day(now))
            if answered != study_day(now):
                card = scheduler.review(card, Rating.EASY, now)


@given(journeys, st.integers(2, 300))
def test_a_journey_never_puts_a_review_off_nor_takes_more_than_a_day_from_it(journey, stability):
    scheduler = Scheduler(fuzz=False)
    (home, start), *later = sessions(journey)
    last = start - timedelta(days=stability)
    known = Schedule(
        "a", ItemKind.CARD, Phase.REVIEW, None, Memory(stability, 5), start, last, reps=3
    )
    with zone(home):
        card = scheduler.review(known, Rating.HARD, start)
        interval = (study_day(card.due) - study_day(start)).days
    for name, _ in later:
        with zone(name):
            assert study_day(card.due) - study_day(start) in (
                timedelta(days=interval - 1),
                timedelta(days=interval),
            )


def test_over_the_date_line_to_the_west_a_card_waits_for_the_next_day():
    answered = at("Pacific/Honolulu", date(2026, 5, 4), 20)
    with zone("Pacific/Honolulu"):
        card = Scheduler(longest_interval=1).review(NEW, Rating.EASY, answered)
    with zone("Pacific/Auckland"):
        assert study_day(answered) == study_day(answered + timedelta(hours=2))
        assert not is_due(card, answered + timedelta(hours=2))
        assert is_due(card, answered + timedelta(hours=14))


def test_over_the_date_line_to_the_east_a_card_is_asked_on_the_day_that_comes_again():
    answered = at("Pacific/Auckland", date(2026, 5, 4), 20)
    with zone("Pacific/Auckland"):
        card = Scheduler(longest_interval=1).review(NEW, Rating.EASY, answered)
    with zone("Pacific/Honolulu"):
        morning = answered + timedelta(hours=11)
        assert study_day(morning) == date(2026, 5, 4)
        assert is_due(card, morning)


def test_what_a_failure_brings_forward_is_due_on_the_day_of_its_answer():
    now = at("UTC", date(2026, 5, 4), 20)
    card = Scheduler().review(NEW, Rating.EASY, now)
    assert is_due(card._replace(due=now, brought_forward=True), now)


def answered_in(store, scheduler, card, now):
    after = scheduler.review(card, Rating.EASY, now)
    store.record(
        Review(
            0, card.item, card.kind, Trigger.ANSWER, Rating.EASY, now, study_day(now), card, after
        )
    )
    return after


@settings(max_examples=15)
@given(journeys)
def test_the_store_finds_due_what_the_rule_says(journey):
    scheduler, clock = Scheduler(longest_interval=3), [datetime(2026, 3, 20, 12, tzinfo=UTC)]
    cards = [Schedule(f"c{number}", ItemKind.CARD) for number in range(3)]
    with TemporaryDirectory() as folder, Store.open(Path(folder), clock=lambda: clock[0]) as store:
        for place, (name, now) in enumerate(sessions(journey)):
            clock[0] = now
            with zone(name):
                found = {card.item for card in store.due_schedules(now)}
                assert found == {card.item for card in cards if is_due(card, now)}
                chosen = place % len(cards)
                cards[chosen] = answered_in(store, scheduler, cards[chosen], now)


@pytest.mark.parametrize("day", [date(2028, 2, 28), date(2028, 2, 29), date(2000, 2, 29)])
def test_a_leap_day_is_a_study_day_like_any_other(day):
    now = at("UTC", day, 20)
    card = Scheduler(longest_interval=1).review(NEW, Rating.EASY, now)
    assert study_day(card.due) == day + timedelta(days=1)
