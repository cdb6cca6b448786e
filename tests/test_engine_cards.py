"""The engine about cards: what is asked when, and what an answer leaves behind."""

from datetime import timedelta
from itertools import pairwise

import pytest
from engine_support import NOON, StandingClock, open_engine, write_course

from quizapp.domain.history import DailyLimits
from quizapp.domain.memory import ItemKind, Phase, Rating, Trigger
from quizapp.domain.text import Language
from quizapp.engine import Engine
from quizapp.errors import UsageError


@pytest.fixture
def clock():
    return StandingClock()


@pytest.fixture
def engine(tmp_path, clock):
    with open_engine(tmp_path, clock) as engine:
        yield engine


def answer_everything(engine, rating=Rating.EASY):
    asked = []
    while (prompt := engine.next_card()) is not None:
        engine.answer(prompt.card.id, rating)
        asked.append(prompt.card.id)
    return asked


def test_a_fresh_learner_has_only_new_cards(engine):
    counts = [(deck.topic, deck.new, deck.learning, deck.due) for deck in engine.due().decks]

    assert counts == [("shapes", 4, 0, 0), ("sums", 5, 0, 0)]


def test_an_answered_card_is_learning_until_its_day_ends(engine):
    engine.answer("keyword", Rating.GOOD)

    deck = engine.due().decks[1]
    assert (deck.new, deck.learning, deck.due) == (4, 1, 0)


def test_a_card_answered_well_comes_back_on_its_study_day(engine, clock):
    schedule = engine.answer("keyword", Rating.EASY)
    days = (schedule.due - NOON).days + 1
    clock.pass_days(days)

    assert engine.due().decks[1].due == 1
    assert engine.next_card().card.id == "keyword"


def test_a_card_answered_again_comes_back_today(engine, clock):
    answer_everything(engine)
    clock.pass_days(60)
    engine.answer("keyword", Rating.AGAIN)
    clock.now += timedelta(minutes=30)

    assert engine.next_card().card.id == "keyword"


def test_new_cards_stop_at_the_daily_limit(engine):
    engine.limits = DailyLimits(new=3)

    assert len(answer_everything(engine)) == 3


def test_siblings_do_not_follow_each_other(engine):
    asked = [card.partition("/")[0] for card in answer_everything(engine)]

    assert all(one != other for one, other in pairwise(asked))


def test_a_session_of_one_topic_asks_only_its_cards(engine):
    assert engine.next_card(["shapes"]).card.note.topic == "shapes"


def test_an_unknown_topic_is_refused_with_the_nearest_name(engine):
    with pytest.raises(UsageError, match="did you mean shapes"):
        engine.next_card(["shape"])


def test_studying_ahead_asks_cards_that_are_not_due_and_skips_those_practised(engine):
    answer_everything(engine)
    first = engine.next_card(ahead=True)
    second = engine.next_card(ahead=True, skip=[first.card.id])

    assert engine.next_card() is None
    assert first.card.id != second.card.id


def test_a_learning_step_that_is_soon_due_is_asked_when_nothing_else_is_left(engine, clock):
    engine.limits = DailyLimits(new=1)
    card = engine.next_card().card.id
    engine.answer(card, Rating.GOOD)

    assert engine.next_card().card.id == card


def test_a_suspended_card_is_neither_counted_nor_asked(engine):
    engine.suspend("keyword")

    assert engine.due().decks[1].new == 4
    assert "keyword" not in answer_everything(engine)


def test_a_suspended_card_comes_back_when_it_is_let_in_again(engine):
    engine.suspend("keyword")
    engine.suspend("keyword", on=False)

    assert "keyword" in answer_everything(engine)


def test_a_buried_card_comes_back_tomorrow(engine, clock):
    engine.bury("keyword")
    today = answer_everything(engine)
    clock.pass_days(1)

    assert "keyword" not in today
    assert "keyword" in answer_everything(engine)


def test_values_of_a_parametric_card_stay_until_it_is_answered(engine):
    before = engine.prompt("count-elements")
    same = engine.prompt("count-elements")
    engine.answer("count-elements", Rating.GOOD)

    assert same.drawn == before.drawn
    assert engine.prompt("count-elements").seed != before.seed


def test_drawn_values_are_logged_with_the_review(engine):
    prompt = engine.prompt("count-elements")
    engine.answer("count-elements", Rating.GOOD)

    (review,) = engine.store.reviews(ItemKind.CARD, "count-elements")
    assert review.drawn == prompt.drawn
    assert review.trigger is Trigger.ANSWER


