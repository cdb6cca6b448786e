from engine_support import StandingClock, open_engine
from tui_support import SIZE, engine_asking, session, shown, toasts, until

from quizapp.domain.memory import Rating
from quizapp.domain.text import Language
from quizapp.errors import Phrase, StoreError
from quizapp.tui.screens.help import HelpScreen
from quizapp.tui.screens.home import Choices, HomeScreen
from quizapp.tui.screens.statistics import StatisticsScreen
from quizapp.tui.screens.study import StudyScreen
from quizapp.tui.widgets.keybar import KeyBar


def rows(pilot, name: str) -> list[str]:
    listed = pilot.app.screen.query_one(name, Choices)
    return [" ".join(option.prompt.plain.split()) for option in listed.options]


async def test_home_lists_decks_with_what_waits(tmp_path):
    with open_engine(tmp_path, StandingClock()) as engine:
        engine.answer("len-is-axis-0", Rating.GOOD)
        async with session(engine, None) as pilot:
            assert rows(pilot, "#decks") == ["Shapes 3 1 ·", "Sums 5 · ·"]


async def test_home_lists_exercises_with_their_state(tmp_path):
    with open_engine(tmp_path, StandingClock()) as engine:
        async with session(engine, None) as pilot:
            assert rows(pilot, "#exercises") == ["○ Double it"]
            assert "0 of 1 solved" in shown(pilot, "#exercise-heading")


async def test_enter_studies_the_deck_at_the_cursor(tmp_path):
    with open_engine(tmp_path, StandingClock()) as engine:
        async with session(engine, None) as pilot:
            await pilot.press("down", "enter")
            await pilot.pause()
            assert isinstance(pilot.app.screen, StudyScreen)
            assert pilot.app.screen.prompt.card.note.topic == "sums"


async def test_one_key_studies_all_and_escape_comes_back_to_new_counts(tmp_path):
    with engine_asking(tmp_path, "len-is-axis-0") as engine:
        async with session(engine, None) as pilot:
            assert rows(pilot, "#decks")[0] == "Shapes 1 · ·"
            await pilot.press("s")
            await pilot.pause()
            await pilot.press("space", "1", "escape")
            await pilot.pause()
            assert isinstance(pilot.app.screen, HomeScreen)
            assert rows(pilot, "#decks")[0] == "Shapes · 1 ·"


async def test_a_session_opened_from_the_command_line_leads_home(tmp_path):
    with engine_asking(tmp_path, "len-is-axis-0") as engine:
        async with session(engine, ()) as pilot:
            await pilot.press("escape")
            await pilot.pause()
            assert isinstance(pilot.app.screen, HomeScreen)


async def test_tab_goes_from_the_decks_to_the_exercises(tmp_path):
    with open_engine(tmp_path, StandingClock()) as engine:
        async with session(engine, None) as pilot:
            assert pilot.app.focused.id == "decks"
            await pilot.press("tab")
            assert pilot.app.focused.id == "exercises"


async def test_the_language_is_kept_for_the_next_time(tmp_path):
    with open_engine(tmp_path, StandingClock()) as engine:
        async with session(engine, None) as pilot:
            await pilot.press("l")
            assert rows(pilot, "#decks")[0].startswith("形状")
            assert "全部学习" in shown(pilot, "#today")
    with open_engine(tmp_path, StandingClock()) as engine:
        assert engine.language is Language.ZH
        async with session(engine, None) as pilot:
            await pilot.press("l")


async def test_the_theme_is_kept_for_the_next_time(tmp_path):
    with open_engine(tmp_path, StandingClock()) as engine:
        async with session(engine, None) as pilot:
            dark = pilot.app.theme
            await pilot.press("ctrl+t")
            await pilot.pause()
            light = pilot.app.theme
            assert not pilot.app.current_theme.dark
            await pilot.press("ctrl+t")
            assert pilot.app.theme == dark
            await pilot.press("ctrl+t")
            await pilot.pause()
    with open_engine(tmp_path, StandingClock()) as engine:
        async with session(engine, None) as pilot:
            assert pilot.app.theme == light


async def test_a_terminal_that_is_too_small_is_told_and_growing_brings_all_back(tmp_path):
    with open_engine(tmp_path, StandingClock()) as engine:
        async with session(engine, None) as pilot:
            await pilot.resize_terminal(60, 20)
            await pilot.pause()
            notice = pilot.app.screen.query_one("#too-small")
            assert notice.display
            assert "60×20" in str(notice.render())
            await pilot.resize_terminal(*SIZE)
            await pilot.pause()
            assert not notice.display
            assert pilot.app.focused.id == "decks"


