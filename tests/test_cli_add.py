"""`quizapp add`, through the command: arguments, standard input, an editor."""

import io
import json
import os
import pty
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from engine_support import write_course

from quizapp.cli import main
from quizapp.cli.exits import Exit


@pytest.fixture
def home(tmp_path, monkeypatch):
    """The data of a learner of the toy course."""
    write_course(tmp_path / "course")
    monkeypatch.setenv("QUIZAPP_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("QUIZAPP_COURSE", str(tmp_path / "course"))
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    monkeypatch.delenv("VISUAL", raising=False)
    return tmp_path / "home"


@pytest.fixture
def quizapp(home, monkeypatch, capsys):
    """The commands; `typed` is what stands on standard input."""

    def run(*words, typed=""):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(typed.encode())))
        code = main(words)
        told = capsys.readouterr()
        return code, told.out, told.err

    return run


def test_a_card_is_added_and_asked(quizapp):
    code, out, err = quizapp("add", "--deck", "mine", "Why?", "Because.")
    name = out.split()[0]

    assert (code, err) == (Exit.DONE, "")
    assert out.split()[1].endswith("home/cards/mine.yaml:4")
    assert json.loads(quizapp("cards", "--search", "deck:mine", "--json")[1])[0]["card"] == name


@pytest.mark.parametrize(
    "words",
    [
        ["--kind", "reversed", "axis", "轴"],
        ["--kind", "cloze", "An {{c1::axis}}."],
        ["--kind", "typed", "Which word?", "keepdim", "--accept", "keepdim=True"],
        ["--kind", "typed", "Pi?", "3.14", "--tolerance", "0.01"],
        ["--kind", "typed", "Half?", "It is.", "--answer", "1/2", "--answer-type", "expression"],
        ["--kind", "choice", "Which?", "--right", "a", "--wrong", "b", "--wrong", "c: d"],
        ["--kind", "predict", "print(1)"],
        [
            "--kind",
            "predict",
            "print({{n}}, {{k}})",
            "--given",
            "n: int 2, 6",
            "--given",
            "k: int 1, 2",
        ],
        [
            *("--kind", "typed", "Of {{s}}?", "X.shape", "--answer-type", "shape"),
            *("--given", "s: shape axes 1, 2 sizes 1, 3", "--setup", "X = torch.zeros(s)"),
        ],
        ["--", "-1?", "-1"],
    ],
)
def test_each_kind_can_be_added(quizapp, words):
    code, out, err = quizapp("add", "--json", "--tag", "t", *words)

    [added] = json.loads(out)["added"]
    assert (code, err) == (Exit.DONE, "")
    assert added["kind"] in [*words, "basic"]
    assert added["cards"]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["Why?"], "error: back: the card lacks `back`; add it"),
        (["Why?", " "], "error: back: the card lacks `back`; add it"),
        (["--kind", "predict", "1{{n}}", "--given", "n: int"], "error: given: `n`: int needs"),
        (["Why?", "So.", "--given", "n: int 2, 6"], "error: --given: it means nothing"),
        (["--kind", "cloze", "none"], "error: front: a cloze note has no mark; write {{c1::"),
        (["--kind", "typed", "Pi?", "x", "--answer-type", "number", "--tolerance", "-"], "error: "),
        (["--right", "x", "Why?", "So."], "error: --right: it means nothing to a basic card; add"),
        (["--tag", "x"], "error: --tag: it goes with FRONT; write FRONT, too"),
        (["--deck", "sums", "Why?", "So."], "error: sums: the course has a deck of that name"),
        (["--deck", "!!", "Why?", "So."], "error: !!: this is no name for a deck"),
        (["--id", "Not an id", "Why?", "So."], "error: id: `id` of"),
        (["--id", "keyword", "Why?", "So."], "error: keyword: this id is taken"),
        ([], "error: quizapp add: there is no card; write FRONT and BACK"),
    ],
)
def test_what_is_wrong_is_refused_and_no_file_is_written(quizapp, home, words, message):
    code, out, err = quizapp("add", *words)

    assert (code, out) == (Exit.USAGE, "")
    assert err.startswith(message)
    assert not list(home.glob("cards/*.yaml"))


def test_a_front_that_is_there_already_is_named(quizapp):
    first = quizapp("add", "Why?", "Because.")[1].split()[0]

    assert quizapp("add", "why?", "So.")[2].rstrip().endswith(f"is the same as of {first}")


def test_cards_are_read_from_standard_input(quizapp):
    typed = "- front: Why?\n  back: Because.\n- kind: cloze\n  front: An {{c1::axis}}\n"
    added = json.loads(quizapp("add", "--json", typed=typed)[1])["added"]

    assert [each["kind"] for each in added] == ["basic", "cloze"]


