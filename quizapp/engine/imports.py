"""Cards and answers of other programs, taken over. Owns own decks and histories that come in.

Notes go to decks of the learner's own, which are only ever added to; answers are put through the
scheduler as if they had been given here. Leaves reading files to `exchange`.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from quizapp.course.own import FOLDER, wrong_notes
from quizapp.domain.cards import Kind
from quizapp.domain.memory import ItemKind, Rating, Review, Schedule, Trigger
from quizapp.engine.base import Workplace
from quizapp.engine.own_files import turn
from quizapp.errors import Phrase, StoreError, UsageError
from quizapp.exchange import own_decks
from quizapp.exchange.own_decks import OwnNote
from quizapp.exchange.sheets import LeftOut

if TYPE_CHECKING:
    from quizapp.exchange.anki_in import AnkiAnswer, AnkiNote, Package

_SAME = timedelta(seconds=1)
"""Nobody answers a card twice within this; other programs round the time of an answer."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(slots=True)
class Imported:
    """What an import came to.

    Attributes:
        decks: files of the own decks that gained notes.
        notes: that came in.
        known: notes that were here already; they stay as they are.
        answers: that came in.
        passed_over: answers that were here, are older than a card's last answer here, or lie in the
            future.
        files: pictures and sounds that were kept.
        left_out: notes that cannot be kept.
        differ: known notes that read otherwise in the file now, and stay as they are.
        updated: known notes that have taken over what the file says now.
        scheduled: notes that the file has a day for, which does not come along.
    """

    decks: list[str] = field(default_factory=list)
    notes: int = 0
    known: int = 0
    answers: int = 0
    passed_over: int = 0
    files: int = 0
    left_out: list[LeftOut] = field(default_factory=list)
    differ: int = 0
    updated: int = 0
    scheduled: int = 0


def import_table(desk: Workplace, path: Path) -> Imported:
    """Take over the cards of a CSV file, or of one with tabs and without a header."""
    from quizapp.exchange.tabbed import is_tabbed
    from quizapp.exchange.tables import read

    if is_tabbed(path):
        return _import_tabbed(desk, path)
    topic = own_decks.topic_of("csv", path.stem)
    notes: dict[str, OwnNote] = {}
    result, known = Imported(), known_notes(desk)
    for row in read(path):
        if row.id and row.id.partition("/")[0] in known:
            result.known += 1
            continue
        name = own_decks.note_id("csv", row.id or row.front)
        if name in notes:
            what = f"line {row.line}"
            result.left_out.append(LeftOut(what, "a row before it has the same id or front"))
            continue
        notes[name] = OwnNote(name, Kind.BASIC, row.front, row.back, path.name, row.tags)
    add_deck(desk, topic, path.stem, list(notes.values()), result)
    desk.reload_course()
    return result


def _import_tabbed(desk: Workplace, path: Path) -> Imported:
    """Take over the cards of a file of lines; of a line with two cards, the second is `…-2`."""
    from quizapp.exchange.tabbed import read

    result, notes, seen = Imported(), dict[str, OwnNote](), set[tuple[tuple[str, str], ...]]()
    for line in read(path):
        if not line.asks:
            result.left_out.append(LeftOut(f"{path}:{line.number}", line.why))
            continue
        if line.asks in seen:
            what = f"{path}:{line.number}"
            result.left_out.append(LeftOut(what, "a line before it says the same"))
            continue
        seen.add(line.asks)
        front, back = line.asks[0]
        name = own_decks.note_id("tsv", front)
        if name in notes:
            name = own_decks.note_id("tsv", f"{front}\0{back}")
        for suffix, (asked, answer) in zip(("", "-2"), line.asks, strict=False):
            note = OwnNote(name + suffix, Kind.BASIC, asked, answer, path.name, line.tags)
            notes[note.id] = note
    if not notes:
        raise UsageError(str(path), "there are no cards in it", "put a tab between front and back")
    add_deck(desk, own_decks.topic_of("tsv", path.stem), path.stem, list(notes.values()), result)
    desk.reload_course()
    return result


