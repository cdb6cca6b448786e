"""Calls that are read without click do what click would make of them."""

import pytest
from engine_support import write_course

from quizapp.cli import main
from quizapp.cli.plain import plain_call

PLAIN = [
    ["due"],
    ["due", "--json"],
    ["next"],
    ["next", "--json", "--show"],
    ["next", "shapes", "--cards"],
    ["next", "--ahead", "shapes"],
    ["next", "no-such-topic"],
    ["answer", "keyword", "easy", "--json"],
    ["answer", "no-such-card", "good"],
    ["undo"],
]
FOR_CLICK = [
    [],
    ["--json", "next"],
    ["next", "--help"],
    ["next", "--lang", "zh"],
    ["next", "--"],
    ["next", "-h"],
    ["due", "shapes"],
    ["undo", "keyword"],
    ["answer"],
    ["answer", "keyword"],
    ["answer", "keyword", "fine"],
    ["answer", "keyword", "good", "now"],
    ["answer", "keyword", "good", "--at", "2026-01-01"],
    ["cards"],
]


@pytest.fixture
def quizapp(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("QUIZAPP_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("QUIZAPP_COURSE", str(write_course(tmp_path / "course")))
    monkeypatch.setenv("LC_ALL", "C.UTF-8")

    def run(*words):
        code = main(words)
        told = capsys.readouterr()
        return code, told.out, told.err

    return run


@pytest.mark.parametrize("words", PLAIN, ids=" ".join)
def test_a_plain_call_gives_what_click_gives(words, quizapp, monkeypatch):
    assert plain_call(words) is not None
    plain = quizapp(*words)
    quizapp("undo")
    monkeypatch.setattr("quizapp.cli.plain_call", lambda _words: None)

    assert quizapp(*words) == plain


@pytest.mark.parametrize("words", FOR_CLICK, ids=" ".join)
def test_what_is_not_plain_is_left_to_click(words):
    assert plain_call(words) is None


def test_a_shell_that_completes_is_answered_by_click(monkeypatch):
    monkeypatch.setenv("_QUIZAPP_COMPLETE", "bash_complete")

    assert plain_call(["next"]) is None
