"""Cards in Markdown files: the two dialects, and what files of others can hold."""

import os
import re
from pathlib import Path

import pytest
from engine_support import StandingClock, open_engine
from hypothesis import given, settings
from hypothesis import strategies as st

from quizapp.domain.cards import Kind
from quizapp.domain.marks import cloze_marks
from quizapp.domain.memory import Rating
from quizapp.engine.markdown import MarkdownWanted
from quizapp.errors import UsageError
from quizapp.exchange.hashcards_in import is_hashcards, read_hashcards
from quizapp.exchange.markdown_cards import Dialect
from quizapp.exchange.markdown_page import read_page
from quizapp.exchange.obsidian_in import GAPS, read_obsidian

PICTURE = b"\x89PNG\r\n\x1a\n"


@pytest.fixture
def engine(tmp_path):
    with open_engine(tmp_path, StandingClock()) as engine:
        yield engine


@pytest.fixture
def write(tmp_path):
    def written(text, name="notes.md"):
        file = tmp_path / "vault" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
        return file

    return written


def page(text):
    return read_page("notes.md", "notes", text.encode())


def hashcards(text):
    return read_hashcards(page(text))


def obsidian(text, *gaps):
    return read_obsidian(page(text), gaps or ("highlight",))


def sides(reading):
    return [(card.front, card.back) for card in reading.cards]


def own_notes(engine):
    return [
        note for deck in engine.course.decks if deck.topic.startswith("md") for note in deck.notes
    ]


@pytest.mark.parametrize(
    ("text", "cards"),
    [
        ("Q: a\nA: b", [("a", "b")]),
        ("Q: a\nb\n\nc\nA:\n\n- d\n- e\n\nQ: f\nA: g\n", [("a\nb\n\nc", "- d\n- e"), ("f", "g")]),
        ("Q: a\nA: b\n---\nprose\n\nQ: c\nA: d", [("a", "b"), ("c", "d")]),
        ("C: [a] and [b].", [("{{c1::a}} and {{c2::b}}.", "")]),
        ("C:\n[a]\n\n[b]", [("{{c1::a}}\n\n{{c2::b}}", "")]),
        ("C: [$n!$] is `[x]`", [("{{c1::$n!$}} is `[x]`", "")]),
        (
            "C: ![p](x.png) [a] \\[b\\] [c](https://d.e)",
            [("![p](x.png) {{c1::a}} \\[b\\] [c](https://d.e)", "")],
        ),
        ("C: [f](x) holds", [("{{c1::f}}(x) holds", "")]),
        ("C: [std::move] moves", [("{{c1::`std::move`}} moves", "")]),
        ("C: a{{b [c]", [("a\\{\\{b {{c1::c}}", "")]),
        ("Q: {{x}}?\nA: $x_{{1}}$", [("\\{\\{x}}?", "$x_{{1}}$")]),
        ("---\nname = 'Cells'\n---\nQ: a\nA: b", [("a", "b")]),
        ("Q: a\nA: b\n```\nQ: c\nA: d\n```", [("a", "b\n```\nQ: c\nA: d\n```")]),
        ("<!-- quizapp: n; reversed; tags: x, y z -->\nQ: a\nA: b", [("a", "b")]),
        ("\\Q: no\nQ: a\nA: b\n\\Q: c\n\\\\A: d", [("a", "b\nQ: c\n\\A: d")]),
    ],
)
def test_hashcards_are_read(text, cards):
    assert sides(hashcards(text)) == cards
    assert not hashcards(text).flaws


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("\nQ: a\n", 2, "no answer"),
        ("Q: a\nQ: b\nA: c", 1, "no answer"),
        ("A: a", 1, "no question"),
        ("Q: a\nA: b\nA: c", 1, "two answers"),
        ("Q:\nA: b", 1, "no question"),
        ("Q: a\nA:\n", 1, "no answer"),
        ("C: a `[b]`", 1, "no gap"),
        ("Q: a\nA: b\n\n```\nQ: c\n", 4, "has no end"),
        ("Q: a\nA: b\n\n<!--\nQ: c\n", 4, "has no end"),
        ("C: " + "[a]" * 91, 1, "more than 90"),
        (f"Q: a\nA: {'b' * 100_001}", 1, "longer than"),
    ],
)
def test_what_is_no_card_is_told_with_its_line(text, line, said):
    found = hashcards(text).flaws

    assert [flaw.line for flaw in found] == [line]
    assert said in found[0].what


def test_a_code_block_without_an_end_takes_its_card_along_and_no_other():
    found = hashcards("Q: a\nA: b\n\nQ: c\nA: d\n```\nx\n")

    assert sides(found) == [("a", "b")]


