"""The commands about cards, and how any failure is told."""

import json
from datetime import datetime, timedelta

import pytest
from engine_support import write_course

from quizapp.cli import COMMANDS, main
from quizapp.cli.commands import commands
from quizapp.cli.exits import Exit
from quizapp.domain.cards import Kind
from quizapp.engine import CardEngine, Engine


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("QUIZAPP_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("QUIZAPP_COURSE", str(write_course(tmp_path / "course")))
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    return tmp_path / "home"


@pytest.fixture
def quizapp(home, capsys):
    def run(*words):
        code = main(words)
        told = capsys.readouterr()
        return code, told.out, told.err

    return run


def read_json(answer):
    code, out, err = answer
    assert (code, err) == (Exit.DONE, "")
    return json.loads(out)


def test_due_counts_deck_by_deck(quizapp):
    assert read_json(quizapp("due", "--json")) == {
        "decks": [
            {"deck": "shapes", "new": 4, "learning": 0, "due": 0},
            {"deck": "sums", "new": 5, "learning": 0, "due": 0},
        ],
        "exercises": {"new": 1, "due": 0},
    }


def test_due_is_a_plain_table_without_a_terminal(quizapp):
    _, out, _ = quizapp("due")

    assert "\x1b" not in out
    assert out.splitlines()[0].split() == ["deck", "title", "new", "learning", "due"]


def test_an_answer_says_when_the_card_comes_back(quizapp):
    told = read_json(quizapp("answer", "keyword", "easy", "--json"))

    assert list(told) == ["card", "phase", "due", "stability", "difficulty"]
    assert (told["card"], told["phase"]) == ("keyword", "review")
    assert datetime.fromisoformat(told["due"]).tzinfo is not None


def test_an_answer_can_be_dated(quizapp):
    read_json(quizapp("answer", "keyword", "easy", "--at", "2026-01-05T20:00", "--json"))
    told = read_json(quizapp("answer", "keyword", "good", "--at", "2026-01-15T20:00", "--json"))

    assert datetime.fromisoformat(told["due"]) > datetime(2026, 1, 15).astimezone()


def test_a_date_without_an_offset_is_local_time(quizapp):
    told = read_json(quizapp("answer", "keyword", "again", "--at", "2026-01-05T20:00", "--json"))
    wait = datetime.fromisoformat(told["due"]) - datetime(2026, 1, 5, 20).astimezone()

    assert wait == timedelta(minutes=1)


def test_a_date_that_is_none_is_a_usage_error(quizapp):
    code, out, err = quizapp("answer", "keyword", "good", "--at", "yesterday")

    assert (code, out) == (Exit.USAGE, "")
    assert err == "error: --at: 'yesterday' is no date and time; write it like 2026-03-01T20:15\n"


def test_a_rating_that_is_none_is_a_usage_error_on_one_line(quizapp):
    code, out, err = quizapp("answer", "keyword", "fine")

    assert (code, out) == (Exit.USAGE, "")
    assert err.startswith("error: quizapp answer: ")
    assert err.endswith("; see quizapp answer --help\n")
    assert err.count("\n") == 1


def test_an_unknown_card_is_a_usage_error_that_names_the_nearest(quizapp):
    assert quizapp("answer", "keywrod", "good") == (
        Exit.USAGE,
        "",
        "error: keywrod: there is no such card; did you mean keyword?\n",
    )


def test_an_unknown_command_is_a_usage_error_that_names_the_nearest(quizapp):
    code, _, err = quizapp("exercise")

    assert code == Exit.USAGE
    assert err.endswith("did you mean exercises?\n")


@pytest.mark.parametrize("command", ["study", "next"])
def test_an_unknown_topic_is_a_usage_error(quizapp, command):
    code, out, _ = quizapp(command, "shape")

    assert (code, out) == (Exit.USAGE, "")


def test_next_writes_the_front_and_not_the_back(quizapp):
    _, out, err = quizapp("next", "shapes")

    assert "What does `len(X)` give?" in out
    assert "The size of axis 0." not in out
    assert err == ""


def test_next_shows_the_back_when_asked(quizapp):
    _, out, _ = quizapp("next", "shapes", "--show")

    assert "The size of axis 0." in out


def test_next_speaks_the_language_asked_for(quizapp):
    _, out, _ = quizapp("next", "shapes", "--lang", "zh")

    assert "`len(X)` 返回什么？" in out


def test_options_before_the_command_hold_for_it(quizapp):
    _, out, _ = quizapp("--lang", "zh", "next", "shapes")

    assert "`len(X)` 返回什么？" in out


def test_the_options_of_a_choice_are_numbered(quizapp, home):
    with Engine.open() as engine:
        for card in engine.course.cards.values():
            engine.suspend(card.id, on=card.note.kind is not Kind.CHOICE)
    _, out, _ = quizapp("next")

    assert "  1) " in out
    assert "  3) " in out


def test_next_says_when_nothing_is_left(quizapp, home):
    with Engine.open() as engine:
        for card_id in engine.course.cards:
            engine.suspend(card_id)
    code, out, err = quizapp("next", "--json")

    assert (code, json.loads(out)) == (Exit.DONE, None)
    assert err.startswith("nothing to review now")


def test_undo_takes_back_the_last_answer(quizapp):
    quizapp("answer", "keyword", "good")
    told = read_json(quizapp("undo", "--json"))

    assert (told["card"], told["phase"], told["undone"]["rating"]) == ("keyword", "new", "good")


def test_undo_takes_back_a_decision_and_says_which(quizapp):
    quizapp("answer", "keyword", "good")
    quizapp("cards", "keyword", "--suspend")
    _, told, _ = quizapp("undo")

    assert told.startswith("keyword: took back suspend of ")
    assert quizapp("undo")[1].startswith("keyword: took back good of ")


def test_undo_of_what_was_decided_of_several_cards_says_how_many(quizapp):
    quizapp("cards", "keyword", "keep-dim", "--suspend")

    assert quizapp("undo")[1].startswith("keyword and 2 more: took back suspend of ")


def test_undo_without_an_answer_is_a_usage_error(quizapp):
    assert quizapp("undo") == (
        Exit.USAGE,
        "",
        "error: quizapp undo: there is nothing to undo\n",
    )


def test_cards_lists_what_the_search_finds(quizapp):
    found = read_json(quizapp("cards", "--search", "keepdim", "--json"))

    assert [card["card"] for card in found] == ["keep-dim/c1", "keep-dim/c2"]


def test_statistics_have_a_json_form(quizapp):
    quizapp("answer", "keyword", "easy")
    told = read_json(quizapp("stats", "--json"))

    assert told["answers_today"] == 1
    assert told["streak"] == {"current": 1, "longest": 1}
    assert len(told["forecast"]) == 30


def test_statistics_have_a_plain_form(quizapp):
    code, out, _ = quizapp("stats")

    assert code == Exit.DONE
    assert "exercises  0 of 1 solved" in out


def test_without_a_terminal_the_app_points_to_the_commands(quizapp):
    code, out, err = quizapp()

    assert (code, out) == (Exit.USAGE, "")
    assert "needs a terminal" in err


def test_a_broken_course_is_told_with_its_line(quizapp, tmp_path):
    write_course(tmp_path / "course", {"cards/sums.yaml": "deck: {en: Sums, zh: 求和}\nnotes: 3\n"})
    code, out, err = quizapp("due")

    assert (code, out) == (Exit.UNSOUND_COURSE, "")
    assert err.startswith("error: cards/sums.yaml:2: ")


def test_a_folder_that_is_not_there_is_no_course(quizapp, tmp_path):
    code, _, err = quizapp("due", "--course", str(tmp_path / "nowhere"))

    assert code == Exit.USAGE
    assert "nowhere" in err


def test_a_database_that_cannot_be_opened_is_our_fault(quizapp, home):
    home.mkdir()
    (home / "quizapp.db").write_bytes(b"no database" * 100)
    code, out, err = quizapp("due")

    assert (code, out) == (Exit.OUR_FAULT, "")
    assert err.startswith(f"error: {home / 'quizapp.db'}: it is not a database; ")
    assert err.count("\n") == 1


def test_an_unexpected_exception_ends_in_a_log_file_and_one_line(quizapp, home, monkeypatch):
    def fail(_):
        raise ZeroDivisionError("by nothing")

    monkeypatch.setattr(CardEngine, "due", fail)
    code, out, err = quizapp("due")

    assert (code, out) == (Exit.OUR_FAULT, "")
    (log,) = (home / "logs").iterdir()
    assert err.startswith("error: quizapp: unexpected ZeroDivisionError: by nothing; ")
    assert str(log) in err
    assert "Traceback" in log.read_text("utf-8")


def test_a_cancelled_command_ends_like_ctrl_c(quizapp, monkeypatch):
    def interrupt(_):
        raise KeyboardInterrupt

    monkeypatch.setattr(CardEngine, "due", interrupt)

    assert quizapp("due")[0] == Exit.INTERRUPTED


def test_colours_appear_only_where_they_are_wanted(quizapp, monkeypatch):
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    _, coloured, _ = quizapp("next")
    monkeypatch.setenv("NO_COLOR", "1")
    _, plain, _ = quizapp("next")

    assert "\x1b" in coloured
    assert "\x1b" not in plain


def test_tables_have_no_colours_under_no_color(quizapp, monkeypatch):
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("NO_COLOR", "1")
    _, out, _ = quizapp("due")

    assert "shapes" in out
    assert "\x1b[3" not in out


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself_and_offers_json(quizapp, command):
    code, out, err = quizapp(command, "--help")

    assert (code, err) == (Exit.DONE, "")
    assert "--json" in out
    assert "--course" in out


def test_every_command_has_a_name_and_a_help_text():
    for name in COMMANDS:
        command = commands.get_command(None, name)
        assert command.name == name
        assert command.help


def test_help_goes_to_stdout(quizapp):
    code, out, err = quizapp("--help")

    assert (code, err) == (Exit.DONE, "")
    assert all(command in out for command in COMMANDS)
