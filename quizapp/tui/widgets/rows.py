"""Rows of a list: something on the left, figures on the right. Owns their fit to any width."""

# ruff: noqa: ARG002 - the signatures are those of Textual's Visual
from __future__ import annotations

from textual.content import Content
from textual.css.styles import RulesMap
from textual.strip import Strip
from textual.style import Style
from textual.visual import RenderOptions, Visual


class Row(Visual):
    """One line; the left part gives way when there is not room for both."""

    def __init__(self, left: Content, right: Content) -> None:
        self.left = left
        self.right = right

    @property
    def plain(self) -> str:
        """Both parts without styles."""
        return f"{self.left.plain} {self.right.plain}".strip()

    def get_optimal_width(self, rules: RulesMap, container_width: int) -> int:
        """As wide as the container."""
        return container_width

    def get_height(self, rules: RulesMap, width: int) -> int:
        """One line."""
        return 1

    def render_strips(
        self, width: int, height: int | None, style: Style, options: RenderOptions
    ) -> list[Strip]:
        """The line, `width` cells wide."""
        room = max(1, width - self.right.cell_length - 1)
        left = self.left.truncate(room, ellipsis=True)
        gap = max(0, width - left.cell_length - self.right.cell_length)
        line = Content("").join([left, Content(" " * gap), self.right])
        return line.render_strips(width, 1, style, RenderOptions(options.get_style, {}, None, None))


def count(number: int, style: str, width: int = 5) -> Content:
    """A figure right-aligned in `width` cells; nothing is a faint dot."""
    text = str(number) if number else "·"
    return Content(text.rjust(width)).stylize(style if number else "$faint")
