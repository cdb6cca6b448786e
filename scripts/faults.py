"""Kill real processes while they write to a learner's database, and look at what is left.

`python -m scripts.faults --runs 1000` prints one line for each kind of work: how often a process
that did it was killed (`kill -9`, at a random moment of its work), what it had acknowledged by
then, and what of that was lost afterwards; how many files held a half-done state, and how many
could not be opened. Exit code 1 if anything was lost, half or closed.

A process acknowledges by writing to a pipe, after the call that promises to have written returned.
A kill proves what a process can lose, not what a disk can that forgets what it has confirmed.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import random
import shutil
import signal
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, fields
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from pathlib import Path

from quizapp.clock import study_day
from quizapp.domain.memory import ItemKind, Rating, Review, Trigger
from quizapp.domain.outcomes import Tier, Verdict
from quizapp.domain.records import SubmissionRow
from quizapp.errors import StoreError
from quizapp.store import Store, copies, recovery
from quizapp.store.merge import Replay
from quizapp.store.rows import state_to_json, to_micros
from quizapp.store.scripts import statements
from quizapp.study.exercises import bring_forward
from quizapp.study.scheduler import Scheduler

START = datetime(2026, 5, 4, 12, tzinfo=UTC)
FILE = "quizapp.db"
OTHER = "other.db"
FIRST_SCHEMA = Path(sys.modules[Store.__module__].__file__ or "").with_name("schema.sql")
SCHEDULER = Scheduler()
CARDS = 40
RATINGS = (Rating.GOOD, Rating.AGAIN, Rating.EASY, Rating.HARD)

Say = Callable[[str], None]
"""Tells the parent, through the pipe, that something is on the disk."""


@dataclass(slots=True)
class Tally:
    """What came of all runs of one kind of work.

    Attributes:
        killed: runs in which the kill struck before the work was done.
        acknowledged: what the processes had said to be written.
        lost: of these, and of what was there before, what was missing afterwards.
        half: runs after which the file held a half-done state.
        shut: runs after which the file could not be opened.
        remarks: what was wrong, for each of the first few.
    """

    runs: int = 0
    killed: int = 0
    acknowledged: int = 0
    lost: int = 0
    half: int = 0
    shut: int = 0
    remarks: list[str] = field(default_factory=list)

    def blame(self, what: str, lost: Iterable[object] = (), half: Iterable[object] = ()) -> None:
        """Count what is wrong with one run's file."""
        lost, half = list(lost), list(half)
        self.lost += len(lost)
        self.half += bool(half)
        if (lost or half) and len(self.remarks) < 5:
            self.remarks.append(f"{what}: {[*lost, *half][:3]}")


@dataclass(frozen=True, slots=True)
class Work:
    """Something that is done to a database, and killed.

    Attributes:
        prepare: makes, once, the folder that each run starts from a copy of.
        act: does the work in a process of its own.
        examine: given the folder as it was, the folder afterwards and what was acknowledged.
    """

    prepare: Callable[[Path], None]
    act: Callable[[Path, Say], None]
    examine: Callable[[Path, Path, list[str], Tally], None]


class Learner:
    """Answers cards, with a clock of its own that moves with each answer."""

    def __init__(self, path: Path, start: datetime = START) -> None:
        self.now = start
        self.store = Store.open(path, clock=lambda: self.now)

    def answer(self, number: int) -> int:
        """Answer the card of that number; returns the number of the row."""
        self.now += timedelta(minutes=7)
        rating = RATINGS[number % len(RATINGS)]
        return self.store.record(self._review(f"c{number % CARDS}", Trigger.ANSWER, rating)).id

    def submit(self, number: int) -> str:
        """Record a submission, its review and a card brought forward; returns its time."""
        self.now += timedelta(days=1)
        source = f"submission {number}".encode()
        digest = sha256(source).hexdigest()
        reviews = [
            self._review("iou", Trigger.SUBMISSION, Rating.HARD, ItemKind.EXERCISE),
            self._review(f"c{number % CARDS}", Trigger.BROUGHT_FORWARD, None),
        ]
        row = SubmissionRow(
            "iou", source, digest, self.now, Verdict.FAILED, 1, 4, number, Tier.PROCESS, "{}"
        )
        with self.store.transaction():
            self.store.add_submission(row)
            self.store.record_all(reviews)
        return self.now.isoformat()

    def _review(
        self, item: str, trigger: Trigger, rating: Rating | None, kind: ItemKind = ItemKind.CARD
    ) -> Review:
        before = self.store.schedule(kind, item)
        after = (
            bring_forward(before, self.now)
            if rating is None
            else SCHEDULER.review(before, rating, self.now)
        )
        day = study_day(self.now)
        return Review(0, item, kind, trigger, rating, self.now, day, before, after)


