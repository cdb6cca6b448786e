"""What is to be said of a course or of data that were opened, but not as they should be.

Owns these words on stderr. Imported only where there is something to say.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from quizapp.cli import output
from quizapp.cli.words import message_in, saying

if TYPE_CHECKING:
    from quizapp.engine import CardEngine


def remark(engine: CardEngine, last: datetime | None) -> None:
    """Tell of decks that could not be read, of a database begun anew, of a clock that was ahead.

    Args:
        engine: just opened.
        last: when the last answer was given, if that has not come yet.
    """
    say = saying(engine.language)
    for error in engine.course.left_out:
        output.note(say("left out: {error}", error=message_in(error, engine.language)))
    if engine.store.begun_anew:
        told = say(
            "{file} was not there, so a new one was begun; quizapp restore goes back to a copy of "
            "the former one",
            file=engine.store.path.name,
        )
        output.note(told)
    if last is not None:
        told = say(
            "what was answered last is of {when}, which has not come yet: see whether the clock is "
            "right; quizapp doctor tells what to do then",
            when=output.short_time(last),
        )
        output.note(told)
