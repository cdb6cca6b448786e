"""Notes as an Anki package. Owns note types, ids and how a schedule looks in Anki's tables.

genanki lays the tables out; it knows neither schedules nor answers, so these are put in afterwards.
An Anki note's guid is the note's id, which is the card id where a note gives one card; ids of note
types and decks are computed from names, so that a second import updates what the first brought.
What Anki has no place for stays here: drawn values of parametric notes, the time of day of a
study day's end, exercises, answers that were undone.
"""

from __future__ import annotations

import json
import sqlite3
import tempfile
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Any

from quizapp.clock import start_of_study_day, study_day
from quizapp.domain.cards import Kind
from quizapp.domain.memory import Phase, Review, Schedule
from quizapp.errors import UsageError
from quizapp.exchange.html_out import cloze_to_html, in_languages, to_html
from quizapp.exchange.sheets import CardSheet, NoteSheet, Written

if TYPE_CHECKING:
    import genanki

NOTE_TYPES = {Kind.BASIC: 1592034617, Kind.REVERSED: 1592034618, Kind.CLOZE: 1592034619}
"""Ids of our note types in Anki; for ever, since Anki tells ours by them."""

_CSS = """\
.card { font-family: sans-serif; font-size: 20px; text-align: left; max-width: 40em;
        margin: 0 auto; line-height: 1.5; }
code, pre { font-family: monospace; font-size: 90%; background: #8882; border-radius: 3px; }
code { padding: 0 .2em; } pre { padding: .5em; overflow-x: auto; } pre code { background: none; }
table { border-collapse: collapse; } td, th { border: 1px solid #8888; padding: .2em .5em; }
.zh { margin-top: .8em; } .en + .zh { opacity: .85; } .remark { font-size: 75%; opacity: .7; }
.cloze { font-weight: bold; color: #06c; } .nightMode .cloze { color: #6bf; }
"""
_FRONT, _REVERSED, _CLOZE, _EXTRA = "{{Front}}", "{{Back}}", "{{cloze:Text}}", "{{Extra}}"
_RULE = "\n<hr id=answer>\n"
_TYPES = {Phase.NEW: 0, Phase.LEARNING: 1, Phase.REVIEW: 2, Phase.RELEARNING: 3}
_ANSWER_TYPES = {Phase.NEW: 0, Phase.LEARNING: 0, Phase.REVIEW: 1, Phase.RELEARNING: 2}
_SUSPENDED, _BURIED = -1, -3
_DAY = timedelta(days=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_OLDEST_TIMESTAMP = 315_532_800.0
"""1980, where ZIP's calendar begins."""


def write_package(
    target: Path, notes: Sequence[NoteSheet], now: datetime, answers: Iterable[Review] | None
) -> Written:
    """Write `notes` as an Anki package.

    Args:
        target: the file; replaced.
        notes: with unique ids.
        now: aware; when the notes were changed last, as far as Anki is told.
        answers: of cards, the newest last; those that `notes` lack are passed over. None to send
            every card as new.

    Raises:
        UsageError: genanki is not installed.
    """
    try:
        import genanki
    except ImportError as error:
        remedy = "install it: pip install 'quizapp[anki]'"
        raise UsageError("export apkg", "needs the package genanki", remedy) from error
    types = _note_types(genanki)
    decks: dict[tuple[str, ...], Any] = {}
    for note in notes:
        deck = decks.get(note.deck)
        if deck is None:
            name = "::".join(note.deck)
            deck = decks[note.deck] = genanki.Deck(_stable_id(name), name)
        deck.add_note(_note(genanki, types, note))
    count = 0
    with tempfile.TemporaryDirectory(prefix="quizapp-") as folder:
        collection = Path(folder) / "collection.anki2"
        with closing(sqlite3.connect(collection)) as database:
            moment = max(now.timestamp(), _OLDEST_TIMESTAMP)
            ids = iter(range(int(moment * 1000), 2**62))
            genanki.Package(list(decks.values())).write_to_db(database.cursor(), moment, ids)
            if answers is not None:
                count = _add_history(database, notes, now, answers)
            database.commit()
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
            package.write(collection, "collection.anki2")
            package.writestr("media", "{}")
    return Written(len(notes), sum(len(note.cards) for note in notes), count)


def _stable_id(name: str) -> int:
    """An id that depends on the name alone, in the range of Anki's own, which are milliseconds."""
    number = int.from_bytes(blake2b(name.encode(), digest_size=8).digest(), "big")
    return (1 << 40) + number % (1 << 40)


def _note_types(genanki: Any) -> dict[Kind, Any]:  # noqa: ANN401 - the module
    front, back, extra = {"name": "Front"}, {"name": "Back"}, {"name": "Extra"}
    ahead = {"name": "Card 1", "qfmt": _FRONT, "afmt": f"{{{{FrontSide}}}}{_RULE}{_REVERSED}"}
    behind = {"name": "Card 2", "qfmt": _REVERSED, "afmt": f"{{{{FrontSide}}}}{_RULE}{_FRONT}"}
    hidden = {"name": "Cloze", "qfmt": _CLOZE, "afmt": f"{_CLOZE}\n<br>\n{_EXTRA}"}
    for template in (ahead, behind):
        template["afmt"] += f"\n{_EXTRA}"
    model = genanki.Model
    # Each gets its own copies: genanki numbers fields and templates in place.
    return {
        Kind.BASIC: model(
            NOTE_TYPES[Kind.BASIC],
            "quizapp basic",
            [dict(front), dict(back), dict(extra)],
            [dict(ahead)],
            _CSS,
        ),
        Kind.REVERSED: model(
            NOTE_TYPES[Kind.REVERSED],
            "quizapp reversed",
            [dict(front), dict(back), dict(extra)],
            [dict(ahead), dict(behind)],
            _CSS,
        ),
        Kind.CLOZE: model(
            NOTE_TYPES[Kind.CLOZE],
            "quizapp cloze",
            [{"name": "Text"}, dict(extra)],
            [hidden],
            _CSS,
            model_type=model.CLOZE,
        ),
    }


def _note(genanki: Any, types: dict[Kind, Any], note: NoteSheet) -> genanki.Note:  # noqa: ANN401
    remark = "" if note.remark is None else in_languages(note.remark, to_html)
    remark = remark and f'<div class="remark">{remark}</div>'
    tags = [_tag(tag) for tag in note.tags]
    if note.kind is Kind.CLOZE:
        fields = [in_languages(note.front, cloze_to_html), in_languages(note.back, to_html)]
        fields[1] += remark
        kind = Kind.CLOZE
    else:
        fields = [in_languages(note.front, to_html), in_languages(note.back, to_html), remark]
        kind = Kind.REVERSED if note.kind is Kind.REVERSED else Kind.BASIC
    return genanki.Note(types[kind], fields, guid=note.id, tags=tags, sort_field=note.id)


def _tag(tag: str) -> str:
    return "-".join(tag.split())


def _add_history(
    database: sqlite3.Connection,
    notes: Sequence[NoteSheet],
    now: datetime,
    answers: Iterable[Review],
) -> int:
    """Put schedules and answers into the tables that genanki has made; returns how many answers."""
    began = _beginning(notes, now)
    database.execute("UPDATE col SET crt = ?", (int(began.timestamp()),))
    numbers = {
        (guid, order): number
        for guid, order, number in database.execute(
            "SELECT notes.guid, cards.ord, cards.id FROM cards JOIN notes ON notes.id = cards.nid"
        )
    }
    cards = {}
    for note in notes:
        for order, sheet in _ordered(note):
            number = cards[sheet.card.id] = numbers[note.id, order]
            _set_schedule(database, number, sheet.schedule, began, now)
    rows = _answer_rows((cards[each.item], each) for each in answers if each.item in cards)
    return database.executemany("INSERT INTO revlog VALUES (?,?,?,?,?,?,?,?,?)", rows).rowcount


def _ordered(note: NoteSheet) -> Iterator[tuple[int, CardSheet]]:
    """Each card with Anki's number for it: c1 is 0, the reversed one 1."""
    for place, sheet in enumerate(note.cards):
        part = sheet.card.part
        yield (int(part[1:]) - 1 if note.kind is Kind.CLOZE else place), sheet


def _beginning(notes: Iterable[NoteSheet], now: datetime) -> datetime:
    """The day that Anki counts days from: none of ours is due before it."""
    due = (sheet.schedule.due for note in notes for sheet in note.cards)
    earliest = min((moment for moment in due if moment is not None), default=now)
    return start_of_study_day(study_day(min(earliest, now) - _DAY))


def _set_schedule(
    database: sqlite3.Connection, number: int, schedule: Schedule, began: datetime, now: datetime
) -> None:
    kind = _TYPES[schedule.phase]
    queue = 1 if kind == 3 else kind
    if schedule.suspended:
        queue = _SUSPENDED
    elif schedule.buried_until is not None and schedule.buried_until > study_day(now):
        queue = _BURIED
    due, interval = 0, 0
    if schedule.due is not None:
        days = (study_day(schedule.due) - study_day(began)).days
        due = days if schedule.phase is Phase.REVIEW else int(schedule.due.timestamp())
    if schedule.phase is Phase.REVIEW:
        interval = max(1, _interval_days(schedule))
    memory = {}
    if schedule.memory is not None:
        memory = {
            "s": round(schedule.memory.stability, 4),
            "d": round(schedule.memory.difficulty, 3),
        }
    if schedule.last_review is not None:
        memory["lrt"] = int(schedule.last_review.timestamp())
    database.execute(
        "UPDATE cards SET type = ?, queue = ?, due = ?, ivl = ?, factor = ?, reps = ?, "
        "lapses = ?, left = ?, data = ? WHERE id = ?",
        (
            kind,
            queue,
            due,
            interval,
            2500 if kind >= 2 else 0,
            schedule.reps,
            schedule.lapses,
            1001 if kind in (1, 3) else 0,
            json.dumps(memory, separators=(",", ":")),
            number,
        ),
    )


def _interval_days(schedule: Schedule) -> int:
    if schedule.due is None or schedule.last_review is None:
        return 0
    return (study_day(schedule.due) - study_day(schedule.last_review)).days


def _answer_rows(answers: Iterable[tuple[int, Review]]) -> Iterator[tuple[int, ...]]:
    """Rows of `revlog`. Its key is the time in milliseconds, so answers of one must be moved."""
    taken = set[int]()
    for number, review in answers:
        moment = (review.at - _EPOCH) // timedelta(milliseconds=1)
        while moment in taken:
            moment += 1
        taken.add(moment)
        memory = review.after.memory
        # The place of an ease factor holds the difficulty where FSRS is used: 100 to 1100.
        factor = 0 if memory is None else round((memory.difficulty - 1) / 9 * 1000) + 100
        yield (
            moment,
            number,
            -1,
            int(review.rating or 0),
            _interval(review.after),
            _interval(review.before),
            factor,
            min(review.answer_ms or 0, 2**31 - 1),
            _ANSWER_TYPES[review.before.phase],
        )


def _interval(schedule: Schedule) -> int:
    """Anki's interval: days where positive, seconds where negative."""
    if schedule.phase is Phase.NEW or schedule.due is None or schedule.last_review is None:
        return 0
    if schedule.phase is Phase.REVIEW:
        return max(1, _interval_days(schedule))
    return -max(1, int((schedule.due - schedule.last_review).total_seconds()))
