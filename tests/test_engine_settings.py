"""What settings do to studying, through the engine."""

from datetime import timedelta

import pytest
from engine_support import NOON, StandingClock, open_engine

from quizapp.clock import study_day
from quizapp.domain.memory import ItemKind, Phase, Rating, Trigger
from quizapp.errors import UsageError


@pytest.fixture
def clock():
    return StandingClock()


@pytest.fixture
def engine(tmp_path, clock):
    with open_engine(tmp_path, clock) as engine:
        yield engine


def lapse(engine, clock, times, card="keyword"):
    """Forget a card so many times, each time after it had been learnt."""
    for _ in range(times):
        engine.answer(card, Rating.EASY)
        clock.pass_days(60)
        engine.answer(card, Rating.AGAIN)
        clock.now += timedelta(hours=1)
    return engine.store.schedule(ItemKind.CARD, card)


def introduced(engine):
    """New cards in the order in which they come."""
    asked = []
    while (prompt := engine.next_card(skip=asked)) is not None:
        asked.append(prompt.card.id)
    return asked


def test_a_setting_is_kept_over_sessions(tmp_path, clock):
    with open_engine(tmp_path, clock) as engine:
        engine.change_setting("new_per_day", "3")
    with open_engine(tmp_path, clock) as engine:
        assert engine.limits.new == 3
        assert engine.one_setting("new_per_day").changed


def test_a_setting_goes_back_to_its_default(engine):
    engine.change_setting("leech_lapses", "3")
    row = engine.reset_setting("leech_lapses")
    assert (row.text, row.changed) == ("8", False)


@pytest.mark.parametrize(
    ("key", "text", "message"),
    [
        ("desired_retention", "2", "desired_retention: 2 is out of range; use 0.7 to 0.99"),
        ("leech", "2", "did you mean"),
        ("desired_retention.sum", "0.8", "did you mean sums"),
        ("last_card", "keyword", "there is no such setting"),
    ],
)
def test_what_cannot_be_set_is_refused_and_changes_nothing(engine, key, text, message):
    before = engine.store.settings()
    with pytest.raises(UsageError, match=message):
        engine.change_setting(key, text)
    assert engine.store.settings() == before


def test_a_topics_own_retention_is_listed_with_the_general_one_as_default(engine):
    engine.change_setting("desired_retention", "0.8")
    engine.change_setting("desired_retention.sums", "0.95")
    row = engine.all_settings()[-1]
    assert (row.key, row.text, row.default) == ("desired_retention.sums", "0.95", "0.8")


def test_a_topic_of_higher_retention_comes_back_earlier_than_others(engine):
    usual = engine.answer("keyword", Rating.EASY)
    engine.undo()
    engine.change_setting("desired_retention.sums", "0.97")
    eager = engine.answer("keyword", Rating.EASY)
    other = engine.answer("len-is-axis-0", Rating.EASY)
    assert eager.due < usual.due
    assert other.due > eager.due


def test_learning_steps_are_the_learners_own(engine):
    engine.change_setting("learning_steps", "2m 30m")
    engine.answer("keyword", Rating.AGAIN)
    assert engine.store.schedule(ItemKind.CARD, "keyword").due == NOON + timedelta(minutes=2)


def test_without_learning_steps_a_new_card_goes_straight_to_review(engine):
    engine.change_setting("learning_steps", "none")
    assert engine.answer("keyword", Rating.GOOD).phase is Phase.REVIEW


def test_fewer_steps_than_a_card_has_taken_do_no_harm(engine, clock):
    engine.change_setting("learning_steps", "1m 2m 3m 4m")
    for _ in range(3):
        engine.answer("keyword", Rating.GOOD)
    engine.change_setting("learning_steps", "5m")
    clock.now += timedelta(minutes=4)
    assert engine.answer("keyword", Rating.GOOD).phase is Phase.REVIEW


