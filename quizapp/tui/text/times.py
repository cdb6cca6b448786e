"""Spans of time in words. Owns how short they are; leaves what is due when to `study`."""

from __future__ import annotations

from datetime import datetime

from quizapp.clock import study_day
from quizapp.domain.memory import Phase, Schedule
from quizapp.tui.words import say

_MINUTE = 60
_HOUR = 3600


def until(schedule: Schedule, now: datetime) -> str:
    """How long until `schedule` comes back: `10 min`, `3 d`, `2.5 mo`, `1.2 y`.

    A card in phase REVIEW comes back on a study day, so days are counted as study days.
    """
    if schedule.due is None:
        return say("now")
    if schedule.phase is Phase.REVIEW:
        return days((study_day(schedule.due) - study_day(now)).days)
    return seconds((schedule.due - now).total_seconds())


def seconds(span: float) -> str:
    """A span shorter than a few days: `now`, `10 min`, `5 h`, `2 d`."""
    if span < _MINUTE:
        return say("now") if span <= 0 else say("<1 min")
    if span < _HOUR:
        return say("{n} min", n=round(span / _MINUTE))
    if span < 24 * _HOUR:
        return say("{n} h", n=round(span / _HOUR))
    return days(round(span / (24 * _HOUR)))


def days(count: int) -> str:
    """A span of days: `today`, `3 d`, `2.5 mo`, `1.2 y`."""
    if count <= 0:
        return say("today")
    if count < 31:
        return say("{n} d", n=count)
    if count < 365:
        return say("{n} mo", n=f"{count / 30.4:.1f}".removesuffix(".0"))
    return say("{n} y", n=f"{count / 365:.1f}".removesuffix(".0"))


def duration(milliseconds: float) -> str:
    """Time spent: `42 s`, `3 min 20 s`, `1 h 5 min`."""
    total = round(milliseconds / 1000)
    minutes, rest = divmod(total, 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return say("{h} h {m} min", h=hours, m=minutes)
    return say("{m} min {s} s", m=minutes, s=rest) if minutes else say("{s} s", s=rest)
