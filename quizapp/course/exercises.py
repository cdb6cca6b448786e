"""One exercise folder, from disk to an exercise.

Owns `exercise.yaml` and what its files must agree on; leaves what its checks say to `checks`, near
misses to `near_misses`, variants to `variants` (once the rest is sound), and whether its concept
cards exist to `loader`.
"""

from __future__ import annotations

import ast
import os
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from quizapp.course.checks import read_checks
from quizapp.course.near_misses import read_near_miss
from quizapp.course.plan import exercise_files
from quizapp.course.source import (
    OF,
    QUOTED,
    SLUG,
    Place,
    Source,
    read_source,
    shortened,
    suggestion,
    told,
)
from quizapp.course.tree import Node, Scalar, Table, compose
from quizapp.course.values import (
    Fields,
    as_flag,
    as_integer,
    as_name,
    as_number,
    as_string,
    as_table,
    as_text,
    as_texts,
    as_unique,
)
from quizapp.course.variants import read_variants
from quizapp.domain.exercises import Exercise, Limits, NearMiss
from quizapp.domain.text import Text
from quizapp.errors import CourseError, Phrase

_KEYS = (
    "title",
    "task",
    "signature",
    "entry_points",
    "source",
    "hints",
    "concepts",
    "check_concepts",
    "forbidden",
    "limits",
    "data",
    "judge_data",
    "accelerator",
    "variants",
)
_EMPTY = Text("", "")
_FORBIDDEN = re.compile(r"[A-Za-z_][A-Za-z0-9_.]*")


@dataclass(frozen=True, slots=True)
class ParsedExercise:
    """An exercise as its files say.

    Attributes:
        exercise: None where something is wrong.
        sources: the files that it was read from, with their errors.
        concepts: (path, line, card id) of every reference to a card.
    """

    exercise: Exercise | None
    sources: tuple[Source, ...]
    concepts: tuple[tuple[str, int, str], ...]

    @property
    def errors(self) -> list[CourseError]:
        """Everything that is wrong, file by file."""
        return [error for source in self.sources for error in source.errors]


def parse_exercise(root: Path, topic: str, slug: str) -> ParsedExercise:
    """Read the exercise `slug` of `topic` below `root`; never raises, notes every error."""
    sources = tuple(_open(root, path) for path in exercise_files(root, topic, slug))
    described, starter, checks, solution, *wrong = sources
    found = {} if checks.errors else read_checks(checks)
    if not starter.errors:
        starter.module()
    misses = [read_near_miss(source, found) for source in wrong if not source.errors]
    tree = None if described.errors else compose(described)
    table = as_table(described, tree, "the exercise") if tree else None
    if table is None:
        return ParsedExercise(None, sources, ())
    reader = _Reader(described, table, found, root / PurePosixPath(described.path).parent)
    exercise = reader.exercise(
        slug=slug,
        topic=topic,
        texts=(starter.text, solution.text, checks.text),
        near_misses=tuple(miss.near_miss for miss in misses if miss),
        solution_path=str(root / solution.path),
    )
    for source in (solution, *wrong):
        _check_definitions(source, exercise.entry_points)
    concepts = reader.concepts
    for miss in filter(None, misses):
        concepts += [(miss.path, miss.line, card) for card in miss.near_miss.cards]
    unsound = any(source.errors for source in sources)
    if not unsound and "variants" in table.entries:
        variants, named = read_variants(described, table.entries["variants"], exercise, found)
        concepts += [(described.path, line, card) for line, card in named]
        exercise = replace(exercise, variants=variants)
        unsound = bool(described.errors)
    return ParsedExercise(None if unsound else exercise, sources, tuple(concepts))


def _open(root: Path, path: str) -> Source:
    try:
        return read_source(root, path)
    except CourseError as error:
        source = Source(path, "")
        source.errors.append(error)
        return source


def _check_definitions(source: Source, names: Sequence[str]) -> None:
    """A solution, right or wrong, defines every entry point."""
    tree = None if source.errors else source.module()
    if tree is None:
        return
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found.add(node.name)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found.add(node.id)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            found.update(alias.asname or alias.name for alias in node.names)
    for name in names:
        if name not in found:
            remedy = suggestion(name, found, "define it, or mend `entry_points`")
            source.wrong(0, Phrase("does not define the entry point `{name}`", name=name), remedy)