def studied(folder: Path, answers: int = 150) -> None:
    """A database with a few answers to each card."""
    learner = Learner(folder)
    for number in range(answers):
        learner.answer(number)
    learner.store.close()


def reopened(folder: Path) -> Store:
    """The database of a folder, as the next process of the same day finds it."""
    return Store.open(folder, clock=lambda: START + timedelta(days=200))


def rows(folder: Path) -> dict[tuple[object, ...], int]:
    """What each row of the log says, with its number; read without quizapp."""
    with contextlib.closing(sqlite3.connect(folder / FILE)) as database:
        found = database.execute("SELECT kind, item, trigger, rating, at, id FROM reviews")
        return {tuple(says): number for *says, number in found}


def kept(before: Path, after: Path, tally: Tally) -> None:
    """Everything of the log that was there before must be there still."""
    tally.blame("rows of before", lost=rows(before).keys() - rows(after).keys())


def answer(folder: Path, say: Say) -> None:
    """Answer a few cards."""
    learner = Learner(folder, START + timedelta(days=30))
    for number in range(12):
        say(str(learner.answer(number)))
    learner.store.close()


def examine_answers(before: Path, after: Path, said: list[str], tally: Tally) -> None:
    """Each acknowledged answer must be in the log, and the caches must agree with it."""
    kept(before, after, tally)
    tally.blame("answers", lost={int(number) for number in said} - set(rows(after).values()))
    with reopened(after) as store:
        tally.blame("check", half=store.check())


def undo(folder: Path, say: Say) -> None:
    """Answer and take back in turns, more of the latter."""
    learner = Learner(folder, START + timedelta(days=30))
    for number in range(6):
        say(f"answer {learner.answer(number)}")
        for _ in range(2):
            undone = learner.store.undo()
            say(f"undo {undone.id if undone else 0}")
    learner.store.close()


def examine_undo(before: Path, after: Path, said: list[str], tally: Tally) -> None:
    """What was acknowledged as taken back must not stand; what was answered must be in the log."""
    kept(before, after, tally)
    with reopened(after) as store:
        standing = {review.id for review in store.reviews()}
        numbers = {review.id for review in store.log()}
        for words in said:
            what, number = words.split()
            missing = int(number) in standing if what == "undo" else int(number) not in numbers
            tally.blame(what, lost=[words] * missing)
        tally.blame("check", half=store.check())


def submit(folder: Path, say: Say) -> None:
    """Record submissions with what they do to schedules."""
    learner = Learner(folder, START + timedelta(days=30))
    for number in range(8):
        say(learner.submit(number))
    learner.store.close()


def examine_submissions(before: Path, after: Path, said: list[str], tally: Tally) -> None:
    """A submission, its review and the card that it brings forward are there together or not."""
    kept(before, after, tally)
    with reopened(after) as store:
        times = {row.at.isoformat() for row in store.submissions()}
        reviewed = {each.at.isoformat() for each in store.reviews(ItemKind.EXERCISE)}
        forward = [each for each in store.reviews() if each.trigger is Trigger.BROUGHT_FORWARD]
        tally.blame("submissions", lost=set(said) - times)
        both = times ^ reviewed | times ^ {each.at.isoformat() for each in forward}
        tally.blame("check", half=[*both, *store.check()])


