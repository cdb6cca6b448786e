"""Compare our scheduler with the `fsrs` package, step by step.

`python -m scripts.scheduler_equality --steps 1000000` takes some ten minutes.

Random learners with random parameters, retentions, steps and time zones answer random items at
random times. After each answer the package, told whole days at noon UTC and nothing else, must say
the same: stability and difficulty to 1e-9 of their size, phase, step, and when the item is due.
Our fuzz is off, and so is the package's. One rule is ours alone and is worked out here a second
time: Again comes before Hard, Hard no later than Good, Good no later than Easy. Where rounding or
the end of a study day would break that, the better rating moves to the next study day.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import fsrs
from fsrs.scheduler import DEFAULT_PARAMETERS, LOWER_BOUNDS_PARAMETERS, UPPER_BOUNDS_PARAMETERS

from quizapp.domain.memory import ItemKind, Phase, Rating, Schedule
from quizapp.study.scheduler import Scheduler
from quizapp.study.settings import SPECS

TOLERANCE = 1e-9
ZONES = ("UTC", "Asia/Shanghai", "America/New_York", "Europe/Berlin", "Pacific/Auckland")
STEPS = ("1m 10m; 10m", "1m 10m; 10m", "none; none", "30s 5m 1h; 10m 20m", "5m; none")
"""Learning and relearning steps of cards."""
_ITEMS, _ANSWERS = 20, 12


@dataclass(slots=True)
class Comparison:
    """What came of it.

    Attributes:
        steps: answers compared.
        moved: of these, how many were put off by our rule about the order of ratings.
        worst: the largest relative difference of a stability or difficulty.
        differences: what differed, one line each; at most the first hundred.
    """

    steps: int = 0
    moved: int = 0
    worst: float = 0.0
    phases: Counter[str] = field(default_factory=Counter)
    differences: list[str] = field(default_factory=list)


class _Learner:
    """One setting of the scheduler, ours and the package's, in one time zone."""

    def __init__(self, draw: random.Random) -> None:
        self.zone = ZoneInfo(draw.choice(ZONES))
        self.kind = draw.choice((ItemKind.CARD, ItemKind.CARD, ItemKind.EXERCISE))
        parameters = DEFAULT_PARAMETERS
        if draw.random() < 0.5:
            bounds = zip(
                DEFAULT_PARAMETERS, LOWER_BOUNDS_PARAMETERS, UPPER_BOUNDS_PARAMETERS, strict=True
            )
            parameters = tuple(
                min(max(usual * draw.uniform(0.5, 2), low), high) for usual, low, high in bounds
            )
        retention = draw.uniform(0.7, 0.99)
        longest = draw.choice((36_500, 36_500, 36_500, 365, 20))
        texts = draw.choice(STEPS).split(";")
        learning, relearning = (SPECS["learning_steps"].parse(text) for text in texts)
        self.ours = Scheduler(
            {self.kind: parameters},
            retention,
            fuzz=False,
            longest_interval=longest,
            learning_steps=learning,
            relearning_steps=relearning,
        )
        if self.kind is ItemKind.EXERCISE:
            learning = relearning = ()
        self.package = fsrs.Scheduler(
            parameters,
            desired_retention=retention,
            learning_steps=learning,
            relearning_steps=relearning,
            maximum_interval=longest,
            enable_fuzzing=False,
        )

    def start_of(self, day: date) -> datetime:
        """04:00 on the wall, as aware UTC."""
        return datetime(day.year, day.month, day.day, 4, tzinfo=self.zone).astimezone(UTC)

    def expected(
        self, card: fsrs.Card, rating: Rating, day: date, now: datetime
    ) -> tuple[fsrs.Card, datetime, bool]:
        """The package's card after an answer, when it is due, and whether our rule moved that."""
        noon = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
        earliest, moved = now, False
        for lower in [each for each in Rating if each <= rating]:
            after, _ = self.package.review_card(card, fsrs.Rating(lower), noon)
            due = now + (after.due - noon)
            if after.state is fsrs.State.Review:
                due = self.start_of(after.due.date())
            bound = earliest + timedelta(microseconds=lower is Rating.HARD)
            moved = due < bound
            if moved and after.state is fsrs.State.Review:
                while due < bound:
                    due = self.start_of(due.astimezone(self.zone).date() + timedelta(days=1))
            earliest = due = max(due, bound)
        return after, due, moved


