"""What the browser does to cards: suspend, bury, flag, reset, move; and undo. Owns these steps.

Each runs in a worker, since it may be about thousands of cards, and posts what came of it; until
then no other begins. Leaves finding and showing cards to others.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from textual import on, work
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from quizapp.domain.memory import ItemKind
from quizapp.engine.marking import Changed, When, parse_when
from quizapp.errors import QuizappError
from quizapp.tui.screens.finding import Finding
from quizapp.tui.widgets.meters import Waiting
from quizapp.tui.words import say

if TYPE_CHECKING:
    from quizapp.domain.memory import Schedule

Items = Sequence[tuple[ItemKind, str]]


class Back(NamedTuple):
    """How something is taken back.

    Attributes:
        run: does it; returns of how many cards.
        notes: whether notes say something else then.
    """

    run: Callable[[], int]
    notes: bool = False


Deed = Callable[[], tuple[str, Back | None]]
"""Does something; returns what was done, and how it is taken back, None where nothing was."""


class Bulk(Finding):
    """The part of the browser that decides of cards.

    Attributes:
        deeds: how what was done on this screen is taken back, oldest first.
        busy: whether something is being done.
    """

    deeds: list[Back]
    busy = False

    class Done(Message):
        """Something was done.

        Args:
            told: what.
            back: how it is taken back.
            error: why it was not done.
            notes: whether notes say something else now.
        """

        def __init__(
            self,
            told: str,
            back: Back | None = None,
            error: QuizappError | None = None,
            *,
            notes: bool = False,
        ) -> None:
            super().__init__()
            self.told = told
            self.back = back
            self.error = error
            self.notes = notes

    def _chosen(self) -> list[str]:
        """Ids of the cards that a key acts on; none while another key is still at work."""
        return [] if self._is_busy() else self.hits.chosen

    def _is_busy(self) -> bool:
        if self.busy:
            self.app.bell()
        return self.busy

    def _schedules(self, ids: Sequence[str]) -> list[Schedule]:
        if len(ids) == 1:
            return [self.engine.store.schedule(ItemKind.CARD, ids[0])]
        known = self.engine.store.schedules(ItemKind.CARD)
        return [known[item] for item in ids if item in known]

    def action_suspend(self) -> None:
        """Suspend the chosen cards; where all of them are, let them in again."""
        if ids := self._chosen():
            self._decide(ids, self._suspended)

    def _suspended(self, items: Items) -> tuple[str, Changed]:
        known = self._schedules([item for _, item in items])
        on = sum(schedule.suspended for schedule in known) < len(items)
        told = say("suspended: {n}") if on else say("asked again: {n}")
        return told, self.engine.decide(items, suspended=on)

    def action_bury(self) -> None:
        """Bury the chosen cards; where all of them are, dig them out."""
        if ids := self._chosen():
            self._decide(ids, self._buried)

    def _buried(self, items: Items) -> tuple[str, Changed]:
        known, today = self._schedules([item for _, item in items]), self.engine.today()
        buried = [each.buried_until for each in known if each.buried_until is not None]
        on = sum(day > today for day in buried) < len(items)
        told = say("not today, but tomorrow: {n}") if on else say("asked again: {n}")
        return told, self.engine.decide(items, buried=on)

    async def action_flag(self) -> None:
        """Flag the chosen cards."""
        if ids := self._chosen():
            from quizapp.tui.screens.flag import FlagPicker

            known = self._schedules(ids[:1])
            picker = FlagPicker(known[0].flag if known else 0, len(ids))
            # Pushed at once: the number may be typed already.
            await self.app.push_screen(picker, partial(self._flag, ids))

    def _flag(self, ids: Sequence[str], flag: int | None) -> None:
        if flag is None or flag < 0:
            return
        told = say("flagged {flag}: {n}").replace("{flag}", str(flag))
        told = told if flag else say("flag taken off: {n}")
        self._decide(ids, lambda items: (told, self.engine.decide(items, flag=flag)))

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
            await self.app.push_screen(Confirm(question, answers), partial(self._reset, ids))

    def _reset(self, ids: Sequence[str], answer: str | None) -> None:
        if answer:
            self._decide(ids, lambda items: (say("new again: {n}"), self.engine.reset(items)))

    async def action_move(self) -> None:
        """Move the day of the chosen cards to one that is typed."""
        if ids := self._chosen():
            from quizapp.tui.screens.ask import Ask

            today = self.engine.today()
            question = say("When should this card come back?")
            if len(ids) > 1:
                question = say("When should {n} cards come back?", n=len(ids))
            hint = say("+3 or -2 days, today, tomorrow, or a day like 2026-12-24")
            ask = Ask(question, hint, lambda text: parse_when(text, today))
            await self.app.push_screen(ask, partial(self._move, ids))

    def _move(self, ids: Sequence[str], text: str | None) -> None:
        if text:
            when: When = parse_when(text, self.engine.today())
            self._decide(ids, lambda items: (say("day moved: {n}"), self.engine.move(items, when)))

    def _decide(self, ids: Sequence[str], deed: Callable[[Items], tuple[str, Changed]]) -> None:
        """Run `deed` on cards; it says with {n} what was done to how many."""
        items = [(ItemKind.CARD, item) for item in ids]

        def done() -> tuple[str, Back | None]:
            told, changed = deed(items)
            told = told.format(n=changed.changed)
            if new := len(changed.dayless):
                told += say("; new, so without a day to move: {n}", n=new)
            if left := len(items) - changed.changed - new:
                told += say("; as they were: {n}", n=left)
            back = Back(partial(self.engine.take_back, changed))
            return told, None if changed.first is None else back

        self._do(done)

    def _do(self, deed: Deed, *, notes: bool = False) -> None:
        """Do something in a worker."""
        self.busy = True
        self.query_one(Waiting).start(say("working…"))
        self._run(deed, notes)

    @work(thread=True, group="deed")
    def _run(self, deed: Deed, notes: bool) -> None:
        try:
            told, back = deed()
        except QuizappError as error:
            self.post_message(self.Done("", error=error, notes=notes))
        else:
            self.post_message(self.Done(told, back, notes=notes))

    @on(Done)
    def _done(self, event: Done) -> None:
        self.busy = False
        self.query_one(Waiting).stop()
        if event.error is not None:
            self.quiz.report(event.error)
        else:
            self._note(event.told)
        if event.back is not None:
            self.deeds.append(event.back)
        self.hits.reread()
        if event.notes:
            self._told = event.error is None
            self.notes_changed()

    def notes_changed(self) -> None:
        """Notes say something else now."""
        self._search()

    def action_undo(self) -> None:
        """Take back the newest thing that was done here."""
        if self._is_busy():
            return
        if not self.deeds:
            self.quiz.tell(say("Nothing was done here; in a session, u takes answers back."))
            return
        back = self.deeds.pop()
        self._do(lambda: (say("taken back: {n}", n=back.run()), None), notes=back.notes)

    def _note(self, told: str) -> None:
        """Say what was done, where it covers nothing."""
        self.query_one("#told", Static).update(Content(f"✓ {told}").stylize("$text-success"))
