"""Cards whose author has raised `rev:` are asked once more, early, and lose nothing by it."""

import json
import random
import sqlite3
import sys
from contextlib import closing
from datetime import timedelta
from subprocess import run

import pytest
from engine_support import FILES, NOON, StandingClock, write_course

from quizapp.domain.memory import REVISION, ItemKind, Phase, Rating, Trigger
from quizapp.engine import Engine, Selection

CARD = ItemKind.CARD
SUMS, SHAPES = "cards/sums.yaml", "cards/shapes.yaml"


def raised(file, **revisions):
    """The course's file with `rev` of some notes."""
    text = FILES[file]
    for name, rev in revisions.items():
        text = text.replace(f"- id: {name}\n", f"- id: {name}\n          rev: {rev}\n")
    return {file: text}


class Learner:
    """A learner's device, and the course as it lies there."""

    def __init__(self, root, clock):
        self.root, self.clock = root, clock
        self.engine = None
        self.meet({})

    def meet(self, changed):
        """Go on with a course whose files have changed."""
        self.close()
        write_course(self.root / "course", changed)
        home = self.root / "home"
        self.engine = Engine.open(self.root / "course", home, self.clock)

    def close(self):
        if self.engine is not None:
            self.engine.close()

    def learn(self, *cards):
        for card in cards:
            self.engine.answer(card, Rating.EASY)

    def asked(self, topics=()):
        """All reviews that are asked today, answered well."""
        self.engine.change_setting("new_per_day", "0")
        found = []
        while (prompt := self.engine.next_card(topics)) is not None:
            found.append(prompt.card.id)
            self.engine.answer(prompt.card.id, Rating.GOOD)
        return found

    def due(self):
        return sum(deck.due for deck in self.engine.deck_counts())

    def forward(self):
        """What brought cards forward: item and revision."""
        return [
            (row.item, (row.drawn or {}).get(REVISION))
            for row in self.engine.store.log()
            if row.trigger is Trigger.BROUGHT_FORWARD
        ]

    def copy(self, root):
        """Another device with all that this one has."""
        (root / "home").mkdir(parents=True)
        with closing(sqlite3.connect(root / "home/quizapp.db")) as target:
            self.engine.store._database.connection.backup(target)
        return Learner(root, self.clock)


@pytest.fixture
def clock():
    return StandingClock()


@pytest.fixture
def learner(tmp_path, clock):
    """One who learned two cards yesterday, which are due in some days."""
    learner = Learner(tmp_path / "one", clock)
    learner.learn("keyword", "sum-shape")
    clock.pass_days(1)
    yield learner
    learner.close()


def test_a_changed_card_is_asked_once_today_and_keeps_its_history(learner):
    before = learner.engine.store.schedule(CARD, "keyword")
    learner.meet(raised(SUMS, keyword=2))

    prompt = learner.engine.next_card()

    assert prompt.card.id == "keyword"
    assert prompt.schedule.brought_forward
    assert (prompt.schedule.memory, prompt.schedule.reps) == (before.memory, before.reps)
    assert learner.asked() == ["keyword"]
    assert learner.engine.store.schedule(CARD, "keyword").reps == before.reps + 1


def test_it_waits_for_nobody_to_ask_first(learner):
    learner.meet(raised(SUMS, keyword=2))
    assert learner.due() == 1


def test_once_answered_it_is_not_asked_early_again(learner, clock):
    learner.meet(raised(SUMS, keyword=2))
    learner.asked()
    for _ in range(2):
        learner.meet(raised(SUMS, keyword=2))
        assert learner.asked() == []
        clock.pass_days(1)
    assert learner.forward() == [("keyword", 2)]


def test_a_revision_raised_again_asks_again(learner, clock):
    for rev in (2, 3, 7):
        learner.meet(raised(SUMS, keyword=rev))
        assert learner.asked() == ["keyword"]
        clock.pass_days(1)


def test_a_revision_taken_back_asks_nothing(learner):
    learner.meet(raised(SUMS, keyword=3))
    learner.asked()
    learner.meet(raised(SUMS, keyword=2))
    assert learner.asked() == []


def test_a_card_never_answered_is_just_new(learner):
    learner.meet(raised(SHAPES, **{"len-is-axis-0": 2}))
    assert learner.asked() == []
    assert learner.engine.store.schedule(CARD, "len-is-axis-0").phase is Phase.NEW


def test_a_card_first_learned_as_changed_is_not_asked_early(learner, clock):
    learner.meet(raised(SHAPES, **{"len-is-axis-0": 2}))
    learner.learn("len-is-axis-0")
    clock.pass_days(1)
    assert learner.asked() == []


def test_all_cards_of_a_note_come_back(learner, clock):
    learner.learn("keep-dim/c1", "keep-dim/c2")
    clock.pass_days(1)
    learner.meet(raised(SUMS, **{"keep-dim": 2}))
    assert sorted(learner.asked()) == ["keep-dim/c1", "keep-dim/c2"]


