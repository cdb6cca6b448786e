"""The card on the screen: question, way to answer, verdict, back, source. Owns how it is shown.

It asks the engine for texts and decides nothing: what was answered and how it compares comes from
the session's screen.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from quizapp.domain.cards import AnswerType, Kind
from quizapp.tui.text.markdown import Block
from quizapp.tui.text.safe import escaped
from quizapp.tui.widgets.answering import REVEALED, AnswerBox
from quizapp.tui.widgets.meters import Waiting
from quizapp.tui.widgets.prose import Prose
from quizapp.tui.words import say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from quizapp.engine import Engine
    from quizapp.engine.pictures import Picture
    from quizapp.engine.prompts import Prompt
    from quizapp.engine.types import Assessment


class CardFace(VerticalScroll, can_focus=True):
    """One card, front and, once it is answered, back.

    Args:
        engine: where texts come from.
    """

    def __init__(self, engine: Engine) -> None:
        super().__init__(id="card")
        self.engine = engine
        self.prompt: Prompt | None = None
        self.sourced = False
        self._pictured: tuple[Picture, ...] = ()

    def compose(self) -> ComposeResult:
        """The front; the rest follows the first paint, or the first card that needs it."""
        yield Prose(id="front")

    async def complete(self) -> None:
        """Mount everything else that a card may need, hidden, unless it is there."""
        if self.query(AnswerBox):
            return
        rest = [
            AnswerBox(id="answer"),
            Waiting(id="waiting"),
            Static(id="verdict", markup=False),
            Prose(id="back"),
            Prose(id="details"),
        ]
        for widget in rest:
            widget.display = False
        await self.mount_all(rest)

    # -- asking -------------------------------------------------------------------------------

    async def ask(self, prompt: Prompt) -> None:
        """Show the front of `prompt` and its way to answer, focused."""
        self.prompt = prompt
        self.sourced = False
        self._hide_answer()
        front = self.engine.front(prompt)
        self.query_one("#front", Prose).show(front)
        self._picture("front", self.engine.pictures(prompt.card.note, front))
        kind = prompt.card.note.kind
        if kind in REVEALED:
            for box in self.query(AnswerBox):
                box.display = False
            self.focus(scroll_visible=False)
        else:
            await self.complete()
            await self.query_one(AnswerBox).ask(kind, self._options(), several=self._several())
        self.scroll_home(animate=False)

    def _picture(self, side: str, pictures: Sequence[Picture]) -> None:
        """Show the pictures of a side below its text; mounted by the first card that has some."""
        name = f"#{side}-pictures"
        if side == "front":
            self._pictured = tuple(pictures)
        if pictures and not self.query(name):
            from quizapp.tui.widgets.pictures import Pictures

            self.mount(Pictures(pictures, id=name[1:]), after=f"#{side}")
            return
        for box in self.query(name):
            box.show(pictures)  # type: ignore[attr-defined]

    def show_page(self, page: list[Block]) -> None:
        """Show something else in the card's place."""
        self.prompt = None
        self._hide_answer()
        for box in self.query("#answer, #front-pictures"):
            box.display = False
        self.query_one("#front", Prose).show_blocks(page)
        self.focus(scroll_visible=False)
        self.scroll_home(animate=False)

    def update_page(self, page: list[Block]) -> None:
        """Show what the page says now, where it is scrolled to."""
        self.query_one("#front", Prose).show_blocks(page)

    async def wait_for_cards(self, sentence: str) -> None:
        """Show a sign of life in the card's place."""
        await self.complete()
        self.show_page([])
        self.query_one(Waiting).start(sentence)

    def reword(self) -> None:
        """Show the front in the language spoken now; what was typed or ticked stays."""
        if self.prompt is None:
            return
        self.query_one("#front", Prose).show(self.engine.front(self.prompt))
        kind = self.prompt.card.note.kind
        for box in self.query(AnswerBox):
            box.reword(kind, self._options(), several=self._several())

    def _hide_answer(self) -> None:
        self.query_one("#front").display = True
        for waiting in self.query(Waiting):
            waiting.stop()
        for widget in self.query("#verdict, #back, #details, #back-pictures"):
            widget.display = False

    def _options(self) -> list[str]:
        shown = self.engine.options(self.prompt) if self.prompt else ()
        return [option.text.read_in(self.engine.language) for option in shown]

    def _several(self) -> bool:
        options = self.prompt.card.note.options if self.prompt else ()
        return sum(option.correct for option in options) > 1

    # -- waiting ------------------------------------------------------------------------------

    def wait(self, sentence: str) -> None:
        """Take no more answers, and show a sign of life."""
        self.query_one(AnswerBox).hold()
        self.query_one(Waiting).start(sentence)

    def let_type_again(self) -> str:
        """Take another answer; return what to say to the learner."""
        self.query_one(Waiting).stop()
        self.query_one(AnswerBox).release()
        answer = self.prompt.card.note.answer if self.prompt else None
        if answer is not None and answer.type is AnswerType.NUMBER:
            return say("That cannot be read as a number. Try again, or answer with nothing.")
        if answer is not None and answer.type is AnswerType.SHAPE:
            return say("That cannot be read as a shape like (3, 4). Try again.")
        return say("That cannot be read as an answer. Try again, or answer with nothing.")

    # -- answered -----------------------------------------------------------------------------

    def show_answer(
        self, assessment: Assessment | None, problem: str, *, overruled: bool = False
    ) -> None:
        """Show the verdict, when there is one, and the back.

        Args:
            assessment: None where the learner compares, or the judge could not.
            problem: why the judge could not; empty when it could or was not asked.
            overruled: whether the learner says that a wrong answer was right.
        """
        if self.prompt is None:
            return
        self.query_one(Waiting).stop()
        self.query_one(AnswerBox).close_up()
        verdict = self.query_one("#verdict", Static)
        told = self._verdict(assessment, problem, overruled)
        verdict.update(told)
        verdict.display = bool(told.plain)
        back = self.query_one("#back", Prose)
        text = self.engine.back(self.prompt)
        back.show(text)
        back.display = bool(back.plain)
        pictures = self.engine.pictures(self.prompt.card.note, text)
        self._picture("back", [each for each in pictures if each not in self._pictured])
        # The back of a cloze card is its front with the gap filled: one of them is enough.
        alone = self.prompt.card.note.kind is Kind.CLOZE
        back.set_class(alone, "-alone")
        self.query_one("#front").display = not alone
        if self._is_choice():
            shown = enumerate(self.engine.options(self.prompt))
            self.query_one(AnswerBox).solve({index for index, one in shown if one.correct})
        self.show_source(on=self.sourced)

    def show_source(self, *, on: bool) -> None:
        """Show or hide where the fact is from, and its proof."""
        self.sourced = on
        panel = self.query_one("#details", Prose)
        panel.display = on and self.prompt is not None
        if panel.display and self.prompt is not None:
            from quizapp.tui.widgets.details import details

            panel.show_blocks(details(self.prompt.card))

    def to_end(self) -> None:
        """Scroll to what was shown last, once it is laid out."""
        self.call_after_refresh(self.scroll_end, animate=False)

    def _is_choice(self) -> bool:
        return self.prompt is not None and self.prompt.card.note.kind is Kind.CHOICE

    def _verdict(self, assessment: Assessment | None, problem: str, overruled: bool) -> Content:
        if problem:
            told = Content(f"? {say('Not checked')}").stylize("bold $text-warning")
            return Content("\n").join([told, Content(escaped(problem))])
        if assessment is None:
            return Content("")
        if assessment.correct:
            return Content(f"✓ {say('Correct')}").stylize("bold $text-success")
        lines = [Content(f"✗ {say('Not correct')}").stylize("bold $text-error")]
        if overruled:
            lines = [Content(f"✓ {say('You say that it was right')}").stylize("bold $text-success")]
        if not self._is_choice():  # the options themselves say which ones are right
            expected = escaped(assessment.expected.rstrip())
            # A difference of several lines holds all that was expected: once is enough.
            if not (assessment.difference and "\n" in expected):
                lines.append(_labelled(say("expected"), expected, "bold"))
            if assessment.difference:
                label = say("difference: - expected, + yours")
                lines.append(_labelled(label, escaped(assessment.difference), ""))
        return Content("\n").join(lines)


def _labelled(label: str, text: str, style: str) -> Content:
    """`text` behind a label, or below it when it has several lines."""
    between = "\n" if "\n" in text else "  "
    return Content.assemble((label, "$quiet"), between, (text, style))
