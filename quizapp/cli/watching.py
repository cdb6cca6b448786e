"""A file and what the judge says of it, kept up to date. Owns which content is judged, and when.

Leaves looking at the file to `engine.saves`, and everything that is shown to those who ask.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from quizapp.domain.outcomes import Outcome
from quizapp.engine.saves import Gone, Saved, SavedFile
from quizapp.errors import QuizappError, UsageError

if TYPE_CHECKING:
    from concurrent.futures import Future

    from quizapp.engine import Engine, Submitted


@dataclass(frozen=True, slots=True)
class Judged:
    """What one content came to.

    Attributes:
        saved_at: when that content was saved.
        submitted: what it changed, when it was submitted and not only checked.
    """

    outcome: Outcome
    source: bytes
    saved_at: datetime | None
    submitted: Submitted | None = None


@dataclass(frozen=True, slots=True)
class Running:
    """What the judge is at.

    Attributes:
        began: when, in seconds of the monotonic clock.
        submits: whether it is recorded.
        at: ids of the checks that have begun, the present one last.
    """

    result: Future[Outcome] | Future[Submitted]
    source: bytes
    saved_at: datetime | None
    began: float
    submits: bool
    at: list[str]

    @property
    def seconds(self) -> float:
        """How long it has been at it."""
        return time.monotonic() - self.began


class Watching:
    """Judges what stands in a file, always the newest content, one at a time.

    A content that is superseded while the judge is at it gets no verdict: `judged` is of what
    stands in the file, or of an earlier save when `stale` says so.

    Args:
        engine: judges.
        slug: of the exercise.
        path: the file; may not be there yet.
        seed: of the cases; None for the day's.
        wake: called on another thread when `step` has something to do.
    """

    def __init__(
        self, engine: Engine, slug: str, path: Path, seed: int | None, wake: Callable[[], None]
    ) -> None:
        self._engine = engine
        self._seed = seed
        self._wake = wake
        self.running: Running | None = None
        self.go_to(slug, path)

    def go_to(self, slug: str, path: Path) -> None:
        """Watch another file, as a solution of another exercise; what runs is let go."""
        self.exercise = self._engine.asked(slug)
        self.file = SavedFile(path)
        self.found: Saved | Gone | UsageError | None = None
        self.judged: Judged | None = None
        self.error: QuizappError | None = None
        if self.running is not None and not self.running.submits:
            self.running = None
        self._wanted = False
        self._submits: bool | None = None  # whether as an easy one

    @property
    def wait_s(self) -> float:
        """Seconds after which `step` is to be called again."""
        return self.file.wait_s

    @property
    def stale(self) -> bool:
        """Whether `judged` is of another content than the file has now."""
        if self.judged is None or not isinstance(self.found, Saved):
            return True
        return self.judged.source != self.found.source

    @property
    def submitting(self) -> bool:
        """Whether something is going to be recorded that is not yet."""
        return self._submits is not None or (self.running is not None and self.running.submits)

    def again(self) -> None:
        """Judge the same content once more."""
        self._wanted = isinstance(self.found, Saved)

    def submit(self, *, easy: bool) -> None:
        """Judge the content as a submission, which is recorded."""
        if isinstance(self.found, Saved):
            self._submits = easy

    def step(self) -> bool:
        """Look at the file and at the judge; whether anything is new. Never waits."""
        saved_before = self.file.saved_at
        found = self.file.look()
        news = found is not None or self.file.saved_at != saved_before
        if found is not None:
            self.found = found
            self._wanted = isinstance(found, Saved)
        if self.running is not None and self.running.result.done():
            running, self.running = self.running, None
            self._take(running)
            news = True
        if self.running is None and isinstance(self.found, Saved) and self._any_wish():
            self._begin(self.found.source)
            news = True
        return news

    def _any_wish(self) -> bool:
        return self._wanted or self._submits is not None

    def _begin(self, source: bytes) -> None:
        easy, self._submits, self._wanted = self._submits, None, False
        slug, name = self.exercise.slug, str(self.file.path)
        self.error = None
        at: list[str] = []

        def note(check: str) -> None:
            at.append(check)
            self._wake()

        try:
            result: Future[Outcome] | Future[Submitted] = (
                self._engine.check(slug, source, name, seed=self._seed, on_check=note)
                if easy is None
                else self._engine.submit(slug, source, name, easy=easy, on_check=note)
            )
        except QuizappError as error:
            self.error = error
            return
        submits, saved_at = easy is not None, self.file.saved_at
        self.running = Running(result, source, saved_at, time.monotonic(), submits, at)
        result.add_done_callback(lambda _: self._wake())

    def _take(self, running: Running) -> None:
        """Keep the result, unless the file has other content by now; a submission's, always."""
        try:
            result = running.result.result()
        except QuizappError as error:
            self.error = error
            return
        outcome = result if isinstance(result, Outcome) else result.outcome
        current = isinstance(self.found, Saved) and self.found.source == running.source
        if outcome.exercise != self.exercise.slug or not (current or running.submits):
            return
        submitted = None if isinstance(result, Outcome) else result
        self.judged = Judged(outcome, running.source, running.saved_at, submitted)
