"""What is learned of how a learner answers."""

import pytest

from quizapp.domain.answers import LEARNING, MATURE, NEW, RELEARNING, UNTIMED, YOUNG, Answers
from quizapp.study.behaviour import AVERAGE, PRIOR, behaviour

PARTS = ("new", "learning", "review", "relearning")


def answers(*rows):
    """Answers of (state, rating, milliseconds)."""
    found = Answers()
    for state, rating, time in rows:
        found.ids.append(len(found.ids))
        found.states.append(state)
        found.ratings.append(rating)
        found.times.append(time)
    return found


def test_who_has_answered_nothing_is_taken_for_the_average_learner():
    found = behaviour(answers())

    for part in PARTS:
        assert getattr(found, part) == pytest.approx(getattr(AVERAGE, part), abs=1e-3)
        assert getattr(found, f"{part}_s") == getattr(AVERAGE, f"{part}_s")
    assert found.answers == 0


@pytest.mark.parametrize(
    ("part", "state"),
    [("new", NEW), ("learning", LEARNING), ("relearning", RELEARNING), ("review", YOUNG)],
)
def test_many_answers_outweigh_the_average(part, state):
    found = behaviour(answers(*[(state, 2, 4000)] * 100 * PRIOR))

    assert getattr(found, part)[1] > 0.98
    assert getattr(found, f"{part}_s")[1] == pytest.approx(4.0, rel=0.05)
    assert sum(getattr(found, part)) == pytest.approx(1)


def test_a_few_answers_make_no_habit():
    found = behaviour(answers(*[(NEW, 4, 500)] * 3))

    assert found.new[3] == pytest.approx((3 + PRIOR * AVERAGE.new[3]) / (PRIOR + 3), rel=1e-3)


def test_whether_a_review_was_recalled_is_left_to_the_memory():
    found = behaviour(answers(*[(MATURE, 1, 1000)] * 500))

    assert found.review == pytest.approx(AVERAGE.review, abs=1e-3)
    assert found.review_s[0] < 3


def test_answers_that_were_not_timed_say_nothing_of_time():
    found = behaviour(answers(*[(YOUNG, 3, UNTIMED)] * 500))

    assert found.review_s == AVERAGE.review_s
    assert found.review[2] > 0.9
