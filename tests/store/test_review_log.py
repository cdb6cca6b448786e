"""Recording, undoing, following and rebuilding, through `Store` on a real file."""

import sqlite3
from contextlib import closing
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from quizapp.clock import start_of_study_day, study_day
from quizapp.domain.history import Day, DayCounts
from quizapp.domain.memory import (
    ItemKind,
    Memory,
    Phase,
    Rating,
    Review,
    Schedule,
    Trigger,
)
from quizapp.errors import StoreError
from quizapp.store import StaleReviewError, Store
from quizapp.store.rows import REVIEW_COLUMNS

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
CARD, EXERCISE = ItemKind.CARD, ItemKind.EXERCISE


@pytest.fixture
def store(tmp_path):
    with Store.open(tmp_path, clock=lambda: NOW) as opened:
        yield opened


def answered(schedule, rating=Rating.GOOD, at=NOW, stability=3.0, **changes):
    """A review that leaves the item in phase REVIEW, due in three days."""
    after = schedule._replace(
        phase=Phase.REVIEW,
        memory=Memory(stability, 5.0),
        due=start_of_study_day(study_day(at) + timedelta(days=3)),
        last_review=at,
        reps=schedule.reps + 1,
        brought_forward=False,
    )
    trigger = Trigger.ANSWER if schedule.kind is CARD else Trigger.SUBMISSION
    review = Review(
        0, schedule.item, schedule.kind, trigger, rating, at, study_day(at), schedule, after
    )
    return review._replace(**changes)


def answer(store, item, rating=Rating.GOOD, at=NOW, kind=CARD, **changes):
    return store.record(answered(store.schedule(kind, item), rating, at, **changes))


def forward(schedule):
    after = schedule._replace(due=NOW, brought_forward=True)
    return Review(
        0,
        schedule.item,
        schedule.kind,
        Trigger.BROUGHT_FORWARD,
        None,
        NOW,
        study_day(NOW),
        schedule,
        after,
    )


def test_an_item_never_answered_is_new(store):
    assert store.schedule(CARD, "a") == Schedule("a", CARD)


def test_an_answer_is_there_after_the_file_is_opened_again(tmp_path):
    with Store.open(tmp_path, clock=lambda: NOW) as store:
        review = answer(store, "a", answer_ms=1234, drawn={"s": (3, 4), "p": 0.1, "w": "sum"})
    with Store.open(tmp_path, clock=lambda: NOW) as store:
        assert list(store.reviews()) == [review]
        assert store.schedule(CARD, "a") == review.after


floats = st.floats(1e-3, 1e6)
instants = st.datetimes(datetime(1970, 1, 1), datetime(2800, 1, 1), timezones=st.just(UTC))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(
    st.text("abc-/1", min_size=1, max_size=9),
    st.sampled_from([Phase.LEARNING, Phase.REVIEW, Phase.RELEARNING]),
    st.one_of(st.none(), st.integers(0, 3)),
    floats,
    st.floats(1, 10),
    instants,
    instants,
    st.one_of(st.none(), st.dates()),
    st.booleans(),
)
def test_every_schedule_is_read_back_exactly(
    store, item, phase, step, stability, difficulty, due, last, buried, flag
):
    before = store.schedule(EXERCISE, item)
    after = Schedule(
        item,
        EXERCISE,
        phase,
        step,
        Memory(stability, difficulty),
        due,
        last,
        before.reps + 1,
        3,
        flag,
        not flag,
        buried,
    )
    review = store.record(answered(before, after=after))
    assert store.schedule(EXERCISE, item) == after
    assert next(store.reviews(EXERCISE, item, since=None)).item == item
    assert [found for found in store.reviews() if found.id == review.id] == [review]


def test_cards_and_exercises_of_one_name_are_different_items(store):
    answer(store, "iou")
    assert store.schedule(EXERCISE, "iou").phase is Phase.NEW


def test_an_answer_given_elsewhere_meanwhile_is_not_overwritten(store, tmp_path):
    shown = store.schedule(CARD, "a")
    with Store.open(tmp_path, clock=lambda: NOW) as other:
        theirs = answer(other, "a", Rating.AGAIN)
    with pytest.raises(StaleReviewError, match="answered in another window"):
        store.record(answered(shown, Rating.EASY))
    assert list(store.reviews()) == [theirs]


def test_reviews_that_belong_together_are_all_kept_or_none(store):
    first = answered(Schedule("iou", EXERCISE))
    stale = forward(Schedule("a", CARD)._replace(reps=7))
    with pytest.raises(StaleReviewError):
        store.record_all([first, stale])
    assert (list(store.log()), store.schedules(EXERCISE)) == ([], {})