@pytest.mark.parametrize(
    ("text", "cards"),
    [
        ("a::b", [("a", "b")]),
        ("- [ ] a:::b", [("a", "b")]),
        ("## a::b\n> c::d", [("a", "b"), ("c", "d")]),
        ("a `x::y` $p::q$::b", [("a `x::y` $p::q$", "b")]),
        ("a\nb\n?\nc\n\nd", [("a\nb", "c")]),
        ("a\n??\nstd::move\nc", [("a", "std::move\nc")]),
        ("a\n?\n```\nx\n\ny\n```\nb", [("a", "```\nx\n\ny\n```\nb")]),
        ("a ==b== c ==d==", [("a {{c1::b}} c {{c2::d}}", "")]),
        ("a ==b==^[h] c", [("a {{c1::b::h}} c", "")]),
        ("==a==[^2] ==b==[^1] ==c==[^2]", [("{{c2::a}} {{c1::b}} {{c2::c}}", "")]),
        ("a {{c2::b}} c {{c1:d}}", [("a {{c2::b}} c {{c1::d}}", "")]),
        ("x == y and y == z", []),
        ("Title\n====\n", []),
        ("`==a==`\n\n    ==b==\n\n```\nc::d\n==e==\n```\n", []),
        ("a::b\n<!--SR:!2024-08-16,51,230-->\n\nc::d <!--SR:!2024-01-01,3,250-->", None),
        ("<!--\na::b\n-->\nc::d", [("c", "d")]),
        ("a::b ^ab12", [("a", "b")]),
        ("**a** b", []),
        ("{\u2028{a ==b==", [("\\{\\{a {{c1::b}}", "")]),
    ],
)
def test_obsidian_s_cards_are_read(text, cards):
    assert sides(obsidian(text)) == (cards if cards is not None else [("a", "b"), ("c", "d")])
    assert not obsidian(text).flaws


def test_bold_and_curly_gaps_are_read_when_asked_for():
    assert sides(obsidian("**a** {{b}} ==c==", "bold", "curly")) == [
        ("{{c1::a}} {{c2::b}} ==c==", "")
    ]


def test_more_gaps_than_a_note_has_become_further_notes():
    [first, second] = obsidian(" ".join(f"=={letter}==" for letter in "abcdefghijk")).cards

    assert [mark.hidden for mark in cloze_marks(first.front)] == list("abcdefghi")
    assert second.front == "a b c d e f g h i {{c1::j}} {{c2::k}}"


def test_tags_say_the_deck_of_the_cards_after_them_or_of_their_own_line():
    found = obsidian("a::1\n\n#flashcards/x/y\nb::2\n\n#flashcards/z c::3\n\nd::4")

    assert [card.deck for card in found.cards] == ["", "x / y", "z", "x / y"]
    assert [card.front for card in found.cards] == ["a", "b", "c", "d"]


@pytest.mark.parametrize(
    ("text", "line"), [("a::", 1), ("x\n\n?\nb", 3), ("a\n?\n\nb", 2), ("\n::b", 2)]
)
def test_a_card_with_one_side_is_told_with_its_line(text, line):
    assert [flaw.line for flaw in obsidian(text).flaws] == [line]


@pytest.mark.parametrize(
    ("text", "dialect"),
    [
        ("Q: a\nA: b", True),
        ("C: a [b]", True),
        ("C:\n\na [b]", True),
        ("a::b", False),
        ("C: see [[a note]]", False),
        ("```\nQ: a\nA: b\n```", False),
    ],
)
def test_the_dialect_is_told_by_what_is_in_the_file(text, dialect):
    assert is_hashcards(page(text)) is dialect


PIECES = st.lists(
    st.sampled_from(
        "Q: |A: |C: |\n|\n\n|```\n|~~~\n|---\n|a|::|:::|?\n|??\n|==|**|{{c1::|{{|}}|[|]|(|)|$|$$|`"
        "|\\|- |  |    |> |# |<!--|-->|^[|[^1]|#flashcards/x|![|{|}|!|1. |\t|\r\n|<!--SR:".split(
            "|"
        )
    ),
    max_size=40,
).map("".join)


@settings(max_examples=200)
@given(PIECES)
def test_whatever_stands_in_a_file_gives_notes_that_a_deck_can_hold(text):
    for reading in (read_hashcards(page(text)), read_obsidian(page(text), tuple(GAPS))):
        for card in reading.cards:
            if card.kind is Kind.CLOZE:
                numbers = {mark.number for mark in cloze_marks(card.front)}
                assert numbers <= set(range(1, 10))
                assert numbers
            else:
                assert card.front.strip()
                assert card.back.strip()


