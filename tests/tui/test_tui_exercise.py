from concurrent.futures import Future
from datetime import timedelta
from pathlib import Path

import pytest
from engine_support import FILES, RIGHT, SQUARES, WRONG, StandingClock, open_engine
from textual.widgets import Button
from tui_support import session, shown, toasts, until

from quizapp.domain.memory import ItemKind, Rating
from quizapp.errors import JudgeError
from quizapp.tui.drafts import Draft
from quizapp.tui.screens.exercise import ExerciseScreen


@pytest.fixture
def engine(tmp_path):
    with open_engine(tmp_path, StandingClock()) as opened:
        yield opened


async def opened(pilot) -> ExerciseScreen:
    await pilot.press("tab", "enter")
    await until(pilot, lambda: isinstance(pilot.app.screen, ExerciseScreen))
    await pilot.pause()
    return pilot.app.screen


async def written(pilot, source: bytes) -> ExerciseScreen:
    """The exercise with `source` in the editor."""
    screen = await opened(pilot)
    await pilot.press("f3")
    screen.query_one("#code").text = source.decode()
    await pilot.pause()
    return screen


def draft_file(home: Path) -> Path:
    return home / "drafts" / "double.py"


async def test_the_task_and_the_starter_are_shown(engine):
    async with session(engine, None) as pilot:
        screen = await opened(pilot)
        assert "Write double(x)." in shown(pilot, "#task")
        assert screen.query_one("#code").text == engine.exercise("double").starter


async def test_what_is_typed_is_saved_by_itself_and_there_next_time(engine, own_home):
    async with session(engine, None) as pilot:
        await opened(pilot)
        await pilot.press("f3", "x", "=", "1", "enter")
        await until(pilot, draft_file(own_home).exists)
        await until(pilot, lambda: draft_file(own_home).read_text().startswith("x=1\n"))
    async with session(engine, None) as pilot:
        screen = await opened(pilot)
        assert screen.query_one("#code").text.startswith("x=1\n")


async def test_leaving_at_once_loses_nothing(engine, own_home):
    async with session(engine, None) as pilot:
        await opened(pilot)
        await pilot.press("f3", "x", "escape", "escape")
        await pilot.pause()
        assert draft_file(own_home).read_text().startswith("x")


async def test_an_exercise_that_was_only_looked_at_leaves_no_draft(engine, own_home):
    async with session(engine, None) as pilot:
        await opened(pilot)
        await pilot.press("escape")
    assert not draft_file(own_home).exists()


async def test_a_check_says_which_check_failed_and_records_nothing(engine):
    async with session(engine, None) as pilot:
        screen = await written(pilot, WRONG)
        await pilot.press("f5")
        await until(pilot, lambda: screen.result is not None)
        told = shown(pilot, "#results")
        assert "✗ wrong values" in told
        assert "0/2" in told
        assert "a few small numbers" in told
        assert "expected" in told.lower()
        assert not list(engine.store.submissions("double"))


async def test_a_known_mistake_is_named(engine):
    async with session(engine, None) as pilot:
        screen = await written(pilot, SQUARES)
        await pilot.press("f5")
        await until(pilot, lambda: screen.result is not None)
        assert "You square: x times itself is not twice x." in shown(pilot, "#results")


async def test_a_submission_is_recorded_and_says_when_the_exercise_comes_back(engine):
    async with session(engine, None) as pilot:
        screen = await written(pilot, RIGHT)
        await pilot.press("f6")
        await pilot.pause()
        await pilot.press("y")
        await until(pilot, lambda: screen.result is not None)
        told = shown(pilot, "#results")
        assert "✓ passed" in told
        assert "3/3" in told
        assert "recorded as Good" in told
    assert [row.score for row in engine.store.submissions("double")] == [3]


async def test_a_starter_as_it_was_is_not_submitted(engine):
    async with session(engine, None) as pilot:
        await opened(pilot)
        await pilot.press("f6")
        await pilot.pause()
        assert "still the starter" in toasts(pilot)[-1]
        assert isinstance(pilot.app.screen, ExerciseScreen)
    assert not list(engine.store.submissions("double"))


async def test_a_submission_that_fails_is_said_to_be_recorded(engine):
    async with session(engine, None) as pilot:
        screen = await written(pilot, WRONG)
        await pilot.press("f6")
        await pilot.pause()
        await pilot.press("y")
        await until(pilot, lambda: screen.result is not None)
        assert "Recorded as a try" in shown(pilot, "#results")


