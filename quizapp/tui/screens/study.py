"""A study session: ask, answer, rate. Owns the order of events; the engine says what is asked.

Handlers alone change what is shown. What takes time (running a snippet, comparing an answer) is
awaited by a worker that posts a message; a message about a card that is no longer asked is dropped.
What else is done to a card is in `aside`, the wait for cards in `gather`.
"""

from __future__ import annotations

import asyncio
import contextlib
from concurrent.futures import Future
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.message import Message
from textual.reactive import reactive
from textual.widgets import Static

from quizapp.domain.memory import ItemKind, Rating
from quizapp.engine import ExercisePrompt, Mode, SessionProgress, Sitting
from quizapp.errors import BusyError, QuizappError, StaleReviewError
from quizapp.tui.keys import bindings
from quizapp.tui.screens.gather import Gathers
from quizapp.tui.session import Deed, Session, Stage
from quizapp.tui.stopwatch import Stopwatch
from quizapp.tui.text import times
from quizapp.tui.widgets.answering import REVEALED, AnswerBox
from quizapp.tui.widgets.face import CardFace
from quizapp.tui.widgets.heading import heading, standing
from quizapp.tui.widgets.meters import Meter
from quizapp.tui.widgets.ratings import OFFERED, RatingBar, RatingButton, rating_of
from quizapp.tui.words import say, say_n, told

if TYPE_CHECKING:
    from quizapp.domain.memory import Schedule
    from quizapp.engine.prompts import Prompt
    from quizapp.engine.types import Assessment
    from quizapp.tui.text.markdown import Block

_LOOK_AGAIN_S = 15.0
_TICK_S = 1.0
_WAIT_S = 1.0
"""Seconds between two tries to save an answer while another process writes."""

_MOST_WAITS = 60
_FIELDS = ("line", "area")
_PAGES = (Stage.OFFERED, Stage.DONE)
_ABOUT_CARDS = {"undo", "source", "flag", "edit", "suspend", "bury", "ahead", "cram", "go_on"}


