"""What the browser does to cards: suspend, bury, flag, reset, move; and undo. Owns these steps.

Each runs in a worker, since it may be about thousands of cards, and posts what came of it; until
then no other begins. Leaves finding and showing cards to `browser`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from textual import on, work
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from quizapp.domain.memory import ItemKind
from quizapp.engine.marking import Changed, parse_when
from quizapp.errors import QuizappError
from quizapp.tui.screens.base import Activity
from quizapp.tui.widgets.hits import HitList
from quizapp.tui.widgets.meters import Waiting
from quizapp.tui.words import say

if TYPE_CHECKING:
    from quizapp.domain.memory import Schedule

Items = Sequence[tuple[ItemKind, str]]


class Bulk(Activity):
    """The part of the browser that changes cards.

    Attributes:
        deeds: what was done on this screen and not taken back, oldest first.
        busy: whether something is being done.
    """

    deeds: list[Changed]
    busy = False

    class Done(Message):
        """Something was done to cards."""

        def __init__(self, told: str, changed: Changed | None, error: QuizappError | None) -> None:
            super().__init__()
            self.told = told
            self.changed = changed
            self.error = error

    @property
    def hits(self) -> HitList:
        """The list."""
        return self.query_one(HitList)

    def _chosen(self) -> list[str]:
        """Ids of the cards that a key acts on; none while another key is still at work."""
        if self.busy:
            self.app.bell()
            return []
        return self.hits.chosen

    def _schedules(self, ids: Sequence[str]) -> list[Schedule]:
        if len(ids) == 1:
            return [self.engine.store.schedule(ItemKind.CARD, ids[0])]
        known = self.engine.store.schedules(ItemKind.CARD)
        return [known[item] for item in ids if item in known]

    def action_suspend(self) -> None:
        """Suspend the chosen cards; where all of them are, let them in again."""
        if ids := self._chosen():
            with self.quiz.reporting():
                known = self._schedules(ids)
                on = sum(schedule.suspended for schedule in known) < len(ids)
                told = say("suspended: {n}") if on else say("asked again: {n}")
                self._do(ids, told, lambda items: self.engine.decide(items, suspended=on))

    def action_bury(self) -> None:
        """Bury the chosen cards; where all of them are, dig them out."""
        if ids := self._chosen():
            with self.quiz.reporting():
                known, today = self._schedules(ids), self.engine.today()
                buried = [each.buried_until for each in known if each.buried_until is not None]
                on = sum(day > today for day in buried) < len(ids)
                told = say("not today, but tomorrow: {n}") if on else say("asked again: {n}")
                self._do(ids, told, lambda items: self.engine.decide(items, buried=on))

    @work
    async def action_flag(self) -> None:
        """Flag the chosen cards."""
        if ids := self._chosen():
            from quizapp.tui.screens.flag import FlagPicker

            known = self._schedules(ids[:1])
            present = known[0].flag if known else 0
            flag = await self.app.push_screen_wait(FlagPicker(present, len(ids)))
            if flag >= 0:
                told = say("flagged {flag}: {n}").replace("{flag}", str(flag))
                told = told if flag else say("flag taken off: {n}")
                self._do(ids, told, lambda items: self.engine.decide(items, flag=flag))

    @work
    async def action_reset(self) -> None:
        """Make the chosen cards new again, after a question."""
        if ids := self._chosen():
            from quizapp.tui.screens.confirm import Confirm

            question = say(
                "Make {n} cards new again? They are asked as if never answered. The log keeps"
                " their history, and u takes it back.",
                n=len(ids),
            )
            answers = [("reset", say("Reset {n} cards", n=len(ids)))]
            if await self.app.push_screen_wait(Confirm(question, answers)):
                self._do(ids, say("new again: {n}"), self.engine.reset)

    @work
    async def action_move(self) -> None:
        """Move the day of the chosen cards to one that is typed."""
        if ids := self._chosen():
            from quizapp.tui.screens.ask import Ask

            today = self.engine.today()
            question = say("When should this card come back?")
            if len(ids) > 1:
                question = say("When should {n} cards come back?", n=len(ids))
            hint = say("+3 or -2 days, today, tomorrow, or a day like 2026-12-24")
            text = await self.app.push_screen_wait(
                Ask(question, hint, lambda text: parse_when(text, today))
            )
            if text:
                when = parse_when(text, today)
                told = say("day moved: {n}")
                self._do(ids, told, lambda items: self.engine.move(items, when))

    def _do(
        self,
        ids: Sequence[str],
        told: str,
        deed: Callable[[Items], Changed],
    ) -> None:
        """Run `deed` on cards in a worker; `told` says with {n} what was done to how many."""
        self.busy = True
        self.query_one(Waiting).start(say("working…"))
        self._run([(ItemKind.CARD, item) for item in ids], told, deed)

    @work(thread=True, group="deed")
    def _run(
        self,
        items: Items,
        told: str,
        deed: Callable[[Items], Changed],
    ) -> None:
        try:
            changed = deed(items)
        except QuizappError as error:
            self.post_message(self.Done("", None, error))
        else:
            left = len(items) - changed.changed
            told = told.format(n=changed.changed)
            if left:
                told += say("; as they were: {n}", n=left)
            self.post_message(self.Done(told, changed, None))

    @on(Done)
    def _done(self, event: Done) -> None:
        self.busy = False
        self.query_one(Waiting).stop()
        if event.error is not None:
            self.quiz.report(event.error)
        else:
            self._note(event.told)
        if event.changed is not None and event.changed.first is not None:
            self.deeds.append(event.changed)
        self.hits.reread()

    def action_undo(self) -> None:
        """Take back the newest thing that was done here."""
        if self.busy:
            self.app.bell()
            return
        if not self.deeds:
            self.quiz.tell(say("Nothing was done here; in a session, u takes answers back."))
            return
        self.busy = True
        self._take_back(self.deeds.pop())

    @work(thread=True, group="deed")
    def _take_back(self, deed: Changed) -> None:
        try:
            count = self.engine.take_back(deed)
        except QuizappError as error:
            self.post_message(self.Done("", None, error))
        else:
            self.post_message(self.Done(say("taken back: {n}", n=count), None, None))

    def _note(self, told: str) -> None:
        """Say what was done, where it covers nothing."""
        self.query_one("#told", Static).update(Content(f"✓ {told}").stylize("$text-success"))
