"""The scheduler, through `review`, `preview` and `retrievability`."""

import math
import os
import re
import time as wall
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import fsrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizapp.clock import start_of_study_day, study_day
from quizapp.domain.memory import ItemKind, Memory, Phase, Rating, Schedule
from quizapp.errors import UsageError
from quizapp.study.queue import is_due
from quizapp.study.scheduler import Scheduler

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
NEW = Schedule("rows/c1", ItemKind.CARD)
ZONES = ["UTC", "Asia/Shanghai", "America/New_York", "Europe/Berlin", "Pacific/Apia"]

ratings = st.sampled_from(list(Rating))
kinds = st.sampled_from(list(ItemKind))
items = st.text("abcdefgh-", min_size=1, max_size=8)
moments = st.datetimes(datetime(1990, 1, 1), datetime(2080, 1, 1), timezones=st.just(UTC))
gaps = st.lists(
    st.tuples(ratings, st.timedeltas(timedelta(seconds=1), timedelta(days=900))), max_size=8
)


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


def after(history, start=NOON, kind=ItemKind.CARD, item="a", scheduler=None):
    """A schedule after a history of (rating, time since the answer before)."""
    scheduler = scheduler or Scheduler()
    schedule, now = Schedule(item, kind), start
    for rating, gap in history:
        now += gap
        schedule = scheduler.review(schedule, rating, now)
    return schedule, now


def reviewed(stability=30.0, difficulty=5.0, days_ago=30, kind=ItemKind.CARD, item="a"):
    last = NOON - timedelta(days=days_ago)
    return Schedule(
        item, kind, Phase.REVIEW, None, Memory(stability, difficulty), NOON, last, reps=5
    )


def test_a_new_card_answered_again_comes_back_in_a_minute():
    assert Scheduler().review(NEW, Rating.AGAIN, NOON).due == NOON + timedelta(minutes=1)


def test_a_new_card_answered_good_comes_back_in_ten_minutes():
    answered = Scheduler().review(NEW, Rating.GOOD, NOON)
    assert (answered.phase, answered.step) == (Phase.LEARNING, 1)
    assert answered.due == NOON + timedelta(minutes=10)


def test_the_last_learning_step_answered_good_leads_to_review():
    answered, _ = after([(Rating.GOOD, timedelta()), (Rating.GOOD, timedelta(minutes=10))])
    assert (answered.phase, answered.step) == (Phase.REVIEW, None)


def test_a_lapse_is_relearned_in_ten_minutes_and_counted():
    answered = Scheduler().review(reviewed(), Rating.AGAIN, NOON)
    assert (answered.phase, answered.lapses) == (Phase.RELEARNING, 1)
    assert answered.due == NOON + timedelta(minutes=10)


@given(ratings, moments)
def test_an_exercise_has_no_steps_of_minutes(rating, now):
    answered = Scheduler().review(Schedule("iou", ItemKind.EXERCISE), rating, now)
    assert answered.phase is Phase.REVIEW
    assert study_day(answered.due) > study_day(now)


def test_a_review_is_due_at_the_start_of_a_study_day():
    answered = Scheduler().review(NEW, Rating.EASY, NOON)
    assert answered.due.time() == time(4)


def test_answering_clears_what_brought_it_forward():
    forward = reviewed()._replace(brought_forward=True, buried_until=date(2026, 5, 4))
    answered = Scheduler().review(forward, Rating.GOOD, NOON)
    assert (answered.brought_forward, answered.buried_until) == (False, None)


@given(kinds, items, moments, gaps)
def test_nothing_is_ever_due_before_its_answer(kind, item, start, history):
    schedule, now = after(history, start, kind, item)
    previews = Scheduler().preview(schedule, now).values()
    assert all(preview.due >= now for preview in previews)


@given(kinds, items, moments, gaps, st.booleans())
def test_a_better_rating_never_comes_back_earlier(kind, item, start, history, fuzz):
    scheduler = Scheduler(fuzz=fuzz)
    schedule, now = after(history, start, kind, item, scheduler)
    preview = {rating: found.due for rating, found in scheduler.preview(schedule, now).items()}
    assert preview[Rating.AGAIN] < preview[Rating.HARD]
    assert preview[Rating.HARD] <= preview[Rating.GOOD] <= preview[Rating.EASY]


@given(kinds, moments, gaps, st.floats(0.7, 0.99), st.floats(0.7, 0.99), ratings, st.booleans())
def test_a_higher_desired_retention_never_comes_back_later(
    kind, start, history, one, other, rating, fuzz
):
    schedule, now = after(history, start, kind)
    low, high = sorted((one, other))
    eager = Scheduler(desired_retention=high, fuzz=fuzz).review(schedule, rating, now)
    relaxed = Scheduler(desired_retention=low, fuzz=fuzz).review(schedule, rating, now)
    assert eager.due <= relaxed.due


