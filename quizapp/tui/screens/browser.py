"""All cards: search them, look at them, decide of many at once. Owns the keys, the list, the card.

Leaves searching to `finding`, what is done to cards to `bulk`, and to notes to `edits`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container, Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.suggester import SuggestFromList
from textual.timer import Timer
from textual.widgets import Input, Static

from quizapp.domain.cards import Kind
from quizapp.engine.columns import Sort
from quizapp.engine.saved import term_of
from quizapp.engine.searching import is_gone
from quizapp.errors import QuizappError
from quizapp.tui.keys import bindings
from quizapp.tui.screens.edits import Edits
from quizapp.tui.text.safe import one_line
from quizapp.tui.widgets.dossier import dossier
from quizapp.tui.widgets.hitrow import COLUMNS, ColumnBar, Line, line
from quizapp.tui.widgets.hits import HitList
from quizapp.tui.widgets.inorder import TextLine
from quizapp.tui.widgets.meters import Waiting
from quizapp.tui.widgets.prose import Prose
from quizapp.tui.widgets.rows import Row
from quizapp.tui.words import problem, say

if TYPE_CHECKING:
    from quizapp.engine.types import CardRow

_RESTING_S = 0.05
"""Seconds on a card after which it is shown: nobody reads what a held key rushes past."""
_SORTS = (Sort.COURSE, Sort.CARD, *(column.sort for column in COLUMNS))


class BrowserScreen(Edits):
    """The card browser.

    Args:
        query: what is searched for at first.
    """

    CSS_PATH = Path(__file__).with_name("browser.tcss")
    AUTO_FOCUS: ClassVar[str | None] = "#hits"
    BINDINGS: ClassVar[list[BindingType]] = bindings(
        "browser",
        ("slash", "search", "Search", "To the search line"),
        ("enter", "whole", "Look", "The card on the whole screen, and back"),
        ("space", "mark", "Mark", "Mark this card, or unmark it; keys act on all marked ones"),
        ("asterisk", "mark_all", "All", "Mark all cards that were found; again: none"),
        ("s", "suspend", "Suspend", "Never ask these cards; again: ask them"),
        ("b", "bury", "Bury", "Not today: ask these cards tomorrow; again: today"),
        ("f", "flag", "Flag", "Flag these cards, 1 to 7; 0 for none"),
        ("r", "reset", "Reset", "Make these cards new; their history is kept"),
        ("d", "move", "Due", "Move the day on which these cards come back"),
        ("o", "sort", "Sort", "Sort by the next column"),
        ("O", "turn", "Turn", "Sort the other way round", "hidden"),
        ("e", "edit", "Edit", "Open the note in your editor"),
        ("v", "saved", "Saved", "Your saved searches: run, save, rename, forget", "hidden"),
        ("t", "tags", "Tags", "Give these cards of your own tags, or take some off", "hidden"),
        ("h", "replace", "Replace", "Find and replace in these cards of your own", "hidden"),
        ("x", "twins", "Duplicates", "The cards that ask the same as another one", "hidden"),
        ("n", "make", "New card", "Write a card of your own", "hidden"),
        ("u,ctrl+z", "undo", "Undo", "Take back what was done here, step by step"),
        ("p", "preview", "Preview", "Show or hide the card beside the list", "hidden"),
        ("j", "step(1)", "Next card", "The next card of the list", "hidden"),
        ("k", "step(-1)", "Card before", "The card before it in the list", "hidden"),
        ("down", "to_list", "List", "From the search line to the list", "hidden"),
        ("tab", "pane", "Pane", "To the card's page and back to the list", "hidden"),
        ("l", "app.language", "中文", "Switch between English and Chinese", "hidden"),
        ("escape", "leave", "Back", "To the list; then to the screen before"),
    )

    class Answered(Message):
        """The answer of a card has been worked out."""

        def __init__(self, card: str, answer: str) -> None:
            super().__init__()
            self.card = card
            self.answer = answer

    def __init__(self, query: str = "") -> None:
        super().__init__()
        self.query_text = query
        self.deeds = []
        self._resting: Timer | None = None
        self._shown: tuple[str, str | None] | None = None
        self._leech = 0

    def content(self) -> ComposeResult:
        """Heading, search line, what it says; the list, and the card beside or below it."""
        yield Static(id="heading")
        with Horizontal(id="line"):
            yield Static("/", id="slash")
            saved = [term_of(name) for name in self.engine.saved_searches()]
            yield TextLine(
                self.query_text,
                id="query",
                compact=True,
                select_on_focus=False,
                suggester=SuggestFromList(saved, case_sensitive=False),
            )
        with Horizontal(id="status"):
            yield Static(id="told")
            yield Waiting(id="waiting")
        with Container(id="panes"):
            with Vertical(id="found"):
                yield ColumnBar()
                yield HitList(self._load, self._line)
            with VerticalScroll(id="preview", can_focus=True):
                yield Prose(id="card")

    def on_mount(self) -> None:
        """Search at once."""
        self._leech = self.engine.settings.leech_lapses
        self._tell()
        self._search()

    def on_screen_resume(self) -> None:
        """What was done elsewhere shows."""
        if self.hits.ids:
            self.hits.reread()

    def language_changed(self) -> None:
        """Show everything anew."""
        super().language_changed()
        self._tell()
        self.query_one(ColumnBar).refresh()
        self._shown = None
        self.hits.reread()

    def _show_heading(self) -> None:
        hits = self.hits
        counts = say("{n} of {m} cards", n=len(hits.ids), m=len(self.engine.topics_of_cards()))
        marked = say("{n} marked", n=len(hits.marked)) if hits.marked else ""
        self.query_one("#heading", Static).update(
            Row(
                Content.assemble((say("Cards"), "bold"), (f"  {counts}", "$quiet")),
                Content(f"● {marked}" if marked else "").stylize("bold $text-accent"),
            )
        )

    # -- the list and the card ----------------------------------------------------------------

    def _load(self, ids: Sequence[str]) -> Sequence[CardRow]:
        if self.busy:
            return ()  # reading would wait until all is written, and the screen with it
        try:
            return self.engine.rows(ids)
        except QuizappError as error:
            self.call_later(self.quiz.report, error)
            return ()

    def _line(self, row: CardRow, marked: bool) -> Line:
        leech = row.schedule.lapses >= self._leech
        title = self.engine.title(row.card)
        width = self.hits.scrollable_content_region.width
        now = self.engine.clock()
        return line(row, title, now, width=width, marked=marked, leech=leech)

    @on(HitList.Moved)
    def _moved(self) -> None:
        self._show_heading()
        if self._resting is not None:
            self._resting.stop()
        self._resting = self.set_timer(_RESTING_S, self._show_card)

    def _show_card(self, answer: str | None = None) -> None:
        """Show the card at the cursor."""
        card, page = self.hits.present, self.query_one("#card", Prose)
        if self.busy:
            return
        if card is None:
            self._shown = None
            page.show_blocks([])
            return
        try:
            (row,) = self.engine.rows([card])
            page.show_blocks(dossier(self.engine, row, self.engine.store.history(card), answer))
            if answer is None and self.has_class("-whole") and row.card.note.kind is Kind.PREDICT:
                self._work_out(card)
        except QuizappError as error:
            page.show(problem(error, "\n\n"))
        if self._shown is None or self._shown[0] != card:
            self.query_one("#preview").scroll_home(animate=False)
        self._shown = (card, answer)

    def action_whole(self) -> None:
        """The card on the whole screen, and back."""
        if self.hits.present is None:
            return
        self._set_whole(on=not self.has_class("-whole"))

    def _set_whole(self, *, on: bool) -> None:
        self.set_class(on, "-whole")
        if on:
            self.query_one("#preview").focus()
            self._show_card()
        else:
            self.hits.focus()
            self.call_after_refresh(self.hits.reveal)

    @work(exclusive=True, group="answer")
    async def _work_out(self, card: str) -> None:
        """What a snippet prints is known when it has run."""
        self.post_message(self.Answered(card, say("running…")))
        try:
            expected = await asyncio.wrap_future(self.engine.expected(self.engine.prompt(card)))
        except QuizappError as error:
            self.post_message(self.Answered(card, problem(error)))
        else:
            self.post_message(self.Answered(card, expected.text or expected.error))

    @on(Answered)
    def _answered(self, event: Answered) -> None:
        if self.hits.present == event.card:
            self._show_card(event.answer)

    @on(HitList.Opened)
    def _opened(self) -> None:
        self._set_whole(on=True)

    def action_step(self, step: int) -> None:
        """To another card, from its page."""
        self.hits.action_move(step)

    def action_to_list(self) -> None:
        """From the search line to the list."""
        self.hits.focus()

    def action_preview(self) -> None:
        """Show or hide the card beside the list."""
        self.toggle_class("-alone")

    def action_pane(self) -> None:
        """Move the focus to the card's page, or back."""
        here = self.focused is not None and self.focused.id == "preview"
        (self.hits if here or self.has_class("-alone") else self.query_one("#preview")).focus()

    def action_search(self) -> None:
        """To the search line."""
        self._set_whole(on=False)
        self.query_one("#query", Input).focus()

    def action_leave(self) -> None:
        """Back to the list; from there to the screen before."""
        if self.has_class("-whole"):
            self._set_whole(on=False)
        elif self.focused is not self.hits:
            self.hits.focus()
        else:
            self.quiz.go_back()

    # -- sorting and marking ------------------------------------------------------------------

    def action_sort(self) -> None:
        """Sort by the next column."""
        self._sort_by(_SORTS[(_SORTS.index(self.sort) + 1) % len(_SORTS)], descending=False)

    def action_turn(self) -> None:
        """Sort the other way round."""
        self._sort_by(self.sort, descending=not self.descending)

    @on(ColumnBar.Picked)
    def _column_picked(self, event: ColumnBar.Picked) -> None:
        self._sort_by(event.sort, descending=event.sort is self.sort and not self.descending)

    def action_mark(self) -> None:
        """Mark the card, or unmark it."""
        self.hits.toggle()
        self._show_heading()

    def action_mark_all(self) -> None:
        """Mark all, or none."""
        self.hits.toggle_all()
        self._show_heading()

    # -- the note --------------------------------------------------------------------------

    def action_make(self) -> None:
        """Write cards of one's own."""
        from quizapp.tui.screens.make import MakeScreen

        self.app.push_screen(MakeScreen(), lambda _result: self._search())

    def action_edit(self) -> None:
        """Open the form of a card of one's own; other notes in the learner's editor."""
        card = self.hits.present
        known = self.engine.course.cards.get(card) if card else None
        if known is None or is_gone(known):
            self.quiz.tell(say("The course has no such card any more."))
            return
        from quizapp.tui import editor
        from quizapp.tui.screens.make import form_of

        if form := form_of(self.engine, known.id):
            self.app.push_screen(form, lambda _result: self._search())
            return
        place = known.note.location
        try:
            editor.edit(self.engine.course_file(place.path), place.line, self.quiz.handed_over())
            self.engine.reload_course()
        except QuizappError as error:
            self.quiz.report(error)
            return
        self.quiz.tell(say("Read again: {path}", path=one_line(place.path)))
        self._search()
