"""What the engine hands out. Owns these shapes; what is in them comes from the packages below."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # to be named only: what a command does not use, it does not pay for
    from collections.abc import Mapping
    from datetime import date

    from quizapp.domain.cards import Card
    from quizapp.domain.exercises import Exercise
    from quizapp.domain.history import Day
    from quizapp.domain.memory import Rating, Schedule
    from quizapp.domain.outcomes import Outcome
    from quizapp.domain.text import Text
    from quizapp.study.answered import AnswerTimes, Buttons, DeckAnswers, Hour, Month
    from quizapp.study.calibration import Calibration
    from quizapp.study.memories import Leech, Memories
    from quizapp.study.progress import DeckProgress
    from quizapp.study.statistics import HeatMap, Retention, Streak
    from quizapp.study.tries import ExerciseAttempts


@dataclass(frozen=True, slots=True)
class DeckDue:
    """What waits in one deck today; suspended and buried cards are not counted.

    Attributes:
        new: cards never answered, before any daily limit.
        learning: cards in a learning step that comes up before the study day ends.
        due: cards whose day has come, or that a failed check brought forward.
    """

    topic: str
    title: Text
    new: int
    learning: int
    due: int


@dataclass(frozen=True, slots=True)
class ExercisesDue:
    """How many exercises were never submitted, and how many have come up again."""

    new: int
    due: int


@dataclass(frozen=True, slots=True)
class Due:
    """What waits today, deck by deck in the course's order."""

    decks: tuple[DeckDue, ...]
    exercises: ExercisesDue


@dataclass(frozen=True, slots=True)
class Expected:
    """The answer that a prompt expects.

    Attributes:
        error: why it could not be worked out; empty when it could.
    """

    text: str
    error: str = ""


@dataclass(frozen=True, slots=True)
class Assessment:
    """How an attempt compares with the expected answer.

    Attributes:
        difference: what differs, in one line; empty when correct.
        suggested: the rating that fits; the learner decides.
        understood: False when the attempt could not be read as what is asked for, a number, say.
    """

    correct: bool
    expected: str
    difference: str
    suggested: Rating
    understood: bool = True


@dataclass(frozen=True, slots=True)
class CardRow:
    """One card in a list."""

    card: Card
    schedule: Schedule
    retrievability: float | None


@dataclass(frozen=True, slots=True)
class SessionProgress:
    """What is left of today within the daily limits, and what is done.

    Attributes:
        overdue: reviews whose day was before today, limits or not.
        practice_left: cards on the pile of a practice.
    """

    new_left: int
    learning_left: int
    due_left: int
    done_today: int
    overdue: int = 0
    practice_left: int = 0


class ExerciseState(StrEnum):
    """How far the learner got with an exercise."""

    NEW = "new"
    TRIED = "tried"
    SOLVED = "solved"


@dataclass(frozen=True, slots=True)
class ExerciseRow:
    """One exercise in a list.

    Attributes:
        due: whether it has come up again.
        best_score: of all submissions; None before the first.
        max_score: points possible, as last judged; None before the first submission.
        variant: that is asked for now; empty for the exercise itself.
    """

    exercise: Exercise
    state: ExerciseState
    due: bool
    schedule: Schedule
    best_score: int | None
    max_score: int | None
    submissions: int
    variant: str = ""


@dataclass(frozen=True, slots=True)
class Submitted:
    """What a submission came to.

    Attributes:
        rating: None when it is no review: not solved, rated already today, or our own fault.
        schedule: the exercise's schedule after it; None when nothing was rescheduled.
        brought_forward: ids of cards that became due because a check failed, or, never answered
            yet, come first among the new ones.
        credited: ids of cards that were due and count as reviewed, because the exercise was solved.
        recorded: whether it is kept; neither our own fault nor a file with nothing in it to judge.
    """

    outcome: Outcome
    rating: Rating | None
    schedule: Schedule | None
    brought_forward: tuple[str, ...]
    credited: tuple[str, ...] = ()
    recorded: bool = True


@dataclass(frozen=True, slots=True)
class Hint:
    """One hint; `number` of `total`, both counted from 1."""

    number: int
    total: int
    text: str


@dataclass(frozen=True, slots=True)
class Stats:
    """What was learned, and what is coming.

    Attributes:
        today: the study day.
        answers_today: answers to cards and rated submissions.
        milliseconds_today: what they took, as far as it was measured.
        retention: of all reviews of cards.
        forecast: cards that come up, one number for each of the next 30 study days; the first one
            is today's, with what is overdue.
        heat_map: answers a day over a year.
        calibration: how well recall was predicted in the span; None without reviews.
        topics: those that all figures are of; empty for all.
        span: how many study days back, today included, `answers`, `days`, `months`,
            `hours`, `buttons`, `times`, `deck_answers` and `calibration` go; None for all.
        answers: in the span, to cards and exercises.
        milliseconds: what they took, as far as it was measured.
        days_studied: study days in the span with an answer.
        retention_in_span: of the reviews of cards in the span.
        days: what each day of the span came to, cards and exercises apart.
        months: retention month by month.
        hours: what was answered and recalled in each hour of the day.
        buttons: ratings by the state of the card: new, learning, young, mature.
        forecast_months: first day of a month, and cards that come up in it; a year.
        backlog: cards that were due before today.
        leeches: cards forgotten again and again, worst first.
        attempts: what was submitted, exercise by exercise.
    """

    today: date
    answers_today: int
    milliseconds_today: int
    streak: Streak
    retention: Retention
    forecast: tuple[int, ...]
    heat_map: HeatMap
    decks: tuple[DeckProgress, ...]
    exercises: tuple[ExerciseRow, ...]
    calibration: Calibration | None
    topics: tuple[str, ...]
    span: int | None
    answers: int
    milliseconds: int
    days_studied: int
    retention_in_span: Retention
    days: tuple[Day, ...]
    months: tuple[Month, ...]
    hours: tuple[Hour, ...]
    buttons: Mapping[str, Buttons]
    times: AnswerTimes
    forecast_months: tuple[tuple[date, int], ...]
    backlog: int
    memories: Memories
    deck_answers: tuple[DeckAnswers, ...]
    leeches: tuple[Leech, ...]
    attempts: tuple[ExerciseAttempts, ...]