@given(st.lists(st.tuples(ratings, st.integers(0, 400)), max_size=10))
def test_without_fuzz_it_agrees_with_the_package(history):
    peer = fsrs.Scheduler(enable_fuzzing=False)
    card, schedule, now = fsrs.Card(card_id=1), NEW, NOON
    for rating, days in history:
        # Whole days at noon UTC: here the package's windows of 24 hours are study days.
        now += timedelta(days=days)
        card, _ = peer.review_card(card, fsrs.Rating(rating), now)
        schedule = Scheduler(fuzz=False).review(schedule, rating, now)
        assert schedule.memory == Memory(card.stability, card.difficulty)
        assert schedule.phase.name == card.state.name.upper()
        wait = card.due - now
        if schedule.phase is Phase.REVIEW:
            assert study_day(schedule.due) == study_day(now) + wait
        else:
            assert schedule.due == now + wait


@given(st.integers(1, 36_500), items, st.integers(0, 50))
def test_fuzz_stays_within_a_day_and_five_percent(stability, item, reps):
    schedule = reviewed(stability=float(stability))._replace(item=item, reps=reps)
    exact = Scheduler(fuzz=False).review(schedule, Rating.GOOD, NOON).due
    moved = Scheduler().review(schedule, Rating.GOOD, NOON).due
    days = (exact - NOON).days + 1
    assert abs(moved - exact) <= timedelta(days=1 + 0.05 * days)


def test_fuzz_parts_cards_that_were_learned_together():
    days = {Scheduler().review(reviewed(item=f"c{n}"), Rating.GOOD, NOON).due for n in range(40)}
    assert len(days) > 3


def test_fuzz_is_the_same_for_the_same_item_and_repetition():
    first = Scheduler().review(reviewed(), Rating.GOOD, NOON)
    assert Scheduler().review(reviewed(), Rating.GOOD, NOON) == first


def test_fuzz_differs_from_one_repetition_to_the_next():
    dues = {
        Scheduler().review(reviewed()._replace(reps=reps), Rating.GOOD, NOON).due
        for reps in range(20)
    }
    assert len(dues) > 1


allowed_parameters = st.tuples(
    *map(st.floats, fsrs.scheduler.LOWER_BOUNDS_PARAMETERS, fsrs.scheduler.UPPER_BOUNDS_PARAMETERS)
)
relearning = st.lists(st.timedeltas(timedelta(minutes=1), timedelta(days=9)), max_size=2)


@given(
    allowed_parameters,
    st.tuples(st.floats(0.01, 900), st.floats(1, 10)),
    st.integers(0, 900),
    st.floats(0.7, 0.99),
    relearning,
    st.integers(0, 24 * 60 - 1),
    kinds,
    st.lists(st.integers(0, 20), min_size=7, max_size=7) | st.none(),
)
def test_preview_shows_what_review_gives(
    parameters, memory, days_ago, retention, steps, minute, kind, loads
):
    now = NOON.replace(hour=0) + timedelta(minutes=minute)
    schedule = reviewed(*memory, kind=kind)._replace(last_review=now - timedelta(days=days_ago))

    def load(_kind, first, last):
        days = (first + timedelta(days=ahead) for ahead in range((last - first).days + 1))
        return {day: loads[day.toordinal() % 7] for day in days}

    scheduler = Scheduler(
        {kind: parameters}, retention, relearning_steps=steps, load=load if loads else None
    )
    preview = scheduler.preview(schedule, now)
    assert preview == {rating: scheduler.review(schedule, rating, now) for rating in Rating}


@pytest.mark.parametrize("rating", [Rating.HARD, Rating.GOOD, Rating.EASY])
@pytest.mark.parametrize("minutes", [10, 9 * 24 * 60])
def test_a_review_comes_after_a_relearning_step_however_short_its_interval(rating, minutes):
    schedule = reviewed(stability=0.5, days_ago=1)
    scheduler = Scheduler(relearning_steps=[timedelta(minutes=minutes)])
    late = start_of_study_day(study_day(NOON) + timedelta(days=1)) - timedelta(minutes=5)
    answered = scheduler.review(schedule, rating, late)

    assert answered == scheduler.preview(schedule, late)[rating]
    assert answered.due > late + timedelta(minutes=minutes)


@pytest.mark.parametrize("name", ZONES)
def test_with_one_session_an_evening_a_daily_card_is_asked_every_evening(name):
    with zone(name):
        scheduler, card, missed = Scheduler(longest_interval=1), NEW, []
        for evening in range(365):  # over both changes of the clocks
            day = date(2026, 1, 5) + timedelta(days=evening)
            minutes = (evening * 37) % 91 - 45
            now = (datetime.combine(day, time(20)) + timedelta(minutes=minutes)).astimezone(UTC)
            if card.phase is Phase.NEW or is_due(card, now):
                card = scheduler.review(card, Rating.EASY, now)
            else:
                missed.append(day)
        assert missed == []


@pytest.mark.parametrize("name", ZONES)
def test_a_one_day_card_answered_late_is_due_earlier_the_next_evening(name):
    with zone(name):
        late = datetime(2026, 3, 28, 20, 45).astimezone(UTC)
        early = datetime(2026, 3, 29, 19, 15).astimezone(UTC)  # the clocks change in between
        lapsed = reviewed(stability=0.5)._replace(phase=Phase.RELEARNING, step=0, last_review=late)
        assert is_due(Scheduler().review(lapsed, Rating.GOOD, late), early)


