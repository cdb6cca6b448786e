"""Log loss, RMSE over bins and the calibration curve."""

import math
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizapp.clock import study_day
from quizapp.domain.memory import ItemKind, Memory, Phase, Schedule
from quizapp.study.calibration import (
    Prediction,
    calibration,
    log_loss,
    rmse_bins,
)
from quizapp.study.curve import recall
from quizapp.study.scheduler import Scheduler

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
chances = st.floats(0, 1)
predicted = st.lists(
    st.builds(
        Prediction,
        chances,
        st.booleans(),
        st.integers(1, 4000),
        st.integers(2, 300),
        st.integers(0, 40),
    ),
    min_size=1,
    max_size=60,
)


def like(chance, recalled, count, **changes):
    """`count` predictions of one bin."""
    return [Prediction(chance, recalled, 5, 3, 0)._replace(**changes)] * count


def test_nothing_predicted_measures_nothing():
    assert calibration([]) is None


def test_a_coin_has_the_log_loss_of_a_coin():
    assert log_loss(like(0.5, True, 3) + like(0.5, False, 1)) == pytest.approx(math.log(2))


def test_what_was_certain_and_wrong_costs_a_lot_but_not_without_end():
    assert 10 < log_loss(like(1.0, False, 1)) < 20


def test_predictions_right_on_average_have_no_error_in_their_bin():
    assert rmse_bins(like(0.75, True, 3) + like(0.75, False, 1)) == pytest.approx(0)


def test_bins_do_not_make_up_for_each_other():
    short, long = like(0.5, True, 4, days=1), like(0.5, False, 4, days=100)

    assert rmse_bins(short + long) == pytest.approx(0.5)


def test_a_bin_weighs_as_much_as_it_holds():
    right, wrong = like(1.0, True, 3, days=1), like(1.0, False, 1, days=100)

    assert rmse_bins(right + wrong) == pytest.approx(0.5)


def test_lapses_part_bins():
    assert rmse_bins(like(0.5, True, 1) + like(0.5, False, 1, lapses=3)) == pytest.approx(0.5)


@given(predicted)
def test_measures_stay_in_their_range(predictions):
    measured = calibration(predictions)

    assert measured.count == sum(shelf.count for shelf in measured.shelves)
    assert measured.log_loss >= 0
    assert 0 <= measured.rmse_bins <= 1


@given(predicted)
def test_shelves_rise(predictions):
    means = [shelf.predicted for shelf in calibration(predictions).shelves]

    assert means == sorted(means)


@given(st.floats(0.01, 5000), st.integers(0, 5000))
def test_the_curve_is_the_scheduler_s(stability, days):
    reviewed = Schedule(
        "a", ItemKind.CARD, Phase.REVIEW, None, Memory(stability, 5), NOON, NOON, reps=1
    )
    scheduler = Scheduler()
    later = NOON + timedelta(days=days)
    assert (study_day(later) - study_day(NOON)).days == days

    assert recall(days, stability, scheduler.decay(ItemKind.CARD)) == pytest.approx(
        scheduler.retrievability(reviewed, later), rel=1e-12
    )
