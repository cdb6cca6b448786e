"""`quizapp export` and `quizapp import`, through the commands."""

import csv
import hashlib
import io
import json
import os
import subprocess
import sys
import zipfile

import pytest
from engine_support import FILES, shared_judge, write_course

from quizapp.cli import main
from quizapp.judge import client

# Without cards whose answers have to be run: the judge would take seconds to start each time.
WRITTEN = FILES["cards/shapes.yaml"].partition("        - id: full-print")[0]


@pytest.fixture
def home(tmp_path, monkeypatch):
    course = write_course(tmp_path / "course", {"cards/shapes.yaml": WRITTEN})
    monkeypatch.setenv("QUIZAPP_COURSE", str(course))
    monkeypatch.setenv("QUIZAPP_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    return tmp_path / "home"


@pytest.fixture
def call(home, capsys):
    def called(*words):
        capsys.readouterr()
        code = main(list(map(str, words)))
        return code, *capsys.readouterr()

    return called


def test_a_log_goes_to_stdout_and_comes_in_elsewhere(call, tmp_path, monkeypatch):
    call("answer", "keyword", "easy")
    _, log, said = call("export", "jsonl")
    (tmp_path / "log.jsonl").write_text(log, encoding="utf-8")
    monkeypatch.setenv("QUIZAPP_HOME", str(tmp_path / "other"))

    code, told, _ = call("import", tmp_path / "log.jsonl")

    assert (code, said) == (0, "1 row of the log written\n")
    assert told.startswith("1 row of the log and 0 submissions came in, 0 states were ")
    assert call("export", "jsonl")[1] == log


def test_a_csv_on_stdout_is_a_csv_and_nothing_else(call):
    code, table, said = call("export", "csv", "--topic", "shapes", "--lang", "zh")
    rows = list(csv.DictReader(io.StringIO(table, newline="")))

    assert code == 0
    assert [row["id"] for row in rows] == ["len-is-axis-0", "ndim-pair", "ndim-pair/reversed"]
    assert rows[0]["back"] == "第 0 轴的大小。"
    assert said == "已写入 3 张卡片（2 条笔记）\n"


def test_a_csv_from_a_process_has_its_own_line_ends(home):
    environment = {**os.environ, "PYTHONIOENCODING": "latin-1"}
    done = subprocess.run(
        [sys.executable, "-m", "quizapp", "export", "csv", "--topic", "shapes", "--lang", "zh"],
        env=environment,
        capture_output=True,
        check=True,
    )

    assert done.stdout.startswith(b"id,deck,")
    assert b"suspended\r\n" in done.stdout
    assert "轴的个数" in done.stdout.decode("utf-8")


def test_a_package_is_written_and_its_place_told(call, tmp_path):
    pytest.importorskip("genanki")
    code, told, said = call("export", "apkg", "--topic", "shapes")

    assert (code, told) == (0, "quizapp.apkg\n")
    assert said.startswith("3 cards of 2 notes and 0 answers")
    assert "collection.anki2" in zipfile.ZipFile(tmp_path / "quizapp.apkg").namelist()


def test_json_counts_what_was_written(call):
    _, told, _ = call("export", "csv", "cards.csv", "--topic", "shapes", "--json")
    found = json.loads(told)

    assert found.pop("left_out") == []
    assert found == {"format": "csv", "file": "cards.csv", "notes": 2, "cards": 3, "answers": 0}


def test_a_card_whose_answer_cannot_be_worked_out_is_left_out_and_told(call, tmp_path, monkeypatch):
    broken = FILES["cards/shapes.yaml"].replace("print(torch", "print(torch.nothing, torch")
    write_course(tmp_path / "course", {"cards/shapes.yaml": broken})
    judge = shared_judge()
    with monkeypatch.context() as patch:
        patch.setattr(client.Judge, "close", lambda _: None)
        patch.setattr(client, "Judge", lambda: judge)
        code, table, said = call("export", "csv", "--topic", "shapes")

    assert code == 0
    assert "full-print" not in table
    assert said.startswith("left out: full-print: ")


def test_a_file_that_is_there_is_replaced_only_when_told(call, tmp_path):
    (tmp_path / "a.csv").write_text("mine")

    code, _, said = call("export", "jsonl", "a.csv")
    assert (code, (tmp_path / "a.csv").read_text()) == (2, "mine")
    assert "give --force" in said

    assert call("export", "jsonl", "a.csv", "--force")[0] == 0
    assert (tmp_path / "a.csv").read_text().startswith('{"quizapp"')


def test_an_export_that_fails_leaves_nothing_behind(call, tmp_path):
    code, _, said = call("export", "csv", "a.csv", "--topic", "shape")

    assert code == 2
    assert "did you mean shapes?" in said
    assert sorted(path.name for path in tmp_path.iterdir()) == ["course", "home"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("pdf",), "'pdf' is not one of"),
        (("apkg", "-"), "cannot go to stdout"),
        (("csv", "--json"), "name a file"),
        (("jsonl", "--topic", "shapes"), "--topic means nothing here"),
        (("csv", "--no-history"), "--no-history means nothing here"),
    ],
)
def test_a_wrong_call_is_one_sentence(call, words, said):
    code, _, told = call("export", *words)

    assert code == 2
    assert said in told


def test_a_folder_that_is_missing_is_told(call):
    code, _, said = call("export", "csv", "none/a.csv")

    assert code == 2
    assert said.startswith("error: none/a.csv: it cannot be written: there is no folder none")


