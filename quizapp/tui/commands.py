"""The command palette's entries for this course. Owns finding decks, exercises, cards by name."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING, cast

from textual.command import DiscoveryHit, Hit, Hits, Provider

from quizapp.errors import QuizappError
from quizapp.tui.words import say

if TYPE_CHECKING:
    from quizapp.tui.app import QuizApp


class CourseCommands(Provider):
    """Study a deck, open an exercise, let a suspended card back in."""

    def _entries(self) -> Iterator[tuple[str, Callable[[], object], str]]:
        """(what is shown, what it does, one line of help)."""
        app = cast("QuizApp", self.app)
        language = app.engine.language
        for deck in app.engine.course.decks:
            title = deck.title.read_in(language)
            told = say("Study the deck {topic}", topic=deck.topic)
            yield say("Study: {title}", title=title), partial(app.study, [deck.topic]), told
        exercises = app.engine.course.exercises
        for slug in exercises:
            try:
                title = exercises[slug].title.read_in(language)
            except QuizappError:
                continue  # the home screen says what is wrong with it
            told = say("Open the exercise {slug}", slug=slug)
            yield say("Exercise: {title}", title=title), partial(app.open_exercise, slug), told
        yield from self._screen_entries(app)

    def _screen_entries(self, app: QuizApp) -> Iterator[tuple[str, Callable[[], object], str]]:
        from quizapp.tui.screens.exercise import ExerciseScreen

        if isinstance(self.screen, ExerciseScreen):
            told = say("Put the starter back into the editor; undo brings your code back")
            yield say("Start over"), self.screen.start_over, told
        from quizapp.domain.memory import ItemKind

        for card, schedule in app.engine.store.schedules(ItemKind.CARD).items():
            if schedule.suspended:
                told = say("Let this suspended card be asked again")
                yield say("Unsuspend: {card}", card=card), partial(self._unsuspend, card), told

    def _unsuspend(self, card: str) -> None:
        app = cast("QuizApp", self.app)
        with app.reporting():
            app.engine.suspend(card, on=False)
            app.tell(say("{card} is asked again.", card=card))

    async def discover(self) -> Hits:
        """Everything, before anything is typed."""
        for shown, command, told in self._entries():
            yield DiscoveryHit(shown, command, help=told)

    async def search(self, query: str) -> Hits:
        """What matches `query`."""
        matcher = self.matcher(query)
        for shown, command, told in self._entries():
            if (score := matcher.match(shown)) > 0:
                yield Hit(score, matcher.highlight(shown), command, help=told)
