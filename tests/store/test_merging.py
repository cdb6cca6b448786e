"""Two devices' databases become one, through `Store.merge` on real files."""

import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from hashlib import sha256

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from quizapp.clock import start_of_study_day, study_day
from quizapp.domain.memory import ItemKind, Rating, Review, Trigger, as_new, moved_to
from quizapp.domain.outcomes import Tier, Verdict
from quizapp.domain.records import FittedRow, SubmissionRow
from quizapp.errors import StoreError
from quizapp.store import Store
from quizapp.store.merge import Replay
from quizapp.store.rows import to_micros
from quizapp.study.exercises import bring_forward
from quizapp.study.scheduler import Scheduler

START = datetime(2026, 5, 4, 12, tzinfo=UTC)
CARD = ItemKind.CARD
SCHEDULER = Scheduler()
REPLAY = Replay(SCHEDULER.review, bring_forward)


class Device:
    """A learner's device: a store, and a clock that is moved by hand."""

    def __init__(self, folder, now=START):
        self.now = now
        self.store = Store.open(folder, clock=lambda: self.now)

    def answer(self, item="a", rating=Rating.GOOD, wait=timedelta(minutes=1)):
        self.now += wait
        before = self.store.schedule(CARD, item)
        after = SCHEDULER.review(before, rating, self.now)
        self._record(item, Trigger.ANSWER, rating, before, after)

    def fail(self, item="a", wait=timedelta(minutes=1)):
        """A failed check brings the card forward."""
        self.now += wait
        before = self.store.schedule(CARD, item)
        after = bring_forward(before, self.now)
        if after != before:
            self._record(item, Trigger.BROUGHT_FORWARD, None, before, after)

    def reschedule(self, item, trigger, change):
        """The learner resets the card, or moves its day."""
        before = self.store.schedule(CARD, item)
        after = change(before)
        if after != before:
            drawn = {"due": to_micros(after.due)} if trigger is Trigger.MOVED else None
            self._record(item, trigger, None, before, after, drawn)

    def _record(self, item, trigger, rating, before, after, drawn=None):
        day = study_day(self.now)
        self.store.record(
            Review(0, item, CARD, trigger, rating, self.now, day, before, after, None, drawn)
        )

    def copy(self, folder):
        """Another device that begins with all that this one has."""
        folder.mkdir(parents=True)
        with closing(sqlite3.connect(folder / "quizapp.db")) as target:
            self.store._database.connection.backup(target)
        return Device(folder, self.now)

    def merge(self, other):
        return self.store.merge(other.store.path, lambda: REPLAY)

    @property
    def content(self):
        """Every row of every table, and what the days came to."""
        with closing(sqlite3.connect(self.store.path)) as database:
            tables = database.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")
            rows = {
                name: database.execute(f"SELECT * FROM {name} ORDER BY 1, 2").fetchall()
                for (name,) in tables.fetchall()
            }
        return rows | {"days": self.store.days()}  # without those from which all was taken back


@pytest.fixture
def devices(tmp_path):
    """Two devices, the second set up from the first after a few answers."""
    first = Device(tmp_path / "first")
    for item in "abc":
        first.answer(item)
    second = first.copy(tmp_path / "second")
    yield first, second
    first.store.close()
    second.store.close()


def answers(device, item):
    return [review.rating for review in device.store.reviews(CARD, item)]


def test_the_other_device_s_answers_come_in(devices):
    here, there = devices
    there.answer("d", Rating.EASY)

    merged = here.merge(there)

    assert merged.added == 1
    assert here.store.schedule(CARD, "d") == there.store.schedule(CARD, "d")


def test_nothing_new_changes_nothing(devices):
    here, there = devices
    before = here.content

    assert here.merge(there).added == 0
    assert here.content == before


