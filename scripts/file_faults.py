"""Strike a learner's database with what disks, folders, clocks and people do to files.

`python -m scripts.file_faults` prints one line for each fault: how many answers the learner still
reads while it lasts, how many can be added, how many of all that were saved are there once it is
over, and what is said. The learner is a process of its own that answers cards until it is refused.
"""

from __future__ import annotations

import contextlib
import json
import os
import random
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from quizapp.errors import StoreError
from quizapp.store import Store, database
from scripts.faults import FILE, START, Learner, studied

SAVED = 150
IN_LOG = 12
"""Answers that a killed process has left in the write-ahead log, of all that are saved."""

TRIED = 6
LATER = START + timedelta(days=60)
Struck = contextlib.AbstractContextManager[None]


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that befalls the folder while the context is entered.

    Attributes:
        strike: enters the fault.
        after: how long after the answers before it the learner comes back.
        tries: how many answers are tried; None until one is refused.
        logged: whether the last answers before it are in the write-ahead log only.
        plain: whether the learner must not be root, whom no permission stops.
        limit: bytes that a file may have; 0 for any.
    """

    strike: Callable[[Path], Struck]
    after: timedelta = timedelta(0)
    tries: int | None = TRIED
    logged: bool = False
    plain: bool = False
    limit: int = 0


@dataclass(frozen=True, slots=True)
class Met:
    """What the learner met.

    Attributes:
        said: the message; empty where all went well.
        read: answers that could be read while the fault lasted; -1 for none, not even zero.
        added: answers that were acknowledged meanwhile.
        left: of all that were acknowledged, those there after it; -1 if the file does not open.
        unsound: what `Store.check` says after it.
    """

    said: str
    read: int
    added: int
    left: int
    unsound: tuple[str, ...]


def changing(change: Callable[[Path], object]) -> Callable[[Path], Struck]:
    """A fault that stays: the file is changed."""

    @contextlib.contextmanager
    def strike(folder: Path) -> Iterator[None]:
        change(folder)
        yield

    return strike


def flip(name: str, first: int, last: int | None, count: int = 8) -> Callable[[Path], Struck]:
    """Turn bits over, always the same ones, between two places of a file."""

    def change(folder: Path) -> None:
        dice, path = random.Random(7), folder / name
        content = bytearray(path.read_bytes())
        for _ in range(count):
            content[dice.randrange(first, last or len(content))] ^= 1 << dice.randrange(8)
        path.write_bytes(content)

    return changing(change)


def cut(size: int | None) -> Callable[[Path], Struck]:
    """Leave the first `size` bytes; half of them when None."""

    def change(folder: Path) -> None:
        path = folder / FILE
        os.truncate(path, path.stat().st_size // 2 if size is None else size)

    return changing(change)


def modes(file: int, folder_mode: int) -> Callable[[Path], Struck]:
    """Take permissions away."""

    @contextlib.contextmanager
    def strike(folder: Path) -> Iterator[None]:
        (folder / FILE).chmod(file)
        folder.chmod(folder_mode)
        yield
        folder.chmod(0o777)
        (folder / FILE).chmod(0o666)

    return strike


@contextlib.contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Another process writes and does not finish."""
    with contextlib.closing(sqlite3.connect(folder / FILE, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


@contextlib.contextmanager
def full_disk(folder: Path) -> Iterator[None]:
    """Put the folder on a disk of its own that is almost full."""
    kept = folder.with_name("kept")
    shutil.move(folder, kept)
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=420k", "tmpfs", folder], check=True)
    try:
        shutil.copytree(kept, folder, dirs_exist_ok=True)
        yield
        shutil.rmtree(kept)
        shutil.copytree(folder, kept)
    finally:
        subprocess.run(["umount", folder], check=True)
    folder.rmdir()
    shutil.move(kept, folder)


def can_mount() -> bool:
    """Whether this process may have disks of its own."""
    with tempfile.TemporaryDirectory() as place:
        asked = ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", place]
        if subprocess.run(asked, check=False, capture_output=True).returncode:
            return False
        subprocess.run(["umount", place], check=True)
    return True


nothing = changing(lambda _: None)
FAULTS = {
    "none": Fault(nothing),
    "full disk": Fault(full_disk, tries=None),
    "file that may not grow": Fault(nothing, tries=None, limit=300_000),
    "read-only file": Fault(modes(0o444, 0o777), plain=True),
    "read-only folder": Fault(modes(0o666, 0o555), plain=True),
    "locked file": Fault(locked),
    "bits flipped in the header": Fault(flip(FILE, 0, 24)),
    "bits flipped in the middle": Fault(flip(FILE, 4096, None, 40)),
    "bits flipped in the log": Fault(flip(f"{FILE}-wal", 32, None), logged=True),
    "garbage in the log's index": Fault(flip(f"{FILE}-shm", 0, 1000, 200), logged=True),
    "log lost": Fault(changing(lambda folder: (folder / f"{FILE}-wal").unlink()), logged=True),
    "file cut in half": Fault(cut(None)),
    "file cut to 100 bytes": Fault(cut(100)),
    "file empty": Fault(cut(0)),
    "file lost": Fault(changing(lambda folder: (folder / FILE).unlink())),
    "clock an hour back": Fault(nothing, after=timedelta(hours=-1)),
    "clock three years back": Fault(nothing, after=timedelta(days=-1100)),
    "clock three years ahead": Fault(nothing, after=timedelta(days=1100)),
}


def study(folder: Path, fault: Fault) -> tuple[str, int, list[int]]:
    """What the learner does: read, and answer until refused.

    Returns what was said, how many answers were read, and the numbers of those acknowledged.
    """
    database.BUSY_MS = 300
    read, added = -1, list[int]()
    try:
        learner = Learner(folder, LATER + fault.after)
        read = sum(review.rating is not None for review in learner.store.reviews())
        for number in range(fault.tries or 100_000):
            added.append(learner.answer(number))
        learner.store.close()
    except StoreError as error:
        return str(error), read, added
    return "", read, added


def meet(fault: Fault) -> Met:
    """Let a learner in a process of its own meet the fault, then look at what is left."""
    with tempfile.TemporaryDirectory(prefix="quizapp-faults-") as place:
        folder = Path(place) / "home"
        folder.mkdir()
        studied(folder, SAVED - IN_LOG)
        _in_process(lambda: _answer_and_die(folder, closing=not fault.logged))
        Path(place).chmod(0o755)
        for path in (folder, *folder.rglob("*")):
            path.chmod(0o777 if path.is_dir() else 0o666)
        with fault.strike(folder):
            told = _in_process(lambda: _restrained(folder, fault))
        said, read, added = json.loads(told)
        left, unsound = _left(folder)
    return Met(said.replace(f"{folder}/", ""), read, len(added), left, unsound)


def _answer_and_die(folder: Path, *, closing: bool) -> str:
    learner = Learner(folder, LATER)
    for number in range(IN_LOG):
        learner.answer(number)
    if closing:
        learner.store.close()
    else:
        os.kill(os.getpid(), signal.SIGKILL)
    return ""


def _restrained(folder: Path, fault: Fault) -> str:
    if fault.limit:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (fault.limit, fault.limit))
    if fault.plain and not os.getuid():
        os.setuid(65534)
    return json.dumps(study(folder, fault))


def _in_process(work: Callable[[], str]) -> str:
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.write(writer, work().encode())
            os._exit(0)
        finally:
            os._exit(1)
    os.close(writer)
    with os.fdopen(reader, encoding="utf-8") as pipe:
        told = pipe.read()
    os.waitpid(child, 0)
    return told


def _left(folder: Path) -> tuple[int, tuple[str, ...]]:
    try:
        with Store.open(folder, clock=lambda: LATER) as store:
            unsound = tuple(store.check())
            return sum(review.rating is not None for review in store.reviews()), unsound
    except StoreError as error:
        return -1, (str(error),)


def main() -> None:
    """Meet all faults and print the table."""
    print(f"{'fault':28} {'read':>5} {'added':>5} {'left':>9}  said")
    for name, fault in FAULTS.items():
        if fault.strike is full_disk and not can_mount():
            print(f"{name:28} not tried: this needs the right to mount")
            continue
        met = meet(fault)
        read = "-" if met.read < 0 else met.read
        left = "-" if met.left < 0 else f"{met.left}/{SAVED + met.added}"
        print(f"{name:28} {read:>5} {met.added:>5} {left:>9}  {met.said or 'nothing'}")
        if met.unsound:
            print(f"{'':28} afterwards: {len(met.unsound)} findings, {met.unsound[0][:120]}")


if __name__ == "__main__":
    sys.exit(main())