async def test_help_lists_every_key_of_the_screen_that_it_was_called_from(tmp_path):
    with engine_asking(tmp_path, "len-is-axis-0") as engine:
        async with session(engine, ()) as pilot:
            tooltips = [binding.tooltip for _, binding in pilot.app.screen._bindings]
            await pilot.press("question_mark")
            await pilot.pause()
            assert isinstance(pilot.app.screen, HelpScreen)
            told = shown(pilot, "#key-table")
            ours = [tooltip for tooltip in tooltips if tooltip and "focus" not in tooltip.lower()]
            assert ours
            assert [tooltip for tooltip in ours if tooltip not in told] == []


async def test_every_binding_of_ours_says_what_it_does(tmp_path):
    with engine_asking(tmp_path, "len-is-axis-0") as engine:
        async with session(engine, None) as pilot:
            screens = [
                pilot.app,
                pilot.app.screen,
                StudyScreen(engine.sitting()),
                StatisticsScreen(),
            ]
            silent = [
                binding
                for node in screens
                for kind in type(node).__mro__
                if kind.__module__.startswith("quizapp")
                for binding in kind.__dict__.get("BINDINGS", [])
                if not (binding.description and binding.tooltip and binding.id)
            ]
            assert silent == []


async def test_a_click_on_a_key_is_that_key(tmp_path):
    with engine_asking(tmp_path, "len-is-axis-0") as engine:
        async with session(engine, None) as pilot:
            bar = pilot.app.screen.query_one(KeyBar)
            place = bar.render().plain.index("Study all")
            await pilot.click(KeyBar, offset=(place, 0))
            await pilot.pause()
            assert isinstance(pilot.app.screen, StudyScreen)


async def test_a_click_on_todays_line_studies_all(tmp_path):
    with engine_asking(tmp_path, "len-is-axis-0") as engine:
        async with session(engine, None) as pilot:
            await pilot.click("#today", offset=(70, 0))
            await pilot.pause()
            assert isinstance(pilot.app.screen, StudyScreen)


async def test_a_key_that_makes_no_sense_now_is_greyed_and_does_nothing(tmp_path):
    with engine_asking(tmp_path, "len-is-axis-0") as engine:
        async with session(engine, ()) as pilot:
            active = pilot.app.screen.active_bindings
            assert not active["s"].enabled
            await pilot.press("space")
            assert pilot.app.screen.active_bindings["s"].enabled


async def test_the_palette_opens_an_exercise_by_name(tmp_path):
    with open_engine(tmp_path, StandingClock()) as engine:
        async with session(engine, None) as pilot:
            await pilot.press("ctrl+p")
            await pilot.press(*"double")
            await pilot.app.workers.wait_for_complete()
            await pilot.pause(0.2)
            await pilot.press("enter")
            await until(pilot, lambda: pilot.app.screen.query("#code"))


async def test_the_palette_lets_a_suspended_card_back_in(tmp_path):
    with engine_asking(tmp_path, "keyword") as engine:
        async with session(engine, None) as pilot:
            await pilot.press("ctrl+p")
            await pilot.press(*"unsuspend", "space", *"len")
            await pilot.app.workers.wait_for_complete()
            await pilot.pause(0.2)
            await pilot.press("enter")
            await until(pilot, lambda: not engine.prompt("len-is-axis-0").schedule.suspended)


async def test_statistics_show_figures_as_text(tmp_path):
    with open_engine(tmp_path, StandingClock()) as engine:
        engine.answer("len-is-axis-0", Rating.GOOD)
        async with session(engine, None) as pilot:
            await pilot.press("t")
            await pilot.app.workers.wait_for_complete()
            await pilot.pause()
            told = shown(pilot, "#figures")
            assert "1-day streak" in told
            assert "1 answer today" in told
            assert "0 solved, 0 tried, 1 new" in told


async def test_no_key_acts_on_what_a_window_that_is_too_small_does_not_show(tmp_path):
    with open_engine(tmp_path, StandingClock()) as engine:
        async with session(engine) as pilot:
            await pilot.resize_terminal(40, 12)
            await pilot.pause()
            await pilot.press("space", "3", "x", "b")
            await pilot.resize_terminal(80, 24)
            await pilot.pause()
            assert list(engine.store.reviews()) == []
            await pilot.press("space", "3")
            assert len(list(engine.store.reviews())) == 1


async def test_an_error_is_reported_in_the_language_of_the_app(tmp_path):
    what = Phrase("it cannot be read ({reason})", reason="EIO")
    with open_engine(tmp_path, StandingClock()) as engine:
        async with session(engine, None) as pilot:
            told = []
            for _ in range(2):
                pilot.app.report(StoreError("new", what, "check its permissions"))
                await pilot.pause()
                told += toasts(pilot)[-1:]
                await pilot.press("l")

            assert told == [
                "new: it cannot be read (EIO)\n→ check its permissions",
                "new: 无法读取（EIO）\n→ 请检查权限",
            ]