@given(st.sampled_from(ZONES), st.dates(date(2000, 1, 1), date(2060, 1, 1)))
def test_a_study_day_starts_on_itself(name, day):
    skipped = (name, day) == ("Pacific/Apia", date(2011, 12, 30))  # a day that never was
    with zone(name):
        assert skipped or study_day(start_of_study_day(day)) == day


@given(moments, gaps, st.sampled_from(ZONES), st.sampled_from(ZONES), ratings)
def test_travelling_to_another_time_zone_does_no_harm(start, history, home, away, rating):
    with zone(home):
        schedule, now = after(history, start)
    with zone(away):
        answered = Scheduler().review(schedule, rating, now + timedelta(hours=1))
    assert answered.due > now


def test_a_session_past_midnight_belongs_to_its_evening():
    evening, night = datetime(2026, 5, 4, 23, tzinfo=UTC), datetime(2026, 5, 5, 2, tzinfo=UTC)
    schedule = reviewed()._replace(last_review=evening)
    assert Scheduler().retrievability(schedule, night) == 1.0


def test_a_step_that_outlasts_the_study_day_still_comes_before_hard():
    night = datetime(2026, 5, 5, 3, 55, tzinfo=UTC)
    preview = Scheduler().preview(reviewed(stability=0.1), night)
    assert preview[Rating.AGAIN].due < preview[Rating.HARD].due


def test_retrievability_of_a_new_item_is_zero():
    assert Scheduler().retrievability(NEW, NOON) == 0.0


def test_retrievability_falls_to_nine_tenths_after_its_stability():
    schedule = reviewed(stability=30.0, days_ago=30)
    assert Scheduler().retrievability(schedule, NOON) == pytest.approx(0.9)


@given(st.floats(0.01, 5000), st.integers(0, 5000), st.integers(0, 5000))
def test_retrievability_only_ever_falls(stability, one, other):
    schedule = reviewed(stability=stability, days_ago=0)
    sooner, later = sorted((one, other))
    chances = [
        Scheduler().retrievability(schedule, NOON + timedelta(days=days))
        for days in (sooner, later)
    ]
    assert 0 < chances[1] <= chances[0] <= 1


def test_a_clock_that_went_back_is_survived():
    schedule = reviewed(days_ago=-3)
    answered = Scheduler().review(schedule, Rating.GOOD, NOON)
    assert answered.due > NOON
    assert Scheduler().retrievability(schedule, NOON) == 1.0


@pytest.mark.parametrize("memory", [(math.nan, 5), (1, math.nan), (math.inf, 5), (0, 5), (1, 11)])
def test_a_memory_that_is_no_number_is_refused(memory):
    broken = reviewed()._replace(memory=Memory(*memory))
    with pytest.raises(ValueError, match="is not a memory state"):
        Scheduler().review(broken, Rating.GOOD, NOON)


@pytest.mark.parametrize("retention", [math.nan, 0.0, 0.5, 1.0, 90])
def test_a_desired_retention_out_of_range_is_refused(retention):
    with pytest.raises(ValueError, match="desired retention"):
        Scheduler(desired_retention=retention)


def test_parameters_that_are_no_numbers_are_refused():
    with pytest.raises(ValueError, match="out of bounds"):
        Scheduler({ItemKind.CARD: [math.nan] * 21})


def test_a_date_that_cannot_be_reckoned_with_is_refused():
    with pytest.raises(UsageError, match="1970 to 2899"):
        Scheduler().review(NEW, Rating.GOOD, datetime(9999, 12, 31, tzinfo=UTC))


def test_a_naive_time_is_refused():
    with pytest.raises(ValueError, match="aware"):
        Scheduler().review(NEW, Rating.GOOD, datetime(2026, 5, 4))


def test_cards_and_exercises_have_parameters_of_their_own():
    slow = (*fsrs.scheduler.DEFAULT_PARAMETERS[:3], 50.0, *fsrs.scheduler.DEFAULT_PARAMETERS[4:])
    scheduler = Scheduler({ItemKind.EXERCISE: slow})
    card = scheduler.review(Schedule("a", ItemKind.CARD), Rating.EASY, NOON)
    exercise = scheduler.review(Schedule("a", ItemKind.EXERCISE), Rating.EASY, NOON)
    assert (card.memory.stability, exercise.memory.stability) == (8.2956, 50.0)


def test_a_longest_interval_is_kept():
    answered = Scheduler(longest_interval=10).review(reviewed(5000.0), Rating.EASY, NOON)
    assert study_day(answered.due) <= study_day(NOON) + timedelta(days=11)


def test_only_the_fit_shares_the_package_with_the_scheduler():
    root = Path(__file__).resolve().parents[2] / "quizapp"
    users = {
        path.name
        for path in root.rglob("*.py")
        if re.search(r"^\s*(import|from) fsrs", path.read_text("utf-8"), re.MULTILINE)
    }
    assert users == {"scheduler.py", "fitting.py"}
