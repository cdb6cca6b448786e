"""The settings in the app."""

from datetime import timedelta

from engine_support import NOON, StandingClock, open_engine
from fsrs.scheduler import DEFAULT_PARAMETERS
from textual.widgets import Input
from tui_support import SIZE, AppWithoutTerminal, session, shown, toasts, typed, until

from quizapp.domain.memory import ItemKind, Rating
from quizapp.domain.records import FittedRow
from quizapp.domain.text import Language
from quizapp.study.settings import SPECS
from quizapp.tui.screens.home import HomeScreen
from quizapp.tui.screens.settings import SettingsScreen
from quizapp.tui.widgets.keybar import KeyBar
from quizapp.tui.words_zh import CHINESE


async def opened(pilot, key):
    """Open the settings and go to a row."""
    await pilot.press("o")
    await pilot.pause()
    await go_to(pilot, key)


async def go_to(pilot, key):
    listed = pilot.app.screen.query_one("#settings")
    listed.highlighted = [option.id for option in listed.options].index(key)
    await pilot.pause()


def rows(pilot):
    listed = pilot.app.screen.query_one("#settings")
    return {option.id: option.prompt.plain for option in listed.options}


async def test_every_setting_of_the_table_is_listed_with_its_value(tmp_path):
    with open_engine(tmp_path, StandingClock()) as engine:
        async with session(engine, None) as pilot:
            await pilot.press("o")
            await pilot.pause()

            found = rows(pilot)
            assert set(SPECS) <= set(found)
            for row in engine.all_settings():
                assert found[row.key].endswith(row.text)


def test_every_setting_is_told_in_chinese_too():
    said = [text for spec in SPECS.values() for text in (spec.about, spec.key.replace("_", " "))]

    assert [text for text in said if text not in CHINESE] == []


async def test_a_setting_says_what_it_means_its_range_and_its_default(tmp_path):
    with open_engine(tmp_path, StandingClock()) as engine:
        async with session(engine, None) as pilot:
            await opened(pilot, "longest_interval")

            about = shown(pilot, "#about")
            assert "days until a card comes back at the latest" in about
            assert "1 to 36500" in about
            assert "quizapp settings longest_interval 36500" in about


async def test_a_value_is_typed_checked_and_set(tmp_path):
    with open_engine(tmp_path, StandingClock()) as engine:
        async with session(engine, None) as pilot:
            await opened(pilot, "desired_retention")
            await pilot.press("enter", "backspace", "8", "5")
            await pilot.pause()
            assert "✓" in shown(pilot, "#problem")
            await pilot.press("enter")
            await pilot.pause()

            assert engine.settings.desired_retention == 0.85
            assert "● desired retention" in rows(pilot)["desired_retention"]


async def test_what_is_no_value_is_said_as_the_command_says_it_and_not_set(tmp_path):
    with open_engine(tmp_path, StandingClock()) as engine:
        async with session(engine, None) as pilot:
            await opened(pilot, "desired_retention")
            await pilot.press("enter", "backspace", "5")
            await pilot.pause()
            assert shown(pilot, "#problem") == "✗ 0.5 is out of range; use 0.7 to 0.99"
            await pilot.press("enter")
            await pilot.pause()

            assert "0.5 is out of range" in toasts(pilot)[-1]
            assert engine.settings.desired_retention == 0.9
            assert isinstance(pilot.app.screen.focused, Input)


async def test_a_value_can_be_set_by_a_click_on_the_key_bar(tmp_path):
    with open_engine(tmp_path, StandingClock()) as engine:
        async with session(engine, None) as pilot:
            await opened(pilot, "new_per_day")
            await pilot.press("enter", "5")
            await pilot.pause()
            bar = pilot.app.screen.query_one(KeyBar)
            assert "esc Keep" in bar.render().plain
            await pilot.click(KeyBar, offset=(bar.render().plain.index("Set"), 0))
            await pilot.pause()
            assert engine.settings.new_per_day == 105


async def test_escape_leaves_the_field_and_the_value_then_the_screen(tmp_path):
    with open_engine(tmp_path, StandingClock()) as engine:
        async with session(engine, None) as pilot:
            await opened(pilot, "new_per_day")
            await pilot.press("enter", "5", "escape")
            await pilot.pause()
            assert isinstance(pilot.app.screen, SettingsScreen)
            assert engine.settings.new_per_day == 10
            await pilot.press("escape")
            await pilot.pause()

            assert isinstance(pilot.app.screen, HomeScreen)


async def test_enter_goes_to_the_next_of_a_few_values(tmp_path):
    with open_engine(tmp_path, StandingClock()) as engine:
        async with session(engine, None) as pilot:
            await opened(pilot, "leech_action")
            await pilot.press("enter")
            await go_to(pilot, "balance")
            await pilot.press("enter")
            await pilot.pause()

            assert engine.settings.leech_action.value == "suspend"
            assert engine.settings.balance is False


async def test_d_goes_back_to_the_default_of_one_setting(tmp_path):
    with open_engine(tmp_path, StandingClock()) as engine:
        engine.change_setting("new_per_day", "3")
        engine.change_setting("reviews_per_day", "7")
        async with session(engine, None) as pilot:
            await opened(pilot, "new_per_day")
            await pilot.press("d")
            await pilot.pause()

        assert (engine.settings.new_per_day, engine.settings.reviews_per_day) == (10, 7)