class _Reader:
    """Reads `exercise.yaml` and keeps where it names cards.

    Args:
        checks: ids of the exercise's checks; empty where they are unknown.
        folder: the exercise's folder, for its data.
    """

    def __init__(self, source: Source, table: Table, checks: Collection[str], folder: Path) -> None:
        self._source = source
        self._fields = Fields(source, table, "the exercise", _KEYS)
        self._checks = checks
        self._folder = folder
        self.concepts: list[tuple[str, int, str]] = []

    def exercise(
        self,
        *,
        slug: str,
        topic: str,
        texts: tuple[str, str, str],
        near_misses: tuple[NearMiss, ...],
        solution_path: str,
    ) -> Exercise:
        """The exercise; what is wrong is noted, and stands in for itself by something empty."""
        fields = self._fields
        starter, solution, checks = texts
        return Exercise(
            slug=slug,
            topic=topic,
            title=fields.read("title", as_text, required=True) or _EMPTY,
            task=fields.read("task", as_text, required=True) or _EMPTY,
            entry_points=self._entry_points(),
            signature=fields.string("signature", required=True),
            starter=starter,
            solution=solution,
            checks=checks,
            source=fields.string("source", required=True),
            hints=fields.read("hints", as_texts, required=True) or (),
            concepts=self._cards("concepts"),
            near_misses=near_misses,
            folder=str(self._folder),
            solution_path=solution_path,
            check_concepts=self._check_concepts(),
            forbidden=tuple(fields.words("forbidden", _op)),
            limits=fields.read("limits", _limits) or Limits(),
            sandbox_data=self._data("data"),
            judge_data=self._data("judge_data"),
            accelerator=fields.read("accelerator", as_flag) or False,
        )

    def _entry_points(self) -> tuple[str, ...]:
        self._fields.find("entry_points", required=True)
        return tuple(self._fields.words("entry_points", as_name))

    def _cards(self, key: str) -> tuple[str, ...]:
        self._fields.find(key, required=True)
        words = self._fields.words(key, _card)
        self.concepts += [(self._source.path, line, card) for card, line in words.items()]
        return tuple(words)

    def _check_concepts(self) -> Mapping[str, tuple[str, ...]]:
        table = self._fields.read("check_concepts", as_table)
        found: dict[str, tuple[str, ...]] = {}
        for check, node in table.entries.items() if table else ():
            if self._checks and check not in self._checks:
                line = table.lines[check] if table else 0
                remedy = suggestion(check, self._checks, "name a function that has `@check`")
                self._source.wrong(
                    line, Phrase("`{check}` is no check", check=shortened(check)), remedy
                )
            words = as_unique(self._source, node, (QUOTED, shortened(check), ""), _card)
            self.concepts += [(self._source.path, line, card) for card, line in words.items()]
            found[check] = tuple(words)
        return found

    def _data(self, key: str) -> dict[str, str]:
        """Name -> absolute path of a file that lies in the exercise's folder."""
        table = self._fields.read(key, as_table)
        found: dict[str, str] = {}
        for name, node in table.entries.items() if table else ():
            as_name(self._source, Scalar(name, node.line, "str", False, False), (QUOTED, key, ""))
            path = as_string(self._source, node, (OF, shortened(name), (QUOTED, key, "")))
            if path is None:
                continue
            file = self._folder / path
            # Not Path.is_file: it raises for a name that is too long.
            if ".." in PurePosixPath(path).parts or PurePosixPath(path).is_absolute():
                self._source.wrong(
                    node.line,
                    Phrase("`{path}` leaves the folder", path=path),
                    "keep data inside it",
                )
            elif not os.path.isfile(file) or file.suffix != ".npz":  # noqa: PTH113
                what = Phrase("`{path}` is no .npz file of this folder", path=shortened(path))
                self._source.wrong(node.line, what, "put it there, or mend the path")
            found[name] = str(file)
        return found


def _card(source: Source, node: Node, what: Place) -> str | None:
    """The id of a note, or of one card of a note: `note-id` or `note-id/c1`."""
    word = as_string(source, node, what)
    if word is not None and not SLUG.fullmatch(word.partition("/")[0]):
        source.wrong(
            node.line,
            Phrase("{what} `{word}` is no card id", what=told(what), word=shortened(word)),
            "mend it",
        )
        return None
    return word


def _op(source: Source, node: Node, what: Place) -> str | None:
    word = as_string(source, node, what)
    if word is not None and not _FORBIDDEN.fullmatch(word):
        remedy = "write a group such as `convolution`, or an op such as `aten.convolution`"
        source.wrong(
            node.line,
            Phrase("{what} `{word}` is no op", what=told(what), word=shortened(word)),
            remedy,
        )
        return None
    return word


def _limits(source: Source, node: Node, what: Place) -> Limits | None:
    table = as_table(source, node, what)
    if table is None:
        return None
    fields = Fields(source, table, what, Limits.__slots__)
    values: dict[str, float] = {}
    for key in filter(fields.__contains__, Limits.__slots__):
        value = fields.read(key, as_number if key == "cpu_s" else as_integer)
        if value is not None and value <= 0:
            source.wrong(
                fields.line_of(key), Phrase("`{key}` is not above 0", key=key), "write more"
            )
        elif value is not None:
            values[key] = value
    return Limits(**values)  # type: ignore[arg-type]  # whole numbers but for cpu_s
