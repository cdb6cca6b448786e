"""The commands about exercises where one comes back as a variant; one judge for all."""

import json
from datetime import timedelta

import pytest
from engine_support import RIGHT, shared_judge, write_course
from variant_support import COLUMN, COLUMN_RIGHT, RENAMED, changed

from quizapp.cli import main
from quizapp.clock import system_clock
from quizapp.domain.memory import ItemKind
from quizapp.engine import Engine
from quizapp.judge import client


@pytest.fixture
def quizapp(tmp_path, monkeypatch, capsys):
    judge = shared_judge()
    monkeypatch.setenv("QUIZAPP_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("QUIZAPP_COURSE", str(write_course(tmp_path / "course", changed(COLUMN))))
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    monkeypatch.setattr(client.Judge, "close", lambda _: None)
    monkeypatch.setattr(client, "Judge", lambda **_: judge)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "double.py").write_bytes(RIGHT)
    (tmp_path / "column.py").write_bytes(COLUMN_RIGHT)

    def run(*words):
        code = main(words)
        told = capsys.readouterr()
        return code, told.out, told.err

    yield run
    monkeypatch.undo()


@pytest.fixture
def again(quizapp, monkeypatch, tmp_path):
    """The commands on the day after `double` was solved for the first time, nine days ago."""
    with Engine.open(clock=lambda: system_clock() - timedelta(days=9)) as engine:
        engine.submit("double", RIGHT, "double.py").result()
        assert engine.store.schedule(ItemKind.EXERCISE, "double").reps == 1
    return quizapp


def test_start_writes_the_starter_that_is_asked_for_and_says_what_is_different(again, tmp_path):
    code, out, err = again("start", "double")

    assert (code, out) == (0, "double-column.py\n")
    assert "This is variant column: Columns are doubled." in err
    assert "def twice(y):" in (tmp_path / "double-column.py").read_text("utf-8")


def test_start_writes_any_variant_by_name(again, tmp_path):
    code, _, err = again("start", "double", "mine.py", "--variant", "base")

    assert code == 0
    assert "variant" not in err
    assert "def double(x):" in (tmp_path / "mine.py").read_text("utf-8")


def test_check_of_the_old_solution_ends_with_what_the_variant_asks_for(again):
    code, out, _ = again("check", "double", "double.py")

    assert code == 1
    assert "found double, expected twice; define twice(y)" in out
    assert out.rstrip().endswith("This is variant column: Columns are doubled.")


def test_what_is_different_is_told_once(again, tmp_path):
    (tmp_path / "renamed.py").write_bytes(RENAMED)
    code, out, _ = again("check", "double", "renamed.py")

    assert code == 1
    assert out.count("Columns are doubled.") == 1


def test_check_judges_as_any_variant_by_name(quizapp):
    code, out, _ = quizapp("check", "double", "column.py", "--variant", "column", "--json")

    assert code == 0
    assert json.loads(out)["variant"] == "column"


def test_check_of_the_exercise_itself_has_no_variant_in_its_json(quizapp):
    _, out, _ = quizapp("check", "double", "double.py", "--json")

    assert "variant" not in json.loads(out)


def test_submit_of_another_variant_than_is_asked_for_is_a_wrong_call(again):
    code, out, err = again("submit", "double", "double.py", "--variant", "base")

    assert (code, out) == (2, "")
    assert "double.py: is for variant base, but this time variant column is asked" in err


def test_submit_of_the_variant_is_rated(again):
    code, out, _ = again("submit", "double", "column.py", "--json", "--easy")

    assert code == 0
    assert (json.loads(out)["rating"], json.loads(out)["variant"]) == ("easy", "column")


def test_the_list_names_the_variant_that_is_asked_for_and_all_there_are(again):
    _, out, _ = again("exercises", "--json")

    (row,) = json.loads(out)
    assert (row["variant"], row["variants"]) == ("column", ["base", "column"])


def test_a_watched_file_is_judged_as_its_first_line_says_only(quizapp):
    code, _, err = quizapp("check", "double", "double.py", "--watch", "--variant", "column")

    assert code == 2
    assert "leave --variant out" in err