@settings(max_examples=50)
@given(PIECES.filter(lambda text: "`" not in text and "~" not in text))
def test_nothing_inside_a_code_block_is_a_card(text):
    inside = f"```\n{text}\n```\n"

    assert not hashcards(inside).cards
    assert not read_obsidian(page(inside), tuple(GAPS)).cards


def test_a_file_becomes_a_deck_and_its_cards_are_studied(engine, write):
    result = engine.import_file(write("Q: uno\nA: one\n\nC: [due] is two\n", "Words.md"))

    assert (result.notes, result.known, engine.course.topics[-1]) == (2, 0, "md-words")
    name = own_notes(engine)[1].id
    assert engine.answer(f"{name}/c1", Rating.GOOD).item == f"{name}/c1"


def test_an_import_again_adds_what_is_new_wherever_it_stands_and_changes_nothing_else(
    engine, write
):
    engine.import_file(write("Q: a\nA: 1\n\nQ: b\nA: 2\n"))
    before = own_notes(engine)
    result = engine.import_file(write("Q: c\nA: 3\n---\nQ: b\nA: 2\n---\nQ: a\nA: one\n"))

    assert own_notes(engine)[:2] == before
    assert [note.front.en for note in own_notes(engine)] == ["a", "b", "c"]
    assert (result.notes, result.known, result.differ) == (1, 2, 1)


@pytest.mark.parametrize(
    ("first", "then"),
    [
        (
            "Q: What is the captial of France?\nA: Paris",
            "Q: What is the capital of France?\nA: Paris",
        ),
        ("Q: a\nA: one", "Q: a\nA: 1"),
        ("C: The [order] of a group", "C: The [order] of a [group]"),
        ("a::b ^id-1", "quite another::text ^id-1"),
        ("a::b", "a:::b"),
    ],
)
def test_a_changed_text_keeps_its_card_and_is_taken_over_when_asked_for(engine, write, first, then):
    engine.import_file(write(first))
    [before] = own_notes(engine)
    result = engine.import_file(write(then))
    assert (result.notes, result.differ) == (0, 1)
    assert own_notes(engine) == [before]

    result = engine.import_file(write(then), MarkdownWanted(update=True))
    [after] = own_notes(engine)
    assert (result.updated, result.differ, after.id) == (1, 0, before.id)
    assert after != before
    assert engine.import_file(write(then)).differ == 0


def test_a_gap_keeps_its_number_when_another_comes_before_it(engine, write):
    engine.import_file(write("C: a [b] c [d]"))
    engine.import_file(write("C: [a] b c [d]"), MarkdownWanted(update=True))

    assert own_notes(engine)[0].front.en == "{{c3::a}} b c {{c2::d}}"


def test_a_note_that_was_changed_in_its_deck_is_not_overwritten(engine, write, tmp_path):
    engine.import_file(write("Q: a\nA: 1"))
    deck = tmp_path / "home/cards/md-notes.yaml"
    deck.write_text(deck.read_text().replace('back: "1"', 'back: "mine" # here'))
    engine.reload_course()
    result = engine.import_file(write("Q: a\nA: 2"), MarkdownWanted(update=True))

    assert own_notes(engine)[0].back.en == "mine"
    assert "changed here" in result.left_out[0].why


def test_cards_with_one_question_and_two_answers_are_two(engine, write):
    text = "Q: Definition?\nA: {}\n"
    engine.import_file(write(text.format("one"), "a.md"))
    engine.import_file(write(text.format("two") + "\n" + text.format("one"), "b.md"))

    assert [note.back.en for note in own_notes(engine)] == ["one", "two"]


def test_a_file_that_moves_keeps_its_cards(engine, write, tmp_path):
    file = write("Q: a\nA: 1", "old.md")
    engine.import_file(file)
    (tmp_path / "vault/deep").mkdir()
    file.rename(tmp_path / "vault/deep/new.md")

    assert engine.import_file(tmp_path / "vault").known == 1
    assert len(own_notes(engine)) == 1


