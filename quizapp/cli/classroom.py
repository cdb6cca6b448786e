"""The command about classes: grade. Owns its words and its progress bar; leaves grading alone."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from quizapp.cli import output
from quizapp.cli.asked import Asked
from quizapp.cli.exits import Exit
from quizapp.cli.options import asking
from quizapp.cli.words import Say, saying
from quizapp.domain.text import Language

if TYPE_CHECKING:
    from quizapp.classroom.submissions import Hand, Handed
    from quizapp.engine.grading import ClassResult


@click.command("grade")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Where results go; default: FOLDER-graded beside FOLDER.",
)
@click.option(
    "--jobs", type=click.IntRange(1, 256), metavar="N", help="Side by side; default: CPUs."
)
@click.option("--exercise", "only", default="", metavar="SLUG", help="Grade this exercise only.")
@click.option(
    "--seed",
    type=click.IntRange(0, 2**31 - 1),
    metavar="N",
    help="What inputs are drawn from; default: a new one, or that of the batch begun before.",
)
@click.option(
    "--variant",
    "variants",
    multiple=True,
    metavar="SLUG=NAME",
    help="The class was given this variant of an exercise; default: the exercise itself.",
)
@click.option(
    "--allow-weak-isolation",
    is_flag=True,
    help="Grade even where a submission could read files or reach the network.",
)
@asking
def grade_command(
    asked: Asked,
    *,
    folder: Path,
    out: Path | None,
    jobs: int | None,
    only: str,
    seed: int | None,
    variants: tuple[str, ...],
    allow_weak_isolation: bool,
) -> Exit:
    """Judge a class: FOLDER/<student>/<exercise>.py, or .ipynb.

    Begun again after an interruption, it goes on where it was. Writes gradebook.csv, results.csv
    and report.html. Exit code 4 if anything could not be judged by our own fault.
    """
    import time

    from quizapp import paths
    from quizapp.course import load_course
    from quizapp.engine.base import course_folder
    from quizapp.engine.grading import GradingPlan, grade_class
    from quizapp.engine.names import did_you_mean
    from quizapp.engine.spoken import language_spoken
    from quizapp.errors import UsageError

    started = time.monotonic()
    course = load_course(course_folder(asked.course), cache=paths.cache_dir())
    if only and only not in course.exercises:
        remedy = did_you_mean(only, course.exercises) or "quizapp exercises lists them"
        raise UsageError(only, "there is no such exercise", remedy)
    plan = GradingPlan(
        folder,
        out or folder.resolve().with_name(f"{folder.resolve().name}-graded"),
        jobs or 0,
        only,
        allow_weak_isolation,
        seed,
        _named(variants),
    )
    language = asked.language or Language.EN
    with _progress(saying(language_spoken(asked.language))) as (found, done):
        result = grade_class(course, plan, language, found=found, done=done)
    elapsed = time.monotonic() - started
    if asked.json:
        asked.show(_as_json(result, elapsed), language)
    else:
        _tell(result, elapsed, saying(language_spoken(asked.language)))
    return Exit.OUR_FAULT if result.failed_to_grade else Exit.DONE


def _named(variants: tuple[str, ...]) -> dict[str, str]:
    """Slug -> variant, of words such as `iou=centres`."""
    from quizapp.errors import UsageError

    found = {}
    for word in variants:
        slug, sign, name = word.partition("=")
        if not (slug and sign and name):
            what = "names no variant of an exercise"
            raise UsageError(f"--variant {word}", what, "write --variant SLUG=NAME")
        found[slug] = name
    return found


def _as_json(result: ClassResult, elapsed: float) -> dict[str, object]:
    return {
        "submissions": len(result.rows),
        "graded": len(result.rows) - result.failed_to_grade,
        "failed_to_grade": result.failed_to_grade,
        "elapsed_s": round(elapsed, 2),
        "isolation": result.isolation,
        "results": [
            {
                "student": row.student.encode("utf-8", "backslashreplace").decode(),
                "exercise": row.exercise,
                "verdict": row.verdict,
                "score": row.score,
                "max_score": row.max_score,
            }
            for row in result.rows
        ],
    }


def _tell(result: ClassResult, elapsed: float, say: Say) -> None:
    rows = []
    for slug in dict.fromkeys(row.exercise for row in result.rows):
        its_rows = [row for row in result.rows if row.exercise == slug]
        verdicts = Counter(row.verdict.value for row in its_rows)
        mean = sum(row.score for row in its_rows) / len(its_rows)
        said = ", ".join(
            f"{count} {say(each, of='verdict')}" for each, count in verdicts.most_common()
        )
        rows.append((slug, str(len(its_rows)), f"{mean:.1f}/{its_rows[0].max_score}", said))
    output.table((say("exercise"), say("files"), say("mean"), say("verdicts")), rows)
    for entry in result.hand.handed:
        if entry.remark:
            output.note(f"{entry.student}: {say(entry.remark)}")
    for path, why in result.hand.ignored:
        output.note(say("{file}: {why}; left out", file=path, why=say(why)))
    students = len(result.hand.students)
    told = say(
        "{files} of {students} in {s} s, isolation {isolation}, seed {seed}",
        files=say("{n} files", one="{n} file", n=len(result.rows)),
        students=say("{n} students", one="{n} student", n=students),
        s=f"{elapsed:.1f}",
        isolation=result.isolation.value,
        seed=result.seed,
    )
    output.note(told)
    if result.failed_to_grade:
        told = say(
            "{n} could not be judged, by our own fault; run the same command again, it judges only "
            "those",
            n=result.failed_to_grade,
        )
        output.note(told)
    for file in result.files:
        output.data(str(file))


@contextmanager
def _progress(say: Say) -> Iterator[tuple[Callable[[Hand], None], Callable[[Handed], None]]]:
    """What to call with all that is found, and after each file; a bar only on a terminal."""
    if not output.on_terminal(sys.stderr):
        yield lambda _: None, lambda _: None
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(say("starting the judge"), total=None)

        def found(hand: Hand) -> None:
            progress.update(task, total=len(hand.handed))

        def done(_: Handed) -> None:
            progress.update(task, advance=1, description=say("judging"))

        yield found, done
