"""The study app. Owns what all screens share: keys, themes, language, how an error is told.

It calls the engine and nothing below it. Nothing here imports torch; Markdown, the code editor and
tree-sitter are imported by the screens that need them, when they do.
"""

from __future__ import annotations

import contextlib
import gc
import select
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, ClassVar, cast

from textual.app import App, SystemCommand
from textual.binding import Binding, BindingType
from textual.color import Color
from textual.screen import Screen

from quizapp.domain.text import Language
from quizapp.errors import QuizappError
from quizapp.tui.text.safe import escaped
from quizapp.tui.turns import Pressed, TurnTaking
from quizapp.tui.words import place, problem, say, speak

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual import events
    from textual.command import Provider
    from textual.theme import Theme

    from quizapp.engine import Engine, Selection, Sitting

_HERE = Path(__file__).parent
DARK, LIGHT = "tokyo-night", "catppuccin-latte"
"""The themes of a learner who has not chosen any."""


def _providers() -> type[Provider]:
    from quizapp.tui.commands import CourseCommands

    return CourseCommands


def _home() -> Screen[object]:
    from quizapp.tui.screens.home import HomeScreen

    return cast("Screen[object]", HomeScreen())


_ALWAYS = ("ctrl+q", "ctrl+c")
_LOOK_S = 1.0
_READ_IN_S = 12.0
"""Longest time that an error is shown."""

_PATIENCE_MS = 250
"""How long another process that writes may hold up the screen."""