def compare(steps: int, seed: int = 0) -> Comparison:
    """Answer at random until `steps` answers are compared."""
    result = Comparison()
    walk = 0
    usual = os.environ.get("TZ")
    try:
        while result.steps < steps:
            draw = random.Random(f"{seed} {walk}")
            learner = _Learner(draw)
            os.environ["TZ"] = learner.zone.key
            time.tzset()
            for number in range(_ITEMS):
                item = Schedule(f"{walk}-{number}", learner.kind)
                _walk(learner, item, draw, result, steps)
            walk += 1
    finally:
        os.environ.pop("TZ", None)
        if usual is not None:
            os.environ["TZ"] = usual
        time.tzset()
    return result


def _walk(
    learner: _Learner, schedule: Schedule, draw: random.Random, result: Comparison, steps: int
) -> None:
    """Follow one item through its answers."""
    card = fsrs.Card(card_id=1)
    day = date(draw.randint(1990, 2060), 1, 1) + timedelta(days=draw.randrange(366))
    second = draw.uniform(0, 60_000)
    for _ in range(_ANSWERS):
        if result.steps >= steps:
            return
        now = learner.start_of(day) + timedelta(seconds=second)
        stepping = schedule.phase in (Phase.LEARNING, Phase.RELEARNING)
        rating = Rating(draw.choices((1, 2, 3, 4), (4, 4, 3, 1) if stepping else (2, 2, 5, 1))[0])
        card, due, moved = learner.expected(card, rating, day, now)
        schedule = learner.ours.review(schedule, rating, now)
        _note(result, schedule, card, due)
        result.moved += moved
        gap = draw.choice((0, 0, 1, draw.randint(0, 12), draw.randint(0, 400)))
        if schedule.phase is not Phase.REVIEW and draw.random() < 0.7:
            gap = 0
        elif schedule.phase is Phase.REVIEW and draw.random() < 0.5:  # as a learner does, when due
            gap = min((due - now).days + 1 + draw.choice((0, 0, 1, 5)), 4000)
        day += timedelta(days=gap)
        if day.year > 2300:
            return
        # A study day has at least 23 hours.
        second = draw.uniform(0 if gap else second, 82_799)


def _note(result: Comparison, schedule: Schedule, card: fsrs.Card, due: datetime) -> None:
    """Compare one state of ours with the package's."""
    result.steps += 1
    result.phases[schedule.phase] += 1
    memory = schedule.memory
    assert memory is not None
    assert card.stability is not None
    assert card.difficulty is not None
    for ours, package in ((memory.stability, card.stability), (memory.difficulty, card.difficulty)):
        result.worst = max(result.worst, abs(ours - package) / package)
        if not abs(ours - package) <= TOLERANCE * package:  # NaN fails, too
            _tell(result, f"{schedule.item}: {ours} for {package}")
    state = (schedule.phase.name, schedule.step, schedule.due)
    if state != (card.state.name.upper(), card.step, due):
        _tell(result, f"{schedule.item}: {state} for {card.state.name}, {card.step}, {due}")


def _tell(result: Comparison, difference: str) -> None:
    if len(result.differences) < 100:
        result.differences.append(difference)


def main() -> int:
    """Compare and print what came of it; 1 when anything differed."""
    parser = argparse.ArgumentParser(description=str(__doc__).splitlines()[0])
    parser.add_argument("--steps", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    result = compare(asked.steps, asked.seed)
    for difference in result.differences:
        print(difference, file=sys.stderr)
    phases = ", ".join(f"{count} {phase}" for phase, count in sorted(result.phases.items()))
    print(f"{result.steps} steps ({phases})")
    print(f"largest relative difference of stability or difficulty: {result.worst:.1e}")
    print(f"put off to keep the order of the ratings: {result.moved}")
    print("equal" if not result.differences else "NOT EQUAL")
    return bool(result.differences)


if __name__ == "__main__":
    sys.exit(main())
