"""Ways to answer a card: choosing, typing a line, typing several. Owns the input; judges nothing.

Each way is made at the first card that needs it, and from then on only shown and hidden: the first
card is painted sooner, and the next one without mounting anything.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from quizapp.domain.cards import Kind
from quizapp.tui.text.markdown import Block, blocks
from quizapp.tui.widgets.inorder import TextLine
from quizapp.tui.widgets.prose import Page
from quizapp.tui.words import say

if TYPE_CHECKING:
    from quizapp.tui.widgets.area import AnswerArea

REVEALED = frozenset({Kind.BASIC, Kind.REVERSED, Kind.CLOZE})
"""Kinds that are answered in the head and then revealed."""


class ChoiceList(OptionList):
    """Options to tick; one at a time when only one is right."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "tick", "Tick", tooltip="Tick this option, or untick it"),
        Binding("enter", "give", "Answer", tooltip="Answer with the ticked options"),
        *(
            Binding(
                str(number),
                f"tick({number})",
                "Tick",
                show=False,
                tooltip="Tick the option of that number",
            )
            for number in range(1, 10)
        ),
    ]

    class Chosen(Message):
        """The learner answers with these options, counted from 0."""

        def __init__(self, chosen: frozenset[int]) -> None:
            super().__init__()
            self.chosen = chosen

    def __init__(self) -> None:
        super().__init__(id="choices", markup=False)
        self.texts: Sequence[str] = ()
        self.several = False
        self.ticked: set[int] = set()
        self.right: frozenset[int] | None = None

    def ask(self, texts: Sequence[str], *, several: bool) -> None:
        """Offer the options `texts`, none of them ticked."""
        self.texts, self.several, self.right = texts, several, None
        self.ticked = set()
        self.clear_options()
        self.add_options(Option(self._row(index), id=str(index)) for index in range(len(texts)))
        self.highlighted = 0
        self.disabled = False

    def reword(self, texts: Sequence[str]) -> None:
        """Show the same options in other words (another language)."""
        self.texts = texts
        self._repaint()

    def solve(self, right: Collection[int]) -> None:
        """Show which options were right; no more ticking."""
        self.right = frozenset(right)
        self.disabled = True
        self._repaint()

    def _repaint(self) -> None:
        for index in range(len(self.texts)):
            self.replace_option_prompt_at_index(index, self._row(index))

    def _row(self, index: int) -> Page:
        on, off = ("■", "□") if self.several else ("●", "○")
        mark = on if index in self.ticked else off
        first = Content.assemble(
            (f"{index + 1} ", "$quiet"), (f"{mark} ", "bold $primary" if mark == on else "$quiet")
        )
        content = blocks(self.texts[index]) or [Block(Content(""))]
        head = content[0]
        verdict = self._verdict(index)
        rows = [
            Block(
                Content("  ").join([head.content, verdict]) if verdict else head.content,
                first=first,
                filled=head.filled,
            )
        ]
        indent = Content(" " * first.cell_length)
        rows += [Block(block.content, indent, block.filled, block.gap) for block in content[1:]]
        return Page(rows)

    def _verdict(self, index: int) -> Content | None:
        if self.right is None:
            return None
        if index in self.right:
            return Content(f"✓ {say('right')}").stylize("bold $text-success")
        if index in self.ticked:
            return Content(f"✗ {say('not right')}").stylize("bold $text-error")
        return None

    def action_tick(self, number: int = 0) -> None:
        """Tick or untick option `number`, counted from 1; 0 stands for the one at the cursor."""
        index = number - 1 if number else self.highlighted
        if index is None or not 0 <= index < len(self.texts):
            return
        if index in self.ticked:
            self.ticked.discard(index)
        else:
            self.ticked = {*self.ticked, index} if self.several else {index}
        self.highlighted = index
        self._repaint()

    def action_give(self) -> None:
        """Answer; where nothing is ticked and one option is right, with the one at the cursor."""
        if not self.ticked and not self.several and self.highlighted is not None:
            self.action_tick()
        self.post_message(self.Chosen(frozenset(self.ticked)))

    async def _on_click(self, event: events.Click) -> None:
        """A click ticks instead of selecting."""
        event.prevent_default()
        clicked = event.style.meta.get("option")
        if clicked is not None and not self.disabled:
            self.action_tick(clicked + 1)


