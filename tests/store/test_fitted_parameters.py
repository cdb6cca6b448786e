"""Fitted parameters, and what fitting reads from the log, through `Store` on a real file."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from quizapp.clock import study_day
from quizapp.domain.history import AnsweredOn
from quizapp.domain.memory import ItemKind, Memory, Phase, Rating, Review, Trigger
from quizapp.domain.records import FittedRow
from quizapp.store import Store
from quizapp.study.columns import AnswerColumns

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
CARD, EXERCISE = ItemKind.CARD, ItemKind.EXERCISE
FITTED = tuple(0.5 + number / 7 for number in range(21))


@pytest.fixture
def store(tmp_path):
    with Store.open(tmp_path, clock=lambda: NOW) as opened:
        yield opened


def answer(store, item, rating=Rating.GOOD, days=0):
    """Record an answer `days` after NOW; it leaves a memory of four days."""
    before, at = store.schedule(CARD, item), NOW + timedelta(days=days)
    after = before._replace(
        phase=Phase.REVIEW,
        memory=Memory(4.0, 5.0),
        due=at + timedelta(days=4),
        last_review=at,
        reps=before.reps + 1,
        lapses=before.lapses + (rating is Rating.AGAIN),
    )
    store.record(Review(0, item, CARD, Trigger.ANSWER, rating, at, study_day(at), before, after))


def fitted(**changes):
    row = FittedRow(CARD, NOW, FITTED, True, 800, 200, 0.41, 0.39, 0.08, 0.05)
    return replace(row, **changes)


def test_without_a_fit_there_are_no_parameters(store):
    assert store.parameters(CARD) is None


def test_a_fit_is_read_back_as_it_was(store):
    kept = store.add_fit(fitted())

    assert store.fits(CARD) == [kept]
    assert replace(kept, id=0) == fitted()


def test_adopted_parameters_are_in_use(store):
    store.add_fit(fitted())

    assert store.parameters(CARD) == FITTED


def test_parameters_that_were_not_adopted_are_kept_but_not_used(store):
    store.add_fit(fitted())
    store.add_fit(fitted(parameters=FITTED[::-1], adopted=False))

    assert store.parameters(CARD) == FITTED
    assert len(store.fits(CARD)) == 2


def test_the_defaults_can_be_adopted_again(store):
    store.add_fit(fitted())
    store.add_fit(FittedRow(CARD, NOW, None, adopted=True))

    assert store.parameters(CARD) is None


def test_exercises_have_parameters_of_their_own(store):
    store.add_fit(fitted())

    assert store.parameters(EXERCISE) is None


def test_a_history_is_days_and_ratings_in_order(store):
    answer(store, "a", Rating.AGAIN)
    answer(store, "b")
    answer(store, "a", Rating.EASY, days=3)
    today = study_day(NOW)

    assert store.histories(CARD) == {
        "a": [AnsweredOn(today, 1), AnsweredOn(today + timedelta(days=3), 4)],
        "b": [AnsweredOn(today, 3)],
    }


def test_an_undone_answer_is_no_history(store):
    answer(store, "a")
    answer(store, "a", Rating.AGAIN, days=3)
    store.undo()

    assert [each.rating for each in store.histories(CARD)["a"]] == [3]


def test_what_was_brought_forward_is_no_history(store):
    before = store.schedule(CARD, "a")
    forward = before._replace(brought_forward=True)
    row = Review(0, "a", CARD, Trigger.BROUGHT_FORWARD, None, NOW, study_day(NOW), before, forward)
    store.record(row)

    assert store.histories(CARD) == {}


def test_the_history_of_a_renamed_card_is_one(store):
    answer(store, "old")
    store.rename("old", "newer")
    store.rename("newer", "newest")
    answer(store, "newest", Rating.HARD, days=2)

    assert {item: len(rows) for item, rows in store.histories(CARD).items()} == {"newest": 2}


def test_an_answer_says_what_the_memory_was(store):
    answer(store, "a", Rating.AGAIN)
    answer(store, "a", Rating.GOOD, days=5)
    found = store.facts(None).answers

    assert [list(found.elapsed), list(found.stabilities)] == [[0, 5], [0.0, 4.0]]
    assert [list(found.reps), list(found.lapses), list(found.ratings)] == [[1, 2], [0, 1], [1, 3]]


def test_answers_of_the_same_day_are_no_days_apart(store):
    answer(store, "a")
    answer(store, "a", Rating.AGAIN)

    assert list(store.facts(None).answers.elapsed) == [0, 0]


def test_answers_before_a_study_day_are_left_out(store):
    answer(store, "a")
    answer(store, "a", days=2)
    answer(store, "a", days=9)
    first = study_day(NOW + timedelta(days=3)).toordinal()

    assert AnswerColumns.of(store.facts(None).answers).since(first).elapsed.tolist() == [7]
