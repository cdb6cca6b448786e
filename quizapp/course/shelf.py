"""The decks of a course side by side: from the catalogue where it can be, else from their files.

Owns which decks have to be read again, and that what they must agree on is checked whenever one has
changed. Leaves reading a deck, and what must agree, to `loader`.
"""

from __future__ import annotations

import json
import time
import zlib
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from quizapp.course.catalogue import Catalogue, ListedDeck
from quizapp.course.plan import deck_path
from quizapp.course.stamps import kept, size_in, stamps_of
from quizapp.course.stored import Decks, StoredDeck
from quizapp.progress import DECKS, Progress, say_nothing


class Reading(NamedTuple):
    """How decks are read where the catalogue does not hold them.

    Attributes:
        read: root, path and topic -> the deck; CourseError where it is wrong.
        repack: root, path and topic -> the deck read afresh and packed; likewise.
        check: raises the first thing in which decks disagree.
        progress: told how many of the decks that have changed are read, and then kept.
    """

    read: Callable[[Path, str, str], StoredDeck]
    repack: Callable[[Path, str, str], tuple[dict[str, Any], bytes]]
    check: Callable[[Sequence[StoredDeck]], None]
    progress: Progress = say_nothing


class Shelf(NamedTuple):
    """The decks of a course.

    Attributes:
        decks: in the order of topics; one that the catalogue holds is made when it is asked for.
        aliases: former card id -> today's card id.
        catalogue: holds all of them; None where none could be written.
    """

    decks: Decks
    aliases: dict[str, str]
    catalogue: Catalogue | None


def shelve(
    root: Path,
    topics: Sequence[str],
    exercises: Mapping[str, str],
    cache: Path | None,
    reading: Reading,
) -> Shelf:
    """The decks of the course at `root`.

    Args:
        root: absolute.
        topics: in order; those without a deck are passed over.
        exercises: slug -> topic, which the decks may name.
        cache: folder for the catalogue; None for none.
        reading: how decks are read that have changed.
    """
    now_ns = time.time_ns()
    topics, stamps = stamps_of(root, topics)
    catalogue = Catalogue.open(cache, root)
    same = catalogue is not None and catalogue.stamps == "\n".join(stamps)
    changed = [] if same else _changed(stamps, catalogue.stamps if catalogue else "")
    made = _read(root, cache, [(topics[number], stamps[number]) for number in changed], reading)
    lines = {number: kept(stamps[number], now_ns) for number in changed}
    keep = {number: (made[topics[number]], line) for number, line in lines.items() if line}

    def listed(topic: str) -> StoredDeck:
        path = deck_path(topic)
        assert catalogue, "without one, all decks are read"
        return ListedDeck(catalogue, path, topic, partial(reading.repack, root, path, topic))

    decks = Decks(topics, listed, made)
    key = zlib.crc32(json.dumps(exercises).encode())
    agreed = catalogue.agreement() if catalogue and same else None
    if agreed and agreed[0] == key:
        return Shelf(decks, agreed[1], catalogue)
    reading.check(decks)
    aliases = aliases_of(decks)
    if catalogue and not catalogue.keep(keep, topics, (key, aliases), reading.progress):
        return Shelf(decks, aliases, None)
    return Shelf(decks, aliases, catalogue)


def _read(
    root: Path, cache: Path | None, wanted: Sequence[tuple[str, str]], reading: Reading
) -> dict[str, StoredDeck]:
    """The decks of some topics, each given with the line of its file."""
    if not wanted:
        return {}
    from quizapp.course.ahead import read_ahead

    made = {}
    with read_ahead(root, cache, [(topic, size_in(line)) for topic, line in wanted]):
        for done, (topic, _) in enumerate(wanted):
            reading.progress(DECKS, done, len(wanted))
            made[topic] = reading.read(root, deck_path(topic), topic)
    return made


def _changed(stamps: Sequence[str], held: str) -> list[int]:
    """The numbers of the decks whose line in `stamps` is not the one in `held`."""
    before = dict(enumerate(held.split("\n")))
    return [number for number, line in enumerate(stamps) if line != before.get(number)]


def aliases_of(decks: Sequence[StoredDeck]) -> dict[str, str]:
    """Former card id -> today's card id."""
    return {
        alias + card_id[len(note_id) :]: card_id
        for deck in decks
        for alias, (note_id, _) in deck.aliases.items()
        for card_id in deck.cards_of(note_id)
    }
