"""When an item comes back, by FSRS-6. Owns study days, steps and the window of days.

Leaves the formulas to `fsrs`, what can be set to `settings` and the choice within the window to
`balance`.

Imports `fsrs` late: that costs some 30 ms.

The package counts windows of 24 hours, so a card answered at 20:10 is not yet due at 19:50 on the
next evening. It is therefore told study days: midnight UTC of the local study day, for this review
and for the last one. What it answers is put back on the wall clock here.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, NamedTuple

from quizapp.clock import start_of_study_day, study_day
from quizapp.domain.memory import ItemKind, Memory, Phase, Rating, Schedule
from quizapp.errors import Phrase, UsageError
from quizapp.study.balance import FURTHEST, Load, quietest
from quizapp.study.seeds import uniform
from quizapp.study.settings import (
    HIGHEST_RETENTION,
    LONGEST_INTERVAL,
    LOWEST_RETENTION,
    Settings,
)

if TYPE_CHECKING:
    import fsrs

DESIRED_RETENTION = Settings().desired_retention
LEARNING_STEPS, RELEARNING_STEPS = Settings().learning_steps, Settings().relearning_steps
SHORTEST_FUZZED = 3

_YEARS = range(1970, 2900)
_MOMENT = timedelta(microseconds=1)


class _Step(NamedTuple):
    """What FSRS answers to one rating: the next phase and memory, and how long until then."""

    phase: Phase
    step: int | None
    memory: Memory
    wait: timedelta


class Scheduler:
    """Turns a schedule and a rating into the next schedule.

    Args:
        parameters: the 21 FSRS-6 parameters of each kind of item; the defaults of the package for
            a kind that is not named.
        desired_retention: chance of recall at which an item comes back, 0.7 to 0.99.
        fuzz: whether intervals of three days and more are spread by up to a day and 5 %, so that
            cards learned together do not stay together. The same item and repetition always
            get the same fuzz.
        longest_interval: days.
        learning_steps: of cards, while they are new; exercises have none.
        relearning_steps: of cards, after they were forgotten.
        retention_of: an item's own desired retention; the general one for all when None.
        load: what is due on which day. With it, the day within the reach of the fuzz that has the
            fewest reviews is chosen; without it, one by lot.
        easy_days: share of the usual load for Monday to Sunday; heeded with `load` only.

    Raises:
        ValueError: a parameter or the desired retention is out of range or not a number.
    """

    def __init__(
        self,
        parameters: Mapping[ItemKind, Sequence[float]] | None = None,
        desired_retention: float = DESIRED_RETENTION,
        *,
        fuzz: bool = True,
        longest_interval: int = LONGEST_INTERVAL,
        learning_steps: Sequence[timedelta] = LEARNING_STEPS,
        relearning_steps: Sequence[timedelta] = RELEARNING_STEPS,
        retention_of: Callable[[Schedule], float] | None = None,
        load: Load | None = None,
        easy_days: Sequence[float] = (1.0,) * 7,
    ) -> None:
        # Written so that NaN fails, too: the package lets it through.
        if not LOWEST_RETENTION <= desired_retention <= HIGHEST_RETENTION:
            raise ValueError(
                f"desired retention must be {LOWEST_RETENTION} to {HIGHEST_RETENTION}, "
                f"not {desired_retention}"
            )
        if not 1 <= longest_interval <= LONGEST_INTERVAL:
            raise ValueError(
                f"the longest interval must be 1 to {LONGEST_INTERVAL} days, not {longest_interval}"
            )
        self._retention = desired_retention
        self._fuzz = fuzz
        self._longest = longest_interval
        self._learning_steps = {ItemKind.CARD: tuple(learning_steps)}
        self._relearning_steps = {ItemKind.CARD: tuple(relearning_steps)}
        self._retention_of = retention_of or (lambda _schedule: desired_retention)
        self._load = load
        self._easy_days = tuple(easy_days)
        self._fsrs: dict[tuple[ItemKind, float], fsrs.Scheduler] = {}
        self._parameters = {kind: tuple(values) for kind, values in (parameters or {}).items()}
        for kind in self._parameters:
            self._package_scheduler(kind, desired_retention)

    @property
    def desired_retention(self) -> float:
        """The chance of recall at which an item comes back."""
        return self._retention

    def decay(self, kind: ItemKind) -> float:
        """How flat the forgetting curve of a kind ends: the 21st parameter."""
        return self.parameters(kind)[20]

    def parameters(self, kind: ItemKind) -> tuple[float, ...]:
        """The 21 FSRS-6 parameters of a kind; the package's defaults where none were given."""
        return tuple(map(float, self._package_scheduler(kind, self._retention).parameters))

    def review(self, schedule: Schedule, rating: Rating, now: datetime) -> Schedule:
        """The schedule after an answer.

        Args:
            schedule: the state before; NEW for an item never answered.
            rating: how well it was remembered.
            now: aware; when the answer was given.

        Returns:
            A schedule due after `now`. In phase REVIEW it is due at the start of a study day.

        Raises:
            UsageError: `now` lies outside the years 1970 to 2899.
            ValueError: the stored memory is not a number, or `now` is naive.
        """
        return self._outcomes(schedule, now, self._that_bear_on(schedule, rating))[rating]

    def preview(self, schedule: Schedule, now: datetime) -> dict[Rating, Schedule]:
        """What each rating would lead to, in order; `review` gives exactly one of these.

        Due dates rise with the rating: Again before Hard, Hard no later than Good, Good no later
        than Easy, whatever the parameters and the fuzz say.
        """
        return self._outcomes(schedule, now, tuple(Rating))

    def _that_bear_on(self, schedule: Schedule, rating: Rating) -> tuple[Rating, ...]:
        """The ratings that have to be worked out to know what one of them leads to.

        All up to it, since none may come earlier than one below it. But between two reviews
        FSRS-6 itself keeps Hard, Good and Easy in order (its parameters 15 and 16 are a penalty of
        at most 1 and a bonus of at least 1), the fuzz does, too, and Again waits for a known step.
        """
        if schedule.phase is Phase.REVIEW and self._relearning_steps.get(schedule.kind):
            return (rating,)
        return tuple(each for each in Rating if each <= rating)

    def _outcomes(
        self, schedule: Schedule, now: datetime, ratings: tuple[Rating, ...]
    ) -> dict[Rating, Schedule]:
        """What some ratings would lead to: all, or those that bear on the last of them."""
        today = _checked_day(now)
        _check_memory(schedule)
        result: dict[Rating, Schedule] = {}
        moment = earliest = now.astimezone(UTC)
        if ratings[0] > Rating.HARD:
            earliest += _MOMENT
        if ratings[0] > Rating.AGAIN:
            earliest += self._relearning_steps[schedule.kind][0]
        for rating in ratings:
            step = self._ask_fsrs(schedule, rating, today)
            wait = self._fuzzed(schedule, step, today)
            if rating is Rating.HARD:
                earliest += _MOMENT
            earliest = _due(step.phase, wait, moment, today, earliest)
            result[rating] = _applied(schedule, rating, step, moment, earliest)
        return result

    def retrievability(self, schedule: Schedule, now: datetime) -> float:
        """Chance that the item is recalled at `now`; 0 for one never answered.

        Counted in study days like everything else, so it is 1 on the day of the last review.
        """
        if schedule.memory is None or schedule.last_review is None:
            return 0.0
        _check_memory(schedule)
        card = _to_fsrs(schedule, study_day(schedule.last_review))
        # The chance at a time doesn't depend on the one that is desired.
        chance = self._package_scheduler(schedule.kind, self._retention).get_card_retrievability(
            card, _synthetic(_checked_day(now))
        )
        return float(chance)

    def _package_scheduler(self, kind: ItemKind, retention: float) -> fsrs.Scheduler:
        """The package's scheduler for `kind` and a desired retention, made on first use."""
        if (kind, retention) not in self._fsrs:
            import fsrs

            given = self._parameters.get(kind)
            self._fsrs[kind, retention] = fsrs.Scheduler(
                fsrs.scheduler.DEFAULT_PARAMETERS if given is None else given,
                desired_retention=retention,
                learning_steps=self._learning_steps.get(kind, ()),
                relearning_steps=self._relearning_steps.get(kind, ()),
                maximum_interval=self._longest,
                enable_fuzzing=False,
            )
        return self._fsrs[kind, retention]

    def _ask_fsrs(self, schedule: Schedule, rating: Rating, today: date) -> _Step:
        import fsrs

        last = schedule.last_review
        card = _to_fsrs(schedule, None if last is None else study_day(last))
        package = self._package_scheduler(schedule.kind, self._retention_of(schedule))
        after, _ = package.review_card(card, fsrs.Rating(rating), _synthetic(today))
        if after.stability is None or after.difficulty is None:
            raise ValueError(f"{schedule.item}: fsrs returned no memory state")
        memory = Memory(stability=after.stability, difficulty=after.difficulty)
        if not (math.isfinite(memory.stability) and math.isfinite(memory.difficulty)):
            raise ValueError(f"{schedule.item}: fsrs returned {memory}")
        return _Step(
            phase=_PHASE_OF[after.state.name],
            step=after.step,
            memory=memory,
            wait=after.due - _synthetic(today),
        )

    def _fuzzed(self, schedule: Schedule, step: _Step, today: date) -> timedelta:
        """How long to wait, moved within the window; by lot where no load is known.

        Both ends of the window rise with the interval, so for one lot or one load a longer
        interval never becomes the shorter one: ratings and retentions keep their order.
        """
        days = step.wait.days
        if not self._fuzz or step.phase is not Phase.REVIEW or days < SHORTEST_FUZZED:
            return step.wait
        slack = int(1 + 0.05 * days)
        low, high = days - slack, days + slack
        if self._load is None:
            luck = uniform("fuzz", schedule.kind, schedule.item, schedule.reps)
            return timedelta(days=min(low + int(luck * (high - low + 1)), self._longest))
        near = min(slack, FURTHEST)
        first = today + timedelta(days=min(days - near, self._longest))
        last = today + timedelta(days=min(days + near, self._longest))
        load = self._load(schedule.kind, first, last)
        return quietest(schedule, today, (first, last), load, self._easy_days) - today


