"""A list of cards as long as one likes. Owns the cursor, the marks and drawing what is in sight.

It knows ids; a card is read when its line comes into sight, so that 100,000 of them open as fast as
ten. What a line says is drawn by `hitrow`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

from textual import events
from textual.binding import BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.visual import Visual

from quizapp.engine.types import CardRow
from quizapp.tui.keys import bindings
from quizapp.tui.widgets.hitrow import Line, pending

_KEPT = 2000
"""Cards whose lines are remembered; more are only in sight one after the other."""


class HitList(ScrollView, can_focus=True):
    """Cards, one a line.

    Args:
        load: ids -> rows of those that are known, in order.
        draw: a row, and whether it is marked -> its line.
    """

    ALLOW_SELECT = False
    COMPONENT_CLASSES: ClassVar[set[str]] = {"hits--cursor", "hits--cursor-focus", "hits--marked"}
    BINDINGS: ClassVar[list[BindingType]] = bindings(
        "hits",
        ("down,j", "move(1)", "Down", "One row down", "hidden"),
        ("up,k", "move(-1)", "Up", "One row up", "hidden"),
        ("pagedown", "page(1)", "Page down", "One page down", "hidden"),
        ("pageup", "page(-1)", "Page up", "One page up", "hidden"),
        ("home,g", "go(0)", "First", "The first row", "hidden"),
        ("end,G", "go(-1)", "Last", "The last row", "hidden"),
    )

    cursor: reactive[int] = reactive(0, repaint=False)

    class Moved(Message):
        """The cursor stands on another card, or on none."""

    class Opened(Message):
        """A card was clicked twice."""

    def __init__(
        self,
        load: Callable[[Sequence[str]], Sequence[CardRow]],
        draw: Callable[[CardRow, bool], Line],
    ) -> None:
        super().__init__(id="hits")
        self._load = load
        self._draw = draw
        self._rows: dict[str, CardRow] = {}
        self.ids: Sequence[str] = ()
        self.marked: set[str] = set()

    # -- what is shown ------------------------------------------------------------------------

    def show(self, ids: Sequence[str]) -> None:
        """Show other cards; the cursor stays on its card where it is among them."""
        present = self.present
        self.ids = ids
        self._rows.clear()
        self.marked.intersection_update(ids)
        self._fit()
        place = ids.index(present) if present in ids else 0
        self.set_reactive(HitList.cursor, place)
        self.scroll_to(y=max(0, place - self.size.height // 2) if place else 0, animate=False)
        self.refresh()
        self.post_message(self.Moved())

    def extend(self, ids: Sequence[str]) -> None:
        """Show the first cards of a search that goes on; what is marked stays."""
        self.ids = ids
        self._fit()
        if self.cursor >= len(ids):
            self.cursor = 0
        self.refresh()

    def reread(self) -> None:
        """Show the same cards as they are now."""
        self._rows.clear()
        self.refresh()
        self.post_message(self.Moved())

    def on_resize(self) -> None:
        """Lines are as wide as the list."""
        self._fit()

    def _fit(self) -> None:
        self.virtual_size = Size(self.scrollable_content_region.width, len(self.ids))

    @property
    def present(self) -> str | None:
        """Id of the card at the cursor; None in an empty list."""
        return self.ids[self.cursor] if self.cursor < len(self.ids) else None

    @property
    def chosen(self) -> list[str]:
        """Ids of the marked cards, in order; of the one at the cursor where none is marked."""
        if self.marked:
            return [item for item in self.ids if item in self.marked]
        return [self.present] if self.present is not None else []

    def render_line(self, y: int) -> Strip:
        """One line, as it is drawn now."""
        width, index = self.scrollable_content_region.width, y + self.scroll_offset.y
        if index >= len(self.ids):
            return Strip.blank(width, self.rich_style)
        item = self.ids[index]
        row = self._row(index)
        marked = item in self.marked
        line = pending(item) if row is None else self._draw(row, marked)
        names = ["hits--marked"] if marked else []
        if index == self.cursor:
            names.append("hits--cursor-focus" if self.has_focus else "hits--cursor")
        style = self.get_visual_style(*names) if names else self.visual_style
        strips = Visual.to_strips(self, line, width, 1, style, apply_selection=False)
        return strips[0].adjust_cell_length(width, style.rich_style)

    def _row(self, index: int) -> CardRow | None:
        """The card of a line, read together with all others in sight."""
        item = self.ids[index]
        if item not in self._rows:
            if len(self._rows) > _KEPT:
                self._rows.clear()
            first = self.scroll_offset.y
            sight = self.ids[min(first, index) : max(first + self.size.height, index + 1)]
            missing = [each for each in sight if each not in self._rows]
            self._rows.update((row.schedule.item, row) for row in self._load(missing))
        return self._rows.get(item)

    # -- moving and marking -------------------------------------------------------------------

    def watch_cursor(self, old: int, new: int) -> None:
        """Bring the line into sight and say so."""
        self.reveal()
        for index in (old, new):
            self._repaint(index)
        self.post_message(self.Moved())

    def reveal(self) -> None:
        """Bring the cursor into sight."""
        top, height, place = self.scroll_offset.y, self.size.height, self.cursor
        if height and not top <= place < top + height:
            self.scroll_to(y=place if place < top else place - height + 1, animate=False)

    def validate_cursor(self, cursor: int) -> int:
        """A line of the list."""
        return max(0, min(cursor, len(self.ids) - 1))

    def watch_has_focus(self, has_focus: bool) -> None:
        """The cursor shows whether the list has the focus."""
        super().watch_has_focus(has_focus)
        self._repaint(self.cursor)

    def _repaint(self, index: int) -> None:
        self.refresh(Region(0, index - self.scroll_offset.y, self.size.width, 1))

    def action_move(self, step: int) -> None:
        """Move the cursor by a line."""
        self.cursor += step

    def action_page(self, step: int) -> None:
        """Move the cursor by a page."""
        self.cursor += step * max(1, self.size.height - 1)

    def action_go(self, place: int) -> None:
        """Move the cursor to the first line, or to the last."""
        self.cursor = place if place >= 0 else len(self.ids) - 1

    def toggle(self) -> None:
        """Mark the card at the cursor, or unmark it; go on to the next."""
        if self.present is not None:
            self.marked ^= {self.present}
            self._repaint(self.cursor)
            self.cursor += 1

    def toggle_all(self) -> None:
        """Mark all cards; none where all are marked."""
        self.marked = set() if len(self.marked) == len(self.ids) else set(self.ids)
        self.refresh()

    def on_click(self, event: events.Click) -> None:
        """The cursor comes to the mouse; a second click opens the card."""
        index = event.y + self.scroll_offset.y
        if index < len(self.ids):
            self.cursor = index
            if event.chain > 1:
                self.post_message(self.Opened())