def import_package(desk: Workplace, path: Path) -> Imported:
    """Take over the notes of an Anki package and the answers to their cards."""
    from quizapp.exchange.anki_in import opened_package

    result = Imported()
    with opened_package(path) as package:
        cards, decks = _converted(desk, package, result)
        for (topic, title), notes in decks.items():
            add_deck(desk, topic, title, notes, result)
        desk.reload_course()
        kept = {number: card for number, card in cards.items() if card in desk.course.cards}
        _add_answers(desk, kept, package.answers(), result)
    return result


def known_notes(desk: Workplace) -> set[str]:
    """Ids of all notes, and their former ids."""
    ids = (card for deck in desk.course.decks for card in deck.card_ids)
    return {card.partition("/")[0] for card in (*ids, *desk.course.aliases)}


def _converted(
    desk: Workplace, package: Package, result: Imported
) -> tuple[dict[int, str], dict[tuple[str, str], list[OwnNote]]]:
    """Card in Anki -> card here; and the notes of each own deck, by topic and title."""
    from quizapp.exchange.foreign import converted

    known = known_notes(desk)
    cards: dict[int, str] = {}
    decks: dict[tuple[str, str], list[OwnNote]] = {}
    keep = Keeper(desk.store.path.parent, package.media, result)
    for note in package.notes():
        ours = _cards_of_ours(note, known)
        if ours:
            cards |= ours
            result.known += 1
            continue
        try:
            made = converted(note, keep)
        except ValueError as error:
            result.left_out.append(
                LeftOut(Phrase("note {name} of {deck}", name=note.guid, deck=note.deck), str(error))
            )
            continue
        cards |= made.cards
        place = own_decks.topic_of("anki", note.deck), note.deck
        decks.setdefault(place, []).extend(made.notes)
    return cards, decks


def _cards_of_ours(note: AnkiNote, known: set[str]) -> dict[int, str]:
    """The cards of a note that quizapp itself has exported; none for other notes."""
    from quizapp.exchange.anki_out import NOTE_TYPES

    kinds = {number: kind for kind, number in NOTE_TYPES.items()}
    kind = kinds.get(note.type.id)
    if kind is None or note.guid not in known:
        return {}
    parts = {0: "", 1: "/reversed"}
    if kind is Kind.CLOZE:
        parts = {order: f"/c{order + 1}" for order in range(9)}
    return {
        number: note.guid + parts[order] for order, number in note.cards.items() if order in parts
    }


class Keeper:
    """Keeps the pictures and sounds that notes name, each once.

    Args:
        home: the learner's data.
        media: a file's name, as a note has it -> its bytes; None where there is none.
        result: where kept files are counted.
    """

    def __init__(self, home: Path, media: Callable[[str], bytes | None], result: Imported) -> None:
        from quizapp.exchange.foreign import MEDIA

        self._folder = home / MEDIA
        self._media = media
        self._result = result
        self._names: dict[str, str | None] = {}

    def __call__(self, name: str) -> str | None:
        """The name under which a file is kept; None where it is not."""
        if name not in self._names:
            self._names[name] = self._keep(name)
        return self._names[name]

    def _keep(self, name: str) -> str | None:
        from quizapp.exchange.foreign import kept_name

        data = self._media(name)
        kept = None if data is None else kept_name(name, data)
        if data is not None and kept is not None and not (self._folder / kept).exists():
            write_whole(self._folder / kept, data)
            self._result.files += 1
        return kept


def add_deck(
    desk: Workplace,
    topic: str,
    title: str,
    notes: Sequence[OwnNote],
    result: Imported,
    *,
    known: Collection[str] | None = None,
) -> None:
    """Add what is not known yet to an own deck; what the course would refuse is left out.

    Args:
        desk: whose decks they become.
        topic: of the deck, which is made where there is none.
        title: that it is made with.
        notes: in the order in which they are to stand.
        result: is added to.
        known: ids that are taken; found out when None.
    """
    known = known_notes(desk) if known is None else known
    fresh = [note for note in notes if note.id not in known]
    result.known += len(notes) - len(fresh)
    file = desk.store.path.parent.absolute() / FOLDER / f"{topic}.yaml"
    _refuse_deck(desk, file, topic)
    if not fresh:
        return
    with turn(file) as deck:
        before = deck.text.rstrip("\r\n") + "\n" if deck.exists else ""
        fresh, text = _fitting(file, before, title, fresh, result)
        if fresh:
            deck.write(text)
            result.decks.append(str(file))
            result.notes += len(fresh)


