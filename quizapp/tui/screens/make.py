"""A card of one's own: write it, change it, take it out. Owns the form; the engine saves.

What the form holds is checked while it is typed, and shown beside it as a session will show it.
"""

from __future__ import annotations

import re
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, Horizontal, VerticalScroll
from textual.content import Content
from textual.suggester import SuggestFromList
from textual.timer import Timer
from textual.widgets import Input, Static, TextArea

from quizapp.domain.cards import AnswerType, Kind
from quizapp.errors import QuizappError, UsageError
from quizapp.tui.keys import bindings
from quizapp.tui.screens.working import Working
from quizapp.tui.text.markdown import Block
from quizapp.tui.text.safe import escaped
from quizapp.tui.widgets import preview
from quizapp.tui.widgets.chooser import Chooser
from quizapp.tui.widgets.inorder import KeysInOrder, TextLine
from quizapp.tui.widgets.meters import Waiting
from quizapp.tui.widgets.prose import Prose
from quizapp.tui.words import say

if TYPE_CHECKING:
    from quizapp.engine import Engine
    from quizapp.engine.making import Draft, Made, Removed

_SHOW_AFTER_S = 0.12
_MARK = re.compile(r"\{\{c(\d)::")
_FIELDS = {
    Kind.BASIC: ("front", "back"),
    Kind.REVERSED: ("front", "back"),
    Kind.CLOZE: ("front", "back"),
    Kind.TYPED: ("front", "answer", "back"),
    Kind.CHOICE: ("front", "options", "back"),
    Kind.PREDICT: ("code", "back"),
}
"""Kind -> the fields that it has, besides kind and tags."""


