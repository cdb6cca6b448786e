"""Changes to many notes of the learner's own at once: what they come to before they are made.

Owns which notes a change is about and what each would say; leaves writing them to `editing`, and
patterns to `substituting`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from quizapp.domain.cards import Kind, Note
from quizapp.domain.text import Text
from quizapp.engine.own import OwnDesk
from quizapp.errors import Phrase, UsageError

Field = Literal["front", "back", "tags"]
FIELDS: tuple[Field, ...] = ("front", "back", "tags")

_FEW = 2000
"""Notes of the course that are read one by one."""


@dataclass(frozen=True, slots=True)
class Replacing:
    r"""What is looked for, and what is put in its place.

    Attributes:
        find: a text, or a pattern of Python's `re`.
        put: a text; of a pattern, \1 stands for its first group.
        fields: where; a tag is looked at by itself.
        regex: whether `find` is a pattern.
        ignore_case: whether capitals make no difference.
    """

    find: str
    put: str
    fields: tuple[Field, ...] = FIELDS
    regex: bool = False
    ignore_case: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """What a note says now, and what it would say.

    Attributes:
        before: as the course has it.
        after: the same but for front, back and tags.
        cards_gone: how many of its cards it would not have any more.
    """

    before: Note
    after: Note
    cards_gone: int = 0

    @property
    def fields(self) -> tuple[Field, ...]:
        """Those that differ."""
        return tuple(
            field for field in FIELDS if getattr(self.before, field) != getattr(self.after, field)
        )

    def sides(self) -> Iterator[tuple[str, str, str]]:
        """Name, old and new text of all that differs; a language in the name where they differ."""
        for field in self.fields:
            old, new = getattr(self.before, field), getattr(self.after, field)
            if field == "tags":
                yield field, ", ".join(old), ", ".join(new)
            elif old.en == old.zh and new.en == new.zh:
                yield field, old.en, new.en
            else:
                for language in ("en", "zh"):
                    pair = getattr(old, language), getattr(new, language)
                    if pair[0] != pair[1]:
                        yield f"{field} {language}", *pair


@dataclass(frozen=True, slots=True)
class Plan:
    """A change to many notes, not made yet.

    Attributes:
        changes: one a note, in the course's order.
        matches: how many places were found in them; for tags, how many come or go.
        of_course: ids of notes of the course that the change would be about, too. They stay. For a
            pattern over a large course this is not looked into.
        broken: ids of own notes that would have nothing to ask, or broken gaps. They stay, too.
    """

    changes: tuple[Change, ...]
    matches: int
    of_course: tuple[str, ...] = ()
    broken: tuple[str, ...] = ()

    @property
    def cards_gone(self) -> int:
        """How many cards would be no more; their history is kept."""
        return sum(change.cards_gone for change in self.changes)


def differing(old: str, new: str) -> Iterator[tuple[str, str]]:
    """The lines that two texts do not have in common: - and the old ones, + and the new ones."""
    from difflib import SequenceMatcher

    lines = old.split("\n"), new.split("\n")
    for what, *places in SequenceMatcher(None, *lines, autojunk=False).get_opcodes():
        if what != "equal":
            yield from (("-", line) for line in lines[0][places[0] : places[1]] if old)
            yield from (("+", line) for line in lines[1][places[2] : places[3]] if new)


class PlanDesk(OwnDesk):
    """The engine's part about what a change to many notes would come to."""

    def replacement(self, cards: Iterable[str], asked: Replacing) -> Plan:
        """What putting one text in another's place would come to; nothing is changed.

        Args:
            cards: ids of cards whose notes are meant.
            asked: what.

        Raises:
            UsageError: there is nothing to look for, or the pattern makes no sense.
        """
        from quizapp.engine.substituting import substituted

        if not asked.fields:
            raise UsageError(
                "--in", "no field is named", Phrase("name {names}", names=", ".join(FIELDS))
            )
        own, others = self._parted(cards)
        notes = [*own, *self._perhaps_about(others, asked)]
        texts = dict.fromkeys(
            text for note in notes for field in asked.fields for text in _texts(note, field)
        )
        try:
            found = substituted(
                list(texts), asked.find, asked.put, regex=asked.regex, ignore_case=asked.ignore_case
            )
        except ValueError as error:
            raise _unfit(asked, error) from None
        new = dict(zip(texts, found, strict=True))
        matches = {
            note.id: sum(new[text][1] for field in asked.fields for text in _texts(note, field))
            for note in notes
        }

        def changed(note: Note) -> Note:
            return _with(note, asked.fields, lambda text: new[text][0])

        return self._plan([note for note in notes if matches[note.id]], changed, matches)

    def retagging(
        self, cards: Iterable[str], add: Sequence[str] = (), remove: Sequence[str] = ()
    ) -> Plan:
        """What adding tags and taking tags off would come to; nothing is changed.

        Args:
            cards: ids of cards whose notes are meant.
            add: tags that each is to have.
            remove: tags that none is to have, whatever their capitals.

        Raises:
            UsageError: no tag is named, or one is both added and taken off.
        """
        added, removed = _tags(add), {tag.casefold() for tag in _tags(remove)}
        both = [tag for tag in added if tag.casefold() in removed]
        if both or not (added or removed):
            what = (
                Phrase("{tag} is both added and taken off", tag=both[0])
                if both
                else "no tag is named"
            )
            raise UsageError("the tags", what, "name tags to add, and others to take off")

        def changed(note: Note) -> Note:
            kept = [tag for tag in note.tags if tag.casefold() not in removed]
            return note._replace(tags=tuple(dict.fromkeys([*kept, *added])))

        own, others = self._parted(cards)
        matches = {note.id: len(set(note.tags) ^ set(changed(note).tags)) for note in own}
        plan = self._plan([note for note in own if matches[note.id]], changed, matches)
        return replace(plan, of_course=tuple(others))

    def _parted(self, cards: Iterable[str]) -> tuple[list[Note], dict[str, str]]:
        """Own notes of cards, each once; of others the first card by note, which is not read."""
        topics = self.topics_of_cards()
        own = {deck.topic for deck in self.own_decks()}
        first: dict[str, str] = {}
        for card in cards:
            if card in topics:
                first.setdefault(card.partition("/")[0], card)
        others = {note: card for note, card in first.items() if topics[card] not in own}
        found = [self.course.cards[card].note for note, card in first.items() if note not in others]
        return found, others

    def _perhaps_about(self, others: dict[str, str], asked: Replacing) -> Iterator[Note]:
        """Notes of the course that may hold what is looked for; of a large course by its index."""
        names: Iterable[str] = others
        if len(others) > _FEW:
            words = [] if asked.regex else asked.find.casefold().split()
            if not words or self.course.candidates is None:
                return
            held = (card.partition("/")[0] for card in self.course.candidates(words, ()))
            names = dict.fromkeys(name for name in held if name in others)
        for name in names:
            yield self.course.cards[others[name]].note

    def _plan(
        self, notes: Sequence[Note], changed: Callable[[Note], Note], matches: dict[str, int]
    ) -> Plan:
        changes, of_course, broken = list[Change](), list[str](), list[str]()
        for note in notes:
            after = changed(note)
            if after == note:
                continue
            if not self.is_own(note):
                of_course.append(note.id)
                continue
            gone = _cards_gone(note, after)
            if gone is None:
                broken.append(note.id)
            else:
                changes.append(Change(note, after, gone))
        found = sum(matches[change.before.id] for change in changes)
        return Plan(tuple(changes), found, tuple(of_course), tuple(broken))


