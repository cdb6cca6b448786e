"""Keys that come all at once: a slow moment, a slow line, or a key held down."""

import pytest
from engine_support import StandingClock, open_engine
from textual import events
from textual.widgets import Input, TextArea
from tui_support import engine_asking, session, shown, until

from quizapp.tui.screens.make import MakeScreen
from quizapp.tui.screens.study import Stage
from quizapp.tui.widgets.keybar import KeyBar

BURST = ("a", "b", "backspace", "backspace", "c", "left", "d")
"""Leaves `dc` where each key acts in its turn."""


async def press_at_once(pilot, *keys):
    """All `keys` wait before the first one is looked at, as when the app was busy."""
    for key in keys:
        pilot.app.post_message(events.Key(key, key if len(key) == 1 else None))
    for _ in range(5):
        await pilot.pause()


@pytest.mark.parametrize("field", ["front", "back", "tags"])
async def test_in_the_form_letters_do_not_overtake_backspaces(tmp_path, field):
    with open_engine(tmp_path, StandingClock()) as engine:
        async with session(engine, None) as pilot:
            await pilot.app.push_screen(MakeScreen())
            widget = pilot.app.screen.query_one(f"#{field}")
            widget.focus()
            await pilot.pause()
            await press_at_once(pilot, *BURST)
            assert isinstance(widget, Input | TextArea)
            assert (widget.value if isinstance(widget, Input) else widget.text) == "dc"


async def test_an_answer_typed_at_once_with_its_enter_is_given_whole(tmp_path):
    with engine_asking(tmp_path, "full-print") as engine:
        async with session(engine) as pilot:
            right = str(3 * pilot.app.screen.prompt.drawn["n"])
            await press_at_once(pilot, "x", "backspace", *right, "enter")
            await until(pilot, lambda: pilot.app.screen.stage is Stage.ANSWERED)
            assert "✓ Correct" in shown(pilot, "#verdict")


async def test_a_typed_answer_is_given_as_its_keys_were_pressed(tmp_path):
    with engine_asking(tmp_path, "keyword") as engine:
        async with session(engine) as pilot:
            await press_at_once(pilot, *BURST)
            assert pilot.app.screen.query_one("#line").value == "dc"


async def test_code_is_written_as_its_keys_were_pressed(tmp_path):
    with open_engine(tmp_path, StandingClock()) as engine:
        async with session(engine, None) as pilot:
            await pilot.press("tab", "enter", "f3")
            editor = pilot.app.screen.query_one("#code")
            editor.text = ""
            await press_at_once(pilot, *BURST)
            assert editor.text == "dc"


async def test_where_a_question_mark_is_a_letter_the_key_bar_names_f1(tmp_path):
    with open_engine(tmp_path, StandingClock()) as engine:
        async with session(engine, None) as pilot:
            assert "? Help" in pilot.app.screen.query_one(KeyBar).render().plain
            await pilot.app.push_screen(MakeScreen())
            await pilot.pause()
            assert "f1 Help" in pilot.app.screen.query_one(KeyBar).render().plain


async def test_the_way_back_stays_on_a_key_bar_that_is_full(tmp_path):
    with engine_asking(tmp_path, "len-is-axis-0") as engine:
        async with session(engine) as pilot:
            bar = pilot.app.screen.query_one(KeyBar).render()
            assert bar.plain.rstrip().endswith("esc Back  ? Help")
            assert bar.cell_length <= 80


async def test_letters_typed_right_after_tab_go_to_the_next_field(tmp_path):
    with open_engine(tmp_path, StandingClock()) as engine:
        async with session(engine, None) as pilot:
            await pilot.press("n")
            await press_at_once(pilot, "a", "b", "tab", "c", "d", "shift+tab", "e")
            screen = pilot.app.screen
            assert (screen.query_one("#front").text, screen.query_one("#back").text) == (
                "abe",
                "cd",
            )


async def test_what_is_pasted_right_after_tab_goes_to_the_next_field(tmp_path):
    with open_engine(tmp_path, StandingClock()) as engine:
        async with session(engine, None) as pilot:
            await pilot.press("n")
            for event in (events.Paste("ab"), events.Key("tab", None), events.Paste("cd")):
                pilot.app.post_message(event)
            back = pilot.app.screen.query_one("#back")
            await until(pilot, lambda: back.text)
            assert (pilot.app.screen.query_one("#front").text, back.text) == ("ab", "cd")


async def pasted(pilot, text):
    """What the line of a typed card holds after `text` was pasted into it."""
    line = pilot.app.screen.query_one("#line", Input)
    pilot.app.post_message(events.Paste(text))
    await until(pilot, lambda: line.value)
    return line.value


@pytest.mark.parametrize("end", ["\n", "\r", "\r\n"])
async def test_a_line_takes_all_lines_of_a_paste(tmp_path, end):
    with engine_asking(tmp_path, "keyword") as engine:
        async with session(engine) as pilot:
            assert await pasted(pilot, f"{end}(4,{end}  3,{end}{end} 2){end}") == "(4, 3, 2)"


async def test_a_paste_of_one_line_stays_as_it_is(tmp_path):
    with engine_asking(tmp_path, "keyword") as engine:
        async with session(engine) as pilot:
            assert await pasted(pilot, " (4,  3) ") == " (4,  3) "


async def test_letters_typed_while_a_form_opens_are_in_it(tmp_path):
    with open_engine(tmp_path, StandingClock()) as engine:
        async with session(engine, None) as pilot:
            await press_at_once(pilot, "n", "a", "b", "tab", "c", "ctrl+s", "d")
            await until(pilot, lambda: len(engine.own_decks()) == 1)
            await until(pilot, lambda: pilot.app.screen.query_one("#front").text == "d")
            [card] = [card for card in engine.course.cards if engine.is_own(engine.card(card).note)]
            assert (engine.draft_of(card).front, engine.draft_of(card).back) == ("ab", "c")


async def test_what_is_typed_just_before_f5_is_judged_too(tmp_path):
    with open_engine(tmp_path, StandingClock()) as engine:
        async with session(engine, None) as pilot:
            await pilot.press("tab", "enter", "f3")
            screen = pilot.app.screen
            screen.query_one("#code").text = ""
            await press_at_once(pilot, *"xyz", "f5")
            await until(pilot, lambda: screen.result is not None)
            assert "xyz" in screen.query_one("#results").plain
