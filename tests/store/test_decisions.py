"""Resetting, moving and deciding of many items at once, and taking it back, on a real file."""

from datetime import UTC, datetime, timedelta

import pytest

from quizapp.clock import start_of_study_day, study_day
from quizapp.domain.memory import ItemKind, Phase, Rating, Review, Trigger, as_new, moved_to
from quizapp.errors import StoreError
from quizapp.store import Store
from quizapp.store.merge import Replay
from quizapp.store.rows import to_micros
from quizapp.study.exercises import bring_forward
from quizapp.study.scheduler import Scheduler

CARD = ItemKind.CARD
NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
SCHEDULER = Scheduler()


@pytest.fixture
def store(tmp_path):
    with Store.open(tmp_path, clock=lambda: NOON) as store:
        yield store


def row(store, item, trigger, after, rating=None, drawn=None):
    before = store.schedule(CARD, item)
    return Review(
        0, item, CARD, trigger, rating, NOON, study_day(NOON), before, after(before), None, drawn
    )


def answer(store, item, rating=Rating.EASY):
    def after(before):
        return SCHEDULER.review(before, rating, NOON)

    return store.record(row(store, item, Trigger.ANSWER, after, rating)).after


def reset(store, *items):
    return store.record_all([row(store, item, Trigger.RESET, as_new) for item in items])[0]


def move(store, item, days):
    due = start_of_study_day(study_day(NOON) + timedelta(days=days))
    drawn = {"due": to_micros(due)}
    moved = row(store, item, Trigger.MOVED, lambda before: moved_to(before, due), drawn=drawn)
    return store.record(moved)


def suspend(store, *items):
    schedules = [store.schedule(CARD, item) for item in items]
    _, first = store.set_states([(each, each._replace(suspended=True)) for each in schedules])
    return first


def test_a_reset_card_is_new_and_its_answers_stay_in_the_log(store):
    answer(store, "a")
    reset(store, "a")

    assert store.schedule(CARD, "a").phase is Phase.NEW
    assert [review.rating for review in store.reviews(CARD, "a")] == [Rating.EASY]
    assert [each.trigger for each in store.history("a")] == [Trigger.ANSWER, Trigger.RESET]
    assert store.check() == []


def test_a_reset_keeps_what_the_learner_decided(store):
    answer(store, "a")
    store.set_state(CARD, "a", suspended=True, flag=4)
    reset(store, "a")

    after = store.schedule(CARD, "a")
    assert (after.suspended, after.flag, after.memory) == (True, 4, None)


def test_parameters_are_fitted_to_the_answers_since_the_last_reset(store):
    answer(store, "a")
    answer(store, "b")
    reset(store, "a")
    answer(store, "a", Rating.GOOD)

    histories = store.histories(CARD)
    assert {item: [each.rating for each in told] for item, told in histories.items()} == {
        "a": [Rating.GOOD],
        "b": [Rating.EASY],
    }


def test_a_moved_card_has_another_day_and_the_same_memory(store):
    before = answer(store, "a")
    after = move(store, "a", 40).after

    assert study_day(after.due) == study_day(NOON) + timedelta(days=40)
    assert after == before._replace(due=after.due)
    assert store.check() == []


def test_undo_takes_a_move_and_a_whole_reset_back_before_the_answers(store):
    before = [answer(store, item) for item in "ab"]
    reset(store, "a", "b")
    answer(store, "c")
    move(store, "c", 9)

    assert store.undo().trigger is Trigger.MOVED
    assert store.undo().trigger is Trigger.ANSWER
    assert store.undo().trigger is Trigger.RESET
    assert [store.schedule(CARD, item) for item in "ab"] == before
    assert store.undo().rating is Rating.EASY
    assert store.check() == []


def test_many_states_are_one_group_that_is_taken_back_by_its_first_row(store):
    first = suspend(store, "a", "b", "c")
    assert store.undo_only(first) == 3

    assert not any(store.schedule(CARD, item).suspended for item in "abc")
    assert store.check() == []


def test_states_that_are_so_already_are_no_rows(store):
    suspend(store, "a")
    assert suspend(store, "a", "b").item == "b"
    assert suspend(store, "a", "b") is None


def test_of_two_thousand_items_each_state_is_logged_and_taken_back(store):
    items = [f"card-{number}" for number in range(2000)]
    first = suspend(store, *items)
    assert store.items_in("suspended") == set(items)
    assert store.check() == []

    assert store.undo_only(first) == 2000
    assert store.schedules(CARD) == {}


def test_one_undo_takes_back_what_was_decided_of_many(store):
    answered = answer(store, "a")
    suspend(store, "a", "b")
    assert store.undo().trigger is Trigger.STATE
    assert store.schedules(CARD) == {"a": answered}


def test_undo_goes_on_with_what_was_done_before_a_decision(store):
    answer(store, "a")
    suspend(store, "a")
    store.undo()
    assert store.undo().rating is Rating.EASY
    assert store.schedules(CARD) == {}


def test_states_are_taken_back_also_after_an_answer(store):
    first = suspend(store, "a", "b")
    answered = answer(store, "a")
    store.undo_only(first)

    assert store.schedule(CARD, "a") == answered._replace(suspended=False)
    assert store.check() == []


def test_what_was_decided_anew_since_stays(store):
    first = suspend(store, "a")
    store.set_state(CARD, "a", suspended=False, flag=2)
    store.set_state(CARD, "a", suspended=True)
    store.set_state(CARD, "a", suspended=False)
    store.undo_only(first)

    after = store.schedule(CARD, "a")
    assert (after.suspended, after.flag) == (False, 2)


def test_nothing_is_taken_back_twice(store):
    first = suspend(store, "a")
    store.undo_only(first)
    with pytest.raises(StoreError, match="taken back already"):
        store.undo_only(first)


def test_a_reset_is_not_taken_back_below_a_later_answer(store):
    answer(store, "a")
    first = reset(store, "a")
    answer(store, "a", Rating.HARD)
    before = store.schedule(CARD, "a")

    with pytest.raises(StoreError, match="answered or rescheduled after that"):
        store.undo_only(first)
    assert store.schedule(CARD, "a") == before
    assert store.check() == []


def test_a_reset_is_taken_back_by_its_row_once_the_answer_after_it_is(store):
    before = answer(store, "a")
    first = reset(store, "a")
    answer(store, "a", Rating.HARD)
    store.undo()
    store.undo_only(first)

    assert store.schedule(CARD, "a") == before


def test_resets_and_moves_go_along_to_another_device_as_rows(store, tmp_path):
    answer(store, "a")
    answer(store, "b")
    reset(store, "a")
    move(store, "b", 30)
    with Store.open(tmp_path / "other", clock=lambda: NOON) as other:
        replay = Replay(SCHEDULER.review, bring_forward)
        other.merge_rows(list(store.dump()), "log.jsonl", lambda: replay)

        assert other.schedules(CARD) == store.schedules(CARD)
        assert [row.trigger for row in other.log()] == [row.trigger for row in store.log()]
        assert other.check() == []


def test_a_decision_about_a_card_that_was_new_is_taken_back_under_its_present_name(store):
    suspend(store, "a")
    suspended = store.schedule(CARD, "a")
    _, first = store.set_states([(suspended, suspended._replace(suspended=False))])
    answer(store, "a")
    store.rename("a", "b")
    store.undo_only(first)

    assert store.schedule(CARD, "b").suspended
    assert not store.schedule(CARD, "a").suspended
