"""The learner's own decks, which lie beside the data and not in the course.

Owns finding them, and that they never break the course: one that is wrong, or that takes an id or a
topic that is taken, is left out. Leaves reading a deck to `loader`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from pathlib import Path

from quizapp.course.plan import names_in
from quizapp.course.source import SLUG, Source
from quizapp.course.stored import StoredDeck
from quizapp.errors import CourseError, Phrase

FOLDER = "cards"
_SUFFIX = ".yaml"

Read = Callable[[Path, str, str], StoredDeck]
"""Root, path and topic -> the deck; CourseError where it is wrong."""


def own_decks(
    own: Path | None,
    topics: Collection[str],
    taken_of: Callable[[Collection[str]], set[str]],
    exercises: Mapping[str, str],
    read: Read,
) -> tuple[list[StoredDeck], list[CourseError]]:
    """The own decks that can be served, by name, and what is wrong with the others.

    Args:
        own: its `cards/` holds them; None for none.
        topics: of the course; an own deck has its file's name for a topic.
        taken_of: names -> those of them that notes of the course have, or had.
        exercises: slug -> topic, which notes may name.
        read: as the course's decks are read.
    """
    folder = own.absolute() / FOLDER if own is not None else None
    names = names_in(folder) if folder else []
    stems = sorted(name[: -len(_SUFFIX)] for name in names if name.endswith(_SUFFIX))
    if folder is None or not stems:
        return [], []
    taken: set[str] = set()
    found, left_out = [], []
    for topic in stems:
        path = str(folder / (topic + _SUFFIX))
        try:
            _check_name(path, topic, topics)
            # With an absolute path, errors and locations name the file itself.
            deck = read(folder, path, topic)
            names = [*deck.note_ids, *deck.aliases]
            _check_clashes(deck, taken | taken_of(names), exercises)
        except CourseError as error:
            left_out.append(error)
            continue
        taken.update(deck.note_ids, deck.aliases)
        found.append(deck)
    return found, left_out


def _check_name(path: str, topic: str, topics: Collection[str]) -> None:
    if not SLUG.fullmatch(topic):
        remedy = "use lower-case letters, digits and hyphens between them"
        raise CourseError(path, 0, Phrase("`{topic}` is no name for a deck", topic=topic), remedy)
    if topic in topics:
        raise CourseError(
            path, 0, Phrase("the course has a topic `{topic}`", topic=topic), "rename the file"
        )


def _check_clashes(deck: StoredDeck, taken: set[str], exercises: Mapping[str, str]) -> None:
    for name in deck.note_ids:
        if name in taken:
            line = deck.note(name).location.line
            what = Phrase(
                "note id `{name}` is taken in the course or in another own deck", name=name
            )
            raise CourseError(deck.path, line, what, "give this note another id")
    for alias, (_, line) in deck.aliases.items():
        if alias in taken or deck.has_note(alias):
            raise CourseError(
                deck.path, line, Phrase("alias `{alias}` is taken", alias=alias), "remove the alias"
            )
    for slug, line in deck.exercises.items():
        if slug not in exercises:
            what = Phrase("the course has no exercise `{slug}`", slug=slug)
            raise CourseError(deck.path, line, what, "remove the slug")


def wrong_notes(path: str, text: str, topic: str) -> tuple[frozenset[str], list[CourseError]]:
    """Ids of the notes that are wrong in the text of a deck, and what is wrong in it.

    Where the text is no deck at all, there are errors and no ids.
    """
    from quizapp.course.decks import parse_deck

    source = Source(path, text)
    parsed = parse_deck(source, topic)
    return parsed.lost or frozenset(), source.errors
