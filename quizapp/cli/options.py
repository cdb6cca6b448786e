"""What every command can be asked: course, language, JSON. Owns these options, and opening the app.

Leaves what is done with them to `asked`.
"""

from __future__ import annotations

import functools
import gc
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from quizapp.cli.asked import Asked
from quizapp.cli.exits import Exit
from quizapp.domain.text import Language
from quizapp.errors import UsageError

if TYPE_CHECKING:
    from quizapp.engine import Selection

Function = TypeVar("Function", bound=Callable[..., Any])

_META = "quizapp.asked"


def _remember(ctx: click.Context, param: click.Parameter, value: object) -> object:
    # The group's options and the command's fill the same place; the command's come later and win.
    if value not in (None, False):
        ctx.meta.setdefault(_META, {})[param.name] = value
    return value


def shared_options(function: Function) -> Function:
    """Add `--course` and `--lang`."""
    course = click.option(
        "--course",
        type=click.Path(exists=True, file_okay=False, path_type=Path),
        metavar="DIR",
        expose_value=False,
        callback=_remember,
        help="The course's folder; default: QUIZAPP_COURSE, else the course that comes along.",
    )
    lang = click.option(
        "--lang",
        "language",
        type=click.Choice([language.value for language in Language]),
        expose_value=False,
        callback=_remember,
        help="Language of cards and tasks, for this call; default: the one set in the app.",
    )
    return course(lang(function))


def asking(function: Callable[..., Exit]) -> Callable[..., Exit]:
    """Add the shared options and `--json`; the function gets an `Asked` as its first argument."""

    @functools.wraps(function)
    def with_asked(*args: object, **kwargs: object) -> Exit:
        return function(asked_of(click.get_current_context()), *args, **kwargs)

    json = click.option(
        "--json",
        is_flag=True,
        expose_value=False,
        callback=_remember,
        help="Write JSON to stdout.",
    )
    return shared_options(json(with_asked))


def asked_of(ctx: click.Context) -> Asked:
    """What the options of this call and of the group before it said."""
    said = dict(ctx.meta.get(_META, {}))
    language = said.pop("language", None)
    return Asked(language=Language(language) if language else None, **said)


def open_app(asked: Asked, selection: Selection | None, *, query: str | None = None) -> Exit:
    """Run the study app: its home, or straight into a session of chosen cards, or the browser."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise UsageError(
            "quizapp",
            "the study app needs a terminal",
            "without one, use quizapp next and quizapp answer; quizapp --help lists all commands",
        )
    # All that is made on the way to the first paint stays: collecting meanwhile costs 10 ms or more
    # for nothing. The app switches it on again.
    gc.disable()
    from quizapp.engine.base import language_of_system
    from quizapp.tui.starting import opened

    opening = opened(asked.open_for_app, asked.language or language_of_system())
    if opening is None:
        return Exit.DONE
    with opening as engine:
        sitting = None if selection is None else engine.sitting(selection)
        from quizapp.tui.app import run

        return Exit(run(engine, sitting, query=query))
