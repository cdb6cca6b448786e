"""Home: what waits today. Owns the two lists; leaves counting to the engine."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from quizapp.errors import QuizappError
from quizapp.tui.keys import bindings
from quizapp.tui.screens.base import Activity
from quizapp.tui.widgets.rows import Row, count
from quizapp.tui.words import say, say_n

if TYPE_CHECKING:
    from quizapp.engine.types import DeckDue, Due, ExerciseRow

_STATES = {
    "new": ("○", "$quiet"),
    "tried": ("◐", "$text-warning"),
    "solved": ("✓", "$text-success"),
}


class Choices(OptionList):
    """A list that keeps its place when its rows change."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "select", "Open", tooltip="Study this deck, or open this exercise"),
        Binding("j", "cursor_down", "Down", show=False, tooltip="One row down"),
        Binding("k", "cursor_up", "Up", show=False, tooltip="One row up"),
    ]

    def show(self, rows: list[tuple[str, Row]]) -> None:
        """Show `rows`, (id, row) pairs; unchanged places are repainted, not rebuilt."""
        if [option.id for option in self.options] == [name for name, _ in rows]:
            for index, (_, row) in enumerate(rows):
                self.replace_option_prompt_at_index(index, row)
            return
        place = self.highlighted
        self.clear_options()
        self.add_options(Option(row, id=name) for name, row in rows)
        if rows:
            self.highlighted = min(place or 0, len(rows) - 1)


