"""The estimate of reviews a day."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizapp.domain.history import Standing
from quizapp.domain.memory import Phase
from quizapp.study.curve import recall
from quizapp.study.workload import days_until, reviews_a_day

STABILITIES = st.floats(0.1, 3000)
DECAYS = st.floats(0.1, 0.8)


@given(st.floats(0.7, 0.99), STABILITIES, DECAYS)
def test_after_these_days_the_chance_of_recall_is_what_was_asked_for(retention, stability, decay):
    days = days_until(retention, stability, decay)

    assert recall(days, stability, decay) == pytest.approx(retention)


@given(st.lists(STABILITIES, min_size=1, max_size=20), DECAYS)
def test_a_higher_retention_never_asks_for_fewer_reviews(stabilities, decay):
    known = [Standing(str(each), Phase.REVIEW, each, suspended=False) for each in stabilities]
    found = reviews_a_day(known, (0.7, 0.8, 0.9, 0.95, 0.99), decay, 36_500)

    assert list(found) == sorted(found)
    assert found[-1] <= len(stabilities)  # no card comes twice a day


def test_at_nine_tenths_a_card_comes_once_in_its_stability():
    known = [Standing("a", Phase.REVIEW, 10.0, suspended=False)]

    assert reviews_a_day(known, (0.9,), 0.2, 36_500) == pytest.approx((0.1,))
    assert reviews_a_day(known, (0.9,), 0.2, 5) == pytest.approx((0.2,))


def test_new_and_suspended_cards_ask_for_nothing():
    known = [
        Standing("a", Phase.NEW, None, suspended=False),
        Standing("b", Phase.REVIEW, 4.0, suspended=True),
        Standing("c", Phase.LEARNING, 1.0, suspended=False),
    ]

    assert reviews_a_day(known, (0.9,), 0.2, 36_500) == (0,)