@pytest.mark.parametrize(
    "wrong",
    [
        {"rating": None},
        {"trigger": Trigger.BROUGHT_FORWARD},
        {"trigger": Trigger.UNDO, "rating": None},
        {"item": "b"},
        {"kind": EXERCISE},
        {"after": Schedule("a", CARD)},
    ],
)
def test_a_review_that_contradicts_itself_is_refused(store, wrong):
    with pytest.raises(ValueError, match="review of"):
        store.record(answered(Schedule("a", CARD), **wrong))


# Undo


def test_undo_restores_what_was_before(store):
    first = answer(store, "a")
    second = answer(store, "a", Rating.AGAIN, NOW + timedelta(days=3))
    assert store.undo() == second
    assert store.schedule(CARD, "a") == first.after


def test_undo_of_the_first_answer_makes_the_card_new_again(store):
    answer(store, "a")
    store.undo()
    assert store.schedules(CARD) == {}


def test_undo_of_nothing_is_nothing(store):
    assert store.undo() is None


def test_undo_goes_on_until_nothing_is_left_and_survives_restarts(tmp_path):
    with Store.open(tmp_path, clock=lambda: NOW) as store:
        for item in "abc":
            answer(store, item)
    undone = []
    while True:
        with Store.open(tmp_path, clock=lambda: NOW) as store:
            review = store.undo()
        if review is None:
            break
        undone.append(review.item)
    assert undone == ["c", "b", "a"]


def test_an_undone_answer_stays_in_the_log(store):
    review = answer(store, "a")
    store.undo()
    assert [row.trigger for row in store.log()] == [Trigger.ANSWER, Trigger.UNDO]
    assert next(store.log()) == review
    assert list(store.reviews()) == []


def test_the_card_answered_last_is_that_of_the_newest_answer_that_stands(store):
    assert store.last_answered() == ""
    answer(store, "a")
    answer(store, "b")
    assert store.last_answered() == "b"
    store.undo()
    assert store.last_answered() == "a"


def test_after_an_undo_the_next_answer_is_the_next_to_be_undone(store):
    answer(store, "a")
    answer(store, "b")
    store.undo()
    answer(store, "c")
    assert [store.undo().item, store.undo().item, store.undo()] == ["c", "a", None]


def test_one_undo_takes_back_a_submission_with_what_it_brought_forward(store):
    card = answer(store, "a").after
    submission = answered(Schedule("iou", EXERCISE), Rating.AGAIN)
    store.record_all([submission, forward(card)])
    assert store.undo().item == "iou"
    assert (store.schedule(CARD, "a"), store.schedules(EXERCISE)) == (card, {})


def suspending(review):
    """What an answer brings about besides, as a row of the log."""
    after = review.after._replace(suspended=True)
    return review._replace(trigger=Trigger.STATE, rating=None, before=review.after, after=after)


def test_one_undo_takes_back_an_answer_with_what_it_brought_about(store):
    review = answered(Schedule("a", CARD))
    store.record_all([review, suspending(review)])
    assert store.schedule(CARD, "a").suspended
    assert store.undo().trigger is Trigger.ANSWER
    assert store.schedule(CARD, "a") == Schedule("a", CARD)
    assert store.check() == []


def test_a_leech_that_was_let_in_is_let_in_and_then_answered_no_more(store):
    review = answered(Schedule("a", CARD))
    answer(store, "a")
    again = answered(store.schedule(CARD, "a"))
    store.record_all([again, suspending(again)])
    store.set_state(CARD, "a", suspended=False)
    store.undo()
    assert store.schedule(CARD, "a").suspended
    store.undo()
    assert store.schedule(CARD, "a") == review.after


def test_a_state_is_not_recorded_by_itself(store):
    review = answered(Schedule("a", CARD))
    with pytest.raises(ValueError, match="the store's own"):
        store.record(suspending(review))


def test_undo_takes_back_a_suspension_and_then_the_answer_before_it(store):
    review = answered(Schedule("a", CARD))
    answer(store, "a")
    store.set_state(CARD, "a", suspended=True)
    store.undo()
    assert store.schedule(CARD, "a") == review.after
    store.undo()
    assert store.schedule(CARD, "a") == Schedule("a", CARD)


def test_undo_takes_the_answer_out_of_the_day(store):
    answer(store, "a", answer_ms=500)
    store.undo()
    assert (store.days(), store.answered_on(date(2026, 5, 4))) == ([], DayCounts())


