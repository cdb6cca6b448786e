"""Cards that stand in Markdown files, taken over, and the way out. Owns what becomes of each card.

Known cards stay as they are here, unless the file's text is asked for; one whose text was changed
here, in its deck, always does. Leaves reading files to `exchange`, which known card one is to
`recognised`, and decks to `imports`.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from quizapp.course.own import FOLDER, wrong_notes
from quizapp.domain.cards import Kind, Note
from quizapp.domain.marks import cloze_marks
from quizapp.domain.text import Text
from quizapp.engine.base import Workplace
from quizapp.engine.imports import Imported, Keeper, add_deck, known_notes, write_whole
from quizapp.engine.own_files import turn
from quizapp.engine.recognised import KIND, FoundCard, new_text, says, sort_out
from quizapp.errors import Phrase, UsageError, as_phrase
from quizapp.exchange import own_decks
from quizapp.exchange.markdown_cards import Dialect, Reading
from quizapp.exchange.own_decks import OwnNote
from quizapp.exchange.sheets import LeftOut, NoteSheet
from quizapp.exchange.vault import Vault, with_media


@dataclass(frozen=True, slots=True)
class MarkdownWanted:
    """How Markdown is to be read.

    Attributes:
        dialect: None to tell it by what stands in each file.
        gaps: what marks a gap in Obsidian's dialect.
        update: whether known cards take over what the files say now.
    """

    dialect: Dialect | None = None
    gaps: frozenset[str] = frozenset({"highlight"})
    update: bool = False


@dataclass(frozen=True, slots=True)
class _File:
    """A file that was read; `deck` is the name of the deck of its cards."""

    path: Path
    deck: str
    tags: tuple[str, ...]
    dialect: Dialect
    reading: Reading


def import_markdown(desk: Workplace, path: Path, wanted: MarkdownWanted) -> Imported:
    """Take over the cards of a Markdown file, or of all in a folder.

    Raises:
        UsageError: there is no card in it, or the file is no text.
        CourseError: an own deck that cards belong to is wrong.
        StoreError: the disk refuses to write.
    """
    result = Imported()
    vault = Vault(path)
    found = [
        each for file in _files(vault, wanted, result) for each in _found(desk, vault, file, result)
    ]
    if not found and not result.left_out:
        what = "there are no cards in it"
        remedy = "write Q: and A:, C: with [gaps], or front::back; --format says which"
        raise UsageError(str(path), what, remedy)
    known, notes = known_notes(desk), _own_notes(desk)
    ours, fresh_ones = sort_out(found, known, notes)
    differing = {
        name: text
        for name, each in ours.items()
        if name in notes and (text := new_text(each, notes[name])) is not None
    }
    result.known = len(found) - len(fresh_ones)
    result.scheduled = sum(each.card.scheduled for each in fresh_ones.values())
    decks: dict[tuple[str, str], list[OwnNote]] = {}
    for name, each in fresh_ones.items():
        place = own_decks.topic_of(KIND, each.title), each.title
        decks.setdefault(place, []).append(each.note(name))
    for (topic, title), fresh in decks.items():
        add_deck(desk, topic, title, fresh, result, known=known)
    if wanted.update and differing:
        result.updated = _update(desk, differing, notes, result)
    result.differ = len(differing) - result.updated
    if result.decks or result.updated:
        desk.reload_course()
    return result


def readable_sheets(
    desk: Workplace, notes: Iterable[NoteSheet], media: Path | None
) -> Iterator[NoteSheet]:
    """Notes as Markdown has them: without the deck's tag, pictures beside the file that is written.

    Args:
        desk: whose notes they are.
        notes: as they go out to any program.
        media: folder for the pictures, made with the first one; None to leave them where they are.

    Raises:
        StoreError: a picture cannot be written.
    """
    for sheet in notes:
        note = sheet.cards[0].card.note
        front, back = (
            Text(*(_with_copies(desk, note, each, media) for each in (text.en, text.zh)))
            for text in (sheet.front, sheet.back)
        )
        yield replace(sheet, front=front, back=back, tags=sheet.tags[: len(note.tags)])


def _with_copies(desk: Workplace, note: Note, text: str, media: Path | None) -> str:
    """A text whose pictures are named as they are in `media`."""
    from quizapp.engine.pictures import PictureDesk
    from quizapp.exchange.foreign import kept_name

    if media is None or "](" not in text or not isinstance(desk, PictureDesk):
        return text
    from quizapp.course.pictures import picture_marks

    for mark, picture in zip(picture_marks(text), desk.pictures(note, text), strict=True):
        if picture.path is None:
            continue
        try:
            data = picture.path.read_bytes()
        except OSError:  # it has gone since it was looked for
            continue
        name = kept_name(picture.path.name, data)
        if name is not None:
            if not (media / name).exists():
                write_whole(media / name, data)
            text = text.replace(f"]({mark.address})", f"]({media.name}/{name})")
    return text


def _files(vault: Vault, wanted: MarkdownWanted, result: Imported) -> Iterator[_File]:
    """The files that count; flaws go to `result`."""
    files = []
    for path in vault.files():
        try:
            if isinstance(path, UsageError):
                raise path
            files.append(_file(vault, path, wanted))
        except UsageError as error:
            if not vault.is_folder:
                raise
            result.left_out.append(LeftOut(error.where, _both(error.what, error.remedy)))
    # Where files are tagged, as Obsidian's plugin asks for, colons in the others are no cards.
    tagged = vault.is_folder and any(file.reading.tagged for file in files)
    others = 0
    for file in files:
        if tagged and file.dialect is Dialect.OBSIDIAN and not file.reading.tagged:
            others += bool(file.reading.cards)
            continue
        for flaw in file.reading.flaws:
            place = LeftOut(
                f"{file.path}:{flaw.line}",
                _both(flaw.what, flaw.remedy),
            )
            result.left_out.append(place)
        yield file
    if others:
        why = "without the tag #flashcards, which others have; name a file to import it alone"
        result.left_out.append(LeftOut(Phrase("{n} files", one="{n} file", n=others), why))


def _both(what: str, remedy: str) -> Phrase:
    """What is wrong, and what to do about it."""
    return Phrase("{what}; {remedy}", what=as_phrase(what), remedy=as_phrase(remedy))


def _file(vault: Vault, path: Path, wanted: MarkdownWanted) -> _File:
    from quizapp.exchange.hashcards_in import is_hashcards, read_hashcards
    from quizapp.exchange.markdown_page import read_page
    from quizapp.exchange.obsidian_in import read_obsidian

    page = read_page(str(path), vault.deck_of(path), vault.read(path))
    tags = tuple(tag for tag in page.tags if not tag.lower().startswith("flashcard"))
    dialect = wanted.dialect
    if dialect is None:
        dialect = Dialect.HASHCARDS if is_hashcards(page) else Dialect.OBSIDIAN
    if dialect is Dialect.HASHCARDS:
        return _File(path, page.title or page.name, tags, dialect, read_hashcards(page))
    reading = read_obsidian(page, wanted.gaps)
    if wanted.dialect is None and not reading.cards and not reading.flaws:
        dialect = Dialect.HASHCARDS  # it may tell of a question without any answer
        reading = Reading((), read_hashcards(page).flaws)
    return _File(path, page.name, tags, dialect, reading)


def _found(desk: Workplace, vault: Vault, file: _File, result: Imported) -> Iterator[FoundCard]:
    from quizapp.exchange.foreign import MEDIA

    keep = Keeper(desk.store.path.parent, lambda address: vault.media(file.path, address), result)
    for card in file.reading.cards:
        front, back = (
            with_media(text, f"../{MEDIA}", keep).strip() for text in (card.front, card.back)
        )
        where = f"{file.path}:{card.line}"
        if card.kind is Kind.CLOZE and (why := _wrong_marks(front)):
            result.left_out.append(LeftOut(where, why))
            continue
        part = f"\0{card.part}" if card.part > 1 else ""
        said = " ".join(card.said.split())
        keys = [f"{said}{part}", f"{said}\0{back}{part}"]
        if card.name:
            keys.insert(0, card.name + part)
        yield FoundCard(
            where,
            card.deck or file.deck,
            card,
            front,
            back,
            tuple(dict.fromkeys((*card.tags, *file.tags))),
            tuple(keys),
            bool(card.name),
        )


def _wrong_marks(front: str) -> str:
    """Why a cloze front is none with its pictures in place; empty if it is one."""
    try:
        return "" if cloze_marks(front) else "its gaps cannot be told from the code or math there"
    except ValueError as error:
        return Phrase("its gaps cannot be marked ({why})", why=as_phrase(str(error)))


def _own_notes(desk: Workplace) -> dict[str, Note]:
    """Id -> note of the learner's own decks; no deck of the course is read for it."""
    folder = desk.store.path.parent.absolute() / FOLDER
    return {
        note.id: note
        for deck in desk.course.decks
        if (folder / f"{deck.topic}.yaml").exists()
        for note in deck.notes
        if Path(note.location.path).parent == folder
    }


