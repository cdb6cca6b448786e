"""What the browser does to notes and searches: tags, replacing, saved searches, duplicates.

Owns these steps; leaves the questions to screens of their own, and changing decks to the engine.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from quizapp.tui.screens.bulk import Back, Bulk
from quizapp.tui.words import say

if TYPE_CHECKING:
    from quizapp.engine.edits import Plan

_TWINS = "is:duplicate"


class Edits(Bulk):
    """The part of the browser that changes notes and keeps searches."""

    async def action_tags(self) -> None:
        """Give the chosen cards tags, or take some off."""
        if ids := self._chosen():
            from quizapp.tui.screens.ask import Ask

            question = say("Which tags for this card?")
            if len(ids) > 1:
                question = say("Which tags for {n} cards?", n=len(ids))
            hint = say("apart by commas; a minus before a tag takes it off: shape, -old")
            ask = Ask(question, hint, lambda text: self.engine.retagging((), *_tags(text)))
            await self.app.push_screen(ask, partial(self._retag, ids))

    def _retag(self, ids: Sequence[str], text: str | None) -> None:
        if text:
            add, remove = _tags(text)
            told = say("tagged: {n}")
            self._do(
                lambda: self._carried_out(self.engine.retagging(ids, add, remove), told),
                notes=True,
            )

    async def action_replace(self) -> None:
        """Find and replace in the marked cards; in all that were found where none is marked."""
        if self._is_busy() or not self.hits.ids:
            return
        from quizapp.tui.screens.replace import ReplaceScreen

        ids = self.hits.chosen if self.hits.marked else list(self.hits.ids)
        await self.app.push_screen(ReplaceScreen(ids, marked=bool(self.hits.marked), do=self._put))

    def _put(self, plan: Plan) -> None:
        """Make the change that the form has shown."""
        self._do(lambda: self._carried_out(plan, say("changed: {n}")), notes=True)

    def _carried_out(self, plan: Plan, told: str) -> tuple[str, Back | None]:
        edited = self.engine.carry_out(plan)
        told = told.format(n=edited.notes)
        if plan.of_course:
            told += say("; cards of the course, which stay: {n}", n=len(plan.of_course))
        if plan.broken:
            told += say("; as they were: {n}", n=len(plan.broken))
        return told, Back(partial(self.engine.take_back_edit, edited), notes=True)

    def notes_changed(self) -> None:
        """The list, and the card beside it, say what notes say now."""
        super().notes_changed()
        self.hits.reread()

    def action_twins(self) -> None:
        """Search for cards that ask the same; again: for all."""
        self.search_for("" if self.query_text.strip() == _TWINS else _TWINS)

    async def action_saved(self) -> None:
        """Run, save, rename or forget a search."""
        from quizapp.tui.screens.saved import SavedSearches

        await self.app.push_screen(SavedSearches(self.query_text), self._run_saved)

    def _run_saved(self, query: str | None) -> None:
        if query:
            self.search_for(query)


def _tags(text: str) -> tuple[list[str], list[str]]:
    """Tags to add and tags to take off."""
    words = [word for each in text.replace("，", ",").split(",") if (word := each.strip())]
    add = [word.removeprefix("+").strip() for word in words if not word.startswith(("-", "−"))]
    return add, [word[1:].strip() for word in words if word.startswith(("-", "−"))]
