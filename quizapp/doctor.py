"""Is this machine fit for quizapp? Owns what is looked at, and what to do about each finding.

torch is not imported here: its version is read from its metadata, and whether it works is what the
judge's own process says. The learner's data are only read, unless a repair is asked for.
"""

from __future__ import annotations

import importlib.metadata
import os
import shutil
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from pathlib import Path

from quizapp import __version__, paths
from quizapp.clock import Clock, study_day, system_clock
from quizapp.course import course_errors, load_course
from quizapp.domain.outcomes import Tier
from quizapp.engine.base import course_folder, database_file
from quizapp.errors import JudgeError, Phrase, QuizappError, StoreError, as_phrase
from quizapp.judge.client import Judge
from quizapp.progress import Progress, say_nothing
from quizapp.store import Store, backup, place

OLDEST_TORCH = (2, 6)
LITTLE_SPACE = 200 * 2**20
"""Bytes; the database, its copies and a submission's scratch files fit into this."""
OLD_COPY = timedelta(days=2)
"""Looking at the store makes the copy of the day; an older newest one tells of trouble."""


class State(StrEnum):
    """How it stands with one thing."""

    OK = "ok"
    WEAK = "weak"
    """It works, but not as well as it could."""
    BAD = "bad"


_WEAK = "your own code runs well so; to grade a class, do what is said above for a stronger tier"


@dataclass(frozen=True, slots=True)
class Finding:
    """How it stands with one thing.

    Attributes:
        what: what was found.
        remedy: what to do about it; empty where nothing needs doing.
        details: more lines, for who wants to know.
    """

    name: str
    state: State
    what: str
    remedy: str = ""
    details: tuple[str, ...] = ()


def examine(
    course: Path | None = None,
    home: Path | None = None,
    *,
    repair: bool = False,
    clock_is_right: bool = False,
    clock: Clock = system_clock,
    on_progress: Progress = say_nothing,
    on_opening: Progress = say_nothing,
) -> Iterator[Finding]:
    """Look at everything, one finding after the other; never raises a QuizappError.

    Args:
        course: folder of the course; the default one when None.
        home: the learner's data; the platform's place when None.
        repair: whether the learner's database is mended, as far as it can be.
        clock_is_right: whether a repair takes back what the log says of times to come.
        clock: what time it is.
        on_progress: told now and then how far a repair is: what is done, how much of it, of how
            much.
        on_opening: likewise, of reading the course, and of upgrading and copying the data.
    """
    with Judge() as judge:
        judge.warm()
        yield _python()
        yield _torch()
        if out_of_reach := _out_of_reach(home):
            yield out_of_reach
        else:
            yield _data(home)
            yield _store(home, repair, clock, on_progress, on_opening)
            yield from _clock(home, clock, take_back=repair and clock_is_right)
        yield _course(course, on_opening)
        yield from _judge(judge)


def _python() -> Finding:
    version = ".".join(map(str, sys.version_info[:3]))
    what = Phrase(
        "{version}, Python {python} at {file}",
        version=__version__,
        python=version,
        file=sys.executable,
    )
    return Finding("quizapp", State.OK, what)


def _torch() -> Finding:
    try:
        version = importlib.metadata.version("torch")
    except importlib.metadata.PackageNotFoundError:
        return Finding(
            "torch",
            State.BAD,
            "not installed for this Python",
            Phrase(
                "{python} -m pip install torch; cards work without it, exercises do not",
                python=sys.executable,
            ),
        )
    numbers = tuple(int(part) for part in version.split(".")[:2] if part.isdigit())
    if numbers < OLDEST_TORCH:
        oldest = ".".join(map(str, OLDEST_TORCH))
        what = Phrase("{version} is too old", version=version)
        return Finding("torch", State.BAD, what, Phrase("install {oldest} or newer", oldest=oldest))
    return Finding("torch", State.OK, version)


def _out_of_reach(home: Path | None) -> Finding | None:
    """Why there can be no data where they should be; None where there can."""
    try:
        place.refuse(database_file(home).parent)
    except StoreError as error:
        return Finding("data", State.BAD, _told(error), error.remedy)
    return None


def _data(home: Path | None) -> Finding:
    folder = database_file(home).parent
    existing = next(each for each in (folder, *folder.absolute().parents) if each.exists())
    if not os.access(existing, os.W_OK | os.X_OK):
        remedy = "make it writable for you, or set QUIZAPP_HOME to another folder"
        what = Phrase("{folder} cannot be written to", folder=folder)
        return Finding("data", State.BAD, what, remedy)
    free = shutil.disk_usage(existing).free
    if free < LITTLE_SPACE:
        what = Phrase(
            "the disk of {folder} has only {size} MiB left", folder=folder, size=free // 2**20
        )
        return Finding("data", State.WEAK, what, "free some space on that disk")
    return Finding("data", State.OK, str(folder))


