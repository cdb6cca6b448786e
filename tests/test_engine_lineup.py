"""The cards that wait are kept between answers; the next is always that of a fresh queue."""

import random
from datetime import timedelta

import pytest
from engine_support import StandingClock

from quizapp.course import load_course
from quizapp.domain.history import DailyLimits
from quizapp.domain.memory import ItemKind, Phase, Rating
from quizapp.engine import Engine
from quizapp.store import Store

TOPICS = ("axes", "boxes", "convs")
STEPS = 200


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """Three decks of twelve notes, every third of which gives two cards."""
    root = tmp_path_factory.mktemp("lineup") / "course"
    (root / "cards").mkdir(parents=True)
    (root / "course.yaml").write_text(
        f"format: 1\ntitle: {{en: T, zh: 题}}\ntopics: [{', '.join(TOPICS)}]\n", "utf-8"
    )
    for topic in TOPICS:
        notes = [
            f"- {{id: {topic}-{number}, kind: {'basic' if number % 3 else 'reversed'}, "
            "front: {en: Q, zh: 问}, back: {en: A, zh: 答}, source: S}"
            for number in range(12)
        ]
        text = "\n".join([f"deck: {{en: {topic}, zh: {topic}}}", "notes:", *notes])
        (root / f"cards/{topic}.yaml").write_text(text, "utf-8")
    return load_course(root)


@pytest.fixture
def clock():
    return StandingClock()


@pytest.fixture
def opened(course, clock, tmp_path):
    """Opens another engine on the same data, as another process does."""

    def open_one():
        return Engine(course, Store.open(tmp_path, clock=clock), clock=clock)

    return open_one


def next_of(engine, topics):
    prompt = engine.next_card(topics)
    return prompt and prompt.card.id


def do_something(engine, clock, rng, topics):
    """What happens in a session: mostly answers to what is asked, at times anything else."""
    asked = next_of(engine, topics)
    any_card = rng.choice(list(engine.course.cards))
    what = rng.choices(
        ("answer", "other", "undo", "suspend", "back", "bury", "limits", "siblings", "leeches",
         "order", "minutes", "day", "topic"),
        (60, 8, 8, 3, 3, 3, 3, 2, 2, 2, 15, 6, 5),
    )[0]  # fmt: skip
    rating = rng.choices(tuple(Rating), (4, 2, 8, 2))[0]
    if what == "answer" and asked:
        engine.answer(asked, rating)
    elif what == "other":
        engine.answer(any_card, rating)
    elif what == "undo":
        engine.undo()
    elif what in ("suspend", "back"):
        engine.suspend(any_card, what == "suspend")
    elif what == "bury":
        engine.bury(any_card)
    elif what == "limits":
        engine.limits = DailyLimits(rng.randrange(12), rng.randrange(20))
    elif what == "siblings":
        engine.change_setting("bury_siblings", rng.choice(("on", "off")))
    elif what == "leeches":
        engine.change_setting("leech_lapses", str(rng.randint(1, 3)))
        engine.change_setting("leech_action", "suspend")
    elif what == "order":
        engine.change_setting("new_order", rng.choice(("course", "random")))
    elif what == "topic":
        key = f"{rng.choice(('new_per_day', 'reviews_per_day'))}.{rng.choice(TOPICS)}"
        if rng.random() < 0.3:
            engine.reset_setting(key)
        else:
            engine.change_setting(key, str(rng.randrange(5)))
    elif what == "minutes":
        clock.now += timedelta(minutes=rng.choice((1, 7, 15, 300)))
    else:
        clock.pass_days(rng.choice((1, 2, 9)))


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("topics", [(), ("axes", "convs")])
def test_a_session_asks_what_a_fresh_one_would_ask_whatever_happens(opened, clock, seed, topics):
    rng = random.Random(seed)
    with opened() as kept, opened() as other:
        kinds = set()
        for _ in range(STEPS // 4):
            do_something(rng.choice((kept, kept, kept, other)), clock, rng, topics)
            with opened() as fresh:
                asked, left = next_of(fresh, topics), fresh.progress(topics)
                load = fresh._load(ItemKind.CARD, kept.today(), kept.today() + timedelta(days=60))
            assert next_of(kept, topics) == asked
            assert kept.progress(topics) == left
            followed = kept._load(ItemKind.CARD, kept.today(), max(load))
            assert {day: followed[day] for day in load} == load
            kinds.add(asked and kept.store.schedule(ItemKind.CARD, asked).phase)
        assert {Phase.NEW, Phase.LEARNING} <= kinds, "the test has seen too little"


def test_what_is_left_of_the_new_cards_is_known_to_the_last_one(opened):
    with opened() as kept:
        kept.limits = DailyLimits(100, 100)
        for _ in kept.course.cards:
            kept.answer(kept._new_ids(())[0], Rating.EASY)
            with opened() as fresh:
                assert kept._new_ids(()) == fresh._new_ids(())
        assert kept.progress().new_left == 0


def test_what_another_process_answers_is_not_asked_again(opened):
    with opened() as kept, opened() as other:
        asked = next_of(kept, ())
        other.answer(asked, Rating.EASY)

        assert next_of(kept, ()) == next_of(other, ()) != asked


def test_settings_that_another_process_changes_hold_at_once(opened):
    with opened() as kept, opened() as other:
        assert kept.settings.new_per_day
        other.change_setting("new_per_day", "0")

        assert kept.next_card() is None


def test_an_answer_that_cannot_be_kept_leaves_the_session_as_it_was(opened):
    with opened() as kept:
        asked = next_of(kept, ())

        def fail():
            with kept.store.transaction():
                kept.answer(asked, Rating.EASY)
                raise KeyError("the disk is full, say")

        with pytest.raises(KeyError):
            fail()

        assert next_of(kept, ()) == asked


def test_the_next_card_after_an_answer_needs_no_look_at_all_that_is_due(opened):
    said = []
    with opened() as kept:
        kept.answer(next_of(kept, ()), Rating.EASY)
        first = next_of(kept, ())
        kept.answer(first, Rating.EASY)
        kept.store._database.connection.set_trace_callback(said.append)
        assert next_of(kept, ()) not in (None, first)

    assert said
    assert not [statement for statement in said if "stability AS urgency" in statement]
