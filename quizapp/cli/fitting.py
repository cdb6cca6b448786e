"""`quizapp optimize`: fit the scheduler to the learner. Owns its words on the terminal."""

from __future__ import annotations

import time
from collections.abc import Callable

import click

from quizapp.cli import output
from quizapp.cli.asked import Asked
from quizapp.cli.exits import Exit
from quizapp.cli.options import asking
from quizapp.cli.words import Say, saying
from quizapp.domain.memory import ItemKind
from quizapp.domain.records import FittedRow
from quizapp.errors import UsageError


@click.command("optimize")
@click.option("--exercises", is_flag=True, help="The parameters of exercises, not of cards.")
@click.option("--dry-run", is_flag=True, help="Measure only; change nothing.")
@click.option("--defaults", is_flag=True, help="Go back to the parameters that suit most learners.")
@click.option("--history", is_flag=True, help="List all fits so far.")
@click.option(
    "--simulate",
    is_flag=True,
    help="Study on for days that are only simulated: what does a desired retention cost?",
)
@click.option("--days", type=int, metavar="N", help="With --simulate: how many; default: 365.")
@click.option(
    "--retention", metavar="LIST", help="With --simulate: desired retentions, like 0.8,0.85,0.9."
)
@click.option(
    "--new-per-day", type=int, metavar="N", help="With --simulate: new cards a day; else as set."
)
@asking
def optimize_command(
    asked: Asked,
    *,
    exercises: bool,
    dry_run: bool,
    defaults: bool,
    history: bool,
    simulate: bool,
    days: int | None,
    retention: str | None,
    new_per_day: int | None,
) -> Exit:
    """Fit the scheduler to your own answers.

    The latest fifth of the answers is held out; what is found is adopted only if it predicts those
    better than the parameters in use, from the next answer on. Former parameters are kept.

    --simulate changes nothing: it tells what studying on at several desired retentions would take
    and what would be known in the end, and which retention costs least for a card known.
    """
    if dry_run + defaults + history + simulate > 1:
        raise UsageError(
            "quizapp optimize", "--dry-run, --defaults, --history and --simulate exclude each other"
        )
    figures = {"--days": days, "--retention": retention, "--new-per-day": new_per_day}
    if not simulate:
        for option in (option for option, value in figures.items() if value is not None):
            raise UsageError(option, "only a simulation takes it", "add --simulate")
    elif exercises:
        raise UsageError("--simulate", "exercises are not simulated", "leave out --exercises")
    else:
        from quizapp.cli.simulating import simulate as simulate_study

        simulate_study(
            asked,
            days=days,
            retentions=retention,
            new_per_day=new_per_day,
            at_end=output.status,
        )
        return Exit.DONE
    return _fit(asked, exercises=exercises, dry_run=dry_run, defaults=defaults, history=history)


def _fit(asked: Asked, *, exercises: bool, dry_run: bool, defaults: bool, history: bool) -> Exit:
    kind = ItemKind.EXERCISE if exercises else ItemKind.CARD
    with asked.open() as engine:
        say = saying(engine.language)
        if history:
            rows = list(engine.fits(kind))
            if asked.json:
                asked.show(rows, engine.language)
            else:
                _show_history(rows, say)
        elif defaults:
            changed = engine.use_defaults(kind)
            if asked.json:
                asked.show({"kind": kind, "changed": changed}, engine.language)
            else:
                now, before = say("the defaults are in use"), say("the defaults are in use already")
                output.data(now if changed else before)
        else:
            started = time.perf_counter()
            row = engine.optimize(kind, adopt=not dry_run, on_step=progress(say("fitting")))
            output.status()
            if asked.json:
                asked.show(row, engine.language)
            else:
                _show(row, time.perf_counter() - started, say, dry_run=dry_run)
    return Exit.DONE


def progress(doing: str) -> Callable[[float], None]:
    """Tells on a terminal how far it is; `doing` is what is done, as it is said."""
    return lambda share: output.status(f"{doing} {share:4.0%}")


def _show(row: FittedRow, seconds: float, say: Say, *, dry_run: bool) -> None:
    told = say(
        "learnt from {reviews} reviews, judged by the {held_out} latest, in {s} s",
        reviews=row.learned_from,
        held_out=row.held_out,
        s=f"{seconds:.1f}",
    )
    output.data(told)
    output.table(
        ("", say("before"), say("after")),
        [
            (say("log loss"), _figure(row.log_loss_before), _figure(row.log_loss_after)),
            (say("RMSE (bins)"), _figure(row.rmse_before), _figure(row.rmse_after)),
        ],
    )
    better = (row.log_loss_after or 0) < (row.log_loss_before or 0)
    if dry_run:
        what = say("better: quizapp optimize would adopt it") if better else say("no better")
    elif row.adopted:
        what = say("adopted; quizapp optimize --defaults goes back")
    else:
        what = say("no better on what it had not seen, so the parameters in use stay")
    output.data(what)


def _show_history(rows: list[FittedRow], say: Say) -> None:
    output.table(
        (
            say("at"),
            say("learnt from"),
            say("held out"),
            say("log loss"),
            say("after"),
            say("adopted"),
            say("parameters"),
        ),
        [
            (
                output.short_time(row.at),
                str(row.learned_from),
                str(row.held_out),
                _figure(row.log_loss_before),
                _figure(row.log_loss_after),
                say("yes") if row.adopted else say("no"),
                say("defaults")
                if row.parameters is None
                else " ".join(f"{value:.4g}" for value in row.parameters),
            )
            for row in rows
        ],
    )
    if not rows:
        output.note(say("nothing has been fitted yet; quizapp optimize does it"))


def _figure(value: float | None) -> str:
    return "-" if value is None else f"{value:.4f}"