def test_a_folder_is_walked_and_what_cannot_be_read_in_it_is_told(engine, write, tmp_path):
    write("Q: a\nA: 1", "a/one.md")
    write("b::2", "b/two.MD")
    write("Q: hidden\nA: 1", ".obsidian/x.md")
    write(b"\x00\x01", "binary.md")
    write(b"Q: a\nA: \xff", "latin.md")
    (tmp_path / "vault/a/loop").symlink_to(tmp_path / "vault")
    (tmp_path / "vault/loop.md").symlink_to("loop.md")
    os.mkfifo(tmp_path / "vault/pipe.md")
    result = engine.import_file(tmp_path / "vault")

    assert {deck.title.en for deck in engine.course.decks} >= {"a / one", "b / two"}
    told = {left.what.removeprefix(f"{tmp_path}/vault/") for left in result.left_out}
    assert told == {"a/loop", "loop.md", "pipe.md", "binary.md:1", "latin.md:2"}


def test_where_files_are_tagged_those_without_a_tag_are_passed_over(engine, write, tmp_path):
    write("#flashcards\na::1", "cards.md")
    write("key:: value", "diary.md")
    result = engine.import_file(tmp_path / "vault")

    assert [note.front.en for note in own_notes(engine)] == ["a"]
    assert [left.what for left in result.left_out] == ["1 file"]


def test_pictures_are_kept_from_inside_the_folder_only(engine, write, tmp_path):
    write(PICTURE, "pictures/p.png")
    (tmp_path / "secret.png").write_bytes(PICTURE + b"secret")
    write(
        "x ![w](pictures/p.png)::![[p.png]] ![s](../secret.png) [[Note|n]] ![](https://a.b/c.png)"
    )
    result = engine.import_file(tmp_path / "vault")

    [note] = own_notes(engine)
    [kept] = (tmp_path / "home/media").iterdir()
    assert result.files == 1
    assert note.front.en == f"x ![w](../media/{kept.name})"
    assert note.back.en == f"![p.png](../media/{kept.name}) (picture: s) n ![](https://a.b/c.png)"
    assert engine.pictures(note, note.front.en)[0].path == kept


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_byte_order_marks_and_line_ends_of_windows_are_read(engine, write, encoding):
    engine.import_file(write("Q: ä\r\nA: 1\r\nx\r\n".encode(encoding)))

    assert own_notes(engine)[0].front.en == "ä"
    assert own_notes(engine)[0].back.en == "1\nx"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "no cards"),
        (b"prose", "no cards"),
        (b"a\n\x00", ":2: it holds a NUL"),
        (b"a\n\nb \xff::c", ":3: byte 0xff"),
        (b"\xff\xfea", "is no UTF-16"),
    ],
)
def test_a_file_without_cards_is_refused(engine, write, tmp_path, data, said):
    with pytest.raises(UsageError, match=said):
        engine.import_file(write(data))
    assert not (tmp_path / "home/cards").exists()


def test_a_dialect_can_be_forced(engine, write):
    file = write("Q: a::b\nA: c\n")
    engine.import_file(file, MarkdownWanted(Dialect.OBSIDIAN))

    assert own_notes(engine)[0].front.en == "Q: a"


def test_a_day_on_which_a_card_comes_back_is_told_to_be_left_out(engine, write):
    result = engine.import_file(write("a::b\n<!--SR:!2024-08-16,51,230-->\n\nc::d"))

    assert (result.notes, result.scheduled) == (2, 1)


@pytest.mark.parametrize(
    "text",
    [
        "Q: " + "> " * 20_000 + "a",
        "C: " + "[" * 50_000,
        "C: " + "[a" * 30_000,
        "==a" * 20_000,
        "== a" * 20_000,
        "a" * 3_000_000,
        "Q: a\nA:\n" + "".join("  " * deep + "- b\n" for deep in range(200)),
        "<!-- " * 20_000,
        "{{c1::" * 15_000,
        "**" * 40_000,
        "---\n" + "a: [" * 4_000 + "\n---\na::b",
        "---\n" + "a = [" * 10_000 + "\n---\na::b",
        "[[" * 40_000 + "::b",
        "![" * 40_000 + "::b",
        "[a](" * 20_000 + "::b",
    ],
    ids=range(15),
)
def test_hostile_text_ends_in_cards_or_a_message(engine, write, text):
    try:
        engine.import_file(write(text))
    except UsageError as error:
        assert "no cards" in str(error)


def test_the_examples_of_the_documentation_are_read_as_it_says():
    text = (Path(__file__).parents[2] / "docs/markdown.md").read_text("utf-8")
    first, second = re.findall(r"^```markdown\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)

    assert is_hashcards(page(first))
    assert [card.kind for card in hashcards(first).cards] == [Kind.BASIC, Kind.CLOZE]
    kinds = [Kind.BASIC, Kind.REVERSED, Kind.BASIC, Kind.CLOZE]
    assert [card.kind for card in obsidian(second).cards] == kinds
    assert {card.deck for card in obsidian(second).cards} == {"biology"}
