"""The end of a session. Owns what it says about the session; counts come from outside."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from quizapp.domain.memory import Rating
from quizapp.tui.session import Session
from quizapp.tui.text import times
from quizapp.tui.text.markdown import Block
from quizapp.tui.widgets.ratings import rating_name
from quizapp.tui.words import say

if TYPE_CHECKING:
    from quizapp.engine.types import SessionProgress

_BAR = 30


def summary(session: Session, progress: SessionProgress) -> list[Block]:
    """What was done, how it went, what still comes today."""
    answers = session.answers
    if not answers:
        shown = [Block(Content(say("✓ Nothing is due here now.")).stylize("bold $text-success"))]
    else:
        title = Content(say("✓ Done for now.")).stylize("bold $text-success")
        shown = [Block(title), Block(_told(session)), *_bars(session)]
    if progress.learning_left:
        text = say(
            "{n} in learning come back later today; this page goes on by itself.",
            n=progress.learning_left,
        )
        shown.append(Block(Content(text)))
    keys = say("a  study ahead    u  undo    esc  back")
    shown.append(Block(Content(keys).stylize("$quiet")))
    return shown


def _told(session: Session) -> Content:
    answers = len(session.answers)
    recalled = round(100 * (session.recalled or 0))
    return Content(
        say(
            "{n} answers in {time}, {percent} % recalled, {each} each.",
            n=answers,
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
