"""Sessions of the engine: what they choose, serve and leave alone."""

from datetime import timedelta

import pytest
from engine_support import NOON, StandingClock, open_engine

from quizapp.domain.memory import ItemKind, Rating
from quizapp.engine import ExercisePrompt, Mode, Selection
from quizapp.errors import UsageError

ALL = [
    "len-is-axis-0",
    "ndim-pair",
    "ndim-pair/reversed",
    "full-print",
    "keep-dim/c1",
    "keep-dim/c2",
    "sum-shape",
    "keyword",
    "count-elements",
]


@pytest.fixture
def clock():
    return StandingClock()


@pytest.fixture
def engine(tmp_path, clock):
    with open_engine(tmp_path, clock) as engine:
        yield engine


def test_a_session_counts_the_new_cards_that_the_limits_leave_for_another_day(engine):
    engine.change_setting("new_per_day", "4")
    engine.suspend("keyword")
    for _ in range(2):
        engine.answer(engine.sitting(Selection()).next().card.id, Rating.EASY)
    sitting = engine.sitting(Selection())

    assert sitting.progress().new_left == 2
    assert sitting.new_waiting() == len(ALL) - 1 - 4


@pytest.mark.parametrize(
    ("selection", "waiting"),
    [
        (Selection(("sums",)), 5),
        (Selection(search="keyword"), 1),
        (Selection(mode=Mode.CRAM), 0),
    ],
)
def test_new_cards_that_wait_are_those_of_the_session(engine, selection, waiting):
    engine.change_setting("new_per_day", "0")

    assert engine.sitting(selection).new_waiting() == waiting


def crammed(engine, selection, *, missed=()):
    """Ids in the order in which a practice asks them; those in `missed` are missed once."""
    sitting, asked, missed = engine.sitting(selection), [], list(missed)
    while (prompt := sitting.next()) is not None:
        asked.append(prompt.card.id)
        again = prompt.card.id in missed
        if again:
            missed.remove(prompt.card.id)
        sitting.practised(prompt.card.id, Rating.AGAIN if again else Rating.GOOD)
    return asked


def test_a_selection_of_nothing_is_every_card(engine):
    assert engine.select(Selection()) == ALL


def test_a_tag_selects_its_cards(engine):
    assert engine.select(Selection(tags=("SHAPE",))) == ["len-is-axis-0"]


def test_one_of_several_tags_is_enough(engine):
    assert engine.select(Selection(tags=("nothing", "sh*"))) == ["len-is-axis-0"]


def test_an_exercise_selects_the_cards_that_name_it_and_those_that_it_names(engine):
    assert engine.select(Selection(exercise="double")) == ["len-is-axis-0", "keyword"]


def test_all_conditions_of_a_selection_must_hold(engine):
    chosen = Selection(topics=("sums",), exercise="double", search="keeps")
    assert engine.select(chosen) == ["keyword"]


@pytest.mark.parametrize(
    ("selection", "named"),
    [
        (Selection(topics=("shape",)), "shapes"),
        (Selection(exercise="duble"), "double"),
        (Selection(search="is:dew"), "due"),
        (Selection(tags=("sums",)), "leave out"),
    ],
)
def test_a_selection_without_sense_says_what_would_have_some(engine, selection, named):
    with pytest.raises(UsageError, match=named):
        engine.sitting(selection)


def test_a_narrowed_session_serves_only_what_was_selected(engine):
    sitting, asked = engine.sitting(Selection(search="axis")), []
    while (prompt := sitting.next()) is not None:
        asked.append(prompt.card.id)
        engine.answer(prompt.card.id, Rating.EASY)

    assert sorted(asked) == sorted(engine.select(Selection(search="axis")))


def test_a_narrowed_session_keeps_to_the_daily_limit_of_new_cards(engine):
    engine.change_setting("new_per_day", "1")
    sitting = engine.sitting(Selection(search="axis"))
    assert sitting.progress().new_left == 1
    engine.answer(sitting.next().card.id, Rating.EASY)

    assert sitting.next() is None


