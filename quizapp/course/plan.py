"""`course.yaml`, and which files a course has.

Owns the order of topics and the layout of folders; leaves what is in the files to `decks` and
`exercises`.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from quizapp.course.source import SLUG, Source, read_source, suggestion
from quizapp.domain.text import Text
from quizapp.errors import CourseError, Phrase

FILE = "course.yaml"
_FORMAT = 1


class Plan(NamedTuple):
    """What `course.yaml` says.

    Attributes:
        topics: topic -> its line, in order.
    """

    title: Text
    topics: Mapping[str, int]


def read_plan(root: Path) -> tuple[Plan, Source]:
    """Read `course.yaml`; what is wrong in it is noted in the source.

    Raises:
        CourseError: it cannot be read at all.
    """
    if not os.path.lexists(root / FILE):
        what = "holds no course" if _is_folder(root) else "is no folder"
        raise CourseError(root, 0, what, Phrase("name a folder that holds {file}", file=FILE))
    source = read_source(root, FILE)
    return parse_plan(source), source


def parse_plan(source: Source) -> Plan:
    """The plan in the text of a `course.yaml`; what is wrong is noted in `source`."""
    from quizapp.course.tree import compose
    from quizapp.course.values import Fields, as_integer, as_table, as_text

    root = compose(source)
    table = as_table(source, root, "the course") if root else None
    if table is None:
        return Plan(Text("", ""), {})
    fields = Fields(source, table, "the course", ("format", "title", "topics"))
    version = fields.read("format", as_integer, required=True)
    if version is not None and version != _FORMAT:
        remedy = (
            "update quizapp"
            if version > _FORMAT
            else Phrase("write `format: {format}`", format=_FORMAT)
        )
        source.wrong(
            fields.line_of("format"),
            Phrase("format {version} is not known here", version=version),
            remedy,
        )
    title = fields.read("title", as_text, required=True) or Text("", "")
    fields.find("topics", required=True)
    return Plan(title, fields.words("topics"))


def deck_path(topic: str) -> str:
    """Where the deck of `topic` lies, below the course's root."""
    return f"cards/{topic}.yaml"


def has_deck(root: Path, topic: str) -> bool:
    """Whether there is a deck file for `topic`, good or bad."""
    return os.path.lexists(root / deck_path(topic))


def find_exercises(root: Path, plan: Plan) -> tuple[dict[str, str], list[CourseError]]:
    """Slug -> topic of every exercise folder, in the order of topics; and slugs used twice."""
    found: dict[str, str] = {}
    errors = []
    present = set(names_in(root / "exercises"))
    for topic in filter(present.__contains__, plan.topics if present else ()):
        for slug in folders(root / "exercises" / topic):
            if slug in found:
                where, what = (
                    f"exercises/{topic}/{slug}",
                    Phrase("slug `{slug}` is taken", slug=slug),
                )
                remedy = Phrase("rename it, or the one in exercises/{topic}", topic=found[slug])
                errors.append(CourseError(where, 0, what, remedy))
            elif SLUG.fullmatch(slug):
                found[slug] = topic
    return found, errors


def exercise_files(root: Path, topic: str, slug: str) -> tuple[str, ...]:
    """Paths below `root`: its YAML, starter, checks and solution, then its near misses by name."""
    folder = f"exercises/{topic}/{slug}"
    misses = sorted(path.name for path in (root / folder / "near_misses").glob("*.py"))
    return (
        f"{folder}/exercise.yaml",
        f"{folder}/starter.py",
        f"{folder}/checks.py",
        f"solutions/{topic}/{slug}.py",
        *(f"{folder}/near_misses/{name}" for name in misses),
    )


def folders(folder: Path) -> list[str]:
    """Names of the folders in `folder`, sorted; none where there is no such folder."""
    return sorted(entry.name for entry in _entries(folder) if entry.is_dir())


def names_in(folder: Path) -> list[str]:
    """Names of what lies in `folder`, sorted, without what is hidden; none where there is none."""
    return sorted(entry.name for entry in _entries(folder))


def stray_files(root: Path, plan: Plan) -> Iterator[CourseError]:
    """What lies in the course and is never served, and topics that have nothing to serve."""
    for topic, line in plan.topics.items():
        if not has_deck(root, topic) and not _is_folder(root / "exercises" / topic):
            what = Phrase("topic `{topic}` has neither a deck nor exercises", topic=topic)
            yield CourseError(
                FILE,
                line,
                what,
                Phrase("write {file}, or remove the topic", file=deck_path(topic)),
            )
    for entry in sorted(_entries(root / "cards"), key=lambda entry: entry.name):
        stem, suffix = Path(entry.name).stem, Path(entry.name).suffix
        path = f"cards/{entry.name}"
        if suffix == ".yml":
            yield CourseError(path, 0, "is not read", Phrase("rename it to {stem}.yaml", stem=stem))
        elif suffix == ".yaml":
            yield from _unlisted(path, stem, plan)
    for kind in ("exercises", "solutions"):
        for topic in folders(root / kind):
            yield from _unlisted(f"{kind}/{topic}", topic, plan)
    for topic in plan.topics:
        yield from _strays_of(root, topic)


def _unlisted(path: str, topic: str, plan: Plan) -> Iterator[CourseError]:
    if topic not in plan.topics:
        remedy = suggestion(
            topic, plan.topics, Phrase("list it in {file}, or remove it", file=FILE)
        )
        yield CourseError(
            path, 0, Phrase("`{topic}` is no topic of {file}", topic=topic, file=FILE), remedy
        )


def _strays_of(root: Path, topic: str) -> Iterator[CourseError]:
    slugs = folders(root / "exercises" / topic)
    for slug in slugs:
        if not SLUG.fullmatch(slug):
            remedy = "use lower-case letters, digits and hyphens between them"
            yield CourseError(
                f"exercises/{topic}/{slug}",
                0,
                Phrase("`{slug}` is no slug", slug=slug),
                remedy,
            )
    for entry in sorted(_entries(root / "solutions" / topic), key=lambda entry: entry.name):
        stem, suffix = Path(entry.name).stem, Path(entry.name).suffix
        if suffix == ".py" and stem not in slugs:
            remedy = suggestion(stem, slugs, "write the exercise, or remove it")
            path = f"solutions/{topic}/{entry.name}"
            yield CourseError(path, 0, Phrase("there is no exercise `{stem}`", stem=stem), remedy)


def _is_folder(path: Path) -> bool:
    # Not Path.is_dir: it raises for a name that is too long or a parent that is closed to us.
    return os.path.isdir(path)  # noqa: PTH112


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    """What lies in `folder`, without hidden files and caches; nothing where it cannot be read."""
    try:
        with os.scandir(folder) as entries:
            return [entry for entry in entries if entry.name[0] not in "._"]
    except OSError:
        return []
