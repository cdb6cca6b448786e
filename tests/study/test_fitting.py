"""Fitting the scheduler's parameters to answers, through `fit` and `predictions`."""

import random
from datetime import UTC, date, datetime, timedelta

import fsrs
import pytest
from fsrs.scheduler import DEFAULT_PARAMETERS, LOWER_BOUNDS_PARAMETERS, UPPER_BOUNDS_PARAMETERS
from hypothesis import given
from hypothesis import strategies as st

from quizapp.domain.history import AnsweredOn
from quizapp.study import fitting

FIRST = date(2026, 1, 1)
OTHER = list(DEFAULT_PARAMETERS)
OTHER[2], OTHER[8], OTHER[11], OTHER[20] = 6.0, 1.2, 2.2, 0.3
"""A learner who starts well, gains little and forgets late."""

gaps = st.lists(
    st.tuples(st.integers(1, 4), st.sampled_from([0, 0, 1, 2, 3, 7, 30, 400])),
    min_size=1,
    max_size=12,
)


def dated(history):
    """Answers from (rating, days since the one before)."""
    day, answers = FIRST, []
    for rating, gap in history:
        day += timedelta(days=gap)
        answers.append(AnsweredOn(day, rating))
    return answers


def simulated(parameters, count, seed=0):
    """Histories of a learner whose memory follows `parameters`, asked when the defaults say."""
    luck = random.Random(seed)
    memory = fsrs.Scheduler(parameters, enable_fuzzing=False)
    plan = fsrs.Scheduler(enable_fuzzing=False)
    histories, total = {}, 0
    while total < count:
        real, planned = fsrs.Card(card_id=1), fsrs.Card(card_id=1)
        now = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=luck.randrange(300))
        answers = []
        for _ in range(luck.randrange(2, 12)):
            chance = memory.get_card_retrievability(real, now) if real.stability else 0.6
            rating = luck.choice([2, 3, 3, 3, 4]) if luck.random() < chance else 1
            real, _ = memory.review_card(real, fsrs.Rating(rating), now)
            planned, _ = plan.review_card(planned, fsrs.Rating(rating), now)
            answers.append(AnsweredOn(now.date(), rating))
            now += timedelta(days=max(0, (planned.due - now).days))
        histories[str(len(histories))] = answers
        total += len(answers)
    return histories


@pytest.fixture(scope="module")
def of_another():
    histories = simulated(OTHER, 3000)
    return histories, fitting.fit(histories)


def test_credit_moves_the_memory_and_is_no_prediction():
    history = dated([(3, 0), (3, 5), (3, 20), (1, 60)])
    credited = [answer._replace(credit=place == 2) for place, answer in enumerate(history)]
    first, _, last = fitting.predictions({"a": history})
    assert fitting.predictions({"a": credited}) == [first, last]


@given(gaps)
def test_predictions_are_those_of_the_package(history):
    package = fsrs.Scheduler(OTHER, enable_fuzzing=False)
    card, expected = fsrs.Card(card_id=1), []
    for turn, answer in enumerate(dated(history)):
        now = datetime.combine(answer.day, datetime.min.time(), UTC)
        if turn and history[turn][1]:
            expected.append(package.get_card_retrievability(card, now))
        card, _ = package.review_card(card, fsrs.Rating(answer.rating), now)

    found = fitting.predictions({"a": dated(history)}, OTHER)

    assert [each.chance for each in found] == pytest.approx(expected, rel=1e-9, abs=1e-12)


def test_answers_on_the_day_of_the_last_one_are_no_predictions():
    assert fitting.predictions({"a": dated([(3, 0), (3, 0), (1, 0)])}) == []


def test_a_prediction_counts_reviews_and_lapses():
    (found,) = fitting.predictions({"a": dated([(1, 0), (3, 0), (3, 4)])})

    assert (found.days, found.reviews, found.lapses, found.recalled) == (4, 3, 1, True)


def test_predictions_of_several_items_are_in_order_of_time():
    late = [AnsweredOn(date(2026, 2, 1), 3), AnsweredOn(date(2026, 2, 9), 3)]
    early = dated([(3, 0), (3, 1), (3, 3)])

    assert [each.days for each in fitting.predictions({"x": late, "y": early})] == [1, 3, 8]


def test_too_few_answers_are_refused_with_their_number():
    with pytest.raises(fitting.TooFewError, match="5 predictions; 200 are needed"):
        fitting.fit({str(n): dated([(3, 0), (3, 2)]) for n in range(5)})


def test_a_learner_unlike_the_others_is_predicted_better(of_another):
    _, fit = of_another

    assert fit.better


def test_a_learner_like_the_others_keeps_their_parameters():
    assert not fitting.fit(simulated(DEFAULT_PARAMETERS, 3000)).better


def test_the_latest_fifth_is_held_out(of_another):
    histories, fit = of_another
    total = len(fitting.predictions(histories))

    assert fit.learned_from + fit.before.count == total
    assert fit.before.count == fit.after.count == total // 5


def test_the_parameters_found_are_ones_that_the_package_takes(of_another):
    _, fit = of_another

    assert fsrs.Scheduler(fit.parameters).parameters == fit.parameters
    for low, value, high in zip(
        LOWER_BOUNDS_PARAMETERS, fit.parameters, UPPER_BOUNDS_PARAMETERS, strict=True
    ):
        assert low <= value <= high


def test_the_same_answers_give_the_same_parameters(of_another):
    histories, fit = of_another

    assert fitting.fit(histories).parameters == fit.parameters


def test_a_fit_is_measured_against_the_parameters_in_use(of_another):
    histories, fit = of_another

    again = fitting.fit(histories, fit.parameters)

    assert again.before == fit.after
    assert not again.better


def test_answers_that_all_succeed_give_parameters_within_bounds():
    histories = {str(n): dated([(4, 0), (4, 8), (4, 30), (4, 90)]) for n in range(90)}

    fsrs.Scheduler(fitting.fit(histories).parameters)


def test_answers_that_all_fail_give_parameters_within_bounds():
    histories = {str(n): dated([(1, 0), (1, 1), (1, 1), (1, 1)]) for n in range(90)}

    fsrs.Scheduler(fitting.fit(histories).parameters)


def test_the_progress_ends_at_the_whole():
    told = []
    fitting.fit(simulated(OTHER, 700), on_step=told.append)

    assert told == sorted(told)
    assert 0 < told[0] <= told[-1] <= 1
