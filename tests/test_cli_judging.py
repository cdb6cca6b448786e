"""The commands about exercises and soundness, called in this process with one shared judge."""

import json
import os
import sys
from io import BytesIO, TextIOWrapper

import pytest
from engine_support import FILES, RIGHT, SQUARES, shared_judge, write_course

from quizapp import doctor
from quizapp.cli import main
from quizapp.cli.exits import Exit
from quizapp.domain.exercises import LARGEST_SOURCE
from quizapp.engine import Engine
from quizapp.judge import client


@pytest.fixture
def course(tmp_path):
    return write_course(tmp_path / "course")


@pytest.fixture
def quizapp(tmp_path, course, monkeypatch, capsys):
    judge = shared_judge()
    monkeypatch.setenv("QUIZAPP_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("QUIZAPP_COURSE", str(course))
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    monkeypatch.setattr(client.Judge, "close", lambda _: None)
    monkeypatch.setattr(client, "Judge", lambda **_: judge)
    monkeypatch.chdir(tmp_path)

    def run(*words):
        code = main(words)
        told = capsys.readouterr()
        return code, told.out, told.err

    yield run
    monkeypatch.undo()


@pytest.fixture
def right(tmp_path):
    (tmp_path / "right.py").write_bytes(RIGHT)
    return "right.py"


@pytest.fixture
def squares(tmp_path):
    (tmp_path / "squares.py").write_bytes(SQUARES)
    return "squares.py"


def test_the_judge_speaks_the_language_asked_for(quizapp, squares):
    _, english, _ = quizapp("check", "double", squares, "--seed", "5")
    _, chinese, _ = quizapp("check", "double", squares, "--seed", "5", "--lang", "zh")

    assert "double returned" in english
    assert "double 的返回值：" in chinese
    assert "double returned" not in chinese


def test_scripts_get_the_judge_in_the_language_asked_for(quizapp, squares):
    _, out, _ = quizapp("check", "double", squares, "--json", "--lang", "zh")

    messages = [check["message"] for check in json.loads(out)["checks"] if check["message"]]
    assert messages
    assert all("double 的返回值：" in message for message in messages)


def test_check_prints_one_object(quizapp, squares):
    code, out, err = quizapp("check", "double", squares, "--json", "--seed", "5")

    told = json.loads(out)
    assert (code, err) == (Exit.NOT_PASSED, "")
    assert list(told) == [
        "exercise",
        "verdict",
        "score",
        "max_score",
        "checks",
        "diagnosis",
        "seed",
        "isolation",
        "elapsed_ms",
    ]
    assert list(told["checks"][0]) == ["id", "label", "verdict", "points", "max_points", "message"]
    assert list(told["diagnosis"]) == ["near_miss", "message", "cards"]
    assert (told["verdict"], told["seed"]) == ("failed", 5)


def test_check_of_a_right_solution_passes(quizapp, right):
    code, out, _ = quizapp("check", "double", right, "--json")

    told = json.loads(out)
    assert (code, told["verdict"], told["score"], told["diagnosis"]) == (0, "passed", 3, None)


def test_check_tells_the_diagnosis_in_the_language_asked_for(quizapp, squares):
    _, out, _ = quizapp("check", "double", squares, "--lang", "zh")

    assert "你算的是平方。" in out
    assert "✗ 0/2  a few small numbers\n" in out
    assert "✗ 值不对   3 分中的 0 分\n" in out


def test_check_names_a_check_in_the_language_asked_for(quizapp, course, squares):
    checks = FILES["exercises/sums/double/checks.py"].replace(
        "a few small numbers", "a few small numbers\n\n            zh: 几个小的数\n            "
    )
    write_course(course, {"exercises/sums/double/checks.py": checks})

    assert "✗ 0/2  几个小的数\n" in quizapp("check", "double", squares, "--lang", "zh")[1]
    assert "✗ 0/2  a few small numbers\n" in quizapp("check", "double", squares)[1]


def test_check_reads_stdin_for_a_dash(quizapp, monkeypatch):
    monkeypatch.setattr(sys, "stdin", TextIOWrapper(BytesIO(RIGHT)))

    assert quizapp("check", "double", "-")[0] == Exit.DONE


def test_check_of_a_file_that_is_not_there_is_a_usage_error(quizapp):
    code, out, err = quizapp("check", "double", "nowhere.py")

    assert (code, out) == (Exit.USAGE, "")
    assert err.startswith("error: nowhere.py: cannot be read (No such file or directory); ")


@pytest.mark.parametrize("name", ["/dev/zero", "folder", "pipe"])
def test_check_of_what_is_no_file_is_a_usage_error_and_waits_for_nobody(quizapp, tmp_path, name):
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    code, out, err = quizapp("check", "double", name)

    assert (code, out) == (Exit.USAGE, "")
    assert f"{name}: " in err


def test_check_of_a_huge_file_is_a_usage_error(quizapp, tmp_path):
    with (tmp_path / "huge.py").open("wb") as opened:
        opened.truncate(LARGEST_SOURCE + 1)
    code, _, err = quizapp("check", "double", "huge.py")

    assert code == Exit.USAGE
    assert f"larger than {LARGEST_SOURCE >> 20} MiB" in err


def test_check_of_an_unknown_exercise_is_a_usage_error(quizapp, right):
    assert quizapp("check", "duoble", right) == (
        Exit.USAGE,
        "",
        "error: duoble: there is no such exercise; did you mean double?\n",
    )


def test_check_with_a_check_that_fails_by_itself_is_our_fault(quizapp, course, right):
    path = "exercises/sums/double/checks.py"
    write_course(course, {path: FILES[path].replace("yield double(torch", "yield 1 / 0, (torch")})
    code, out, _ = quizapp("check", "double", right, "--json")

    assert (code, json.loads(out)["verdict"]) == (Exit.OUR_FAULT, "grader_error")


def test_submit_records_and_reschedules(quizapp, right):
    code, out, _ = quizapp("submit", "double", right, "--json", "--easy")

    told = json.loads(out)
    assert (code, told["rating"], told["recorded"]) == (Exit.DONE, "easy", True)
    _, out, _ = quizapp("exercises", "--json")
    (row,) = json.loads(out)
    assert (row["state"], row["best_score"], row["due_at"]) == ("solved", 3, told["due"])


def test_submit_says_which_cards_it_brought_forward(quizapp, squares):
    code, out, _ = quizapp("submit", "double", squares)

    assert code == Exit.NOT_PASSED
    assert "brought forward: len-is-axis-0, keyword" in out


def test_start_writes_the_starter_and_tells_its_name(quizapp, tmp_path):
    code, out, err = quizapp("start", "double")

    assert (code, out) == (Exit.DONE, "double.py\n")
    assert "Write `double(x)`." in err
    assert "raise NotImplementedError" in (tmp_path / "double.py").read_text("utf-8")


def test_start_leaves_a_file_as_it_is(quizapp, right):
    code, _, err = quizapp("start", "double", right)

    assert code == Exit.USAGE
    assert err == ("error: right.py: exists already and is left as it is; name another file\n")


def test_hint_gives_one_hint_after_the_other(quizapp):
    assert quizapp("hint", "double")[1] == "1/3  What is twice one?\n"
    assert json.loads(quizapp("hint", "double", "--json")[1])["hint"] == {
        "number": 2,
        "total": 3,
        "text": "Multiply.",
    }


def test_solution_writes_source_that_passes(quizapp, tmp_path):
    _, out, _ = quizapp("solution", "double")
    (tmp_path / "copied.py").write_text(out, "utf-8")

    assert quizapp("check", "double", "copied.py")[0] == Exit.DONE


def test_the_back_of_a_prediction_is_what_running_it_prints(quizapp):
    with Engine.open() as engine:
        for card_id in engine.course.cards:
            engine.suspend(card_id, on=card_id != "full-print")
        drawn = engine.prompt("full-print").drawn
    _, out, _ = quizapp("next", "--show", "--json")

    assert str(3 * drawn["n"]) in json.loads(out)["back"]


def test_audit_of_a_sound_course_is_done(quizapp):
    code, out, err = quizapp("audit")

    assert code == Exit.DONE
    assert out.startswith("sound: ")
    assert err.splitlines()[-1] == "18/18"


def test_audit_tells_each_finding_on_a_line(quizapp, course):
    path = "cards/shapes.yaml"
    write_course(course, {path: FILES[path].replace("== 2", "== 3")})
    code, out, _ = quizapp("audit", "shapes", "--cards")

    finding, summary = out.splitlines()
    assert code == Exit.UNSOUND_COURSE
    assert finding.startswith("cards/shapes.yaml:3: len-is-axis-0: the proof does not hold: ")
    assert summary == "unsound: 1 finding; tried 1 proofs, 1 predictions"


def test_audit_has_a_json_form(quizapp):
    code, out, _ = quizapp("audit", "--exercises", "--seeds", "1", "--json")

    told = json.loads(out)
    assert (code, told["sound"], told["findings"]) == (Exit.DONE, True, [])
    assert told["tried"] == {"references": 1, "starters": 1, "near misses": 2}


def test_audit_of_an_unknown_topic_is_a_usage_error(quizapp):
    assert quizapp("audit", "shape")[0] == Exit.USAGE


def test_doctor_looks_at_everything(quizapp):
    code, out, _ = quizapp("doctor", "--json")

    states = {finding["name"]: finding["state"] for finding in json.loads(out)["findings"]}
    assert code == Exit.DONE
    assert set(states) == {"quizapp", "torch", "data", "store", "course", "isolation", "device"}
    assert "bad" not in states.values()


def test_doctor_ends_with_3_for_an_unsound_course(quizapp, course, monkeypatch):
    monkeypatch.setattr(doctor, "Judge", client.Judge)  # the shared one
    write_course(course, {"cards/sums.yaml": "notes: 3\n"})
    code, out, _ = quizapp("doctor")

    assert code == Exit.UNSOUND_COURSE
    assert "bad   course" in out
