"""Use-cases about cards of one's own: add, change, take out, put back.

Owns which deck a card goes to, its id, and that a deck is only written once its new text has been
read and says what was meant. Leaves the text itself to `deck_text`, `course.places` and
`course.written`, what is wrong with a draft to `drafted`, and that two programs do not write at
once to `own_files`.
"""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from quizapp.course.written import Draft
from quizapp.domain.cards import Note
from quizapp.domain.text import Text
from quizapp.engine.deck_text import longer, notes_in, parse_lines, says
from quizapp.engine.drafted import Drafted, Face, Flaw, drafted, lines_of
from quizapp.engine.own import OwnDeck
from quizapp.engine.twins import TwinDesk
from quizapp.errors import CourseError, Phrase, UsageError

if TYPE_CHECKING:
    from concurrent.futures import Future

    from quizapp.course.places import Item
    from quizapp.engine.types import Expected

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

_WORDS_OF_ID = 5


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


class MakingDesk(TwinDesk):
    """The engine's part about cards of one's own."""

    def drafted(self, draft: Draft, seed: int = 0) -> Drafted:
        """What a draft would come to; the same checks as for a deck of the course.

        Args:
            draft: as it is typed.
            seed: what the values of a parametric card are drawn from.
        """
        return drafted(draft, str(self._own_folder() / "draft.yaml"), self.language, seed)

    def tried(self, shown: Drafted, seed: int = 0) -> Future[Expected] | None:
        """The answer of a draft, worked out in the sandbox; None where its text says it.

        Args:
            shown: what `drafted` has made of it, with the same seed.
            seed: what its values were drawn from.
        """
        from quizapp.domain.memory import ItemKind, Schedule
        from quizapp.engine.answering import worked_out
        from quizapp.engine.prompts import Prompt

        if not any(face.runs for face in shown.faces):
            return None
        [card] = shown.cards
        asked = Prompt(card, Schedule(card.id, ItemKind.CARD), shown.drawn, seed)
        return worked_out(self, asked)

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

        self._refuse_wrong(draft)
        lines, _ = lines_of(replace(draft, id="id"))
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
        from quizapp.engine.own_files import turn

        self._refuse_wrong(draft)
        note = self._own_note(draft.id)
        path = note.location.path
        with turn(Path(path)) as file:
            before = notes_in(path, file.text)
            known = draft_of(before[note.id]) if note.id in before else None
            if known is None:
                raise UsageError(
                    path, Phrase("note `{id}` has changed there", id=note.id), "edit the file"
                )
            old, new = entries(known), entries(draft)
            changed = {key: new.get(key, []) for key in KEYS if old.get(key) != new.get(key)}
            text = rewritten(path, file.text, note.id, changed) if changed else file.text
            after = notes_in(path, text)
            if list(before) != list(after) or not says(after, before, draft):
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
        from quizapp.engine.own_files import turn

        note = self._own_note(note_id)
        path, aside = note.location.path, None
        with turn(Path(path)) as file:
            text, item, last = without(path, file.text, note_id)
            if last:
                aside = file.set_aside()
            else:
                left = notes_in(path, file.text)
                left.pop(note_id, None)
                if notes_in(path, text) != left:
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

    def _refuse_wrong(self, draft: Draft) -> None:
        for flaw in self.drafted(draft).flaws:
            raise UsageError(flaw.key or "card", flaw.what, flaw.remedy)

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
        parsed, errors = parse_lines(str(self._own_folder() / "x.yaml"), ["notes:", *lines])

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
            yield CourseError(name, line, Phrase("note id `{id}` is taken", id=note.id), remedy)
        for alias in note.aliases:
            if alias in known:
                yield CourseError(
                    name, line, Phrase("alias `{alias}` is taken", alias=alias), "remove the alias"
                )
        for slug in note.exercises:
            if slug not in self.course.exercises:
                what = Phrase("the course has no exercise `{slug}`", slug=slug)
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
        from quizapp.engine.own_files import turn

        topic, title = self._deck(deck)
        path = self._own_folder() / f"{topic}.yaml"
        for error in self.course.left_out:
            if error.path == path:
                raise error
        twins = {item.id: self.twins(item.key) for item in items}
        for item in items:
            if item.id in self._known_names():
                raise UsageError(item.id, "this id is taken", "leave it out, or give another one")
        with turn(path) as file:
            file.write(longer(file, items, title, name))
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
            raise UsageError(
                name, what, Phrase("take another name, for example my-{topic}", topic=topic)
            )
        return topic, Text(wanted, wanted)

    def _made(self, note_id: str, twins: tuple[str, ...] = ()) -> Made:
        note = self._own_note(note_id)
        ids = (f"{note_id}{part}" for part in ("", "/reversed", *(f"/c{n}" for n in range(1, 10))))
        cards = tuple(card for card in ids if card in self.course.cards)
        place = note.location
        return Made(
            note_id, note.topic, Path(place.path), place.line, note.kind.value, cards, twins
        )
