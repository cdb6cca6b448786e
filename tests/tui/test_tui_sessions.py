"""What a session does besides asking, answering and rating."""

import threading

import pytest
from engine_support import RIGHT, StandingClock
from textual import events
from tui_support import (
    SIZE,
    AppWithoutTerminal,
    engine_asking,
    session,
    shown,
    toasts,
    typed,
    until,
)

from quizapp.domain.memory import ItemKind, Rating
from quizapp.engine import Mode, Selection
from quizapp.tui.screens.exercise import ExerciseScreen
from quizapp.tui.screens.flag import FlagPicker
from quizapp.tui.screens.home import HomeScreen
from quizapp.tui.session import Stage
from quizapp.tui.widgets.meters import Meter, Waiting
from quizapp.tui.widgets.ratings import RatingButton

BASIC = "len-is-axis-0"


@pytest.fixture
def clock():
    return StandingClock()


def ratings(engine) -> list[Rating]:
    return [review.rating for review in engine.store.reviews() if review.rating]


# -- flags --------------------------------------------------------------------------------------


async def test_f_and_a_number_flag_the_card_and_the_heading_says_so(tmp_path):
    with engine_asking(tmp_path, BASIC) as engine:
        async with session(engine) as pilot:
            await pilot.press("f", "4")
            await until(pilot, lambda: "4 blue" in shown(pilot, "#heading"))
            assert engine.store.schedule(ItemKind.CARD, BASIC).flag == 4


async def test_f_and_0_take_the_flag_away(tmp_path):
    with engine_asking(tmp_path, BASIC) as engine:
        engine.mark([BASIC], flag=4)
        async with session(engine) as pilot:
            assert "4 blue" in shown(pilot, "#heading")
            await pilot.press("f", "0")
            await until(pilot, lambda: "4 blue" not in shown(pilot, "#heading"))
            assert engine.store.schedule(ItemKind.CARD, BASIC).flag == 0


async def test_escape_leaves_the_flags_without_changing_any(tmp_path):
    with engine_asking(tmp_path, BASIC) as engine:
        engine.mark([BASIC], flag=4)
        async with session(engine) as pilot:
            await pilot.press("f")
            assert isinstance(pilot.app.screen, FlagPicker)
            await pilot.press("escape")
            assert engine.store.schedule(ItemKind.CARD, BASIC).flag == 4


async def test_a_flag_outlives_the_answer_to_its_card(tmp_path):
    with engine_asking(tmp_path, BASIC) as engine:
        async with session(engine) as pilot:
            await pilot.press("f", "2")
            await until(pilot, lambda: "2 orange" in shown(pilot, "#heading"))
            await pilot.press("space", "3")
            assert engine.store.schedule(ItemKind.CARD, BASIC).flag == 2


# -- two buttons --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "rating"),
    [("1", Rating.AGAIN), ("2", Rating.GOOD), ("3", Rating.GOOD), ("space", Rating.GOOD)],
)
async def test_with_two_buttons_a_card_is_remembered_or_not(tmp_path, key, rating):
    with engine_asking(tmp_path, BASIC) as engine:
        engine.change_setting("buttons", "2")
        async with session(engine) as pilot:
            await pilot.press("space", key)
            assert ratings(engine) == [rating]


async def test_with_two_buttons_only_two_are_shown_and_4_rates_nothing(tmp_path):
    with engine_asking(tmp_path, BASIC) as engine:
        engine.change_setting("buttons", "2")
        async with session(engine) as pilot:
            await pilot.press("space")
            buttons = [button for button in pilot.app.screen.query(RatingButton) if button.display]
            assert [button.number for button in buttons] == [1, 2]
            await pilot.press("4")
            assert ratings(engine) == []


async def test_with_two_buttons_the_arrows_skip_what_is_not_offered(tmp_path):
    with engine_asking(tmp_path, BASIC) as engine:
        engine.change_setting("buttons", "2")
        async with session(engine) as pilot:
            await pilot.press("space", "left", "enter")
            assert ratings(engine) == [Rating.AGAIN]


# -- "I was right" ------------------------------------------------------------------------------


