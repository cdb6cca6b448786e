from datetime import timedelta
from pathlib import Path

import pytest
from engine_support import NOON, StandingClock
from textual.widgets import Input
from tui_support import engine_asking, session, shown, toasts, typed, until

from quizapp.domain.memory import ItemKind, Phase, Rating, Review, Trigger
from quizapp.study.exercises import bring_forward
from quizapp.tui.session import Stage
from quizapp.tui.widgets.keybar import KeyBar
from quizapp.tui.widgets.ratings import RatingButton

BASIC = "len-is-axis-0"


def ratings(engine) -> list[Rating | None]:
    return [review.rating for review in engine.store.reviews()]


async def test_the_back_is_hidden_until_the_card_is_turned(tmp_path):
    with engine_asking(tmp_path, BASIC) as engine:
        async with session(engine) as pilot:
            assert "What does len(X) give?" in shown(pilot, "#front")
            assert shown(pilot, "#back") == ""
            await pilot.press("space")
            assert "The size of axis 0." in shown(pilot, "#back")


async def test_a_number_before_the_card_is_turned_rates_nothing(tmp_path):
    with engine_asking(tmp_path, BASIC) as engine:
        async with session(engine) as pilot:
            await pilot.press("3")
            assert ratings(engine) == []


async def test_rating_records_the_answer_and_asks_the_next_card(tmp_path):
    with engine_asking(tmp_path, BASIC, "ndim-pair") as engine:
        async with session(engine) as pilot:
            first = pilot.app.screen.prompt.card.id
            await pilot.press("space", "4")
            assert ratings(engine) == [Rating.EASY]
            assert pilot.app.screen.prompt.card.id != first


async def test_enter_after_turning_the_card_takes_the_suggested_rating(tmp_path):
    with engine_asking(tmp_path, BASIC) as engine:
        async with session(engine) as pilot:
            await pilot.press("enter", "enter")
            assert ratings(engine) == [Rating.GOOD]


async def test_arrows_move_along_the_ratings(tmp_path):
    with engine_asking(tmp_path, BASIC) as engine:
        async with session(engine) as pilot:
            await pilot.press("space", "left", "enter")
            assert ratings(engine) == [Rating.HARD]


async def test_a_click_on_a_rating_rates(tmp_path):
    with engine_asking(tmp_path, BASIC) as engine:
        async with session(engine) as pilot:
            await pilot.press("space")
            await pilot.click("#rate-1")
            assert ratings(engine) == [Rating.AGAIN]


async def test_each_rating_says_when_the_card_would_come_back(tmp_path):
    with engine_asking(tmp_path, BASIC) as engine:
        async with session(engine) as pilot:
            await pilot.press("space")
            intervals = [button.interval for button in pilot.app.screen.query(RatingButton)]
            assert len(intervals) == 4
            assert all(intervals)
            assert intervals[0].endswith("min")
            assert intervals[3].endswith("d")


async def test_the_time_from_question_to_rating_is_logged(tmp_path):
    clock = StandingClock()
    with engine_asking(tmp_path, BASIC, clock=clock) as engine:
        async with session(engine) as pilot:
            clock.pass_days(7 / 86400)
            await pilot.press("space", "3")
        assert [review.answer_ms for review in engine.store.reviews()] == [7000]


async def test_a_cloze_card_hides_its_mark_and_shows_it_on_the_back(tmp_path):
    with engine_asking(tmp_path, "keep-dim/c1") as engine:
        async with session(engine) as pilot:
            assert "[…] keeps an axis" in shown(pilot, "#front")
            await pilot.press("space")
            assert "keepdim keeps an axis" in shown(pilot, "#back")


async def test_a_reversed_card_asks_the_back(tmp_path):
    with engine_asking(tmp_path, "ndim-pair/reversed") as engine:
        async with session(engine) as pilot:
            assert "X.ndim" in shown(pilot, "#front")
            await pilot.press("space")
            assert "number of axes" in shown(pilot, "#back")


