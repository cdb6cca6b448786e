"""The line that names a screen's pages. Owns the mark on one; leaves switching to the screen."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events
from textual.content import Content
from textual.message import Message
from textual.widget import Widget

_WIDEST = 4
"""Cells between two names, where there is room."""


class PageBar(Widget):
    """`F2 Task  F3 Code  F4 Results`; the present page is underlined and bold."""

    ALLOW_SELECT = False

    class Picked(Message):
        """The learner clicks on a page's name."""

        def __init__(self, page: str) -> None:
            super().__init__()
            self.page = page

    def __init__(self) -> None:
        super().__init__(id="pagebar")
        self.pages: Sequence[tuple[str, str, str]] = ()
        self.present = ""
        self._ends: list[tuple[int, str]] = []

    def show(self, pages: Sequence[tuple[str, str, str]], present: str) -> None:
        """Show `pages`, (name, key, label) each, with `present` marked."""
        self.pages, self.present = pages, present
        self.refresh()

    def render(self) -> Content:
        """All names on one line."""
        pieces, self._ends, at = [], [], 0
        told = sum(Content(f"{key} {label}").cell_length for _, key, label in self.pages)
        room = (self.size.width - told) // max(1, len(self.pages) - 1)
        gap = " " * max(1, min(_WIDEST, room))
        for name, key, label in self.pages:
            style = "bold underline $text-primary" if name == self.present else "$quiet"
            piece = Content.assemble((f"{key} ", "$quiet"), (label, style), gap)
            at += piece.cell_length
            self._ends.append((at, name))
            pieces.append(piece)
        return Content("").join(pieces)

    def on_click(self, event: events.Click) -> None:
        """Ask for the page under the mouse."""
        for end, name in self._ends:
            if event.x < end:
                self.post_message(self.Picked(name))
                return
