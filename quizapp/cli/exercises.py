"""The commands about exercises: exercises, start, check, submit, hint, solution.

Owns their words on the terminal and the watching of a file; leaves judging to the engine.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from quizapp.cli import output
from quizapp.cli.exits import Exit, code_of_verdict
from quizapp.cli.options import Asked, asking
from quizapp.domain.exercises import LARGEST_SOURCE
from quizapp.domain.outcomes import CheckResult, Outcome, Verdict
from quizapp.domain.reports import outcome_json
from quizapp.errors import UsageError

if TYPE_CHECKING:
    from quizapp.domain.text import Language
    from quizapp.engine import Engine, Submitted

_MARKS = {Verdict.PASSED: ("✓", "green"), Verdict.SKIPPED: ("-", "yellow")}


@click.command("exercises")
@asking
def exercises_command(asked: Asked) -> Exit:
    """List the exercises with their state."""
    with asked.open() as engine:
        rows = engine.exercises()
        if asked.json:
            exercises = [
                {
                    "exercise": row.exercise.slug,
                    "topic": row.exercise.topic,
                    "title": row.exercise.title,
                    "state": row.state,
                    "due": row.due,
                    "due_at": row.schedule.due,
                    "best_score": row.best_score,
                    "max_score": row.max_score,
                    "submissions": row.submissions,
                }
                for row in rows
            ]
            asked.show(exercises, engine.language)
            return Exit.DONE
        lines = [
            (
                row.exercise.slug,
                row.exercise.topic,
                f"{row.state}, due" if row.due else str(row.state),
                "-" if row.best_score is None else f"{row.best_score}/{row.max_score}",
                row.exercise.title.read_in(engine.language),
            )
            for row in rows
        ]
        output.table(("exercise", "topic", "state", "best", "title"), lines)
    return Exit.DONE


@click.command("start")
@click.argument("slug")
@click.argument("file", required=False, type=click.Path(path_type=Path))
@asking
def start_command(asked: Asked, slug: str, file: Path | None) -> Exit:
    """Copy the starter of exercise SLUG to FILE, by default SLUG.py; never over another file."""
    with asked.open() as engine:
        exercise = engine.exercise(slug)
        path = engine.start(slug, file)
        if asked.json:
            asked.show({"exercise": exercise.slug, "file": str(path)}, engine.language)
            return Exit.DONE
        output.data(str(path))
        output.note(exercise.task.read_in(engine.language).rstrip())
        output.note(f"\nwhen it is written: quizapp check {exercise.slug} {path}")
    return Exit.DONE


@click.command("check")
@click.argument("slug")
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True))
@click.option("--watch", is_flag=True, help="Judge again whenever FILE is saved, until Ctrl-C.")
@click.option(
    "--seed",
    type=click.IntRange(0, 2**31 - 1),
    metavar="N",
    help="Draw the cases from N; default: the same all day.",
)
@asking
def check_command(asked: Asked, slug: str, file: Path, watch: bool, seed: int | None) -> Exit:
    """Judge FILE as a solution of exercise SLUG; nothing is recorded. A dash reads stdin."""
    if watch and str(file) == "-":
        raise UsageError("quizapp check", "stdin cannot be watched", "name a file")
    with asked.open() as engine:
        engine.exercise(slug)
        outcome = engine.check(slug, _read(file), str(file), seed=seed).result()
        _show_outcome(asked, outcome, engine.language, lines=watch)
        if watch:
            _watch(asked, engine, slug, file, seed)
    return code_of_verdict(outcome.verdict)


def _watch(asked: Asked, engine: Engine, slug: str, file: Path, seed: int | None) -> None:
    """Judge `file` after each change, until the process is interrupted."""
    from watchfiles import watch

    target = file.resolve()
    output.note(f"watching {file}; Ctrl-C ends it")
    # Editors replace a file rather than write to it, so its folder is what can be watched.
    for _ in watch(target.parent, watch_filter=lambda _, path: Path(path) == target, debounce=50):
        if not target.is_file():
            continue
        output.note("")
        outcome = engine.check(slug, _read(file), str(file), seed=seed).result()
        _show_outcome(asked, outcome, engine.language, lines=True)


@click.command("submit")
@click.argument("slug")
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True))
@click.option("--easy", is_flag=True, help="It was easy: let it come back later.")
@asking
def submit_command(asked: Asked, slug: str, file: Path, easy: bool) -> Exit:
    """Judge FILE as a solution of exercise SLUG, record it and say when the exercise comes back."""
    with asked.open() as engine:
        engine.exercise(slug)
        submitted = engine.submit(slug, _read(file), str(file), easy=easy).result()
        outcome = submitted.outcome
        if asked.json:
            told: dict[str, object] = dict(outcome_json(outcome, engine.language))
            told |= {
                "recorded": outcome.verdict is not Verdict.GRADER_ERROR,
                "rating": submitted.rating,
                "due": submitted.schedule.due if submitted.schedule else None,
                "brought_forward": submitted.brought_forward,
            }
            asked.show(told, engine.language)
        else:
            _show_outcome(asked, outcome, engine.language)
            _show_consequences(submitted)
    return code_of_verdict(outcome.verdict)


def _show_consequences(submitted: Submitted) -> None:
    if submitted.outcome.verdict is Verdict.GRADER_ERROR:
        output.note("the judge failed, not the submission: nothing was recorded; submit it again")
    if submitted.rating is not None and submitted.schedule is not None:
        rating = submitted.rating.name.lower()
        output.data(f"rated {rating}, due {output.short_time(submitted.schedule.due)}")
    if submitted.brought_forward:
        output.data(f"brought forward: {', '.join(submitted.brought_forward)}")


@click.command("hint")
@click.argument("slug")
@asking
def hint_command(asked: Asked, slug: str) -> Exit:
    """Write the next hint of exercise SLUG; solving it with a hint counts as hard."""
    with asked.open() as engine:
        hint = engine.hint(slug)
        if asked.json:
            asked.show({"exercise": engine.exercise(slug).slug, "hint": hint}, engine.language)
        else:
            output.data(f"{hint.number}/{hint.total}  {hint.text.strip()}")
    return Exit.DONE


@click.command("solution")
@click.argument("slug")
@asking
def solution_command(asked: Asked, slug: str) -> Exit:
    """Write the reference solution of exercise SLUG; seen before it is solved, it is given up."""
    with asked.open() as engine:
        source = engine.solution(slug)
        if asked.json:
            told = {"exercise": engine.exercise(slug).slug, "solution": source}
            asked.show(told, engine.language)
        else:
            output.data(source.rstrip("\n"))
    return Exit.DONE


def _read(file: Path) -> bytes:
    """The bytes of `file`, or of stdin for a dash."""
    import sys

    try:
        if str(file) == "-":
            source = sys.stdin.buffer.read(LARGEST_SOURCE + 1)
        else:
            with file.open("rb") as opened:
                source = opened.read(LARGEST_SOURCE + 1)
    except OSError as error:
        raise UsageError(
            str(file),
            f"cannot be read ({error.strerror})",
            "quizapp start SLUG FILE writes a starter",
        ) from error
    if len(source) > LARGEST_SOURCE:
        raise UsageError(str(file), "is larger than 4 MiB", "submit a source file")
    return source


def _show_outcome(
    asked: Asked, outcome: Outcome, language: Language, *, lines: bool = False
) -> None:
    """Write `outcome`; with `lines`, its JSON on one line, so that a stream of them can be read."""
    if asked.json:
        output.data_json(outcome_json(outcome, language), language, indent=None if lines else 2)
        return
    for check in outcome.checks:
        _show_check(check)
    if outcome.diagnosis is not None:
        output.data("")
        output.data(output.style(outcome.diagnosis.message.read_in(language).strip(), bold=True))
        if outcome.diagnosis.cards:
            output.data(f"cards: {', '.join(outcome.diagnosis.cards)}")
    if outcome.output:
        output.data("")
        output.data("it printed:")
        output.data(_indented(outcome.output))
    output.data("")
    passed = outcome.verdict is Verdict.PASSED
    verdict = output.style(outcome.verdict.value, fg="green" if passed else "red", bold=True)
    took = f"{outcome.elapsed_ms:.0f} ms, seed {outcome.seed}, {outcome.isolation.value}"
    output.data(f"{verdict}  {outcome.score}/{outcome.max_score} points  ({took})")


def _show_check(check: CheckResult) -> None:
    mark, colour = _MARKS.get(check.verdict, ("✗", "red"))
    named = "" if check.verdict is Verdict.PASSED else f"  [{check.verdict.value}]"
    points = f"{check.points}/{check.max_points}"
    output.data(f"{output.style(mark, fg=colour)} {points:>5}  {check.label}{named}")
    if check.message:
        output.data(_indented(check.message))


def _indented(text: str) -> str:
    return "\n".join(f"         {line}".rstrip() for line in text.rstrip().splitlines())