def test_a_card_that_is_due_anyway_is_only_due(learner, clock):
    clock.pass_days(60)
    learner.meet(raised(SUMS, keyword=2))
    assert sorted(learner.asked()) == ["keyword", "sum-shape"]
    clock.pass_days(1)
    learner.meet(raised(SUMS, keyword=2))
    assert (learner.asked(), learner.forward()) == ([], [])


def test_a_suspended_card_stays_suspended_and_comes_once_it_is_back(learner):
    learner.engine.suspend("keyword")
    learner.meet(raised(SUMS, keyword=2))
    assert learner.asked() == []
    assert learner.engine.store.schedule(CARD, "keyword").suspended

    learner.engine.suspend("keyword", on=False)
    assert learner.asked() == ["keyword"]


def test_a_card_buried_for_today_comes_tomorrow(learner, clock):
    learner.engine.bury("keyword")
    learner.meet(raised(SUMS, keyword=2))
    assert learner.asked() == []
    clock.pass_days(1)
    assert learner.asked() == ["keyword"]


def test_an_undone_answer_leaves_it_brought_forward_and_not_twice(learner):
    learner.meet(raised(SUMS, keyword=2))
    learner.asked()
    for _ in range(2):
        assert learner.engine.undo().item == "keyword"
        assert learner.asked() == ["keyword"]
    assert learner.forward() == [("keyword", 2)]


def test_undo_takes_back_the_last_answer_and_not_what_the_author_did(learner):
    learner.meet(raised(SUMS, keyword=2))
    learner.engine.next_card()

    undone = learner.engine.undo()

    assert (undone.item, undone.trigger) == ("sum-shape", Trigger.ANSWER)
    assert learner.engine.store.schedule(CARD, "keyword").brought_forward
    assert learner.engine.store.check() == []


def test_the_first_answer_of_a_changed_card_can_be_undone_too(learner):
    learner.meet(raised(SUMS, keyword=2))
    learner.engine.next_card()

    learner.engine.undo()
    learner.engine.undo()

    assert learner.engine.undo() is None
    assert learner.engine.store.schedule(CARD, "keyword").phase is Phase.NEW
    assert learner.asked() == []
    assert learner.engine.store.check() == []


def test_a_card_reset_since_is_new(learner):
    learner.meet(raised(SUMS, keyword=2))
    learner.engine.next_card()
    learner.engine.reset([(CARD, "keyword")])
    assert learner.asked() == []


def test_a_card_that_was_renamed_as_it_was_changed_is_asked_once(learner, clock):
    text = raised(SUMS, keyword=2)[SUMS].replace("id: keyword\n", "id: keep\n")
    text = text.replace("rev: 2\n", "rev: 2\n          aliases: [keyword]\n")
    exercise = "exercises/sums/double/exercise.yaml"
    learner.meet({SUMS: text, exercise: FILES[exercise].replace("keyword", "keep")})
    assert learner.asked() == ["keep"]
    clock.pass_days(1)
    assert learner.asked() == []


def test_the_drawn_values_of_an_answer_are_kept_beside_the_revision(learner):
    learner.meet(raised(SUMS, **{"count-elements": 4}))
    drawn = dict(learner.engine.prompt("count-elements").drawn)
    learner.learn("count-elements")
    *_, row = learner.engine.store.log()
    assert row.drawn == {**drawn, REVISION: 4}


def test_a_course_that_is_read_again_in_a_session_is_followed(learner):
    assert learner.asked() == []
    write_course(learner.root / "course", raised(SUMS, keyword=2))
    learner.engine.reload_course()
    assert learner.asked() == ["keyword"]


@pytest.mark.parametrize("topics", [["sums"], []])
def test_a_chosen_session_asks_it_too(learner, topics):
    learner.meet(raised(SUMS, keyword=2))
    sitting = learner.engine.sitting(Selection(topics=topics, search="keyword"))
    assert sitting.progress().due_left == 1
    assert sitting.next().card.id == "keyword"


def test_a_search_for_what_is_due_finds_it(learner):
    learner.meet(raised(SUMS, keyword=2))
    assert [row.card.id for row in learner.engine.cards("is:due")] == ["keyword"]