async def answer_wrongly(pilot, engine, card):
    """Give a wrong answer to `card`, of whichever kind, and wait for the verdict."""
    if card == "sum-shape":
        options = engine.options(pilot.app.screen.prompt)
        await pilot.press(str(1 + [option.correct for option in options].index(False)))
    else:
        await typed(pilot, "1")
    await pilot.press("enter")
    await until(pilot, lambda: pilot.app.screen.stage is Stage.ANSWERED)


@pytest.mark.parametrize("card", ["keyword", "sum-shape", "count-elements", "full-print"])
async def test_i_was_right_counts_a_wrong_answer_of_any_kind_as_right(tmp_path, card):
    with engine_asking(tmp_path, card) as engine:
        async with session(engine) as pilot:
            await answer_wrongly(pilot, engine, card)
            assert pilot.app.focused.id == "rate-1"
            await pilot.press("i")
            assert "You say that it was right" in shown(pilot, "#verdict")
            await pilot.press("enter")
            assert ratings(engine) == [Rating.GOOD]


async def test_i_was_right_can_be_taken_back(tmp_path):
    with engine_asking(tmp_path, "keyword") as engine:
        async with session(engine) as pilot:
            await answer_wrongly(pilot, engine, "keyword")
            await pilot.press("i", "i")
            assert "Not correct" in shown(pilot, "#verdict")
            assert pilot.app.focused.id == "rate-1"


async def test_a_right_answer_needs_no_overruling(tmp_path):
    with engine_asking(tmp_path, "keyword") as engine:
        async with session(engine) as pilot:
            await typed(pilot, "keepdim")
            await pilot.press("enter")
            await until(pilot, lambda: pilot.app.screen.stage is Stage.ANSWERED)
            assert pilot.app.screen.check_action("right", ()) is False


# -- leeches ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("action", "told"), [("tag", "stays in the sessions"), ("suspend", "It is suspended")]
)
async def test_a_leech_is_told_with_its_cause_and_what_was_done(tmp_path, clock, action, told):
    with engine_asking(tmp_path, BASIC, clock=clock) as engine:
        engine.change_setting("leech_lapses", "1")
        engine.change_setting("leech_action", action)
        engine.answer(BASIC, Rating.EASY)
        clock.pass_days(60)
        async with session(engine) as pilot:
            await pilot.press("space", "1")
            notice = toasts(pilot)[0]
            assert "forgotten once" in notice
            assert told in notice
            assert "What does" in notice


# -- exercises ----------------------------------------------------------------------------------


@pytest.fixture
def exercise_due(tmp_path, clock):
    """An engine in which an exercise and then a card are due."""
    with engine_asking(tmp_path, BASIC, clock=clock) as engine:
        engine.submit("double", RIGHT, "double.py").result()
        clock.pass_days(30)
        yield engine


async def test_a_due_exercise_is_offered_among_the_cards(exercise_due):
    async with session(exercise_due) as pilot:
        assert pilot.app.screen.stage is Stage.OFFERED
        assert "Double it" in shown(pilot, "#front")


async def test_an_exercise_is_opened_and_the_session_goes_on_when_it_is_settled(exercise_due):
    async with session(exercise_due) as pilot:
        screen = pilot.app.screen
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, ExerciseScreen))
        exercise_due.submit("double", RIGHT, "double.py").result()
        await pilot.press("escape")
        await until(pilot, lambda: pilot.app.screen is screen and screen.prompt is not None)
        assert screen.prompt.card.id == BASIC
        assert screen.session.exercises == 1


async def test_an_exercise_that_was_only_looked_at_stays_offered(exercise_due):
    async with session(exercise_due) as pilot:
        screen = pilot.app.screen
        await pilot.press("o")
        await until(pilot, lambda: isinstance(pilot.app.screen, ExerciseScreen))
        await pilot.press("escape")
        await until(pilot, lambda: pilot.app.screen is screen)
        assert screen.stage is Stage.OFFERED


async def test_a_skipped_exercise_stays_due_and_comes_back_by_undo(exercise_due):
    async with session(exercise_due) as pilot:
        await pilot.press("n")
        assert pilot.app.screen.prompt.card.id == BASIC
        assert exercise_due.exercise_counts().due == 1
        await pilot.press("u")
        assert pilot.app.screen.stage is Stage.OFFERED


