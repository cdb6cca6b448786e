"""Finding what a class handed in. Owns the layout of the folder; leaves reading sources to `judge`.

    FOLDER/<student>/<slug>.py      or .ipynb
    FOLDER/<student>.py             when one exercise is graded

Nothing is run, imported or followed out of the folder. What cannot be graded is reported, and where
there are several candidates the choice is the same each time and is reported, too.
"""

from __future__ import annotations

import stat
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from quizapp.domain.exercises import LARGEST_SOURCE
from quizapp.errors import Phrase, UsageError

_SUFFIXES = (".py", ".ipynb")
_NOISE = frozenset({"__MACOSX", "__pycache__", "Thumbs.db", "desktop.ini"})


@dataclass(frozen=True, slots=True)
class Handed:
    """One file that one student handed in for one exercise.

    Attributes:
        student: name of the folder, or of the file.
        remark: what was decided about it, such as which other file was passed over; empty if
            nothing.
        unreadable: why it cannot be read; empty when it can.
    """

    student: str
    exercise: str
    path: Path
    remark: str = ""
    unreadable: str = ""


@dataclass(frozen=True, slots=True)
class Hand:
    """All that was found.

    Attributes:
        handed: by student, then in the order of the exercises.
        students: all students, those without a file included.
        ignored: files that belong to no exercise, with the reason.
    """

    handed: tuple[Handed, ...]
    students: tuple[str, ...]
    ignored: tuple[tuple[Path, str], ...]


def find_submissions(folder: Path, slugs: Collection[str], only: str = "") -> Hand:
    """What lies in `folder`.

    Args:
        folder: the class's folder.
        slugs: the exercises of the course, in order.
        only: the one exercise to grade; empty for all.

    Raises:
        UsageError: the folder cannot be read, or holds no student.
    """
    if not folder.is_dir():
        raise UsageError(str(folder), "is not a folder", "name the one that holds the students'")
    wanted = [only] if only else list(slugs)
    students: list[str] = []
    handed: list[Handed] = []
    ignored: list[tuple[Path, str]] = []
    for entry in _entries(folder):
        if entry.is_dir() and not entry.is_symlink():
            students.append(entry.name)
            handed += _of_student(entry, wanted, ignored)
        elif entry.suffix in _SUFFIXES and only:
            students.append(entry.stem)
            handed.append(_readable(Handed(entry.stem, only, entry), folder))
        else:
            remedy = "files beside the students' folders need --exercise"
            ignored.append((entry, remedy if entry.suffix in _SUFFIXES else "is no submission"))
    if not students:
        raise UsageError(
            str(folder),
            "holds no student",
            Phrase("put the files in as {name}/<student>/<exercise>.py", name=folder.name),
        )
    return Hand(tuple(handed), tuple(students), tuple(ignored))


def _of_student(
    folder: Path, wanted: list[str], ignored: list[tuple[Path, str]]
) -> Iterator[Handed]:
    """One student's files, at most one for each exercise."""
    candidates: dict[str, list[Path]] = {slug: [] for slug in wanted}
    by_name = {_plain(slug): slug for slug in wanted}
    for entry in _entries(folder):
        slug = by_name.get(_plain(entry.stem)) if entry.suffix.lower() in _SUFFIXES else None
        if slug is None:
            ignored.append((entry, "belongs to no exercise"))
        else:
            candidates[slug].append(entry)
    for slug, files in candidates.items():
        if not files:
            continue
        files.sort(key=lambda file: (file.stem != slug, file.suffix != ".py", file.name))
        chosen, *others = files
        remark: str = ""
        if others:
            names = ", ".join(other.name for other in others)
            remark = Phrase("graded {file}, passed over {names}", file=chosen.name, names=names)
        elif chosen.stem != slug:
            remark = Phrase("graded {file} as {exercise}", file=chosen.name, exercise=slug)
        yield _readable(Handed(folder.name, slug, chosen, remark), folder)


def _entries(folder: Path) -> list[Path]:
    try:
        entries = sorted(folder.iterdir())
    except OSError as error:
        raise UsageError(
            str(folder),
            Phrase("cannot be read ({reason})", reason=error.strerror),
            "check its permissions",
        ) from error
    return [
        entry for entry in entries if not entry.name.startswith(".") and entry.name not in _NOISE
    ]


def _plain(name: str) -> str:
    """A file name without what students change about it: case, blanks, `_` for `-`, ` (1)`."""
    stem, bracket, rest = name.partition("(")
    if bracket and rest.rstrip().removesuffix(")").isdigit():
        name = stem
    return name.strip().lower().replace("_", "-").replace(" ", "-")


def _readable(handed: Handed, folder: Path) -> Handed:
    """`handed`, marked when it is no plain file of a sensible size inside `folder`."""
    why = ""
    try:
        found = handed.path.lstat()
        if stat.S_ISLNK(found.st_mode):
            target = handed.path.resolve(strict=True)
            if not target.is_relative_to(folder.resolve()):
                why = "it is a link that leads out of the folder; hand in the file itself"
            found = target.stat()
        if not why and not stat.S_ISREG(found.st_mode):
            why = "it is no plain file; hand in the file itself"
        elif not why and found.st_size > LARGEST_SOURCE:
            why = f"it has {found.st_size:,} bytes; at most {LARGEST_SOURCE:,} are read"
    except (OSError, RuntimeError) as error:
        why = f"it cannot be read ({error})"
    return Handed(handed.student, handed.exercise, handed.path, handed.remark, why)
