"""The text of an own deck: read it to see what it says, and make it longer.

Owns that a changed text is read before it counts. Leaves where a note stands in it to
`course.places`, and the file to `own_files`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from quizapp.domain.cards import Location, Note
from quizapp.errors import CourseError, Phrase

if TYPE_CHECKING:
    from quizapp.course.places import Item
    from quizapp.course.written import Draft
    from quizapp.domain.text import Text
    from quizapp.engine.own_files import DeckFile

_HEAD = "# Cards of your own. Change them as you like; keep each id, its history hangs on it.\n"
NOWHERE = Location("", 0)
_LARGE = 200_000
"""Characters; a deck of more takes a second to read."""


def parse_lines(path: str, lines: Sequence[str]) -> tuple[tuple[Note, ...], list[CourseError]]:
    """The notes in the lines of a deck without a title, and what is wrong with them."""
    from quizapp.course.decks import parse_deck
    from quizapp.course.source import Source

    source = Source(path, "\n".join([*lines, "deck: own", ""]))
    parsed = parse_deck(source, "own")
    return parsed.notes, source.errors


def notes_in(path: str, text: str) -> dict[str, Note]:
    """The notes in the text of a deck, by id, in order; CourseError where one is wrong."""
    from quizapp.course.decks import parse_deck
    from quizapp.course.source import Source

    source = Source(path, text.removeprefix("\ufeff").replace("\r\n", "\n"))
    parsed = parse_deck(source, "own")
    for error in source.errors:
        raise error
    return {note.id: note._replace(location=NOWHERE) for note in parsed.notes}


def says(after: Mapping[str, Note], before: Mapping[str, Note], draft: Draft) -> bool:
    """Whether the note of `draft` says just that, and all other notes what they said before."""
    from quizapp.course.written import draft_of, entries

    held = draft_of(after[draft.id])
    others = all(after[name] == note for name, note in before.items() if name != draft.id)
    return others and held is not None and entries(held) == entries(draft)


def longer(file: DeckFile, items: Sequence[Item], title: Text, name: str) -> str:
    """The text of a deck with notes at its end, which has been read to see that they fit.

    A large deck is not read: there, the notes, which have been checked, only go behind a last note
    that stands as ours do.
    """
    from quizapp.course.places import appended, behind_last

    path, before = str(file.path), dict[str, Note]()
    if len(file.text) > _LARGE and (text := behind_last(file.text, items)):
        return text
    if file.exists:
        before = notes_in(path, file.text)
        text, _ = appended(path, file.text, items)
    else:
        text = _HEAD + _title_line(title) + "notes:\n"
        text += "".join(f"{line}\n" for item in items for line in item.lines)
    after = notes_in(path, text)
    kept = {each: note for each, note in after.items() if each in before}
    if kept != before or len(after) != len(before) + len(items):
        what = Phrase("{name} does not fit behind what is there", name=name)
        raise CourseError(path, 0, what, "look at the end of the file")
    return text


def _title_line(title: Text) -> str:
    from quizapp.course.written import clean, scalar

    en, zh = (scalar(clean(text)) for text in (title.en, title.zh))
    return f"deck: {en}\n" if en == zh else f"deck: {{en: {en}, zh: {zh}}}\n"