def old_version(folder: Path) -> None:
    """A database of version 1 with rows in it."""
    studied(folder)
    with contextlib.closing(sqlite3.connect(folder / FILE)) as database:
        (owner,) = database.execute("PRAGMA application_id").fetchone()
        content = {
            table: database.execute(f"SELECT * FROM {table}").fetchall()
            for table in ("schedules", "days")
        }
    with reopened(folder) as store:
        content["reviews"] = [_as_in_version_1(review) for review in store.log()]
    shutil.rmtree(folder / "backups")
    (folder / FILE).unlink()
    with contextlib.closing(sqlite3.connect(folder / FILE)) as database:
        database.execute("PRAGMA journal_mode = WAL")
        for statement in statements(FIRST_SCHEMA.read_text("utf-8")):
            database.execute(statement)
        columns = {
            table: len(database.execute(f"PRAGMA table_info({table})").fetchall())
            for table in content
        }
        for table, lines in content.items():
            marks = ", ".join("?" * columns[table])
            first = [line[: columns[table]] for line in lines]
            database.executemany(f"INSERT INTO {table} VALUES ({marks})", first)
        database.execute(f"PRAGMA application_id = {owner}")
        database.execute("PRAGMA user_version = 1")
        database.commit()


def _as_in_version_1(review: Review) -> tuple[object, ...]:
    """A row of the log of a single answer, with its states as JSON."""
    states = map(state_to_json, (review.before, review.after))
    facts = (review.id, review.kind, review.item, review.trigger, review.rating)
    times = (to_micros(review.at), review.study_day.isoformat())
    return (*facts, *times, *states, review.answer_ms, None, review.id, None)


def upgrade(folder: Path, say: Say) -> None:
    """Open the database, which upgrades it."""
    with reopened(folder):
        say("upgraded")


def _shape(folder: Path) -> tuple[int, frozenset[str]]:
    with contextlib.closing(sqlite3.connect(folder / FILE)) as database:
        (version,) = database.execute("PRAGMA user_version").fetchone()
        names = database.execute("SELECT name FROM sqlite_schema")
        return version, frozenset(name for (name,) in names)


def examine_upgrade(before: Path, after: Path, said: list[str], tally: Tally) -> None:
    """The file is of its old version or of the new one, and its copy is whole."""
    kept(before, after, tally)
    old, found = _shape(before), _shape(after)
    tally.blame("version", lost=said if found == old else ())
    for copy in (after / "backups").glob("*.db"):
        tally.blame("copy", half=[copy.name] * (not _sound_copy(copy, before)))
    with reopened(after) as store:
        new = _shape(after)
        half = [] if found in (old, new) else [f"version {found[0]} with {sorted(found[1])}"]
        tally.blame("check", half=[*half, *store.check()])


def _sound_copy(copy: Path, original: Path) -> bool:
    """Whether a copy is a whole database with all rows of the original."""
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(copy, Path(folder) / FILE)
        whole = rows(Path(folder)).keys() >= rows(original).keys()
        with reopened(Path(folder)) as store:
            return whole and store.check() == []


def copy_daily(folder: Path, say: Say) -> None:
    """Open the database on some days, each of which makes a copy."""
    for days in range(201, 206):
        moment = START + timedelta(days=days)
        with Store.open(folder, clock=lambda: moment):  # noqa: B023 - called at once
            say(str(study_day(moment)))


def examine_copies(before: Path, after: Path, said: list[str], tally: Tally) -> None:
    """Each acknowledged copy is there, and each that is there is whole."""
    kept(before, after, tally)
    made = {date.fromisoformat(path.stem[8:18]): path for path in (after / "backups").glob("*.db")}
    tally.blame("copies", lost={date.fromisoformat(day) for day in said} - made.keys())
    tally.blame("copy", half=[day for day, path in made.items() if not _sound_copy(path, before)])
    with reopened(after) as store:
        tally.blame("check", half=store.check())


def two_devices(folder: Path) -> None:
    """A database and another device's, which have a part of the log in common."""
    studied(folder)
    shutil.copy(folder / FILE, folder / OTHER)
    for name, first in ((FILE, 3), (OTHER, 0)):
        learner = Learner(folder / name, START + timedelta(days=20))
        for number in range(first, 40, 2):
            learner.answer(number)
        learner.store.close()
    shutil.rmtree(folder / "backups")


