"""Every command in Chinese, on a small course: what is no datum is said in that language."""

import re
import sqlite3
from datetime import datetime, timedelta

import pytest
from engine_support import FILES, write_course

from quizapp.cli import main

# Without cards whose answers have to be run: the judge would take seconds to start.
WRITTEN = FILES["cards/shapes.yaml"].partition("        - id: full-print")[0]

FILES_HERE = {
    "cards.csv": "front,back\nWhat is a rank?,The number of axes.\nWhat is a rank?,Again.\n",
    "broken.csv": "question\nWhat?\n",
    "one.txt": "left\tright\n",
    "page.md": "Q: What is a stride?\nA: A step.\n\nQ: nothing follows\n",
    "empty.md": "no cards at all\n",
    "log.jsonl": '{"quizapp": "nonsense"}\n',
    "no.apkg": "no package",
    "other.db": "no database",
}

TYPED = re.compile(
    r"""
    \S*/\S+ | [\w-]+\.(?:csv|md|db|apkg|jsonl|svg|txt|py)\b   # files and places in them
    | --[a-z-]+ | \b(?:quizapp|SLUG|FILE|NAME)\b               # what is typed
    | \b[a-z]+(?:[-_/.][a-z0-9]+)+\b                           # ids, settings
    """,
    re.VERBOSE,
)
DATA = {"shapes", "sums", "mine", "double", "keyword"}  # names of the course
DATA |= {"alpha", "beta", "gamma", "omega", "greek"}  # what the learner writes
DATA |= {"cards", "one", "page"}  # decks that come in, by their files
DATA |= {"tag", "shape", "suspend"}  # a search; values of a setting
"""Words that are the same in every language."""

FILES_OUT = (["export", "csv"], ["export", "markdown"], ["export", "jsonl"])
"""Calls whose stdout is a file, in the form of a file."""


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """A course, and a learner who has said once that all is to be in Chinese."""
    root = tmp_path_factory.mktemp("chinese")
    course = write_course(root / "course", {"cards/shapes.yaml": WRITTEN})
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("QUIZAPP_COURSE", str(course))
        patch.setenv("QUIZAPP_HOME", str(root / "home"))
        patch.setenv("LC_ALL", "C")
        patch.chdir(root)
        for name, text in FILES_HERE.items():
            (root / name).write_text(text, encoding="utf-8")
        assert main(["due"]) == 0
        with sqlite3.connect(root / "home" / "quizapp.db") as database:
            database.execute("INSERT INTO settings VALUES ('language', '\"zh\"')")
        database.close()
        yield root


@pytest.fixture
def call(home, capsys):
    def called(*words):
        capsys.readouterr()
        code = main(list(map(str, words)))
        return code, *capsys.readouterr()

    return called


def english(text):
    """Lines of `text` that hold words and are not in Chinese."""
    lines = [line for line in text.splitlines() if not re.search(r"[\u4e00-\u9fff]", line)]
    return [line for line in lines if set(re.findall("[A-Za-z]{2,}", TYPED.sub("", line))) - DATA]


FUTURE = (datetime.now() + timedelta(days=3000)).isoformat(timespec="seconds")

