"""Every fault that the learner's database must survive, met by the real commands and the real app.

`python -m scripts.fault_table` prints one table: the fault, what met it, how many answers were
acknowledged, how many of these are lost once the fault is over, how many findings `Store.check` has
then, how long the app stood still, and what was said. `--runs` adds as many kills (`faults`) and
power cuts (`power_cuts`). Exit code 1 if an answer was lost that no damaged page took along, or if
anything is unsound or unsaid.

Each command is a process of its own, as is the app, whose faults strike while it is open.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import random
import resource
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from quizapp.errors import StoreError
from quizapp.store import Store
from scripts import faults, power_cuts
from scripts.faults import CARDS, FILE, studied
from scripts.file_faults import can_mount, changing, cut, flip

SAVED = 60
TRIED = 3
CLI, APP = "commands", "app"
LIMIT_S = 120
OFF = "off"
"""The file beside the home that says how the clock is off."""

HOUR_S = 3600
ROOT = Path(__file__).resolve().parents[1]
WITHOUT_RIGHTS = ["setpriv", "--bounding-set", "-dac_override,-dac_read_search,-fowner"]
"""Makes of root a user whom permissions stop."""

Striking = Callable[[Path, int], contextlib.AbstractContextManager[None]]
"""Strikes a home; for the app, whose process it is told, while that is open."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that befalls a home.

    Attributes:
        strike: enters it.
        ways: who meets it.
        mended_by: the command after which all is well again; empty if it goes by itself.
        may_lose: whether damage itself may take answers along.
        on_a_disk: whether the home lies on a small disk of its own.
        quiet: whether nothing needs to be said while it lasts.
    """

    strike: Striking
    ways: tuple[str, ...] = (CLI, APP)
    mended_by: tuple[str, ...] = ()
    may_lose: bool = False
    on_a_disk: bool = False
    quiet: bool = False


@dataclass(frozen=True, slots=True)
class Met:
    """What came of it.

    Attributes:
        taken: answers acknowledged before, during and after the fault.
        lost: of these, those that are not in the log at the end.
        unsound: what `Store.check` finds at the end.
        frozen_ms: how long the app stood still at most; 0 for commands.
        said: the first message while the fault lasted.
    """

    taken: int
    lost: int
    unsound: tuple[str, ...]
    frozen_ms: int
    said: str


def always(change: Callable[[Path], contextlib.AbstractContextManager[None]]) -> Striking:
    """A fault that asks for no process."""
    return lambda home, _process: change(home)


@contextlib.contextmanager
def locked(home: Path, _process: int) -> Iterator[None]:
    """Another process writes and does not finish."""
    with contextlib.closing(sqlite3.connect(home / FILE, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


@contextlib.contextmanager
def full(home: Path, _process: int) -> Iterator[None]:
    """Something else fills the disk."""
    filler = home / "filler"
    with filler.open("wb", buffering=0) as stream, contextlib.suppress(OSError):
        while True:
            stream.write(bytes(4096))
    yield
    filler.unlink()


@contextlib.contextmanager
def no_growth(home: Path, process: int) -> Iterator[None]:
    """No file may become longer than the longest of the home."""
    most = max(path.stat().st_size for path in home.iterdir() if path.is_file())
    former = resource.prlimit(process, resource.RLIMIT_FSIZE)
    resource.prlimit(process, resource.RLIMIT_FSIZE, (most, former[1]))
    yield
    resource.prlimit(process, resource.RLIMIT_FSIZE, former)


@contextlib.contextmanager
def read_only(home: Path) -> Iterator[None]:
    """Neither the file nor its folder may be written to."""
    (home / FILE).chmod(0o444)
    home.chmod(0o555)
    yield
    home.chmod(0o755)
    (home / FILE).chmod(0o644)


@contextlib.contextmanager
def moved(home: Path) -> Iterator[None]:
    """The folder is somewhere else for a while, as on a disk that was taken out."""
    away = home.with_name("away")
    home.rename(away)
    yield
    shutil.rmtree(home, ignore_errors=True)
    away.rename(home)


@contextlib.contextmanager
def replaced(home: Path) -> Iterator[None]:
    """Another program puts a former state of the file in its place for a while."""
    file, kept = home / FILE, home / "kept"
    os.link(file, kept)
    shutil.copy(file, home / "former")
    (home / "former").replace(file)
    yield
    kept.replace(file)


def clock(seconds: float, zone: str = "UTC") -> Striking:
    """The clock is off by so much for a while, in a time zone."""

    @contextlib.contextmanager
    def strike(home: Path) -> Iterator[None]:
        off = home.with_name(OFF)
        off.write_text(f"{seconds} {zone}")
        yield
        off.unlink()

    return always(strike)


def without(*suffixes: str) -> Striking:
    """The files beside the database are removed."""
    return always(
        changing(lambda home: [(home / f"{FILE}{suffix}").unlink() for suffix in suffixes])
    )


def newer(home: Path) -> None:
    """A later version of quizapp has upgraded the file."""
    with contextlib.closing(sqlite3.connect(home / FILE)) as database:
        database.execute("PRAGMA user_version = 99")


@contextlib.contextmanager
def upgraded(home: Path) -> Iterator[None]:
    """It is of a later version for a while, and must be left alone."""
    with contextlib.closing(sqlite3.connect(home / FILE)) as database:
        (version,) = database.execute("PRAGMA user_version").fetchone()
    newer(home)
    before = (home / FILE).read_bytes()
    yield
    if (home / FILE).read_bytes() != before:
        raise SystemExit("a file of a newer version was changed")
    with contextlib.closing(sqlite3.connect(home / FILE)) as database:
        database.execute(f"PRAGMA user_version = {version}")


def no_database(home: Path) -> None:
    """Something else lies in its place."""
    (home / FILE).write_text("this is no database\n" * 100)


REPAIR, RESTORE = ("doctor", "--repair"), ("restore", "newest")
FAULTS = {
    "none": Fault(always(changing(lambda _: None)), quiet=True),
    "clock an hour back": Fault(clock(-HOUR_S), quiet=True),
    "clock a day back": Fault(clock(-24 * HOUR_S), quiet=True),
    "clock a year back": Fault(clock(-365 * 24 * HOUR_S), quiet=True),
    "clock a year ahead": Fault(clock(365 * 24 * HOUR_S), quiet=True),
    "time zone a day ahead": Fault(clock(0, "Pacific/Kiritimati"), quiet=True),
    "time zone a day behind": Fault(clock(0, "Pacific/Pago_Pago"), quiet=True),
    "log removed": Fault(without("-wal"), (APP,)),
    "index of the log removed": Fault(without("-shm"), (APP,)),
    "log and index removed": Fault(without("-wal", "-shm"), (APP,)),
    "index of the log damaged": Fault(
        always(flip(f"{FILE}-shm", 0, 1000, 200)), (APP,), quiet=True
    ),
    "locked file": Fault(locked),
    "full disk": Fault(full, on_a_disk=True),
    "file that may not grow": Fault(no_growth, (APP,)),
    "read-only file and folder": Fault(always(read_only), (CLI,)),
    "folder moved": Fault(always(moved), (APP,)),
    "file replaced": Fault(always(replaced), (APP,)),
    "newer version": Fault(always(upgraded), (CLI,)),
    "header broken": Fault(always(flip(FILE, 0, 24)), (CLI,), REPAIR),
    "pages broken": Fault(always(flip(FILE, 4096, None, 40)), (CLI,), REPAIR, may_lose=True),
    "pages broken, gone back": Fault(
        always(flip(FILE, 4096, None, 40)), (CLI,), RESTORE, may_lose=True
    ),
    "file cut in half": Fault(always(cut(None)), (CLI,), REPAIR, may_lose=True),
    "file empty": Fault(always(cut(0)), (CLI,), RESTORE, may_lose=True),
    "no database": Fault(always(changing(no_database)), (CLI,), RESTORE, may_lose=True),
    "file lost": Fault(
        always(changing(lambda home: (home / FILE).unlink())), (CLI,), RESTORE, may_lose=True
    ),
}


class Place:
    """A course, and a home with answers in it and a copy of them."""

    def __init__(self, root: Path, *, on_a_disk: bool = False) -> None:
        self.home, self.course = root / "home", root / "course"
        self._disk = on_a_disk
        self.home.mkdir(parents=True)
        if on_a_disk:
            asked = ["mount", "-t", "tmpfs", "-o", "size=4M", "tmpfs", str(self.home)]
            subprocess.run(asked, check=True)

    def prepare(self) -> None:
        """Study, make a copy, write the course."""
        studied(self.home, SAVED)
        with faults.reopened(self.home) as store:  # makes the copy
            store.set_setting("new_per_day", 1000)
        _write_course(self.course)

    def close(self) -> None:
        """Take its disk away."""
        if self._disk:
            subprocess.run(["umount", str(self.home)], check=True)

    def call(self, *words: str) -> tuple[int, str]:
        """Run a command; returns its exit code and the last line that it told people."""
        rights = WITHOUT_RIGHTS if not os.getuid() and shutil.which("setpriv") else []
        done = subprocess.run(
            [*rights, *self._command(), *words],
            env=self._environment(),
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
            timeout=LIMIT_S,
        )
        told = done.stderr.strip().splitlines()
        if "Traceback" in done.stderr:
            raise SystemExit(f"quizapp {' '.join(words)}:\n{done.stderr}")
        return done.returncode, told[-1].replace(f"{self.home}/", "") if told else ""

    def app(self) -> subprocess.Popen[str]:
        """Start the app."""
        return subprocess.Popen(
            [*self._command(), "app", str(self.course), str(self.home)],
            env=self._environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )

    def answers(self) -> tuple[int, tuple[str, ...]]:
        """How many answers the log holds, and what is unsound."""
        try:
            with Store.open(self.home) as store:
                found = sum(review.rating is not None for review in store.log())
                return found, tuple(store.check())
        except StoreError as error:
            return 0, (str(error),)

    def _command(self) -> list[str]:
        off = str(self.home.with_name(OFF))
        return [sys.executable, "-m", "scripts.clocked", off]

    def _environment(self) -> dict[str, str]:
        return os.environ | {"QUIZAPP_HOME": str(self.home), "QUIZAPP_COURSE": str(self.course)}


def _write_course(folder: Path) -> None:
    """A course of the cards that `studied` answers, all answered by heart."""
    (folder / "cards").mkdir(parents=True)
    (folder / "course.yaml").write_text("format: 1\ntitle: {en: Faults, zh: 故障}\ntopics: [all]\n")
    notes = [
        f"- {{id: c{number}, front: {{en: Question {number}, zh: 问题 {number}}}, "
        f"back: {{en: Answer {number}, zh: 答案 {number}}}, source: none}}"
        for number in range(CARDS + 60)
    ]
    deck = "\n".join(["deck: {en: All, zh: 全部}", "notes:", *notes, ""])
    (folder / "cards" / "all.yaml").write_text(deck)


def by_commands(fault: Fault, place: Place) -> Met:
    """Answer by commands before, during and after a fault."""
    codes: list[int] = []
    numbers = iter(range(CARDS, CARDS + 60))

    def answer() -> str:
        code, told = place.call("answer", f"c{next(numbers)}", "good")
        codes.append(code)
        return told

    for _ in range(TRIED):
        answer()
    with fault.strike(place.home, 0):
        said, *_ = (answer() for _ in range(TRIED))
    if fault.mended_by:
        place.call(*fault.mended_by)
    for _ in range(TRIED):
        answer()
    return _met(place, codes.count(0), 0, said)


def by_the_app(fault: Fault, place: Place) -> Met:
    """Answer in the app before, during and after a fault that strikes while it is open."""
    with place.app() as app:
        assert app.stdin is not None
        assert app.stdout is not None

        def told(count: int | None) -> Any:  # noqa: ANN401 - an object of JSON
            assert app.stdin is not None
            assert app.stdout is not None
            if count is not None:
                app.stdin.write(f"{count}\n")
                app.stdin.flush()
            line = app.stdout.readline()
            if not line:
                raise SystemExit("the app has ended")
            return json.loads(line)

        told(None)
        told(TRIED)
        with fault.strike(place.home, app.pid):
            meanwhile = told(TRIED)
        after = told(TRIED)
        app.stdin.close()
        app.wait(LIMIT_S)
    said = meanwhile["said"][0].replace("\n", " ") if meanwhile["said"] else ""
    return _met(place, after["answers"], meanwhile["frozen_ms"], said)


def _met(place: Place, taken: int, frozen_ms: int, said: str) -> Met:
    found, unsound = place.answers()
    shown = said.removeprefix("error: ").replace(f"{place.home}/", "")
    return Met(taken, max(0, SAVED + taken - found), unsound, frozen_ms, shown)


def meet(fault: Fault, way: str) -> Met:
    """Let a fault strike a new home."""
    with tempfile.TemporaryDirectory(prefix="quizapp-faults-") as root:
        place = Place(Path(root), on_a_disk=fault.on_a_disk)
        try:
            place.prepare()
            return (by_commands if way == CLI else by_the_app)(fault, place)
        finally:
            place.close()


def show(name: str, way: str, fault: Fault, met: Met) -> bool:
    """Print a line of the table; returns whether all is well."""
    well = not met.unsound and (fault.may_lose or not met.lost)
    well = well and (bool(met.said) or fault.quiet)
    mark = " " if well else "✗"
    print(
        f"{mark} {name:33} {way:9} {met.taken:>6} {met.lost:>5} {len(met.unsound):>8} "
        f"{met.frozen_ms:>7}  {met.said or '-'}",
        flush=True,
    )
    return well


def _meet_chores(only: str) -> bool:
    """Print a line for each command that a disk which fills meets; whether all is well."""
    from scripts import full_disks  # which needs what is above

    well = True
    for chore, asked in full_disks.CHORES.items():
        name = f"full disk: {chore}"
        if only not in name:
            continue
        if not can_mount():
            print(f"  {name:33} not tried: this needs the right to mount")
            continue
        met = full_disks.meet(asked)
        fault = Fault(always(changing(lambda _: None)), quiet=asked.goes_on)
        well &= show(name, CLI, fault, met)
        for each in met.unsound:
            print(f"    {each}", flush=True)
    return well


def main() -> int:
    """Meet every fault and print the table."""
    parser = argparse.ArgumentParser(prog="python -m scripts.fault_table", description=__doc__)
    parser.add_argument("--only", default="", help="faults whose name has this in it")
    parser.add_argument("--runs", type=int, default=0, help="kills, and power cuts, of each")
    asked = parser.parse_args()
    print(f"  {'fault':33} {'met by':9}  taken  lost  unsound  ms still  said")
    well = True
    for name, fault in FAULTS.items():
        if asked.only not in name:
            continue
        if fault.on_a_disk and not can_mount():
            print(f"  {name:33} not tried: this needs the right to mount")
            continue
        for way in fault.ways:
            well &= show(name, way, fault, meet(fault, way))
    well &= _meet_chores(asked.only)
    if asked.runs:
        dice = random.Random(1)
        print()
        tallies = {
            name: faults.kill_during(work, asked.runs, dice) for name, work in faults.WORKS.items()
        }
        tallies["power cut"] = power_cuts.cut_power(asked.runs, dice)
        print(faults.table(tallies))
        well &= not any(each.lost or each.half or each.shut for each in tallies.values())
    return int(not well)


if __name__ == "__main__":
    sys.exit(main())