# What the log refuses


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE reviews SET rating = 4",
        "DELETE FROM reviews",
        "INSERT OR REPLACE INTO reviews SELECT "
        + REVIEW_COLUMNS.replace("item", "'forged'")
        + " FROM reviews",
        "REPLACE INTO reviews SELECT * FROM reviews",
    ],
)
def test_the_log_is_append_only_for_every_program(store, sql):
    review = answer(store, "a")
    with closing(sqlite3.connect(store.path)) as other:
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            other.execute(sql)
        other.rollback()
    assert list(store.reviews()) == [review]


# States


def test_a_card_never_seen_can_be_suspended(store):
    assert store.set_state(CARD, "a", suspended=True).suspended
    assert store.schedule(CARD, "a").suspended


def test_suspending_and_burying_do_not_touch_each_other(store):
    store.set_state(CARD, "a", suspended=True)
    store.set_state(CARD, "a", buried_until=date(2026, 5, 6))
    changed = store.set_state(CARD, "a", suspended=False)
    assert changed == Schedule("a", CARD, buried_until=date(2026, 5, 6))


def test_a_state_that_does_not_change_is_not_logged(store):
    store.set_state(CARD, "a", suspended=False, buried_until=None)
    assert list(store.log()) == []


# Renaming


def test_a_renamed_card_keeps_schedule_and_history(store):
    review = answer(store, "old")
    assert store.rename("old", "new")
    assert store.schedule(CARD, "new") == review.after._replace(item="new")
    assert (store.schedule(CARD, "old").phase, list(store.reviews(CARD, "new"))) == (
        Phase.NEW,
        [review],
    )


def test_a_card_renamed_twice_can_still_be_undone(store):
    answer(store, "one")
    store.rename("one", "two")
    store.rename("two", "three")
    store.undo()
    assert store.schedules(CARD) == {}


def test_a_card_with_a_history_of_its_own_takes_over_no_other(store):
    answer(store, "old")
    answer(store, "new")
    assert not store.rename("old", "new")


def test_what_was_never_answered_cannot_be_renamed(store):
    assert not store.rename("old", "new")


def test_a_history_that_the_learner_handed_over_is_given_back_by_undo(store):
    review = answer(store, "old")
    store.rename("old", "new", by_learner=True)
    store.undo()
    assert store.schedules(CARD) == {"old": review.after}
    assert (store.history("old"), store.history("new")) == ([review], [])
    assert store.check() == []


def test_a_renaming_by_the_author_is_not_undone(store):
    answer(store, "old")
    store.rename("old", "new")
    assert store.undo().trigger is Trigger.ANSWER
    assert store.schedules(CARD) == {}


def test_answers_after_a_history_was_handed_over_are_taken_back_before_it(store):
    first = answer(store, "old")
    store.rename("old", "new", by_learner=True)
    answer(store, "new")
    taken = [store.undo() for _ in range(3)]
    assert [(row.item, row.trigger) for row in taken] == [
        ("new", Trigger.ANSWER),
        ("old", Trigger.RENAMED),
        ("old", Trigger.ANSWER),
    ]
    assert taken[-1].id == first.id


def test_a_history_given_back_can_be_handed_to_another_card(store):
    review = answer(store, "old")
    store.rename("old", "new", by_learner=True)
    store.undo()
    answer(store, "new", Rating.HARD)
    assert store.rename("old", "newer", by_learner=True)
    assert store.history("newer") == [review]
    assert [row.rating for row in store.history("new")] == [Rating.HARD]
    assert store.histories(CARD).keys() == {"newer", "new"}


def test_marks_go_back_with_a_history(store):
    answer(store, "old")
    store.set_state(CARD, "old", suspended=True, flag=3)
    before = store.schedule(CARD, "old")
    store.rename("old", "new", by_learner=True)
    store.undo()
    assert store.schedules(CARD) == {"old": before}


# Days


def test_a_day_counts_new_cards_and_reviews(store):
    answer(store, "a", answer_ms=300)
    answer(store, "b", Rating.AGAIN)
    answer(store, "a", Rating.HARD, answer_ms=200)
    assert store.answered_on(study_day(NOW)) == DayCounts(new=2, reviews=1)
    assert store.days() == [
        Day(
            study_day(NOW),
            CARD,
            new=2,
            reviews=1,
            again=1,
            hard=1,
            good=1,
            young=1,
            young_recalled=1,
            answer_ms=500,
        )
    ]


