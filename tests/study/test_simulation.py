"""Simulated studying: what holds at any retention, and that it schedules as the scheduler does."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from fsrs.scheduler import DEFAULT_PARAMETERS
from hypothesis import given, settings
from hypothesis import strategies as st
from simulated import deck, in_steps

from quizapp.clock import study_day
from quizapp.domain.history import DailyLimits, DayCounts
from quizapp.domain.memory import ItemKind, Memory, Phase, Rating, Schedule
from quizapp.domain.standings import NEW, REVIEW
from quizapp.study.behaviour import AVERAGE
from quizapp.study.formulas import Formulas
from quizapp.study.outset import Rules
from quizapp.study.scheduler import Scheduler
from quizapp.study.simulation import cheapest, left_alone, search, simulate
from quizapp.study.world import World

NO_LIMIT = Rules(DailyLimits(9999, 99_999))
NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)

cards = st.lists(
    st.tuples(st.floats(0.5, 500), st.floats(1, 10), st.integers(-400, -1), st.integers(-30, 300)),
    max_size=30,
)


def ran(deck, retentions=(0.8, 0.9), days=60, rules=NO_LIMIT, **more):
    return simulate(deck, retentions, days, DEFAULT_PARAMETERS, rules, **more)


def always(rating):
    """Habits of one who presses one button only, whatever is asked."""
    only = tuple(float(each == rating) for each in Rating)
    return replace(AVERAGE, new=only, learning=only, review=only, relearning=only)


def test_without_cards_nothing_happens():
    (found,) = ran(deck(), (0.9,))

    assert (found.reviews, found.new, found.minutes, found.known) == (0, 0, 0, 0)
    assert found.minutes_per_known is None
    assert cheapest([found]) is None


@settings(max_examples=8)
@given(cards, st.integers(0, 40), st.integers(0, 2**31))
def test_the_same_seed_gives_the_same_result(cards, new, seed):
    assert ran(deck(cards, new), days=30, seed=seed) == ran(deck(cards, new), days=30, seed=seed)


def test_another_seed_gives_another_result():
    some = deck(new=30)

    assert ran(some, seed=1) != ran(some, seed=2)


def test_a_retention_comes_to_the_same_whichever_others_are_asked_for():
    some = deck([(5.0, 5.0, -3, 2)] * 20, new=30)

    assert ran(some, (0.85,))[0] == ran(some, (0.7, 0.85, 0.95))[1]


def test_a_higher_retention_takes_more_reviews_and_keeps_more_known():
    found = ran(deck([(20.0, 5.0, -10, 10)] * 200, new=200), (0.7, 0.8, 0.9, 0.95), days=365)

    reviews, known = [each.reviews for each in found], [each.known for each in found]
    assert reviews == sorted(set(reviews))
    assert known == sorted(set(known))


@settings(max_examples=12)
@given(cards, st.integers(0, 60), st.integers(0, 20), st.integers(0, 20), st.booleans())
def test_no_day_goes_beyond_the_limits(cards, new, of_new, of_reviews, wait):
    rules = Rules(DailyLimits(of_new, of_reviews), wait=wait)

    for found in ran(deck(cards, new), days=40, rules=rules):
        assert found.most_new <= of_new
        assert found.most_reviews <= of_reviews
        assert found.new <= min(new, 40 * of_new)


def test_what_was_studied_today_counts_for_today():
    used = replace(NO_LIMIT, limits=DailyLimits(5, 5), done=DayCounts(new=3, reviews=4))

    (found,) = ran(deck([(5.0, 5.0, -9, 0)] * 9, new=9), (0.9,), days=1, rules=used)

    assert (found.most_new, found.most_reviews) == (2, 1)


def test_reviews_beyond_the_limit_wait():
    tight = Rules(DailyLimits(0, 2))

    (found,) = ran(deck([(500.0, 5.0, -9, 0)] * 9), (0.9,), days=3, rules=tight)

    assert (found.reviews, found.waiting) == (6, 3)


def test_the_most_forgotten_comes_first():
    tight = replace(NO_LIMIT, limits=DailyLimits(0, 1))
    world = opened(deck([(50.0, 5.0, -10, 0), (2.0, 5.0, -10, 0), (9.0, 5.0, -10, 0)]), tight)

    world.study(0)

    assert list(world.last) == [-10, 0, -10]


def test_new_cards_wait_for_a_backlog_where_the_learner_wants_it():
    late = deck([(500.0, 5.0, -9, 0)] * 9, new=5)
    rules = Rules(DailyLimits(5, 3), wait=True)

    assert ran(late, (0.9,), days=2, rules=rules)[0].new == 0
    assert ran(late, (0.9,), days=3, rules=rules)[0].new == 5
    assert ran(late, (0.9,), days=2, rules=replace(rules, wait=False))[0].new == 5


def test_a_leech_is_suspended_where_the_learner_wants_it():
    hard = deck([(1.0, 10.0, -900, 0)] * 20)
    forgets = replace(NO_LIMIT, suspend_at=1)

    kept, gone = ran(hard, (0.9,))[0], ran(hard, (0.9,), rules=forgets)[0]

    assert gone.reviews < kept.reviews
    assert gone.known < kept.known


def test_a_topic_of_its_own_retention_keeps_it():
    some = [(20.0, 5.0, -10, 0)] * 100
    own = deck(some, own=[0.95] * 100)

    low, high = ran(own, (0.7, 0.95), days=200)

    assert low.reviews == high.reviews == ran(deck(some), (0.95,), days=200)[0].reviews


def test_a_memory_left_alone_fades_as_the_forgetting_curve_says():
    assert left_alone(deck([(30.0, 5.0, 0, 30)]), 30, DEFAULT_PARAMETERS) == pytest.approx(0.9)
    assert ran(deck([(30.0, 5.0, 0, 300)]), (0.9,), days=30)[0].known == pytest.approx(0.9)


def test_time_is_the_sum_of_what_answers_take():
    good = replace(always(Rating.GOOD), new_s=(1, 1, 6, 1), learning_s=(1, 1, 4, 1))

    (found,) = ran(deck(new=10), (0.9,), days=1, habits=good)

    assert (found.answers, found.minutes) == (20, pytest.approx(10 * (6 + 4) / 60))


def test_the_cheapest_has_the_fewest_minutes_for_a_card_known():
    found = ran(deck(new=300), (0.7, 0.8, 0.9, 0.97), days=40)

    assert cheapest(found).minutes_per_known == min(each.minutes / each.known for each in found)


@pytest.mark.parametrize("best", [0.7, 0.71, 0.8, 0.89, 0.97])
def test_the_cheapest_whole_per_cent_of_a_smooth_curve_is_found(best):
    (one,) = ran(deck(new=1), (0.9,), days=1)
    asked = []

    def run(retentions):
        asked.extend(retentions)
        return [
            replace(one, retention=each, minutes=1 + (each - best) ** 2, known=1.0)
            for each in retentions
        ]

    found = search(run, (0.75, 0.9))

    assert cheapest(found).retention == best
    assert [each.retention for each in found] == sorted(set(asked))
    assert {0.75, 0.9} < set(asked)
    assert len(asked) < 28


def test_how_far_it_is_rises_to_the_end():
    told = []
    ran(deck(new=5), on_step=told.append)

    assert told == sorted(told)
    assert (told[0], told[-1]) == (0, 1)


def opened(deck, rules, retention=0.9, habits=AVERAGE):
    formulas = Formulas(DEFAULT_PARAMETERS)
    return World(
        deck,
        formulas.span(np.array([retention])),
        new=len(deck.new),
        learners=1,
        formulas=formulas,
        rules=rules,
        habits=habits,
        seed=0,
    )


@settings(max_examples=40)
@given(
    st.sampled_from([Rating.HARD, Rating.GOOD, Rating.EASY]),
    st.sampled_from([0.7, 0.85, 0.9, 0.95]),
    st.integers(0, 3),
)
def test_a_card_goes_the_way_that_the_scheduler_sends_it(rating, retention, steps):
    rules = replace(NO_LIMIT, steps=steps, fuzz=False)
    world = opened(deck(new=1), rules, retention, always(rating))
    waits = [timedelta(minutes=minute + 1) for minute in range(steps)]
    scheduler = Scheduler(
        desired_retention=retention,
        fuzz=False,
        learning_steps=waits,
        longest_interval=rules.longest,
    )
    schedule, now = Schedule("a", ItemKind.CARD), NOON

    for _ in range(6):
        day = (study_day(now) - study_day(NOON)).days
        if world.phase[0] != NEW and not was_recalled(world, day):
            return  # luck was against it; the one button of the scheduler's side would be wrong
        world.study(day)
        if world.phase[0] != REVIEW:
            return  # Hard stays in its step for ever
        while True:
            schedule = scheduler.review(schedule, rating, now)
            if schedule.phase is Phase.REVIEW:
                break
        assert world.stability[0] == pytest.approx(schedule.memory.stability)
        assert world.difficulty[0] == pytest.approx(schedule.memory.difficulty)
        assert world.due[0] == (study_day(schedule.due) - study_day(NOON)).days
        now += timedelta(days=int(world.due[0]) - day)


def was_recalled(world, day):
    chance = world.formulas.recall(day - world.last, world.stability)
    return world.luck(np.array([0]), "answer")[0] < chance[0]


@settings(max_examples=40)
@given(st.floats(0.5, 300), st.floats(1, 10), st.integers(1, 400), st.integers(0, 2**31))
def test_a_review_is_scheduled_as_the_scheduler_does_it(stability, difficulty, elapsed, seed):
    world = opened(
        deck([(stability, difficulty, -elapsed, 0)]),
        replace(NO_LIMIT, relearning_steps=0, fuzz=False),
        habits=always(Rating.GOOD),
    )
    world.seed = seed
    rating = Rating.GOOD if was_recalled(world, 0) else Rating.AGAIN
    before = Schedule(
        "a",
        ItemKind.CARD,
        Phase.REVIEW,
        memory=Memory(stability, difficulty),
        due=NOON,
        last_review=NOON - timedelta(days=elapsed),
    )

    world.study(0)
    after = Scheduler(fuzz=False, relearning_steps=()).review(before, rating, NOON)

    assert world.stability[0] == pytest.approx(after.memory.stability)
    assert world.difficulty[0] == pytest.approx(after.memory.difficulty)
    assert world.due[0] == (study_day(after.due) - study_day(NOON)).days
    assert world.lapses[0] == (rating is Rating.AGAIN)


def test_fuzz_stays_within_the_scheduler_s_window():
    world = opened(deck([(100.0, 5.0, -90, 0)] * 300), NO_LIMIT, habits=always(Rating.GOOD))
    still = opened(
        deck([(100.0, 5.0, -90, 0)] * 300),
        replace(NO_LIMIT, fuzz=False),
        habits=always(Rating.GOOD),
    )

    world.study(0)
    still.study(0)

    slack = (1 + 0.05 * still.due).astype(int)
    assert (abs(world.due - still.due) <= slack).all()
    assert len(set(world.due)) > 5


def test_a_card_in_its_first_step_is_studied_on_today():
    world = opened(in_steps(2.0, 5.0), NO_LIMIT, habits=always(Rating.GOOD))

    did = world.study(0)

    assert (did.answers[0], did.reviews[0], world.phase[0]) == (2, 0, REVIEW)
