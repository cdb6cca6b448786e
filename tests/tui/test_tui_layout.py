"""Screens side by side: the style sheet of one reaches no other."""

import pytest
from engine_support import StandingClock, open_engine
from tui_support import session

from quizapp.domain.cards import AnswerType, Kind
from quizapp.engine.making import Draft
from quizapp.tui.screens.browser import BrowserScreen
from quizapp.tui.screens.choose import ChooseScreen
from quizapp.tui.screens.make import MakeScreen
from quizapp.tui.screens.replace import ReplaceScreen
from quizapp.tui.screens.settings import SettingsScreen

SIZE = (120, 36)
NUMBER = Draft(
    kind=Kind.TYPED, front="What is pi?", answer="3", answer_type=AnswerType.NUMBER, tolerance="1"
)
SCREENS = {
    "form": lambda: MakeScreen(draft=NUMBER),
    "browser": BrowserScreen,
    "settings": SettingsScreen,
    "choose": ChooseScreen,
    "replace": lambda: ReplaceScreen([], marked=False, do=print),
}


def places(pilot):
    """Where each widget of the screen stands, and how it is framed."""
    return [
        (widget.id, widget.region, widget.styles.border, widget.styles.margin)
        for widget in pilot.app.screen.query("*").results()
        if widget.id and widget.region
    ]


async def layout(pilot, name):
    """The places on a screen, when nothing moves any more."""
    await pilot.app.push_screen(SCREENS[name]())
    before, found = None, []
    while found != before:
        await pilot.pause(0.2)
        before, found = found, places(pilot)
    pilot.app.pop_screen()
    await pilot.pause()
    return found


@pytest.mark.parametrize("name", list(SCREENS))
async def test_a_screen_looks_the_same_whatever_was_opened_before(tmp_path, name):
    with open_engine(tmp_path, StandingClock()) as engine:
        async with session(engine, None, SIZE) as pilot:
            alone = await layout(pilot, name)
        async with session(engine, (), SIZE) as pilot:
            for other in SCREENS:
                await layout(pilot, other)
            assert await layout(pilot, name) == alone