async def test_an_exercise_can_be_put_off_until_tomorrow(exercise_due, clock):
    async with session(exercise_due) as pilot:
        await pilot.press("b")
        assert pilot.app.screen.prompt.card.id == BASIC
        assert exercise_due.exercise_counts().due == 0
        await pilot.press("u")
        assert exercise_due.exercise_counts().due == 1


# -- time ---------------------------------------------------------------------------------------


def pass_seconds(clock, seconds):
    clock.pass_days(seconds / 86400)


async def test_time_in_another_window_is_not_counted(tmp_path, clock):
    with engine_asking(tmp_path, BASIC, clock=clock) as engine:
        async with session(engine) as pilot:
            pass_seconds(clock, 5)
            pilot.app.post_message(events.AppBlur())
            await pilot.pause()
            pass_seconds(clock, 100)
            pilot.app.post_message(events.AppFocus())
            await pilot.pause()
            pass_seconds(clock, 2)
            await pilot.press("space", "3")
        assert [review.answer_ms for review in engine.store.reviews()] == [7000]


async def test_time_in_the_help_is_not_counted(tmp_path, clock):
    with engine_asking(tmp_path, BASIC, clock=clock) as engine:
        async with session(engine) as pilot:
            pass_seconds(clock, 5)
            await pilot.press("question_mark")
            await pilot.pause()
            pass_seconds(clock, 100)
            await pilot.press("escape")
            await pilot.pause()
            await pilot.press("space", "3")
        assert [review.answer_ms for review in engine.store.reviews()] == [5000]


async def test_no_card_takes_longer_than_ten_minutes(tmp_path, clock):
    with engine_asking(tmp_path, BASIC, clock=clock) as engine:
        async with session(engine) as pilot:
            clock.pass_days(0.1)
            await pilot.press("space", "3")
        assert [review.answer_ms for review in engine.store.reviews()] == [600_000]


async def test_the_time_is_shown_if_so_set(tmp_path, clock):
    with engine_asking(tmp_path, BASIC, clock=clock) as engine:
        engine.change_setting("timer", "on")
        async with session(engine) as pilot:
            pass_seconds(clock, 65)
            meter = pilot.app.screen.query_one(Meter)
            await until(pilot, lambda: meter.time == "1:05")
            assert meter.render().plain.endswith(" 1:05")
            assert len(meter.render().plain) == meter.size.width


async def test_without_that_setting_no_time_is_shown(tmp_path):
    with engine_asking(tmp_path, BASIC) as engine:
        async with session(engine) as pilot:
            assert pilot.app.screen.query_one(Meter).time == ""


async def over_after_one_answer(engine, clock, pilot):
    pass_seconds(clock, 60)
    await pilot.press("space", "4")
    await until(pilot, lambda: pilot.app.screen.query("#question"))


async def test_when_the_minutes_are_over_the_session_can_stop(tmp_path, clock):
    with engine_asking(tmp_path, BASIC, "ndim-pair", clock=clock) as engine:
        engine.change_setting("session_minutes", "1")
        async with session(engine) as pilot:
            screen = pilot.app.screen
            await over_after_one_answer(engine, clock, pilot)
            await pilot.press("escape")
            await until(pilot, lambda: screen.stage is Stage.DONE)
            await pilot.press("g")
            assert screen.stage is Stage.ASKING


async def test_a_stopped_session_says_what_is_left_and_how_to_go_on(tmp_path, clock):
    with engine_asking(tmp_path, BASIC, "ndim-pair", clock=clock) as engine:
        engine.change_setting("session_minutes", "1")
        async with session(engine) as pilot:
            pass_seconds(clock, 60)
            await pilot.press("space", "1")
            await until(pilot, lambda: pilot.app.screen.query("#question"))
            await pilot.press("escape")
            await until(pilot, lambda: "Done for now" in shown(pilot, "#front"))
            told = shown(pilot, "#front")
            assert "goes on by itself" not in told
            assert "Still to come today: 2" in told
            assert "space  go on" in told


