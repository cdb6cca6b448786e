"""Figures counted from columns, held against counting one by one."""

from collections import Counter
from datetime import date
from statistics import median

from hypothesis import given, settings
from hypothesis import strategies as st

from quizapp.domain.answers import (
    COLUMNS,
    LEARNING,
    MATURE,
    NEW,
    RELEARNING,
    UNTIMED,
    YOUNG,
    Answers,
)
from quizapp.domain.history import MATURE_DAYS, Standing
from quizapp.domain.memory import Phase
from quizapp.domain.standings import Standings
from quizapp.study import answered
from quizapp.study.calibration import Prediction, calibration, calibration_of
from quizapp.study.columns import AnswerColumns, StandingColumns, places_of
from quizapp.study.curve import recall
from quizapp.study.memories import FORECAST_DAYS, forecast, memories
from quizapp.study.progress import deck_progress

TODAY = date(2026, 5, 6)
NOW = TODAY.toordinal()
DECAY = 0.1542
CARDS = ["a", "b", "c", "lost"]
TOPICS = {"a": "shapes", "b": "sums", "c": "sums", "d": "shapes"}
DECKS = ["sums", "none", "shapes"]
GROUPS = {NEW: "new", LEARNING: "learning", RELEARNING: "learning", YOUNG: "young"}

# One of the last is far away: a wrong clock is no reason to count 700,000 empty days.
days = st.integers(NOW - 800, NOW) | st.sampled_from([1, NOW - 100_000])
answers_given = st.lists(
    st.tuples(
        st.integers(0, len(CARDS) - 1),
        days,
        st.integers(0, 23),
        st.integers(0, 4),
        st.integers(1, 4),
        st.just(UNTIMED) | st.integers(0, 2**31 - 1),
        st.floats(0.01, 400),
        st.integers(0, 900),
        st.integers(1, 60),
        st.integers(0, 9),
    ),
    max_size=30,
)


def columns(rows):
    answers = Answers(names=list(CARDS))
    for number, row in enumerate(rows, start=1):
        for name, value in zip(COLUMNS, (number, *row), strict=True):
            getattr(answers, name).append(value)
    return AnswerColumns.of(answers)


def counted(rows, *wanted):
    """Answers of some states, and how many of them were recalled."""
    ratings = [row[4] for row in rows if row[3] in wanted]
    return len(ratings), sum(rating > 1 for rating in ratings)


@settings(max_examples=40)
@given(answers_given)
def test_months_and_retention_are_those_of_the_answers_one_by_one(rows):
    tally = answered.by_day(columns(rows))
    by_month = {}
    for row in rows:
        by_month.setdefault(date.fromordinal(row[1]).replace(day=1), []).append(row)

    assert [
        (
            month.month,
            (month.learning, month.learning_recalled),
            (month.retention.young, month.retention.young_recalled),
            (month.retention.mature, month.retention.mature_recalled),
        )
        for month in answered.months(tally)
    ] == [
        (month, counted(of, LEARNING, RELEARNING), counted(of, YOUNG), counted(of, MATURE))
        for month, of in sorted(by_month.items())
    ]
    total = answered.retention_of(tally)
    assert (total.young, total.young_recalled) == counted(rows, YOUNG)
    assert (total.mature, total.mature_recalled) == counted(rows, MATURE)


@settings(max_examples=40)
@given(answers_given)
def test_days_are_those_of_the_answers_one_by_one(rows):
    given = columns(rows)
    by_day = {}
    for row in rows:
        by_day.setdefault(date.fromordinal(row[1]), []).append(row)

    assert [
        (
            (day.day, day.new, day.reviews, day.answer_ms),
            (day.again, day.hard, day.good, day.easy),
            (day.young, day.young_recalled, day.mature, day.mature_recalled),
        )
        for day in answered.days_of(given, answered.by_day(given))
    ] == [
        (
            (
                day,
                counted(of, NEW)[0],
                counted(of, YOUNG, MATURE)[0],
                sum(max(0, row[5]) for row in of),
            ),
            tuple(sum(row[4] == rating for row in of) for rating in (1, 2, 3, 4)),
            (*counted(of, YOUNG), *counted(of, MATURE)),
        )
        for day, of in sorted(by_day.items())
    ]


@settings(max_examples=40)
@given(answers_given)
def test_hours_and_buttons_are_those_of_the_answers_one_by_one(rows):
    given = columns(rows)

    for hour in answered.hours(given):
        of = [row for row in rows if row[2] == hour.hour]
        assert hour.answers == len(of)
        assert (hour.reviews, hour.recalled) == counted(of, YOUNG, MATURE)
    pressed = Counter((GROUPS.get(row[3], "mature"), row[4]) for row in rows)
    for group, found in answered.buttons(answered.by_day(given)).items():
        told = (found.again, found.hard, found.good, found.easy)
        assert told == tuple(pressed[group, rating] for rating in (1, 2, 3, 4))


@settings(max_examples=40)
@given(answers_given)
def test_what_a_deck_was_answered_is_the_sum_over_its_cards(rows):
    found = answered.deck_answers(columns(rows), DECKS, places_of(CARDS, DECKS, TOPICS))

    assert [deck.topic for deck in found] == DECKS
    for deck in found:
        of = [row for row in rows if TOPICS.get(CARDS[row[0]]) == deck.topic]
        kept = deck.retention
        assert (deck.answers, deck.milliseconds) == (len(of), sum(max(0, row[5]) for row in of))
        assert (kept.young, kept.young_recalled) == counted(of, YOUNG)
        assert (kept.mature, kept.mature_recalled) == counted(of, MATURE)