def _fitting(
    file: Path, before: str, title: str, fresh: list[OwnNote], result: Imported
) -> tuple[list[OwnNote], str]:
    """Those of the notes that the course takes, and the deck's text with them; tells of others.

    Raises:
        CourseError: the deck was wrong before.
    """
    text = _deck_with(before, title, fresh)
    lost, errors = wrong_notes(str(file), text, file.stem)
    if lost:
        why = {error.line: error.what for error in errors}
        starts = {
            line.removeprefix("- id: "): number
            for number, line in enumerate(text.split("\n"), start=1)
            if line.startswith("- id: ")
        }
        for note in fresh:
            if note.id in lost:
                said = next(
                    (what for line, what in sorted(why.items()) if line >= starts[note.id]), ""
                )
                result.left_out.append(LeftOut(note.front[:60], said))
        fresh = [note for note in fresh if note.id not in lost]
        text = _deck_with(before, title, fresh)
        _, errors = wrong_notes(str(file), text, file.stem)
    if errors and fresh:
        raise errors[0]
    return fresh, text


def _deck_with(before: str, title: str, notes: Sequence[OwnNote]) -> str:
    return before + own_decks.notes_text(notes) if before else own_decks.deck_text(title, notes)


def _refuse_deck(desk: Workplace, file: Path, topic: str) -> None:
    for error in desk.course.left_out:
        if error.path == file:
            raise error
    if topic in desk.course.topics and not file.exists():
        what = Phrase("the course has a topic `{topic}`", topic=topic)
        raise UsageError(str(file), what, "rename the deck, or the file that it comes from")


def write_whole(file: Path, data: bytes) -> None:
    """Put a picture in its place, whole or not at all; a power cut may cost it.

    Args:
        file: may be there already; its folder need not.
        data: all of it.

    Raises:
        StoreError: it cannot be written.
    """
    scratch = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        scratch.write_bytes(data)
        scratch.replace(file)
    except OSError as error:
        scratch.unlink(missing_ok=True)
        what = Phrase("it cannot be written ({reason})", reason=error.strerror)
        raise StoreError(str(file), what, "free some space or make the folder writable") from error


def _add_answers(
    desk: Workplace, cards: Mapping[int, str], answers: Iterable[AnkiAnswer], result: Imported
) -> None:
    """Record the answers that come after a card's last one here; one undo takes all back."""
    scheduler, now = desk.scheduler, desk.clock()
    states: dict[str, Schedule] = {}
    reviews: list[Review] = []
    with desk.store.transaction():
        for answer in answers:
            item = cards.get(answer.card)
            if item is None:
                continue
            before = states.get(item) or desk.store.schedule(ItemKind.CARD, item)
            at = _moment(answer.at)
            last = before.last_review
            if at is None or at > now or (last is not None and at < last + _SAME):
                result.passed_over += 1
                continue
            after = states[item] = scheduler.review(before, Rating(answer.rating), at)
            taken = answer.taken if answer.taken > 0 else None
            reviews.append(
                Review.of(
                    Trigger.ANSWER,
                    before,
                    after,
                    at,
                    rating=Rating(answer.rating),
                    answer_ms=taken,
                )
            )
        if reviews:
            desk.store.record_all(reviews)
    result.answers += len(reviews)


def _moment(milliseconds: int) -> datetime | None:
    """The time of an answer; None where it is none, as before there were computers to give it."""
    try:
        moment = _EPOCH + timedelta(milliseconds=milliseconds)
    except OverflowError:
        return None
    return moment if moment.year >= 1990 else None
