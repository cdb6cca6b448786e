"""Histograms, forecasts and leeches over schedules; submissions by exercise."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quizapp.domain.history import Attempt, Standing
from quizapp.domain.memory import Phase
from quizapp.domain.outcomes import Verdict
from quizapp.domain.standings import Standings
from quizapp.study.columns import StandingColumns
from quizapp.study.memories import INTERVALS, forecast, histogram, leeches, memories
from quizapp.study.tries import attempts_of

TODAY = date(2026, 5, 6)
NOON = datetime(2026, 5, 6, 12, tzinfo=UTC)


def card(due_in, stability=10.0, ago=5, **changes):
    today = TODAY.toordinal()
    given = Standing("a", Phase.REVIEW, stability, False, 5.0, today + due_in, today - ago)
    return given._replace(**changes)


def columns(standings):
    return StandingColumns.of(Standings.of(standings))


@settings(max_examples=50)
@given(st.lists(st.floats(0, 10_000)))
def test_each_number_is_in_one_bar(numbers):
    assert sum(histogram(numbers, INTERVALS).counts) == len(numbers)


def test_a_bar_begins_at_its_edge():
    assert histogram([0, 1.9, 2, 365, 366], INTERVALS).counts == (2, 1, 0, 0, 0, 0, 0, 0, 1, 1)


@settings(max_examples=50)
@given(st.lists(st.integers(-400, 29)))
def test_each_card_due_within_thirty_days_is_on_one_of_them(days):
    found = forecast(columns([card(day) for day in days]), TODAY)

    assert sum(found.days) == len(days)
    assert found.backlog == sum(day < 0 for day in days)


@settings(max_examples=50)
@given(st.lists(st.integers(-400, 2000)))
def test_months_and_days_of_a_forecast_agree(days):
    found = forecast(columns([card(day) for day in days]), TODAY)
    rest_of_may = 31 - TODAY.day

    assert found.months[0] == (date(2026, 5, 1), sum(found.days[: rest_of_may + 1]))


def test_suspended_cards_do_not_come_up():
    found = forecast(columns([card(0, suspended=True)]), TODAY)

    assert (sum(found.days), found.backlog) == (0, 0)


def test_what_is_known_is_the_sum_of_the_chances():
    cards = [card(5, ago=10), card(5, ago=0), card(5, suspended=True)]
    found = memories(columns(cards), TODAY, 0.15)

    assert found.known == pytest.approx(1.9)
    assert found.intervals.counts[INTERVALS.index(15)] == 1


def test_leeches_come_worst_first():
    found = leeches(columns([card(1, lapses=n, item=str(n)) for n in (7, 8, 12)]), 8)

    assert [leech.lapses for leech in found] == [12, 8]


def tried(minutes, verdict, score=1):
    return Attempt("double", NOON + timedelta(minutes=minutes), verdict, score, 3)


def test_the_time_to_the_first_pass_is_from_the_first_submission():
    rows = [tried(0, Verdict.FAILED), tried(9, Verdict.PASSED, 3), tried(20, Verdict.PASSED, 3)]
    (found,) = attempts_of(["double"], rows, [], {})

    assert (found.submissions, found.passes, found.until_pass) == (3, 2, 2)
    assert (found.seconds_to_pass, found.best_score, found.max_score) == (540, 3, 3)


def test_a_fault_of_the_judge_is_no_attempt():
    (found,) = attempts_of(["double"], [tried(0, Verdict.GRADER_ERROR)], [], {})

    assert (found.submissions, found.best_score) == (0, None)