def option_number(engine, *, correct: bool) -> str:
    options = engine.options(engine.prompt("sum-shape"))
    return str(1 + [option.correct for option in options].index(correct))


async def test_the_right_option_is_correct(tmp_path):
    with engine_asking(tmp_path, "sum-shape") as engine:
        async with session(engine) as pilot:
            await pilot.press(option_number(engine, correct=True), "enter")
            await until(pilot, lambda: pilot.app.screen.stage is Stage.ANSWERED)
            assert "✓ Correct" in shown(pilot, "#verdict")
            assert pilot.app.focused.id == "rate-3"


async def test_a_wrong_option_is_said_in_words_and_again_is_suggested(tmp_path):
    with engine_asking(tmp_path, "sum-shape") as engine:
        async with session(engine) as pilot:
            await pilot.press(option_number(engine, correct=False), "enter")
            await until(pilot, lambda: pilot.app.screen.stage is Stage.ANSWERED)
            assert "✗ Not correct" in shown(pilot, "#verdict")
            rows = [
                option.prompt.plain for option in pilot.app.screen.query_one("#choices").options
            ]
            assert sum("✓ right" in row for row in rows) == 1
            assert sum("✗ not right" in row for row in rows) == 1
            assert pilot.app.focused.id == "rate-1"


async def test_space_ticks_the_option_at_the_cursor(tmp_path):
    with engine_asking(tmp_path, "sum-shape") as engine:
        async with session(engine) as pilot:
            await pilot.press("down", "space")
            assert pilot.app.screen.query_one("#choices").ticked == {1}


async def test_ticking_another_option_unticks_the_first_when_one_is_right(tmp_path):
    with engine_asking(tmp_path, "sum-shape") as engine:
        async with session(engine) as pilot:
            await pilot.press("1", "3")
            assert pilot.app.screen.query_one("#choices").ticked == {2}


async def test_a_click_ticks_an_option(tmp_path):
    with engine_asking(tmp_path, "sum-shape") as engine:
        async with session(engine) as pilot:
            await pilot.click("#choices", offset=(8, 1))
            assert pilot.app.screen.query_one("#choices").ticked == {1}


async def test_a_typed_answer_is_compared(tmp_path):
    with engine_asking(tmp_path, "keyword") as engine:
        async with session(engine) as pilot:
            await typed(pilot, "keepdim")
            await pilot.press("enter")
            await until(pilot, lambda: pilot.app.screen.stage is Stage.ANSWERED)
            assert "✓ Correct" in shown(pilot, "#verdict")


async def test_a_wrong_typed_answer_shows_what_was_expected(tmp_path):
    with engine_asking(tmp_path, "keyword") as engine:
        async with session(engine) as pilot:
            await typed(pilot, "dim")
            await pilot.press("enter")
            await until(pilot, lambda: pilot.app.screen.stage is Stage.ANSWERED)
            told = shown(pilot, "#verdict")
            assert "✗ Not correct" in told
            assert "keepdim" in told
            assert pilot.app.focused.id == "rate-1"


async def test_letters_typed_into_the_answer_are_no_commands(tmp_path):
    with engine_asking(tmp_path, "keyword") as engine:
        async with session(engine) as pilot:
            await typed(pilot, "uxbes1")
            assert pilot.app.screen.query_one("#line", Input).value == "uxbes1"
            assert not engine.store.schedule(ItemKind.CARD, "keyword").suspended


async def test_nothing_typed_means_no_idea(tmp_path):
    with engine_asking(tmp_path, "keyword") as engine:
        async with session(engine) as pilot:
            await pilot.press("enter")
            await until(pilot, lambda: pilot.app.screen.stage is Stage.ANSWERED)
            assert pilot.app.focused.id == "rate-1"


async def test_what_is_no_number_can_be_typed_again(tmp_path):
    with engine_asking(tmp_path, "count-elements") as engine:
        async with session(engine) as pilot:
            await typed(pilot, "many")
            await pilot.press("enter")
            await until(pilot, lambda: toasts(pilot))
            assert "read as a number" in toasts(pilot)[0]
            assert pilot.app.screen.stage is Stage.ASKING
            assert pilot.app.focused.id == "line"


