"""`quizapp merge`, through the command."""

import json

import pytest
from engine_support import write_course

from quizapp.cli import main


@pytest.fixture
def devices(tmp_path, monkeypatch):
    """Switches between two devices by name; returns what a command printed."""
    monkeypatch.setenv("QUIZAPP_COURSE", str(write_course(tmp_path / "course")))

    def on(device):
        monkeypatch.setenv("QUIZAPP_HOME", str(tmp_path / device))
        return str(tmp_path / device / "quizapp.db")

    return on


def called(capsys, *words):
    return main(list(words)), capsys.readouterr()


def test_answers_of_another_device_come_in(devices, capsys):
    laptop = devices("laptop")
    main(["answer", "keyword", "easy"])
    devices("desktop")
    main(["answer", "sum-shape", "good"])

    code, told = called(capsys, "merge", laptop, "--json")

    assert code == 0
    assert json.loads(told.out.split("\n", 2)[-1])["added"] == 1
    assert '"phase": "review"' in called(capsys, "cards", "--search", "keyword", "--json")[1].out


def test_one_s_own_database_is_refused(devices, capsys):
    own = devices("laptop")
    main(["due"])
    code, told = called(capsys, "merge", own)

    assert code == 2
    assert "this is your own database" in told.err


@pytest.mark.parametrize("content", [None, b"something else"])
def test_what_is_no_database_is_a_wrong_call(devices, capsys, tmp_path, content):
    devices("laptop")
    other = tmp_path / "other.db"
    if content is not None:
        other.write_bytes(content)
    code, told = called(capsys, "merge", str(other))

    assert code == 2
    assert told.err.startswith(f"error: {other}: ")
    assert "name the quizapp.db of another device" in told.err
