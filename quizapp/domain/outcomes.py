"""Verdicts and outcomes as data. Owns what a judging says; leaves how it is reached to `judge`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from quizapp.domain.text import Language, Text


class Verdict(StrEnum):
    """What a check or a submission came to, gravest first: an outcome's is its gravest check's."""

    GRADER_ERROR = "grader_error"
    UNREADABLE = "unreadable"
    SYNTAX = "syntax"
    MISSING = "missing"
    POLICY = "policy"
    BLOCKED = "blocked"
    CRASHED = "crashed"
    NO_RESULT = "no_result"
    OUT_OF_MEMORY = "out_of_memory"
    OUTPUT_LIMIT = "output_limit"
    TIMED_OUT = "timed_out"
    ERRORED = "errored"
    FAILED = "failed"
    PASSED = "passed"
    SKIPPED = "skipped"


_GRAVITY = {verdict: rank for rank, verdict in enumerate(Verdict)}


def gravest(verdicts: Iterable[Verdict]) -> Verdict:
    """The verdict of an outcome whose checks have `verdicts`; no check at all is our fault."""
    return min(verdicts, key=_GRAVITY.__getitem__, default=Verdict.GRADER_ERROR)


class Tier(StrEnum):
    """How well a submission is isolated, strongest first."""

    NAMESPACES = "namespaces"
    LANDLOCK = "landlock"
    PROCESS = "process"


@dataclass(frozen=True, slots=True)
class CheckResult:
    """What one check came to.

    Attributes:
        id: name of the check's function; "load" stands for reading and importing the file.
        label: first line of its docstring, shown to the learner.
        points: points earned, 0 or `max_points`.
        message: why it did not pass; plain text, one or several lines.
        detail: what instructors alone are told of a hidden check; empty for everybody else.
        message_zh, detail_zh: the same in Chinese; empty in what was kept before there was any.
    """

    id: str
    label: str
    verdict: Verdict
    points: int
    max_points: int
    message: str = ""
    detail: str = ""
    message_zh: str = ""
    detail_zh: str = ""

    def message_in(self, language: Language) -> str:
        """The message in `language`; in English where it was kept before there was Chinese."""
        return (self.message_zh if language is Language.ZH else "") or self.message

    def detail_in(self, language: Language) -> str:
        """The detail in `language`, likewise."""
        return (self.detail_zh if language is Language.ZH else "") or self.detail


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """The near miss that a failed submission behaves like."""

    near_miss: str
    message: Text
    cards: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """All check results of one submission.

    Attributes:
        seed: what the inputs were drawn from; the same seed gives the same cases.
        elapsed_ms: wall time from request to outcome.
        output: what the submission printed, cut and with control characters escaped.
        variant: of the exercise that it was judged as; empty for the exercise itself.
    """

    exercise: str
    checks: tuple[CheckResult, ...]
    diagnosis: Diagnosis | None
    seed: int
    isolation: Tier
    elapsed_ms: float
    output: str = ""
    variant: str = ""

    @property
    def verdict(self) -> Verdict:
        """The gravest verdict among the checks."""
        return gravest(check.verdict for check in self.checks)

    @property
    def passed(self) -> bool:
        """Whether every check passed."""
        return self.verdict is Verdict.PASSED

    @property
    def unwritten(self) -> bool:
        """Whether nothing was there to judge: an untouched starter, or no function so named."""
        nothing = (Verdict.MISSING, Verdict.SKIPPED)
        return self.verdict is Verdict.MISSING and all(
            check.verdict in nothing for check in self.checks
        )

    @property
    def score(self) -> int:
        """Points earned."""
        return sum(check.points for check in self.checks)

    @property
    def max_score(self) -> int:
        """Points possible."""
        return sum(check.max_points for check in self.checks)

    def failed_checks(self) -> tuple[str, ...]:
        """Ids of the checks that ran and did not pass."""
        return tuple(
            check.id
            for check in self.checks
            if check.verdict not in (Verdict.PASSED, Verdict.SKIPPED)
        )


@dataclass(frozen=True, slots=True)
class Snippet:
    """A piece of course code to run in the sandbox: a proof, a predict card, an expression answer.

    Attributes:
        code: statements; run first, with torch, np, nn, F and the `given` names defined.
        expression: evaluated after `code` when not empty; its value is `value`.
        attempt: a learner's expression, evaluated separately and compared by value.
        seed: the torch seed.
    """

    code: str
    expression: str = ""
    attempt: str = ""
    given: Mapping[str, int | float | str | tuple[int, ...]] | None = None
    seed: int = 0


@dataclass(frozen=True, slots=True)
class SnippetResult:
    """What running a snippet gave.

    Attributes:
        printed: all that it printed.
        value: `repr` of the expression's value; empty without one.
        agrees: whether the attempt equals the expression, by value; None without an attempt.
        error: empty, or `Type: message (line n)` of what it raised.
        attempt_error: empty, or why the attempt could not be evaluated or differs.
        attempt_error_zh: the same in Chinese.
    """

    verdict: Verdict
    printed: str = ""
    value: str = ""
    agrees: bool | None = None
    error: str = ""
    attempt_error: str = ""
    attempt_error_zh: str = ""

    def attempt_error_in(self, language: Language) -> str:
        """Why the attempt is not right, in `language`."""
        return (self.attempt_error_zh if language is Language.ZH else "") or self.attempt_error
