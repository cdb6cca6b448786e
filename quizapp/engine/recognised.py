"""Which known note each card of a file is. Owns telling a card by what stays of it.

That is a name that the file gives it, else its question, else, where that was changed a little, its
answer. Leaves finding cards and writing decks to `markdown`.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from quizapp.domain.cards import Kind, Note
from quizapp.domain.marks import cloze_marks
from quizapp.exchange import own_decks
from quizapp.exchange.markdown_cards import MarkdownCard
from quizapp.exchange.own_decks import OwnNote

KIND = "md"
"""Begins the ids of notes that come from Markdown."""

_OURS = re.compile(r"(?:md|csv|tsv|anki)-[0-9a-f]{16}(?:-[0-9]{1,2})?")
_ALIKE = 0.85
"""Of two questions with one answer, from which on one is taken for the other, changed."""

_MOST_COMPARED = 20
_LONGEST_COMPARED = 2000


@dataclass(frozen=True, slots=True)
class FoundCard:
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


def says(note: Note) -> tuple[Kind, str, str]:
    """What makes a note and a card of a file the same."""
    return note.kind, note.front.en.strip(), note.back.en.strip()


def sort_out(
    found: Sequence[FoundCard], known: Collection[str], notes: Mapping[str, Note]
) -> tuple[dict[str, FoundCard], dict[str, FoundCard]]:
    """Id -> card, of those that are known here, and of new ones; a card that is twice counts once.

    First what is here word for word is recognised, then by its name or question what is changed,
    then by its answer: of two cards with the same question, none is taken for the other.
    """
    ours = dict[str, FoundCard]()
    saying = {says(note): name for name, note in notes.items()}
    rest = list[FoundCard]()
    for each in found:
        name = each.card.name if each.card.name in known else ""
        ids = [_id_of(key) for key in each.keys]
        if not name and each.sure and ids[0] in known:
            name = ids[0]
        same = (one for one in ids if one in notes and says(notes[one]) == each.says)
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
        if name not in ours and name.startswith(f"{KIND}-"):
            waiting[_answer(note.topic, says(note))].append(note)
    fresh, seen = dict[str, FoundCard](), set[tuple[Kind, str, str]]()
    for each in rest:
        if each.says in seen:
            continue
        likely = waiting.get(_answer(own_decks.topic_of(KIND, each.title), each.says), [])
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
    return key if _OURS.fullmatch(key) else own_decks.note_id(KIND, key)


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


def new_text(each: FoundCard, note: Note) -> OwnNote | None:
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
    if (kind, front, back) == says(note):
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
