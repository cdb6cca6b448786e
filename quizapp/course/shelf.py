"""The decks of a course side by side: from the catalogue where it can be, else from their files.

Owns which decks have to be read again, and that what they must agree on is checked whenever one has
changed. Leaves reading a deck, and what must agree, to `loader`.
"""

from __future__ import annotations

import json
import os
import time
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from quizapp.course.catalogue import Catalogue, ListedDeck
from quizapp.course.plan import deck_path, has_deck, names_in
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


@dataclass(frozen=True, slots=True)
class Shelf:
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
    present = set(names_in(root / "cards"))
    topics = [topic for topic in topics if f"{topic}.yaml" in present or has_deck(root, topic)]
    catalogue = Catalogue.open(cache, root)
    made: dict[str, StoredDeck] = {}
    changed = []
    for number, topic in enumerate(topics):
        stat = _stat(f"{root}/cards/{topic}.yaml")
        if not (catalogue and stat and catalogue.trusts(number, topic, stat)):
            changed.append((number, topic, stat))
    for done, (_, topic, _) in enumerate(changed):
        reading.progress(DECKS, done, len(changed))
        made[topic] = reading.read(root, deck_path(topic), topic)
    kept = [(number, made[topic], stat) for number, topic, stat in changed if stat]

    def listed(topic: str) -> StoredDeck:
        path = deck_path(topic)
        assert catalogue, "without one, all decks are read"
        return ListedDeck(catalogue, path, topic, partial(reading.repack, root, path, topic))

    decks = Decks(topics, listed, made)
    key = zlib.crc32(json.dumps([topics, exercises]).encode())
    agreed = catalogue.agreement() if catalogue else None
    if not made and agreed and agreed[0] == key:
        return Shelf(decks, agreed[1], catalogue)
    reading.check(decks)
    aliases = aliases_of(decks)
    if catalogue and not catalogue.keep(kept, topics, (key, aliases), now_ns, reading.progress):
        return Shelf(decks, aliases, None)
    return Shelf(decks, aliases, catalogue)


def _stat(path: str) -> os.stat_result | None:
    try:  # 2,000 times: `suppress` takes as long as the call, `Path.stat` five times as long
        return os.stat(path)  # noqa: PTH116
    except (OSError, ValueError):
        return None


def aliases_of(decks: Sequence[StoredDeck]) -> dict[str, str]:
    """Former card id -> today's card id."""
    return {
        alias + card_id[len(note_id) :]: card_id
        for deck in decks
        for alias, (note_id, _) in deck.aliases.items()
        for card_id in deck.cards_of(note_id)
    }
