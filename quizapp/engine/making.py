"""Use-cases about cards of one's own: add, change, take out, put back.

Owns which deck a card goes to, its id, and that a deck is only written once its new text has been
read and says what was meant. Leaves the text itself to `course.places` and `course.written`, and
that two programs do not write at once to `own_files`.
"""

from __future__ import annotations

import contextlib
import os
import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from quizapp.course.own import FOLDER
from quizapp.course.written import Draft
from quizapp.domain.cards import Card, Location, Note
from quizapp.domain.text import Text
from quizapp.engine import wording
from quizapp.engine.base import Workplace
from quizapp.errors import CourseError, UsageError

if TYPE_CHECKING:
    from quizapp.course.places import Item
    from quizapp.engine.own_files import DeckFile

__all__ = [
    "FIRST_DECK",
    "Draft",
    "Drafted",
    "Face",
    "Flaw",
    "Made",
    "MakingDesk",
    "OwnDeck",
    "Removed",
]

FIRST_DECK = Text("My cards", "我的卡片")
"""Title of the deck that cards go to when none is named; it is made with the first one."""

_HEAD = "# Cards of your own. Change them as you like; keep each id, its history hangs on it.\n"
_WORDS_OF_ID = 5
_NOWHERE = Location("", 0)
_LARGE = 200_000
"""Characters; a deck of more takes a second to read."""


@dataclass(frozen=True, slots=True)
class OwnDeck:
    """A deck of the learner's own."""

    topic: str
    title: Text
    path: Path


@dataclass(frozen=True, slots=True)
class Made:
    """A note that now stands in an own deck.

    Attributes:
        id: of the note.
        deck: its topic.
        line: of `path`, from 1.
        cards: ids of its cards.
        twins: ids of other cards whose front is the same.
    """

    id: str
    deck: str
    path: Path
    line: int
    kind: str
    cards: tuple[str, ...]
    twins: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Removed:
    """A note that was taken out; its history stays and waits for the same id.

    Attributes:
        deck: topic of the deck that it stood in.
        text: as it was written, its dash in the first column.
        aside: where the deck's file is now, if this was its only note; else None.
    """

    id: str
    deck: str
    path: Path
    text: str
    aside: Path | None


@dataclass(frozen=True, slots=True)
class Flaw:
    """What is wrong with a draft.

    Attributes:
        key: the field that it is about; empty for the whole card.
    """

    key: str
    what: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Face:
    """Both sides of a card, in Markdown, as a session shows them.

    Attributes:
        front: what is asked.
        back: what is shown after answering; may be empty.
        options: of a choice card, each with whether it is right, in the order they are written.
        answer: that is expected, of a typed card.
        runs: whether the answer is what running the card's code gives.
    """

    front: str
    back: str
    options: tuple[tuple[str, bool], ...] = ()
    answer: str = ""
    runs: bool = False


@dataclass(frozen=True, slots=True)
class Drafted:
    """What a draft comes to: its cards and their faces, or what is wrong with it."""

    cards: tuple[Card, ...]
    faces: tuple[Face, ...]
    flaws: tuple[Flaw, ...]


