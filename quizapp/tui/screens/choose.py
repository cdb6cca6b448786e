"""Choosing what to study. Owns the form; leaves finding and counting cards to the engine.

Looking for cards may take a moment in a large course, so a thread does it and posts a message; what
it has found is the session that begins.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message
from textual.suggester import SuggestFromList
from textual.timer import Timer
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from quizapp.engine import Mode, Selection
from quizapp.engine.saved import term_of
from quizapp.errors import QuizappError
from quizapp.tui.keys import bindings
from quizapp.tui.screens.base import Activity
from quizapp.tui.text.safe import escaped
from quizapp.tui.widgets.inorder import TextLine
from quizapp.tui.widgets.meters import Waiting
from quizapp.tui.widgets.rows import Row
from quizapp.tui.words import say, say_n, told

if TYPE_CHECKING:
    from quizapp.engine import SelectionCounts, Sitting

_TYPING_S = 0.25
_ARROW = "\n  → "
_MODES = {
    Mode.DUE: ("Due", "what today asks for"),
    Mode.AHEAD: ("Ahead", "what is not due yet; nothing is recorded"),
    Mode.CRAM: ("Cram", "all of them, until you know each; nothing is recorded"),
}
_FIELDS = (
    ("search", "Search", 'words "a phrase" deck:… is:… -not'),
    ("tag", "Tag", "* stands for anything; several apart by commas"),
    ("exercise", "Exercise", "the cards that it uses"),
)


class ChooseScreen(Activity):
    """A form for which cards, and below it how many each way of studying would ask."""

    CSS_PATH = Path(__file__).with_name("choose.tcss")
    AUTO_FOCUS: ClassVar[str | None] = "#search"
    BINDINGS: ClassVar[list[BindingType]] = bindings(
        "choose",
        ("tab,down", "app.focus_next", "Next", "The next field, then the list"),
        ("shift+tab,up", "app.focus_previous", "Before", "The field before", "hidden"),
        ("escape", "leave", "Back", "Back to the screen before"),
    )

    class Found(Message):
        """The cards are found and counted, or the form makes no sense."""

        def __init__(
            self,
            token: int,
            sitting: Sitting | None,
            counts: SelectionCounts | None,
            error: QuizappError | None = None,
        ) -> None:
            super().__init__()
            self.token = token
            self.sitting = sitting
            self.counts = counts
            self.error = error

    def __init__(self) -> None:
        super().__init__()
        self.sitting: Sitting | None = None
        self.counts: SelectionCounts | None = None
        self.error: QuizappError | None = None
        self._token = 0
        self._typing: Timer | None = None

    def content(self) -> ComposeResult:
        """The fields, what they find, and the ways to study it."""
        yield Static(id="heading", markup=False)
        saved = [term_of(name) for name in self.engine.saved_searches()]
        known = {"search": saved, "exercise": list(self.engine.course.exercises)}
        for name, _, _ in _FIELDS:
            with Horizontal(classes="field"):
                yield Static(id=f"{name}-label", markup=False)
                yield TextLine(
                    id=name,
                    compact=True,
                    select_on_focus=False,
                    suggester=SuggestFromList(known.get(name, ()), case_sensitive=False),
                )
        yield Waiting(id="waiting")
        yield Static(id="found", markup=False)
        yield OptionList(*(Option("", id=mode.value) for mode in Mode), id="modes", markup=False)

    def on_mount(self) -> None:
        """Show the form with the whole course."""
        self.query_one("#modes", OptionList).highlighted = 0
        self.language_changed()
        self._look()

    def language_changed(self) -> None:
        """Show the words of the language spoken now."""
        super().language_changed()
        heading = Content(say("Choose cards")).stylize("bold")
        self.query_one("#heading", Static).update(heading)
        for name, label, about in _FIELDS:
            self.query_one(f"#{name}-label", Static).update(say(label))
            self.query_one(f"#{name}", Input).placeholder = say(about)
        self._show()

    # -- looking ------------------------------------------------------------------------------

    def selection(self) -> Selection:
        """What the form says."""
        search, tag, exercise = (self.query_one(f"#{name}", Input).value for name, *_ in _FIELDS)
        tags = tuple(filter(None, (word.strip() for word in tag.split(","))))
        return Selection(tags=tags, exercise=exercise.strip(), search=search.strip())

    @on(Input.Changed)
    def _form_changed(self) -> None:
        """Look anew once the typing stops; what was found before no longer holds."""
        self._token += 1
        self.sitting = None
        if self._typing is not None:
            self._typing.stop()
        self._typing = self.set_timer(_TYPING_S, self._look)

    def _look(self) -> None:
        self.query_one("#found").display = False
        self.query_one(Waiting).start(say("looking for cards…"))
        self._find(self._token, self.selection())

    @work(thread=True, exclusive=True, group="find")
    def _find(self, token: int, selection: Selection) -> None:
        try:
            sitting = self.engine.sitting(selection)
            self.post_message(self.Found(token, sitting, sitting.counts()))
        except QuizappError as error:
            self.post_message(self.Found(token, None, None, error))

    @on(Found)
    def _found(self, event: Found) -> None:
        if event.token == self._token:
            self.sitting, self.counts, self.error = event.sitting, event.counts, event.error
            self._show()

    def _show(self) -> None:
        """Show how many cards there are, and what each way would ask."""
        if self.sitting is not None or self.error is not None:
            self.query_one(Waiting).stop()
        found = self.query_one("#found", Static)
        found.display = not self.query_one(Waiting).display
        if self.error is not None:
            problem = escaped(f"✗ {told(self.error, _ARROW)}")
            found.update(Content(problem).stylize("$text-warning"))
        elif self.counts is not None:
            found.update(
                Content(say_n(self.counts.found, "{n} cards meet this.", "{n} card meets this."))
            )
        modes = self.query_one("#modes", OptionList)
        for index, (mode, (name, about)) in enumerate(_MODES.items()):
            number = self._number(mode)
            left = Content.assemble(
                (Content(say(name)).pad_right(8 - Content(say(name)).cell_length).plain, "bold"),
                (say(about), "$quiet"),
            )
            right = Content(str(number)).stylize("bold" if number else "$faint")
            modes.replace_option_prompt_at_index(index, Row(left, right))

    def _number(self, mode: Mode) -> int:
        if self.counts is None or self.error is not None:
            return 0
        if mode is Mode.DUE:
            return self.counts.due + self.counts.exercises
        return self.counts.ahead if mode is Mode.AHEAD else self.counts.cram

    # -- beginning ----------------------------------------------------------------------------

    @on(Input.Submitted)
    def _to_the_list(self) -> None:
        """The form is filled in: choose the way."""
        self.query_one("#modes").focus()

    @on(OptionList.OptionSelected)
    def _begin(self, event: OptionList.OptionSelected) -> None:
        """Begin the session in place of this form."""
        mode = Mode(event.option_id or "")
        if self.sitting is None:
            self.app.bell()  # still looking, or nothing found: the line above says so
        elif not self._number(mode):
            self.quiz.tell(say("There is no card to ask in this way."))
        else:
            self.quiz.begin(self.sitting.in_mode(mode))