CALLS = [
    "due",
    "next",
    "next sums",
    "next nothing",
    "answer keyword good",
    "answer keyword again",
    "answer keywrod good",
    f"answer keyword good --at {FUTURE}",
    "answer keyword good --at never",
    "undo",
    "undo",
    "undo",
    "undo",
    "cards",
    "cards --search nothing-holds-this",
    "cards --search is:nothing",
    "cards --search flag:9",
    "cards --sort colour",
    "cards keyword",
    "cards keyword --suspend",
    "cards keyword --unsuspend",
    "cards keyword --bury",
    "cards keyword --flag 3",
    "cards ndim-pair --due +3",
    "cards keyword --due never",
    "cards keyword --reset",
    "cards keyword --reset --yes",
    "cards keyword --reattach",
    "cards gone --reattach keyword",
    "cards --search tag:shape --suspend",
    "cards --search tag:shape --save shapes",
    "cards --search tag:shape --save shapes",
    "cards --saved",
    "cards --saved --sort due",
    "cards --saved shapes",
    "cards --rename-saved shapes forms",
    "cards --rename-saved shapes forms",
    "cards --forget-saved forms",
    "cards --forget-saved forms",
    "cards --saved",
    "undo",
    "add alpha beta --deck mine",
    "add alpha gamma --deck mine",
    "add alpha beta --tolerance 3",
    "add alpha beta --deck shapes",
    "add al{{c1::}}pha --kind cloze",
    "add alpha --kind cloze",
    "add alpha --kind typed --answer-type number --answer beta(",
    "add {{n}} --kind predict --given n",
    "cards --search deck:mine --replace alpha omega --dry-run",
    "cards --search deck:mine --replace alpha omega",
    "cards --search deck:mine --replace alpha omega --yes",
    "cards --search deck:mine --replace nowhere omega --yes",
    "cards keyword --replace keyword omega --yes",
    "cards --search deck:mine --tag greek --yes",
    "cards --undo-edit",
    "cards --undo-edit",
    "cards --undo-edit",
    "cards --dry-run",
    "cards --regex",
    "stats",
    "stats --days 3 --all",
    "stats --dark",
    "settings",
    "settings leech_action",
    "settings leech_action suspend",
    "settings leech_action nothing",
    "settings leech_actoin",
    "settings --default",
    "optimize --history",
    "optimize --defaults",
    "optimize --simulate --days 0",
    "optimize --days 3",
    "optimize --history --defaults",
    "export csv",
    "export csv table.csv",
    "export csv table.csv",
    "export markdown",
    "export jsonl",
    "export jsonl nowhere/at/all.jsonl",
    "export apkg -",
    "export csv --no-history",
    "import cards.csv",
    "import cards.csv",
    "import broken.csv",
    "import one.txt",
    "import page.md",
    "import empty.md",
    "import log.jsonl",
    "import no.apkg",
    "import nothing.csv",
    "import cards.csv --update",
    "merge other.db",
    "merge home/quizapp.db",
    "merge nothing.db",
    "restore",
    "restore nothing",
    "exercises",
    "start double",
    "start double",
    "start triple",
    "check double nothing.py",
    "hint double",
    "hint triple",
    "study",
    "study --json",
    "grade nothing",
    "grade course --exercise triple",
    "doctor --clock-is-right",
    "",
    "nonsense",
    "undo",
]


def test_all_that_commands_say_is_in_chinese(call):
    left = {}
    for line in CALLS:
        words = line.split()
        _, told, noted = call(*words)
        if lines := [*english("" if words in FILES_OUT else told), *english(noted)]:
            left[line] = lines

    assert left == {}


def test_json_is_the_same_in_both_languages_but_for_the_courses_texts(call):
    for line in ("due", "settings leech_action", "optimize --history", "restore", "cards --saved"):
        chinese, english_ = (
            call(*line.split(), "--json"),
            call(*line.split(), "--json", "--lang=en"),
        )

        assert chinese[:2] == english_[:2]


def test_the_language_of_an_error_is_the_one_that_the_call_asks_for(call):
    assert call("answer", "nothing", "good", "--lang", "en")[2].startswith("error: nothing: ")
    assert call("answer", "nothing", "good", "--lang=en")[2].startswith("error: nothing: ")
    assert call("answer", "nothing", "good")[2].startswith("错误：nothing：")


def test_an_error_about_a_database_that_cannot_be_read_is_in_the_systems_language(
    call, tmp_path, monkeypatch
):
    (tmp_path / "quizapp.db").write_bytes(b"no database" * 100)
    monkeypatch.setenv("QUIZAPP_HOME", str(tmp_path))

    assert call("due")[2].startswith("error: ")
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    code, _, noted = call("due")

    assert (code, noted.startswith("错误：")) == (4, True)


def test_what_the_doctor_finds_is_in_chinese(call):
    told = call("doctor")[1]
    parts = {line[17:] for line in told.splitlines() if "namespaces" in line or "landlock" in line}
    heads = [line for line in told.splitlines() if not line.startswith(" ")]

    assert all(re.match(r"(正常|注意|有误)  ", line) for line in heads)
    assert [line for line in english(told) if line[17:] not in parts] == []


def test_what_is_wrong_in_a_deck_is_told_in_chinese(call, tmp_path, monkeypatch):
    text = WRITTEN.replace("front:", "forn:", 1).replace("  source:", "  kind: given\n  source:", 1)
    monkeypatch.setenv("QUIZAPP_COURSE", str(write_course(tmp_path, {"cards/shapes.yaml": text})))
    code, _, noted = call("next")

    assert (code, english(noted)) == (3, [])
    assert re.match("错误：cards/shapes.yaml:[0-9]+：.*；", noted)