class MakingDesk(Workplace):
    """The engine's part about cards of one's own."""

    def own_decks(self) -> tuple[OwnDeck, ...]:
        """The learner's own decks that are studied."""
        folder, out = self._own_folder(), {error.path for error in self.course.left_out}
        found = ((deck, folder / f"{deck.topic}.yaml") for deck in self.course.decks)
        return tuple(
            OwnDeck(deck.topic, deck.title, path)
            for deck, path in found
            if path not in out and path.exists()
        )

    def is_own(self, note: Note) -> bool:
        """Whether a note stands in a deck of the learner's own."""
        return Path(note.location.path).parent == self._own_folder()

    def drafted(self, draft: Draft) -> Drafted:
        """What a draft would come to; the same checks as for a deck of the course."""
        from quizapp.course.notes import cards_of

        lines, keys = _lines_of(draft)
        parsed, errors = _parse(str(self._own_folder() / "draft.yaml"), ["notes:", *lines])
        flaws = tuple(_flaw(error, keys) for error in errors)
        cards = () if flaws else cards_of(parsed[0])
        return Drafted(cards, tuple(map(self._face, cards)), flaws)

    def _face(self, card: Card) -> Face:
        note, answer = card.note, card.note.answer
        return Face(
            wording.front(card, {}, self.language),
            wording.back(card, {}, self.language),
            tuple((each.text.read_in(self.language), each.correct) for each in note.options),
            answer.value if answer else "",
            note.code is not None,
        )

    def twins(self, front: str, besides: str = "") -> tuple[str, ...]:
        """Ids of cards whose front is `front`, but for blanks and capitals.

        Args:
            front: of a note, as it is written.
            besides: id of a note that does not count.
        """
        wanted = _folded(front)
        if not wanted:
            return ()
        longest = max(re.findall(r"\w+", wanted), key=len, default=wanted)
        found: dict[str, str] = {}
        for card_id in self._perhaps_holding(longest):
            note_id = card_id.partition("/")[0]
            if note_id in found or note_id == besides:
                continue
            note = self.course.cards[card_id].note
            if note.code is None and wanted in (_folded(note.front.en), _folded(note.front.zh)):
                found[note_id] = card_id
        return tuple(found.values())

    def _perhaps_holding(self, word: str) -> Iterator[str]:
        """Ids of all cards whose front may hold a word, and of others; no deck is read in vain."""
        lacking = set()
        for deck in self.own_decks():
            with contextlib.suppress(OSError, UnicodeDecodeError):
                if word not in deck.path.read_text("utf-8").casefold():
                    lacking.add(deck.topic)
        topics = [deck.topic for deck in self.course.decks if deck.topic not in lacking]
        if self.course.candidates is not None:
            return self.course.candidates([word], topics or ("",))
        return (
            card for deck in self.course.decks if deck.topic in topics for card in deck.card_ids
        )

    def add_card(self, draft: Draft, deck: str = "") -> Made:
        """Write a new note at the end of an own deck.

        Args:
            draft: the card; with an id, that one, so that a removed card has its history again.
            deck: name or title of the deck, which is made if there is none; empty for `FIRST_DECK`.

        Raises:
            UsageError: the deck's name is taken, or the draft is wrong; it names the field.
            CourseError: the deck's file is wrong.
            StoreError: it cannot be written.
        """
        from quizapp.course.places import Item

        drafted = self.drafted(draft)
        if drafted.flaws:
            flaw = drafted.flaws[0]
            raise UsageError(flaw.key or "card", flaw.what, flaw.remedy)
        lines, _ = _lines_of(replace(draft, id="id"))
        origins = (0,) * len(lines)
        name = draft.id or self._fresh_id(draft.front or draft.code, ())
        item = Item(name, draft.front or draft.code, (f"- id: {name}", *lines[1:]), origins)
        return self._append([item], deck, "card")[0]

    def errors_in(self, name: str, text: str) -> list[CourseError]:
        """All that is wrong with cards written by hand; see `add_text`."""
        return self._read_items(name, text)[1]

    def add_text(self, name: str, text: str, deck: str = "") -> list[Made]:
        """Write notes as they were typed, comments included, at the end of an own deck.

        Args:
            name: of the text, for messages.
            text: YAML: one note, or a list of them, whose ids may be left out.
            deck: as in `add_card`.

        Raises:
            CourseError: the text or the deck's file is wrong; nothing has been added.
            UsageError: the deck's name is taken.
            StoreError: it cannot be written.
        """
        items, errors = self._read_items(name, text)
        if errors:
            raise errors[0]
        return self._append(items, deck, name)

    def draft_of(self, card_id: str) -> Draft | None:
        """A card's note as a draft; None where a form cannot hold all that it says.

        Raises:
            UsageError: there is no such card.
        """
        from quizapp.course.written import draft_of

        return draft_of(self.card(card_id).note)

    def change_note(self, draft: Draft) -> Made:
        """Change what an own note says; all that it does not say stays as it is written.

        Raises:
            UsageError: the draft is wrong, or there is no such note of one's own.
            CourseError: the file has become wrong, or is written in a way that cannot be changed.
            StoreError: it cannot be written.
        """
        from quizapp.course.places import rewritten
        from quizapp.course.written import KEYS, draft_of, entries

        drafted = self.drafted(draft)
        if drafted.flaws:
            flaw = drafted.flaws[0]
            raise UsageError(flaw.key or "card", flaw.what, flaw.remedy)
        note = self._own_note(draft.id)
        path = note.location.path
        with _turn(Path(path)) as file:
            before = _notes(path, file.text)
            known = draft_of(before[note.id]) if note.id in before else None
            if known is None:
                raise UsageError(path, f"note `{note.id}` has changed there", "edit the file")
            old, new = entries(known), entries(draft)
            changed = {key: new.get(key, []) for key in KEYS if old.get(key) != new.get(key)}
            text = rewritten(path, file.text, note.id, changed) if changed else file.text
            after = _notes(path, text)
            if list(before) != list(after) or not _says(after, before, draft):
                what = "this note is written in a way that cannot be changed here"
                raise CourseError(path, note.location.line, what, "edit the file")
            if changed:
                file.write(text)
        self.reload_course()
        return self._made(note.id, self.twins(draft.front, note.id))

    def remove_note(self, note_id: str) -> Removed:
        """Take an own note out of its deck. Its history stays, and waits for the same id.

        Raises:
            UsageError: there is no such note of one's own.
            CourseError: the file is written in a way that cannot be changed.
            StoreError: it cannot be written.
        """
        from quizapp.course.places import without

        note = self._own_note(note_id)
        path, aside = note.location.path, None
        with _turn(Path(path)) as file:
            text, item, last = without(path, file.text, note_id)
            if last:
                aside = file.set_aside()
            else:
                left = _notes(path, file.text)
                left.pop(note_id, None)
                if _notes(path, text) != left:
                    what = "this note is written in a way that cannot be taken out here"
                    raise CourseError(path, note.location.line, what, "edit the file")
                file.write(text)
        self.reload_course()
        return Removed(note_id, note.topic, Path(path), "\n".join(item.lines) + "\n", aside)

    def put_back(self, removed: Removed) -> Made:
        """Undo `remove_note`; the note stands at the end of its deck, with its history.

        Raises:
            CourseError, UsageError, StoreError: as in `add_text`.
        """
        if removed.aside is not None and removed.aside.exists() and not removed.path.exists():
            removed.aside.replace(removed.path)
            self.reload_course()
            return self._made(removed.id)
        return self.add_text(str(removed.path), removed.text, removed.deck)[0]

    # -- files --------------------------------------------------------------------------------

    def _own_folder(self) -> Path:
        return self.store.path.parent.absolute() / FOLDER

    def _own_note(self, note_id: str) -> Note:
        for card_id in (note_id, f"{note_id}/c1", f"{note_id}/reversed"):
            if card_id in self.course.cards:
                note = self.course.cards[card_id].note
                break
        else:
            note = self.card(note_id).note
        if not self.is_own(note):
            what = "it is a card of the course, not one of your own"
            raise UsageError(note_id, what, f"edit {note.location.path}:{note.location.line}")
        return note

    def _read_items(self, name: str, text: str) -> tuple[list[Item], list[CourseError]]:
        """The notes in a text, with ids, and all that is wrong with them, by the text's lines."""
        from quizapp.course.places import items_of
        from quizapp.course.source import Source

        source = Source(name, text.removeprefix("\ufeff").replace("\r\n", "\n"))
        items = items_of(source)
        if source.errors or not items:
            nothing = CourseError(name, 0, "there is no card in it", "write front and back")
            return [], source.errors or [nothing]
        named: list[Item] = []
        for item in items:
            fresh = self._fresh_id(item.key, [each.id for each in named])
            named.append(item if item.id else item.named(fresh))
        lines = [line for item in named for line in item.lines]
        origins = [origin for item in named for origin in item.origins]
        parsed, errors = _parse(str(self._own_folder() / "x.yaml"), ["notes:", *lines])

        def origin(line: int) -> int:
            """The line that was typed; an added line counts as the one after it."""
            at = min(max(line - 2, 0), len(origins) - 1)
            return origins[at] or origins[min(at + 1, len(origins) - 1)]

        found = [CourseError(name, origin(each.line), each.what, each.remedy) for each in errors]
        for note in parsed:
            found += self._clashes(name, note, origin(note.location.line))
        return named, found

    def _clashes(self, name: str, note: Note, line: int) -> Iterator[CourseError]:
        """Where a note contradicts the rest of the course."""
        known = self._known_names()
        if note.id in known:
            remedy = "leave `id` out, or give another one"
            yield CourseError(name, line, f"note id `{note.id}` is taken", remedy)
        for alias in note.aliases:
            if alias in known:
                yield CourseError(name, line, f"alias `{alias}` is taken", "remove the alias")
        for slug in note.exercises:
            if slug not in self.course.exercises:
                what = f"the course has no exercise `{slug}`"
                yield CourseError(name, line, what, "remove the slug")

    def _known_names(self) -> set[str]:
        """Ids of all notes, and their former ids."""
        ids = (card for deck in self.course.decks for card in deck.card_ids)
        return {card.partition("/")[0] for card in (*ids, *self.course.aliases)}

    def _fresh_id(self, front: str, taken: Collection[str]) -> str:
        """An id that nothing has, and that says what the note is about."""
        plain = unicodedata.normalize("NFKD", front).encode("ascii", "ignore").decode().lower()
        words = [word for word in re.findall(r"[a-z0-9]+", plain) if not re.match(r"c\d$", word)]
        stem = "-".join(words[:_WORDS_OF_ID])[:40].strip("-") or "card"
        known = self._known_names()
        while True:
            name = f"{stem}-{os.urandom(3).hex()}"
            if name not in known and name not in taken:
                return name

    def _append(self, items: Sequence[Item], deck: str, name: str) -> list[Made]:
        """Add notes to a deck, and read it as it will be before it counts."""
        topic, title = self._deck(deck)
        path = self._own_folder() / f"{topic}.yaml"
        for error in self.course.left_out:
            if error.path == path:
                raise error
        twins = {item.id: self.twins(item.key) for item in items}
        for item in items:
            if item.id in self._known_names():
                raise UsageError(item.id, "this id is taken", "leave it out, or give another one")
        with _turn(path) as file:
            file.write(_longer(file, items, title, name))
        self.reload_course()
        for error in self.course.left_out:
            if error.path == path:  # it was changed by hand since it was read
                raise error
        return [self._made(item.id, twins[item.id]) for item in items]

    def _deck(self, name: str) -> tuple[str, Text]:
        """Topic and title of the deck that is meant by a name or a title.

        Raises:
            UsageError: the name belongs to a deck of the course, or holds no letter.
        """
        from quizapp.exchange.own_decks import topic_of

        own = self.own_decks()
        wanted = " ".join(name.split())
        first = not wanted or wanted.casefold() in (FIRST_DECK.en.casefold(), FIRST_DECK.zh)
        shown = FIRST_DECK.en if first else wanted
        topic = topic_of("" if first or wanted.isascii() else "deck", shown)
        for deck in own:
            names = (deck.topic, deck.title.en.casefold(), deck.title.zh.casefold())
            if (topic if first else wanted.casefold()) in names:
                return deck.topic, deck.title
        if first:
            return topic, FIRST_DECK
        if not any(character.isalnum() for character in wanted):
            raise UsageError(name, "this is no name for a deck", "use letters or digits")
        if topic in self.course.topics and topic not in {deck.topic for deck in own}:
            what = "the course has a deck of that name, and cards of your own stand beside it"
            raise UsageError(name, what, f"take another name, for example my-{topic}")
        return topic, Text(wanted, wanted)

    def _made(self, note_id: str, twins: tuple[str, ...] = ()) -> Made:
        note = self._own_note(note_id)
        ids = (f"{note_id}{part}" for part in ("", "/reversed", *(f"/c{n}" for n in range(1, 10))))
        cards = tuple(card for card in ids if card in self.course.cards)
        place = note.location
        return Made(
            note_id, note.topic, Path(place.path), place.line, note.kind.value, cards, twins
        )


