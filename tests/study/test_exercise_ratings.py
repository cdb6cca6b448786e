"""What an attempt at an exercise is rated as, and what a failed check brings forward."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizapp.domain.memory import ItemKind, Memory, Phase, Rating, Schedule
from quizapp.domain.outcomes import Verdict
from quizapp.study.exercises import attempt_since, bring_forward, rated_today, rating_for

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
PASSED, FAILED, OURS = Verdict.PASSED, Verdict.FAILED, Verdict.GRADER_ERROR


def known(**changes):
    schedule = Schedule(
        "iou",
        ItemKind.CARD,
        Phase.REVIEW,
        None,
        Memory(30, 5),
        NOW + timedelta(days=9),
        NOW - timedelta(days=9),
        reps=4,
    )
    return schedule._replace(**changes)


@pytest.mark.parametrize("failures", [0, 1, 2])
def test_solved_within_three_submissions_is_good(failures):
    assert rating_for([FAILED] * failures + [PASSED]) is Rating.GOOD


def test_solved_after_more_than_two_failures_is_hard():
    assert rating_for([FAILED, Verdict.SYNTAX, Verdict.TIMED_OUT, PASSED]) is Rating.HARD


def test_what_was_submitted_before_it_was_written_is_no_failure():
    assert rating_for([Verdict.MISSING] * 5 + [PASSED]) is Rating.GOOD


def test_solved_with_a_hint_is_hard():
    assert rating_for([PASSED], hints=1) is Rating.HARD


def test_easy_is_only_what_the_learner_calls_easy():
    assert rating_for([FAILED, PASSED], easy=True) is Rating.EASY


def test_easy_is_not_heard_after_a_hint():
    assert rating_for([PASSED], hints=1, easy=True) is Rating.HARD


@pytest.mark.parametrize("verdicts", [[], [FAILED], [PASSED]])
def test_a_solution_shown_is_again(verdicts):
    assert rating_for(verdicts, solution_shown=True, easy=True) is Rating.AGAIN


def test_a_failed_submission_is_not_rated_yet():
    assert rating_for([FAILED]) is None


def test_there_is_one_rating_a_day():
    assert rating_for([PASSED], rated_today=True) is None
    assert rating_for([], solution_shown=True, rated_today=True) is None


def test_our_own_fault_is_never_rated():
    assert rating_for([OURS]) is None


def test_our_own_faults_do_not_count_as_failures():
    assert rating_for([OURS, OURS, OURS, PASSED]) is Rating.GOOD


@given(st.lists(st.sampled_from(list(Verdict)), max_size=8), st.integers(0, 3), st.booleans())
def test_nothing_but_a_pass_or_giving_up_is_rated(verdicts, hints, easy):
    rating = rating_for(verdicts, hints=hints, easy=easy)
    assert (rating is not None) == (verdicts[-1:] == [PASSED])


def test_an_exercise_never_rated_counts_from_the_beginning():
    assert attempt_since(Schedule("iou", ItemKind.EXERCISE)) is None


def test_the_rest_of_the_day_belongs_to_its_rated_review():
    since = attempt_since(known(last_review=NOW))
    assert NOW + timedelta(hours=8) < since < NOW + timedelta(hours=24)


def test_a_review_of_this_study_day_has_used_the_day():
    assert rated_today(known(last_review=NOW - timedelta(hours=7)), NOW)


def test_a_review_before_the_rollover_leaves_the_day_free():
    assert not rated_today(known(last_review=NOW - timedelta(hours=13)), NOW)


def test_a_card_brought_forward_is_due_now_with_its_memory_unchanged():
    schedule = known()
    expected = schedule._replace(due=NOW, brought_forward=True)
    assert bring_forward(schedule, NOW) == expected


def test_a_card_already_due_stays_as_it_is():
    schedule = known(due=NOW - timedelta(days=1))
    assert bring_forward(schedule, NOW) == schedule


def test_a_suspended_card_is_not_brought_forward():
    schedule = known(suspended=True)
    assert bring_forward(schedule, NOW) == schedule


def test_a_buried_card_is_dug_out():
    schedule = known(due=NOW - timedelta(days=1), buried_until=date(2026, 5, 9))
    assert bring_forward(schedule, NOW).buried_until is None


def test_a_buried_card_that_was_due_before_stays_due_since_then():
    schedule = known(due=NOW - timedelta(days=1), buried_until=date(2026, 5, 9))
    assert bring_forward(schedule, NOW).due == NOW - timedelta(days=1)


def test_a_card_never_seen_is_only_marked():
    new = Schedule("iou", ItemKind.CARD)
    assert bring_forward(new, NOW) == new._replace(brought_forward=True)
