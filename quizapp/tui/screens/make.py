"""A card of one's own: write it, change it, take it out. Owns the order of events.

What the form holds is checked while it is typed, and shown beside it as a session will show it. The
fields are in `widgets.cardform`, saving is the engine's.
"""

from __future__ import annotations

import asyncio
from concurrent.futures import Future
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.timer import Timer
from textual.widgets import Static

from quizapp.domain.cards import Kind
from quizapp.errors import QuizappError, UsageError, as_phrase
from quizapp.tui.keys import bindings
from quizapp.tui.screens.working import Working
from quizapp.tui.text.markdown import Block
from quizapp.tui.text.safe import escaped
from quizapp.tui.widgets import preview
from quizapp.tui.widgets.cardform import CardForm, can_hold
from quizapp.tui.widgets.meters import Waiting
from quizapp.tui.widgets.prose import Prose
from quizapp.tui.words import say
from quizapp.tui.words import told as of_error

if TYPE_CHECKING:
    from quizapp.engine import Engine
    from quizapp.engine.making import Draft, Drafted, Made, Removed
    from quizapp.engine.types import Expected

_SHOW_AFTER_S = 0.12


class MakeScreen(Working):
    """The form of a card.

    Args:
        deck: title or name of the deck that it goes to; empty for the usual one.
        draft: what the form begins with; with an id, the note of that id is changed.
    """

    CSS_PATH = Path(__file__).with_name("make.tcss")
    AUTO_FOCUS: ClassVar[str | None] = ""  # the first field depends on the kind
    BINDINGS: ClassVar[list[BindingType]] = bindings(
        "make",
        ("ctrl+s", "save", "Save", "Save the card, and begin the next one"),
        ("ctrl+g,f4", "gap", "Gap", "Hide the marked words as a gap of a cloze card", "priority"),
        ("f5", "try", "Try", "Draw other values, and run what gives the answer", "priority"),
        ("f8", "delete", "Delete", "Take this card out; its history is kept", "priority"),
        ("ctrl+l", "app.language", "中文", "Switch between English and Chinese", "hidden"),
        ("escape", "leave", "Back", "Leave the form; asks first if something is not saved"),
    )

    class Tried(Message):
        """The judge has worked out the answer of what was typed, or could not."""

        def __init__(self, draft: Draft, worked_out: Expected | None, error: str = "") -> None:
            super().__init__()
            self.draft = draft
            self.worked_out = worked_out
            self.error = error

    def __init__(self, deck: str = "", draft: Draft | None = None) -> None:
        super().__init__()
        from quizapp.engine.making import Draft as Blank

        self.draft = draft or Blank()
        self.deck = deck
        self.made: list[Made] = []
        self.removed: Removed | None = None
        self._saved = self.draft
        self._timer: Timer | None = None
        self._seed = 0
        self._shown: Drafted | None = None
        self._tried: tuple[Draft, Expected] | None = None

    @property
    def editing(self) -> bool:
        """Whether the form is of a note that is there already."""
        return bool(self.draft.id)

    # -- the form -----------------------------------------------------------------------------

    def content(self) -> ComposeResult:
        """The form, and beside it what it will look like."""
        from quizapp.engine.making import FIRST_DECK

        language = self.engine.language
        titles = [deck.title.read_in(language) for deck in self.engine.own_decks()]
        with Horizontal(id="top"):
            yield Static(id="heading")
            yield Waiting(id="working")
        with Horizontal(id="make"):
            deck = self.deck or FIRST_DECK.read_in(language)
            yield CardForm(self.draft, deck, titles, id="form")
            with VerticalScroll(id="preview-pane", can_focus=False):
                yield Prose(id="preview")

    @property
    def form(self) -> CardForm:
        """The fields."""
        return self.query_one(CardForm)

    def on_mount(self) -> None:
        """Begin with the first field."""
        self._saved = self.form.draft
        self._show_all()
        self.form.focus_first()

    def language_changed(self) -> None:
        """Name everything in the language spoken now."""
        super().language_changed()
        self.form.reword()
        self._show_all()

    def _show_all(self) -> None:
        self.query_one("#preview-pane").border_title = say("Preview")
        self._show_heading()
        self._show_preview()

    def _show_heading(self) -> None:
        title = say("Change a card") if self.editing else say("A new card")
        told = ""
        if self.removed is not None:
            told = say("taken out; ctrl+s puts it back")
        elif self.editing:
            told = self.draft.id
        elif self.made:
            last = self.made[-1]
            where = say("Saved: {path}", path=f"{last.path.name}:{last.line}")
            told = f"{say('{n} added', n=len(self.made))}   ✓ {where}"
        heading = Content.assemble((title, "bold"), (f"  {escaped(told)}", "$quiet"))
        self.query_one("#heading", Static).update(heading)

    # -- while it is typed --------------------------------------------------------------------

    @on(CardForm.Changed)
    def _soon(self) -> None:
        """Show the card anew when nothing has been typed for a moment."""
        self.refresh_bindings()
        if self._timer is not None:
            self._timer.stop()
        self._timer = self.set_timer(_SHOW_AFTER_S, self._show_preview)

    def _show_preview(self) -> None:
        draft = self.form.draft
        page: list[Block]
        if not (draft.front or draft.code or draft.back):
            self._shown = None
            page = [Block(Content(say("The card shows here while you write.")).stylize("$quiet"))]
        else:
            self._shown = shown = self.engine.drafted(draft, self._seed)
            known = self._tried[1] if self._tried and self._tried[0] == draft else None
            page = [*preview.faces(shown, known), *preview.flaws(shown.flaws)]
        self.query_one("#preview", Prose).show_blocks(page)
        self.refresh_bindings()

    def action_gap(self) -> None:
        """Hide the marked words, or the one at the cursor, as the next gap."""
        if not self.form.hide_words():
            self.app.bell()

    def action_try(self) -> None:
        """Draw other values, and run what gives the answer."""
        self._seed += 1
        self._tried = None
        self._show_preview()
        if self._shown is None or self._shown.flaws:
            self.app.bell()
            return
        running = self.engine.tried(self._shown, self._seed)
        if running is not None:
            ready = self.quiz.judge_ready
            told = say("running…") if ready else say("the judge is warming up…")
            self.query_one("#working", Waiting).start(told)
            self._await_answer(self.form.draft, running)

    def _can_be_tried(self) -> bool:
        """Whether anything is drawn or run, also where the preview does not show it yet."""
        draft, shown = self.form.draft, self._shown
        runs = shown is not None and any(face.runs for face in shown.faces)
        return runs or bool(draft.given or draft.code)

    @work(exclusive=True, group="try")
    async def _await_answer(self, draft: Draft, running: Future[Expected]) -> None:
        try:
            worked_out = await asyncio.wrap_future(running)
        except QuizappError as error:
            self.post_message(self.Tried(draft, None, of_error(error)))
        else:
            self.quiz.judge_ready = True
            self.post_message(self.Tried(draft, worked_out))

    @on(Tried)
    def _show_tried(self, event: Tried) -> None:
        self.query_one("#working", Waiting).stop()
        if event.worked_out is None:
            self.quiz.tell(event.error, warn=True)
        else:
            self._tried = event.draft, event.worked_out
            self._show_preview()

    # -- saving and leaving -------------------------------------------------------------------

    def action_save(self) -> None:
        """Save the card; then begin the next one, or, after a change, go back."""
        draft, deck = self.form.draft, self.form.deck
        if not self.editing and draft == self._saved:
            self.quiz.tell(say("There is nothing to save yet."), warn=True)
            return
        for flaw in self.engine.drafted(draft).flaws:
            self._refused(
                UsageError(as_phrase(flaw.key or "card"), flaw.what, preview.remedy(flaw))
            )
            return
        deed = partial(self._save, draft, deck, self.removed)
        self.do(deed, partial(self._kept, draft), self._refused, say("saving…"))

    def _save(self, draft: Draft, deck: str, removed: Removed | None) -> Made:
        if not self.editing:
            return self.engine.add_card(draft, deck)
        if removed is not None and not self._is_there():
            made = self.engine.put_back(removed)
            if draft == self._saved:
                return made
        return self.engine.change_note(draft)

    def _is_there(self) -> bool:
        own = {deck.topic for deck in self.engine.own_decks()}
        decks = (deck for deck in self.engine.course.decks if deck.topic in own)
        ids = (card.partition("/")[0] for deck in decks for card in deck.card_ids)
        return self.draft.id in ids

    def _refused(self, error: QuizappError) -> None:
        self.quiz.report(error)
        self.form.focus_field(error.where)

    def _kept(self, draft: Draft, made: Made) -> None:
        """Tell where the card stands, and go on."""
        self._saved, self.removed = draft, None
        if made.twins:
            twins = ", ".join(made.twins)
            self.quiz.tell(say("The front is the same as of {cards}.", cards=twins), warn=True)
        if self.editing:
            self.quiz.tell(say("Saved: {path}", path=f"{made.path.name}:{made.line}"))
            self.dismiss()
            return
        self.made.append(made)
        self.form.empty()
        self._saved = self.form.draft
        self._show_heading()
        self.form.focus_first()

    def _changed(self) -> bool:
        return self.form.draft != self._saved

    def action_leave(self) -> None:
        """Leave; ask first if something would be lost."""
        if self._changed():
            self._ask_to_leave()
        else:
            self.dismiss()

    @work
    async def _ask_to_leave(self) -> None:
        from quizapp.tui.screens.confirm import Confirm

        question = say("Leave the form? What you typed is not saved.")
        if await self.app.push_screen_wait(Confirm(question, [("leave", say("Leave"))])):
            self.dismiss()

    @work
    async def action_delete(self) -> None:
        """Take the card out, if the learner means it; saving puts it back."""
        from quizapp.tui.screens.confirm import Confirm

        question = say("Take this card out of your deck? Its history is kept.")
        if await self.app.push_screen_wait(Confirm(question, [("delete", say("Take it out"))])):
            deed = partial(self.engine.remove_note, self.draft.id)
            self.do(deed, self._taken_out, self.quiz.report, say("saving…"))

    def _taken_out(self, removed: Removed) -> None:
        self.removed = removed
        self._show_heading()

    def check_action(
        self,
        action: str,
        parameters: tuple[object, ...],  # noqa: ARG002 - the signature is Textual's
    ) -> bool | None:
        """Only what makes sense with this card, and one thing at a time."""
        if self.busy and action in ("save", "delete", "leave"):
            return None
        if action == "delete":
            return self.editing and self.removed is None
        if action == "gap":
            return bool(self.query("#kind")) and self.form.kind is not Kind.PREDICT
        if action == "try":
            return bool(self.query("#kind")) and self._can_be_tried()
        return True


def form_of(engine: Engine, card_id: str) -> MakeScreen | None:
    """The form of a card of one's own; None for others, and for what it cannot hold."""
    note = engine.card(card_id).note
    draft = engine.draft_of(card_id) if engine.is_own(note) else None
    if draft is None or not can_hold(draft):
        return None
    titles = {deck.topic: deck.title.read_in(engine.language) for deck in engine.own_decks()}
    return MakeScreen(titles.get(note.topic, note.topic), draft)
