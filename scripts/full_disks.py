"""A disk that fills while a learner's data are copied, upgraded, merged, imported or exported.

The home lies on a small disk of its own, and something else leaves so little room on it that the
command can open the database and fails later. Owns these rows of `fault_table`: nothing that was
there may be lost, nothing half written may be left, and once there is room the same command works.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from quizapp.domain.memory import ItemKind
from quizapp.store import backup
from scripts import faults
from scripts.fault_table import Met, Place
from scripts.faults import CARDS, FILE

_PAGE = 4096
_OTHERS = ("cache/", "backups/", "cards/.lock", f"{FILE}-", "filler")
"""Files that may come and go."""


@dataclass(frozen=True, slots=True)
class Chore:
    """A command that writes much.

    Attributes:
        words: of the call; `{away}` is a folder on another disk, `{home}` the learner's.
        room: bytes that are left on the disk.
        prepare: makes what it is about, in the home and the folder away.
        goes_on: whether it does its work all the same.
    """

    words: tuple[str, ...]
    room: int
    prepare: Callable[[Path, Path], None] = lambda _home, _away: None
    goes_on: bool = False


def _without_copies(home: Path, _away: Path) -> None:
    shutil.rmtree(home / "backups")


def _another_device(home: Path, away: Path) -> None:
    shutil.copy(home / FILE, away)
    with faults.reopened(away) as store:
        for number in range(40):
            store.set_state(ItemKind.CARD, f"c{number}", flag=1)


def _older(home: Path, _away: Path) -> None:
    for path in home.iterdir():
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    faults.old_version(home)


def _many_answers(home: Path, _away: Path) -> None:
    learner = faults.Learner(home, faults.START + timedelta(days=100))
    with learner.store.transaction():  # as many small ones would fill the disk with their log
        for number in range(1500):
            learner.answer(number)
    learner.store.close()


def _many_cards(_home: Path, away: Path) -> None:
    rows = (f"question {number}\tanswer {number}, at length{'.' * 90}\n" for number in range(2000))
    (away / "cards.tsv").write_text("".join(rows))


CHORES = {
    "daily copy": Chore(("answer", f"c{CARDS}", "good"), 200_000, _without_copies, goes_on=True),
    "upgrade": Chore(("due",), 330_000, _older),
    "copy before an upgrade": Chore(("due",), 160_000, _older),
    "merge": Chore(("merge", f"{{away}}/{FILE}"), 150_000, _another_device),
    "import": Chore(("import", "{away}/cards.tsv"), 150_000, _many_cards),
    "export": Chore(("export", "jsonl", "{home}/out.jsonl"), 150_000, _many_answers),
    "export for Anki": Chore(("export", "apkg", "{home}/out.apkg"), 135_000, _many_answers),
    "own card": Chore(("add", "What is new?", "This. " * 12_000), 150_000),
}


@contextlib.contextmanager
def filled(home: Path, room: int) -> Iterator[None]:
    """Something else takes all of the disk but `room` bytes."""
    filler = home / "filler"
    with filler.open("wb", buffering=0) as stream, contextlib.suppress(OSError):
        while True:
            stream.write(bytes(_PAGE))
    os.truncate(filler, filler.stat().st_size - room)
    yield
    filler.unlink()


def meet(chore: Chore) -> Met:
    """Let the disk of a new home fill, call the command, make room, call it again."""
    with tempfile.TemporaryDirectory(prefix="quizapp-full-") as root:
        place = Place(Path(root), on_a_disk=True)
        away = Path(root) / "away"
        away.mkdir()
        try:
            place.prepare()
            chore.prepare(place.home, away)
            return _met(chore, place, away)
        finally:
            place.close()


def _met(chore: Chore, place: Place, away: Path) -> Met:
    words = [word.format(home=place.home, away=away) for word in chore.words]
    saved, files = _answers(place.home), _files(place.home)
    with filled(place.home, chore.room):
        code, said = place.call(*words)
        odd = [f"left behind: {name}" for name in sorted(_files(place.home) - files)]
    if bool(code) is chore.goes_on:
        odd.append(f"exit code {code} on the full disk")
    taken = int(words[0] == "answer" and not code)
    if again := place.call(*words)[0]:
        odd.append(f"exit code {again} once there was room")
    taken += int(words[0] == "answer" and not again)
    found, unsound = place.answers()
    if not backup.every(place.home / FILE):
        odd.append("no copy was made once there was room")
    lost = max(0, saved + taken - found)
    return Met(taken, lost, (*odd, *unsound), 0, said.removeprefix("error: "))


def _answers(home: Path) -> int:
    """How many answers the log holds, of whichever version it is; without upgrading it."""
    with contextlib.closing(sqlite3.connect(home / FILE)) as database:
        (found,) = database.execute(
            "SELECT count(*) FROM reviews WHERE rating IS NOT NULL"
        ).fetchone()
        return int(found)


def _files(home: Path) -> set[str]:
    """What lies in the home, apart from caches, finished copies and SQLite's own files."""
    names = (str(path.relative_to(home)) for path in home.rglob("*") if path.is_file())
    return {name for name in names if not name.startswith(_OTHERS) or name.endswith(".partial")}