@pytest.mark.parametrize("name", ["none.apkg", "course/cards", "course/course.yaml"])
def test_what_cannot_be_imported_is_one_sentence(call, name):
    code, _, said = call("import", name)

    assert code == 2
    assert said.startswith(f"error: {name}: ")
    assert said.count("\n") == 1


def test_imported_rows_are_studied_like_any_card(call, tmp_path, home):
    (tmp_path / "words.csv").write_text("front,back\nuno,one\n", encoding="utf-8")

    code, told, _ = call("import", "words.csv")
    listed = json.loads(call("cards", "--search", "uno", "--json")[1])

    assert code == 0
    assert told.splitlines() == [
        "1 note came in, 0 were here already",
        str(home / "cards/csv-words.yaml"),
    ]
    assert call("answer", listed[0]["card"], "good")[0] == 0
    assert call("study-none")[0] == 2


def test_a_broken_own_deck_is_told_at_each_call_and_stops_nothing(call, home):
    (home / "cards").mkdir(parents=True)
    (home / "cards/mine.yaml").write_text("notes: []\n", encoding="utf-8")

    code, listed, said = call("cards")

    assert code == 0
    assert "keyword" in listed
    assert said.startswith(f"left out: {home}/cards/mine.yaml:")


def test_a_folder_of_markdown_comes_in_and_what_is_wrong_in_it_is_told(call, tmp_path, home):
    (tmp_path / "vault").mkdir()
    (tmp_path / "vault/words.md").write_text("Q: uno\nA: one\n---\nQ: alone\n", encoding="utf-8")

    code, told, said = call("import", "vault")

    assert code == 0
    assert told.splitlines() == [
        "1 note came in, 0 were here already",
        str(home / "cards/md-words.yaml"),
    ]
    assert said == (
        "left out: vault/words.md:4: the question has no answer; write A: and the answer below\n"
    )


def test_a_changed_text_is_told_and_taken_over_when_asked_for(call, tmp_path):
    words = tmp_path / "words.md"
    words.write_text("uno::one\n", encoding="utf-8")
    call("import", words)
    words.write_text("uno::1\n", encoding="utf-8")

    assert "1 note reads otherwise in the file now" in call("import", words)[1]
    assert "1 note took over what the file says now" in call("import", words, "--update")[1]


def test_what_marks_a_gap_can_be_said(call, tmp_path):
    (tmp_path / "a.md").write_text("**uno** is one\n", encoding="utf-8")

    assert call("import", "a.md")[0] == 2
    assert call("import", "a.md", "--cloze", "bold")[1].startswith("1 note came in")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("a.csv", "--update"), "--update means nothing for it"),
        (("a.csv", "--cloze", "bold"), "--cloze means nothing for it"),
        (("a.md", "--format", "hashcards", "--cloze", "bold"), "leave --cloze out"),
        (("a.md", "--format", "org"), "'org' is not one of"),
        (("none.md",), "No such file"),
    ],
)
def test_a_wrong_call_of_import_is_one_sentence(call, words, said):
    code, _, told = call("import", *words)

    assert (code, told.count("\n")) == (2, 1)
    assert said in told


def test_cards_go_out_as_markdown_and_come_in_elsewhere_as_they_were(
    call, tmp_path, monkeypatch, home
):
    picture = f"{hashlib.sha256(b'PNG').hexdigest()[:20]}.png"  # as imports name it
    (home / "media").mkdir(parents=True)
    (home / "cards").mkdir()
    (home / "media" / picture).write_bytes(b"PNG")
    (home / "cards/mine.yaml").write_text(
        "deck: Mine\nnotes:\n"
        f'- {{id: one, front: "![p](../media/{picture})", back: "a\\n\\nQ: b", tags: [x, y]}}\n'
        '- {id: two, kind: reversed, front: "`a`", back: "b"}\n'
        '- {id: three, kind: cloze, front: "{{c2::a::h}} {{c1::b}}", back: "since\\n\\n- c"}\n'
        '- {id: four, kind: typed, front: "1 + 1?", answer: {number: 2}}\n',
        encoding="utf-8",
    )

    code, told, said = call("export", "markdown", "out.md", "--own")
    assert (code, told, said) == (0, "out.md\n", "6 cards of 4 notes written\n")
    assert call("import", "out.md")[1] == "0 notes came in, 4 were here already\n"
    monkeypatch.setenv("QUIZAPP_HOME", str(tmp_path / "other"))
    assert call("import", "out.md")[1].startswith("4 notes came in with 1 picture or sound")
    cards = json.loads(call("cards", "--search", "deck:md-mine", "--json")[1])
    assert [card["card"].partition("/")[2] for card in cards] == [
        "",
        "",
        "reversed",
        "c1",
        "c2",
        "",
    ]
    assert call("export", "markdown", "again.md", "--own")[0] == 0
    first, again = ((tmp_path / name).read_text("utf-8") for name in ("out.md", "again.md"))
    assert (tmp_path / "again-media" / picture).exists()
    assert [line for line in first.splitlines() if "quizapp: " not in line] == [
        line.replace("again-media", "out-media")
        for line in again.splitlines()
        if "quizapp: " not in line
    ]


def test_an_export_of_decks_of_one_s_own_says_when_there_are_none(call):
    code, _, said = call("export", "csv", "--own")

    assert code == 2
    assert said.startswith("error: export --own: there is no deck of your own")
