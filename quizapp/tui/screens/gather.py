"""The first card of a session that has to be looked for. Owns when that is, and the wait for it.

What is due of whole decks is asked of the database and is there at once. A search, and the pile of
cards to practise, go through all cards of the course, which takes seconds in a large one: a thread
does that, and the learner can leave meanwhile.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import on, work
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from quizapp.engine import ExercisePrompt, Sitting
from quizapp.errors import QuizappError
from quizapp.tui.screens.aside import Asides
from quizapp.tui.widgets.face import CardFace
from quizapp.tui.words import say

if TYPE_CHECKING:
    from quizapp.engine.prompts import Prompt


class Gathers(Asides):
    """The part of a session's screen that waits for the first card; `study` shows it."""

    gathering = False
    _gathered: Sitting | None = None
    _more = False

    class Gathered(Message):
        """The cards have been looked for."""

        def __init__(
            self,
            sitting: Sitting,
            item: Prompt | ExercisePrompt | None,
            error: QuizappError | None = None,
        ) -> None:
            super().__init__()
            self.sitting = sitting
            self.item = item
            self.error = error

    async def show_item(self, item: Prompt | ExercisePrompt | None) -> None:
        """Ask a card, offer an exercise; without any, show the summary."""
        raise NotImplementedError

    async def gather(self, *, more: bool = False) -> bool:
        """Look for the first card in a thread, where that may take long and has not been done.

        Args:
            more: whether the session was over and goes on in another way.

        Returns:
            Whether there is something to wait for.
        """
        chosen = self.sitting.selection
        if (chosen.recorded and not chosen.narrowed) or self._gathered is self.sitting:
            return False
        self.gathering, self._more = True, more
        self.query_one("#heading", Static).update(Content(say("Session")).stylize("bold"))
        await self.query_one(CardFace).wait_for_cards(say("looking for cards…"))
        self.refresh_bindings()
        self._look_for_cards(self.sitting)
        return True

    @work(thread=True, exclusive=True, group="gather")
    def _look_for_cards(self, sitting: Sitting) -> None:
        try:
            self.post_message(self.Gathered(sitting, sitting.next()))
        except QuizappError as error:
            self.post_message(self.Gathered(sitting, None, error))

    @on(Gathered)
    async def _go_on_with_gathered(self, event: Gathered) -> None:
        if event.sitting is not self.sitting:
            return
        self.gathering, self._gathered = False, event.sitting
        if event.error is not None:
            self.quiz.report(event.error)
        await self.show_item(event.item)
        if self._more and event.item is None:
            self.quiz.tell(say("There is no card left to practise."))
