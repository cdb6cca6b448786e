"""`quizapp restore` and `quizapp doctor --repair`, through the command."""

import json
from datetime import timedelta

import pytest
from engine_support import write_course

from quizapp.cli import main
from scripts import faults


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("QUIZAPP_COURSE", str(write_course(tmp_path / "course")))
    monkeypatch.setenv("QUIZAPP_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture
def quizapp(home, capsys):
    def called(*words):
        code = main(list(words))
        told = capsys.readouterr()
        return code, told.out, told.err

    return called


def study(home):
    """Two days, so that the second begins with a copy."""
    faults.studied(home, 30)
    learner = faults.Learner(home, faults.START + timedelta(days=9))
    learner.answer(1)
    learner.store.close()


def test_without_copies_there_is_nothing_to_list(quizapp):
    code, out, _ = quizapp("restore", "--json")
    assert (code, json.loads(out)["copies"]) == (0, [])
    assert "no copy has been made yet" in quizapp("restore")[2]


def test_copies_are_listed_with_what_going_back_would_lose(quizapp, home):
    study(home)
    code, out, _ = quizapp("restore", "--json")
    (copy,) = json.loads(out)["copies"]
    assert (code, copy["name"], copy["answers"], copy["lost"]) == (
        0,
        "quizapp-2026-05-13.db",
        30,
        1,
    )
    assert "quizapp-2026-05-13.db  daily" in quizapp("restore")[1]


def test_going_back_says_what_is_lost_and_where_it_is_kept(quizapp, home):
    study(home)
    code, out, _ = quizapp("restore", "newest")
    assert code == 0
    assert "quizapp-2026-05-13.db is in place, with 30 answers" in out
    assert "1 later answer or submission is not in it" in out
    assert "before-restore.db" in out


def test_a_name_that_is_no_copy_is_a_usage_error(quizapp, home):
    study(home)
    code, _, err = quizapp("restore", "monday")
    assert (code, err) == (2, "error: monday: there is no such copy; quizapp restore lists them\n")


def test_a_broken_file_is_told_in_one_sentence_and_then_mended(quizapp, home):
    study(home)
    file = home / "quizapp.db"
    file.write_bytes(b"\xa5" * 4096 + file.read_bytes()[4096:])
    code, _, err = quizapp("due")
    assert (code, err.count("\n"), "doctor --repair" in err) == (4, 1, True)
    code, out, _ = quizapp("doctor", "--repair", "--json")
    (store,) = [each for each in json.loads(out)["findings"] if each["name"] == "store"]
    assert (code, store["state"]) == (0, "ok")
    assert "31 answers and 0 submissions were saved" in store["what"]
    assert (home / store["what"].split("kept as ")[1].split(";")[0]).exists()
    assert quizapp("due")[0] == 0


def test_a_lost_file_is_told_when_a_new_one_takes_its_place_and_not_again(quizapp, home):
    study(home)
    (home / "quizapp.db").unlink()
    assert "quizapp restore goes back to a copy" in quizapp("due")[2]
    assert "quizapp restore" not in quizapp("due")[2]