class StudyScreen(Gathers):
    """One session.

    Args:
        sitting: which cards, in which way.
    """

    CSS_PATH = Path(__file__).with_name("study.tcss")
    BINDINGS: ClassVar[list[BindingType]] = bindings(
        "study",
        ("space,enter", "reveal", "Show answer", "Turn the card"),
        ("enter", "type", "Answer", "Back to the field, or to the options, to answer"),
        ("o,space,enter", "open", "Open", "Open the exercise; the session waits for you"),
        ("n", "skip", "Skip", "Not in this session: the exercise stays due"),
        ("1", "rate(1)", "Again", "Rate the card: not remembered", "hidden"),
        ("2", "rate(2)", "Hard", "Rate the card: remembered with effort", "hidden"),
        ("3", "rate(3)", "Good", "Rate the card: remembered", "hidden"),
        ("4", "rate(4)", "Easy", "Rate the card: remembered at once", "hidden"),
        ("i", "right", "I was right", "Count your answer as right; once more: as wrong"),
        ("g,space,enter", "go_on", "Go on", "Go on with the session"),
        ("u,ctrl+z", "undo", "Undo", "Take the last answer back, any number of times"),
        ("s", "source", "Source", "Where the fact is from, and its proof"),
        ("f", "flag", "Flag", "Flag the card by a number from 0, for none, to 7"),
        ("e", "edit", "Edit", "Open the note in your editor"),
        ("x", "suspend", "Suspend", "Never ask this card again, until you undo it"),
        ("b", "bury", "Bury", "Not today: ask this card tomorrow"),
        ("l", "app.language", "中文", "Switch between English and Chinese"),
        ("o", "settings", "Settings", "Change the limits of a day; then the session goes on"),
        ("a", "ahead", "Study ahead", "Practise cards that are not due; nothing is recorded"),
        ("c", "cram", "Cram", "Practise all these cards; nothing is recorded"),
        ("escape", "leave_field", "Keys", "Leave the field; what is typed stays"),
        ("escape", "leave", "Back", "Leave the session"),
    )

    stage: reactive[Stage] = reactive(Stage.ASKING, init=False, repaint=False, bindings=True)

    class Assessed(Message):
        """The judge has compared an answer, or could not."""

        def __init__(self, token: int, assessment: Assessment | None, error: str = "") -> None:
            super().__init__()
            self.token = token
            self.assessment = assessment
            self.error = error

    class NewCounted(Message):
        """So many new cards wait for another day."""

        def __init__(self, token: int, number: int) -> None:
            super().__init__()
            self.token = token
            self.number = number

    def __init__(self, sitting: Sitting) -> None:
        super().__init__()
        self.sitting = sitting
        self.prompt: Prompt | None = None
        self.offered: ExercisePrompt | None = None
        self.assessment: Assessment | None = None
        self.overruled = False
        self.problem = ""
        self.attempt: str | frozenset[int] | None = None
        self._token = 0
        self._left = False
        self._stopped = False
        self._waiting: Rating | None = None
        self._waited = 0
        self._new_waiting = 0

    @property
    def practice(self) -> bool:
        """Whether nothing is recorded."""
        return not self.sitting.selection.recorded

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
        self.stopwatch = Stopwatch(self.engine.clock)
        await self.next_item()
        self.call_after_refresh(self._after_first_paint)
        self.set_interval(_LOOK_AGAIN_S, self._look_again)
        self.watch(self.app, "app_focus", self._terminal_focused, init=False)
        if self.engine.settings.timer:
            self.set_interval(_TICK_S, self._show_time)
            self._show_time()

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

    # -- time ---------------------------------------------------------------------------------

    def _terminal_focused(self, focused: bool) -> None:
        """Another window does not count as thinking."""
        if focused and self.is_current:
            self.stopwatch.go_on()
        else:
            self.stopwatch.pause()
        if self.query_one(Meter).time:
            self._show_time()

    def on_screen_suspend(self) -> None:
        """Nor does another screen, such as an exercise or the help."""
        self._left = True
        self.stopwatch.pause()

    async def on_screen_resume(self) -> None:
        """Go on; an exercise may have been settled meanwhile."""
        if self._left:
            self._left = False
            self.stopwatch.go_on()
            if self.offered is not None:
                await self._after_exercise(self.offered)
            await self._look_again()

    def _show_time(self) -> None:
        self.query_one(Meter).time = "" if self.stage in _PAGES else self.stopwatch.shown

    # -- asking -------------------------------------------------------------------------------

    async def next_item(self) -> None:
        """Ask what comes next; without anything left, show the summary."""
        self._stopped = False
        if await self.gather():
            return
        try:
            item = self.sitting.next()
        except QuizappError as error:
            self.quiz.report(error)
            item = None
        await self.show_item(item)

    async def show_item(self, item: Prompt | ExercisePrompt | None) -> None:
        """Ask a card, offer an exercise; without any, show the summary."""
        if item is None:
            self._finish()
        elif isinstance(item, ExercisePrompt):
            self._offer_exercise(item)
        else:
            await self.ask(item)

    async def ask(self, prompt: Prompt) -> None:
        """Ask a card."""
        self._token += 1
        self._waiting, self._waited = None, 0
        self.prompt, self.offered = prompt, None
        self.assessment, self.attempt, self.problem, self.overruled = None, None, "", False
        self.stopwatch.start()
        with self.app.batch_update():
            self.stage = Stage.ASKING
            self._hide_ratings()
            await self.face.ask(prompt)
            self.show_heading()
        self.refresh_bindings()

    def _hide_ratings(self) -> None:
        for bar in self.query(RatingBar):
            bar.display = False

    def show_heading(self) -> None:
        """Show what is studied, where its card stands, what is left."""
        progress = self._progress()
        left = progress.new_left + progress.learning_left + progress.due_left
        done = len(self.session.answers)
        meter = self.query_one(Meter)
        meter.total, meter.done = done + left + progress.practice_left, done
        title, told, flag = say("Session"), "", 0
        if self.prompt is not None:
            topic, schedule = self.prompt.card.note.topic, self.prompt.schedule
            decks = {deck.topic: deck.title for deck in self.engine.course.decks}
            title = decks[topic].read_in(self.engine.language) if topic in decks else topic
            told = standing(schedule, self.engine.clock(), practice=self.practice)
            flag = schedule.flag
        elif self.offered is not None:
            title, told = say("Exercise"), say("due")
        shown = heading(title, told, flag, progress, self.practice)
        self.query_one("#heading", Static).update(shown)

    def _progress(self) -> SessionProgress:
        try:
            return self.sitting.progress()
        except QuizappError as error:
            self.quiz.report(error)
            return SessionProgress(0, 0, 0, 0)

    # -- exercises ----------------------------------------------------------------------------

    def _offer_exercise(self, offered: ExercisePrompt) -> None:
        from quizapp.tui.widgets.offer import offer

        self._show_page(Stage.OFFERED, offered)
        self.face.show_page(offer(offered, self.engine.language))

    def _show_page(self, stage: Stage, offered: ExercisePrompt | None = None) -> None:
        """Take the card away for an offered exercise, or for the summary."""
        self._token += 1
        self.prompt, self.offered = None, offered
        with self.app.batch_update():
            self.stage = stage
            self._hide_ratings()
            self.show_heading()
        self.query_one(Meter).time = ""
        self.refresh_bindings()

    def action_open(self) -> None:
        """Open the exercise; the session goes on when it is left."""
        if self.offered is not None:
            self.quiz.open_exercise(self.offered.exercise.slug)

    async def _after_exercise(self, offered: ExercisePrompt) -> None:
        """Go on when the exercise is settled; else it stays offered."""
        with self.quiz.reporting():
            slug = offered.exercise.slug
            if self.engine.store.schedule(ItemKind.EXERCISE, slug) != offered.schedule:
                self.session.deeds.append(Deed(slug, "exercise"))
                await self.next_item()
                return
        self.show_heading()

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
            self.post_message(self.Assessed(token, None, told(error)))
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
        if assessment is not None and not self.attempt:  # nothing typed differs in nothing
            assessment = replace(assessment, difference="")
        self.assessment, self.problem = assessment, event.error
        await self._show_answer()

    async def _show_answer(self) -> None:
        if self.prompt is None:
            return
        await self._complete()
        with self.app.batch_update():
            self.stage = Stage.ANSWERED
            self._show_back(self.prompt)
        self.face.to_end()

    def _show_back(self, prompt: Prompt) -> None:
        """Show verdict, back and ratings, each with when the card would come back."""
        self.face.show_answer(self.assessment, self.problem, overruled=self.overruled)
        now = self.engine.clock()
        preview = {} if self.practice else self.engine.preview(prompt.card.id)
        intervals = {rating: times.until(after, now) for rating, after in preview.items()}
        right = self.assessment is None or self.overruled
        suggested = Rating.GOOD if right or not self.assessment else self.assessment.suggested
        offered = OFFERED[self.engine.settings.buttons]
        self.query_one(RatingBar).offer(intervals, suggested, offered)

    def action_right(self) -> None:
        """Count a wrong answer as right after all, or as wrong again."""
        if self.stage is Stage.ANSWERED and self.prompt is not None:
            self.overruled = not self.overruled
            with self.app.batch_update():
                self._show_back(self.prompt)
            self.face.to_end()

    def action_source(self) -> None:
        """Show or hide where the fact is from, and its proof."""
        self.face.show_source(on=not self.face.sourced)
        self.face.to_end()

    # -- rating -------------------------------------------------------------------------------

    @on(RatingButton.Pressed)
    async def _rating_pressed(self, event: RatingButton.Pressed) -> None:
        await self._rate(event.rating)

    async def action_rate(self, number: int) -> None:
        """Rate by the number of a button."""
        rating = rating_of(number, self.engine.settings.buttons)
        if rating is not None:
            await self._rate(rating)

    async def _rate(self, rating: Rating) -> None:
        """Record the rating and go on."""
        if self.stage is not Stage.ANSWERED or self.prompt is None:
            return
        prompt, spent = self.prompt, self.stopwatch.spent_ms
        card, leech = prompt.card.id, False
        try:
            if self.practice:
                self.sitting.practised(card, rating)
            else:
                after = self.engine.answer(
                    card,
                    rating,
                    answer_ms=spent,
                    drawn=prompt.drawn or None,
                    shown=prompt.schedule,
                )
                leech = self.engine.turned_leech(prompt.schedule, after)
        except BusyError as error:
            self._rate_later(rating, error)
            return
        except StaleReviewError as error:
            self.quiz.report(error)
            await self.next_item()
            return
        except QuizappError as error:
            self.quiz.report(error)
            return
        self.quiz.hush()
        way = "practice" if self.practice else "answer"
        self.session.deeds.append(Deed(card, way, rating, spent, leech))
        if leech:
            self._tell_leech(prompt, after)
        await self.next_item()
        if self.session.is_over(self.engine.settings.session_minutes):
            self._ask_whether_to_go_on()

    def _rate_later(self, rating: Rating, error: BusyError) -> None:
        """Another process is writing: keep the rating, and try again without freezing."""
        waiting, self._waiting = self._waiting, rating
        if waiting is not None:  # the next try takes the new rating
            return
        if self._waited >= _MOST_WAITS:
            self._waiting, self._waited = None, 0
            self.quiz.report(error)
            return
        if not self._waited:
            told = say("Another quizapp is writing. Your answer is saved as soon as it is done.")
            self.quiz.tell(told, warn=True)
        self._waited += 1
        self.stopwatch.pause()
        self.set_timer(_WAIT_S, partial(self._rate_again, self._token))

    async def _rate_again(self, token: int) -> None:
        rating, self._waiting = self._waiting, None
        if rating is not None and token == self._token:
            await self._rate(rating)

    def _tell_leech(self, prompt: Prompt, after: Schedule) -> None:
        front = self.engine.title(prompt.card)
        told = say_n(
            after.lapses,
            "Leech: “{front}” was forgotten {n} times. Undo and edit it: another wording helps.",
            "Leech: “{front}” was forgotten once. Undo and edit it: another wording helps.",
            front=front if len(front) <= 40 else f"{front[:39]}…",
        )
        done = say("It is suspended.") if after.suspended else say("It stays in the sessions.")
        self.quiz.tell(f"{told} {done}", warn=True)

    @work(exclusive=True, group="period")
    async def _ask_whether_to_go_on(self) -> None:
        """The time that the learner has set for a session is over."""
        if self.stage is Stage.DONE:
            return
        from quizapp.tui.screens.confirm import Confirm

        minutes = self.engine.settings.session_minutes
        self.session.go_on(minutes)
        time = times.duration(self.session.spent_ms)
        question = say_n(
            self._answered(),
            "{time} of study, {n} answers. Go on?",
            "{time} of study, {n} answer. Go on?",
            time=time,
        )
        if not await self.app.push_screen_wait(Confirm(question, [("on", say("Go on"))])):
            self._stopped = True
            self._finish()

    def _answered(self) -> int:
        return len(self.session.answers)

    # -- language, leaving, the end -----------------------------------------------------------

    def language_changed(self) -> None:
        """Show the card in the language spoken now; what was typed stays."""
        super().language_changed()
        if self.prompt is None:
            if self.offered is not None:
                self._offer_exercise(self.offered)
            elif not self.gathering:
                self._finish()
            return
        with self.app.batch_update():
            self.face.reword()
            if self.stage is Stage.ANSWERED:
                self._show_back(self.prompt)
            self.show_heading()

    @property
    def _typing(self) -> bool:
        """Whether letters go into a field, and are no keys."""
        in_field = self.focused is not None and self.focused.id in _FIELDS
        return self.stage is Stage.ASKING and in_field

    def action_leave_field(self) -> None:
        """Let letters be keys."""
        self.face.focus()

    def action_type(self) -> None:
        """Go on answering."""
        self.query_one(AnswerBox).release()

    def _finish(self) -> None:
        self._show_page(Stage.DONE)
        with self.quiz.reporting():
            self.face.show_page(self._summary())
            self._count_new(self._token)

    @work(thread=True, exclusive=True, group="new")
    def _count_new(self, token: int) -> None:
        """Count the new cards that wait, which takes a while where very many are known."""
        with contextlib.suppress(QuizappError):
            self.post_message(self.NewCounted(token, self.sitting.new_waiting()))

    @on(NewCounted)
    def _new_counted(self, event: NewCounted) -> None:
        if event.token == self._token and event.number != self._new_waiting:
            self._new_waiting = event.number
            with self.quiz.reporting():
                self.face.update_page(self._summary())

    def _summary(self) -> list[Block]:
        """What the end of a session says now."""
        from quizapp.tui.widgets.summary import summary

        step = self.sitting.next_step()
        return summary(
            self.session,
            self._progress(),
            self.engine.day_report(),
            self._titles(),
            stopped=self._stopped,
            step_s=(step - self.engine.clock()).total_seconds() if step else 0.0,
            new_waiting=self._new_waiting,
            new_per_day=self.engine.settings.new_per_day,
        )

    def _titles(self) -> list[str]:
        """What the cards ask that became leeches."""
        cards = self.engine.course.cards
        return [self.engine.title(cards[item]) for item in self.session.leeches if item in cards]

    async def _look_again(self) -> None:
        """A card in a learning step may have come up while the summary was shown, or be nearer."""
        if self.stage is Stage.DONE and self.is_current and not self.practice and not self._stopped:
            with self.quiz.reporting():
                item = self.sitting.next()
                if item is None:
                    self.face.update_page(self._summary())
                elif not isinstance(item, ExercisePrompt):
                    await self.ask(item)

    async def action_go_on(self) -> None:
        """Go on after a stop."""
        await self.next_item()

    def action_settings(self) -> None:
        """Open the settings, where the limits of a day are."""
        self.quiz.open_settings()

    async def action_ahead(self) -> None:
        """Practise cards that are not due yet."""
        await self._go_on_with(Mode.AHEAD)

    async def action_cram(self) -> None:
        """Practise all cards of the session's choice."""
        await self._go_on_with(Mode.CRAM)

    async def _go_on_with(self, mode: Mode) -> None:
        self.sitting = self.sitting.in_mode(mode)
        await self.gather(more=True)

    def check_action(
        self,
        action: str,
        parameters: tuple[object, ...],  # noqa: ARG002 - the signature is Textual's
    ) -> bool | None:
        """Hide keys of another stage; grey those that make no sense with this card."""
        if self.gathering and action in _ABOUT_CARDS:
            return False
        kind = self.prompt.card.note.kind if self.prompt else None
        if action == "reveal":
            return self.stage is Stage.ASKING and kind in REVEALED
        if action == "type":
            asked = self.stage is Stage.ASKING and self.prompt is not None
            return asked and kind not in REVEALED
        if action in ("leave_field", "leave"):
            return self._typing is (action == "leave_field")
        if action in ("open", "skip"):
            return self.stage is Stage.OFFERED
        if action == "rate":
            return self.stage is Stage.ANSWERED
        if action == "right":
            wrong = self.assessment is not None and not self.assessment.correct
            return self.stage is Stage.ANSWERED and wrong
        if action in ("ahead", "cram", "settings"):
            return self.stage is Stage.DONE
        if action == "go_on":
            return self.stage is Stage.DONE and self._stopped
        if action == "bury":
            return self.stage is not Stage.DONE
        if action in ("edit", "suspend", "flag", "source"):
            shown = self.stage not in _PAGES
            return shown and (True if action != "source" or self.stage is Stage.ANSWERED else None)
        return True
