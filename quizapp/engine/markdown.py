"""Cards that stand in Markdown files, taken over. Owns which known card each of them is.

A card is told by what stays of it: a name that the file gives it, else its question, else, where
that was changed a little, its answer. So it keeps its history wherever it moves to. Known cards
stay as they are here, unless the file's text is asked for, and one whose text was changed here, in
its deck, always does. Leaves reading files to `exchange` and decks to `imports`.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from quizapp.course.own import FOLDER, wrong_notes
from quizapp.domain.cards import Kind, Note
from quizapp.domain.marks import cloze_marks
from quizapp.domain.text import Text
from quizapp.engine.base import Workplace
from quizapp.engine.imports import Imported, Keeper, add_deck, known_notes, write_whole
from quizapp.engine.own_files import held
from quizapp.errors import UsageError
from quizapp.exchange import own_decks
from quizapp.exchange.markdown_cards import Dialect, MarkdownCard, Reading
from quizapp.exchange.own_decks import OwnNote
from quizapp.exchange.sheets import LeftOut, NoteSheet
from quizapp.exchange.vault import Vault, with_media

_KIND = "md"
_OURS = re.compile(r"(?:md|csv|tsv|anki)-[0-9a-f]{16}(?:-[0-9]{1,2})?")
_ALIKE = 0.85
"""Of two questions with one answer, from which on one is taken for the other, changed."""

_MOST_COMPARED = 20
_LONGEST_COMPARED = 2000


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


@dataclass(frozen=True, slots=True)
class _Found:
    """A card of a file, ready to become a note.

    Attributes:
        where: file and line.
        title: of its deck.
        keys: of ids that it may have, the best first.
        sure: whether the first key outlasts a change of the text.
    """

    where: str
    title: str
    card: MarkdownCard
    front: str
    back: str
    tags: tuple[str, ...]
    keys: tuple[str, ...]
    sure: bool

    @property
    def says(self) -> tuple[Kind, str, str]:
        """What makes two cards the same."""
        return self.card.kind, self.front, self.back

    def note(self, name: str) -> OwnNote:
        """The note that it becomes."""
        source = self.where.rpartition("/")[2].rpartition(":")[0]
        return OwnNote(name, self.card.kind, self.front, self.back, source, self.tags)


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
    ours, fresh_ones = _sort_out(found, known, notes)
    differing = {
        name: text
        for name, each in ours.items()
        if name in notes and (text := _new_text(each, notes[name])) is not None
    }
    result.known = len(found) - len(fresh_ones)
    result.scheduled = sum(each.card.scheduled for each in fresh_ones.values())
    decks: dict[tuple[str, str], list[OwnNote]] = {}
    for name, each in fresh_ones.items():
        place = own_decks.topic_of(_KIND, each.title), each.title
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
            result.left_out.append(LeftOut(error.where, f"{error.what}; {error.remedy}"))
    # Where files are tagged, as Obsidian's plugin asks for, colons in the others are no cards.
    tagged = vault.is_folder and any(file.reading.tagged for file in files)
    others = 0
    for file in files:
        if tagged and file.dialect is Dialect.OBSIDIAN and not file.reading.tagged:
            others += bool(file.reading.cards)
            continue
        for flaw in file.reading.flaws:
            place = LeftOut(f"{file.path}:{flaw.line}", f"{flaw.what}; {flaw.remedy}")
            result.left_out.append(place)
        yield file
    if others:
        why = "without the tag #flashcards, which others have; name a file to import it alone"
        result.left_out.append(LeftOut(f"{others} file{'s' * (others > 1)}", why))


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


def _found(desk: Workplace, vault: Vault, file: _File, result: Imported) -> Iterator[_Found]:
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
        yield _Found(
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
        return f"its gaps cannot be marked ({error})"


def _own_notes(desk: Workplace) -> dict[str, Note]:
    """Id -> note of the learner's own decks."""
    return {
        note.id: note
        for deck in desk.course.decks
        if deck.notes and Path(deck.notes[0].location.path).is_absolute()
        for note in deck.notes
    }


def _says(note: Note) -> tuple[Kind, str, str]:
    return note.kind, note.front.en.strip(), note.back.en.strip()