def test_while_another_process_writes_it_waits(learner):
    learner.meet(raised(SUMS, keyword=2))
    learner.engine.store.wait_at_most(10)
    with closing(sqlite3.connect(learner.engine.store.path)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert learner.due() == 0
        other.execute("UPDATE settings SET value = value")
        other.execute("INSERT OR REPLACE INTO settings VALUES ('other', '1')")
        other.commit()
    assert learner.due() == 1


def test_statistics_and_fits_take_no_notice(learner):
    days = learner.engine.store.days()
    learner.meet(raised(SUMS, keyword=2))
    learner.engine.next_card()
    assert learner.engine.store.days() == days
    assert len(learner.engine.store.histories(CARD)["keyword"]) == 1


def test_a_revision_that_is_no_number_in_a_log_counts_for_nothing(learner):
    with learner.engine.store.transaction():
        learner.engine.store._database.write(
            "INSERT INTO reviews SELECT NULL, kind, item, trigger, rating, at, study_day, "
            "answer_ms, ?, grp, refers_to, phase, step, stability, difficulty, due, last_review, "
            "reps, lapses, brought_forward, suspended, buried_until, flag, phase, step, "
            "stability, difficulty, due, last_review, reps, lapses, brought_forward, suspended, "
            "buried_until, flag FROM reviews WHERE item = 'keyword'",
            json.dumps({REVISION: "zzz"}),
        )
    learner.meet(raised(SUMS, keyword=2))
    assert learner.due() == 1
    learner.meet(raised(SUMS, keyword=2))
    learner.due()
    assert learner.forward() == [("keyword", 2)]


# -- two devices --------------------------------------------------------------------------------


@pytest.fixture
def other(learner, tmp_path):
    other = learner.copy(tmp_path / "other")
    yield other
    other.close()


def test_what_another_device_has_asked_is_not_asked_here(learner, other, clock):
    other.meet(raised(SUMS, keyword=2))
    other.asked()
    clock.pass_days(1)
    learner.engine.merge(other.engine.store.path)
    learner.meet(raised(SUMS, keyword=2))
    assert (learner.asked(), learner.forward()) == ([], [("keyword", 2)])


def test_a_card_brought_forward_on_both_and_answered_on_one_is_done(learner, other, clock):
    for device in (learner, other):
        device.meet(raised(SUMS, keyword=2))
    other.asked()
    clock.now += timedelta(hours=1)
    assert learner.due() == 1

    learner.engine.merge(other.engine.store.path)

    assert not learner.engine.store.schedule(CARD, "keyword").brought_forward
    assert learner.asked() == []
    assert learner.engine.store.check() == []


def test_a_card_brought_forward_on_both_and_answered_on_none_is_asked_once(learner, other, clock):
    for device in (learner, other):
        clock.now += timedelta(hours=1)
        device.meet(raised(SUMS, keyword=2))
        device.due()
    learner.engine.merge(other.engine.store.path)
    assert learner.asked() == ["keyword"]


def test_a_log_that_is_taken_over_from_a_file_says_what_was_met(learner, tmp_path, clock):
    learner.meet(raised(SUMS, keyword=2))
    learner.asked()
    file = tmp_path / "log.jsonl"
    with file.open("w", encoding="utf-8") as stream:
        learner.engine.export_log(stream)
    fresh = Learner(tmp_path / "fresh", clock)
    fresh.engine.import_file(file)
    clock.pass_days(1)
    fresh.meet(raised(SUMS, keyword=2))
    assert (fresh.asked(), fresh.forward()) == ([], [("keyword", 2)])
    fresh.close()


def schedules(learner):
    return learner.engine.store.schedules(CARD)


@pytest.mark.parametrize("seed", range(8))
def test_devices_agree_in_whatever_order_they_merge(learner, other, clock, tmp_path, seed):
    rng = random.Random(seed)
    for _ in range(12):
        device = rng.choice((learner, other))
        clock.now += timedelta(minutes=rng.choice((1, 60, 1500)))
        deed = rng.choice(("meet", "meet", "ask", "ask", "undo", "suspend", "reset"))
        if deed == "meet":
            device.meet(raised(SUMS, keyword=rng.randint(1, 4), **{"sum-shape": 2}))
            device.due()
        elif deed == "ask":
            device.asked()
        elif deed == "undo":
            device.engine.undo()
        elif deed == "suspend":
            device.engine.suspend("keyword", on=rng.random() < 0.5)
        else:
            device.engine.reset([(CARD, "sum-shape")])
    one, two = learner.copy(tmp_path / "x"), other.copy(tmp_path / "y")
    one.engine.merge(other.engine.store.path)
    two.engine.merge(learner.engine.store.path)
    try:
        assert schedules(one) == schedules(two)
        assert one.engine.store.check() == []
        assert one.engine.merge(two.engine.store.path).added == 0
        latest = raised(SUMS, keyword=5, **{"sum-shape": 5})
        for device in (one, two):
            device.meet(latest)
            device.due()
        assert schedules(one) == schedules(two)
    finally:
        one.close()
        two.close()


# -- the command --------------------------------------------------------------------------------


def test_the_command_asks_a_changed_card_and_says_that_it_is_early(tmp_path, monkeypatch):
    course = write_course(tmp_path / "course")
    monkeypatch.setenv("QUIZAPP_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("QUIZAPP_COURSE", str(course))

    def quizapp(*words):
        told = run(
            [sys.executable, "-m", "quizapp", *words], capture_output=True, text=True, check=True
        )
        return told.stdout

    quizapp("settings", "new_per_day", "0")
    quizapp("answer", "keyword", "easy", "--at", (NOON - timedelta(days=100)).isoformat())
    quizapp("answer", "keyword", "easy")
    assert json.loads(quizapp("next", "--json")) is None
    write_course(course, raised(SUMS, keyword=2))

    asked = json.loads(quizapp("next", "--json"))

    assert asked["card"] == "keyword"
    quizapp("answer", "keyword", "good")
    assert json.loads(quizapp("next", "--json")) is None
