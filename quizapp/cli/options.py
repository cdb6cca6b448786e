"""What every command can be asked: course, language, JSON. Owns opening the engine for it."""

from __future__ import annotations

import functools
import gc
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, TypeVar

import click

from quizapp.cli import output
from quizapp.cli.exits import Exit
from quizapp.domain.text import Language
from quizapp.errors import UsageError

if TYPE_CHECKING:
    from quizapp.cli.starting import Wait
    from quizapp.engine import CardEngine, Engine, Selection
    from quizapp.progress import Progress

Function = TypeVar("Function", bound=Callable[..., Any])
Opened = TypeVar("Opened", bound="CardEngine")

_META = "quizapp.asked"


class Waits:
    """Tells on stderr of work that takes long; costs nothing where there is none.

    Args:
        language: of what is said; None for the system's.
    """

    def __init__(self, language: Language | None) -> None:
        self._language = language
        self._wait: Wait | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def tell(self, what: str, done: int, total: int) -> None:
        """As `quizapp.progress.Progress`."""
        if self._wait is None:
            from quizapp.cli.starting import Wait
            from quizapp.engine.base import language_of_system

            self._wait = Wait(self._language or language_of_system())
        self._wait.tell(what, done, total)

    def close(self) -> None:
        """That work is done; there may be more."""
        if self._wait is not None:
            self._wait.close()
            self._wait = None


@dataclass(frozen=True, slots=True)
class Asked:
    """What a call says about itself, whether before the command's name or after it.

    Attributes:
        course: folder of the course; None for the default one.
        language: the language to answer in; None for the learner's own.
        json: whether stdout carries JSON.
    """

    course: Path | None = None
    language: Language | None = None
    json: bool = False

    def open(self) -> Engine:
        """The engine that the command works with, to be used as a context manager."""
        from quizapp.engine import Engine

        return self._open(Engine)

    def open_for_cards(self) -> CardEngine:
        """As `open`, with what reviewing needs only: there sooner."""
        from quizapp.engine import CardEngine

        return self._open(CardEngine)

    def open_for_app(self, progress: Progress) -> Engine:
        """As `open`, where somebody else tells how far it is."""
        from quizapp.engine import Engine

        return self._open(Engine, progress)

    def waits(self) -> Waits:
        """Tells of what takes long, inside a `with`."""
        return Waits(self.language)

    def _open(self, kind: type[Opened], progress: Progress | None = None) -> Opened:
        with self.waits() as waits:
            engine = kind.open(self.course, language=self.language, progress=progress or waits.tell)
        for error in engine.course.left_out:
            output.note(f"left out: {error}")
        if engine.store.begun_anew:
            output.note(
                f"{engine.store.path.name} was not there, so a new one was begun; quizapp restore "
                "goes back to a copy of the former one"
            )
        if (last := engine.store.written_ahead()) is not None:
            output.note(
                f"what was answered last is of {output.short_time(last)}, which has not come yet: "
                "see whether the clock is right; quizapp doctor tells what to do then"
            )
        return engine

    def show(self, value: object, language: Language) -> None:
        """Write `value` to stdout as JSON."""
        output.data_json(value, language)


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