def test_answers_on_both_devices_are_all_kept(devices):
    here, there = devices
    here.answer("a", Rating.HARD, timedelta(days=1))
    there.answer("a", Rating.AGAIN, timedelta(days=2))

    here.merge(there)

    assert answers(here, "a") == [Rating.GOOD, Rating.HARD, Rating.AGAIN]


def test_the_schedule_of_a_card_answered_on_both_is_that_of_one_device(devices, tmp_path):
    here, there = devices
    here.answer("a", Rating.HARD, timedelta(days=1))
    there.answer("a", Rating.GOOD, timedelta(days=3))
    alone = Device(tmp_path / "alone")
    alone.answer("a")
    alone.answer("a", Rating.HARD, timedelta(days=1, minutes=2))
    alone.answer("a", Rating.GOOD, timedelta(days=2))

    here.merge(there)

    assert here.store.schedule(CARD, "a") == alone.store.schedule(CARD, "a")
    alone.store.close()


def test_what_was_undone_on_one_device_is_undone(devices):
    here, there = devices
    there.store.undo()

    here.merge(there)

    assert answers(here, "c") == []
    assert here.store.schedule(CARD, "c").reps == 0


def test_what_was_undone_on_both_devices_is_undone_once(devices):
    here, there = devices
    here.store.undo()
    there.now += timedelta(hours=1)
    there.store.undo()

    here.merge(there)

    assert answers(here, "c") == []
    assert here.store.check() == []


def test_an_answer_after_one_that_the_other_device_took_back_stays(devices):
    here, there = devices
    here.store.undo()
    there.answer("c", Rating.EASY, timedelta(days=1))

    here.merge(there)

    assert answers(here, "c") == [Rating.EASY]
    assert here.store.schedule(CARD, "c").reps == 1


def test_an_answer_taken_back_after_another_device_went_on_is_left_out_of_the_memory(devices):
    here, there = devices
    there.answer("c", Rating.EASY, timedelta(hours=1))
    here.now += timedelta(days=1)
    here.store.undo()

    here.merge(there)

    assert answers(here, "c") == [Rating.EASY]
    assert here.store.schedule(CARD, "c").reps == 1


def test_what_both_devices_take_back_is_taken_back_once_and_by_the_same_row(devices):
    here, there = devices
    there.now += timedelta(minutes=1)
    there.store.undo()
    here.now += timedelta(minutes=2)
    here.store.undo()
    elsewhere = there.copy(here.store.path.parent.with_name("third"))

    here.merge(there)
    elsewhere.merge(here)

    assert here.content == elsewhere.content
    assert [row.trigger for row in here.store.log()].count(Trigger.UNDO) == 1
    elsewhere.store.close()


def test_a_card_suspended_on_one_device_is_suspended(devices):
    here, there = devices
    there.store.set_state(CARD, "a", suspended=True)
    here.answer("a", Rating.GOOD, timedelta(hours=1))

    here.merge(there)

    assert here.store.schedule(CARD, "a").suspended
    assert here.store.schedule(CARD, "a").reps == 2


def test_a_card_renamed_on_both_devices_keeps_the_answers_of_both(devices):
    here, there = devices
    here.store.rename("a", "z")
    here.answer("z", Rating.GOOD, timedelta(days=1))
    there.answer("a", Rating.HARD, timedelta(days=2))
    there.store.rename("a", "z")

    here.merge(there)

    assert answers(here, "z") == [Rating.GOOD, Rating.GOOD, Rating.HARD]
    assert here.store.schedule(CARD, "z").reps == 3
    assert here.store.schedule(CARD, "a").reps == 0


def test_a_history_handed_over_and_back_is_back_on_the_other_device(devices):
    here, there = devices
    there.store.rename("a", "z", by_learner=True)
    there.store.undo()
    here.answer("b", wait=timedelta(days=1))
    before = there.store.schedule(CARD, "a")

    here.merge(there)

    assert here.store.schedule(CARD, "a") == before
    assert here.store.schedule(CARD, "z").reps == 0