def test_one_wrong_card_on_standard_input_keeps_all_out(quizapp, home):
    code, _, err = quizapp("add", typed="- front: Why?\n  back: B.\n- front: C\n  bakc: x\n")

    assert code == Exit.UNSOUND_COURSE
    assert err.startswith("error: standard input:4: ")
    assert not list(home.glob("cards/*.yaml"))


def test_a_card_that_was_removed_has_its_history_again_under_its_id(quizapp, home):
    name = quizapp("add", "--deck", "mine", "Why?", "Because.")[1].split()[0]
    quizapp("answer", name, "good")
    (home / "cards/mine.yaml").unlink()
    quizapp("add", "--deck", "mine", "--id", name, "Why?", "Because.")

    [row] = json.loads(quizapp("cards", "--search", "deck:mine", "--json")[1])
    assert row["phase"] != "new"


def test_cards_added_at_once_all_arrive(home):
    def add(number):
        words = [sys.executable, "-m", "quizapp", "add", "--deck", "mine", f"Q{number}", "A"]
        return subprocess.run(words, check=False, stdin=subprocess.DEVNULL).returncode

    with ThreadPoolExecutor(3) as pool:
        assert set(pool.map(add, range(3))) == {0}
    text = (home / "cards/mine.yaml").read_text()
    assert sorted(line for line in text.split("\n") if "front" in line) == [
        f"  front: Q{number}" for number in range(3)
    ]


# -- an editor ------------------------------------------------------------------------------------


def with_editor(home: Path, script: str, *words: str) -> tuple[int, str]:
    """`quizapp add` on a terminal, with a shell script for an editor: its code and all it says."""
    editor = home.parent / "editor.sh"
    editor.write_text(
        f'#!/bin/sh\nn=$(cat "{home}/n" 2>/dev/null || echo 0)\n'
        f'mkdir -p "{home}"\necho $((n + 1)) > "{home}/n"\nfile="$2"\n{script}\n'
    )
    editor.chmod(editor.stat().st_mode | stat.S_IXUSR)
    ours, theirs = pty.openpty()
    running = subprocess.Popen(
        [sys.executable, "-m", "quizapp", "add", *words],
        stdin=theirs,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env={**os.environ, "EDITOR": str(editor)},
        text=True,
    )
    os.close(theirs)
    said, _ = running.communicate(timeout=120)
    os.close(ours)
    return running.returncode, said


WRITE = r"""printf 'front: Why?\nback: Because.\n' > "$file" """


def test_a_card_is_written_in_the_editor(home):
    code, said = with_editor(home, WRITE, "--deck", "mine")

    assert code == 0, said
    assert "front: Why?" in (home / "cards/mine.yaml").read_text()
    assert not list((home / "drafts").iterdir())


def test_an_editor_that_is_left_without_writing_adds_nothing(home):
    code, said = with_editor(home, "true")

    assert (code, said) == (0, "Nothing was written, so nothing was added.\n")


def test_what_is_wrong_comes_back_above_its_line_and_can_be_mended(home):
    mend = (
        'if [ "$n" = 0 ]; then printf "front: Why?\\nbakc: So.\\n" > "$file"; exit; fi\n'
        f'cp "$file" "{home}/seen"; sed -i s/bakc/back/ "$file"'
    )
    code, said = with_editor(home, mend, "--deck", "mine")

    assert code == 0, said
    seen = (home / "seen").read_text().split("\n")
    assert seen[seen.index("bakc: So.") - 1].startswith("#: note `why-")
    assert "did you mean `back`?" in seen[seen.index("bakc: So.") - 1]
    assert "#:" not in (home / "cards/mine.yaml").read_text()


def test_what_is_left_wrong_is_kept_and_its_place_is_told(home):
    code, said = with_editor(
        home,
        r"""printf 'front: Why?\nbakc: So.\n' > "$file.x"
        [ "$n" = 0 ] && mv "$file.x" "$file"; rm -f "$file.x" """,
    )

    assert code == Exit.UNSOUND_COURSE
    [kept] = (home / "drafts").iterdir()
    assert f"What you wrote is kept: quizapp add < {kept}" in said
    assert "bakc: So." in kept.read_text()


def test_an_editor_that_fails_loses_nothing(home):
    code, said = with_editor(home, WRITE + "\nexit 3")

    assert code == Exit.USAGE
    assert "it ended with code 3" in said
    assert "front: Why?" in next((home / "drafts").iterdir()).read_text()