@contextlib.contextmanager
def _turn(path: Path) -> Iterator[DeckFile]:
    """A deck's file, as it is now, for this program alone."""
    from quizapp.engine.own_files import DeckFile, held

    with held(path.parent.parent):
        yield DeckFile(path)


def _longer(file: DeckFile, items: Sequence[Item], title: Text, name: str) -> str:
    """The text of a deck with notes at its end, which has been read to see that they fit.

    A large deck is not read: there, the notes, which have been checked, only go behind a last note
    that stands as ours do.
    """
    from quizapp.course.places import appended, behind_last

    path, before = str(file.path), dict[str, Note]()
    if len(file.text) > _LARGE and (text := behind_last(file.text, items)):
        return text
    if file.exists:
        before = _notes(path, file.text)
        text, _ = appended(path, file.text, items)
    else:
        text = _HEAD + _title_line(title) + "notes:\n"
        text += "".join(f"{line}\n" for item in items for line in item.lines)
    after = _notes(path, text)
    kept = {each: note for each, note in after.items() if each in before}
    if kept != before or len(after) != len(before) + len(items):
        what = f"{name} does not fit behind what is there"
        raise CourseError(path, 0, what, "look at the end of the file")
    return text


def _lines_of(draft: Draft) -> tuple[list[str], list[str]]:
    """A draft as lines of a note, its dash in the first column, and of each line its key."""
    from quizapp.course.written import entries

    shown = entries(draft if draft.id else replace(draft, id="new"))
    lines = [line for entry in shown.values() for line in entry]
    keys = [key for key, entry in shown.items() for _ in entry]
    return [f"{'  ' if number else '- '}{line}" for number, line in enumerate(lines)], keys


