"""Sums over days and schedules."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizapp.domain.history import Day, Standing
from quizapp.domain.memory import ItemKind, Phase
from quizapp.domain.standings import Standings
from quizapp.study.columns import StandingColumns, places_of
from quizapp.study.progress import DeckProgress, deck_progress
from quizapp.study.statistics import heat_map, retention, streak, totals

TODAY = date(2026, 5, 6)  # a Wednesday


def day(days_ago, answers=1, kind=ItemKind.CARD, **counts):
    return Day(TODAY - timedelta(days=days_ago), kind, good=answers, **counts)


@pytest.mark.parametrize(
    ("days_ago", "current", "longest"),
    [
        ([], 0, 0),
        ([0], 1, 1),
        ([0, 1, 2], 3, 3),
        ([1, 2], 2, 2),
        ([2, 3, 4], 0, 3),
        ([0, 2, 3, 4], 1, 3),
    ],
)
def test_a_streak_counts_days_in_a_row_up_to_today_or_yesterday(days_ago, current, longest):
    found = streak([day(ago) for ago in days_ago], TODAY)
    assert (found.current, found.longest) == (current, longest)


def test_a_day_with_cards_and_exercises_counts_once():
    assert streak([day(0), day(0, kind=ItemKind.EXERCISE)], TODAY).longest == 1


def test_a_day_whose_answers_were_all_undone_does_not_count():
    assert streak([day(0, answers=0)], TODAY).current == 0


@given(st.sets(st.integers(0, 60)))
def test_the_longest_streak_is_at_least_the_current_one(days_ago):
    found = streak([day(ago) for ago in days_ago], TODAY)
    assert 0 <= found.current <= found.longest <= len(days_ago)


def test_retention_is_the_share_recalled():
    found = retention(
        [
            day(0, young=8, young_recalled=6, mature=2, mature_recalled=2),
            day(1, young=2, young_recalled=2),
        ]
    )
    assert (found.young_rate, found.mature_rate) == (0.8, 1.0)
    assert found.rate == pytest.approx(10 / 12)


def test_retention_of_nothing_is_unknown():
    found = retention([])
    assert (found.young_rate, found.mature_rate, found.rate) == (None, None, None)


def test_a_heat_map_begins_on_a_monday_and_ends_today():
    found = heat_map([], TODAY, weeks=2)
    assert (found.first, len(found.answers)) == (date(2026, 4, 27), 10)


def test_a_heat_map_adds_up_the_kinds_of_a_day():
    found = heat_map([day(0, 3), day(0, 2, kind=ItemKind.EXERCISE)], TODAY, weeks=1)
    assert found.answers == (0, 0, 5)


def test_a_heat_map_shades_by_how_busy_a_day_was_among_the_busy_ones():
    found = heat_map([day(0, 40), day(1, 30), day(2, 20), day(3, 10)], TODAY, weeks=2)
    assert found.shades[-5:] == (0, 1, 2, 3, 4)


@given(st.lists(st.builds(day, st.integers(0, 400), st.integers(0, 500)), max_size=50))
def test_a_day_has_a_shade_exactly_if_it_has_answers(days):
    found = heat_map(days, TODAY)
    assert all(
        bool(shade) == bool(count) for shade, count in zip(found.shades, found.answers, strict=True)
    )
    assert all(0 <= shade <= 4 for shade in found.shades)


def test_the_totals_of_a_day_are_over_all_kinds():
    days = [
        day(0, 3, answer_ms=900),
        day(0, 1, ItemKind.EXERCISE, answer_ms=100),
        day(1, 9, answer_ms=9),
    ]
    assert totals(days, TODAY) == (4, 1000)


def test_progress_counts_each_card_of_a_deck_once():
    standings = [
        Standing("a", Phase.LEARNING, 1.0, False),
        Standing("b", Phase.REVIEW, 20.9, False),
        Standing("c", Phase.REVIEW, 21.0, False),
        Standing("d", Phase.REVIEW, 50.0, True),
        Standing("e", Phase.NEW, None, False),
        Standing("elsewhere", Phase.REVIEW, 50.0, False),
    ]
    held = StandingColumns.of(Standings.of(standings))
    sizes = {"shapes": 6}
    places = places_of(held.items, sizes, dict.fromkeys("abcdef", "shapes"))
    (found,) = deck_progress(sizes, places, held)
    assert found == DeckProgress("shapes", 6, new=2, learning=1, young=1, mature=1, suspended=1)
