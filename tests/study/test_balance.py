"""Evening out the days, through the scheduler."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from quizapp.clock import study_day
from quizapp.domain.memory import ItemKind, Memory, Phase, Rating, Schedule
from quizapp.study.balance import FURTHEST, KnownLoad
from quizapp.study.scheduler import Scheduler

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)  # a Monday
TODAY = study_day(NOON)
USUAL = (1.0,) * 7


def reviewed(stability=30.0, item="a", reps=5):
    last = NOON - timedelta(days=30)
    memory = Memory(stability, 5)
    return Schedule(item, ItemKind.CARD, Phase.REVIEW, None, memory, NOON, last, reps)


def balanced(load=None, easy_days=USUAL, retention=0.9, longest=36_500):
    days = load or {}
    return Scheduler(
        None,
        retention,
        longest_interval=longest,
        load=lambda _kind, first, last: {
            day: count for day, count in days.items() if first <= day <= last
        },
        easy_days=easy_days,
    )


def day_of(scheduler, schedule, rating=Rating.GOOD):
    return study_day(scheduler.review(schedule, rating, NOON).due)


def window_of(schedule, rating=Rating.GOOD):
    """The first and the last day that the fuzz allows."""
    days = (day_of(Scheduler(fuzz=False), schedule, rating) - TODAY).days
    slack = int(1 + 0.05 * days)
    return TODAY + timedelta(days=days - slack), TODAY + timedelta(days=days + slack)


loads = st.dictionaries(
    st.integers(0, 400).map(lambda ahead: TODAY + timedelta(days=ahead)), st.integers(0, 5)
)
shares = st.lists(st.sampled_from([0.0, 0.5, 1.0]), min_size=6, max_size=6).map(
    lambda six: (1.0, *six)
)


def test_the_day_with_the_fewest_reviews_is_chosen():
    first, last = window_of(reviewed())
    quiet = first + timedelta(days=2)
    load = {first + timedelta(days=ahead): 9 for ahead in range((last - first).days + 1)}
    assert day_of(balanced({**load, quiet: 8}), reviewed()) == quiet


@given(loads, shares, st.floats(3, 300), st.sampled_from("abcdef"))
def test_the_day_chosen_is_within_the_window(load, easy_days, stability, item):
    schedule = reviewed(stability, item)
    first, last = window_of(schedule)
    assert first <= day_of(balanced(load, easy_days), schedule) <= last


@given(loads, shares, st.floats(0.5, 300), st.sampled_from("abcdef"))
def test_balanced_ratings_keep_their_order(load, easy_days, stability, item):
    preview = balanced(load, easy_days).preview(reviewed(stability, item), NOON)
    again, hard, good, easy = (preview[rating].due for rating in Rating)
    assert again < hard <= good <= easy


@given(loads, shares, st.floats(0.5, 300), st.floats(0.7, 0.99), st.floats(0.7, 0.99))
def test_balanced_a_higher_retention_never_comes_back_later(load, easy_days, stability, one, two):
    low, high = sorted((one, two))
    eager, relaxed = (
        day_of(balanced(load, easy_days, retention), reviewed(stability))
        for retention in (high, low)
    )
    assert eager <= relaxed


def test_the_same_answer_to_the_same_state_gives_the_same_day():
    assert day_of(balanced(), reviewed()) == day_of(balanced(), reviewed())


def test_on_empty_days_cards_learned_together_are_parted():
    assert len({day_of(balanced(), reviewed(item=f"c{number}")) for number in range(40)}) > 3


def test_a_day_that_takes_nothing_gets_nothing_where_another_is_in_reach():
    no_weekend = (1.0,) * 5 + (0.0, 0.0)
    days = {
        day_of(balanced(None, no_weekend), reviewed(item=f"c{number}")).weekday()
        for number in range(100)
    }
    assert not days & {5, 6}


def test_a_day_that_takes_nothing_is_taken_where_no_other_is_in_reach():
    schedule = reviewed()
    only = balanced(None, USUAL, longest=1)
    tuesday_off = balanced(None, (1.0, 0.0) + (1.0,) * 5, longest=1)
    assert day_of(tuesday_off, schedule) == day_of(only, schedule) == date(2026, 5, 5)


def test_three_hundred_cards_learned_together_are_evened_out():
    due = Counter()
    for number in range(300):
        scheduler = balanced(due, (*USUAL[:5], 0.5, 0.0))
        due[day_of(scheduler, reviewed(item=f"c{number}"))] += 1
    first, last = window_of(reviewed())
    window = [first + timedelta(days=ahead) for ahead in range((last - first).days + 1)]
    usual = {due[day] for day in window if day.weekday() < 5}
    saturdays = {due[day] for day in window if day.weekday() == 5}
    assert max(usual) - min(usual) <= 5  # the nearest take a little more
    assert all(abs(2 * count - max(usual)) <= 6 for count in saturdays)
    assert all(due[day] == 0 for day in window if day.weekday() == 6)


def test_a_longest_interval_holds_with_balancing():
    assert day_of(balanced(longest=10), reviewed(5000.0)._replace()) <= TODAY + timedelta(days=10)


def test_balancing_does_not_stretch_intervals_where_later_days_have_less():
    due = Counter({TODAY + timedelta(days=ahead): 2000 // ahead for ahead in range(1, 200)})
    days = []
    for number in range(200):
        day = day_of(balanced(due), reviewed(item=f"c{number}"))
        due[day] += 1
        days.append((day - TODAY).days)
    exact = (day_of(Scheduler(fuzz=False), reviewed()) - TODAY).days
    assert abs(sum(days) / len(days) - exact) < 0.02 * exact


def test_a_review_of_years_is_moved_by_days_only():
    schedule = reviewed(2000.0)
    exact = day_of(Scheduler(fuzz=False), schedule)
    assert abs(day_of(balanced(), schedule) - exact) <= timedelta(days=FURTHEST)


@given(
    st.lists(st.tuples(st.integers(0, 5), st.integers(0, 9), st.booleans()), max_size=30),
    st.integers(1, 9),
)
def test_a_load_that_follows_answers_is_what_counting_anew_gives(answers, most):
    cards = [Schedule(f"c{number}", ItemKind.CARD, due=NOON) for number in range(6)]

    def count(_kind, first, last):
        found = Counter(study_day(card.due) for card in cards if not card.suspended)
        return {day: min(most, n) for day, n in found.items() if first <= day <= last}

    load, days = KnownLoad(count, most), (TODAY, TODAY + timedelta(days=9))
    for number, ahead, suspended in answers:
        load(ItemKind.CARD, *days)
        before = cards[number]
        cards[number] = before._replace(due=NOON + timedelta(days=ahead), suspended=suspended)
        load.answered(before, cards[number])
        known = {day: n for day, n in load(ItemKind.CARD, *days).items() if n}
        assert known == count(ItemKind.CARD, *days)