def _flaw(error: CourseError, keys: Sequence[str]) -> Flaw:
    """An error in the lines of a draft, in words for who sees fields and no lines."""
    what = error.what.replace(" of note `new`", "").replace("note `new`", "the card")
    lacking = re.search("lacks `([a-z]+)`", what)
    at = keys[min(max(error.line - 2, 0), len(keys) - 1)]
    remedy = "change it, or remove it" if " line " in error.remedy else error.remedy
    return Flaw(lacking[1] if lacking else at, what, remedy)


def _parse(path: str, lines: Sequence[str]) -> tuple[tuple[Note, ...], list[CourseError]]:
    """The notes in the lines of a deck without a title, and what is wrong with them."""
    from quizapp.course.decks import parse_deck
    from quizapp.course.source import Source

    source = Source(path, "\n".join([*lines, "deck: own", ""]))
    parsed = parse_deck(source, "own")
    return parsed.notes, source.errors


def _notes(path: str, text: str) -> dict[str, Note]:
    """The notes in the text of a deck, by id, in order; CourseError where one is wrong."""
    from quizapp.course.decks import parse_deck
    from quizapp.course.source import Source

    source = Source(path, text.removeprefix("\ufeff").replace("\r\n", "\n"))
    parsed = parse_deck(source, "own")
    for error in source.errors:
        raise error
    return {note.id: replace(note, location=_NOWHERE) for note in parsed.notes}


def _says(after: Mapping[str, Note], before: Mapping[str, Note], draft: Draft) -> bool:
    """Whether the note of `draft` says just that, and all other notes what they said before."""
    from quizapp.course.written import draft_of, entries

    held = draft_of(after[draft.id])
    others = all(after[name] == note for name, note in before.items() if name != draft.id)
    return others and held is not None and entries(held) == entries(draft)


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()


def _title_line(title: Text) -> str:
    from quizapp.course.written import clean, scalar

    en, zh = (scalar(clean(text)) for text in (title.en, title.zh))
    return f"deck: {en}\n" if en == zh else f"deck: {{en: {en}, zh: {zh}}}\n"