def test_drawn_values_stand_in_the_front(engine):
    prompt = engine.prompt("count-elements")

    assert f"{prompt.drawn['n']} by {prompt.drawn['m']}" in engine.front(prompt)


def test_a_preview_says_what_the_answer_will_do(engine):
    preview = engine.preview("keyword")

    assert engine.answer("keyword", Rating.HARD) == preview[Rating.HARD]


def test_undo_takes_answers_back_one_by_one(engine):
    engine.answer("keyword", Rating.GOOD)
    engine.answer("sum-shape", Rating.GOOD)

    assert [engine.undo().item, engine.undo().item, engine.undo()] == ["sum-shape", "keyword", None]
    assert engine.due().decks[1].new == 5


def test_an_answer_before_the_last_one_is_refused_and_changes_nothing(engine):
    after = engine.answer("keyword", Rating.GOOD)

    with pytest.raises(UsageError, match="answered later than that"):
        engine.answer("keyword", Rating.EASY, at=NOON - timedelta(hours=1))
    assert engine.prompt("keyword").schedule == after


def test_a_former_card_id_stands_for_the_present_one(engine):
    assert engine.answer("length", Rating.GOOD).item == "len-is-axis-0"


def test_history_follows_a_card_that_is_renamed(tmp_path, clock):
    deck = "cards/sums.yaml"
    with open_engine(tmp_path, clock) as engine:
        before = engine.answer("keyword", Rating.EASY)
    renamed = (tmp_path / "course" / deck).read_text("utf-8")
    renamed = renamed.replace("id: keyword", "id: kept\n  aliases: [keyword]")
    exercise = "exercises/sums/double/exercise.yaml"
    rest = (tmp_path / "course" / exercise).read_text("utf-8").replace("keyword", "kept")
    miss = "exercises/sums/double/near_misses/clamps.py"
    missed = (tmp_path / "course" / miss).read_text("utf-8").replace("keyword", "kept")
    write_course(tmp_path / "course", {deck: renamed, exercise: rest, miss: missed})

    with Engine.open(tmp_path / "course", tmp_path / "home", clock) as engine:
        after = engine.prompt("kept").schedule
    assert (after.due, after.memory) == (before.due, before.memory)


def test_an_unknown_card_is_refused_with_the_nearest_name(engine):
    with pytest.raises(UsageError, match=r"keywrd: there is no such card; did you mean keyword\?"):
        engine.prompt("keywrd")


def test_search_finds_all_words_in_either_language(engine):
    found = [row.card.id for row in engine.cards("关键字 KEYWORD")]

    assert found == ["keyword"]


def test_search_stops_at_its_limit(engine):
    assert len(engine.cards("sum", limit=2)) == 2


def test_a_listed_card_has_its_schedule_and_its_chance_of_recall(engine, clock):
    engine.answer("keyword", Rating.EASY)
    clock.pass_days(3)

    (row,) = engine.cards("keyword keeps")
    assert row.schedule.phase is Phase.REVIEW
    assert 0.8 < row.retrievability < 1


def test_the_language_is_remembered(tmp_path, clock):
    with open_engine(tmp_path, clock) as engine:
        engine.language = Language.ZH
    with open_engine(tmp_path, clock) as engine:
        assert engine.front(engine.prompt("keyword")) == "哪个关键字保留该轴？"


def test_a_language_given_at_opening_is_not_remembered(tmp_path, clock, monkeypatch):
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    course = write_course(tmp_path / "course")
    with Engine.open(course, tmp_path / "home", clock, language=Language.ZH) as engine:
        assert engine.language is Language.ZH
    with Engine.open(course, tmp_path / "home", clock) as engine:
        assert engine.language is Language.EN


def test_progress_counts_down_within_the_daily_limit(engine):
    engine.limits = DailyLimits(new=3)
    engine.answer("keyword", Rating.EASY)

    progress = engine.progress()
    assert (progress.new_left, progress.due_left, progress.done_today) == (2, 0, 1)


def test_statistics_sum_up_the_day(engine):
    engine.answer("keyword", Rating.EASY, answer_ms=2000)

    stats = engine.stats()
    assert (stats.answers_today, stats.milliseconds_today, stats.streak.current) == (1, 2000, 1)
    assert sum(stats.forecast) == 1


def test_an_edited_course_is_read_again(engine, tmp_path):
    path = engine.course_file("cards/sums.yaml")
    path.write_text(path.read_text("utf-8").replace("Which keyword", "Which word"), "utf-8")
    engine.reload_course()

    assert engine.front(engine.prompt("keyword")) == "Which word keeps the axis?"
