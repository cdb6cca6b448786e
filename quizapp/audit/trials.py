"""What an audit is made of. Owns the shapes of a finding and of a trial."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong.

    Attributes:
        where: `file:line`, or the file.
        subject: id of the card's note, or the exercise's slug; empty where the file says it.
        what: what is wrong, in one clause.
        remedy: what to do next, in one clause.
        seen: what it was first seen with: a seed, drawn values; not part of what it is.
    """

    where: str
    subject: str
    what: str
    remedy: str
    seen: str = field(default="", compare=False)

    def __str__(self) -> str:
        subject = f"{self.subject}: " if self.subject else ""
        remedy = f"; {self.remedy}" if self.remedy else ""
        seen = f" (with {self.seen})" if self.seen else ""
        return f"{self.where}: {subject}{self.what}{seen}{remedy}"


@dataclass(frozen=True, slots=True)
class Trial:
    """Requests to the judge, and what their answers are held against.

    Attributes:
        counted: what is counted when the trial is made; empty for a further seed.
        ask: makes the requests.
        findings: what is wrong with the answers.
    """

    counted: str
    ask: Callable[[], tuple[Future[Any], ...]]
    findings: Callable[..., Iterator[Finding]]
