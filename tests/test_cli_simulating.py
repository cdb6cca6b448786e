"""`quizapp optimize --simulate`, through the command."""

import json

import pytest
from engine_support import StandingClock, open_engine, write_course

from quizapp.cli import main


@pytest.fixture
def beginner(tmp_path, monkeypatch):
    monkeypatch.setenv("QUIZAPP_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("QUIZAPP_COURSE", str(write_course(tmp_path / "course")))
    return tmp_path


def called(capsys, *words):
    code = main(["optimize", "--simulate", *words])
    return code, capsys.readouterr()


@pytest.mark.usefixtures("beginner")
def test_a_row_for_each_retention_says_what_it_takes_and_what_it_gives(capsys):
    code, told = called(capsys, "--days", "60")
    lines = told.out.splitlines()
    heads, *rows = [line.split() for line in lines[2:-1]]

    assert code == 0
    assert lines[0].startswith("60 days of study, simulated: 0 cards in memory, 9 new ones")
    assert heads[:3] == ["retention", "reviews", "minutes"]
    assert {"0.7", "0.75", "0.8", "0.85", "0.9", "0.95"} <= {row[0] for row in rows}
    assert [row[0] for row in rows if "use" in row] == ["0.9"]
    assert sum("cheapest" in row or "cheapest," in row for row in rows) == 1


@pytest.mark.usefixtures("beginner")
def test_it_is_said_when_limits_of_topics_are_left_out(capsys):
    _, without = called(capsys, "--days", "9", "--retention", "0.9")
    main(["settings", "new_per_day.sums", "1"])
    _, told = called(capsys, "--days", "9", "--retention", "0.9")

    said = "limits of single topics are left out"
    assert (said in without.out, said in told.out) == (False, True)


@pytest.mark.usefixtures("beginner")
def test_json_has_every_retention_that_was_simulated(capsys):
    _, told = called(capsys, "--json", "--days", "60", "--new-per-day", "3")
    found = json.loads(told.out)

    assert (found["days"], found["cards"], found["new"], found["new_per_day"]) == (60, 0, 9, 3)
    assert len(found["retentions"]) > 12
    costs = {each["retention"]: each["minutes_per_known"] for each in found["retentions"]}
    assert costs[found["cheapest"]] == min(costs.values())
    assert found["present"] in costs


@pytest.mark.usefixtures("beginner")
@pytest.mark.parametrize("written", ["0.8,0.95", "80% 95%", " 0.95, 0.8 ,"])
def test_retentions_are_named_with_commas_or_blanks(capsys, written):
    _, told = called(capsys, "--json", "--days", "9", "--retention", written)

    assert [each["retention"] for each in json.loads(told.out)["retentions"]] == [0.8, 0.95]


@pytest.mark.usefixtures("beginner")
@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--retention", "much"], "error: --retention: 'much' is no number; use 0.7 to 0.99\n"),
        (["--retention", "0.5"], "error: --retention: 0.5 is out of range; use 0.7 to 0.99\n"),
        (
            ["--retention", " , "],
            "error: --retention: it names none; write them like 0.8,0.85,0.9\n",
        ),
        (["--days", "0"], "error: days: 0 days cannot be simulated; use 1 to 3650 days\n"),
        (
            ["--exercises"],
            "error: --simulate: exercises are not simulated; leave out --exercises\n",
        ),
    ],
)
def test_what_cannot_be_simulated_is_refused_in_one_sentence(capsys, words, said):
    code, told = called(capsys, *words)

    assert (code, told.out) == (2, "")
    assert told.err.endswith(said)


@pytest.mark.usefixtures("beginner")
@pytest.mark.parametrize("words", [["--defaults"], ["--history"], ["--dry-run"]])
def test_a_simulation_is_no_fit(capsys, words):
    assert called(capsys, *words)[0] == 2


@pytest.mark.usefixtures("beginner")
@pytest.mark.parametrize("words", [["--days", "9"], ["--retention", "0.9"], ["--new-per-day", "5"]])
def test_the_figures_of_a_simulation_need_one(capsys, words):
    assert main(["optimize", *words]) == 2
    assert capsys.readouterr().err.endswith("only a simulation takes it; add --simulate\n")


def test_reviews_that_are_left_over_are_told(beginner, capsys):
    with open_engine(beginner, StandingClock()) as engine:
        engine.change_setting("reviews_per_day", "0")

    _, told = called(capsys, "--days", "60")

    high = next(line for line in told.out.splitlines() if line.startswith("0.95"))
    assert "*" in high
    assert "the limit of a day is too low" in told.out


@pytest.mark.usefixtures("beginner")
def test_a_simulation_is_told_in_chinese_too(capsys):
    _, told = called(capsys, "--days", "9", "--lang", "zh", "--retention", "0.9,0.8")

    assert "模拟学习 9 天" in told.out
    assert "使用中" in told.out
    assert "retention" not in told.out
    assert "known" not in told.out