class AnswerLine(TextLine):
    """A line to type an answer into."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "submit", "Answer", tooltip="Answer with what is typed; nothing: no idea"),
    ]

    def __init__(self) -> None:
        super().__init__(id="line", select_on_focus=False)


class AnswerBox(Container):
    """The way to answer that the present card asks for."""

    _how = ""

    class Given(Message):
        """The learner has answered: with a text, or with the options ticked."""

        def __init__(self, attempt: str | frozenset[int]) -> None:
            super().__init__()
            self.attempt = attempt

    def compose(self) -> ComposeResult:
        """How to answer; the ways follow when they are needed."""
        yield Static(id="how")

    def _way(self) -> ChoiceList | AnswerLine | AnswerArea | None:
        """The way that is shown."""
        return next((way for way in self.query(".way").results() if way.display), None)  # type: ignore[return-value]

    async def _made(self, kind: Kind) -> ChoiceList | AnswerLine | AnswerArea:
        """The way to answer a card of `kind`, mounted."""
        name = {Kind.CHOICE: "#choices", Kind.TYPED: "#line"}.get(kind, "#area")
        for known in self.query(name).results():
            return known  # type: ignore[return-value]
        way: ChoiceList | AnswerLine | AnswerArea
        if kind is Kind.CHOICE:
            way = ChoiceList()
        elif kind is Kind.TYPED:
            way = AnswerLine()
        else:
            from quizapp.tui.widgets.area import AnswerArea

            way = AnswerArea()
        way.add_class("way")
        await self.mount(way)
        return way

    async def ask(self, kind: Kind, options: Sequence[str] = (), *, several: bool = False) -> None:
        """Show the way to answer a card of `kind`, empty, and focus it.

        Args:
            kind: none of those that are only revealed.
            options: of a choice card, in the order in which they are shown.
            several: whether more than one of them is right.
        """
        way = await self._made(kind)
        self.display = True
        for other in self.query(".way"):
            other.display = other is way
        self.explain(kind, several=several)
        self.query_one("#how").display = True
        way.disabled = False
        if isinstance(way, ChoiceList):
            way.ask(options, several=several)
        elif isinstance(way, AnswerLine):
            way.value = ""
        else:
            way.text = ""
        way.focus(scroll_visible=False)

    def explain(self, kind: Kind, *, several: bool = False) -> None:
        """Say how to answer."""
        how = {
            Kind.CHOICE: say("Several may be right.") if several else say("One is right."),
            Kind.TYPED: say("Type your answer, then Enter. Nothing typed: no idea."),
            Kind.PREDICT: say("Type what it prints, then Enter (a new line: Ctrl+J)."),
        }
        self._how = how.get(kind, "")
        self.query_one("#how", Static).update(Content(self._how))

    def on_descendant_focus(self) -> None:
        """Say how to answer again."""
        self.query_one("#how", Static).update(Content(self._how))

    def on_descendant_blur(self) -> None:
        """Say that what is pressed now is not typed, and how to go on."""
        way = self._way()
        if way is not None and not way.disabled and not way.has_focus:
            told = say("Letters are keys now. Enter: back to your answer.")
            self.query_one("#how", Static).update(Content(told))

    def reword(self, kind: Kind, options: Sequence[str], *, several: bool) -> None:
        """Show the same question in the other language; what was typed or ticked stays."""
        self.explain(kind, several=several)
        way = self._way()
        if isinstance(way, ChoiceList):
            way.reword(options)

    def hold(self) -> None:
        """No more typing: the answer is given, and stays on the screen."""
        if way := self._way():
            way.disabled = True

    def close_up(self) -> None:
        """The card is answered: keep the answer, and leave the room to what is said about it."""
        self.hold()
        self.query_one("#how").display = False

    def release(self) -> None:
        """Let the learner go on typing."""
        if way := self._way():
            way.disabled = False
            way.focus(scroll_visible=False)

    def solve(self, right: Collection[int]) -> None:
        """Show which options were right."""
        way = self._way()
        if isinstance(way, ChoiceList):
            way.solve(right)

    def on_choice_list_chosen(self, event: ChoiceList.Chosen) -> None:
        """Hand the ticked options on."""
        event.stop()
        self.post_message(self.Given(event.chosen))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Hand the line on."""
        event.stop()
        self.post_message(self.Given(event.value))