async def test_when_the_minutes_are_over_the_session_can_go_on(tmp_path, clock):
    with engine_asking(tmp_path, BASIC, "ndim-pair", "keyword", clock=clock) as engine:
        engine.change_setting("session_minutes", "1")
        async with session(engine) as pilot:
            screen = pilot.app.screen
            await over_after_one_answer(engine, clock, pilot)
            await pilot.press("y")
            await until(pilot, lambda: pilot.app.screen is screen)
            assert screen.stage is Stage.ASKING
            await pilot.press("space", "4")
            assert pilot.app.screen is screen


async def test_undo_of_a_submission_says_that_its_text_is_kept(tmp_path):
    with engine_asking(tmp_path, BASIC) as engine:
        engine.submit("double", RIGHT, "double.py").result()
        async with session(engine) as pilot:
            await pilot.press("u")
            await until(pilot, lambda: toasts(pilot))
            assert "double counts as not reviewed; what you submitted is kept" in toasts(pilot)[-1]
            assert engine.store.submissions("double")[0].source == RIGHT


# -- the end ------------------------------------------------------------------------------------


async def test_the_summary_tells_the_retention_of_today_and_what_comes_tomorrow(tmp_path, clock):
    with engine_asking(tmp_path, BASIC, "ndim-pair", clock=clock) as engine:
        engine.answer(BASIC, Rating.EASY)
        engine.answer("ndim-pair", Rating.EASY)
        clock.pass_days(60)
        engine.change_setting("relearning_steps", "none")
        engine.change_setting("longest_interval", "1")
        async with session(engine) as pilot:
            await pilot.press("space", "1", "space", "4")
            told = shown(pilot, "#front")
            assert "true retention: 50 % (1 of 2 reviews)" in told
            assert "come back tomorrow: 1" in told


async def test_the_summary_says_that_new_cards_wait_and_goes_on_once_the_limit_is_raised(tmp_path):
    with engine_asking(tmp_path, BASIC, "ndim-pair") as engine:
        engine.change_setting("new_per_day", "1")
        async with session(engine) as pilot:
            await pilot.press("space", "4")
            told = "1 new card waits for another day"
            await until(pilot, lambda: told in shown(pilot, "#front"))
            await pilot.press("o")
            await until(pilot, lambda: pilot.app.screen.query("SettingList"))
            engine.change_setting("new_per_day", "2")
            await pilot.press("escape")
            await until(pilot, lambda: pilot.app.screen.query("#card"))
            await until(pilot, lambda: pilot.app.screen.prompt is not None)


async def test_the_summary_says_nothing_of_new_cards_where_none_waits(tmp_path):
    with engine_asking(tmp_path, BASIC) as engine:
        async with session(engine) as pilot:
            await pilot.press("space", "4")
            await pilot.app.workers.wait_for_complete()
            await pilot.pause()
            assert "another day" not in shown(pilot, "#front")


async def test_the_heading_says_how_many_reviews_are_overdue(tmp_path, clock):
    with engine_asking(tmp_path, BASIC, clock=clock) as engine:
        engine.answer(BASIC, Rating.EASY)
        clock.pass_days(60)
        async with session(engine) as pilot:
            assert "1 overdue" in shown(pilot, "#heading")


async def test_a_card_asked_before_it_is_due_is_marked(tmp_path):
    with engine_asking(tmp_path, BASIC) as engine:
        engine.answer(BASIC, Rating.EASY)
        async with session(engine) as pilot:
            await pilot.press("a")
            await until(pilot, lambda: "! early, due in" in shown(pilot, "#heading"))


async def test_cram_after_the_end_asks_all_cards_and_records_nothing(tmp_path):
    with engine_asking(tmp_path, BASIC) as engine:
        async with session(engine) as pilot:
            await pilot.press("space", "4", "c")
            await until(pilot, lambda: pilot.app.screen.prompt is not None)
            assert pilot.app.screen.prompt.card.id == BASIC
            await pilot.press("space", "1", "space", "3")
            assert pilot.app.screen.stage is Stage.DONE
        assert ratings(engine) == [Rating.EASY]


async def test_undo_in_a_cram_asks_the_card_again(tmp_path):
    with engine_asking(tmp_path, BASIC, "keyword") as engine:
        sitting = engine.sitting(Selection(mode=Mode.CRAM))
        async with session(engine, sitting) as pilot:
            await until(pilot, lambda: pilot.app.screen.prompt is not None)
            first = pilot.app.screen.prompt.card.id
            assert first == BASIC
            await pilot.press("space", "3", "escape", "u")
            assert pilot.app.screen.prompt.card.id == first
            assert "2 left" in shown(pilot, "#heading")