async def test_a_parametric_card_logs_the_values_it_was_asked_with(tmp_path):
    with engine_asking(tmp_path, "count-elements") as engine:
        async with session(engine) as pilot:
            drawn = dict(pilot.app.screen.prompt.drawn)
            assert f"{drawn['n']} by {drawn['m']}" in shown(pilot, "#front")
            await typed(pilot, str(drawn["n"] * drawn["m"]))
            await pilot.press("enter")
            await until(pilot, lambda: pilot.app.screen.stage is Stage.ANSWERED)
            assert "✓ Correct" in shown(pilot, "#verdict")
            await pilot.press("enter")
        assert [review.drawn for review in engine.store.reviews()] == [drawn]


async def test_a_predicted_print_is_compared_with_what_the_code_prints(tmp_path):
    with engine_asking(tmp_path, "full-print") as engine:
        async with session(engine) as pilot:
            assert "torch.full" in shown(pilot, "#front")
            await typed(pilot, str(3 * pilot.app.screen.prompt.drawn["n"]))
            await pilot.press("enter")
            assert pilot.app.screen.stage is not Stage.ASKING
            await until(pilot, lambda: pilot.app.screen.stage is Stage.ANSWERED)
            assert "✓ Correct" in shown(pilot, "#verdict")


async def test_nothing_typed_is_not_compared_letter_by_letter(tmp_path):
    with engine_asking(tmp_path, "full-print") as engine:
        async with session(engine) as pilot:
            await pilot.press("enter")
            await until(pilot, lambda: pilot.app.screen.stage is Stage.ANSWERED)
            told = shown(pilot, "#verdict")
            assert "✗ Not correct" in told
            assert "expected" in told
            assert "difference" not in told


async def test_a_new_line_can_be_typed_into_a_prediction(tmp_path):
    with engine_asking(tmp_path, "full-print") as engine:
        async with session(engine) as pilot:
            await pilot.press("1", "ctrl+j", "2")
            assert pilot.app.screen.query_one("#area").text == "1\n2"


async def test_undo_takes_one_answer_back_after_the_other(tmp_path):
    with engine_asking(tmp_path, BASIC, "ndim-pair") as engine:
        async with session(engine) as pilot:
            first = pilot.app.screen.prompt.card.id
            await pilot.press("space", "4", "space", "4", "u", "u")
            assert pilot.app.screen.prompt.card.id == first
            phases = {row.schedule.phase for row in engine.cards()}
            assert phases == {Phase.NEW}


async def test_undo_reaches_back_before_the_session(tmp_path):
    with engine_asking(tmp_path, BASIC) as engine:
        engine.answer(BASIC, Rating.EASY)
        async with session(engine) as pilot:
            assert pilot.app.screen.stage is Stage.DONE
            await pilot.press("u")
            assert pilot.app.screen.prompt.card.id == BASIC


async def test_undo_without_anything_to_undo_says_so(tmp_path):
    with engine_asking(tmp_path, BASIC) as engine:
        while engine.undo():
            pass
        async with session(engine) as pilot:
            await pilot.press("u")
            assert "nothing to undo" in toasts(pilot)[0]


async def test_undo_of_a_history_that_was_handed_over_says_who_has_it_back(tmp_path):
    with engine_asking(tmp_path, BASIC) as engine:
        engine.answer(BASIC, Rating.EASY)
        before = engine.store.schedule(ItemKind.CARD, BASIC)
        engine.store.rename(BASIC, "another", by_learner=True)
        async with session(engine) as pilot:
            await pilot.press("u")
            assert f"{BASIC} has its history back." in toasts(pilot)[0]
            assert engine.store.schedule(ItemKind.CARD, BASIC) == before


async def test_a_suspended_card_is_not_asked_until_undone(tmp_path):
    with engine_asking(tmp_path, BASIC) as engine:
        async with session(engine) as pilot:
            await pilot.press("x")
            assert pilot.app.screen.stage is Stage.DONE
            assert engine.store.schedule(ItemKind.CARD, BASIC).suspended
            await pilot.press("u")
            assert pilot.app.screen.prompt.card.id == BASIC
            assert not engine.store.schedule(ItemKind.CARD, BASIC).suspended