def test_an_answer_from_before_a_history_was_handed_over_goes_back_with_it(devices):
    here, there = devices
    here.answer("a", Rating.HARD, timedelta(minutes=5))
    there.now += timedelta(days=1)
    there.store.rename("a", "z", by_learner=True)
    there.store.undo()

    there.merge(here)

    assert there.store.schedule(CARD, "a") == here.store.schedule(CARD, "a")
    assert there.store.check() == []


def test_an_answer_that_came_after_stays_with_the_card_that_gives_a_history_back(devices):
    here, there = devices
    here.store.rename("a", "z", by_learner=True)
    there.merge(here)
    there.answer("z", Rating.EASY, timedelta(days=1))
    here.now += timedelta(days=2)
    here.store.undo()

    here.merge(there)

    assert answers(here, "a") == [Rating.GOOD]
    assert answers(here, "z") == [Rating.EASY]
    assert [here.store.schedule(CARD, item).reps for item in "az"] == [1, 1]


def test_a_renaming_of_the_author_s_stands_where_the_learner_s_is_taken_back(devices):
    here, there = devices
    here.store.rename("a", "z")
    there.now += timedelta(minutes=1)
    there.store.rename("a", "z", by_learner=True)
    there.store.undo()

    here.merge(there)

    assert [here.store.schedule(CARD, item).reps for item in "az"] == [0, 1]
    assert answers(here, "z") == [Rating.GOOD]


def test_days_count_the_answers_of_both(devices):
    here, there = devices
    here.answer("d")
    there.answer("e", wait=timedelta(minutes=2))

    here.merge(there)

    assert here.store.answered_on(study_day(START)).new == 5


def test_the_log_is_append_only_again_afterwards(devices):
    here, there = devices
    there.answer("d")
    here.merge(there)

    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        here.store._database.connection.execute("DELETE FROM reviews")


def test_one_undo_still_takes_back_what_was_recorded_together(devices):
    here, there = devices
    for device, item in ((here, "d"), (there, "e")):
        before = [device.store.schedule(CARD, name) for name in (item, item + item)]
        device.now += timedelta(hours=len(item))
        together = [
            Review(
                0,
                each.item,
                CARD,
                Trigger.ANSWER,
                Rating.GOOD,
                device.now,
                study_day(device.now),
                each,
                SCHEDULER.review(each, Rating.GOOD, device.now),
            )
            for each in before
        ]
        device.store.record_all(together)
    here.merge(there)
    here.store.undo()

    left = {review.item for review in here.store.reviews()}
    assert left in ({"a", "b", "c", "d", "dd"}, {"a", "b", "c", "e", "ee"})


def submission(exercise, at):
    source = exercise.encode()
    return SubmissionRow(
        exercise,
        source,
        sha256(source).hexdigest(),
        at,
        Verdict.PASSED,
        1,
        1,
        7,
        Tier.PROCESS,
        "{}",
    )


def test_submissions_and_help_of_both_are_kept_in_order_of_time(devices):
    here, there = devices
    late, early = submission("iou", START + timedelta(days=2)), submission("conv", START)
    here.store.add_submission(late)
    there.store.add_submission(early)
    there.store.add_hint("conv")

    assert here.merge(there).submissions == 1
    assert [row.exercise for row in here.store.submissions()] == ["conv", "iou"]
    assert here.store.hints_shown("conv") == 1


def test_the_latest_fit_of_both_is_in_use(devices):
    here, there = devices
    fitted = FittedRow(CARD, START, tuple(map(float, range(21))), adopted=True)
    there.store.add_fit(fitted)
    here.store.add_fit(replace(fitted, at=START - timedelta(days=1), parameters=None))

    here.merge(there)

    assert here.store.parameters(CARD) == fitted.parameters


def test_settings_of_the_device_used_last_win(devices):
    here, there = devices
    here.store.set_setting("new_per_day", 5)
    there.store.set_setting("new_per_day", 7)
    there.answer("d")

    here.merge(there)

    assert here.store.setting("new_per_day", 0) == 7


