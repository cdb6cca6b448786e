"""The pages of a watch: verdict, task, hints, solution, list. Owns what stands on each of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from quizapp.cli.lines import Line, Span, as_written, wrapped
from quizapp.cli.prose import prose
from quizapp.cli.verdicts import Telling, consequences, first_things_first
from quizapp.cli.watching import Judged
from quizapp.domain.exercises import Exercise
from quizapp.domain.outcomes import Verdict

if TYPE_CHECKING:
    from quizapp.engine import ExerciseRow, Hint

_SYMBOLS = {"new": "·", "tried": "○", "solved": "✓"}


def task_page(exercise: Exercise, telling: Telling) -> list[Line]:
    """What is to be written."""
    return prose(exercise.task.read_in(telling.language), telling.columns)


def verdict_page(exercise: Exercise, judged: Judged, telling: Telling) -> list[Line]:
    """The verdict and what to do now; below an untouched starter, the task."""
    outcome = judged.outcome
    headline, *checks = first_things_first(outcome, telling)
    then: list[Line] = []
    if judged.submitted is not None:
        then += consequences(judged.submitted, telling)
    elif outcome.passed:
        then += wrapped([Span(telling.say("u submits it for the record"))], telling.columns)
    if outcome.passed:
        then += wrapped([Span(telling.say("n goes on to the next one"))], telling.columns)
    task: list[Line] = []
    if outcome.verdict is Verdict.MISSING:
        task = [(), *task_page(exercise, telling)]
    return [headline, *then, *checks, *task]


def hints_page(hints: Iterable[Hint], telling: Telling) -> list[Line]:
    """The hints shown so far."""
    lines: list[Line] = []
    for hint in hints:
        head = telling.say("Hint {n} of {total}", n=hint.number, total=hint.total)
        lines += [(Span(head, bold=True),), *prose(hint.text, telling.columns, "  "), ()]
    return lines[:-1]


def solution_page(source: str, telling: Telling) -> list[Line]:
    """The reference solution as it is written."""
    head: Line = (Span(telling.say("Reference solution"), bold=True),)
    return [head, (), *as_written(source, telling.columns)]


def list_page(rows: Sequence[ExerciseRow], chosen: int, telling: Telling) -> list[Line]:
    """All exercises with their states, one a line; `chosen` is marked."""
    return [_row(row, index == chosen, telling) for index, row in enumerate(rows)]


def _row(row: ExerciseRow, chosen: bool, telling: Telling) -> Line:
    state = telling.say(str(row.state)) + (f", {telling.say('due')}" if row.due else "")
    best = "" if row.best_score is None else f"  {row.best_score}/{row.max_score}"
    title = row.exercise.title.read_in(telling.language)
    told = f"{_SYMBOLS[row.state]} {row.exercise.slug}  {title}  ({state}{best})"
    return (Span("› " if chosen else "  ", bold=True), Span(told, bold=chosen))