# -- cards that must be looked for --------------------------------------------------------------


class ClockHeldInThreads(StandingClock):
    """Keeps each thread but the first waiting until `go_on` is set."""

    def __init__(self):
        super().__init__()
        self.go_on = threading.Event()

    def __call__(self):
        if threading.current_thread() is not threading.main_thread():
            assert self.go_on.wait(60)
        return super().__call__()


@pytest.fixture
def held():
    clock = ClockHeldInThreads()
    yield clock
    clock.go_on.set()


async def test_while_the_cards_to_cram_are_looked_for_the_screen_says_so(tmp_path, held):
    with engine_asking(tmp_path, BASIC, clock=held) as engine:
        async with session(engine) as pilot:
            await pilot.press("space", "4", "c")
            assert pilot.app.screen.query_one("#waiting", Waiting).display
            assert shown(pilot, "#front") == ""
            held.go_on.set()
            await until(pilot, lambda: pilot.app.screen.prompt is not None)
            assert not pilot.app.screen.query_one("#waiting", Waiting).display


async def test_a_session_is_left_while_its_cards_are_looked_for(tmp_path, held):
    with engine_asking(tmp_path, BASIC, clock=held) as engine:
        async with session(engine, None) as pilot:
            pilot.app.study(ahead=True)
            await pilot.pause()
            await pilot.press("escape")
            assert isinstance(pilot.app.screen, HomeScreen)
            held.go_on.set()
            await pilot.pause(0.2)
            assert isinstance(pilot.app.screen, HomeScreen)


async def test_keys_pressed_while_cards_are_looked_for_do_nothing(tmp_path, held):
    with engine_asking(tmp_path, BASIC, clock=held) as engine:
        async with session(engine, None) as pilot:
            pilot.app.study_selection(Selection(mode=Mode.CRAM))
            await pilot.pause()
            await pilot.press("space", "3", "x", "b", "u", "a", "c", "ctrl+l")
            held.go_on.set()
            await until(pilot, lambda: pilot.app.screen.prompt is not None)
            assert pilot.app.screen.stage is Stage.ASKING
            assert not engine.store.schedule(ItemKind.CARD, BASIC).suspended


# -- notices ------------------------------------------------------------------------------------


async def test_a_notice_of_what_u_takes_back_is_gone_when_it_was_taken_back(tmp_path):
    with engine_asking(tmp_path, BASIC, "keyword") as engine:
        async with session(engine) as pilot:
            await pilot.press("x")
            assert "u takes it back" in toasts(pilot)[0]
            await pilot.press("escape", "u")
            assert not any("u takes it back" in told for told in toasts(pilot))


async def test_a_notice_of_what_u_takes_back_is_gone_when_u_would_take_back_a_rating(tmp_path):
    with engine_asking(tmp_path, BASIC, "ndim-pair") as engine:
        async with session(engine) as pilot:
            await pilot.press("x", "space")
            assert "u takes it back" in toasts(pilot)[0]
            await pilot.press("3")
            assert toasts(pilot) == []


async def test_a_warning_stays_when_the_next_card_is_rated(tmp_path):
    with engine_asking(tmp_path, BASIC) as engine:
        async with session(engine) as pilot:
            pilot.app.tell("Beware", warn=True)
            await pilot.press("space", "3")
            assert "Beware" in toasts(pilot)[0]


async def test_a_notice_does_not_hide_the_ratings(tmp_path):
    with engine_asking(tmp_path, BASIC) as engine:
        app = AppWithoutTerminal(engine, ())
        async with app.run_test(size=SIZE, notifications=True) as pilot:
            await pilot.pause()
            await pilot.press("space")
            app.tell("Look here")
            await until(pilot, lambda: pilot.app.screen.query("Toast"))
            await pilot.pause()
            [toast], bar = pilot.app.screen.query("Toast"), pilot.app.screen.query_one("#ratings")
            assert not toast.region.overlaps(bar.region)