def test_a_copy_is_made_before(devices):
    here, there = devices
    there.answer("d")
    here.merge(there)

    (copy,) = (here.store.path.parent / "backups").glob("*-before-merge.db")
    with Store.open(copy, clock=lambda: START) as store:
        assert store.schedule(CARD, "d").reps == 0


def test_the_other_database_is_not_touched(devices, tmp_path):
    here, there = devices
    there.answer("d")
    there.store.close()
    before = there.store.path.read_bytes()

    here.store.merge(there.store.path, lambda: REPLAY)

    assert there.store.path.read_bytes() == before
    assert [path.name for path in there.store.path.parent.glob("quizapp.db*")] == ["quizapp.db"]


@pytest.mark.parametrize("content", [b"", b"hello", b"x" * 5000])
def test_a_file_that_is_no_database_of_ours_is_refused(devices, tmp_path, content):
    (tmp_path / "other.db").write_bytes(content)
    before = devices[0].content

    with pytest.raises(StoreError):
        devices[0].store.merge(tmp_path / "other.db", lambda: REPLAY)
    assert devices[0].content == before


def test_a_missing_file_is_refused(devices, tmp_path):
    with pytest.raises(StoreError, match="cannot be read"):
        devices[0].store.merge(tmp_path / "nowhere.db", lambda: REPLAY)
    assert not (tmp_path / "nowhere.db").exists()


def test_a_log_that_is_not_sound_is_refused(devices):
    here, there = devices
    there.answer("d")
    with closing(sqlite3.connect(there.store.path)) as database:
        database.execute("DROP TRIGGER reviews_never_go")
        database.execute("DELETE FROM reviews WHERE id = 1")
        database.commit()
    before = here.content

    with pytest.raises(StoreError, match="not sound"):
        here.merge(there)
    assert here.content == before


deeds = st.lists(
    st.tuples(
        st.sampled_from([*["answer"] * 3, *"undo fail suspend rename hand reset move".split()]),
        st.sampled_from("abc"),
        st.sampled_from(list(Rating)),
        st.sampled_from([0, 1, 3600, 86_400, 5 * 86_400, -3600]),
    ),
    max_size=6,
)


def do(device, history):
    for deed, item, rating, seconds in history:
        wait = timedelta(seconds=seconds)
        if deed == "answer":
            device.answer(item, rating, wait)
        elif deed == "fail":
            device.fail(item, wait)
        else:
            device.now += wait
            if deed == "undo":
                device.store.undo()
            elif deed in ("rename", "hand"):
                device.store.rename(item, item + "2", by_learner=deed == "hand")
            elif deed == "reset":
                device.reschedule(item, Trigger.RESET, as_new)
            elif deed == "move":
                due = start_of_study_day(study_day(device.now) + timedelta(days=rating))
                device.reschedule(item, Trigger.MOVED, partial(moved_to, due=due))
            else:
                suspended = device.store.schedule(CARD, item).suspended
                device.store.set_state(CARD, item, suspended=not suspended)


@settings(max_examples=12, suppress_health_check=[HealthCheck.too_slow])
@given(together=deeds, here=deeds, there=deeds)
def test_in_any_order_the_result_is_the_same_sound_and_final(
    tmp_path_factory, together, here, there
):
    root = tmp_path_factory.mktemp("devices")
    first = Device(root / "first")
    do(first, together)
    second = first.copy(root / "second")
    do(first, here)
    do(second, there)
    one, other = first.copy(root / "one"), second.copy(root / "other")

    one.merge(second)
    other.merge(first)

    assert one.content == other.content
    assert one.store.check() == []
    merged = one.content
    assert one.merge(second).added == one.merge(first).added == 0
    assert one.content == merged
    for device in (first, second, one, other):
        device.store.close()
    shutil.rmtree(root)
