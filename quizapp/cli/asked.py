"""What a call says about itself, and the engine that it works with. Owns opening that engine.

Leaves reading it off the command line to `options` and `plain`; knows nothing of click, so that a
command that is read without it does not pay for it.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Self, TypeVar

from quizapp.cli import output
from quizapp.domain.text import Language

if TYPE_CHECKING:
    from quizapp.cli.starting import Wait
    from quizapp.engine import CardEngine, Engine
    from quizapp.progress import Progress

Opened = TypeVar("Opened", bound="CardEngine")


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


class Asked(NamedTuple):
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
        last = engine.store.written_ahead()
        if engine.course.left_out or engine.store.begun_anew or last is not None:
            from quizapp.cli.opening import remark

            remark(engine, last)
        return engine

    def show(self, value: object, language: Language) -> None:
        """Write `value` to stdout as JSON."""
        output.data_json(value, language)