def merge(folder: Path, say: Say) -> None:
    """Take over the other device's answers."""
    with reopened(folder) as store:
        say(str(store.merge(folder / OTHER, lambda: Replay(SCHEDULER.review, bring_forward)).added))


def examine_merge(before: Path, after: Path, said: list[str], tally: Tally) -> None:
    """The log is what it was or the union of both, and nothing between."""
    kept(before, after, tally)
    with contextlib.closing(sqlite3.connect(before / OTHER)) as other:
        theirs = other.execute("SELECT kind, item, trigger, rating, at FROM reviews").fetchall()
    ours, found = rows(before).keys(), rows(after).keys()
    tally.blame("merge", lost=theirs - found if said else ())
    between = found != ours and found != ours | set(theirs)
    with reopened(after) as store:
        tally.blame("check", half=[*["neither of both"] * between, *store.check()])


def wrong_caches(folder: Path) -> None:
    """A database whose schedules and counts are not what the log says."""
    studied(folder)
    with contextlib.closing(sqlite3.connect(folder / FILE)) as database:
        database.execute("UPDATE schedules SET reps = reps + 90")
        database.execute("UPDATE days SET reviews = reviews + 1")
        database.commit()


def rebuild(folder: Path, say: Say) -> None:
    """Write the caches anew."""
    with reopened(folder) as store:
        say(str(store.rebuild()))


def examine_rebuild(before: Path, after: Path, said: list[str], tally: Tally) -> None:
    """All of the caches are as they were, or none."""
    kept(before, after, tally)
    with reopened(before) as store:
        wrong = len(store.check())
    with reopened(after) as store:
        left = len(store.check())
        tally.blame("rebuild", lost=said if left else ())
        between = left not in (0, wrong)
        store.rebuild()
        tally.blame("check", half=[*[f"{left} of {wrong} entries"] * between, *store.check()])


def broken(folder: Path) -> None:
    """A database without its first page; beside it, as it was before, what it must become."""
    studied(folder)
    file = folder / FILE
    (folder / "whole").mkdir()
    shutil.copy(file, folder / "whole")
    file.write_bytes(bytes(4096) + file.read_bytes()[4096:])


def repair(folder: Path, say: Say) -> None:
    """Save what can be read into a new file."""
    say("; ".join(recovery.repair(folder / FILE, study_day(START)).done))


def examine_repair(before: Path, after: Path, said: list[str], tally: Tally) -> None:
    """The broken file is in place or a whole one; repairing it after all gives the whole one."""
    file = after / FILE
    untouched = file.read_bytes() == (before / FILE).read_bytes()
    tally.blame("repair", lost=said if untouched else ())
    if untouched:
        recovery.repair(file, study_day(START))
    half = [] if _sound_copy(file, before / "whole") else ["not all rows"]
    tally.blame("check", half=half)


def restorable(folder: Path) -> None:
    """A database with a copy that lacks its last answers."""
    studied(folder)
    answer(folder, lambda _: None)


def restore(folder: Path, say: Say) -> None:
    """Go back to the copy."""
    file = folder / FILE
    say(recovery.restore(file, copies.chosen(file, "newest"), study_day(START)).copy.name)


def examine_restore(before: Path, after: Path, said: list[str], tally: Tally) -> None:
    """The database is as it was or as the copy is, and what it was is kept in the latter case."""
    (copy,) = copies.every(before / FILE)
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(copy.path, Path(folder) / FILE)
        wanted = rows(Path(folder))
    found, was = rows(after), rows(before)
    tally.blame("restore", lost=said if found != wanted else ())
    kept_copies = list((after / "backups").glob("*before-restore.db"))
    lost = found != was and not any(_sound_copy(each, before) for each in kept_copies)
    tally.blame("kept", lost=["what was replaced"] * lost)
    with reopened(after) as store:
        between = found not in (was, wanted)
        tally.blame("check", half=[*["neither of both"] * between, *store.check()])


