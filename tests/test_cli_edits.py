"""`quizapp cards`: searches with a name, and changes to many own cards."""

import json

import pytest
from engine_support import write_course

from quizapp.cli import main
from quizapp.cli.exits import Exit

MINE = """\
deck: Mine
notes:
- id: first
  front: What is a tensor?
  back: A tensor is a grid.
  tags: [old]
- id: second
  front: Which tensor?
  back: This one.
"""


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("QUIZAPP_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("QUIZAPP_COURSE", str(write_course(tmp_path / "course")))
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    folder = tmp_path / "home" / "cards"
    folder.mkdir(parents=True)
    (folder / "mine.yaml").write_text(MINE)
    return tmp_path / "home"


@pytest.fixture
def cards(home, capsys):
    def run(*words):
        code = main(("cards", *words))
        told = capsys.readouterr()
        return code, told.out, told.err

    return run


def deck(home):
    return (home / "cards" / "mine.yaml").read_text()


def test_a_saved_search_is_listed_run_and_forgotten(cards):
    assert cards("--search", "keyword", "--save", "my word")[0] == Exit.DONE
    assert "my word  keyword" in cards("--saved")[1].replace("   ", "  ")
    assert json.loads(cards("--saved", "My Word", "--json")[1])[0]["card"] == "keyword"
    assert json.loads(cards("--forget-saved", "my word", "--json")[1]) == {"saved": []}


def test_what_is_told_of_a_saved_search_can_be_typed_as_it_stands(cards):
    told = cards("--search", "keyword", "--save", "my  word")[2]

    assert "quizapp cards --saved 'my word' runs it" in told


def test_a_saved_search_goes_with_another_one_and_with_deeds(cards):
    cards("--search", "deck:mine", "--save", "mine")

    found = json.loads(cards("--saved", "mine", "--search", "which", "--json")[1])
    assert [row["card"] for row in found] == ["second"]
    assert cards("--saved", "mine", "--suspend")[1].count("suspended") == 2


def test_a_renamed_search_is_found_by_its_new_name(cards):
    cards("--search", "keyword", "--save", "a")
    cards("--rename-saved", "a", "b")

    assert json.loads(cards("--saved", "--json")[1]) == {
        "saved": [{"name": "b", "query": "keyword"}]
    }


@pytest.mark.parametrize(
    "words",
    [
        ("--save", "a"),
        ("--saved", "nothing"),
        ("--forget-saved", "nothing"),
        ("--save", "a", "--search", "x", "--flag", "1"),
        ("--save", "a", "--forget-saved", "a"),
        ("--regex",),
        ("--in", "front", "--tag", "t"),
        ("--dry-run",),
        ("--replace", "a", "b", "--suspend"),
        ("--replace", "(", "b", "--regex", "--yes"),
        ("--replace", "", "b", "--yes"),
        ("--tag", "t", "--untag", "T", "--yes"),
        ("--undo-edit",),
        ("nothing", "--tag", "t", "--yes"),
    ],
)
def test_what_makes_no_sense_is_one_line_and_changes_nothing(cards, home, words):
    code, out, err = cards(*words)

    assert (code, out, err.count("\n")) == (Exit.USAGE, "", 1)
    assert deck(home) == MINE


def test_a_change_is_shown_and_not_made_where_nobody_can_be_asked(cards, home):
    code, out, err = cards("--replace", "tensor", "array")

    assert code == Exit.USAGE
    assert "first  front\n  - What is a tensor?\n  + What is a array?\n" in out
    assert "(cards: 2, places: 3); add --yes to do it" in err
    assert deck(home) == MINE


def test_with_json_nobody_is_asked_about_a_change_that_was_not_shown(cards, home, monkeypatch):
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)

    code, out, err = cards("--replace", "tensor", "array", "--json")

    assert (code, out) == (Exit.USAGE, "")
    assert "add --yes to do it, or --dry-run to see it" in err
    assert deck(home) == MINE


def test_with_json_nobody_is_asked_about_a_reset(cards, monkeypatch):
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)

    code, out, err = cards("keyword", "--reset", "--json")

    assert (code, out) == (Exit.USAGE, "")
    assert "that makes 1 card new again; add --yes to do it" in err


@pytest.mark.parametrize(
    "words", [("--search", "axis"), ("--sort", "due"), ("--limit", "3"), ("--siblings",)]
)
def test_a_list_of_saved_searches_takes_nothing_that_is_about_cards(cards, words):
    code, out, err = cards("--saved", *words)

    assert (code, out) == (Exit.USAGE, "")
    assert err.startswith("error: quizapp cards: ")


def test_a_change_is_made_and_taken_back(cards, home):
    assert cards("--replace", "tensor", "array", "--yes")[0] == Exit.DONE
    assert (deck(home).count("array"), deck(home).count("tensor")) == (3, 0)
    assert json.loads(cards("--undo-edit", "--json")[1]) == {"taken_back": 2}
    assert deck(home) == MINE


def test_a_dry_run_shows_a_change_and_does_not_make_it(cards, home):
    code, out, _ = cards("--replace", "tensor", "array", "--dry-run")

    assert (code, out.count("+ ")) == (Exit.DONE, 3)
    assert deck(home) == MINE


def test_a_change_is_told_as_json(cards):
    code, out, _ = cards("second", "--replace", r"(\w+)\?", r"\1!", "--regex", "--yes", "--json")

    told = json.loads(out)
    assert (code, told["done"], told["notes"]) == (Exit.DONE, True, 1)
    assert told["changes"] == [
        {"note": "second", "field": "front", "before": "Which tensor?", "after": "Which tensor!"}
    ]


def test_cards_of_the_course_are_named_and_not_changed(cards):
    code, out, err = cards("--search", "axis", "--replace", "axis", "dimension", "--yes")

    assert (code, out) == (Exit.DONE, "")
    assert "not yours to change: 3 (len-is-axis-0" in err


def test_tags_are_given_and_taken_off(cards, home):
    cards("--search", "deck:mine", "--tag", "new", "--untag", "old", "--yes")

    assert deck(home).count("tags: [new]") == 2
    assert "old" not in deck(home)
