"""Lines of text with tabs, as Mnemosyne and Anki write them."""

import pytest
from engine_support import StandingClock, open_engine
from hypothesis import given
from hypothesis import strategies as st

from quizapp.errors import UsageError
from quizapp.exchange import tabbed


@pytest.fixture
def engine(tmp_path):
    with open_engine(tmp_path, StandingClock()) as engine:
        yield engine


@pytest.fixture
def write(tmp_path):
    def written(text, name="words.txt"):
        file = tmp_path / name
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
        return file

    return written


def own(engine):
    return [(note.front.en, note.back.en) for note in engine.course.decks[-1].notes]


def test_two_columns_become_a_card_of_a_deck_of_one_s_own(engine, write):
    result = engine.import_file(write("\ufeffuno\tone<br>1 &lt; 2\r\n\r\ndue\t*two*\r\n"))

    assert own(engine) == [("uno", "one  \n1 < 2"), ("due", "\\*two\\*")]
    assert (result.notes, engine.course.topics[-1]) == (2, "tsv-words")


def test_a_word_with_three_sides_is_asked_for_its_meaning_and_for_itself(engine, write):
    engine.import_file(write("犬\tinu\tdog\n猫\t<br>\tcat\tnot a dog\n"))

    assert own(engine) == [
        ("犬", "inu\n\ndog"),
        ("dog", "犬\n\ninu"),
        ("猫", "cat\n\nnot a dog"),
        ("cat", "猫\n\nnot a dog"),
    ]


def test_anki_s_plain_text_is_read_with_its_own_columns(engine, write):
    text = '#separator:tab\n#html:true\n#guid column:1\n#tags column:4\nx1\t"a ""b"""\tc\tt u\n'
    engine.import_file(write(text))

    [note] = engine.course.decks[-1].notes
    assert (note.front.en, note.back.en, note.tags) == ('a "b"', "c", ("t", "u"))


def test_lines_that_are_no_cards_are_told_and_the_others_come_in(engine, write):
    file = write("uno\tone\nalone\n\tback\na\tb\tc\td\te\nuno\tone\nuno\t1\n")
    result = engine.import_file(file)

    assert own(engine) == [("uno", "one"), ("uno", "1")]
    assert [left.what for left in result.left_out] == [f"{file}:{line}" for line in (2, 3, 4, 5)]
    assert engine.import_file(file).known == 2


@pytest.mark.parametrize(
    ("data", "said"), [(b"a\t\n", "no cards"), (b"\xff\tb\n", "not UTF-8"), (b"a\0\tb", "no cards")]
)
def test_a_file_without_any_card_is_refused(engine, write, data, said):
    with pytest.raises(UsageError, match=said):
        engine.import_file(write(data))


def test_a_deck_in_mnemosyne_s_own_form_says_what_to_do(engine, write):
    with pytest.raises(UsageError, match="export tab-separated text"):
        engine.import_file(write(b"PK\x03\x04", "words.cards"))


@given(st.text(st.sampled_from('a\t\n"<br>&;#:\0 ')))
def test_no_text_is_read_in_vain(tmp_path_factory, text):
    file = tmp_path_factory.getbasetemp() / "any.txt"
    file.write_text(text, encoding="utf-8", newline="")

    for line in tabbed.read(file):
        assert bool(line.asks) != bool(line.why)


@pytest.mark.parametrize("number", ["9" * 5000, "0", "٣"])
def test_a_column_that_is_none_is_passed_over(write, number):
    (line,) = tabbed.read(write(f"#tags column:{number}\na\tb\n"))

    assert (line.asks, line.tags) == ((("a", "b"),), ())


def test_a_deck_that_is_a_link_stays_one_and_keeps_its_rights(engine, write, tmp_path):
    engine.import_file(write("uno\tone\n"))
    (deck,) = (tmp_path / "home" / "cards").glob("*.yaml")
    kept = deck.replace(tmp_path / "kept.yaml")
    kept.chmod(0o600)
    deck.symlink_to(kept)
    engine.reload_course()
    engine.import_file(write("uno\tone\ndue\ttwo\n"))

    assert deck.is_symlink()
    assert ('"due"' in kept.read_text(), kept.stat().st_mode & 0o777) == (True, 0o600)
