"""Find and replace in many cards. Owns the form and showing what would change.

The engine works out what a change comes to in a worker, whenever the typing stops; the change that
is shown is the one that is made, by who opened the form.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.timer import Timer
from textual.widgets import Input, Static

from quizapp.engine.edits import FIELDS, Change, Plan, Replacing, differing
from quizapp.errors import QuizappError, UsageError
from quizapp.tui.keys import bindings
from quizapp.tui.screens.base import Activity
from quizapp.tui.text.safe import escaped
from quizapp.tui.widgets.chooser import Chooser
from quizapp.tui.widgets.inorder import TextLine
from quizapp.tui.widgets.meters import Waiting
from quizapp.tui.words import say, say_n

if TYPE_CHECKING:
    from quizapp.engine.edits import Field

_TYPING_S = 0.25
_SHOWN = 50
"""Notes whose change is shown; how many more there are is told."""

_WHERE: dict[str, tuple[Field, ...]] = {
    "everywhere": FIELDS,
    "front": ("front",),
    "back": ("back",),
    "tags": ("tags",),
}
_HOW = {
    "as typed": (False, False),
    "capitals or not": (False, True),
    "pattern": (True, False),
    "pattern, capitals or not": (True, True),
}
"""How the text is looked for: as a pattern or not, whatever its capitals or not."""


class ReplaceScreen(Activity):
    """A form for what is put in the place of what, and below it each change.

    Args:
        cards: ids of the cards that are meant.
        marked: whether the learner has marked these; else a search has found them.
        do: makes the change; called once, when the form is left by Replace.
    """

    CSS_PATH = Path(__file__).with_name("replace.tcss")
    AUTO_FOCUS: ClassVar[str | None] = "#find"
    BINDINGS: ClassVar[list[BindingType]] = bindings(
        "replace",
        ("ctrl+s", "put", "Replace", "Make the changes that are shown; u takes them back"),
        ("tab,down", "app.focus_next", "Next", "The next field, then the changes"),
        ("shift+tab,up", "app.focus_previous", "Before", "The field before", "hidden"),
        ("escape", "leave", "Back", "Leave the form; nothing is changed"),
    )

    class Planned(Message):
        """What the form comes to, or what is wrong with it."""

        def __init__(self, token: int, plan: Plan | None, error: QuizappError | None) -> None:
            super().__init__()
            self.token = token
            self.plan = plan
            self.error = error

    def __init__(self, cards: Sequence[str], *, marked: bool, do: Callable[[Plan], None]) -> None:
        super().__init__()
        self.cards = cards
        self.marked = marked
        self.do = do
        self.plan: Plan | None = None
        self._token = 0
        self._typing: Timer | None = None

    def content(self) -> ComposeResult:
        """The fields, what they come to, and each change."""
        yield Static(id="heading")
        for name, widget in (
            ("find", TextLine(id="find", compact=True)),
            ("put", TextLine(id="put", compact=True)),
            ("where", Chooser(list(_WHERE), id="where")),
            ("how", Chooser(list(_HOW), id="how")),
        ):
            with Horizontal(classes="field"):
                yield Static(id=f"{name}-label")
                yield widget
        yield Waiting(id="waiting")
        yield Static(id="told")
        with VerticalScroll(id="changes", can_focus=True):
            yield Static(id="shown")

    def on_mount(self) -> None:
        """Name the fields."""
        self.language_changed()

    def language_changed(self) -> None:
        """Show the words of the language spoken now."""
        super().language_changed()
        count = len(self.cards)
        if self.marked:
            among = say_n(count, "in {n} marked cards", "in {n} marked card")
        else:
            among = say_n(count, "in {n} cards that were found", "in the card that was found")
        title = Content.assemble((say("Find and replace"), "bold"), (f"  {among}", "$quiet"))
        self.query_one("#heading", Static).update(title)
        labels = {
            "find": say("Find"),
            "put": say("Put in"),
            "where": say("Where"),
            "how": say("How"),
        }
        for name, label in labels.items():
            self.query_one(f"#{name}-label", Static).update(Content(label))
        for chooser in self.query(Chooser):
            chooser.refresh(layout=True)
        self._show()

    # -- working out --------------------------------------------------------------------------

    def asked(self) -> Replacing:
        """What the form says."""
        find, put = (self.query_one(f"#{name}", Input).value for name in ("find", "put"))
        where, how = (self.query_one(f"#{name}", Chooser).value for name in ("where", "how"))
        return Replacing(find, put, _WHERE[where], *_HOW[how])

    @on(Input.Changed)
    @on(Chooser.Changed)
    def _form_changed(self) -> None:
        """Work it out anew once the typing stops; what was shown before no longer holds."""
        self._token += 1
        self.plan = None
        if self._typing is not None:
            self._typing.stop()
        self._typing = self.set_timer(_TYPING_S, self._look)

    def _look(self) -> None:
        asked = self.asked()
        if not asked.find:
            self._show()
            return
        self.query_one("#told").display = False
        self.query_one(Waiting).start(say("looking for it…"))
        self._work_out(self._token, asked)

    @work(thread=True, exclusive=True, group="plan")
    def _work_out(self, token: int, asked: Replacing) -> None:
        try:
            plan = self.engine.replacement(self.cards, asked)
        except QuizappError as error:
            self.post_message(self.Planned(token, None, error))
        else:
            self.post_message(self.Planned(token, plan, None))

    @on(Planned)
    def _planned(self, event: Planned) -> None:
        if event.token == self._token:
            self.plan = event.plan
            self._show(event.error)

    # -- showing ------------------------------------------------------------------------------

    def _show(self, error: QuizappError | None = None) -> None:
        self.query_one(Waiting).stop()
        told, shown = self.query_one("#told", Static), self.query_one("#shown", Static)
        told.display = True
        plan = self.plan
        if error is not None:
            told.update(Content(escaped(f"✗ {say(error.what)}")).stylize("$text-error"))
        elif plan is None:
            told.update(Content(say("What would change shows here.")).stylize("$quiet"))
        else:
            told.update(Content("\n").join(_summary(plan)))
        changes = plan.changes[:_SHOWN] if plan else ()
        pieces = [line for change in changes for line in _lines(change)]
        if plan and len(plan.changes) > _SHOWN:
            pieces.append(Content(say("… and {n} more", n=len(plan.changes) - _SHOWN)))
        shown.update(Content("\n").join(pieces))

    # -- doing --------------------------------------------------------------------------------

    @on(Input.Submitted)
    def _entered(self) -> None:
        self.app.action_focus_next()

    def action_put(self) -> None:
        """Make the change that is shown."""
        if self.plan is None:
            self.app.bell()  # nothing is shown yet
        elif not self.plan.changes:
            error = UsageError(
                say("Find and replace"),
                say("no card of your own would be changed"),
                say("cards of the course are not yours to change") if self.plan.of_course else "",
            )
            self.quiz.report(error)
        else:
            self.dismiss()
            self.do(self.plan)


def _summary(plan: Plan) -> Iterator[Content]:
    """What a change comes to, in a line or some."""
    count = len(plan.changes)
    counts = say("cards of your own: {n}, places: {places}", n=count, places=plan.matches)
    yield Content(counts).stylize("bold" if plan.changes else "$quiet")
    if plan.of_course:
        told = say("cards of the course, which only its authors change: {n}", n=len(plan.of_course))
        yield Content(f"! {told}").stylize("$text-warning")
    if plan.broken:
        told = say("would have nothing to ask, or broken gaps, and stay: {n}", n=len(plan.broken))
        yield Content(f"! {told}").stylize("$text-warning")
    if plan.cards_gone:
        told = say("gaps that go with their cards, whose history is kept: {n}", n=plan.cards_gone)
        yield Content(f"! {told}").stylize("$text-warning")


def _lines(change: Change) -> Iterator[Content]:
    """A note's name, and what goes and comes."""
    for field, old, new in change.sides():
        name, _, language = field.partition(" ")
        shown = f"  {say(name)} {language}".rstrip()
        yield Content.assemble((escaped(change.before.id), "bold"), (shown, "$quiet"))
        for sign, line in differing(old, new):
            style = "$text-error" if sign == "-" else "$text-success"
            yield Content(f"  {sign} {escaped(line)}").stylize(style)
