"""Time, passed in. Owns "what time is it" and the study day; leaves scheduling to `study`."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta

Clock = Callable[[], datetime]
"""Returns the current time as an aware datetime."""

ROLLOVER = timedelta(hours=4)
"""A study day begins at 04:00 local time: a session past midnight belongs to its evening."""

TOLERANCE = timedelta(hours=1)
"""Clocks may differ by so much, and nobody minds; what is dated later is of one that was wrong."""


def system_clock() -> datetime:
    """The current time in UTC."""
    return datetime.now(UTC)


def study_day(moment: datetime) -> date:
    """The local calendar day that `moment` is studied on, with the rollover at 04:00.

    Args:
        moment: an aware datetime; a naive one raises ValueError.
    """
    if moment.tzinfo is None:
        raise ValueError("study_day needs an aware datetime")
    # Wall-clock subtraction on purpose: on the two days a year when the clocks change, the
    # rollover stays at 04:00 on the wall.
    return (moment.astimezone().replace(tzinfo=None) - ROLLOVER).date()


def start_of_study_day(day: date) -> datetime:
    """The instant at which the study day `day` begins: 04:00 on the local wall, as aware UTC."""
    return (datetime.combine(day, time()) + ROLLOVER).astimezone(UTC)


def end_of_study_day(day: date) -> datetime:
    """The instant at which the study day after `day` begins, as aware UTC."""
    return start_of_study_day(day + timedelta(days=1))