async def test_a_second_solution_of_a_day_is_said_to_change_nothing(engine):
    engine.submit("double", RIGHT, "double.py").result()
    async with session(engine, None) as pilot:
        screen = await written(pilot, RIGHT)
        await pilot.press("f6")
        await pilot.pause()
        await pilot.press("y")
        await until(pilot, lambda: screen.result is not None)
        assert "comes back as planned" in shown(pilot, "#results")


async def solved_before(engine, home, clock_ahead):
    """A draft that was submitted, and so many days since the exercise came up again."""
    draft_file(home).parent.mkdir(parents=True)
    draft_file(home).write_bytes(RIGHT)
    engine.submit("double", RIGHT, "double.py").result()
    due = engine.store.schedule(ItemKind.EXERCISE, "double").due
    engine.clock.now = due + clock_ahead


async def test_an_exercise_asked_again_begins_with_the_starter_and_keeps_the_old_solution(
    engine, own_home
):
    await solved_before(engine, own_home, timedelta(hours=8))
    async with session(engine, None) as pilot:
        screen = await opened(pilot)
        assert screen.query_one("#code").text == engine.exercise("double").starter
        assert "double.solved.py" in toasts(pilot)[-1]
    assert (own_home / "drafts" / "double.solved.py").read_bytes() == RIGHT


async def test_a_solution_can_be_looked_at_until_the_exercise_is_asked_again(engine, own_home):
    await solved_before(engine, own_home, -timedelta(days=2))
    async with session(engine, None) as pilot:
        screen = await opened(pilot)
        assert screen.query_one("#code").text.encode() == RIGHT


async def test_a_draft_begun_since_an_exercise_is_asked_again_stays(engine, own_home):
    await solved_before(engine, own_home, timedelta(hours=8))
    draft_file(own_home).write_bytes(WRONG)
    async with session(engine, None) as pilot:
        screen = await opened(pilot)
        assert screen.query_one("#code").text.encode() == WRONG


async def test_it_was_easy_is_said_when_submitting(engine):
    async with session(engine, None) as pilot:
        screen = await written(pilot, RIGHT)
        await pilot.press("f6")
        await pilot.pause()
        await pilot.click("#easy")
        await until(pilot, lambda: screen.result is not None)
        assert screen.result.rating is Rating.EASY


async def test_saying_no_submits_nothing(engine):
    async with session(engine, None) as pilot:
        screen = await written(pilot, RIGHT)
        await pilot.press("f6")
        await pilot.pause()
        await pilot.press("escape")
        await pilot.pause()
        assert screen.result is None
    assert not list(engine.store.submissions("double"))


async def test_letters_typed_into_the_code_are_no_commands(engine):
    async with session(engine, None) as pilot:
        screen = await opened(pilot)
        await pilot.press("f3", *"cshel")
        assert screen.query_one("#code").text.startswith("cshel")
        assert screen.result is None


async def test_output_of_a_submission_is_shown_harmless(engine):
    source = b"print('\\x1b[31m[bold]red[/bold]\\u202e')\ndef double(x):\n    return x + 1\n"
    async with session(engine, None) as pilot:
        screen = await written(pilot, source)
        await pilot.press("f5")
        await until(pilot, lambda: screen.result is not None)
        told = shown(pilot, "#results")
        assert "[bold]red[/bold]" in told
        assert "\x1b" not in told
        assert "\u202e" not in told


async def test_a_judge_that_fails_leaves_the_code_and_says_what_to_do(engine, monkeypatch):
    broken: Future = Future()
    broken.set_exception(JudgeError("judge", "it has died", "try again"))
    monkeypatch.setattr(engine, "check", lambda *args, **kwargs: broken)
    async with session(engine, None) as pilot:
        screen = await written(pilot, WRONG)
        await pilot.press("f5")
        await until(pilot, lambda: toasts(pilot))
        assert "it has died" in toasts(pilot)[0]
        assert "try again" in toasts(pilot)[0]
        assert screen.query_one("#code").text == WRONG.decode()
        assert screen.check_action("check", ()) is True


async def test_a_hint_is_shown_only_after_saying_yes(engine):
    async with session(engine, None) as pilot:
        await opened(pilot)
        await pilot.press("f7")
        await pilot.pause()
        await pilot.press("n")
        await pilot.pause()
        assert engine.hints("double") == ()
        await pilot.press("f7")
        await pilot.pause()
        await pilot.press("y")
        await pilot.pause()
        assert "What is twice one?" in shown(pilot, "#help")
        assert "Multiply." not in shown(pilot, "#help")


async def test_hints_shown_before_are_there_again(engine):
    engine.hint("double")
    async with session(engine, None) as pilot:
        await opened(pilot)
        assert "What is twice one?" in shown(pilot, "#help")