class CardArea(KeysInOrder, TextArea):
    """Several lines of a card."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+z", "undo", "Undo", show=False, tooltip="Take the last change back"),
        Binding("ctrl+y", "redo", "Redo", show=False, tooltip="Make the change again"),
    ]

    def __init__(self, name: str, text: str) -> None:
        super().__init__(text, id=name, tab_behavior="focus", compact=True, soft_wrap=True)


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
        ("f8", "delete", "Delete", "Take this card out; its history is kept", "priority"),
        ("ctrl+l", "app.language", "中文", "Switch between English and Chinese", "hidden"),
        ("escape", "leave", "Back", "Leave the form; asks first if something is not saved"),
    )

    def __init__(self, deck: str = "", draft: Draft | None = None) -> None:
        super().__init__()
        from quizapp.engine.making import Draft as Blank

        self.draft = draft or Blank()
        self.deck = deck
        self.made: list[Made] = []
        self.removed: Removed | None = None
        self._saved = self.draft
        self._timer: Timer | None = None

    @property
    def editing(self) -> bool:
        """Whether the form is of a note that is there already."""
        return bool(self.draft.id)

    # -- the form -----------------------------------------------------------------------------

    def content(self) -> ComposeResult:
        """The form, and beside it what it will look like."""
        draft = self.draft
        titles = [deck.title.read_in(self.engine.language) for deck in self.engine.own_decks()]
        with Horizontal(id="top"):
            yield Static(id="heading")
            yield Waiting(id="working")
        with Horizontal(id="make"):
            with VerticalScroll(id="form", can_focus=False):
                yield from self._line("deck", self._deck_input(titles))
                yield from self._line("kind", Chooser([kind.value for kind in Kind], id="kind"))
                yield from self._area("front", draft.front)
                yield from self._area("code", draft.code)
                yield from self._area("options", _options_text(draft.options))
                kinds = [kind.value for kind in AnswerType]
                yield from self._line("compare", Chooser(kinds, id="compare"))
                yield from self._line("answer", TextLine(draft.answer, id="answer"))
                yield from self._line("tolerance", TextLine(draft.tolerance, id="tolerance"))
                accept = TextLine("; ".join(draft.accept), id="accept")
                yield from self._line("accept", accept)
                yield from self._area("back", draft.back)
                tags = TextLine(", ".join(draft.tags), id="tags", select_on_focus=False)
                yield from self._line("tags", tags)
            with VerticalScroll(id="preview-pane", can_focus=False):
                yield Prose(id="preview")

    def _deck_input(self, titles: list[str]) -> Input:
        from quizapp.engine.making import FIRST_DECK

        usual = FIRST_DECK.read_in(self.engine.language)
        suggester = SuggestFromList(titles, case_sensitive=False) if titles else None
        shown = TextLine(self.deck or usual, id="deck", suggester=suggester)
        shown.disabled = self.editing
        return shown

    def _line(self, name: str, widget: Input | Chooser) -> ComposeResult:
        with Container(id=f"field-{name}", classes="field -line"):
            yield Static(id=f"label-{name}", classes="label")
            yield widget

    def _area(self, name: str, text: str) -> ComposeResult:
        with Container(id=f"field-{name}", classes="field"):
            yield Static(id=f"label-{name}", classes="label")
            yield CardArea(name, text)

    def on_mount(self) -> None:
        """Show the fields of the kind."""
        kind, compare = self.query_one("#kind", Chooser), self.query_one("#compare", Chooser)
        with self.prevent(Chooser.Changed):
            kind.value, compare.value = self.draft.kind.value, self.draft.answer_type.value
        self._saved = self._typed()
        self.language_changed()
        self._fit()
        self._focus_first()

    def language_changed(self) -> None:
        """Name everything in the language spoken now."""
        super().language_changed()
        words = {
            "deck": say("Deck"),
            "kind": say("Kind"),
            "compare": say("Answer is"),
            "answer": say("Its answer"),
            "tolerance": say("Off by"),
            "accept": say("Also right"),
            "tags": say("Tags"),
            "front": say("Front"),
            "back": say("Back side"),
            "code": say("Code, whose output is the answer"),
            "options": say("Options, one a line; * if right"),
        }
        for name, word in words.items():
            self.query_one(f"#label-{name}", Static).update(Content(word))
        self.query_one("#tags", Input).placeholder = say("apart by commas")
        self.query_one("#accept", Input).placeholder = say("apart by semicolons")
        self.query_one("#preview-pane").border_title = say("Preview")
        for chooser in self.query(Chooser):
            chooser.refresh(layout=True)
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

    def _fit(self) -> None:
        """Show the fields that the kind has."""
        kind, compare = self._kind(), self.query_one("#compare", Chooser).value
        shown = _FIELDS[kind]
        for name in ("front", "code", "options", "back"):
            self.query_one(f"#field-{name}").display = name in shown
        typed = "answer" in shown
        self.query_one("#field-compare").display = typed
        self.query_one("#field-answer").display = typed
        self.query_one("#field-tolerance").display = typed and compare == AnswerType.NUMBER
        self.query_one("#field-accept").display = typed and compare == AnswerType.TEXT
        self.refresh_bindings()

    def _focus_first(self) -> None:
        name = "code" if self._kind() is Kind.PREDICT else "front"
        self.set_focus(self.query_one(f"#{name}"))  # at once: letters may be waiting

    def _kind(self) -> Kind:
        return Kind(self.query_one("#kind", Chooser).value)

    def _typed(self) -> Draft:
        """What the form says."""
        from quizapp.engine.making import Draft as Typed

        kind = self._kind()

        def area(name: str) -> str:
            text = self.query_one(f"#{name}", CardArea).text
            return text.strip("\n").rstrip() if name in _FIELDS[kind] else ""

        def line(name: str) -> str:
            return self.query_one(f"#{name}", Input).value.strip()

        compare = AnswerType(self.query_one("#compare", Chooser).value)
        typed = kind is Kind.TYPED
        front = self.draft.front if kind is Kind.PREDICT else area("front").strip()
        return Typed(
            kind,
            front,
            area("back").strip(),
            _pieces(line("tags"), ","),
            line("answer") if typed else "",
            compare if typed else AnswerType.TEXT,
            line("tolerance") if typed and compare is AnswerType.NUMBER else "",
            _pieces(line("accept"), ";") if typed and compare is AnswerType.TEXT else (),
            _options(area("options")),
            area("code"),
            self.draft.id,
        )

    # -- while it is typed --------------------------------------------------------------------

    @on(Chooser.Changed)
    def _chosen(self) -> None:
        self._fit()
        self._soon()

    @on(Input.Changed)
    @on(TextArea.Changed)
    def _soon(self) -> None:
        """Show the card anew when nothing has been typed for a moment."""
        if self._timer is not None:
            self._timer.stop()
        self._timer = self.set_timer(_SHOW_AFTER_S, self._show_preview)

    def _show_preview(self) -> None:
        draft = self._typed()
        page: list[Block]
        if not (draft.front or draft.code or draft.back):
            page = [Block(Content(say("The card shows here while you write.")).stylize("$quiet"))]
        else:
            drafted = self.engine.drafted(draft)
            page = [*preview.faces(drafted.faces), *preview.flaws(drafted.flaws)]
        self.query_one("#preview", Prose).show_blocks(page)

    def action_gap(self) -> None:
        """Hide the marked words, or the one at the cursor, as the next gap."""
        area = self.query_one("#front", CardArea)
        if not area.has_focus:
            self.app.bell()
            return
        if self._kind() is not Kind.CLOZE:
            self.query_one("#kind", Chooser).value = Kind.CLOZE.value
        if not area.selected_text:
            _select_word(area)
        number = min(max(map(int, _MARK.findall(area.text)), default=0) + 1, 9)
        hidden, (start, end) = area.selected_text, sorted(area.selection)
        area.replace(f"{{{{c{number}::{hidden}}}}}", start, end)
        if not hidden:
            area.move_cursor_relative(columns=-2)

    # -- saving and leaving -------------------------------------------------------------------

    def action_save(self) -> None:
        """Save the card; then begin the next one, or, after a change, go back."""
        draft, deck = self._typed(), self.query_one("#deck", Input).value
        if not self.editing and draft == self._saved:
            self.quiz.tell(say("There is nothing to save yet."), warn=True)
            return
        for flaw in self.engine.drafted(draft).flaws:
            self._refused(UsageError(flaw.key or "card", flaw.what, preview.remedy(flaw)))
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
        self._focus_field(error.where)

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
        self._begin_next()

    def _begin_next(self) -> None:
        """Empty what belongs to one card; deck, kind and tags stay for the next."""
        for area in self.query(CardArea):
            area.load_text("")
        for name in ("answer", "tolerance", "accept"):
            self.query_one(f"#{name}", Input).value = ""
        self._saved = self._typed()
        self._show_heading()
        self._focus_first()

    def _focus_field(self, where: str) -> None:
        """Go to the field that is wrong."""
        for widget in self.query(f"#{where}" if re.fullmatch("[a-z]+", where) else "#none"):
            if widget.focusable:
                widget.focus()

    def _changed(self) -> bool:
        return self._typed() != self._saved

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
        """Only a card that is there can be taken out; gaps are for fronts; one thing at a time."""
        if self.busy and action in ("save", "delete", "leave"):
            return None
        if action == "delete":
            return self.editing and self.removed is None
        if action == "gap":
            return self._kind() is not Kind.PREDICT if self.query("#kind") else False
        return True


def form_of(engine: Engine, card_id: str) -> MakeScreen | None:
    """The form of a card of one's own; None for others, and for what it cannot hold."""
    note = engine.card(card_id).note
    draft = engine.draft_of(card_id) if engine.is_own(note) else None
    if draft is None or not can_hold(draft):
        return None
    titles = {deck.topic: deck.title.read_in(engine.language) for deck in engine.own_decks()}
    return MakeScreen(titles.get(note.topic, note.topic), draft)


def can_hold(draft: Draft) -> bool:
    """Whether the form gives a draft back as it is."""
    return (
        _pieces(", ".join(draft.tags), ",") == draft.tags
        and _pieces("; ".join(draft.accept), ";") == draft.accept
        and _options(_options_text(draft.options)) == draft.options
    )


def _pieces(text: str, sign: str) -> tuple[str, ...]:
    return tuple(piece for each in text.split(sign) if (piece := each.strip()))


def _options(text: str) -> tuple[tuple[str, bool], ...]:
    """Options as typed, one a line; a star and a blank before it make one right."""
    lines = (line.strip() for line in text.split("\n"))
    return tuple((line.removeprefix("* ").strip(), line.startswith("* ")) for line in lines if line)


def _options_text(options: tuple[tuple[str, bool], ...]) -> str:
    return "\n".join(f"* {text}" if right else text for text, right in options)


def _select_word(area: TextArea) -> None:
    """Select the word that the cursor is in or right behind, if there is one."""
    row, column = area.cursor_location
    for word in re.finditer(r"\w+", area.document.get_line(row)):
        if word.start() <= column <= word.end():
            area.move_cursor((row, word.start()))
            area.move_cursor((row, word.end()), select=True)
