"""Stored schedules as columns of numbers: for figures over hundreds of thousands of them.

Owns the shape and what stands for "none" in it; leaves filling it to `store` and counting to
`study`. Whoever wants them one by one gets a `Standing` of each.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Self

from quizapp.domain.history import Standing
from quizapp.domain.memory import Phase

PHASES = (Phase.NEW, Phase.LEARNING, Phase.REVIEW, Phase.RELEARNING)
"""What the column `phases` counts into."""
NEW, LEARNING, REVIEW, RELEARNING = range(len(PHASES))
"""What it holds for each of them; the states of `answers` are others, and numbered otherwise."""

NO_DAY = -1
NO_MEMORY = 0.0


@dataclass(frozen=True, slots=True)
class Standings:
    """What counting needs of schedules; one entry of each column for each schedule.

    Attributes:
        items: ids.
        phases: index into `PHASES`.
        stabilities: of the memory, in days; NO_MEMORY where there is none.
        suspended: 1 for those that are, else 0.
        difficulties: 1 to 10; NO_MEMORY where there is none.
        dues: the study day on which it comes up, as `date.toordinal` gives it; NO_DAY without one.
        lasts: that of the last answer, likewise.
        lapses: how often it was forgotten.
    """

    items: Sequence[str]
    phases: array[int]
    stabilities: array[float]
    suspended: array[int]
    difficulties: array[float]
    dues: array[int]
    lasts: array[int]
    lapses: array[int]

    @classmethod
    def of(cls, standings: Iterable[Standing]) -> Self:
        """The columns of some schedules."""
        found = list(standings)
        return cls(
            [each.item for each in found],
            array("B", (PHASES.index(each.phase) for each in found)),
            array("d", (each.stability or NO_MEMORY for each in found)),
            array("B", (each.suspended for each in found)),
            array("d", (each.difficulty or NO_MEMORY for each in found)),
            array("i", (NO_DAY if each.due is None else each.due for each in found)),
            array("i", (NO_DAY if each.last is None else each.last for each in found)),
            array("q", (each.lapses for each in found)),
        )

    def __len__(self) -> int:
        return len(self.items)

    def __iter__(self) -> Iterator[Standing]:
        columns = zip(
            self.items,
            self.phases,
            self.stabilities,
            self.suspended,
            self.difficulties,
            self.dues,
            self.lasts,
            self.lapses,
            strict=True,
        )
        for item, phase, stability, suspended, difficulty, due, last, lapses in columns:
            yield Standing(
                item,
                PHASES[phase],
                stability or None,
                bool(suspended),
                difficulty or None,
                None if due == NO_DAY else due,
                None if last == NO_DAY else last,
                lapses,
            )