@settings(max_examples=40)
@given(answers_given)
def test_times_are_the_medians_of_what_was_measured(rows):
    found = answered.answer_times(columns(rows))
    times = {card: [row[5] for row in rows if CARDS[row[0]] == card] for card in CARDS}
    measured = {card: [each for each in taken if each != UNTIMED] for card, taken in times.items()}
    every = [each for taken in measured.values() for each in taken]

    assert found.measured == len(every)
    assert found.median_ms == (int(median(every)) if every else None)
    assert {(slow.card, slow.median_ms, slow.answers) for slow in found.slowest} == {
        (card, int(median(taken)), len(taken)) for card, taken in measured.items() if len(taken) > 1
    }
    medians = [slow.median_ms for slow in found.slowest]
    assert medians == sorted(medians, reverse=True)


@settings(max_examples=40)
@given(answers_given)
def test_predictions_are_judged_as_one_by_one(rows):
    found = calibration_of(columns(rows), DECAY)
    expected = calibration(
        Prediction(recall(elapsed, stability, DECAY), rating > 1, elapsed, reps, lapses)
        for *_, rating, _, stability, elapsed, reps, lapses in rows
        if elapsed
    )

    assert (found and found.count) == (expected and expected.count)
    if found:
        assert abs(found.log_loss - expected.log_loss) < 1e-9
        assert abs(found.rmse_bins - expected.rmse_bins) < 1e-9


@settings(max_examples=40)
@given(answers_given, days)
def test_a_span_holds_the_answers_of_its_days_in_any_order(rows, first):
    assert columns(rows).since(first).days.tolist() == [row[1] for row in rows if row[1] >= first]


memory = st.tuples(st.floats(0.001, 36_500), st.floats(1, 10))
standings_given = st.lists(
    st.builds(
        lambda item, phase, told, suspended, due, last, lapses: Standing(
            item, phase, told and told[0], suspended, told and told[1], due, last, lapses
        ),
        st.sampled_from([*CARDS, "d"]),
        st.sampled_from(Phase),
        st.none() | memory | st.just((MATURE_DAYS, 5.0)),
        st.booleans(),
        st.none() | st.integers(NOW - 400, NOW + 40_000),
        st.none() | st.integers(NOW - 4000, NOW + 3),
        st.integers(0, 2**40),
    ),
    max_size=20,
    unique_by=lambda standing: standing.item,
)


@settings(max_examples=40)
@given(standings_given)
def test_columns_of_schedules_say_what_they_were_made_of(standings):
    assert list(Standings.of(standings)) == standings


def counts_as(standing):
    if standing.suspended:
        return "suspended"
    if standing.phase is Phase.NEW:
        return "new"
    if standing.phase is not Phase.REVIEW:
        return "learning"
    return "mature" if (standing.stability or 0) >= MATURE_DAYS else "young"


@settings(max_examples=40)
@given(standings_given)
def test_progress_is_that_of_the_cards_one_by_one(standings):
    held = StandingColumns.of(Standings.of(standings))
    sizes = dict.fromkeys(DECKS, 9)

    for deck in deck_progress(sizes, places_of(held.items, sizes, TOPICS), held):
        of = Counter(counts_as(each) for each in standings if TOPICS.get(each.item) == deck.topic)
        told = {stage: getattr(deck, stage) for stage in of if stage != "new"}
        assert told == {stage: count for stage, count in of.items() if stage != "new"}
        assert deck.new + deck.learning + deck.young + deck.mature + deck.suspended == 9


@settings(max_examples=40)
@given(standings_given)
def test_a_forecast_is_that_of_the_cards_one_by_one(standings):
    found = forecast(StandingColumns.of(Standings.of(standings)), TODAY)
    dues = [each.due for each in standings if each.due is not None and not each.suspended]
    ahead = Counter(max(due - NOW, 0) for due in dues)
    months = Counter(date.fromordinal(max(due, NOW)).replace(day=1) for due in dues)

    assert found.days == tuple(ahead[day] for day in range(FORECAST_DAYS))
    assert found.backlog == sum(due < NOW for due in dues)
    assert [count for _, count in found.months] == [months[month] for month, _ in found.months]


@settings(max_examples=40)
@given(standings_given)
def test_memories_are_those_of_the_cards_one_by_one(standings):
    found = memories(StandingColumns.of(Standings.of(standings)), TODAY, DECAY)
    known = [
        each
        for each in standings
        if each.stability is not None and each.last is not None and not each.suspended
    ]
    chances = [recall(max(0, NOW - each.last), each.stability, DECAY) for each in known]
    planned = [
        each.due - each.last
        for each in known
        if each.phase is Phase.REVIEW and each.due is not None
    ]

    assert abs(found.known - sum(chances)) < 1e-6
    assert found.intervals.median == (median(planned) if planned else None)
    assert sum(found.difficulties.counts) == len(known)
    assert found.stabilities.median == (median(each.stability for each in known) if known else None)