async def test_a_buried_card_is_back_after_undo(tmp_path):
    with engine_asking(tmp_path, BASIC) as engine:
        async with session(engine) as pilot:
            await pilot.press("b")
            assert pilot.app.screen.stage is Stage.DONE
            await pilot.press("u")
            assert pilot.app.screen.prompt.card.id == BASIC
            assert engine.store.schedule(ItemKind.CARD, BASIC).buried_until is None


async def test_undo_takes_back_a_flag_and_then_what_was_done_before_it(tmp_path):
    with engine_asking(tmp_path, BASIC) as engine:
        async with session(engine) as pilot:
            await pilot.press("b", "u", "f", "3")
            assert engine.store.schedule(ItemKind.CARD, BASIC).flag == 3
            await pilot.press("u")
            assert engine.store.schedule(ItemKind.CARD, BASIC).flag == 0


async def test_undo_of_cards_that_a_failure_brought_forward_speaks_of_no_decision(tmp_path):
    with engine_asking(tmp_path, BASIC) as engine:
        now, rows = engine.clock(), []
        for card in (BASIC, "keyword"):
            before = engine.answer(card, Rating.EASY)
            after = bring_forward(before, now)
            rows.append(Review.of(Trigger.BROUGHT_FORWARD, before, after, now))
        engine.store.record_all(rows)
        async with session(engine) as pilot:
            await pilot.press("u")
            assert engine.store.schedule(ItemKind.CARD, BASIC) == rows[0].before
            assert not any("decided" in told for told in toasts(pilot))


async def test_undo_of_what_was_decided_of_several_cards_says_of_how_many(tmp_path):
    with engine_asking(tmp_path, BASIC) as engine:
        engine.mark([BASIC, "keyword"], flag=2)
        async with session(engine) as pilot:
            await pilot.press("u")
            assert "what was decided of 2 cards" in toasts(pilot)[0]


async def test_the_source_panel_shows_source_and_proof(tmp_path):
    with engine_asking(tmp_path, BASIC) as engine:
        async with session(engine) as pilot:
            await pilot.press("s")
            assert shown(pilot, "#details") == ""
            await pilot.press("space", "s")
            told = shown(pilot, "#details")
            assert "N0 § Q & A" in told
            assert "assert len(torch.zeros(2, 3, 4)) == 2" in told


async def test_the_language_changes_at_once_and_keeps_what_was_typed(tmp_path):
    with engine_asking(tmp_path, "keyword") as engine:
        async with session(engine) as pilot:
            await typed(pilot, "keep")
            await pilot.press("ctrl+l")
            assert "哪个关键字保留该轴" in shown(pilot, "#front")
            assert pilot.app.screen.query_one("#line", Input).value == "keep"
            await pilot.press("ctrl+l")
            assert "Which keyword" in shown(pilot, "#front")


async def test_the_session_ends_with_a_summary(tmp_path):
    with engine_asking(tmp_path, BASIC) as engine:
        async with session(engine) as pilot:
            await pilot.press("space", "4")
            told = shown(pilot, "#front")
            assert "Done for now" in told
            assert "1 answer in" in told


async def test_the_summary_says_in_how_many_minutes_a_step_is_due(tmp_path):
    clock = StandingClock()
    with engine_asking(tmp_path, BASIC, clock=clock) as engine:
        engine.change_setting("learning_steps", "50m")
        async with session(engine) as pilot:
            await pilot.press("space", "1")
            assert "1 in learning comes back today, in 50 min" in shown(pilot, "#front")
            clock.now += timedelta(minutes=10)
            await pilot.app.screen._look_again()
            assert "in 40 min" in shown(pilot, "#front")
            clock.now += timedelta(minutes=40)
            await pilot.app.screen._look_again()
            assert pilot.app.screen.stage is Stage.ASKING