def _unfit(asked: Replacing, error: ValueError) -> UsageError:
    remedy = "write a pattern as Python's re has it" if asked.regex else "write a text"
    return UsageError(asked.find or "''", str(error), remedy)


def _texts(note: Note, field: Field) -> tuple[str, ...]:
    """The texts of a field, each once."""
    if field == "tags":
        return note.tags
    text: Text = getattr(note, field)
    return (text.en,) if text.en == text.zh else (text.en, text.zh)


def _with(note: Note, fields: Sequence[Field], change: Callable[[str], str]) -> Note:
    """A note whose fields have gone through `change`, as they would be read from a deck."""
    front, back, tags = note.front, note.back, note.tags
    if "front" in fields:
        front = _changed(front, change)
    if "back" in fields:
        back = _changed(back, change)
    if "tags" in fields:
        changed = tuple(map(change, tags))
        tags = tags if changed == tags else _tags(changed)
    return note._replace(front=front, back=back, tags=tags)


def _changed(text: Text, change: Callable[[str], str]) -> Text:
    from quizapp.course.written import clean

    changed = text.map(change)
    return text if changed == text else changed.map(lambda side: clean(side).strip())


def _tags(tags: Iterable[str]) -> tuple[str, ...]:
    from quizapp.course.written import clean

    return tuple(dict.fromkeys(tag for each in tags if (tag := " ".join(clean(each).split()))))


def _cards_gone(before: Note, after: Note) -> int | None:
    """How many cards a note would not have any more; None where it would have nothing to ask."""
    if not (after.front.en and after.front.zh) and after.code is None:
        return None
    if before.kind is not Kind.CLOZE:
        return 0
    from quizapp.course.notes import cards_of

    try:
        left = {card.part for card in cards_of(after)}
    except ValueError:  # its marks are not complete
        return None
    return sum(card.part not in left for card in cards_of(before)) if left else None
