"""The end of a session. Owns what it says about the session; counts come from outside."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual.content import Content

from quizapp.domain.memory import Rating
from quizapp.tui.session import Session
from quizapp.tui.text import times
from quizapp.tui.text.markdown import Block
from quizapp.tui.widgets.ratings import rating_name
from quizapp.tui.words import say, say_n

if TYPE_CHECKING:
    from quizapp.engine.selection import DayReport
    from quizapp.engine.types import SessionProgress

_BAR = 30


def summary(
    session: Session,
    progress: SessionProgress,
    report: DayReport,
    leeches: Sequence[str] = (),
    *,
    stopped: bool = False,
    step_s: float = 0.0,
    new_waiting: int = 0,
    new_per_day: int = 0,
) -> list[Block]:
    """What was done, how it went, what still comes today and tomorrow.

    Args:
        session: what was done in it.
        progress: what is left of today.
        report: of the whole day.
        leeches: what the cards ask that became leeches.
        stopped: whether the learner ended it before its end; then it does not go on by itself.
        step_s: seconds until the first card in learning is due.
        new_waiting: new cards that the limits leave for another day.
        new_per_day: the limit of all topics.
    """
    if not session.answers and not session.exercises:
        shown = [Block(Content(say("✓ Nothing is due here now.")).stylize("bold $text-success"))]
    else:
        title = Content(say("✓ Done for now.")).stylize("bold $text-success")
        shown = [Block(title)]
    if session.answers:
        shown += [Block(_told(session)), *_bars(session)]
    waiting = _stopped(progress) if stopped else _learning(progress, step_s)
    waiting += _new(new_waiting, new_per_day)
    lines = [*_of_today(session, progress, report, waiting), *_of_leeches(leeches)]
    shown += [Block(line, gap=0 if index else 1) for index, line in enumerate(lines)]
    keys = say("a  study ahead    c  cram    u  undo    esc  back")
    if stopped:
        keys = f"{say('space  go on')}    {keys}"
    shown.append(Block(Content(keys).stylize("$quiet")))
    return shown


def _learning(progress: SessionProgress, step_s: float) -> list[str]:
    """What comes up again while the page is shown."""
    if not progress.learning_left:
        return []
    told = say_n(
        progress.learning_left,
        "{n} in learning come back today, the first in {time}; this page goes on by itself.",
        "{n} in learning comes back today, in {time}; this page goes on by itself.",
        time=times.seconds(step_s),
    )
    return [told]


def _new(waiting: int, limit: int) -> list[str]:
    """What the limits leave for another day, and where they are set."""
    if not waiting:
        return []
    told = say_n(
        waiting,
        "{n} new cards wait for another day: new per day is {limit} (o: settings).",
        "{n} new card waits for another day: new per day is {limit} (o: settings).",
        limit=limit,
    )
    return [told]


def _stopped(progress: SessionProgress) -> list[str]:
    """What the learner has put off by stopping."""
    left = progress.new_left + progress.learning_left + progress.due_left
    return [say("Still to come today: {n}", n=left)] if left else []


def _of_today(
    session: Session, progress: SessionProgress, report: DayReport, waiting: Sequence[str]
) -> list[Content]:
    lines = []
    if session.answers and not session.recorded:
        lines.append(say("This was practice: nothing is recorded."))
    if session.exercises:
        lines.append(say("Exercises done: {n}", n=session.exercises))
    if report.reviews:
        lines.append(
            say_n(
                report.reviews,
                "Today’s true retention: {percent} % ({recalled} of {reviews} reviews).",
                "Today’s true retention: {percent} % ({recalled} of {reviews} review).",
                percent=round(100 * report.recalled / report.reviews),
                recalled=report.recalled,
                reviews=report.reviews,
            )
        )
    lines += waiting
    if progress.overdue:
        lines.append(say("Overdue, for another day: {n}", n=progress.overdue))
    if report.answers or report.tomorrow:
        lines.append(say("Cards that come back tomorrow: {n}", n=report.tomorrow))
    return [Content(line) for line in lines]


def _of_leeches(leeches: Sequence[str]) -> list[Content]:
    """Cards that need another wording, the first few of them."""
    if not leeches:
        return []
    shown = "; ".join(f"“{text[:40]}”" for text in leeches[:3])
    more = f" +{len(leeches) - 3}" if len(leeches) > 3 else ""
    told = say("Leeches, give them another wording: {cards}", cards=f"{shown}{more}")
    return [Content(told).stylize("$text-warning")]


def _told(session: Session) -> Content:
    answers = len(session.answers)
    recalled = round(100 * (session.recalled or 0))
    return Content(
        say_n(
            answers,
            "{n} answers in {time}, {percent} % recalled, {each} each.",
            "{n} answer in {time}, {percent} % recalled.",
            time=times.duration(session.spent_ms),
            percent=recalled,
            each=times.duration(session.spent_ms / answers),
        )
    )


def _bars(session: Session) -> list[Block]:
    most = max(session.count(rating) for rating in Rating)
    rows = []
    for rating in Rating:
        number = session.count(rating)
        name = rating_name(rating)
        filled = round(_BAR * number / most)
        bar = Content("█" * filled).stylize(str(name.spans[0].style))
        label = name.pad_right(8 - name.cell_length)
        rows.append(Content("").join([label, bar, Content(f" {number}").stylize("$quiet")]))
    return [Block(row, gap=0 if index else 1) for index, row in enumerate(rows)]
