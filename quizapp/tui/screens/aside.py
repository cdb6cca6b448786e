"""What a session does to a card besides asking it: undo, set aside, flag, edit.

Owns these and their order in undo; leaves asking, answering and rating to `study`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import work

from quizapp.domain.memory import ItemKind, Trigger
from quizapp.errors import QuizappError
from quizapp.tui.screens.base import Activity
from quizapp.tui.session import Deed, Session
from quizapp.tui.text.safe import one_line
from quizapp.tui.widgets.heading import flag_shown
from quizapp.tui.words import say

if TYPE_CHECKING:
    from quizapp.engine import ExercisePrompt, Prompt, Sitting


class Asides(Activity):
    """The part of a session's screen that does not ask; `study` supplies the rest."""

    sitting: Sitting
    session: Session
    prompt: Prompt | None
    offered: ExercisePrompt | None

    async def next_item(self) -> None:
        """Ask what comes next."""
        raise NotImplementedError

    async def ask(self, prompt: Prompt) -> None:
        """Ask a card."""
        raise NotImplementedError

    def show_heading(self) -> None:
        """Show anew where the card stands."""
        raise NotImplementedError

    # -- taking back --------------------------------------------------------------------------

    async def action_undo(self) -> None:
        """Take the last thing back and ask its card again."""
        deed = self.session.deeds[-1] if self.session.deeds else None
        self.quiz.hush()
        try:
            unlogged = deed is not None and deed.way in ("practice", "skip")
            card = self._take_back(deed) if deed and unlogged else self._undo_logged()
            if deed is not None and card == deed.item:
                self.session.deeds.pop()
            if card is None:
                return
            prompt = self.engine.prompt(card) if card in self.engine.course.cards else None
        except QuizappError as error:
            self.quiz.report(error)
            return
        if prompt is not None and (deed is None or deed.way != "practice"):
            await self.ask(prompt)
        else:
            await self.next_item()

    def _take_back(self, deed: Deed) -> str:
        """Take back what no log row stands for."""
        if deed.way == "practice":
            return self.sitting.take_back() or deed.item
        self.sitting.let_in(deed.item)
        return deed.item

    def _undo_logged(self) -> str | None:
        """The item whose answer, mark or submission was taken back; None without one."""
        review = self.engine.undo()
        if review is None:
            self.quiz.tell(say("There is nothing to undo."))
            return None
        self.sitting.let_in(review.item)
        items = self.engine.store.items_with(review) if review.decided else 1
        if review.trigger is Trigger.RENAMED:
            self.quiz.tell(say("{card} has its history back.", card=one_line(review.item)))
        elif items > 1:
            self.quiz.tell(say("Took back what was decided of {n} cards.", n=items))
        elif review.before.flag != review.after.flag:
            self.quiz.tell(say("The flag is as it was."))
        elif review.kind is ItemKind.EXERCISE and review.trigger is not Trigger.STATE:
            told = say(
                "{slug} counts as not reviewed; what you submitted is kept.", slug=review.item
            )
            self.quiz.tell(told)
        return review.item

    # -- setting aside ------------------------------------------------------------------------

    async def action_suspend(self) -> None:
        """Never ask this card again, until it is undone."""
        if self.prompt is not None:
            with self.quiz.reporting():
                self.engine.suspend(self.prompt.card.id)
                told = say("Suspended. u takes it back.")
                await self._set_aside(self.prompt.card.id, "suspend", told)

    async def action_bury(self) -> None:
        """Not today."""
        told = say("Not today, but tomorrow. u takes it back.")
        with self.quiz.reporting():
            if self.prompt is not None:
                self.engine.bury(self.prompt.card.id)
                await self._set_aside(self.prompt.card.id, "bury", told)
            elif self.offered is not None:
                slug = self.offered.exercise.slug
                self.engine.put_off(slug)
                await self._set_aside(slug, "put off", told)

    async def action_skip(self) -> None:
        """Go on without the exercise; it stays due."""
        if self.offered is not None:
            told = say("Not in this session. u takes it back.")
            await self._set_aside(self.offered.exercise.slug, "skip", told)

    async def _set_aside(self, item: str, way: str, notice: str) -> None:
        self.session.deeds.append(Deed(item, way))
        self.sitting.leave_out(item)
        self.quiz.hush()
        self.quiz.tell(notice)
        await self.next_item()

    # -- flagging, editing --------------------------------------------------------------------

    @work
    async def action_flag(self) -> None:
        """Give the card a flag, or take it away."""
        from quizapp.tui.screens.flag import FlagPicker

        if self.prompt is None:
            return
        card = self.prompt.card.id
        flag = await self.app.push_screen_wait(FlagPicker(self.prompt.schedule.flag))
        if flag < 0 or self.prompt is None or self.prompt.card.id != card:
            return
        with self.quiz.reporting():
            schedule = self.engine.mark([card], flag=flag)[0]
            if schedule.flag != self.prompt.schedule.flag:
                self.session.deeds.append(Deed(card, "flag"))
            self.prompt = self.prompt._replace(schedule=schedule)
            self.show_heading()
            shown = flag_shown(flag).plain
            self.quiz.tell(
                say("Flagged: {flag}", flag=shown) if flag else say("The flag is taken away.")
            )

    async def action_edit(self) -> None:
        """Open the form of a card of one's own; other notes in the learner's editor."""
        if self.prompt is None:
            return
        from quizapp.tui import editor
        from quizapp.tui.screens.make import form_of

        card, place = self.prompt.card.id, self.prompt.card.note.location
        form = form_of(self.engine, card)
        if form is not None:
            self.app.push_screen(form, self._after_form)
            return
        try:
            path = self.engine.course_file(place.path)
            editor.edit(path, place.line, self.quiz.handed_over())
            self.engine.reload_course()
            for error in self.engine.course.left_out:
                if error.path == path:
                    raise error
            prompt = self.engine.prompt(card)
        except QuizappError as error:
            self.quiz.report(error)
            return
        await self.ask(prompt)
        self.quiz.tell(say("Read again: {path}", path=one_line(place.path)))

    async def _after_form(self, _result: None = None) -> None:
        """Ask the card as it is now; what comes next, where it was taken out."""
        if self.prompt is None:
            return
        card = self.prompt.card.id
        if card not in self.engine.course.cards:
            await self.next_item()
        elif self.engine.card(card).note != self.prompt.card.note:
            await self.ask(self.engine.prompt(card))
