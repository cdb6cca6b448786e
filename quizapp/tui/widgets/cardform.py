"""The fields of a card. Owns which ones a kind has and the way between them and a draft.

Leaves what is right to the engine, and saving to the screen.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.suggester import SuggestFromList
from textual.widgets import Input, Static, TextArea

from quizapp.domain.cards import AnswerType, Kind
from quizapp.tui.widgets.chooser import Chooser
from quizapp.tui.widgets.inorder import KeysInOrder, TextLine
from quizapp.tui.words import say

if TYPE_CHECKING:
    from quizapp.engine.making import Draft

_MARK = re.compile(r"\{\{c(\d)::")
_FIELDS = {
    Kind.BASIC: ("front", "back"),
    Kind.REVERSED: ("front", "back"),
    Kind.CLOZE: ("front", "back"),
    Kind.TYPED: ("front", "compare", "answer", "back", "given"),
    Kind.CHOICE: ("front", "options", "back", "given"),
    Kind.PREDICT: ("code", "back", "given"),
}
"""Kind -> the fields that it has, besides deck, kind and tags."""

_OF_ANSWER = {
    AnswerType.TEXT: ("accept",),
    AnswerType.NUMBER: ("tolerance", "setup"),
    AnswerType.SHAPE: ("setup",),
    AnswerType.EXPRESSION: ("setup",),
}
"""Type of a typed answer -> the further fields that it has."""

_AREAS = ("front", "code", "options", "back", "given", "setup")
_LINES = ("compare", "answer", "tolerance", "accept")


class CardArea(KeysInOrder, TextArea):
    """Several lines of a card."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+z", "undo", "Undo", show=False, tooltip="Take the last change back"),
        Binding("ctrl+y", "redo", "Redo", show=False, tooltip="Make the change again"),
    ]

    def __init__(self, name: str, text: str) -> None:
        super().__init__(text, id=name, tab_behavior="focus", compact=True, soft_wrap=True)


