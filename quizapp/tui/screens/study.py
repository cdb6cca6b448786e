"""A study session: ask, answer, rate. Owns the order of events; the engine says what is asked.

Handlers alone change what is shown. What takes time (running a snippet, comparing an answer) is
awaited by a worker that posts a message; a message about a card that is no longer asked is dropped.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from concurrent.futures import Future
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widgets import Static

from quizapp.domain.memory import ItemKind, Rating
from quizapp.errors import QuizappError
from quizapp.tui.keys import bindings
from quizapp.tui.screens.base import Activity
from quizapp.tui.session import Deed, Session, Stage
from quizapp.tui.text import times
from quizapp.tui.text.safe import one_line
from quizapp.tui.widgets.answering import REVEALED, AnswerBox
from quizapp.tui.widgets.face import CardFace
from quizapp.tui.widgets.meters import Meter
from quizapp.tui.widgets.ratings import RatingBar, RatingButton
from quizapp.tui.widgets.rows import Row
from quizapp.tui.words import say

if TYPE_CHECKING:
    from quizapp.engine.types import Assessment, Prompt

_LONGEST_MS = 10 * 60 * 1000
"""Milliseconds; a card left open over lunch took no more than this."""
_LOOK_AGAIN_S = 15.0
_FIELDS = ("line", "area")


class StudyScreen(Activity):
    """One session.

    Args:
        topics: decks to study; all when empty.
        ahead: whether to practise cards that are not due yet, without recording anything.
    """

    CSS_PATH = Path(__file__).with_name("study.tcss")
    BINDINGS: ClassVar[list[BindingType]] = bindings(
        "study",
        ("space,enter", "reveal", "Show answer", "Turn the card"),
        ("1", "rate(1)", "Again", "Rate the card: not remembered", "hidden"),
        ("2", "rate(2)", "Hard", "Rate the card: remembered with effort", "hidden"),
        ("3", "rate(3)", "Good", "Rate the card: remembered", "hidden"),
        ("4", "rate(4)", "Easy", "Rate the card: remembered at once", "hidden"),
        ("u,ctrl+z", "undo", "Undo", "Take the last answer back, any number of times"),
        ("s", "source", "Source", "Where the fact is from, and its proof"),
        ("e", "edit", "Edit", "Open the note in your editor"),
        ("x", "suspend", "Suspend", "Never ask this card again, until you undo it"),
        ("b", "bury", "Bury", "Not today: ask this card tomorrow"),
        ("l", "app.language", "中文", "Switch between English and Chinese"),
        ("a", "ahead", "Study ahead", "Practise cards that are not due; nothing is recorded"),
        ("escape", "leave", "Back", "Leave the field; then leave the session"),
    )

    stage: reactive[Stage] = reactive(Stage.ASKING, init=False, repaint=False, bindings=True)

    class Assessed(Message):
        """The judge has compared an answer, or could not."""

        def __init__(self, token: int, assessment: Assessment | None, error: str = "") -> None:
            super().__init__()
            self.token = token
            self.assessment = assessment
            self.error = error

    def __init__(self, topics: Sequence[str] = (), *, ahead: bool = False) -> None:
        super().__init__()
        self.topics = tuple(topics)
        self.ahead = ahead
        self.prompt: Prompt | None = None
        self.assessment: Assessment | None = None
        self.problem = ""
        self.attempt: str | frozenset[int] | None = None
        self._token = 0
        self._asked_at: datetime | None = None

    def content(self) -> ComposeResult:
        """Heading, bar, card; the ratings follow the first paint."""
        yield Static(id="heading")
        yield Meter(id="meter")
        yield CardFace(self.engine)

    @property
    def face(self) -> CardFace:
        """The card on the screen."""
        return self.query_one(CardFace)

    async def on_mount(self) -> None:
        """Ask the first card; only when it is on the screen, let the judge load torch."""
        self.session = Session(self.engine.clock())
        await self._next()
        self.call_after_refresh(self._after_first_paint)
        self.set_interval(_LOOK_AGAIN_S, self._look_again)

    async def _after_first_paint(self) -> None:
        with self.quiz.reporting():
            self.engine.warm_judge()
        await self._complete()

    async def _complete(self) -> None:
        """Mount what the first front did not need."""
        await self.face.complete()
        if not self.query(RatingBar):
            bar = RatingBar(id="ratings")
            bar.display = False
            await self.query_one("#content").mount(bar)

    # -- asking -------------------------------------------------------------------------------

    async def _next(self) -> None:
        try:
            prompt = self._next_prompt()
        except QuizappError as error:
            self.quiz.report(error)
            prompt = None
        if prompt is None:
            self._finish()
        else:
            await self._ask(prompt)

    def _next_prompt(self) -> Prompt | None:
        skip = self.session.practised if self.ahead else ()
        return self.engine.next_card(self.topics, ahead=self.ahead, skip=skip)

    async def _ask(self, prompt: Prompt) -> None:
        self._token += 1
        self.prompt, self.assessment, self.attempt, self.problem = prompt, None, None, ""
        self._asked_at = self.engine.clock()
        with self.app.batch_update():
            self.stage = Stage.ASKING
            self._hide_ratings()
            await self.face.ask(prompt)
            self._show_heading()
        self.refresh_bindings()

    def _hide_ratings(self) -> None:
        for bar in self.query(RatingBar):
            bar.display = False

    def _show_heading(self) -> None:
        progress = self.engine.progress(self.topics)
        left = progress.new_left + progress.learning_left + progress.due_left
        done = len(self.session.answers)
        meter = self.query_one(Meter)
        meter.total, meter.done = done + left, done
        title, phase = say("Session"), ""
        if self.prompt is not None:
            topic = self.prompt.card.note.topic
            decks = {deck.topic: deck.title for deck in self.engine.course.decks}
            title = decks[topic].read_in(self.engine.language) if topic in decks else topic
            phase = self._phase(self.prompt)
        counts = Content("").join(
            Content.assemble((f"  {number} ", f"bold {style}"), (say(word), "$quiet"))
            for number, word, style in (
                (progress.new_left, "new", "$text-primary"),
                (progress.learning_left, "learning", "$text-warning"),
                (progress.due_left, "due", "$text-success"),
            )
        )
        heading = Content.assemble((title, "bold"), (f"  {phase}", "$quiet"))
        self.query_one("#heading", Static).update(Row(heading, counts))

    def _phase(self, prompt: Prompt) -> str:
        if self.ahead:
            return say("practice, nothing is recorded")
        if prompt.schedule.brought_forward:
            return say("brought forward")
        return say(prompt.schedule.phase.value)

    # -- answering ----------------------------------------------------------------------------

    async def action_reveal(self) -> None:
        """Turn the card."""
        await self._show_answer()

    @on(AnswerBox.Given)
    def _answer_given(self, event: AnswerBox.Given) -> None:
        if self.stage is not Stage.ASKING or self.prompt is None:
            return
        try:
            assessing = self.engine.assess(self.prompt, event.attempt)
        except QuizappError as error:
            self.quiz.report(error)
            return
        self.attempt = event.attempt
        self.stage = Stage.CHECKING
        if not assessing.done():  # what the deck itself says is there at once
            ready = self.quiz.judge_ready
            self.face.wait(say("checking…") if ready else say("the judge is warming up…"))
        self._await_assessment(self._token, assessing)

    @work(exclusive=True, group="assess")
    async def _await_assessment(self, token: int, assessing: Future[Assessment]) -> None:
        judged = not assessing.done()
        try:
            assessment = await asyncio.wrap_future(assessing)
        except QuizappError as error:
            self.post_message(self.Assessed(token, None, str(error)))
        else:
            self.quiz.judge_ready |= judged
            self.post_message(self.Assessed(token, assessment))

    @on(Assessed)
    async def _assessed(self, event: Assessed) -> None:
        if event.token != self._token or self.stage is not Stage.CHECKING:
            return
        assessment = event.assessment
        if assessment is not None and not assessment.understood and self.attempt:
            self.stage = Stage.ASKING
            self.quiz.tell(self.face.let_type_again(), warn=True)
            return
        self.assessment, self.problem = assessment, event.error
        await self._show_answer()

    async def _show_answer(self) -> None:
        if self.prompt is None:
            return
        await self._complete()
        with self.app.batch_update():
            self.stage = Stage.ANSWERED
            self.face.show_answer(self.assessment, self.problem)
            self._offer(self.prompt)
        self.face.to_end()

    def _offer(self, prompt: Prompt) -> None:
        """Show the ratings, each with when the card would come back."""
        now = self.engine.clock()
        preview = {} if self.ahead else self.engine.preview(prompt.card.id)
        intervals = {rating: times.until(after, now) for rating, after in preview.items()}
        suggested = self.assessment.suggested if self.assessment else Rating.GOOD
        self.query_one(RatingBar).offer(intervals, suggested)

    def action_source(self) -> None:
        """Show or hide where the fact is from, and its proof."""
        self.face.show_source(on=not self.face.sourced)
        self.face.to_end()

    # -- rating -------------------------------------------------------------------------------

    @on(RatingButton.Pressed)
    async def _rating_pressed(self, event: RatingButton.Pressed) -> None:
        await self.action_rate(event.rating.value)

    async def action_rate(self, number: int) -> None:
        """Record the rating and go on."""
        if self.stage is not Stage.ANSWERED or self.prompt is None:
            return
        rating, card, spent = Rating(number), self.prompt.card.id, self._spent_ms()
        try:
            if not self.ahead:
                self.engine.answer(card, rating, answer_ms=spent, drawn=self.prompt.drawn or None)
        except QuizappError as error:
            self.quiz.report(error)
            return
        self.session.deeds.append(Deed(card, "practice" if self.ahead else "answer", rating, spent))
        await self._next()

    def _spent_ms(self) -> int:
        if self._asked_at is None:
            return 0
        span = (self.engine.clock() - self._asked_at).total_seconds() * 1000
        return min(max(0, round(span)), _LONGEST_MS)

    # -- taking back, setting aside, editing --------------------------------------------------

    async def action_undo(self) -> None:
        """Take the last thing back and ask its card again."""
        deed = self.session.deeds[-1] if self.session.deeds else None
        try:
            aside = deed is not None and deed.way != "answer"
            card = self._take_back(deed) if deed and aside else self._undo_answer()
            prompt = self.engine.prompt(card) if card is not None else None
        except QuizappError as error:
            self.quiz.report(error)
            return
        if deed is not None and deed.card == card:
            self.session.deeds.pop()
        if prompt is not None:
            await self._ask(prompt)

    def _take_back(self, deed: Deed) -> str:
        if deed.way == "suspend":
            self.engine.suspend(deed.card, on=False)
        elif deed.way == "bury":
            self.engine.store.set_state(ItemKind.CARD, deed.card, buried_until=None)
        return deed.card

    def _undo_answer(self) -> str | None:
        """The card whose answer was taken back; None when it was something else."""
        review = self.engine.undo()
        if review is None:
            self.quiz.tell(say("There is nothing to undo."))
            return None
        if review.kind is ItemKind.EXERCISE:
            self.quiz.tell(say("Took back the submission of {slug}.", slug=review.item))
            return None
        return review.item

    async def action_suspend(self) -> None:
        """Never ask this card again, until it is undone."""
        if self.prompt is not None:
            with self.quiz.reporting():
                self.engine.suspend(self.prompt.card.id)
                await self._set_aside("suspend", say("Suspended. u takes it back."))

    async def action_bury(self) -> None:
        """Not today."""
        if self.prompt is not None:
            with self.quiz.reporting():
                self.engine.bury(self.prompt.card.id)
                await self._set_aside("bury", say("Not today, but tomorrow. u takes it back."))

    async def _set_aside(self, way: str, notice: str) -> None:
        assert self.prompt is not None
        self.session.deeds.append(Deed(self.prompt.card.id, way))
        self.quiz.tell(notice)
        await self._next()

    async def action_edit(self) -> None:
        """Open the note in the learner's editor; read the course again afterwards."""
        if self.prompt is None:
            return
        from quizapp.tui import editor

        card, place = self.prompt.card.id, self.prompt.card.note.location
        try:
            path = self.engine.course_file(place.path)
            editor.edit(path, place.line, self.quiz.handed_over())
            self.engine.reload_course()
            prompt = self.engine.prompt(card)
        except QuizappError as error:
            self.quiz.report(error)
            return
        await self._ask(prompt)
        self.quiz.tell(say("Read again: {path}", path=one_line(place.path)))

    # -- language, leaving, the end -----------------------------------------------------------

    def language_changed(self) -> None:
        """Show the card in the language spoken now; what was typed stays."""
        super().language_changed()
        if self.prompt is None:
            self._finish()
            return
        with self.app.batch_update():
            self.face.reword()
            if self.stage is Stage.ANSWERED:
                self.face.show_answer(self.assessment, self.problem)
                self._offer(self.prompt)
            self._show_heading()

    def action_leave(self) -> None:
        """Leave the field that is typed in; from elsewhere, the session."""
        typing = self.focused is not None and self.focused.id in _FIELDS
        if self.stage is Stage.ASKING and typing:
            self.face.focus()
        else:
            self.quiz.go_back()

    def _finish(self) -> None:
        from quizapp.tui.widgets.summary import summary

        self._token += 1
        self.prompt = None
        with self.app.batch_update():
            self.stage = Stage.DONE
            self._hide_ratings()
            self.face.show_page(summary(self.session, self.engine.progress(self.topics)))
            self._show_heading()
        self.refresh_bindings()

    async def _look_again(self) -> None:
        """A card in a learning step may have come up while the summary was shown."""
        if self.stage is Stage.DONE and self.is_current and not self.ahead:
            with self.quiz.reporting():
                prompt = self._next_prompt()
                if prompt is not None:
                    await self._ask(prompt)

    async def action_ahead(self) -> None:
        """Practise cards that are not due yet."""
        self.ahead = True
        await self._next()
        if self.stage is Stage.DONE:
            self.quiz.tell(say("There is no card left to practise."))

    def check_action(
        self,
        action: str,
        parameters: tuple[object, ...],  # noqa: ARG002 - the signature is Textual's
    ) -> bool | None:
        """Hide keys of another stage; grey those that make no sense with this card."""
        kind = self.prompt.card.note.kind if self.prompt else None
        if action == "reveal":
            return self.stage is Stage.ASKING and kind in REVEALED
        if action == "rate":
            return self.stage is Stage.ANSWERED
        if action == "ahead":
            return self.stage is Stage.DONE
        if action == "source":
            return True if self.stage is Stage.ANSWERED else None
        if action in ("edit", "suspend", "bury"):
            return True if self.prompt is not None else None
        return True
