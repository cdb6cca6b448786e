"""What waits in a session asks in the order of a queue that is built of the same."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from quizapp.clock import start_of_study_day, study_day
from quizapp.domain.cards import CardKey
from quizapp.domain.history import DailyLimits, DayCounts
from quizapp.domain.memory import ItemKind, Memory, Phase, Schedule
from quizapp.study.queue import build_queue
from quizapp.study.waiting import Waiting

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
NEW = Schedule("x", ItemKind.CARD)

steps = st.builds(
    lambda minutes, phase: Schedule(
        "x", ItemKind.CARD, phase, 0, Memory(1, 5), NOW + timedelta(minutes=minutes), NOW, reps=1
    ),
    st.integers(-30, 60),
    st.sampled_from([Phase.LEARNING, Phase.RELEARNING]),
)
reviews = st.builds(
    lambda stability, days, **states: Schedule(
        "x",
        ItemKind.CARD,
        Phase.REVIEW,
        None,
        Memory(stability, 5),
        start_of_study_day(study_day(NOW) + timedelta(days=days)),
        NOW - timedelta(days=10),
        reps=3,
        **states,
    ),
    st.floats(0.1, 300),
    st.integers(-20, 5),
    brought_forward=st.booleans(),
    suspended=st.booleans(),
    buried_until=st.sampled_from([None, date(2026, 5, 4), date(2026, 5, 6)]),
)
new = st.builds(lambda forward: NEW._replace(brought_forward=forward), st.booleans())


def urgency(schedule):
    return -1 / schedule.memory.stability


@given(
    st.lists(st.one_of(steps, reviews, new), max_size=20),
    st.integers(0, 9),
    st.integers(0, 9),
    st.data(),
)
def test_the_order_is_that_of_the_queue(states, new_left, reviews_left, data):
    keys = [
        CardKey(f"n{place // 2}/c{place:02}", f"n{place // 2}", f"t{place % 3}")
        for place in range(len(states))
    ]
    stored = {key.id: state._replace(item=key.id) for key, state in zip(keys, states, strict=True)}
    skip = data.draw(st.sets(st.sampled_from(keys)) if keys else st.just(set()))
    of_topics = st.dictionaries(st.sampled_from(["t0", "t1"]), st.integers(0, 3), max_size=2)
    limits = DailyLimits(9, 9, data.draw(of_topics), data.draw(of_topics))
    counts = DayCounts(9 - new_left, 9 - reviews_left, data.draw(of_topics), data.draw(of_topics))
    after = data.draw(st.sampled_from([None, *keys]))
    queue = build_queue(keys, stored, limits, counts, NOW, retrievability=urgency, after=after)

    fresh = [(stored[key.id], key) for key in keys if stored[key.id].phase is Phase.NEW]
    waiting = Waiting(NOW, limits, counts, urgency=urgency, new=lambda: (fresh, False), after=after)
    asked = [(stored[key.id], key) for key in keys if stored[key.id].phase is not Phase.NEW]
    waiting.load(asked, NOW, more=False)

    skipped = {key.id for key in skip}
    left = [key for key in queue if key.id not in skipped]
    assert waiting.next(NOW, skipped) == next(iter(left), None)


@given(
    st.lists(reviews, min_size=1, max_size=20),
    st.dictionaries(st.sampled_from(["t0", "t1"]), st.integers(0, 4), min_size=1),
    st.lists(st.integers(0, 19), max_size=12),
)
def test_limits_of_topics_hold_over_all_answers_of_a_day(states, of, answered):
    keys = [CardKey(f"c{place:02}", f"n{place}", f"t{place % 3}") for place in range(len(states))]
    stored = {key.id: state._replace(item=key.id) for key, state in zip(keys, states, strict=True)}
    limits, counts = DailyLimits(9, 12, {}, of), DayCounts()
    waiting = Waiting(NOW, limits, counts, urgency=urgency, new=lambda: ([], False), after=None)
    waiting.load([(stored[key.id], key) for key in keys], NOW, more=False)
    for place in answered:
        asked = waiting.next(NOW) if place % 2 else keys[place % len(keys)]
        if asked is None or stored[asked.id].last_review == NOW:
            continue
        before = stored[asked.id]
        due = start_of_study_day(study_day(NOW) + timedelta(days=9))
        after = before._replace(due=due, last_review=NOW, brought_forward=False)
        stored[asked.id] = after
        waiting.answered(asked, before, after, NOW)
        used = {**counts.reviews_of, asked.topic: counts.reviews_of.get(asked.topic, 0) + 1}
        counts = DayCounts(0, counts.reviews + 1, {}, used)
        queue = build_queue(keys, stored, limits, counts, NOW, retrievability=urgency, after=asked)
        assert waiting.next(NOW) == next(iter(queue), None)
