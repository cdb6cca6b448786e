"""Choosing a flag. Owns the list and its keys; leaves keeping the flag to who asked."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from quizapp.domain.memory import FLAGS
from quizapp.tui.keys import bindings
from quizapp.tui.widgets.heading import flag_shown
from quizapp.tui.words import say


class FlagPicker(ModalScreen[int]):
    """Asks for a flag; ends with its number, 0 for none, -1 when nothing is to change.

    Args:
        flag: the present one.
        cards: how many cards get it.
    """

    CSS_PATH = Path(__file__).with_name("flag.tcss")
    AUTO_FOCUS = "#flags"
    BINDINGS: ClassVar[list[BindingType]] = bindings(
        "flag",
        ("0", "pick(0)", "Flag", "The flag of that number; 0 for none", "hidden"),
        ("1", "pick(1)", "Flag", "The flag of that number; 0 for none", "hidden"),
        ("2", "pick(2)", "Flag", "The flag of that number; 0 for none", "hidden"),
        ("3", "pick(3)", "Flag", "The flag of that number; 0 for none", "hidden"),
        ("4", "pick(4)", "Flag", "The flag of that number; 0 for none", "hidden"),
        ("5", "pick(5)", "Flag", "The flag of that number; 0 for none", "hidden"),
        ("6", "pick(6)", "Flag", "The flag of that number; 0 for none", "hidden"),
        ("7", "pick(7)", "Flag", "The flag of that number; 0 for none", "hidden"),
        ("escape,f", "leave", "Back", "Go back; nothing happens"),
    )

    def __init__(self, flag: int, cards: int = 1) -> None:
        super().__init__()
        self.flag = flag
        self.cards = cards

    def compose(self) -> ComposeResult:
        """A row a flag; a sign marks the present one."""
        with Vertical(id="flag-box"):
            question = say("Flag this card: 0 to 7")
            if self.cards > 1:
                question = say("Flag {n} cards: 0 to 7", n=self.cards)
            yield Static(question, markup=False)
            yield OptionList(
                *(Option(self._row(flag), id=f"flag-{flag}") for flag in FLAGS),
                id="flags",
                markup=False,
            )

    def _row(self, flag: int) -> Content:
        mark = "▸" if flag == self.flag else " "
        shown = flag_shown(flag) if flag else Content(f"  0 {say('no flag')}")
        return Content.assemble((f"{mark} ", "bold"), shown)

    def on_mount(self) -> None:
        """Begin at the present flag."""
        self.query_one(OptionList).highlighted = self.flag

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """End with the row's flag."""
        self.dismiss(event.option_index)

    def action_pick(self, flag: int) -> None:
        """End with a flag."""
        self.dismiss(flag)

    def action_leave(self) -> None:
        """End without."""
        self.dismiss(-1)