def _store(
    home: Path | None, repair: bool, clock: Clock, on_progress: Progress, on_opening: Progress
) -> Finding:
    file = database_file(home)
    if not file.exists():
        return _no_store(file)
    done: tuple[str, ...] = ()
    try:
        if repair:
            from quizapp.store import recovery

            repaired = recovery.repair(file, study_day(clock()), on_progress)
            done = repaired.done
            if repaired.kept:
                done += (Phrase("the broken file is kept as {file}", file=repaired.kept.name),)
        with Store.open(file, clock=clock, progress=on_opening) as store:
            problems = tuple(store.check())
            newest = store.newest_backup()
    except StoreError as error:
        return Finding("store", State.BAD, _told(error), error.remedy)
    if problems:
        n = len(problems)
        many = Phrase("{n} problems", n=n) if n > 1 else problems[0]
        remedy = "quizapp restore goes back to a copy" if repair else "run quizapp doctor --repair"
        if newest is not None:
            remedy = _joined((remedy, Phrase("the newest copy is {file}", file=newest)))
        return Finding("store", State.BAD, many, remedy, problems)
    copied = Phrase("newest copy {file}", file=newest.name) if newest else "no copy yet"
    what = _joined((*done, "answers, schedules and counts agree", copied))
    if newest is not None and _age_of_copy(newest, clock) > OLD_COPY:
        remedy = Phrase(
            "each day on which you study should make a copy: see whether the disk has space, and "
            "whether {folder} can be written to",
            folder=newest.parent,
        )
        return Finding("store", State.WEAK, what, remedy)
    return Finding("store", State.OK, what)


def _no_store(file: Path) -> Finding:
    copies = backup.every(file)
    if not copies:
        what = Phrase("{file} is not there yet, the first answer makes it", file=file.name)
        return Finding("store", State.OK, what)
    what = Phrase(
        "{file} is not there, but {n} copies of it are",
        one="{file} is not there, but a copy of it is",
        file=file.name,
        n=len(copies),
    )
    remedy = "quizapp restore brings it back; to begin anew, just go on: the copies stay"
    return Finding("store", State.WEAK, what, remedy)


def _clock(home: Path | None, clock: Clock, *, take_back: bool) -> Iterator[Finding]:
    """What was answered while the clock was ahead; nothing where there is no such thing."""
    file = database_file(home)
    if not file.exists():
        return
    try:
        with Store.open(file, clock=clock) as store:
            ahead = store.answers_ahead()
            if ahead.last is None:
                if take_back:
                    yield Finding(
                        "clock", State.OK, "there is nothing to take back, so nothing was done"
                    )
                return
            now, last = _local(clock()), _local(ahead.last)
            many = Phrase("{n} answers", one="{n} answer", n=ahead.answers)
            if not ahead.answers:
                many = Phrase("a reset, a moved day or a mark")
            if take_back:
                try:
                    copy = store.take_back_ahead()
                except StoreError as error:
                    what = Phrase("nothing could be taken back: {error}", error=_told(error))
                    yield Finding("clock", State.BAD, what, error.remedy)
                    return
                what = Phrase(
                    "taken back: {what} with a time that has not come yet; your data as they were "
                    "before are kept as {file}",
                    what=many,
                    file=copy.name,
                )
                yield Finding("clock", State.OK, what)
                return
    except StoreError:
        return  # that has been told
    yield Finding(
        "clock",
        State.WEAK,
        Phrase(
            "it is {now} by the clock of this computer, but your data hold {what} with a time that "
            "has not come yet, up to {last}",
            now=now,
            what=many,
            last=last,
        ),
        "if the clock is wrong now, set it, and all is well; if it is right, quizapp doctor "
        "--repair --clock-is-right takes that back, and the cards come when they should",
    )


def _local(moment: datetime) -> str:
    return moment.astimezone().strftime("%Y-%m-%d %H:%M")


def _age_of_copy(newest: Path, clock: Clock) -> timedelta:
    return study_day(clock()) - date.fromisoformat(newest.stem[-10:])


def _course(folder: Path | None, on_opening: Progress) -> Finding:
    root = course_folder(folder)
    errors = course_errors(root, on_opening)
    if errors:
        n = len(errors)
        details = tuple(_in_full(error) for error in errors)
        what = Phrase("{folder} has {n} mistakes", folder=root, n=n) if n > 1 else details[0]
        return Finding("course", State.BAD, what, "mend them; quizapp audit lists all", details)
    course = load_course(root, cache=paths.cache_dir(), progress=on_opening)
    what = Phrase(
        "{folder}: {cards} cards, {exercises} exercises",
        folder=root,
        cards=len(course.cards),
        exercises=len(course.exercises),
    )
    return Finding("course", State.OK, what)


def _told(error: QuizappError) -> Phrase:
    """Where it is and what is wrong."""
    return Phrase("{where}: {what}", where=error.where, what=as_phrase(error.what))


def _in_full(error: QuizappError) -> Phrase:
    """As `str(error)`."""
    if not error.remedy:
        return _told(error)
    return Phrase("{error}; {remedy}", error=_told(error), remedy=as_phrase(error.remedy))


def _joined(parts: Sequence[str]) -> Phrase:
    """All of `parts`, one after the other."""
    first, *rest = map(as_phrase, parts)
    for part in rest:
        first = Phrase("{first}; {rest}", first=first, rest=part)
    return first


def _judge(judge: Judge) -> Iterator[Finding]:
    try:
        isolation = judge.isolation
    except JudgeError as error:
        remedy = error.remedy if "doctor" not in error.remedy else "see whether torch imports"
        yield Finding("judge", State.BAD, error.what, remedy)
        return
    weak = isolation.tier is Tier.PROCESS
    yield Finding(
        "isolation",
        State.WEAK if weak else State.OK,
        f"{isolation.tier}: {', '.join(isolation.details)}",
        _WEAK if weak else "",
        isolation.reasons,
    )
    yield Finding("device", State.OK, isolation.device or "none")