class QuizApp(TurnTaking):
    """The app around one engine.

    Args:
        engine: open, and closed by whoever opened it.
        session: None for the home screen; else a session, or the topics of one, all when empty.
    """

    TITLE = "quizapp"
    MODES: ClassVar[dict[str, str | Callable[[], Screen[object]]]] = {"home": _home}
    COMMANDS: ClassVar[set[type[Provider] | Callable[[], type[Provider]]]] = App.COMMANDS | {
        _providers
    }
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (80, "-normal"), (110, "-wide")]  # noqa: RUF012
    VERTICAL_BREAKPOINTS = [(0, "-short"), (24, "-tall")]  # noqa: RUF012 - as Textual has it
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "f1,question_mark",
            "app.help",
            "Help",
            key_display="?",
            tooltip="All keys of this screen",
            id="app.help",
        ),
        Binding(
            "ctrl+l",
            "app.language",
            "中文/English",
            show=False,
            tooltip="Switch between English and Chinese, right away",
            id="app.language",
        ),
        Binding(
            "ctrl+t",
            "app.brightness",
            "Dark/light",
            show=False,
            tooltip="Switch between the dark and the light theme",
            id="app.brightness",
        ),
    ]

    def __init__(
        self,
        engine: Engine,
        session: Sitting | Sequence[str] | None = None,
        *,
        query: str | None = None,
    ) -> None:
        # Screens bring their own styles when they are pushed, only the first one is not pushed;
        # so each start parses what it shows and nothing else.
        first = "home" if session is None else "study"
        super().__init__(css_path=[_HERE / "app.tcss", _HERE / "screens" / f"{first}.tcss"])
        self.engine = engine
        self.first_session = session
        self.first_query = query
        self.judge_ready = False
        self._warned = -_READ_IN_S
        speak(engine.language)
        with contextlib.suppress(QuizappError):
            engine.store.wait_at_most(_PATIENCE_MS)
            self._begin_with(engine.store.setting("theme", DARK))

    def _begin_with(self, theme: str) -> None:
        """Take `theme` before anything is styled: changing it later parses all styles once more."""
        chosen = self.get_theme(theme) or self.get_theme(DARK)
        assert chosen is not None
        self.set_reactive(App.theme, chosen.name)
        self.stylesheet.set_variables(self.get_css_variables())
        self.set_class(chosen.dark, "-dark-mode", update=False)
        self.set_class(not chosen.dark, "-light-mode", update=False)
        self.add_class(f"-theme-{chosen.name}", update=False)

    # -- screens ------------------------------------------------------------------------------

    def get_default_screen(self) -> Screen[object]:
        """The first screen: home, or a session right away."""
        if self.first_session is None:
            return _home()
        from quizapp.engine import Selection, Sitting
        from quizapp.tui.screens.study import StudyScreen

        sitting = self.first_session
        if not isinstance(sitting, Sitting):
            sitting = self.engine.sitting(Selection(tuple(sitting)))
        return cast("Screen[object]", StudyScreen(sitting))

    def on_mount(self) -> None:
        """Remember themes from now on."""
        self.theme_changed_signal.subscribe(self, self._remember_theme)
        if self.first_query is not None:
            self.open_browser(self.first_query)

    def on_ready(self) -> None:
        """The first paint is done."""
        gc.enable()
        # Not `isatty`: a terminal that has gone meanwhile says no, and nobody would ever look.
        if hasattr(select, "poll") and not self.is_headless:
            self.set_interval(_LOOK_S, self._leave_without_terminal)
        if self.engine.store.begun_anew:
            self.tell(say("Your data were gone; quizapp restore lists their copies."), warn=True)
        if (last := self.engine.store.written_ahead()) is not None:
            when = last.astimezone().strftime("%Y-%m-%d %H:%M")
            told = say(
                "Your last answer is of {when}, still to come. Is the clock right?", when=when
            )
            self.tell(f"{told} {say('quizapp doctor tells what to do.')}", warn=True)

    def _leave_without_terminal(self) -> None:
        """End when the terminal has gone without a signal; else reading from it would spin."""
        terminal = select.poll()
        terminal.register(sys.stdin.fileno(), 0)
        if any(event & select.POLLHUP for _, event in terminal.poll(0)):
            self.exit()

    async def on_event(self, event: events.Event) -> None:
        """Let no key act on a card that is covered, because the window is too small."""
        if isinstance(event, Pressed) and getattr(event, "key", "") not in _ALWAYS:
            from quizapp.tui.screens.base import Activity

            if isinstance(self.screen, Activity) and self.screen.covered:
                return
        await super().on_event(event)

    def go_back(self) -> None:
        """Leave the screen for the one below; the first screen for home."""
        if len(self.screen_stack) > 1:
            self.pop_screen()
        else:
            self.switch_mode("home")

    def study(self, topics: Sequence[str] = (), *, ahead: bool = False) -> None:
        """Begin a session."""
        from quizapp.engine import Mode, Selection

        self.study_selection(Selection(tuple(topics), mode=Mode.AHEAD if ahead else Mode.DUE))

    def study_selection(self, selection: Selection) -> None:
        """Begin a session of chosen cards, or say why there is none."""
        from quizapp.tui.screens.study import StudyScreen

        with self.reporting():
            self.push_screen(StudyScreen(self.engine.sitting(selection)))

    def begin(self, sitting: Sitting) -> None:
        """Begin a session in the place of the screen that chose it."""
        from quizapp.tui.screens.study import StudyScreen

        self.switch_screen(StudyScreen(sitting))

    def choose_cards(self) -> None:
        """Choose what to study, by search, tag or exercise."""
        from quizapp.tui.screens.choose import ChooseScreen

        self.push_screen(ChooseScreen())

    def open_exercise(self, slug: str) -> None:
        """Open the exercise `slug`."""
        with self.reporting():
            exercise = self.engine.asked(slug)
            from quizapp.tui.screens.exercise import ExerciseScreen

            self.push_screen(ExerciseScreen(exercise))

    def make_card(self, deck: str = "") -> None:
        """Write cards of one's own, into the deck of that name or title."""
        from quizapp.tui.screens.make import MakeScreen

        self.push_screen(MakeScreen(deck))

    def open_browser(self, query: str = "") -> None:
        """Open the card browser with a search."""
        from quizapp.tui.screens.browser import BrowserScreen

        self.push_screen(BrowserScreen(query))

    def open_settings(self) -> None:
        """Open the settings."""
        from quizapp.tui.screens.settings import SettingsScreen

        self.push_screen(SettingsScreen())

    def open_statistics(self) -> None:
        """Open the statistics."""
        from quizapp.tui.screens.statistics import StatisticsScreen

        self.push_screen(StatisticsScreen())

    def action_help(self) -> None:
        """Show the keys of the screen."""
        from quizapp.tui.screens.help import HelpScreen

        if not isinstance(self.screen, HelpScreen):
            self.push_screen(HelpScreen(self.screen))

    def get_system_commands(
        self,
        screen: Screen[object],  # noqa: ARG002 - the signature is Textual's
    ) -> Iterable[SystemCommand]:
        """What the command palette offers everywhere."""
        yield SystemCommand(say("Study all"), say("Begin with all decks"), self.study)
        yield SystemCommand(
            say("Study ahead"),
            say("Also cards that are not due yet"),
            lambda: self.study(ahead=True),
        )
        yield SystemCommand(
            say("Settings"), say("How studying goes, and where your data is"), self.open_settings
        )
        yield SystemCommand(say("New card"), say("Write a card of your own"), self.make_card)
        yield SystemCommand(
            say("Choose cards"),
            say("By search, tag or exercise; due, ahead or cram"),
            self.choose_cards,
        )
        yield SystemCommand(
            say("Statistics"), say("Streak, forecast, retention, a year"), self.open_statistics
        )
        yield SystemCommand(
            say("Browse"), say("Search all cards; look at them, suspend, flag"), self.open_browser
        )
        yield SystemCommand(say("Help"), say("All keys of this screen"), self.action_help)
        yield SystemCommand(
            say("Theme"), say("Choose the colours of the app"), self.action_change_theme
        )
        yield SystemCommand(
            say("Dark/light"),
            say("Switch between the dark and the light theme"),
            self.action_brightness,
        )
        yield SystemCommand("中文/English", say("Switch the language"), self.action_language)
        yield SystemCommand(say("Quit"), say("Leave; everything is saved"), self.action_quit)

    def handed_over(self) -> AbstractContextManager[None]:
        """The terminal as it was before the app, for as long as another program needs it."""
        return self.suspend()

    # -- themes and language ------------------------------------------------------------------

    def get_css_variables(self) -> dict[str, str]:
        """Textual's variables and two of ours: `$quiet` for small print, `$faint` for rules."""
        variables = super().get_css_variables()
        try:
            ground = Color.parse(variables["background"])
            letters = Color.parse(variables["foreground"])
        except ValueError:  # a theme of the terminal's own colours has no background to blend with
            return variables | {"quiet": "ansi_default", "faint": "ansi_bright_black"}
        mixed = {"quiet": ground.blend(letters, 0.72), "faint": ground.blend(letters, 0.36)}
        return variables | {name: color.hex6 for name, color in mixed.items()}

    def action_brightness(self) -> None:
        """Go to the theme used last of the other brightness."""
        dark = self.current_theme.dark
        with self.reporting():
            key, default = ("theme_light", LIGHT) if dark else ("theme_dark", DARK)
            other = self.engine.store.setting(key, default)
            self.theme = other if other in self.available_themes else default

    def _remember_theme(self, theme: Theme) -> None:
        with self.reporting():
            self.engine.store.set_setting("theme", theme.name)
            self.engine.store.set_setting("theme_dark" if theme.dark else "theme_light", theme.name)

    def action_language(self) -> None:
        """Switch between English and Chinese; every screen follows at once."""
        other = Language.ZH if self.engine.language is Language.EN else Language.EN
        with self.reporting():
            self.engine.language = other
        speak(self.engine.language)
        from quizapp.tui.screens.base import Activity

        for screen in self.screen_stack:
            if isinstance(screen, Activity):
                screen.language_changed()

    # -- errors -------------------------------------------------------------------------------

    def report(self, error: QuizappError) -> None:
        """Tell what is wrong and what to do, without taking anything away from the screen."""
        self._warned = monotonic()
        self.notify(
            escaped(problem(error, "\n→ ")),
            title=escaped(place(error)),
            severity="error",
            timeout=_READ_IN_S,
            markup=False,
        )

    def tell(self, message: str, *, warn: bool = False) -> None:
        """A short notice; `message` is shown as it is, without markup."""
        if warn:
            self._warned = monotonic()
        self.notify(escaped(message), severity="warning" if warn else "information", markup=False)

    def hush(self) -> None:
        """Take notices away that no longer hold; a warning or an error stays to be read."""
        if monotonic() - self._warned > _READ_IN_S:
            self.clear_notifications()

    @contextlib.contextmanager
    def reporting(self) -> Iterator[None]:
        """Report an error of ours that is raised inside, and go on."""
        try:
            yield
        except QuizappError as error:
            self.report(error)


def run(
    engine: Engine, session: Sitting | Sequence[str] | None = None, *, query: str | None = None
) -> int:
    """Run the app until the learner leaves it.

    Args:
        engine: stays open; the caller closes it.
        session: None for the home screen; else straight into a session, or one of these topics, of
            all of them when empty.
        query: what the card browser opens with; None to leave it closed.

    Returns:
        The exit code: 0, or 4 when the app ended by a fault of its own.
    """
    # Until the first paint, thousands of objects are made and none is freed: looking for garbage
    # would cost a tenth of the start and find nothing.
    gc.disable()
    try:
        app = QuizApp(engine, session, query=query)
        app.run()
    finally:
        gc.enable()
    return 4 if app.return_code else 0
