"""What was answered while the clock was ahead: named, and taken back as a whole."""

from datetime import UTC, datetime, timedelta

import pytest

from quizapp.clock import study_day
from quizapp.domain.memory import ItemKind, Rating, Review, Trigger, as_new
from quizapp.store import Store
from quizapp.study.scheduler import Scheduler

CARD = ItemKind.CARD
NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
YEAR = timedelta(days=365)


class Learner:
    """Answers at any time; the store's own clock says what time it is."""

    def __init__(self, folder):
        self.now = NOW
        self.store = Store.open(folder, clock=lambda: self.now)

    def review(self, item, trigger, after, rating=None):
        before = self.store.schedule(CARD, item)
        day = study_day(self.now)
        return Review(0, item, CARD, trigger, rating, self.now, day, before, after(before), None)

    def answer(self, item, rating=Rating.GOOD):
        def after(before):
            return Scheduler().review(before, rating, self.now)

        self.store.record(self.review(item, Trigger.ANSWER, after, rating))

    def schedules(self):
        return self.store.schedules(CARD)


@pytest.fixture
def learner(tmp_path):
    learner = Learner(tmp_path)
    with learner.store:
        yield learner


def test_a_log_of_the_past_holds_nothing_of_times_to_come(learner):
    learner.answer("a")

    assert (learner.store.answers_ahead().answers, learner.store.written_ahead()) == (0, None)


def test_clocks_that_differ_by_minutes_are_nothing_to_tell(learner):
    learner.answer("a")
    learner.now -= timedelta(minutes=59)

    assert (learner.store.answers_ahead().answers, learner.store.written_ahead()) == (0, None)


def test_answers_of_a_clock_that_was_ahead_are_counted_with_their_last_time(learner):
    learner.answer("a")
    learner.now += YEAR
    learner.answer("a")
    learner.answer("b")
    learner.now -= YEAR

    found = learner.store.answers_ahead()
    assert (found.answers, found.last, learner.store.written_ahead()) == (2, NOW + YEAR, NOW + YEAR)


def test_they_are_taken_back_from_below_what_was_answered_since(learner):
    learner.answer("a")
    before = learner.schedules()["a"]
    learner.now += YEAR
    learner.answer("a", Rating.AGAIN)
    learner.answer("b")
    learner.now -= YEAR
    learner.answer("c")
    since = learner.schedules()["c"]
    learner.store.take_back_ahead()

    assert learner.schedules() | {"b": None} == {"a": before, "b": None, "c": since}
    assert learner.store.schedule(CARD, "b").reps == 0
    assert (learner.store.answers_ahead().last, learner.store.check()) == (None, [])


def test_what_was_put_aside_until_a_day_far_off_comes_back(learner):
    learner.now += YEAR
    schedule = learner.store.schedule(CARD, "a")
    learner.store.set_states([(schedule, schedule._replace(buried_until=study_day(learner.now)))])
    learner.now -= YEAR

    assert learner.store.answers_ahead().last == NOW + YEAR
    learner.store.take_back_ahead()
    assert learner.store.schedule(CARD, "a").buried_until is None


def test_a_card_that_was_reset_since_stays_new_and_is_not_named(learner):
    learner.now += YEAR
    learner.answer("a")
    learner.now -= YEAR
    learner.store.record_all([learner.review("a", Trigger.RESET, as_new)])

    assert learner.store.answers_ahead().last is None
    learner.store.take_back_ahead()
    assert (learner.store.schedule(CARD, "a").reps, learner.store.check()) == (0, [])


def test_a_sibling_that_it_buried_may_have_been_answered_since(learner):
    learner.now += YEAR
    answer = learner.review(
        "a",
        Trigger.ANSWER,
        lambda was: Scheduler().review(was, Rating.GOOD, learner.now),
        Rating.GOOD,
    )
    bury = learner.review(
        "b", Trigger.STATE, lambda was: was._replace(buried_until=study_day(learner.now))
    )
    learner.store.record_all([answer, bury])
    learner.now -= YEAR
    learner.answer("b")
    reps = learner.store.schedule(CARD, "b").reps
    learner.store.take_back_ahead()

    assert learner.store.answers_ahead().last is None
    assert learner.store.schedule(CARD, "a").reps == 0
    after = learner.store.schedule(CARD, "b")
    assert (after.reps, after.buried_until, learner.store.check()) == (reps, None, [])


def test_a_copy_of_before_holds_the_answers(learner, tmp_path):
    learner.now += YEAR
    learner.answer("a")
    learner.now -= YEAR
    copy = learner.store.take_back_ahead()

    with Store.open(copy, clock=lambda: NOW) as kept:
        assert kept.answers_ahead().answers == 1


def test_a_copy_of_a_day_to_come_is_not_the_newest(learner, tmp_path):
    learner.answer("a")
    for ahead in (YEAR, timedelta(0)):
        with Store.open(tmp_path, clock=lambda now=NOW + ahead: now):
            pass

    assert learner.store.newest_backup().name == "quizapp-2026-05-04.db"
