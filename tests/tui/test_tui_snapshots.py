"""How the app looks. After a wanted change: pytest tests/tui --snapshot-update."""

from datetime import timedelta

import pytest
from engine_support import NOON, StandingClock, open_engine
from tui_support import AppWithoutTerminal, engine_asking

from quizapp.domain.memory import Rating
from quizapp.domain.text import Language

SMALL, LARGE = (80, 24), (120, 36)


@pytest.fixture
def practised(tmp_path):
    """An engine with some weeks of answers behind it."""
    clock = StandingClock(NOON - timedelta(days=40))
    with open_engine(tmp_path, clock) as engine:
        cards = list(engine.course.cards)
        for day in range(40):
            for number, card in enumerate(cards):
                if (day + number) % (3 + number) == 0:
                    rating = Rating.AGAIN if (day * 7 + number) % 5 == 0 else Rating.GOOD
                    engine.answer(card, rating, answer_ms=6000)
            clock.pass_days(1)
        yield engine


@pytest.mark.parametrize("size", [SMALL, LARGE])
def test_home(practised, snap_compare, size):
    assert snap_compare(AppWithoutTerminal(practised), terminal_size=size)


def test_home_in_chinese_and_light(practised, snap_compare):
    practised.language = Language.ZH
    practised.store.set_setting("theme", "catppuccin-latte")
    assert snap_compare(AppWithoutTerminal(practised), terminal_size=SMALL)


def test_a_question_with_code(tmp_path, snap_compare):
    with engine_asking(tmp_path, "full-print") as engine:
        assert snap_compare(AppWithoutTerminal(engine, ()), terminal_size=SMALL)


def test_a_wrong_choice_with_its_source(tmp_path, snap_compare):
    with engine_asking(tmp_path, "sum-shape") as engine:
        options = engine.options(engine.prompt("sum-shape"))
        wrong = str(1 + [option.correct for option in options].index(False))
        app = AppWithoutTerminal(engine, ())
        assert snap_compare(app, terminal_size=SMALL, press=[wrong, "enter", "s"])


def test_an_exercise_beside_its_code(tmp_path, snap_compare):
    with open_engine(tmp_path, StandingClock()) as engine:
        app = AppWithoutTerminal(engine)
        assert snap_compare(app, terminal_size=LARGE, press=["tab", "enter", "f3"])


@pytest.mark.parametrize(("size", "page"), [(LARGE, "1"), (SMALL, "2")])
def test_statistics(practised, snap_compare, size, page):
    async def counted(pilot):
        await pilot.press("t")
        await pilot.app.workers.wait_for_complete()
        await pilot.press(page)

    app = AppWithoutTerminal(practised)
    assert snap_compare(app, terminal_size=size, run_before=counted)


def test_help(practised, snap_compare):
    assert snap_compare(AppWithoutTerminal(practised), terminal_size=SMALL, press=["question_mark"])