class CardForm(VerticalScroll):
    """The form.

    Args:
        draft: what it begins with.
        deck: what it says for the deck.
        decks: titles to choose from.
        id: of the widget.
    """

    class Changed(Message):
        """Something else is typed or chosen."""

    def __init__(self, draft: Draft, deck: str, decks: list[str], *, id: str | None = None) -> None:
        super().__init__(id=id, can_focus=False)
        self.begun = draft
        self._deck, self._decks = deck, decks

    def compose(self) -> ComposeResult:
        """All fields, of which `fit` shows those of the kind."""
        draft = self.begun
        suggester = SuggestFromList(self._decks, case_sensitive=False) if self._decks else None
        deck = TextLine(self._deck, id="deck", suggester=suggester)
        deck.disabled = bool(draft.id)
        yield from self._line("deck", deck)
        yield from self._line("kind", Chooser([kind.value for kind in Kind], id="kind"))
        yield from self._area("front", draft.front)
        yield from self._area("code", draft.code)
        yield from self._area("options", _options_text(draft.options))
        kinds = [kind.value for kind in AnswerType]
        yield from self._line("compare", Chooser(kinds, id="compare"))
        yield from self._line("answer", TextLine(draft.answer, id="answer"))
        yield from self._line("tolerance", TextLine(draft.tolerance, id="tolerance"))
        yield from self._line("accept", TextLine("; ".join(draft.accept), id="accept"))
        yield from self._area("back", draft.back)
        yield from self._area("given", draft.given)
        yield from self._area("setup", draft.setup)
        tags = TextLine(", ".join(draft.tags), id="tags", select_on_focus=False)
        yield from self._line("tags", tags)

    def _line(self, name: str, widget: Input | Chooser) -> ComposeResult:
        with Container(id=f"field-{name}", classes="field -line"):
            yield Static(id=f"label-{name}", classes="label")
            yield widget

    def _area(self, name: str, text: str) -> ComposeResult:
        with Container(id=f"field-{name}", classes="field"):
            yield Static(id=f"label-{name}", classes="label")
            yield CardArea(name, text)

    def on_mount(self) -> None:
        """Choose what the draft says."""
        with self.prevent(Chooser.Changed):
            self._chooser("kind").value = self.begun.kind.value
            self._chooser("compare").value = self.begun.answer_type.value
        self.reword()
        self.fit()

    def reword(self) -> None:
        """Name everything in the language spoken now."""
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
            "given": say("Drawn anew each time, for {{name}}"),
            "setup": say("Code that runs before the answer"),
        }
        for name, word in words.items():
            self.query_one(f"#label-{name}", Static).update(Content(word))
        self.query_one("#tags", Input).placeholder = say("apart by commas")
        self.query_one("#accept", Input).placeholder = say("apart by semicolons")
        self.query_one("#given", CardArea).placeholder = say("one a line, as n: int 2, 6")
        for chooser in self.query(Chooser):
            chooser.refresh(layout=True)

    def fit(self) -> None:
        """Show the fields that the kind has."""
        for name in (*_AREAS, *_LINES):
            self.query_one(f"#field-{name}").display = self._has(name)

    def _has(self, name: str) -> bool:
        fields = _FIELDS[self.kind]
        return name in fields or ("answer" in fields and name in _OF_ANSWER[self._compare])

    def _chooser(self, name: str) -> Chooser:
        return self.query_one(f"#{name}", Chooser)

    @property
    def kind(self) -> Kind:
        """The kind that is chosen."""
        return Kind(self._chooser("kind").value)

    @property
    def _compare(self) -> AnswerType:
        return AnswerType(self._chooser("compare").value)

    @property
    def deck(self) -> str:
        """What is typed for the deck."""
        return self.query_one("#deck", Input).value

    @property
    def draft(self) -> Draft:
        """What the form says."""
        from quizapp.engine.making import Draft as Typed

        kind, compare = self.kind, self._compare

        def area(name: str) -> str:
            text = self.query_one(f"#{name}", CardArea).text
            return text.strip("\n").rstrip() if self._has(name) else ""

        def line(name: str) -> str:
            return self.query_one(f"#{name}", Input).value.strip() if self._has(name) else ""

        return Typed(
            kind,
            self.begun.front if kind is Kind.PREDICT else area("front").strip(),
            area("back").strip(),
            _pieces(self.query_one("#tags", Input).value, ","),
            line("answer"),
            compare if kind is Kind.TYPED else AnswerType.TEXT,
            line("tolerance"),
            _pieces(line("accept"), ";"),
            _options(area("options")),
            area("code"),
            self.begun.id,
            area("given").strip(),
            area("setup"),
        )

    @on(Chooser.Changed)
    def _chosen(self, event: Chooser.Changed) -> None:
        event.stop()
        self.fit()
        self.post_message(self.Changed())

    @on(Input.Changed)
    @on(TextArea.Changed)
    def _typed(self, event: Input.Changed | TextArea.Changed) -> None:
        event.stop()
        self.post_message(self.Changed())

    def empty(self) -> None:
        """Empty what belongs to one card; deck, kind and tags stay for the next."""
        for area in self.query(CardArea):
            area.load_text("")
        for name in ("answer", "tolerance", "accept"):
            self.query_one(f"#{name}", Input).value = ""

    def focus_first(self) -> None:
        """Go to the first field to write in."""
        name = "code" if self.kind is Kind.PREDICT else "front"
        self.screen.set_focus(self.query_one(f"#{name}"))  # at once: letters may be waiting

    def focus_field(self, name: str) -> None:
        """Go to the field of that name, if there is one."""
        for widget in self.query(f"#{name}" if re.fullmatch("[a-z]+", name) else "#none"):
            if widget.focusable:
                widget.focus()

    def hide_words(self) -> bool:
        """Hide the marked words, or the one at the cursor, as the next gap of a cloze card.

        Returns:
            Whether the front is written in, where alone there are gaps.
        """
        area = self.query_one("#front", CardArea)
        if not area.has_focus:
            return False
        if self.kind is not Kind.CLOZE:
            self._chooser("kind").value = Kind.CLOZE.value
        if not area.selected_text:
            _select_word(area)
        number = min(max(map(int, _MARK.findall(area.text)), default=0) + 1, 9)
        hidden, (start, end) = area.selected_text, sorted(area.selection)
        area.replace(f"{{{{c{number}::{hidden}}}}}", start, end)
        if not hidden:
            area.move_cursor_relative(columns=-2)
        return True


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