def test_a_narrowed_session_asks_due_cards_before_new_ones(engine, clock):
    engine.answer("keyword", Rating.EASY)
    clock.pass_days(60)

    assert engine.sitting(Selection(search="axis")).next().card.id == "keyword"


def test_cramming_asks_every_card_once(engine):
    assert sorted(crammed(engine, Selection(mode=Mode.CRAM))) == sorted(ALL)


def test_cramming_leaves_no_trace_in_the_store(engine):
    engine.answer("keyword", Rating.GOOD)
    before = [*engine.store.log()], engine.store.schedules(ItemKind.CARD), engine.store.days()
    crammed(engine, Selection(mode=Mode.CRAM), missed=["keyword", "full-print"])

    assert before == (
        [*engine.store.log()],
        engine.store.schedules(ItemKind.CARD),
        engine.store.days(),
    )


def test_a_card_missed_in_cramming_comes_again_after_five_others(engine):
    asked = crammed(engine, Selection(mode=Mode.CRAM), missed=["len-is-axis-0"])
    first, second = (place for place, card in enumerate(asked) if card == "len-is-axis-0")

    assert second - first == 6


def test_cramming_begins_with_the_most_forgotten_and_ends_with_new_cards(engine, clock):
    engine.answer("keyword", Rating.EASY)
    clock.pass_days(3)
    engine.answer("sum-shape", Rating.EASY)
    clock.pass_days(1)

    assert crammed(engine, Selection(mode=Mode.CRAM))[:2] == ["keyword", "sum-shape"]


def test_suspended_and_buried_cards_are_not_crammed(engine):
    engine.suspend("keyword")
    engine.bury("sum-shape")

    assert sorted(crammed(engine, Selection(mode=Mode.CRAM))) == sorted(
        {*ALL} - {"keyword", "sum-shape"}
    )


def test_a_parametric_card_that_comes_again_has_other_values(engine):
    sitting = engine.sitting(Selection(search="count-elements", mode=Mode.CRAM))
    drawn = set()
    for _ in range(8):
        prompt = sitting.next()
        drawn.add(tuple(prompt.drawn.items()))
        sitting.practised(prompt.card.id, Rating.AGAIN)

    assert len(drawn) > 1


def test_taking_a_practised_answer_back_asks_its_card_again(engine):
    sitting = engine.sitting(Selection(mode=Mode.CRAM))
    first = sitting.next().card.id
    sitting.practised(first, Rating.AGAIN)
    sitting.practised(sitting.next().card.id, Rating.GOOD)
    sitting.take_back()
    sitting.take_back()

    assert sitting.next().card.id == first
    assert sitting.progress().practice_left == len(ALL)


def test_studying_ahead_asks_only_what_comes_up_later(engine, clock):
    engine.answer("keyword", Rating.EASY)
    engine.answer("sum-shape", Rating.EASY)
    engine.answer("full-print", Rating.AGAIN)

    assert sorted(crammed(engine, Selection(mode=Mode.AHEAD))) == ["keyword", "sum-shape"]
    assert crammed(engine, Selection(search="keeps", mode=Mode.AHEAD)) == ["keyword"]


def solve(engine):
    from engine_support import RIGHT

    engine.submit("double", RIGHT, "double.py").result()


def test_a_due_exercise_is_served_until_it_is_left_out(engine, clock):
    solve(engine)
    clock.pass_days(30)
    sitting = engine.sitting()

    assert isinstance(sitting.next(), ExercisePrompt)
    sitting.leave_out("double")
    assert not isinstance(sitting.next(), ExercisePrompt)
    sitting.let_in("double")
    assert isinstance(sitting.next(), ExercisePrompt)


def test_a_session_of_an_exercise_serves_it_and_a_search_does_not(engine, clock):
    solve(engine)
    clock.pass_days(30)

    assert isinstance(engine.sitting(Selection(exercise="double")).next(), ExercisePrompt)
    assert not isinstance(engine.sitting(Selection(search="keyword")).next(), ExercisePrompt)


