"""Domain values as columns and JSON, and back. Owns the encoding; leaves SQL to others."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any, ParamSpec, TypeVar

from quizapp.domain.cards import Drawn
from quizapp.domain.history import Day
from quizapp.domain.memory import ItemKind, Memory, Phase, Rating, Review, Schedule, Trigger
from quizapp.errors import Phrase, StoreError

SCHEDULE_COLUMNS = (
    "kind, item, phase, step, stability, difficulty, due, last_review, reps, lapses, "
    "brought_forward, suspended, buried_until, flag"
)
FACT_COLUMNS = "id, kind, item, trigger, rating, at, study_day, answer_ms, drawn, grp, refers_to"
STATE_COLUMNS = SCHEDULE_COLUMNS.removeprefix("kind, item, ")
"""What changes about a schedule; in the log the state after a row."""

WAS_COLUMNS = ", ".join(f"was_{name}" for name in STATE_COLUMNS.split(", "))
"""In the log, the state before a row."""

REVIEW_COLUMNS = f"{FACT_COLUMNS}, {WAS_COLUMNS}, {STATE_COLUMNS}"
DAY_COLUMNS = (
    "day, kind, new, reviews, again, hard, good, easy, young, young_recalled, mature, "
    "mature_recalled, answer_ms"
)

# Looked up, since asking an enum costs five times as much, and a row has up to six.
_KINDS: dict[str, ItemKind] = {kind.value: kind for kind in ItemKind}
_PHASES: dict[str, Phase] = {phase.value: phase for phase in Phase}
_TRIGGERS: dict[str, Trigger] = {trigger.value: trigger for trigger in Trigger}
_RATINGS: dict[int, Rating] = {rating.value: rating for rating in Rating}

_FACTS = len(FACT_COLUMNS.split(", "))
_STATE = len(STATE_COLUMNS.split(", "))
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)

State = tuple[Any, ...]
"""The values of `STATE_COLUMNS`, as SQLite has them."""

_Arguments = ParamSpec("_Arguments")
_Value = TypeVar("_Value")


def _reading(function: Callable[_Arguments, _Value]) -> Callable[_Arguments, _Value]:
    """Say of a row that SQLite can read and that makes no sense that it is damaged."""

    @functools.wraps(function)
    def read(*args: _Arguments.args, **kwargs: _Arguments.kwargs) -> _Value:
        try:
            return function(*args, **kwargs)
        except (ValueError, KeyError, TypeError, OverflowError) as error:
            raise StoreError(
                "database",
                Phrase(
                    "a row of it is damaged ({kind}: {error})",
                    kind=type(error).__name__,
                    error=error,
                ),
                "run `quizapp doctor --repair`",
            ) from error

    return read


def to_micros(moment: datetime) -> int:
    """Microseconds since 1970 UTC; exact, unlike `timestamp()`. A naive datetime is a TypeError."""
    return (moment - _EPOCH) // _MICROSECOND


@_reading
def from_micros(micros: int) -> datetime:
    """Aware UTC."""
    return _EPOCH + timedelta(microseconds=micros)


def schedule_values(schedule: Schedule) -> tuple[Any, ...]:
    """The values of `SCHEDULE_COLUMNS`."""
    memory = schedule.memory
    return (
        schedule.kind.value,
        schedule.item,
        schedule.phase.value,
        schedule.step,
        memory.stability if memory else None,
        memory.difficulty if memory else None,
        _optional_micros(schedule.due),
        _optional_micros(schedule.last_review),
        schedule.reps,
        schedule.lapses,
        int(schedule.brought_forward),
        int(schedule.suspended),
        schedule.buried_until.isoformat() if schedule.buried_until else None,
        schedule.flag,
    )


@_reading
def schedule_from(row: tuple[Any, ...]) -> Schedule:
    """A schedule from a row of `SCHEDULE_COLUMNS`."""
    return _schedule_from(row)


def _schedule_from(row: tuple[Any, ...]) -> Schedule:
    kind, item, phase, step, stability, difficulty, due, last, reps, lapses, *marks = row
    forward, suspended, buried, flag = marks
    return Schedule(
        item,
        _KINDS[kind],
        _PHASES[phase],
        step,
        None if stability is None else Memory(stability, difficulty),
        None if due is None else _EPOCH + timedelta(microseconds=due),
        None if last is None else _EPOCH + timedelta(microseconds=last),
        reps,
        lapses,
        bool(forward),
        bool(suspended),
        None if buried is None else date.fromisoformat(buried),
        flag,
    )


def state_values(schedule: Schedule) -> State:
    """The values of `STATE_COLUMNS`."""
    return schedule_values(schedule)[2:]


def state_from(kind: ItemKind | str, item: str, state: State) -> Schedule:
    """The schedule of an item in a state."""
    return schedule_from((kind, item, *state))


def states_of(row: tuple[Any, ...]) -> tuple[State, State]:
    """The states before and after, from a row of `REVIEW_COLUMNS`."""
    return row[_FACTS : _FACTS + _STATE], row[_FACTS + _STATE :]


def state_to_json(schedule: Schedule) -> str:
    """A schedule without its kind, as JSON that leaves out what has its default value."""
    _, item, *values = schedule_values(schedule)
    names = SCHEDULE_COLUMNS.split(", ")[2:]
    default = schedule_values(Schedule(schedule.item, schedule.kind))[2:]
    changed = {
        name: value
        for name, value, usual in zip(names, values, default, strict=True)
        if value != usual
    }
    return _compact({"item": item, **changed})


@_reading
def state_from_json(kind: ItemKind, text: str) -> Schedule:
    """The schedule that `state_to_json` wrote."""
    stored = json.loads(text)
    default = Schedule(stored["item"], kind)
    row = dict(zip(SCHEDULE_COLUMNS.split(", "), schedule_values(default), strict=True))
    return schedule_from(tuple((row | stored).values()))


@_reading
def review_from(row: tuple[Any, ...]) -> Review:
    """A review from a row of `REVIEW_COLUMNS`."""
    number, kind, item, trigger, rating, at, day, answer_ms, drawn, *_ = row
    before, after = states_of(row)
    return Review(
        number,
        item,
        _KINDS[kind],
        _TRIGGERS[trigger],
        None if rating is None else _RATINGS[rating],
        _EPOCH + timedelta(microseconds=at),
        date.fromisoformat(day),
        _schedule_from((kind, item, *before)),
        _schedule_from((kind, item, *after)),
        answer_ms,
        None if drawn is None else _drawn_from_json(drawn),
    )


def review_values(
    review: Review, number: int | None, group: int | None, refers_to: int | None
) -> tuple[object, ...]:
    """The values of `REVIEW_COLUMNS`; number and group are None where the log is to give them."""
    return (
        number,
        review.kind.value,
        review.item,
        review.trigger.value,
        review.rating,
        to_micros(review.at),
        review.study_day.isoformat(),
        review.answer_ms,
        drawn_to_json(review.drawn),
        group,
        refers_to,
        *state_values(review.before),
        *state_values(review.after),
    )


def drawn_to_json(drawn: Mapping[str, Drawn] | None) -> str | None:
    """Drawn values as JSON; a shape becomes a list."""
    return None if drawn is None else _compact(dict(drawn))


@_reading
def day_from(row: tuple[Any, ...]) -> Day:
    """A day from a row of `DAY_COLUMNS`."""
    day, kind, *counts = row
    return Day(date.fromisoformat(day), ItemKind(kind), *counts)


def _optional_micros(moment: datetime | None) -> int | None:
    return None if moment is None else to_micros(moment)


def _drawn_from_json(text: str) -> dict[str, Drawn]:
    return {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in json.loads(text).items()
    }


def _compact(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


NEW = state_values(Schedule("", ItemKind.CARD))
"""The state of what was never answered."""
