"""The search line of the browser and what it finds. Owns the order of searches.

The engine searches and sorts in a worker; at most one search runs, and the newest question waits
for it. Leaves the list's keys and the card to `browser`.
"""

from __future__ import annotations

import time
from collections.abc import Sequence

from textual import on, work
from textual.content import Content
from textual.message import Message
from textual.timer import Timer
from textual.widgets import Input, Static

from quizapp.engine.columns import Sort
from quizapp.errors import QuizappError
from quizapp.tui.screens.base import Activity
from quizapp.tui.text.safe import escaped
from quizapp.tui.widgets.hitrow import ColumnBar
from quizapp.tui.widgets.hits import HitList
from quizapp.tui.widgets.meters import Waiting
from quizapp.tui.words import say, told

_TYPING_S = 0.25
"""Seconds without a key after which what is typed is searched for."""
_PATIENCE_S = 0.3
"""Seconds of a search after which there is a sign of life, and what was found so far is shown."""


class Finding(Activity):
    """The part of the browser that searches.

    Attributes:
        query_text: what is searched for.
        _told: whether the line says what was done, which the next search is to leave there.
    """

    query_text = ""
    sort, descending = Sort.COURSE, False
    _searching = _again = _told = False
    _typing: Timer | None = None

    class Found(Message):
        """A search has ended, or has found some and goes on."""

        def __init__(
            self,
            ids: Sequence[str] | None,
            error: QuizappError | None = None,
            *,
            ended: bool = True,
        ) -> None:
            super().__init__()
            self.ids = ids
            self.error = error
            self.ended = ended

    @property
    def hits(self) -> HitList:
        """The list."""
        return self.query_one(HitList)

    def search_for(self, query: str) -> None:
        """Put a query in the search line; it is searched for at once."""
        line = self.query_one("#query", Input)
        with line.prevent(Input.Changed):
            line.value = query
        self.query_text = query
        self._search()

    @on(Input.Changed, "#query")
    def _typed(self, event: Input.Changed) -> None:
        self.query_text = event.value
        if self._typing is not None:
            self._typing.stop()
        self._typing = self.set_timer(_TYPING_S, self._search)

    @on(Input.Submitted, "#query")
    def _entered(self) -> None:
        if self._typing is not None:
            self._typing.stop()
        self._search()
        self.hits.focus()

    def _search(self) -> None:
        """Search for what stands in the line; after the search that is running, if one is."""
        if self._searching:
            self._again = True
            return
        self._searching = True
        self.set_timer(_PATIENCE_S, self._show_life)
        self._find(self.query_text, self.sort, self.descending)

    def _show_life(self) -> None:
        if self._searching:
            self.query_one(Waiting).start(say("searching…"))

    @work(thread=True, group="search")
    def _find(self, query: str, sort: Sort, descending: bool) -> None:
        ids: list[str] = []
        told = time.monotonic()
        try:
            for card in self.engine.each_hit(query):
                ids.append(card)
                if self._again:
                    break  # nobody waits for this any more
                if sort is Sort.COURSE and not descending and time.monotonic() - told > _PATIENCE_S:
                    told = time.monotonic()
                    self.post_message(self.Found(ids[:], ended=False))
            ids = self.engine.sort_hits(ids, sort, descending=descending)
        except QuizappError as error:
            self.post_message(self.Found(None, error))
        else:
            self.post_message(self.Found(ids))

    @on(Found)
    def _found(self, event: Found) -> None:
        if not event.ended:
            if event.ids is not None and not self._again:
                self.hits.extend(event.ids)
            return
        self._searching = False
        if self._again:
            self._again = False
            self._search()
            return
        self.query_one(Waiting).stop()
        if event.error is not None or not self._told:
            self._tell(event.error)
        self._told = False
        if event.ids is not None:
            self.query_one(ColumnBar).show(self.sort, descending=self.descending)
            self.hits.show(event.ids)

    def _tell(self, error: QuizappError | None = None) -> None:
        """What is wrong with the query; without that, how to write one."""
        if error is None:
            how = say('words "a phrase" deck: tag: exercise: is:due flag:1 prop:lapses>2 -not')
            self.query_one("#told", Static).update(Content(how).stylize("$quiet"))
            return
        problem = Content(escaped(f"✗ {told(error)}")).stylize("$text-error")
        self.query_one("#told", Static).update(problem)

    def _sort_by(self, sort: Sort, *, descending: bool) -> None:
        self.sort, self.descending = sort, descending
        self.query_one(ColumnBar).show(sort, descending=descending)
        self._search()