def test_a_memory_of_three_weeks_counts_as_mature(store):
    answer(store, "a", stability=21.0)
    answer(store, "a", Rating.AGAIN)
    (day,) = store.days()
    assert (day.mature, day.mature_recalled, day.young) == (1, 0, 0)


def test_a_card_brought_forward_is_no_answer(store):
    card = answer(store, "a").after
    before = store.days()
    store.record(forward(card))
    assert store.days() == before


def test_days_are_given_from_the_day_asked_for(store):
    answer(store, "a")
    answer(store, "a", at=NOW + timedelta(days=5))
    assert [day.day for day in store.days(date(2026, 5, 5))] == [date(2026, 5, 9)]


# The cache


def steps():
    names = st.sampled_from("abc")
    return st.lists(
        st.one_of(
            st.tuples(st.just("answer"), names, st.sampled_from(list(Rating))),
            st.tuples(st.just("undo")),
            st.tuples(st.just("suspend"), names, st.booleans()),
            st.tuples(st.just("bury"), names),
            st.tuples(st.just("forward"), names),
            st.tuples(st.just("rename"), names, names, st.booleans()),
        ),
        max_size=20,
    )


def do(store, step):
    match step:
        case ("answer", item, rating):
            answer(store, item, rating)
        case ("undo",):
            store.undo()
        case ("suspend", item, on):
            store.set_state(CARD, item, suspended=on)
        case ("bury", item):
            store.set_state(CARD, item, buried_until=date(2026, 5, 5))
        case ("forward", item) if store.schedule(CARD, item).phase is not Phase.NEW:
            store.record(forward(store.schedule(CARD, item)))
        case ("rename", old, new, by_learner):
            store.rename(old, new, by_learner=by_learner)


@settings(max_examples=30)
@given(steps())
def test_the_cache_is_always_what_the_log_says(tmp_path_factory, history):
    with Store.open(tmp_path_factory.mktemp("s"), clock=lambda: NOW) as store:
        for step in history:
            do(store, step)
        assert (store.check(), store.rebuild()) == ([], 0)


@settings(max_examples=15)
@given(steps())
def test_undoing_everything_leaves_nothing_behind(tmp_path_factory, history):
    with Store.open(tmp_path_factory.mktemp("s"), clock=lambda: NOW) as store:
        for step in history:
            do(store, step)
        while store.undo():
            pass
        assert store.schedules(CARD) == {}
        assert store.days() == []


def test_a_lost_cache_is_rebuilt_from_the_log(store):
    reviews = [answer(store, item) for item in "abc"]
    days = store.days()
    with closing(sqlite3.connect(store.path)) as other, other:
        other.execute("DELETE FROM schedules WHERE item = 'a'")
        other.execute("UPDATE schedules SET stability = 99 WHERE item = 'b'")
        other.execute("UPDATE days SET good = 77")
    assert len(store.check()) == 3
    assert store.rebuild() == 3
    assert store.check() == []
    assert store.schedules(CARD) == {review.item: review.after for review in reviews}
    assert store.days() == days


def test_a_row_forged_into_the_log_is_noticed(store):
    answer(store, "a")
    columns = REVIEW_COLUMNS.removeprefix("id, ")
    with closing(sqlite3.connect(store.path)) as other, other:
        other.execute(
            f"INSERT INTO reviews SELECT NULL, {columns.replace('was_reps', '5')} FROM reviews"
        )
    assert "row 2 of the log does not follow from the row before it" in store.check()


def test_a_trigger_taken_away_is_noticed(store):
    with closing(sqlite3.connect(store.path)) as other, other:
        other.execute("DROP TRIGGER reviews_never_go")
    assert store.check() == ["the trigger reviews_never_go is missing"]


def test_reviews_can_be_read_while_others_are_written(store):
    items = [f"c{number}" for number in range(1200)]  # more than a page
    store.record_all([answered(Schedule(item, CARD)) for item in items])
    seen = []
    for review in store.reviews():
        if not seen:
            answer(store, "late")
        seen.append(review.item)
    assert seen == [*items, "late"]


def test_reviews_since_a_time_leave_out_earlier_ones(store):
    answer(store, "a")
    later = answer(store, "b", at=NOW + timedelta(hours=1))
    assert list(store.reviews(since=NOW + timedelta(minutes=1))) == [later]


def test_a_closed_store_says_so_instead_of_crashing(store):
    store.close()
    with pytest.raises(StoreError, match="closed"):
        store.schedule(CARD, "a")