_PHASE_OF = {
    "Learning": Phase.LEARNING,
    "Review": Phase.REVIEW,
    "Relearning": Phase.RELEARNING,
}


def _synthetic(day: date) -> datetime:
    """The instant by which `fsrs` is told of a study day."""
    return datetime.combine(day, time(), tzinfo=UTC)


def _checked_day(now: datetime) -> date:
    """The study day of `now`; refuses what date arithmetic could not carry on from."""
    if now.year not in _YEARS:
        raise UsageError(
            now.isoformat(),
            "a review cannot be at this time",
            Phrase("use a date from {start} to {end}", start=_YEARS.start, end=_YEARS.stop - 1),
        )
    return study_day(now)


def _check_memory(schedule: Schedule) -> None:
    """Refuse a memory that the formulas would spread as NaN or a domain error."""
    memory = schedule.memory
    if memory is None:
        if schedule.phase is not Phase.NEW:
            raise ValueError(f"{schedule.item}: phase {schedule.phase} without a memory")
        return
    if not (0 < memory.stability < math.inf and 1 <= memory.difficulty <= 10):  # NaN fails both
        raise ValueError(f"{schedule.item}: {memory} is not a memory state")


def _to_fsrs(schedule: Schedule, last_day: date | None) -> fsrs.Card:
    import fsrs

    state = fsrs.State.Learning
    if schedule.phase is Phase.REVIEW:
        state = fsrs.State.Review
    elif schedule.phase is Phase.RELEARNING:
        state = fsrs.State.Relearning
    step = schedule.step
    if schedule.phase is Phase.RELEARNING and step is None:
        step = 0
    last = None if last_day is None else _synthetic(last_day)
    return fsrs.Card(
        card_id=1,  # without an id the constructor sleeps for a millisecond
        state=state,
        step=step,
        stability=schedule.memory.stability if schedule.memory else None,
        difficulty=schedule.memory.difficulty if schedule.memory else None,
        due=_synthetic(date(2000, 1, 1)),
        last_review=last,
    )


def _due(phase: Phase, wait: timedelta, now: datetime, today: date, earliest: datetime) -> datetime:
    """When an item is due that has waited in a phase: an instant, or the start of a study day.

    `earliest` binds where rounding makes ratings meet, and in the last minutes of a study day,
    when the next one begins before a learning step is over.
    """
    if phase is not Phase.REVIEW:
        return max(now + wait, earliest)
    start = start_of_study_day(today + wait)
    if start < earliest:
        day = study_day(earliest)
        start = start_of_study_day(day)
        if start < earliest:
            start = start_of_study_day(day + timedelta(days=1))
    return max(start, earliest)


def _applied(
    schedule: Schedule, rating: Rating, step: _Step, now: datetime, due: datetime
) -> Schedule:
    """The schedule after `step`, on the wall clock."""
    lapsed = schedule.phase is Phase.REVIEW and rating is Rating.AGAIN
    return schedule._replace(
        phase=step.phase,
        step=step.step,
        memory=step.memory,
        due=due,
        last_review=now,
        reps=schedule.reps + 1,
        lapses=schedule.lapses + lapsed,
        brought_forward=False,
        buried_until=None,
    )
