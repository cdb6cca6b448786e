"""Timing and the table. Owns nothing else."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table


@dataclass(frozen=True, slots=True)
class Row:
    """One comparison: ours and what it is held against, in seconds or `unit`; the ratio allowed."""

    what: str
    ours: float
    against: str
    theirs: float
    budget: float
    unit: str = "s"

    @property
    def ratio(self) -> float:
        """Ours divided by theirs; smaller is better."""
        return self.ours / self.theirs


def median_of(runs: int, *actions: Callable[[], float]) -> list[float]:
    """The median of each action's figure; the actions take turns, so noise hits all of them."""
    figures: list[list[float]] = [[] for _ in actions]
    for _ in range(runs):
        for action, its_figures in zip(actions, figures, strict=True):
            its_figures.append(action())
    return [statistics.median(its_figures) for its_figures in figures]


def seconds(action: Callable[[], object]) -> float:
    """Wall time of one call."""
    started = time.perf_counter()
    action()
    return time.perf_counter() - started


def print_table(rows: list[Row]) -> None:
    """All comparisons; a ratio over its budget is marked in words."""
    table = Table("what", "ours", "against", "theirs", "ratio", "at most", "")
    for row in rows:
        within = row.ratio <= row.budget
        table.add_row(
            row.what,
            _figure(row.ours, row.unit),
            row.against,
            _figure(row.theirs, row.unit),
            f"{row.ratio:.2f}",
            f"{row.budget:g}",
            "ok" if within else "over",
        )
    Console(width=140).print(table)


def _figure(value: float, unit: str) -> str:
    if unit != "s":
        return f"{value:,.0f} {unit}"
    return f"{value * 1000:.1f} ms" if value < 1 else f"{value:.2f} s"