def test_a_longest_interval_is_kept(engine, clock):
    engine.change_setting("longest_interval", "4")
    days = study_day(engine.answer("keyword", Rating.EASY).due) - study_day(clock())
    assert days <= timedelta(days=4)


def test_balanced_reviews_avoid_the_day_that_has_some_already(engine):
    engine.change_setting("balance", "on")
    cards = ["keyword", "sum-shape", "len-is-axis-0"]
    days = {study_day(engine.answer(card, Rating.EASY).due) for card in cards}
    assert len(days) == 3  # an easy new card comes back in 7, 8 or 9 days


def test_new_cards_come_in_a_random_order_that_stays(engine):
    usual = introduced(engine)
    engine.change_setting("new_order", "random")
    drawn = introduced(engine)
    engine.change_setting("new_seed", "7")
    assert len({tuple(usual), tuple(drawn), tuple(introduced(engine))}) == 3
    engine.change_setting("new_seed", "0")
    assert introduced(engine) == drawn
    assert sorted(drawn) == sorted(usual)


def test_a_leech_is_marked_and_goes_on(engine, clock):
    engine.change_setting("leech_lapses", "2")
    before = lapse(engine, clock, 1)
    after = lapse(engine, clock, 1)
    assert (engine.is_leech(before), engine.is_leech(after)) == (False, True)
    assert not after.suspended


def test_a_leech_is_suspended_if_so_set(engine, clock):
    engine.change_setting("leech_lapses", "2")
    engine.change_setting("leech_action", "suspend")
    assert lapse(engine, clock, 2).suspended
    assert "keyword" not in introduced(engine)


def test_a_leech_let_in_again_is_not_suspended_by_its_next_lapse(engine, clock):
    engine.change_setting("leech_lapses", "4")
    engine.change_setting("leech_action", "suspend")
    lapse(engine, clock, 4)
    engine.suspend("keyword", on=False)
    assert not lapse(engine, clock, 1).suspended
    assert lapse(engine, clock, 1).suspended


def test_undo_of_the_answer_that_made_a_leech_lets_it_in_again(engine, clock):
    engine.change_setting("leech_lapses", "1")
    engine.change_setting("leech_action", "suspend")
    lapse(engine, clock, 1)
    assert engine.undo().rating is Rating.AGAIN
    restored = engine.store.schedule(ItemKind.CARD, "keyword")
    assert (restored.suspended, restored.lapses) == (False, 0)
    assert engine.store.check() == []


def test_siblings_are_buried_for_the_day_if_so_set(engine, clock):
    engine.change_setting("bury_siblings", "on")
    engine.answer("keep-dim/c1", Rating.EASY)
    assert "keep-dim/c2" not in introduced(engine)
    clock.pass_days(1)
    assert "keep-dim/c2" in introduced(engine)


def test_siblings_are_not_buried_unless_set(engine):
    engine.answer("keep-dim/c1", Rating.EASY)
    assert "keep-dim/c2" in introduced(engine)


def test_undo_digs_out_the_siblings_that_the_answer_buried(engine):
    engine.change_setting("bury_siblings", "on")
    engine.answer("keep-dim/c1", Rating.EASY)
    engine.undo()
    assert {"keep-dim/c1", "keep-dim/c2"} <= set(introduced(engine))


def test_a_sibling_in_a_learning_step_is_not_buried(engine):
    engine.answer("keep-dim/c2", Rating.AGAIN)
    engine.change_setting("bury_siblings", "on")
    engine.answer("keep-dim/c1", Rating.EASY)
    assert engine.store.schedule(ItemKind.CARD, "keep-dim/c2").buried_until is None


def test_what_an_answer_buries_is_a_state_in_the_log(engine):
    engine.change_setting("bury_siblings", "on")
    engine.answer("keep-dim/c1", Rating.EASY)
    triggers = [(row.item, row.trigger) for row in engine.store.log()]
    assert triggers == [("keep-dim/c1", Trigger.ANSWER), ("keep-dim/c2", Trigger.STATE)]
