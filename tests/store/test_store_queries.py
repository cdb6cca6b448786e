"""What the store can be asked: due items, new ones, counts, submissions, help, settings."""

import hashlib
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from quizapp.clock import study_day
from quizapp.domain.history import Standing
from quizapp.domain.memory import ItemKind, Memory, Phase, Rating, Review, Schedule, Trigger
from quizapp.domain.outcomes import Tier, Verdict
from quizapp.domain.records import SubmissionRow
from quizapp.errors import StoreError
from quizapp.store import Store

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
CARD, EXERCISE = ItemKind.CARD, ItemKind.EXERCISE


@pytest.fixture
def store(tmp_path):
    with Store.open(tmp_path, clock=lambda: NOW) as opened:
        yield opened


def keep(store, item, *, days=0, stability=10.0, ago=10, phase=Phase.REVIEW, forward=False):
    """Store an item due in `days`, last answered `ago` days ago."""
    last = NOW - timedelta(days=ago)
    before = store.schedule(CARD, item)
    after = Schedule(
        item,
        CARD,
        phase,
        None if phase is Phase.REVIEW else 0,
        Memory(stability, 5.0),
        NOW + timedelta(days=days),
        last,
        reps=1,
        brought_forward=forward,
    )
    store.record(
        Review(0, item, CARD, Trigger.ANSWER, Rating.GOOD, last, study_day(last), before, after)
    )
    return after


def due(store, **options):
    return [schedule.item for schedule in store.due_schedules(NOW, **options)]


def test_what_is_due_now_or_earlier_is_due(store):
    keep(store, "past", days=-1, ago=20)
    keep(store, "now")
    keep(store, "future", days=1)
    assert due(store) == ["past", "now"]


def test_a_due_schedule_is_given_as_it_was_stored(store):
    kept = keep(store, "a")
    assert store.due_schedules(NOW) == [kept]


def test_the_most_forgotten_is_given_first(store):
    keep(store, "stable", stability=90.0)
    keep(store, "weak", stability=2.0)
    keep(store, "old", stability=20.0, ago=60)
    assert due(store) == ["weak", "old", "stable"]


def test_learning_steps_and_what_was_brought_forward_come_before_other_reviews(store):
    keep(store, "review", stability=1.0)
    keep(store, "forward", stability=90.0, forward=True)
    keep(store, "step", stability=90.0, phase=Phase.RELEARNING)
    assert due(store) == ["step", "forward", "review"]


def test_a_limit_keeps_the_most_forgotten(store):
    for stability in (5.0, 1.0, 9.0):
        keep(store, f"s{stability:.0f}", stability=stability)
    assert due(store, limit=2) == ["s1", "s5"]


def test_suspended_and_buried_items_are_not_due(store):
    for item in ("suspended", "buried", "dug-out"):
        keep(store, item)
    store.set_state(CARD, "suspended", suspended=True)
    store.set_state(CARD, "buried", buried_until=study_day(NOW) + timedelta(days=1))
    store.set_state(CARD, "dug-out", buried_until=study_day(NOW))
    assert due(store) == ["dug-out"]
    assert store.due_items(NOW) == [("dug-out", Phase.REVIEW)]


def test_reviews_are_counted_by_study_day(store):
    for item, days in (("a", 3), ("b", 3), ("c", 5), ("later", 6), ("today", 0)):
        keep(store, item, days=days)
    keep(store, "suspended", days=4)
    store.set_state(CARD, "suspended", suspended=True)
    today = study_day(NOW)
    counted = store.due_by_day(today + timedelta(days=1), today + timedelta(days=5))
    assert counted == {today + timedelta(days=3): 2, today + timedelta(days=5): 1}


def test_exercises_are_asked_for_apart(store):
    keep(store, "a")
    assert store.due_schedules(NOW, EXERCISE) == []


def test_due_counts_fall_between_their_edges(store):
    for number, days in enumerate((-3, 0.5, 1.5, 1.6, 9)):
        keep(store, f"c{number}", days=days)
    edges = [NOW + timedelta(days=ahead) for ahead in (1, 2, 3)]
    assert store.due_counts(edges) == [2, 2, 0]


def test_new_items_keep_the_order_of_the_course(store):
    keep(store, "b")
    store.set_state(CARD, "d", suspended=True)
    store.set_state(CARD, "e", buried_until=date(2026, 5, 5))
    store.set_state(CARD, "f", suspended=True)
    store.set_state(CARD, "f", suspended=False)
    assert store.new_items(iter("gabcdef"), 9) == ["g", "a", "c", "f"]


def test_new_items_are_found_beyond_the_first_thousand(store):
    items = [f"c{number}" for number in range(2500)]
    last = NOW - timedelta(days=1)
    after = Schedule("", CARD, Phase.REVIEW, None, Memory(1, 5), NOW, last, reps=1)
    store.record_all(
        [
            Review(
                0,
                item,
                CARD,
                Trigger.ANSWER,
                Rating.GOOD,
                last,
                study_day(last),
                Schedule(item, CARD),
                after._replace(item=item),
            )
            for item in items[:2400]
        ]
    )
    assert store.new_items(items, 3) == ["c2400", "c2401", "c2402"]
    assert len(store.answered_items()) == 2400