def test_counts_say_what_each_mode_would_ask(engine, clock):
    engine.answer("keyword", Rating.EASY)
    engine.answer("sum-shape", Rating.EASY)
    engine.suspend("full-print")
    counts = engine.sitting().counts()

    assert (counts.found, counts.due, counts.ahead, counts.cram) == (9, 6, 2, 8)
    found = engine.sitting(Selection(search="keeps")).counts()
    assert (found.found, found.due, found.ahead, found.cram) == (3, 2, 1, 3)


def answered_days_ago(engine, clock, *cards, days=30):
    """Answer `cards` and wait until their reviews are overdue."""
    for card in cards:
        engine.answer(card, Rating.EASY)
    clock.pass_days(days)


def test_reviews_of_days_before_today_are_overdue(engine, clock):
    answered_days_ago(engine, clock, "keyword", "sum-shape")

    assert engine.progress().overdue == 2
    assert engine.progress(["shapes"]).overdue == 0
    assert engine.sitting(Selection(search="keeps")).progress().overdue == 1


def test_a_review_of_today_is_not_overdue(engine, clock):
    due = engine.answer("keyword", Rating.EASY).due
    clock.now = due + timedelta(hours=1)

    assert engine.progress().due_left == 1
    assert engine.progress().overdue == 0


def test_new_cards_wait_while_the_backlog_is_above_the_limit_if_so_set(engine, clock):
    answered_days_ago(engine, clock, "keyword", "sum-shape")
    engine.change_setting("reviews_per_day", "1")
    assert engine.progress().new_left > 0
    engine.change_setting("new_wait_for_backlog", "on")

    assert engine.progress().new_left == 0
    assert engine.sitting(Selection(search="axis")).progress().new_left == 0
    engine.change_setting("reviews_per_day", "2")
    assert engine.progress().new_left > 0


def test_new_cards_still_wait_when_the_limit_of_reviews_is_used_up(engine, clock):
    answered_days_ago(engine, clock, "keyword", "sum-shape")
    engine.change_setting("reviews_per_day", "1")
    engine.change_setting("new_wait_for_backlog", "on")
    engine.answer(engine.sitting().next().card.id, Rating.GOOD)

    assert engine.sitting().next() is None


def test_a_leech_is_told_when_it_turns_into_one(engine, clock):
    engine.change_setting("leech_lapses", "1")
    before = engine.answer("keyword", Rating.EASY)
    clock.pass_days(60)
    after = engine.answer("keyword", Rating.AGAIN)

    assert engine.turned_leech(before, after)
    assert not engine.turned_leech(after, after)
    assert clock.now > NOON


def test_a_session_can_go_through_the_same_cards_in_another_way(engine):
    sitting = engine.sitting(Selection(search="keeps"))
    crammed = sitting.in_mode(Mode.CRAM)
    crammed.practised(crammed.next().card.id, Rating.GOOD)

    assert crammed.progress().practice_left == 2
    assert sitting.progress().new_left == 3


def test_a_picture_of_an_own_deck_lies_in_the_learners_data(tmp_path):
    from engine_support import write_course

    from quizapp.engine import Engine

    home = tmp_path / "home"
    (home / "cards").mkdir(parents=True)
    (home / "media").mkdir()
    (home / "media" / "x.png").write_bytes(b"picture")
    (home / "cards" / "words.yaml").write_text(
        "deck: {en: Words, zh: 词}\nnotes:\n- id: own-word\n  source: mine\n"
        '  front: {en: "[picture: x](../media/x.png) ![](../../outside.png)", zh: 词}\n'
        "  back: {en: word, zh: 词}\n",
        "utf-8",
    )
    with Engine.open(write_course(tmp_path / "course"), home, StandingClock()) as engine:
        note = engine.card("own-word").note
        shown, refused = engine.pictures(note, engine.front(engine.prompt("own-word")))

    assert (shown.alt, shown.path) == ("picture: x", home / "media" / "x.png")
    assert refused.path is None
    assert "outside" in refused.problem