def _update(
    desk: Workplace,
    changed: Mapping[str, OwnNote],
    notes: Mapping[str, Note],
    result: Imported,
) -> int:
    """Put new texts in the places of known notes; returns of how many.

    One that does not stand in its deck as an import has written it was changed there and stays.
    """
    done = 0
    by_deck = defaultdict[str, list[str]](list)
    for name in changed:
        by_deck[notes[name].topic].append(name)
    home = desk.store.path.parent.absolute()
    for topic, names in by_deck.items():
        with turn(home / FOLDER / f"{topic}.yaml") as deck:
            ending = "\r\n" if "\r\n" in deck.text else "\n"
            text = deck.text.replace("\r\n", "\n")
            wanted = {name: (notes[name], changed[name]) for name in names}
            swaps = _swaps(deck.path, text, wanted, result)
            if swaps:
                deck.write(_swapped(text, swaps.values()).replace("\n", ending))
                done += len(swaps)
    return done


def _swaps(
    file: Path, text: str, changed: Mapping[str, tuple[Note, OwnNote]], result: Imported
) -> dict[str, tuple[str, str]]:
    """Note -> its text in a deck's, and the new one, of those that can be put in; tells of others.

    Raises:
        CourseError: the deck has become wrong.
    """
    swaps, entries = dict[str, tuple[str, str]](), set(_entries(text))
    for name, (note, new) in changed.items():
        known = OwnNote(name, *says(note), note.source, note.tags)
        old, fresh = (own_decks.notes_text([each]) for each in (known, new))
        if note.front.en == note.front.zh and old in entries:
            swaps[name] = old, fresh
        else:
            why = "it was changed here, in its deck, so the text of the file is not taken over"
            result.left_out.append(
                LeftOut(Phrase("note {name} in {file}", name=name, file=file), why)
            )
    lost, errors = wrong_notes(str(file), _swapped(text, swaps.values()), file.stem)
    for name in lost & swaps.keys():
        del swaps[name]
        why = "the new text cannot stand in a deck"
        result.left_out.append(LeftOut(Phrase("note {name} in {file}", name=name, file=file), why))
    if lost:
        _, errors = wrong_notes(str(file), _swapped(text, swaps.values()), file.stem)
    if errors:
        raise errors[0]
    return swaps


def _swapped(text: str, swaps: Iterable[tuple[str, str]]) -> str:
    """A deck's text with some notes' in the places of others'; each stands there once."""
    named = dict(swaps)
    return "".join(named.get(entry, entry) for entry in _entries(text))


def _entries(text: str) -> list[str]:
    """A deck's text, cut before each note."""
    return re.split(r"(?m)^(?=- id: )", text)
