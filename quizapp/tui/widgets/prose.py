"""A page of Markdown. Owns drawing blocks at any width; leaves parsing to `text.markdown`.

The page is one widget and one visual: a new text repaints it in one step, without mounting
anything, so that cards follow each other without a flicker.
"""

# ruff: noqa: ARG002 - the signatures are those of Textual's Visual
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from rich.segment import Segment
from textual.content import Content
from textual.css.styles import RulesMap
from textual.strip import Strip
from textual.style import Style
from textual.visual import RenderOptions, Visual
from textual.widgets import Static

from quizapp.tui.text.markdown import Block, blocks

GROUND = "on $panel"
"""The ground of a code block."""


class Page(Visual):
    """Blocks, one below the other."""

    def __init__(self, content: Sequence[Block]) -> None:
        self.blocks = content
        self._strips: tuple[tuple[int, Style], list[Strip]] | None = None

    @property
    def plain(self) -> str:
        """The text without styles, block by block."""
        return "\n".join(f"{block.first.plain}{block.content.plain}" for block in self.blocks)

    def get_optimal_width(self, rules: RulesMap, container_width: int) -> int:
        """The width of the longest line, at most the container's."""
        widths = [
            block.first.cell_length + max(line.cell_length for line in block.content.split("\n"))
            for block in self.blocks
        ]
        return min(max(widths, default=0) + 2, container_width)

    def get_height(self, rules: RulesMap, width: int) -> int:
        """Lines at `width` cells."""
        height = 0
        for number, block in enumerate(self.blocks):
            room = max(1, width - block.first.cell_length)
            if block.filled:
                # Folded like everything else: a line of code that is cut off cannot be read.
                height += block.content.get_height({}, max(1, room - 2))
            else:
                height += block.content.get_height({}, room)
            height += block.gap if number else 0
        return height

    def render_strips(
        self, width: int, height: int | None, style: Style, options: RenderOptions
    ) -> list[Strip]:
        """The page at `width` cells; cut at `height` lines unless that is None."""
        plain = RenderOptions(options.get_style, {}, None, None)
        strips: list[Strip] = []
        for number, block in enumerate(self.blocks):
            if number:
                strips += [Strip.blank(width, style.rich_style)] * block.gap
            strips += _drawn(block, width, style, plain)
        return strips if height is None else strips[:height]


def _drawn(block: Block, width: int, style: Style, options: RenderOptions) -> list[Strip]:
    room = max(1, width - block.first.cell_length)
    if block.filled:
        ground = style + options.get_style(GROUND)
        lines = [
            _padded(line, 1, room, ground)
            for line in block.content.render_strips(max(1, room - 2), None, ground, options)
        ]
    else:
        lines = [
            line.adjust_cell_length(room, style.rich_style)
            for line in block.content.render_strips(room, None, style, options)
        ]
    if not block.first.plain:
        return lines
    lead = block.first.render_strips(block.first.cell_length, 1, style, options)[0]
    repeated = block.first.plain.startswith("▎")
    rest = lead if repeated else Strip.blank(block.first.cell_length, style.rich_style)
    return [Strip.join([rest if index else lead, line]) for index, line in enumerate(lines)]


def _padded(line: Strip, margin: int, width: int, ground: Style) -> Strip:
    edge = Strip([Segment(" " * margin, ground.rich_style)], margin)
    inner = line.adjust_cell_length(width - margin, ground.rich_style)
    return Strip.join([edge, inner])


class Prose(Static):
    """A widget that shows Markdown, or blocks made elsewhere."""

    ALLOW_SELECT = False

    def __init__(self, text: str = "", *, id: str | None = None, classes: str = "") -> None:
        super().__init__(Page(blocks(text)), id=id, classes=f"prose {classes}".strip())
        self.text = text

    def show(self, text: str, *more: Block) -> None:
        """Show the Markdown `text`, followed by the blocks `more`."""
        self.show_blocks([*blocks(text), *more], text)

    def show_blocks(self, content: Sequence[Block], text: str = "") -> None:
        """Show blocks as they are; `text` is what `self.text` says of them."""
        page = Page(content)
        self.text = text or page.plain
        self.update(page)

    @property
    def plain(self) -> str:
        """What is shown, without styles."""
        return self.visual.plain if isinstance(self.visual, Page) else ""


def spaced(content: Content, gap: int = 1) -> Block:
    """A paragraph made of `content`, `gap` lines below what is above it."""
    return Block(content, gap=gap)


def close(block: Block) -> Block:
    """`block` right below what is above it."""
    return replace(block, gap=0)