def test_standings_say_how_far_each_item_is(store):
    keep(store, "a", stability=4.5)
    store.set_state(CARD, "b", suspended=True)
    today = study_day(NOW).toordinal()
    assert sorted(store.standings()) == [
        Standing("a", Phase.REVIEW, 4.5, False, 5.0, due=today, last=today - 10),
        Standing("b", Phase.NEW, None, True),
    ]


@pytest.mark.parametrize("year", [1960, 2026])
@pytest.mark.parametrize("minutes", [230, 240, 250])
def test_a_standing_turns_its_day_at_four_before_1970_too(store, year, minutes):
    last = datetime(year, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    keep(store, "a", ago=(NOW - last) / timedelta(days=1))
    (found,) = store.standings()

    assert found.last == date(year, 1, 1).toordinal() - (minutes < 240)


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT item, phase FROM schedules WHERE kind = 'card' AND suspended = 0 "
        "AND due IS NOT NULL AND due <= 1 AND (buried_until IS NULL OR buried_until <= '')",
        "SELECT count(*) FROM schedules WHERE kind = 'card' AND suspended = 0 "
        "AND due IS NOT NULL AND due >= 1 AND due < 2",
    ],
)
def test_what_is_due_is_read_from_the_index_alone(store, sql):
    with closing(sqlite3.connect(store.path)) as other:
        plan = " ".join(row[3] for row in other.execute(f"EXPLAIN QUERY PLAN {sql}"))
    assert "SEARCH schedules USING COVERING INDEX schedules_due" in plan


def submission(exercise="iou", source=b"def iou(): ...", at=NOW, verdict=Verdict.FAILED):
    return SubmissionRow(
        exercise=exercise,
        source=source,
        sha256=hashlib.sha256(source).hexdigest(),
        at=at,
        verdict=verdict,
        score=1,
        max_score=5,
        seed=2**62,
        isolation=Tier.NAMESPACES,
        outcome='{"verdict": "failed", "text": "形状"}',
    )


def test_a_submission_is_read_back_byte_for_byte(store):
    kept = store.add_submission(submission(source=b"\xef\xbb\xbf# \x00\xff\r\n"))
    assert store.submissions("iou") == [kept]


def test_submissions_of_one_exercise_are_given_in_order(store):
    first = store.add_submission(submission())
    store.add_submission(submission("conv"))
    second = store.add_submission(submission(verdict=Verdict.PASSED))
    assert store.submissions("iou") == [first, second]
    assert len(store.submissions()) == 3


def test_submissions_since_a_time_leave_out_earlier_ones(store):
    store.add_submission(submission(at=NOW - timedelta(days=1)))
    now = store.add_submission(submission())
    assert store.submissions("iou", since=NOW) == [now]


def test_the_same_source_is_kept_once(store):
    store.add_submission(submission())
    store.add_submission(submission())
    with closing(sqlite3.connect(store.path)) as other:
        assert other.execute("SELECT count(*) FROM sources").fetchone() == (1,)


def test_a_wrong_digest_is_refused(store):
    with pytest.raises(ValueError, match="sha256"):
        store.add_submission(replace(submission(), sha256="0" * 64))


def test_an_outcome_that_is_no_json_is_refused(store):
    with pytest.raises(StoreError):
        store.add_submission(replace(submission(), outcome="{"))
    assert store.submissions() == []


def test_a_submission_and_its_review_can_be_one_transaction(store):
    def interrupted():
        with store.transaction():
            store.add_submission(submission())
            store.set_state(CARD, "a", suspended=True)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert (store.submissions(), list(store.log())) == ([], [])


def test_hints_are_counted_for_each_exercise(store):
    assert [store.add_hint("iou"), store.add_hint("iou"), store.add_hint("conv")] == [1, 2, 1]
    assert store.hints_shown("iou") == 2


def test_hints_of_an_earlier_attempt_do_not_count(store):
    store.add_hint("iou")
    assert store.hints_shown("iou", since=NOW + timedelta(seconds=1)) == 0


def test_a_solution_shown_is_remembered_apart_from_hints(store):
    store.add_hint("iou")
    assert not store.solution_shown("iou")
    store.add_solution_shown("iou")
    assert (store.solution_shown("iou"), store.hints_shown("iou")) == (True, 1)


@pytest.mark.parametrize("value", ["zh", 7, 0.5, True, ["a", "b"]])
def test_a_setting_is_kept(store, value):
    store.set_setting("key", value)
    assert store.setting("key", type(value)()) == value


def test_a_setting_can_be_changed(store):
    store.set_setting("language", "en")
    store.set_setting("language", "zh")
    assert store.setting("language", "en") == "zh"


@pytest.mark.parametrize("default", [10, True, "x"])
def test_a_setting_never_set_or_of_another_type_is_the_default(store, default):
    store.set_setting("limit", 0.5)
    assert (store.setting("limit", default), store.setting("other", default)) == (default, default)
