"""Simulated studying with a learner's own data, through the engine."""

from datetime import timedelta

import pytest
from engine_support import NOON, StandingClock, open_engine
from fsrs.scheduler import DEFAULT_PARAMETERS

from quizapp.domain.memory import ItemKind, Rating
from quizapp.domain.records import FittedRow
from quizapp.errors import UsageError


@pytest.fixture
def engine(tmp_path):
    with open_engine(tmp_path, StandingClock()) as opened:
        yield opened


def of(found, retention):
    return next(each for each in found.outcomes if each.retention == retention)


def test_a_beginner_starts_from_the_new_cards_of_the_course(engine):
    found = engine.simulate(30)

    assert (found.cards, found.new, found.known, found.left_alone) == (0, 9, 0, 0)
    assert (found.answers, found.fitted) == (0, False)
    assert of(found, 0.9).new == 9


def test_memories_are_those_of_the_learner(engine):
    engine.answer("keyword", Rating.EASY)
    engine.clock.pass_days(10)

    found = engine.simulate(30)

    assert (found.cards, found.new, found.answers) == (1, 8, 1)
    assert found.left_alone < found.known < 1


def test_suspended_cards_are_not_studied(engine):
    engine.answer("keyword", Rating.EASY)
    for card in ("keyword", "sum-shape"):
        engine.store.set_state(ItemKind.CARD, card, suspended=True)

    found = engine.simulate(30)

    assert (found.cards, found.new) == (0, 7)


def test_a_simulation_changes_nothing(engine):
    engine.answer("keyword", Rating.EASY)
    before = list(engine.store.dump())

    engine.simulate(30)

    assert list(engine.store.dump()) == before


def test_new_cards_a_day_are_those_of_the_settings_unless_told(engine):
    engine.change_setting("new_per_day", "2")

    assert of(engine.simulate(3), 0.9).new == 6
    assert of(engine.simulate(3, new_per_day=1), 0.9).new == 3
    assert of(engine.simulate(3, new_per_day=0), 0.9).new == 0


def test_what_was_introduced_today_counts_for_today(engine):
    engine.change_setting("new_per_day", "2")
    engine.answer("keyword", Rating.GOOD)

    assert of(engine.simulate(1), 0.9).new == 1


def test_the_retention_in_use_and_the_cheapest_are_among_the_rows(engine):
    engine.change_setting("desired_retention", "0.87")

    found = engine.simulate(100)
    shown = [each.retention for each in found.rows]

    assert found.present == 0.87
    assert {0.7, 0.75, 0.8, 0.85, 0.87, 0.9, 0.95, found.cheapest} == set(shown)
    assert shown == sorted(shown)


def test_only_the_retentions_that_were_named_are_simulated(engine):
    found = engine.simulate(30, (0.95, 0.8, 0.8))

    assert [each.retention for each in found.outcomes] == [0.8, 0.95]
    assert found.cheapest in (0.8, 0.95)


def test_a_topic_s_own_retention_is_left_to_it(engine):
    for topic in ("shapes", "sums"):
        engine.change_setting(f"desired_retention.{topic}", "0.95")

    low, high = engine.simulate(200, (0.7, 0.95)).outcomes

    assert low.reviews == high.reviews


def test_fitted_parameters_are_used(engine):
    usual = engine.simulate(100, (0.9,))
    forgetful = tuple(
        value * (0.2 if place < 4 else 1) for place, value in enumerate(DEFAULT_PARAMETERS)
    )
    engine.store.add_fit(FittedRow(ItemKind.CARD, NOON, forgetful, adopted=True))

    found = engine.simulate(100, (0.9,))

    assert found.fitted
    assert found.outcomes[0].reviews > usual.outcomes[0].reviews


def test_the_learner_s_own_pace_is_used(engine):
    usual = engine.simulate(100, (0.9,)).outcomes[0]
    for day in range(40):
        engine.clock.now = NOON + timedelta(days=day)
        for card in ("keyword", "sum-shape", "len-is-axis-0"):
            engine.answer(card, Rating.GOOD, answer_ms=300_000)
    found = engine.simulate(100, (0.9,))

    assert found.answers == 120
    assert found.outcomes[0].minutes > 2 * usual.minutes


@pytest.mark.parametrize(
    ("wanted", "told"),
    [
        ({"days": 0}, "days: 0 days cannot be simulated; use 1 to 3650 days"),
        ({"days": 3651}, "days: 3651 days cannot be simulated; use 1 to 3650 days"),
        ({"retentions": (0.5,)}, "retention: 0.5 is out of range; use 0.7 to 0.99"),
        ({"retentions": (float("nan"),)}, "retention: nan is out of range; use 0.7 to 0.99"),
        ({"new_per_day": -1}, "new cards a day: -1 is out of range; use 0 to 9999"),
    ],
)
def test_what_is_out_of_range_is_refused(engine, wanted, told):
    with pytest.raises(UsageError, match=told.replace(".", r"\.")):
        engine.simulate(**wanted)


def test_a_simulation_can_be_ended_on_its_way(engine):
    class Stopped(Exception):  # noqa: N818
        pass

    def stop(_share):
        raise Stopped

    with pytest.raises(Stopped):
        engine.simulate(on_step=stop)