async def test_a_topic_gets_a_retention_of_its_own_and_loses_it_again(tmp_path):
    with open_engine(tmp_path, StandingClock()) as engine:
        async with session(engine, None) as pilot:
            await opened(pilot, "topic:desired_retention")
            await pilot.press("enter")
            await typed(pilot, "sums 95%")
            await pilot.press("enter")
            await pilot.pause()
            assert engine.settings.retention_of == {"sums": 0.95}
            assert rows(pilot)["desired_retention.sums"].split() == ["●", "sums", "0.95"]
            await pilot.press("d")
            await pilot.pause()

            assert engine.settings.retention_of == {}
            assert "desired_retention.sums" not in rows(pilot)


async def test_a_topic_gets_daily_limits_of_its_own_and_loses_one_again(tmp_path):
    with open_engine(tmp_path, StandingClock()) as engine:
        async with session(engine, None) as pilot:
            await opened(pilot, "new_per_day")
            for key, text in (("new_per_day", "sums 2"), ("reviews_per_day", "sums 0")):
                await go_to(pilot, f"topic:{key}")
                await pilot.press("enter")
                await typed(pilot, text)
                await pilot.press("enter")
                await pilot.pause()
            assert (engine.limits.new_of, engine.limits.reviews_of) == ({"sums": 2}, {"sums": 0})
            assert rows(pilot)["new_per_day.sums"].split() == ["●", "sums", "2"]
            assert "both limits hold" in shown(pilot, "#about")
            await pilot.press("l")
            await pilot.pause()
            assert "只针对 sums 的卡片" in shown(pilot, "#about")
            await pilot.press("d")
            await pilot.pause()

            assert (engine.limits.new_of, engine.limits.reviews_of) == ({"sums": 2}, {})


async def test_a_topic_that_is_not_there_is_said_at_once(tmp_path):
    with open_engine(tmp_path, StandingClock()) as engine:
        async with session(engine, None) as pilot:
            await opened(pilot, "topic:desired_retention")
            await pilot.press("enter")
            await typed(pilot, "sum 0.9")
            await pilot.pause()

            assert "there is no such topic; did you mean sums?" in shown(pilot, "#problem")


async def test_a_retention_says_how_many_reviews_it_asks_for(tmp_path):
    clock = StandingClock(NOON - timedelta(days=30))
    with open_engine(tmp_path, clock) as engine:
        for card in ("keyword", "len-is-axis-0"):
            engine.answer(card, Rating.EASY)
        clock.pass_days(30)
        expected = engine.workload((0.9, 0.95))
        async with session(engine, None) as pilot:
            await opened(pilot, "desired_retention")
            await until(pilot, lambda: "2 cards in review" in shown(pilot, "#about"))

            ratio = expected.reviews[0.95] / expected.reviews[0.9]
            assert f"× {ratio:.2f}" in shown(pilot, "#about")
            assert ratio > 1.5


async def test_without_a_card_in_review_no_number_is_invented(tmp_path):
    with open_engine(tmp_path, StandingClock()) as engine:
        async with session(engine, None) as pilot:
            await opened(pilot, "desired_retention")

            await until(pilot, lambda: "No card is in review yet" in shown(pilot, "#about"))


async def test_too_few_answers_to_fit_are_told(tmp_path):
    with open_engine(tmp_path, StandingClock()) as engine:
        async with session(engine, None) as pilot:
            await opened(pilot, "fit:card")
            await pilot.press("f")
            await until(pilot, lambda: "too few to learn from" in " ".join(toasts(pilot)))

            assert not pilot.app.screen.query_one("#fitting").display


async def test_the_language_changes_at_once(tmp_path):
    with open_engine(tmp_path, StandingClock()) as engine:
        async with session(engine, None) as pilot:
            await opened(pilot, "app:language")
            await pilot.press("enter")
            await pilot.pause()

            assert engine.language is Language.ZH
            assert "每天新卡片" in rows(pilot)["new_per_day"]


async def test_the_data_s_place_and_its_newest_copy_are_told(tmp_path):
    with open_engine(tmp_path, StandingClock()) as engine:
        engine.answer("keyword", Rating.GOOD)
        async with session(engine, None) as pilot:
            await opened(pilot, "data:backup")

            about = shown(pilot, "#about")
            assert str(engine.store.path.parent) in about
            assert "quizapp restore" in about


async def test_fitted_parameters_are_given_up_with_d(tmp_path):
    with open_engine(tmp_path, StandingClock()) as engine:
        weights = tuple(value * 1.01 for value in DEFAULT_PARAMETERS)
        engine.store.add_fit(FittedRow(ItemKind.CARD, NOON, weights, adopted=True))
        async with session(engine, None) as pilot:
            await opened(pilot, "fit:card")
            assert "fitted" in rows(pilot)["fit:card"]
            await pilot.press("d")
            await pilot.pause()

        assert engine.store.parameters(ItemKind.CARD) is None


def test_the_settings(tmp_path, snap_compare):
    with open_engine(tmp_path, StandingClock()) as engine:
        engine.change_setting("new_per_day", "3")

        async def begin(pilot):
            await opened(pilot, "new_per_day")

        app = AppWithoutTerminal(engine)
        assert snap_compare(app, terminal_size=SIZE, run_before=begin)
