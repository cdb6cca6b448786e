"""All keys of a screen. Owns the table; the rows are made from the bindings themselves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.content import Content
from textual.dom import DOMNode
from textual.screen import Screen
from textual.widgets import Static

from quizapp.tui.screens.base import Activity
from quizapp.tui.text.markdown import Block
from quizapp.tui.widgets.prose import Prose
from quizapp.tui.words import say

_KEY_COLUMN = 16


class HelpScreen(Activity):
    """The keys of the screen that was left for it.

    Args:
        about: that screen.
    """

    CSS_PATH = Path(__file__).with_name("pages.tcss")
    AUTO_FOCUS: ClassVar[str | None] = "#keys"

    def __init__(self, about: Screen[object]) -> None:
        super().__init__()
        self.about = about

    def content(self) -> ComposeResult:
        """A heading and the table."""
        yield Static(id="heading")
        with VerticalScroll(id="keys", can_focus=True):
            yield Prose(id="key-table")

    def on_mount(self) -> None:
        """Make the table."""
        self.language_changed()

    def language_changed(self) -> None:
        """Make the table in the language spoken now."""
        super().language_changed()
        self.query_one("#heading", Static).update(Content(say("Keys")).stylize("bold"))
        self.query_one("#key-table", Prose).show_blocks(list(self._table()))

    def _table(self) -> Iterator[Block]:
        yield from self._section(say("This screen"), self._of(self.about))
        seen: set[type[DOMNode]] = set()
        for widget in self.about.query("*"):
            own = widget.__class__.__dict__.get("BINDINGS")
            if own and type(widget) not in seen and type(widget).__module__.startswith("quizapp"):
                seen.add(type(widget))
                yield from self._section(_title(type(widget)), self._of(widget))
        yield from self._section(say("Everywhere"), self._of(self.app))

    def _of(self, node: DOMNode) -> list[Binding]:
        """Bindings that our own classes of `node` declare, one for each action."""
        declared: dict[str, list[Binding]] = {}
        for kind in type(node).__mro__:
            ours = kind.__module__.startswith("quizapp")
            above = {binding.key for group in declared.values() for binding in group}
            for binding in Binding.make_bindings(kind.__dict__.get("BINDINGS", [])):
                told = (ours or binding.action == "quit") and binding.tooltip
                if told and binding.key not in above:
                    same = f"{binding.action.partition('(')[0]} {binding.tooltip}"
                    declared.setdefault(same, []).append(binding)
        return [_joined(group) for group in declared.values()]

    def _section(self, title: str, bindings: Iterable[Binding]) -> Iterator[Block]:
        rows = list(bindings)
        if not rows:
            return
        yield Block(Content(title).stylize("bold $text-primary"))
        for binding in rows:
            keys = Content(binding.key).stylize("bold")
            first = keys.pad_right(max(1, _KEY_COLUMN - keys.cell_length))
            yield Block(Content(say(binding.tooltip)), first=first, gap=0)


def _title(kind: type[DOMNode]) -> str:
    return say(
        {
            "Choices": "In the lists",
            "HitList": "In the list of cards",
            "ChoiceList": "In the options",
            "AnswerLine": "In the answer's line",
            "AnswerArea": "In the answer's area",
            "CodeEditor": "In the code",
            "SettingList": "In the list of settings",
            "ValueLine": "In a setting's value",
            "CardArea": "In the card's texts",
            "Chooser": "In the choices of one line",
        }.get(kind.__name__, kind.__name__)
    )


def _joined(group: list[Binding]) -> Binding:
    """One binding that shows all keys of its group."""
    from textual.keys import format_key

    shown = " ".join(dict.fromkeys(format_key(binding.key) for binding in group))
    return Binding(shown, group[0].action, group[0].description, tooltip=group[0].tooltip)
