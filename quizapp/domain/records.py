"""What is kept of submissions, fits and grades. Owns the shape of these rows, not their SQL."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from quizapp.domain.memory import ItemKind

if TYPE_CHECKING:
    from quizapp.domain.outcomes import Tier, Verdict


@dataclass(frozen=True, slots=True)
class SubmissionRow:
    """One recorded submission with what it came to.

    Attributes:
        sha256: hex digest of `source`.
        at: aware UTC.
        outcome: the whole outcome as JSON.
        id: 0 until it is stored.
    """

    exercise: str
    source: bytes
    sha256: str
    at: datetime
    verdict: Verdict
    score: int
    max_score: int
    seed: int
    isolation: Tier
    outcome: str
    id: int = 0


@dataclass(frozen=True, slots=True)
class FittedRow:
    """What fitting parameters to the learner came to.

    Attributes:
        at: aware UTC.
        parameters: the 21 of FSRS-6; None where the learner went back to the defaults.
        adopted: whether they were put to use; the newest adopted row of a kind is.
        learned_from: predictions that they were fitted to.
        held_out: predictions, the latest, that they were judged by.
        log_loss_before, log_loss_after: of the held-out predictions, with the parameters that were
            in use and with these; None where nothing was measured.
        rmse_before, rmse_after: likewise, RMSE over bins.
        id: 0 until it is stored.
    """

    kind: ItemKind
    at: datetime
    parameters: tuple[float, ...] | None
    adopted: bool
    learned_from: int = 0
    held_out: int = 0
    log_loss_before: float | None = None
    log_loss_after: float | None = None
    rmse_before: float | None = None
    rmse_after: float | None = None
    id: int = 0


@dataclass(frozen=True, slots=True)
class GradedRow:
    """One result of a class: what one student's file for one exercise came to."""

    student: str
    exercise: str
    sha256: str
    at: datetime
    verdict: Verdict
    score: int
    max_score: int
    outcome: str