async def test_practising_ahead_records_nothing(tmp_path):
    with engine_asking(tmp_path, BASIC) as engine:
        engine.answer(BASIC, Rating.EASY)
        async with session(engine) as pilot:
            await pilot.press("a")
            await until(pilot, lambda: pilot.app.screen.prompt is not None)
            assert pilot.app.screen.prompt.card.id == BASIC
            await pilot.press("space", "1")
            assert pilot.app.screen.prompt.card.id == BASIC
            await pilot.press("space", "3")
            assert pilot.app.screen.stage is Stage.DONE
        assert ratings(engine) == [Rating.EASY]


async def test_a_card_answered_again_comes_back_while_the_summary_is_shown(tmp_path):
    clock = StandingClock()
    with engine_asking(tmp_path, BASIC, clock=clock) as engine:
        engine.answer(BASIC, Rating.AGAIN, at=NOON)
        clock.pass_days(2)
        async with session(engine) as pilot:
            assert pilot.app.screen.prompt.card.id == BASIC
            assert "learning" in shown(pilot, "#heading")


async def test_the_key_bar_says_that_escape_leaves_the_field_and_then_that_it_goes_back(tmp_path):
    with engine_asking(tmp_path, "keyword") as engine:
        async with session(engine) as pilot:
            bar = pilot.app.screen.query_one(KeyBar)
            assert "esc Keys" in bar.render().plain
            await pilot.press("escape")
            await pilot.pause()
            assert "esc Back" in bar.render().plain


async def test_who_has_left_the_field_is_told_so_and_enter_goes_on_with_what_was_typed(tmp_path):
    with engine_asking(tmp_path, "keyword") as engine:
        async with session(engine) as pilot:
            how = shown(pilot, "#how")
            await pilot.press("d", "escape")
            await pilot.pause()
            assert "Letters are keys now" in shown(pilot, "#how")
            await pilot.press("enter", "e", "f")
            await pilot.pause()
            assert shown(pilot, "#how") == how
            assert pilot.app.focused.value == "def"


async def test_escape_leaves_the_field_first_and_then_the_session(tmp_path):
    with engine_asking(tmp_path, "keyword") as engine:
        async with session(engine) as pilot:
            await pilot.press("escape")
            assert pilot.app.focused.id == "card"
            await pilot.press("escape")
            await pilot.pause()
            assert pilot.app.screen.query("#decks")


@pytest.fixture
def editor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Makes an editor that replaces text in the file it is given, and notes its arguments."""

    def make(old: str, new: str) -> Path:
        script = tmp_path / "editor.sh"
        called = tmp_path / "called"
        script.write_text(f'#!/bin/sh\necho "$@" > {called}\nsed -i "s/{old}/{new}/" "$2"\n')
        script.chmod(0o755)
        monkeypatch.setenv("EDITOR", str(script))
        return called

    return make


async def test_editing_a_note_shows_its_new_text(tmp_path, editor):
    called = editor("What does", "Now what does")
    with engine_asking(tmp_path, BASIC) as engine:
        line = engine.course.cards[BASIC].note.location.line
        async with session(engine) as pilot:
            await pilot.press("e")
            assert "Now what does len(X) give?" in shown(pilot, "#front")
        assert called.read_text().startswith(f"+{line} ")


async def test_a_deck_broken_in_the_editor_is_explained_and_the_old_one_stays(tmp_path, editor):
    editor("notes:", "nots:")
    with engine_asking(tmp_path, BASIC) as engine:
        async with session(engine) as pilot:
            await pilot.press("e")
            assert "cards/shapes.yaml" in toasts(pilot)[0]
            await pilot.press("space", "3")
            assert ratings(engine) == [Rating.GOOD]


async def test_an_editor_that_does_not_exist_is_explained(tmp_path, monkeypatch):
    monkeypatch.setenv("EDITOR", "/does/not/exist")
    with engine_asking(tmp_path, BASIC) as engine:
        async with session(engine) as pilot:
            await pilot.press("e")
            assert "cannot be started" in toasts(pilot)[0]
