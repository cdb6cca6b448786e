"""The generated course and its log as an Anki collection, by the `anki` package.

Owns the translation: one note for each of ours with both languages in its fields, one deck for each
topic below `Course`, one row of the review log for each answer, FSRS on with Anki's default
parameters, the daily limits of a new learner here. Content goes in through Anki's own calls; the
past, which no call can write, by SQL into the columns that answering fills.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from quizapp.clock import start_of_study_day, study_day
from quizapp.course import load_course
from quizapp.domain.cards import Card, Kind, Note
from quizapp.domain.history import DailyLimits
from quizapp.domain.memory import ItemKind, Phase, Schedule
from quizapp.store import Store

ROOT_DECK = "Course"

_DAY = timedelta(days=1)
_NOTE_TYPES = {Kind.REVERSED: "Basic (and reversed card)", Kind.CLOZE: "Cloze"}
_TYPES = {Phase.NEW: 0, Phase.LEARNING: 1, Phase.REVIEW: 2, Phase.RELEARNING: 3}


def write_collection(course: Path, database: Path, cache: Path, collection: Path) -> None:
    """Write the course and the log in `database` to a new file `collection`."""
    from anki.collection import Collection

    anki = Collection(str(collection))
    try:
        ids = _write_notes(anki, load_course(course, cache=cache))
        _set_up(anki)
    finally:
        anki.close()
    with Store.open(database) as store, closing(sqlite3.connect(collection)) as raw:
        _write_past(raw, store, ids)


def _write_notes(anki: Any, course: Any) -> dict[str, int]:
    """All notes, deck by deck; returns our card id -> Anki's."""
    from anki.collection import AddNoteRequest

    types = {kind: anki.models.by_name(_NOTE_TYPES.get(kind, "Basic")) for kind in Kind}
    made: list[tuple[list[Card], Any]] = []
    for deck in course.decks:
        number = anki.decks.id(f"{ROOT_DECK}::{deck.topic}")
        requests = []
        cards: dict[str, list[Card]] = {}
        for card in deck.cards:
            cards.setdefault(card.note.id, []).append(card)
        for note in deck.notes:
            theirs = anki.new_note(types[note.kind])
            theirs.fields = [_front(note), f"{note.back.en}<br>{note.back.zh}"]
            theirs.tags = list(note.tags)
            requests.append(AddNoteRequest(theirs, number))
            made.append((cards[note.id], theirs))
        anki.add_notes(requests)
    found = {}
    numbers = {
        (nid, place): cid for cid, nid, place in anki.db.all("select id, nid, ord from cards")
    }
    for ours, theirs in made:
        for place, card in enumerate(ours):
            found[card.id] = numbers[theirs.id, place]
    return found


def _front(note: Note) -> str:
    options = "".join(f"<br>{option.text.en} {option.text.zh}" for option in note.options)
    return f"{note.front.en}<br>{note.front.zh}{options}"


def _set_up(anki: Any) -> None:
    """FSRS, our daily limits, and the deck above all others as the one that is studied."""
    limits = DailyLimits()
    options = anki.decks.config_dict_for_deck_id(1)
    options["new"]["perDay"], options["rev"]["perDay"] = limits.new, limits.reviews
    anki.decks.update_config(options)
    anki.set_config("fsrs", True)
    anki.decks.select(anki.decks.id(ROOT_DECK))


def _write_past(raw: sqlite3.Connection, store: Store, ids: dict[str, int]) -> None:
    first = next(store.reviews(ItemKind.CARD)).study_day - _DAY
    raw.execute("UPDATE col SET crt = ?", [int(start_of_study_day(first).timestamp())])
    raw.executemany("INSERT INTO revlog VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", _rows(store, ids))
    states = (_state(schedule, first) for schedule in store.schedules(ItemKind.CARD).values())
    raw.executemany(
        "UPDATE cards SET type = ?, queue = ?, due = ?, ivl = ?, factor = 2500, reps = ?, "
        "lapses = ?, left = ?, data = ? WHERE id = ?",
        ((*values, ids[item]) for item, values in states),
    )
    raw.commit()


def _rows(store: Store, ids: dict[str, int]) -> Iterator[tuple[int, ...]]:
    """The review log: id (milliseconds), card, usn, ease, interval, last, factor, time, type."""
    last = 0
    for review in store.reviews(ItemKind.CARD):
        assert review.rating is not None, "the generated log holds answers only"
        last = max(last + 1, int(review.at.timestamp() * 1000))
        kind = {Phase.REVIEW: 1, Phase.RELEARNING: 2}.get(review.before.phase, 0)
        memory = review.after.memory
        factor = round(memory.difficulty * 100) if memory else 0
        taken = min(60_000, review.answer_ms or 0)
        after, before = _interval(review.after), _interval(review.before)
        yield (last, ids[review.item], -1, int(review.rating), after, before, factor, taken, kind)


def _interval(schedule: Schedule) -> int:
    """Days, or minus seconds in a learning step."""
    if schedule.due is None or schedule.last_review is None:
        return 0
    if schedule.phase is Phase.REVIEW:
        return max(1, (study_day(schedule.due) - study_day(schedule.last_review)).days)
    return -max(1, int((schedule.due - schedule.last_review).total_seconds()))


def _state(schedule: Schedule, first: date) -> tuple[str, tuple[object, ...]]:
    """type, queue, due, ivl, reps, lapses, left, data of a card that has been answered."""
    assert schedule.due is not None
    assert schedule.memory is not None
    assert schedule.last_review is not None
    learned = schedule.phase is Phase.REVIEW
    due = (study_day(schedule.due) - first).days if learned else int(schedule.due.timestamp())
    days = max(1, (study_day(schedule.due) - study_day(schedule.last_review)).days)
    memory = {
        "s": round(schedule.memory.stability, 4),
        "d": round(schedule.memory.difficulty, 3),
        "dr": 0.9,
        "lrt": int(schedule.last_review.timestamp()),
    }
    steps = 0 if learned else 1001
    kind = _TYPES[schedule.phase]
    values = (kind, 2 if learned else 1, due, days, schedule.reps, schedule.lapses, steps)
    return schedule.item, (*values, json.dumps(memory))