def _sort_out(
    found: Sequence[_Found], known: Collection[str], notes: Mapping[str, Note]
) -> tuple[dict[str, _Found], dict[str, _Found]]:
    """Id -> card, of those that are known here, and of new ones; a card that is twice counts once.

    First what is here word for word is recognised, then by its name or question what is changed,
    then by its answer: of two cards with the same question, none is taken for the other.
    """
    ours = dict[str, _Found]()
    saying = {_says(note): name for name, note in notes.items()}
    rest = list[_Found]()
    for each in found:
        name = each.card.name if each.card.name in known else ""
        ids = [_id_of(key) for key in each.keys]
        if not name and each.sure and ids[0] in known:
            name = ids[0]
        same = (one for one in ids if one in notes and _says(notes[one]) == each.says)
        name = name or next(same, "") or saying.get(each.says, "")
        if name:
            ours.setdefault(name, each)
        else:
            rest.append(each)
    changed, rest = rest, []
    for each in changed:
        ids = [_id_of(key) for key in each.keys]
        name = next((one for one in ids if one in known and one not in ours), "")
        if name:
            ours[name] = each
        else:
            rest.append(each)
    waiting = defaultdict[tuple[str, ...], list[Note]](list)
    for name, note in notes.items():
        if name not in ours and name.startswith(f"{_KIND}-"):
            waiting[_answer(note.topic, _says(note))].append(note)
    fresh, seen = dict[str, _Found](), set[tuple[Kind, str, str]]()
    for each in rest:
        if each.says in seen:
            continue
        likely = waiting.get(_answer(own_decks.topic_of(_KIND, each.title), each.says), [])
        if alike := _most_alike(each.front, likely):
            likely.remove(alike)
            ours[alike.id] = each
            continue
        seen.add(each.says)
        ids = [*map(_id_of, each.keys), _id_of("\0".join(each.says))]
        fresh[next(one for one in ids if one not in known and one not in fresh)] = each
    return ours, fresh


def _id_of(key: str) -> str:
    """The id that a key gives; one that an import has once given, and an export written, stays."""
    return key if _OURS.fullmatch(key) else own_decks.note_id(_KIND, key)


def _answer(topic: str, says: tuple[Kind, str, str]) -> tuple[str, ...]:
    """By what a card is known again whose question was changed."""
    kind, front, back = says
    hidden = [mark.hidden for mark in cloze_marks(front)] if kind is Kind.CLOZE else [back]
    return topic, kind, *hidden


def _most_alike(front: str, notes: Sequence[Note]) -> Note | None:
    """The note whose question is nearly `front`; None for none, and where there are too many."""
    from difflib import SequenceMatcher

    if len(notes) > _MOST_COMPARED or len(front) > _LONGEST_COMPARED:
        return None
    best, ratio = None, _ALIKE
    matcher = SequenceMatcher(None, b=front, autojunk=False)
    for note in notes:
        matcher.set_seq1(note.front.en.strip()[:_LONGEST_COMPARED])
        quick = min(matcher.real_quick_ratio(), matcher.quick_ratio())
        if quick >= ratio and matcher.ratio() >= ratio:
            best, ratio = note, matcher.ratio()
    return best


def _new_text(each: _Found, note: Note) -> OwnNote | None:
    """The note as the file has it now; None where it says the same, or nothing that can be told."""
    kinds = (Kind.BASIC, Kind.REVERSED, Kind.CLOZE)
    if note.kind not in kinds or each.says == (
        note.kind,
        note.front.zh.strip(),
        note.back.zh.strip(),
    ):
        return None
    kind, front, back = each.says
    if kind is note.kind is Kind.CLOZE:
        front = _renumbered(front, note.front.en)
    if (kind, front, back) == _says(note):
        return None
    made = each.note(note.id)
    return OwnNote(note.id, kind, front, back, note.source or made.source, made.tags)


def _renumbered(front: str, before: str) -> str:
    """Gaps of a changed text with the numbers that they had: a card's history hangs on its number.

    New gaps get numbers that were not in use, while there are any.
    """
    old = {mark.hidden: mark.number for mark in reversed(cloze_marks(before))}
    taken = {mark.number for mark in cloze_marks(before)}
    marks, named = cloze_marks(front), dict[int, int]()
    for mark in marks:
        number = old.get(mark.hidden)
        if number is not None and mark.number not in named and number not in named.values():
            named[mark.number] = number
    for mark in marks:
        if mark.number not in named:
            used = set(named.values())
            free = [number for number in range(1, 10) if number not in used]
            named[mark.number] = next((each for each in free if each not in taken), free[0])
    pieces, last = [], 0
    for mark in marks:
        pieces += [front[last : mark.start], f"{{{{c{named[mark.number]}"]
        last = mark.start + len("{{c1")
    return "".join([*pieces, front[last:]])


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
    with held(home):
        for topic, names in by_deck.items():
            file = home / FOLDER / f"{topic}.yaml"
            text = file.read_text("utf-8")
            swaps = _swaps(
                file, text, {name: (notes[name], changed[name]) for name in names}, result
            )
            if swaps:
                write_whole(file, _swapped(text, swaps.values()).encode())
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
        known = OwnNote(name, *_says(note), note.source, note.tags)
        old, fresh = (own_decks.notes_text([each]) for each in (known, new))
        if note.front.en == note.front.zh and old in entries:
            swaps[name] = old, fresh
        else:
            why = "it was changed here, in its deck, so the text of the file is not taken over"
            result.left_out.append(LeftOut(f"note {name} in {file}", why))
    lost, errors = wrong_notes(str(file), _swapped(text, swaps.values()), file.stem)
    for name in lost & swaps.keys():
        del swaps[name]
        why = "the new text cannot stand in a deck"
        result.left_out.append(LeftOut(f"note {name} in {file}", why))
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
