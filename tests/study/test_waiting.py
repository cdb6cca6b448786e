"""What waits in a session asks in the order of a queue that is built of the same."""

from dataclasses import replace
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
new = st.builds(lambda forward: replace(NEW, brought_forward=forward), st.booleans())


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
    stored = {key.id: replace(state, item=key.id) for key, state in zip(keys, states, strict=True)}
    skip = data.draw(st.sets(st.sampled_from(keys)) if keys else st.just(set()))
    limits, counts = DailyLimits(9, 9), DayCounts(9 - new_left, 9 - reviews_left)
    after = data.draw(st.sampled_from([None, *keys]))
    queue = build_queue(keys, stored, limits, counts, NOW, retrievability=urgency, after=after)

    fresh = [(stored[key.id], key) for key in keys if stored[key.id].phase is Phase.NEW]
    waiting = Waiting(NOW, limits, counts, urgency=urgency, new=lambda: (fresh, False), after=after)
    asked = [(stored[key.id], key) for key in keys if stored[key.id].phase is not Phase.NEW]
    waiting.load(asked, NOW, more=False)

    skipped = {key.id for key in skip}
    left = [key for key in queue if key.id not in skipped]
    assert waiting.next(NOW, skipped) == next(iter(left), None)