async def test_the_solution_is_shown_only_after_saying_yes_and_counts_as_given_up(engine):
    async with session(engine, None) as pilot:
        await opened(pilot)
        await pilot.press("f8")
        await pilot.pause()
        assert pilot.app.focused is pilot.app.screen.query_one("#no", Button)
        await pilot.press("y")
        await pilot.pause()
        assert "return x * 2" in shown(pilot, "#help")
    assert [review.rating for review in engine.store.reviews(ItemKind.EXERCISE)] == [Rating.AGAIN]


async def test_what_another_editor_writes_appears_in_the_code(engine, own_home):
    async with session(engine, None) as pilot:
        screen = await written(pilot, WRONG)
        await until(pilot, draft_file(own_home).exists)
        draft_file(own_home).write_bytes(RIGHT)
        await until(pilot, lambda: screen.query_one("#code").text == RIGHT.decode())


async def test_the_learners_own_editor_writes_the_draft(engine, tmp_path, monkeypatch):
    script = tmp_path / "editor.sh"
    script.write_text('#!/bin/sh\nprintf "written elsewhere" > "$2"\n')
    script.chmod(0o755)
    monkeypatch.setenv("EDITOR", str(script))
    async with session(engine, None) as pilot:
        screen = await opened(pilot)
        await pilot.press("f9")
        await until(pilot, lambda: screen.query_one("#code").text == "written elsewhere")


async def test_code_and_task_are_side_by_side_where_there_is_room(engine):
    async with session(engine, None, size=(120, 36)) as pilot:
        screen = await opened(pilot)
        assert screen.query_one("#task-page").display
        assert screen.query_one("#code-page").region.x > screen.query_one("#task-page").region.x
        await pilot.resize_terminal(80, 24)
        await pilot.pause()
        assert not screen.query_one("#code-page").display


async def test_the_task_is_shown_in_the_other_language_at_once(engine):
    async with session(engine, None) as pilot:
        screen = await written(pilot, WRONG)
        await pilot.press("ctrl+l")
        assert "写出" in screen.query_one("#task").plain
        assert screen.query_one("#code").text == WRONG.decode()
        await pilot.press("ctrl+l")


async def test_checks_are_named_in_the_language_spoken(tmp_path):
    checks = FILES["exercises/sums/double/checks.py"].replace(
        "a few small numbers", "a few small numbers\n\n            zh: 几个小的数\n            "
    )
    changed = {"exercises/sums/double/checks.py": checks}
    with open_engine(tmp_path, StandingClock(), changed) as engine:
        async with session(engine, None) as pilot:
            screen = await written(pilot, WRONG)
            await pilot.press("ctrl+l", "f5")
            await until(pilot, lambda: screen.result is not None)
            assert "0/2  几个小的数" in shown(pilot, "#results")
            await pilot.press("ctrl+l")
            assert "0/2  a few small numbers" in shown(pilot, "#results")


async def test_a_long_name_of_a_check_goes_on_below_its_beginning(tmp_path):
    long = "a few small numbers, " + "each of them written out at some length, " * 3
    checks = FILES["exercises/sums/double/checks.py"].replace("a few small numbers", long)
    changed = {"exercises/sums/double/checks.py": checks}
    with open_engine(tmp_path, StandingClock(), changed) as engine:
        async with session(engine, None) as pilot:
            screen = await written(pilot, RIGHT)
            await pilot.press("f5")
            await until(pilot, lambda: screen.result is not None)
            page = screen.query_one("#results")
            lines = [page.render_line(line).text for line in range(page.size.height)]
            number = next(number for number, line in enumerate(lines) if "a few small" in line)
            start = lines[number].index("a few small")
            assert lines[number + 1][:start].isspace()
            assert not lines[number + 1][start].isspace()


async def test_a_judging_is_read_in_the_other_language_without_another_one(engine):
    async with session(engine, None) as pilot:
        screen = await written(pilot, WRONG)
        await pilot.press("f5")
        await until(pilot, lambda: screen.result is not None)
        judged = screen.result
        assert "double returned" in shown(pilot, "#results")
        await pilot.press("ctrl+l")
        assert "double 的返回值：" in shown(pilot, "#results")
        assert screen.result is judged
        await pilot.press("ctrl+l")


def test_a_draft_that_another_program_changed_is_kept_beside(tmp_path):
    draft = Draft("double", "starter", tmp_path)
    draft.save("mine")
    draft.path.write_text("theirs")
    kept = draft.save("mine, newer")
    assert kept is not None
    assert kept.read_text() == "theirs"
    assert draft.path.read_text() == "mine, newer"
