"""The commands about soundness: audit of the course, doctor of the machine.

Owns their words on the terminal; leaves looking to `audit` and `doctor`.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from quizapp.cli import output
from quizapp.cli.asked import Asked
from quizapp.cli.exits import Exit
from quizapp.cli.options import asking
from quizapp.cli.words import Say, saying
from quizapp.domain.text import Language
from quizapp.errors import UsageError

if TYPE_CHECKING:
    from quizapp.audit import Audit
    from quizapp.audit import Finding as AuditFinding
    from quizapp.doctor import Finding
    from quizapp.progress import Progress


@click.command("audit")
@click.argument("topics", nargs=-1, metavar="[TOPIC]…")
@click.option("--cards", "only_cards", is_flag=True, help="Cards only.")
@click.option("--exercises", "only_exercises", is_flag=True, help="Exercises only.")
@click.option(
    "--seeds",
    type=click.IntRange(1, 100),
    default=3,
    show_default=True,
    metavar="N",
    help="How many draws of parametric cards and exercises.",
)
@click.option(
    "--jobs", type=click.IntRange(1, 256), metavar="N", help="Side by side; default: CPUs."
)
@asking
def audit_command(
    asked: Asked,
    *,
    topics: tuple[str, ...],
    only_cards: bool,
    only_exercises: bool,
    seeds: int,
    jobs: int | None,
) -> Exit:
    """Try out the course: proofs, references, starters, near misses, worked-out answers.

    One line for each finding; exit code 3 if there are any.
    """
    import os

    from quizapp.audit import audit_course
    from quizapp.engine.base import course_folder
    from quizapp.engine.spoken import language_spoken
    from quizapp.judge.client import Judge

    with Judge(jobs=jobs or os.cpu_count() or 1) as judge:
        report = audit_course(
            course_folder(asked.course),
            judge,
            topics=topics,
            cards=only_cards or not only_exercises,
            exercises=only_exercises or not only_cards,
            seeds=range(1, seeds + 1),
            on_progress=_show_progress,
        )
    if asked.json:
        told = {"sound": report.sound, "tried": report.tried, "findings": report.findings}
        asked.show(told, asked.language or Language.EN)
    else:
        say = saying(language_spoken(asked.language))
        for finding in report.findings:
            output.data(_in_words(finding, say))
        output.data(_summary(report, say))
    return Exit.DONE if report.sound else Exit.UNSOUND_COURSE


def _in_words(found: AuditFinding, say: Say) -> str:
    """As `str(found)` in English."""
    seen = say(" (with {seen})", seen=found.seen) if found.seen else ""
    what = f"{found.where}: {found.subject}: " if found.subject else f"{found.where}: "
    remedy = f"; {say(found.remedy)}" if found.remedy else ""
    return f"{what}{say(found.what)}{seen}{remedy}"


def _summary(report: Audit, say: Say) -> str:
    tried = ", ".join(f"{count} {say(what, of='tried')}" for what, count in report.tried.items())
    if report.sound:
        return say("sound: {tried}", tried=tried or say("nothing to try"))
    n = len(report.findings)
    many = say("{n} findings", one="{n} finding", n=n)
    rest = say("tried {what}", what=tried) if tried else say("mend them first, nothing was run")
    return say("unsound: {findings}; {rest}", findings=many, rest=rest)


def _show_progress(done: int, total: int) -> None:
    """One line on a terminal that counts; a line for each tenth elsewhere."""
    if output.on_terminal(sys.stderr):
        output.status("" if done == total else f"{done}/{total}")
    elif done * 10 // total > (done - 1) * 10 // total:
        output.note(f"{done}/{total}")


@click.command("doctor")
@click.option(
    "--repair",
    "--rebuild",
    "repair",
    is_flag=True,
    help="Mend your data: work out anew what does not fit your answers; of a broken file, save "
    "all that can be read.",
)
@click.option(
    "--clock-is-right",
    is_flag=True,
    help="With --repair: take back answers whose time has not come yet, given while the clock was "
    "wrong.",
)
@asking
def doctor_command(asked: Asked, repair: bool, clock_is_right: bool) -> Exit:
    """Look at this machine: torch, isolation, device, data, course; and what to do about each."""
    from quizapp.doctor import State, examine
    from quizapp.engine.spoken import language_spoken

    if clock_is_right and not repair:
        raise UsageError(
            "--clock-is-right",
            "it says nothing without --repair",
            "see first by quizapp doctor what it would take back, then give both",
        )
    findings = []
    say = saying(language_spoken(asked.language))
    with asked.waits() as waits:
        for finding in examine(
            asked.course,
            repair=repair,
            clock_is_right=clock_is_right,
            on_progress=_repairing(say),
            on_opening=waits.tell,
        ):
            waits.close()
            findings.append(finding)
            if not asked.json:
                _show_finding(finding, say)
    if asked.json:
        asked.show({"findings": findings}, asked.language or Language.EN)
    bad = [finding.name for finding in findings if finding.state is State.BAD]
    if not bad:
        return Exit.DONE
    return Exit.UNSOUND_COURSE if bad == ["course"] else Exit.OUR_FAULT


def _repairing(say: Say) -> Progress:
    """One line on a terminal, which the next thing that is told overwrites; elsewhere nothing."""

    def show(what: str, done: int, total: int) -> None:
        share = "" if total < 2 else f" {100 * done // total} %"
        line = say("mending the database: {what}", what=say(what)) + share
        output.status("" if done >= total else line)

    return show


def _show_finding(finding: Finding, say: Say) -> None:
    colour = {"ok": "green", "weak": "yellow", "bad": "red"}[finding.state.value]
    state = output.style(_padded(say(finding.state.value, of="finding"), 4), fg=colour)
    name = _padded(say(finding.name, of="thing"), 9)
    output.data(f"{state}  {name}  {say(finding.what)}")
    for line in finding.details:
        output.data(f"{'':17}{say(line)}")
    if finding.remedy:
        output.data(f"{'':17}{output.style('→', fg=colour)} {say(finding.remedy)}")


def _padded(text: str, columns: int) -> str:
    return text + " " * (columns - output.width(text))
