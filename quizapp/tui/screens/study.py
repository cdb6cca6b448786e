"""A study session: ask, answer, rate. Owns the order of events; the engine says what is asked.

Handlers alone change what is shown. What takes time (running a snippet, comparing an answer) is
awaited by a worker that posts a message; a message about a card that is no longer asked is dropped.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widgets import Static

from quizapp.domain.cards import Kind
from quizapp.domain.memory import ItemKind, Rating
from quizapp.errors import QuizappError
from quizapp.tui.screens.base import Activity
from quizapp.tui.session import Deed, Session, Stage
from quizapp.tui.text import times
from quizapp.tui.text.safe import escaped, one_line
from quizapp.tui.widgets.answering import REVEALED, AnswerBox
from quizapp.tui.widgets.meters import Meter, Waiting
from quizapp.tui.widgets.prose import Prose
from quizapp.tui.widgets.ratings import RatingBar, RatingButton
from quizapp.tui.widgets.rows import Row
from quizapp.tui.words import say

if TYPE_CHECKING:
    from quizapp.engine.types import Assessment, Prompt

_LONGEST_MS = 10 * 60 * 1000
"""Milliseconds; a card left open over lunch took no more than this."""
_LOOK_AGAIN_S = 15.0


class StudyScreen(Activity):
    """One session.

    Args:
        topics: decks to study; all when empty.
        ahead: whether cards that are not due yet are asked, too.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space,enter", "reveal", "Show answer", tooltip="Turn the card", id="study.reveal"),
        *(
            Binding(
                str(rating.value),
                f"rate({rating.value})",
                rating.name.title(),
                show=False,
                tooltip=f"Rate the card: {rating.name.lower()}",
                id=f"study.rate-{rating.value}",
            )
            for rating in Rating
        ),
        Binding(
            "u,ctrl+z",
            "undo",
            "Undo",
            tooltip="Take the last answer back, any number of times",
            id="study.undo",
        ),
        Binding(
            "s",
            "source",
            "Source",
            tooltip="Where the fact is from, and its proof",
            id="study.source",
        ),
        Binding("e", "edit", "Edit", tooltip="Open the note in your editor", id="study.edit"),
        Binding(
            "x",
            "suspend",
            "Suspend",
            tooltip="Never ask this card again, until you undo it",
            id="study.suspend",
        ),
        Binding("b", "bury", "Bury", tooltip="Not today: ask this card tomorrow", id="study.bury"),
        Binding(
            "l",
            "app.language",
            "中文",
            tooltip="Switch between English and Chinese",
            id="study.language",
        ),
        Binding(
            "a",
            "ahead",
            "Study ahead",
            tooltip="Go on with cards that are not due yet",
            id="study.ahead",
        ),
        Binding(
            "escape",
            "leave",
            "Back",
            tooltip="Leave the field; then leave the session",
            id="study.leave",
        ),
    ]

    stage: reactive[Stage] = reactive(Stage.ASKING, init=False, repaint=False)

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
        self.details = False
        self._token = 0
        self._asked_at: datetime | None = None

    def content(self) -> ComposeResult:
        """Heading, bar, the card with its way to answer, the ratings."""
        yield Static(id="heading")
        yield Meter(id="meter")
        with VerticalScroll(id="card", can_focus=True):
            yield Prose(id="front")
            yield AnswerBox(id="answer")
            yield Waiting(id="waiting")
            yield Static(id="verdict", markup=False)
            yield Prose(id="back")
            yield Prose(id="details")
        yield RatingBar(id="ratings")

    async def on_mount(self) -> None:
        """Ask the first card; only when it is on the screen, let the judge load torch."""
        self.session = Session(self.engine.clock())
        await self._next()
        self.call_after_refresh(self._after_first_paint)
        self.set_interval(_LOOK_AGAIN_S, self._look_again)

    def _after_first_paint(self) -> None:
        with self.quiz.reporting():
            self.engine.warm_judge()

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
        self.details = False
        self._asked_at = self.engine.clock()
        kind = prompt.card.note.kind
        with self.app.batch_update():
            self.stage = Stage.ASKING
            self.query_one("#front", Prose).show(self.engine.front(prompt))
            for name in ("#verdict", "#back", "#details", "#ratings", "#waiting"):
                self.query_one(name).display = False
            self.query_one(Waiting).stop()
            await self.query_one(AnswerBox).ask(kind, self._options(), several=self._several())
            if kind in REVEALED:
                self.query_one("#card").focus(scroll_visible=False)
            self._show_heading()
            self.query_one("#card").scroll_home(animate=False)
        self.refresh_bindings()

    def _options(self) -> list[str]:
        """The options' texts in the language spoken, in the order in which they are shown."""
        shown = self.engine.options(self.prompt) if self.prompt else ()
        return [option.text.read_in(self.engine.language) for option in shown]

    def _several(self) -> bool:
        options = self.prompt.card.note.options if self.prompt else ()
        return sum(option.correct for option in options) > 1

    def _show_heading(self) -> None:
        progress = self.engine.progress(self.topics)
        left = progress.new_left + progress.learning_left + progress.due_left
        done = len(self.session.answers)
        meter = self.query_one(Meter)
        meter.total, meter.done = done + left, done
        title = say("Session")
        if self.prompt is not None and self.stage is not Stage.DONE:
            topic = self.prompt.card.note.topic
            decks = {deck.topic: deck.title for deck in self.engine.course.decks}
            title = decks[topic].read_in(self.engine.language) if topic in decks else topic
        counts = Content.assemble(
            (f"{progress.new_left} ", "bold $text-primary"),
            (say("new"), "$quiet"),
            "  ",
            (f"{progress.learning_left} ", "bold $text-warning"),
            (say("learning"), "$quiet"),
            "  ",
            (f"{progress.due_left} ", "bold $text-success"),
            (say("due"), "$quiet"),
        )
        heading = Content.assemble((title, "bold"), ("  " + self._phase(), "$quiet"))
        self.query_one("#heading", Static).update(Row(heading, counts))

    def _phase(self) -> str:
        if self.prompt is None or self.stage is Stage.DONE:
            return ""
        schedule = self.prompt.schedule
        if self.ahead:
            return say("practice: the schedule stays as it is")
        return say("brought forward") if schedule.brought_forward else say(schedule.phase.value)

    # -- answering ----------------------------------------------------------------------------

    def action_reveal(self) -> None:
        """Turn the card."""
        self._show_answer()

    @on(AnswerBox.Given)
    def _answer_given(self, event: AnswerBox.Given) -> None:
        if self.stage is not Stage.ASKING or self.prompt is None:
            return
        self.attempt = event.attempt
        self.query_one(AnswerBox).lock()
        self.stage = Stage.CHECKING
        self.query_one(Waiting).start(
            say("checking…") if self.quiz.judge_ready else say("the judge is warming up…")
        )
        self._assess(self._token, self.prompt, event.attempt)

    @work(exclusive=True, group="assess")
    async def _assess(self, token: int, prompt: Prompt, attempt: str | frozenset[int]) -> None:
        try:
            assessment = await asyncio.wrap_future(self.engine.assess(prompt, attempt))
        except QuizappError as error:
            self.post_message(self.Assessed(token, None, str(error)))
        else:
            self.post_message(self.Assessed(token, assessment))

    @on(Assessed)
    def _assessed(self, event: Assessed) -> None:
        if event.token != self._token or self.stage is not Stage.CHECKING:
            return
        self.assessment, self.problem = event.assessment, event.error
        self._show_answer()

    def _show_answer(self) -> None:
        if self.prompt is None:
            return
        with self.app.batch_update():
            self.query_one(Waiting).stop()
            self.stage = Stage.ANSWERED
            self._show_back()
            suggested = self.assessment.suggested if self.assessment else Rating.GOOD
            self._offer(suggested)
            self._show_heading()
        self.call_after_refresh(self.query_one("#card").scroll_end, animate=False)
        self.refresh_bindings()

    def _offer(self, suggested: Rating) -> None:
        assert self.prompt is not None
        now = self.engine.clock()
        preview = {} if self.ahead else self.engine.preview(self.prompt.card.id)
        intervals = {rating: times.until(after, now) for rating, after in preview.items()}
        self.query_one(RatingBar).offer(intervals, suggested)

    def _show_back(self) -> None:
        assert self.prompt is not None
        verdict = self.query_one("#verdict", Static)
        told = self._verdict()
        verdict.update(told)
        verdict.display = bool(told.plain)
        back = self.query_one("#back", Prose)
        back.show(self.engine.back(self.prompt))
        back.display = bool(back.plain)
        if self.prompt.card.note.kind is Kind.CHOICE:
            shown = enumerate(self.engine.options(self.prompt))
            self.query_one(AnswerBox).solve({index for index, one in shown if one.correct})
        self._show_details()

    def _verdict(self) -> Content:
        if self.problem:
            told = Content(f"? {say('Not checked')}").stylize("bold $text-warning")
            return Content("\n").join([told, Content(escaped(self.problem))])
        if self.assessment is None:
            return Content("")
        if self.assessment.correct:
            return Content(f"✓ {say('Correct')}").stylize("bold $text-success")
        lines = [Content(f"✗ {say('Not correct')}").stylize("bold $text-error")]
        if self.prompt and self.prompt.card.note.kind is not Kind.CHOICE:
            expected = escaped(self.assessment.expected.rstrip())
            lines.append(_labelled(say("expected"), expected, "bold"))
        if self.assessment.difference:
            lines.append(_labelled(say("difference"), escaped(self.assessment.difference), ""))
        return Content("\n").join(lines)

    def _show_details(self) -> None:
        panel = self.query_one("#details", Prose)
        panel.display = self.details and self.prompt is not None
        if not panel.display or self.prompt is None:
            return
        from quizapp.tui.widgets.details import details

        panel.show_blocks(details(self.prompt.card))

    # -- rating -------------------------------------------------------------------------------

    @on(RatingButton.Pressed)
    async def _rating_pressed(self, event: RatingButton.Pressed) -> None:
        await self.action_rate(event.rating.value)

    async def action_rate(self, number: int) -> None:
        """Record the rating and go on."""
        if self.stage is not Stage.ANSWERED or self.prompt is None:
            return
        rating, card = Rating(number), self.prompt.card.id
        spent = self._spent_ms()
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

    # -- taking back, setting aside -----------------------------------------------------------

    async def action_undo(self) -> None:
        """Take the last thing back and ask its card again."""
        deed = self.session.deeds[-1] if self.session.deeds else None
        try:
            if deed is not None and deed.way != "answer":
                card = self._take_back(deed)
            else:
                card = self._undo_answer()
        except QuizappError as error:
            self.quiz.report(error)
            return
        if card is None:
            return
        if self.session.deeds:
            self.session.deeds.pop()
        with self.quiz.reporting():
            await self._ask(self.engine.prompt(card))

    def _take_back(self, deed: Deed) -> str:
        if deed.way == "suspend":
            self.engine.suspend(deed.card, on=False)
        elif deed.way == "bury":
            self.engine.store.set_state(ItemKind.CARD, deed.card, buried_until=None)
        return deed.card

    def _undo_answer(self) -> str | None:
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
        await self._set_aside("suspend", say("Suspended. u takes it back."))

    async def action_bury(self) -> None:
        """Not today."""
        await self._set_aside("bury", say("Not today: it comes back tomorrow. u takes it back."))

    async def _set_aside(self, way: str, notice: str) -> None:
        if self.prompt is None:
            return
        card = self.prompt.card.id
        try:
            if way == "suspend":
                self.engine.suspend(card)
            else:
                self.engine.bury(card)
        except QuizappError as error:
            self.quiz.report(error)
            return
        self.session.deeds.append(Deed(card, way))
        self.quiz.tell(notice)
        await self._next()

    # -- editing, details, language -----------------------------------------------------------

    def action_source(self) -> None:
        """Show or hide where the fact is from, and its proof."""
        self.details = not self.details
        self._show_details()
        if self.details:
            self.call_after_refresh(self.query_one("#card").scroll_end, animate=False)

    async def action_edit(self) -> None:
        """Open the note in the learner's editor; read the course again afterwards."""
        if self.prompt is None:
            return
        from quizapp.tui import editor

        card, place = self.prompt.card.id, self.prompt.card.note.location
        path = self.engine.course_file(place.path)
        try:
            editor.edit(path, place.line, self.quiz.handed_over())
            self.engine.reload_course()
            prompt = self.engine.prompt(card)
        except QuizappError as error:
            self.quiz.report(error)
            return
        await self._ask(prompt)
        self.quiz.tell(say("Read again: {path}", path=one_line(place.path)))

    def language_changed(self) -> None:
        """Show the card in the language spoken now; what was typed stays."""
        super().language_changed()
        if self.prompt is None or self.stage is Stage.DONE:
            self._finish()
            return
        with self.app.batch_update():
            self.query_one("#front", Prose).show(self.engine.front(self.prompt))
            self.query_one(AnswerBox).reword(
                self.prompt.card.note.kind,
                self._options(),
                several=self._several(),
            )
            if self.stage is Stage.ANSWERED:
                self._show_back()
                self._offer(self.assessment.suggested if self.assessment else Rating.GOOD)
            self._show_heading()

    def action_leave(self) -> None:
        """Leave the field that is typed in; from elsewhere, the session."""
        if (
            self.stage is Stage.ASKING
            and self.focused is not None
            and self.focused.id in ("line", "area")
        ):
            self.query_one("#card").focus()
        else:
            self.quiz.go_back()

    # -- the end ------------------------------------------------------------------------------

    def _finish(self) -> None:
        from quizapp.tui.widgets.summary import summary

        self._token += 1
        self.prompt = None
        with self.app.batch_update():
            self.stage = Stage.DONE
            for name in ("#answer", "#verdict", "#back", "#details", "#ratings", "#waiting"):
                self.query_one(name).display = False
            self.query_one(Waiting).stop()
            progress = self.engine.progress(self.topics)
            self.query_one("#front", Prose).show_blocks(summary(self.session, progress))
            self.query_one("#card").focus()
            self._show_heading()
        self.refresh_bindings()

    async def _look_again(self) -> None:
        """A card in a learning step may have come up while the summary was shown."""
        if self.stage is Stage.DONE and self.is_current:
            with self.quiz.reporting():
                prompt = self._next_prompt()
                if prompt is not None:
                    await self._ask(prompt)

    async def action_ahead(self) -> None:
        """Go on with cards that are not due yet."""
        self.ahead = True
        await self._next()
        if self.stage is Stage.DONE:
            self.quiz.tell(say("There is no card left to study."))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Hide keys of another stage; grey those that make no sense with this card."""
        kind = self.prompt.card.note.kind if self.prompt else None
        if action == "reveal":
            return self.stage is Stage.ASKING and kind in REVEALED
        if action == "rate":
            return self.stage is Stage.ANSWERED
        if action == "source":
            return True if self.stage is Stage.ANSWERED else None
        if action in ("edit", "suspend", "bury"):
            return True if self.prompt is not None else None
        if action == "ahead":
            return self.stage is Stage.DONE
        return True


def _labelled(label: str, text: str, style: str) -> Content:
    """`text` behind a label, or below it when it has several lines."""
    between = "\n" if "\n" in text else "  "
    return Content.assemble((label, "$quiet"), between, (text, style))
