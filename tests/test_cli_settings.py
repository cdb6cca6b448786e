"""`quizapp settings`, and an exercise in `quizapp next`, through the commands."""

import json
from datetime import timedelta

import pytest
from engine_support import NOON, RIGHT, StandingClock, open_engine

from quizapp.cli import main
from quizapp.cli.exits import Exit


@pytest.fixture
def quizapp(tmp_path, monkeypatch, capsys):
    """The commands of a learner who solved the exercise long ago."""
    with open_engine(tmp_path, StandingClock(NOON - timedelta(days=100))) as engine:
        engine.submit("double", RIGHT, "double.py").result()
    monkeypatch.setenv("QUIZAPP_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("QUIZAPP_COURSE", str(tmp_path / "course"))
    monkeypatch.setenv("LC_ALL", "C.UTF-8")

    def run(*words):
        code = main(words)
        told = capsys.readouterr()
        return code, told.out, told.err

    return run


def test_settings_lists_each_with_its_value_and_what_it_does(quizapp):
    code, out, err = quizapp("settings")

    assert (code, err) == (Exit.DONE, "")
    assert out.splitlines()[0].split()[:3] == ["setting", "value", "default"]
    assert ["learning_steps", "1m", "10m"] in [line.split()[:3] for line in out.splitlines()]


def test_a_setting_is_set_and_shown(quizapp):
    quizapp("settings", "learning_steps", "2m", "1h")

    assert quizapp("settings", "learning_steps") == (Exit.DONE, "learning_steps = 2m 1h\n", "")


def test_a_setting_goes_back_to_its_default(quizapp):
    quizapp("settings", "new_per_day", "3")
    quizapp("settings", "new_per_day", "--default")

    assert json.loads(quizapp("settings", "new_per_day", "--json")[1])["value"] == 10


def test_settings_as_json_have_their_own_types(quizapp):
    quizapp("settings", "desired_retention.sums", "95%")
    found = {row["key"]: row["value"] for row in json.loads(quizapp("settings", "--json")[1])}

    assert found["desired_retention.sums"] == 0.95
    assert found["balance"] is True
    assert found["relearning_steps"] == "10m"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["learning_steps", "1d"], "error: learning_steps: '1d' is no step; use times that rise"),
        (["learning"], "error: learning: there is no such setting; did you mean"),
        (["--default"], "error: --default: it takes a KEY and no value"),
    ],
)
def test_what_cannot_be_set_is_a_usage_error(quizapp, words, message):
    code, out, err = quizapp("settings", *words)

    assert (code, out) == (Exit.USAGE, "")
    assert err.startswith(message)


def test_a_due_exercise_is_next(quizapp):
    code, out, err = quizapp("next")

    assert code == Exit.DONE
    assert out.splitlines()[0] == "double  (sums, exercise)"
    assert "quizapp submit double FILE" in err


def test_a_due_exercise_is_next_as_json(quizapp):
    told = json.loads(quizapp("next", "--json")[1])

    assert (told["exercise"], told["kind"], told["deck"]) == ("double", "exercise", "sums")


def test_exercises_can_be_left_out_of_what_is_next(quizapp):
    assert json.loads(quizapp("next", "--cards", "--json")[1])["card"]


def test_a_daily_limit_of_a_topic_is_set_and_holds_for_the_next_card(quizapp):
    assert quizapp("next", "shapes")[1].startswith("len-is-axis-0")
    quizapp("settings", "new_per_day.shapes", "0")

    assert quizapp("settings", "new_per_day.shapes")[1] == "new_per_day.shapes = 0\n"
    assert "len-is-axis-0" not in quizapp("next", "shapes")[1]
