"""The commands about exercises: exercises, start, check, submit, hint, solution.

Owns what each of them says; leaves judging to the engine, watching a file to `watch`.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from quizapp.cli import output, telling
from quizapp.cli.asked import Asked
from quizapp.cli.exits import Exit, code_of_verdict
from quizapp.cli.lines import Span, wrapped
from quizapp.cli.options import asking
from quizapp.cli.prose import prose
from quizapp.cli.verdicts import consequences
from quizapp.cli.words import saying
from quizapp.domain.exercises import AS_BEFORE, BASE, LARGEST_SOURCE, Exercise
from quizapp.domain.outcomes import Outcome, Verdict
from quizapp.domain.reports import outcome_json
from quizapp.engine.saves import not_too_large, read_source
from quizapp.errors import UsageError

if TYPE_CHECKING:
    from quizapp.domain.text import Language
    from quizapp.engine import Engine


_variant = click.option(
    "--variant",
    metavar="NAME",
    help="Of the exercise; default: what the file says, else the one that is asked for now.",
)


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
                    "variant": row.variant or BASE,
                    "variants": [BASE, *(each.variant for each in row.exercise.variants)],
                }
                for row in rows
            ]
            asked.show(exercises, engine.language)
            return Exit.DONE
        say = saying(engine.language)
        lines = [
            (
                row.exercise.slug,
                row.exercise.topic,
                row.variant or ("-" if not row.exercise.variants else BASE),
                say("{state}, due", state=say(row.state)) if row.due else say(row.state),
                "-" if row.best_score is None else f"{row.best_score}/{row.max_score}",
                row.exercise.title.read_in(engine.language),
            )
            for row in rows
        ]
        heads = (say("exercise"), say("topic"), say("variant"), say("state"), say("best"))
        output.table((*heads, say("title")), lines)
    return Exit.DONE


@click.command("start")
@click.argument("slug")
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.option("--variant", metavar="NAME", help="Its starter; default: the one asked for now.")
@asking
def start_command(asked: Asked, slug: str, file: Path | None, variant: str | None) -> Exit:
    """Copy the starter of exercise SLUG to FILE, by default SLUG.py; never over another file.

    An exercise that has been solved comes back as one of its variants: under other names, or with
    other shapes or conventions. Its starter says so on its first line.
    """
    with asked.open() as engine:
        exercise = engine.asked(slug) if variant is None else engine.variant(slug, variant)
        path = engine.start(slug, file, variant=variant)
        if asked.json:
            told = {"exercise": exercise.slug, "file": str(path)}
            told |= {"variant": exercise.variant} if exercise.variant else {}
            asked.show(told, engine.language)
            return Exit.DONE
        output.data(str(path))
        _show_task(exercise, path, engine.language)
    return Exit.DONE


@click.command("check")
@click.argument("slug")
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True))
@click.option("--watch", is_flag=True, help="Judge again whenever FILE is saved.")
@click.option(
    "--seed",
    type=click.IntRange(0, 2**31 - 1),
    metavar="N",
    help="Draw the cases from N; default: the same all day.",
)
@_variant
@asking
def check_command(
    asked: Asked, slug: str, file: Path, *, watch: bool, seed: int | None, variant: str | None
) -> Exit:
    """Judge FILE as a solution of exercise SLUG; nothing is recorded. A dash reads stdin.

    With --watch it goes on: on a terminal with keys for hints, the next exercise and more, until q
    or Ctrl-C; into a pipe with one verdict a save (--json: one object a line), until Ctrl-C. Of
    saves that come faster than the judge, the newest counts.

    Ends with 0 when the (last) verdict is passed, 1 when it is another, 130 after Ctrl-C.
    """
    if watch and str(file) == "-":
        raise UsageError("quizapp check", "stdin cannot be watched", "name a file")
    with asked.open() as engine:
        engine.exercise(slug)
        if watch:
            from quizapp.cli.watch import watch as keep_watching

            if variant is not None:
                what = "a file that is watched is judged as its first line says"
                raise UsageError("quizapp check", what, "leave --variant out")
            return keep_watching(asked, engine, slug, file, seed)
        source = _read(file)
        outcome = engine.check(slug, source, str(file), seed=seed, variant=variant).result()
        if asked.json:
            asked.show(outcome_json(outcome, engine.language), engine.language)
        else:
            telling.show_outcome(outcome, engine.exercise(slug), engine.language)
            _tell_variant(engine, outcome)
            _show_next(outcome, file, engine.language)
    return code_of_verdict(outcome.verdict)


@click.command("submit")
@click.argument("slug")
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True))
@click.option("--easy", is_flag=True, help="It was easy: let it come back later.")
@_variant
@asking
def submit_command(asked: Asked, slug: str, file: Path, *, easy: bool, variant: str | None) -> Exit:
    """Judge FILE as a solution of exercise SLUG, record it and say when the exercise comes back.

    FILE must solve the variant that is asked for now; nothing is recorded where it says that it is
    for another one. `quizapp check` judges any.
    """
    with asked.open() as engine:
        engine.exercise(slug)
        source = _read(file)
        submitted = engine.submit(slug, source, str(file), easy=easy, variant=variant).result()
        outcome = submitted.outcome
        if asked.json:
            told: dict[str, object] = dict(outcome_json(outcome, engine.language))
            told |= {
                "recorded": submitted.recorded,
                "rating": submitted.rating,
                "due": submitted.schedule.due if submitted.schedule else None,
                "brought_forward": submitted.brought_forward,
                "credited": submitted.credited,
            }
            asked.show(told, engine.language)
        else:
            telling.show_outcome(outcome, engine.exercise(slug), engine.language)
            _tell_variant(engine, outcome)
            telling.tell([(), *consequences(submitted, telling.telling_in(engine.language))])
    return code_of_verdict(outcome.verdict)


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
            front = f"{hint.number}/{hint.total}  "
            columns = telling.telling_in(engine.language).columns
            first, *rest = prose(hint.text, columns - len(front)) or [()]
            below = [(Span(" " * len(front)), *line) for line in rest]
            telling.tell([(Span(front, bold=True), *first), *below])
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


def _tell_variant(engine: Engine, outcome: Outcome) -> None:
    """What a variant asks for, below a verdict that is not passed: who kept a solution needs it."""
    known = outcome.diagnosis is not None and outcome.diagnosis.near_miss == AS_BEFORE
    if not outcome.variant or outcome.passed or known:
        return
    variant = engine.variant(outcome.exercise, outcome.variant)
    shown = telling.telling_in(engine.language)
    head = shown.say("This is variant {name}:", name=outcome.variant)
    text = f"{head} {variant.change.read_in(engine.language)}"
    telling.tell([(), *wrapped([Span(text, bold=True)], shown.columns)])


def _read(file: Path) -> bytes:
    """The bytes of `file`, or of stdin for a dash."""
    import sys

    if str(file) != "-":
        return read_source(file)
    return not_too_large(sys.stdin.buffer.read(LARGEST_SOURCE + 1), "stdin")


def _show_task(exercise: Exercise, path: Path, language: Language) -> None:
    """What is to be written, and what to do then; on stderr, as the file's name is the datum."""
    import sys

    columns = telling.columns_of_stream(sys.stderr)
    heading = (
        Span(exercise.title.read_in(language), bold=True),
        Span(f"   {exercise.signature}", dim=True),
    )
    then = saying(language)(
        "When it is written: quizapp check {slug} {file}   (--watch judges at each save)",
        slug=exercise.slug,
        file=path,
    )
    change = exercise.change.read_in(language)
    told = saying(language)("This is variant {name}:", name=exercise.variant) + f" {change}"
    lines = [*wrapped([Span(told, bold=True)], columns), ()] if exercise.variant else []
    task = prose(exercise.task.read_in(language), columns)
    telling.remark([(), heading, (), *lines, *task, (), *wrapped([Span(then, bold=True)], columns)])


def _show_next(outcome: Outcome, file: Path, language: Language) -> None:
    """What to do now; for the person at the terminal, not for what reads stdout."""
    import sys

    if not sys.stderr.isatty():
        return
    say, slug = saying(language), outcome.exercise
    if outcome.verdict is Verdict.GRADER_ERROR:
        then = say("The judge failed, not your code: check again; quizapp doctor tells more.")
    elif outcome.passed and str(file) == "-":
        then = say("Next: quizapp submit {slug} FILE records it.", slug=slug)
    elif outcome.passed:
        then = say("Next: quizapp submit {slug} {file} records it.", slug=slug, file=file)
    else:
        then = say("Mend the first ✗ and check again; quizapp hint {slug} helps.", slug=slug)
    columns = telling.columns_of_stream(sys.stderr)
    telling.remark([(), *wrapped([Span(then, dim=True)], columns)])
