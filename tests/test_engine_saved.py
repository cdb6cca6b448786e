"""Searches with a name, through the engine: kept, run, part of others, renamed, forgotten."""

import pytest
from engine_support import StandingClock, open_engine

from quizapp.domain.memory import Rating
from quizapp.engine import Selection
from quizapp.errors import UsageError


@pytest.fixture
def engine(tmp_path):
    with open_engine(tmp_path, StandingClock()) as engine:
        yield engine


def found(engine, query):
    return list(engine.hits(query))


def test_a_saved_search_finds_what_its_query_finds(engine):
    engine.save_search("axes", "axis -tag:shape")

    assert found(engine, "saved:axes") == found(engine, "axis -tag:shape") != []


def test_capitals_of_a_name_do_not_matter_and_blanks_go_in_quotes(engine):
    engine.save_search("My  Hard ones", "keyword")

    assert engine.saved_searches() == {"My Hard ones": "keyword"}
    assert found(engine, 'saved:"my hard ones"') == ["keyword"]


def test_a_saved_search_is_a_term_among_others(engine):
    engine.save_search("sums", "deck:sums")

    assert found(engine, "saved:sums keyword") == ["keyword"]
    assert found(engine, "-saved:sums") == found(engine, "deck:shapes")


def test_saved_searches_are_made_of_each_other(engine):
    engine.save_search("a", "deck:sums")
    engine.save_search("b", "-saved:a tag:shape")

    assert found(engine, "saved:b") == ["len-is-axis-0"]


@pytest.mark.parametrize("query", ["saved:a", "word -saved:a", "saved:b"])
def test_a_search_that_would_be_part_of_itself_is_refused(engine, query):
    engine.save_search("a", "deck:sums")
    engine.save_search("b", "saved:a")
    with pytest.raises(UsageError, match="part of itself"):
        engine.save_search("a", query)

    assert engine.saved_searches()["a"] == "deck:sums"


def test_searches_that_two_devices_made_of_each_other_end_with_a_message(engine):
    engine.store.set_setting("search.a", "-saved:b")
    engine.store.set_setting("search.b", "-saved:a")

    with pytest.raises(UsageError, match="part of itself"):
        found(engine, "saved:a")


def test_a_name_that_nothing_has_is_told_with_the_nearest(engine):
    engine.save_search("leeches", "is:leech")

    with pytest.raises(UsageError, match="did you mean leeches"):
        found(engine, "saved:leechs")


@pytest.mark.parametrize(
    ("name", "query"),
    [("", "word"), ('a"b', "word"), ("x" * 41, "word"), ("a", " "), ("a", "is:nothing")],
)
def test_what_makes_no_sense_is_not_saved(engine, name, query):
    with pytest.raises(UsageError):
        engine.save_search(name, query)

    assert engine.saved_searches() == {}


def test_a_search_saved_again_tells_what_it_was(engine):
    assert engine.save_search("mine", "one") is None
    assert engine.save_search("Mine", "two") == "one"
    assert engine.saved_searches() == {"Mine": "two"}


def test_a_renamed_search_keeps_its_place_in_others(engine):
    engine.save_search("a", "keyword")
    engine.save_search("b", "-is:suspended saved:A")
    engine.rename_search("a", "the word")

    assert engine.saved_searches() == {
        "b": '-is:suspended saved:"the word"',
        "the word": "keyword",
    }


def test_a_name_that_is_taken_is_no_new_name(engine):
    engine.save_search("a", "one")
    engine.save_search("b", "two")
    with pytest.raises(UsageError, match="has this name"):
        engine.rename_search("a", "B")

    assert engine.saved_searches() == {"a": "one", "b": "two"}


def test_a_search_that_another_one_needs_is_not_forgotten(engine):
    engine.save_search("a", "one")
    engine.save_search("b", "saved:a")
    with pytest.raises(UsageError, match="uses it"):
        engine.forget_search("a")
    engine.forget_search("b")

    assert engine.forget_search("A") == "one"


def test_a_session_asks_what_a_saved_search_finds(engine):
    engine.save_search("word", "keyword")

    sitting = engine.sitting(Selection(search="saved:word"))

    assert sitting.next().card.id == "keyword"


def test_a_saved_search_goes_by_what_is_so_now(engine):
    engine.save_search("waiting", "is:new deck:sums")
    before = found(engine, "saved:waiting")
    engine.answer("keyword", Rating.EASY)

    assert set(before) - set(found(engine, "saved:waiting")) == {"keyword"}


def save_in_one_another(engine, count, query):
    engine.save_search("s0", "keyword axis")
    for number in range(1, count):
        engine.save_search(f"s{number}", query.format(number - 1))


def test_searches_that_double_one_another_are_refused_before_they_fill_the_memory(engine):
    with pytest.raises(UsageError, match="too long"):
        save_in_one_another(engine, 40, "saved:s{0} saved:s{0}")


def test_searches_that_lie_in_one_another_for_ever_are_refused(engine):
    with pytest.raises(UsageError, match="too deep"):
        save_in_one_another(engine, 2000, "saved:s{0}")


@pytest.mark.parametrize(("name", "query"), [("\udcff", "keyword"), ("mine", "\udcff")])
def test_what_is_no_text_is_refused(engine, name, query):
    with pytest.raises(UsageError):
        engine.save_search(name, query)
    assert engine.saved_searches() == {}