WORKS = {
    "answers": Work(studied, answer, examine_answers),
    "undo": Work(studied, undo, examine_undo),
    "submissions": Work(studied, submit, examine_submissions),
    "upgrade from version 1": Work(old_version, upgrade, examine_upgrade),
    "daily copy": Work(studied, copy_daily, examine_copies),
    "merge": Work(two_devices, merge, examine_merge),
    "rebuild": Work(wrong_caches, rebuild, examine_rebuild),
    "repair of a broken file": Work(broken, repair, examine_repair),
    "restore": Work(restorable, restore, examine_restore),
}


def attempt(work: Work, folder: Path, delay: float | None) -> tuple[list[str], bool, float]:
    """Do the work in a process and kill that after `delay` seconds; None lets it finish.

    Returns what it acknowledged, whether the kill ended it, and how long it ran.
    """
    reader, writer = os.pipe()
    began = time.perf_counter()
    child = os.fork()
    if child == 0:
        with contextlib.suppress(BaseException):
            os.close(reader)
            tempfile.tempdir = str(folder.parent)  # who is killed takes none of its folders away
            work.act(folder, lambda text: _write(writer, text))
            os._exit(0)
        os._exit(1)
    os.close(writer)
    if delay is not None:
        time.sleep(delay)
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    took = time.perf_counter() - began
    with os.fdopen(reader, encoding="utf-8") as pipe:
        said = pipe.read().splitlines()
    if not os.WIFSIGNALED(status) and os.WEXITSTATUS(status):
        raise SystemExit(f"the work itself failed after {len(said)} acknowledgements")
    return said, os.WIFSIGNALED(status), took


def _write(pipe: int, text: str) -> None:
    os.write(pipe, f"{text}\n".encode())


def kill_during(work: Work, runs: int, dice: random.Random) -> Tally:
    """Let one run finish, for its duration; then kill each of `runs` at some moment of its work."""
    tally = Tally()
    with tempfile.TemporaryDirectory(prefix="quizapp-faults-") as place:
        seed, folder = Path(place) / "seed", Path(place) / "run"
        seed.mkdir()
        work.prepare(seed)
        span = 0.0
        for number in range(runs + 1):
            shutil.copytree(seed, folder)
            delay = dice.random() * span * 1.1 if number else None
            said, killed, took = attempt(work, folder, delay)
            span = span or took
            tally.runs += number > 0
            tally.killed += killed
            tally.acknowledged += len(said)
            try:
                work.examine(seed, folder, said, tally)
            except (StoreError, sqlite3.Error) as error:
                tally.shut += 1
                tally.remarks.append(f"open: {error}")
            shutil.rmtree(folder)
    return tally


def table(tallies: dict[str, Tally]) -> str:
    """The tallies as text, with a last line for all together."""
    counts = [each.name for each in fields(Tally)][:-1]
    total = [sum(getattr(tally, name) for tally in tallies.values()) for name in counts]
    lines = [("killed during", "runs", "inside", "acknowledged", "lost", "half states", "shut")]
    for name, tally in tallies.items():
        lines.append((name, *(str(getattr(tally, count)) for count in counts)))
    lines.append(("together", *map(str, total)))
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join(
        "  ".join(
            cell.rjust(size) if place else cell.ljust(size)
            for place, (cell, size) in enumerate(zip(line, widths, strict=True))
        )
        for line in lines
    )


def main() -> int:
    """Share the runs out among all kinds of work, print the table."""
    parser = argparse.ArgumentParser(prog="python -m scripts.faults", description=__doc__)
    parser.add_argument("--runs", type=int, default=len(WORKS) * 3, help="kills, all together")
    parser.add_argument("--seed", type=int, default=1, help="of the moments of the kills")
    asked = parser.parse_args()
    dice = random.Random(asked.seed)
    tallies = {}
    for place, (name, work) in enumerate(WORKS.items()):
        share = (asked.runs + len(WORKS) - 1 - place) // len(WORKS)
        tallies[name] = kill_during(work, share, dice)
    print(table(tallies))
    for name, tally in tallies.items():
        for remark in tally.remarks:
            print(f"{name}: {remark}")
    return int(any(tally.lost or tally.half or tally.shut for tally in tallies.values()))


if __name__ == "__main__":
    sys.exit(main())
