"""What an answer does besides scheduling its card. Owns leeches and buried siblings.

Leaves when a card comes back to `scheduler`, and writing it down to the engine.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from quizapp.clock import study_day
from quizapp.domain.memory import Phase, Schedule
from quizapp.study.queue import is_due, is_hidden
from quizapp.study.settings import LeechAction, Settings


class Change(NamedTuple):
    """A schedule before and after something that is no answer."""

    before: Schedule
    after: Schedule


def is_leech(schedule: Schedule, settings: Settings) -> bool:
    """Whether the item has been forgotten so often that it needs another wording."""
    return schedule.lapses >= settings.leech_lapses


def becomes_leech(before: Schedule, after: Schedule, settings: Settings) -> bool:
    """Whether an answer makes a leech of the item, or shows again that it is one.

    True at the set number of lapses, and then whenever half as many have been added: a leech that
    the learner let in again has a chance.
    """
    more = after.lapses - settings.leech_lapses
    half = (settings.leech_lapses + 1) // 2
    return after.lapses > before.lapses and more >= 0 and more % half == 0


def consequences(
    before: Schedule,
    after: Schedule,
    siblings: Iterable[Schedule],
    settings: Settings,
    now: datetime,
) -> list[Change]:
    """What changes because of an answer, in the order in which it is to be logged.

    Args:
        before: the card's schedule before the answer.
        after: what the scheduler made of it.
        siblings: the schedules of the note's other cards.
        settings: whether leeches are suspended and siblings buried.
        now: aware; when the answer was given.
    """
    changes = []
    suspends = settings.leech_action is LeechAction.SUSPEND
    if suspends and becomes_leech(before, after, settings):
        changes.append(Change(after, after._replace(suspended=True)))
    if settings.bury_siblings:
        tomorrow = study_day(now) + timedelta(days=1)
        changes += [
            Change(sibling, sibling._replace(buried_until=tomorrow))
            for sibling in siblings
            if _waits(sibling, now)
        ]
    return changes


def _waits(sibling: Schedule, now: datetime) -> bool:
    """Whether a sibling would be asked today; a learning step, once begun, is ended."""
    if sibling.phase is Phase.NEW:
        return not is_hidden(sibling, study_day(now))
    return sibling.phase is Phase.REVIEW and is_due(sibling, now)