class HomeScreen(Activity):
    """Decks and exercises with what is new, in learning and due."""

    CSS_PATH = Path(__file__).with_name("home.tcss")
    AUTO_FOCUS: ClassVar[str | None] = "#decks"
    BINDINGS: ClassVar[list[BindingType]] = bindings(
        "home",
        ("s", "study_all", "Study all", "Study what is due in all decks"),
        ("tab,right,left", "other_list", "Cards/exercises", "To the other list and back"),
        ("b", "browse", "Browse", "Search all cards; look at them, suspend, flag"),
        ("t", "statistics", "Statistics", "Streak, forecast, retention, a year"),
        ("c", "choose", "Choose", "By search, tag or exercise; due, ahead or cram"),
        ("a", "study_ahead", "Ahead", "Practise cards that are not due; nothing is recorded"),
        ("n", "make", "New card", "Write a card of your own"),
        ("o", "settings", "Settings", "How studying goes, and where your data is"),
        ("l", "app.language", "中文", "Switch between English and Chinese"),
        ("q", "app.quit", "Quit", "Leave; everything is saved"),
        ("escape", "leave", "Back", "Nothing is further back", "hidden"),
    )

    _left = False

    def content(self) -> ComposeResult:
        """A banner, today's line, the two lists."""
        yield Static(id="banner")
        yield Static(id="today")
        with Horizontal(id="lists"):
            with Vertical(id="deck-pane", classes="pane"):
                yield Static(id="deck-heading", classes="heading")
                yield Choices(id="decks", markup=False)
            with Vertical(id="exercise-pane", classes="pane"):
                yield Static(id="exercise-heading", classes="heading")
                yield Choices(id="exercises", markup=False)

    def on_mount(self) -> None:
        """Show the decks at once; the rest follows the first paint."""
        self._show_cards()
        self.call_after_refresh(self._show_rest)

    def on_screen_suspend(self) -> None:
        """From now on, what is shown may be out of date."""
        self._left = True

    def on_screen_resume(self) -> None:
        """Whatever was done elsewhere shows."""
        if self._left:
            self._left = False
            self._show_cards()
            self._show_rest()

    def language_changed(self) -> None:
        """Show everything anew."""
        super().language_changed()
        self._show_cards()
        self._show_rest()

    # -- what is shown ------------------------------------------------------------------------

    def _show_cards(self) -> None:
        with self.quiz.reporting():
            due = self.engine.due()
            self._show_today(due)
            rows = [(deck.topic, self._deck_row(deck)) for deck in due.decks]
            self.query_one("#decks", Choices).show(rows)
        heading = Row(
            Content(say("Cards")).stylize("bold"),
            Content("").join(_headings()),
        )
        self.query_one("#deck-heading", Static).update(heading)
        self._show_banner("")

    def _show_rest(self) -> None:
        with self.quiz.reporting():
            rows = [(row.exercise.slug, self._exercise_row(row)) for row in self.engine.exercises()]
            solved = sum(row.plain.startswith("✓") for _, row in rows)
            self.query_one("#exercises", Choices).show(rows)
            heading = Row(
                Content(say("Exercises")).stylize("bold"),
                Content(say("{n} of {m} solved", n=solved, m=len(rows))).stylize("$quiet"),
            )
            self.query_one("#exercise-heading", Static).update(heading)
        try:
            streak = self.engine.streak().current
        except QuizappError as error:
            self.quiz.report(error)
            return
        told = say("{n}-day streak", n=streak) if streak else say("no streak yet")
        self._show_banner(f"▲ {told}")

    def _show_banner(self, right: str) -> None:
        title = self.engine.course.titles.read_in(self.engine.language) or self.engine.course.title
        left = Content.assemble(("quizapp", "bold $text-primary"), "  ", (title, "$quiet"))
        self.query_one("#banner", Static).update(Row(left, Content(right).stylize("$text-accent")))

    def _show_today(self, due: Due) -> None:
        new, learning, waiting = (
            sum(getattr(deck, name) for deck in due.decks) for name in ("new", "learning", "due")
        )
        pieces: list[Content | str] = []
        for number, word, style in (
            (waiting, say("due"), "$text-success"),
            (learning, say("in learning"), "$text-warning"),
            (new, say("new"), "$text-primary"),
            (
                due.exercises.due,
                say_n(due.exercises.due, "exercises due", "exercise due"),
                "$text-accent",
            ),
        ):
            if number:
                pieces += [Content(str(number)).stylize(f"bold {style}"), f" {word}   "]
        if not pieces:
            pieces = [Content(say("✓ Nothing waits: all done for today.")).stylize("$text-success")]
        key = Content.assemble(
            (" s ", "bold $background on $primary"), (f" {say('Study all')}", "bold")
        )
        self.query_one("#today", Static).update(Row(Content("").join(pieces), key))

    @on(events.Click, "#today")
    def _today_clicked(self) -> None:
        """What looks like a button is one."""
        self.action_study_all()

    def _deck_row(self, deck: DeckDue) -> Row:
        return Row(
            Content(deck.title.read_in(self.engine.language)),
            Content("").join(
                [
                    count(deck.new, "$text-primary"),
                    count(deck.learning, "$text-warning"),
                    count(deck.due, "bold $text-success"),
                ]
            ),
        )

    def _exercise_row(self, row: ExerciseRow) -> Row:
        mark, style = _STATES[row.state.value]
        told = Content(say("due")).stylize("bold $text-accent") if row.due else Content("")
        if not row.due and row.best_score is not None:
            told = Content(f"{row.best_score}/{row.max_score}").stylize("$quiet")
        title = row.exercise.title.read_in(self.engine.language)
        return Row(Content.assemble((f"{mark} ", style), title), told)

    # -- what is done -------------------------------------------------------------------------

    def action_study_all(self) -> None:
        """Study all decks."""
        self.quiz.study()

    def action_study_ahead(self) -> None:
        """Study cards that are not due yet, too."""
        self.quiz.study(ahead=True)

    def action_browse(self) -> None:
        """Open the card browser."""
        self.quiz.open_browser()

    def action_choose(self) -> None:
        """Choose what to study."""
        self.quiz.choose_cards()

    def action_statistics(self) -> None:
        """Open the statistics."""
        self.quiz.open_statistics()

    def action_make(self) -> None:
        """Write a card of one's own."""
        self.quiz.make_card()

    def action_settings(self) -> None:
        """Open the settings."""
        self.quiz.open_settings()

    def action_other_list(self) -> None:
        """Move the focus to the other list."""
        other = "#decks" if self.focused and self.focused.id == "exercises" else "#exercises"
        self.query_one(other).focus()

    def action_leave(self) -> None:
        """Home is the last screen: nothing to leave for."""

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Study the deck, or open the exercise."""
        if event.option_id is None:
            return
        if event.option_list.id == "decks":
            self.quiz.study([event.option_id])
        else:
            self.quiz.open_exercise(event.option_id)


def _headings() -> Iterator[Content]:
    """The words above the figures, right-aligned like them."""
    for word in ("new", "lrn.", "due"):
        heading = Content(say(word)).stylize("$quiet")
        yield heading.pad_left(max(0, 5 - heading.cell_length))
