"""What the file of a deck is, as a line of text: so a deck that has changed is seen unread.

Owns the line, and when it is proof that a file has not changed since it was read. Leaves comparing
to `shelf`, and keeping to `catalogue`.

A line is the topic, then size, time of the last change (nanoseconds since 1970) and inode of its
file; or the topic and a word, where there is no proof: such a line equals none of another file.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from quizapp.course.cache import UNTIL_SURE_NS
from quizapp.course.plan import has_deck

_LOST = "lost"
_YOUNG = "young"


def stamps_of(root: Path, topics: Sequence[str]) -> tuple[list[str], list[str]]:
    """Those of the topics that have a deck, and a line for each.

    Args:
        root: of the course, absolute.
        topics: in order.
    """
    found, lines = [], []
    folder = f"{root}/cards"
    for topic in topics:
        try:  # 2,000 times: `Path.stat` takes five times as long, and each call is felt
            stat = os.stat(f"{folder}/{topic}.yaml")  # noqa: PTH116
        except (OSError, ValueError):
            if not has_deck(root, topic):
                continue
            lines.append(f"{topic} {_LOST}")
        else:
            lines.append(f"{topic} {stat.st_size} {stat.st_mtime_ns} {stat.st_ino}")
        found.append(topic)
    return found, lines


def kept(line: str, seen_ns: int) -> str | None:
    """The line to keep of a file that has been read after it had `line`; None for none.

    Args:
        line: of the file.
        seen_ns: when it had that line, in nanoseconds since 1970.
    """
    topic, *what = line.split(" ")
    if what == [_LOST]:
        return None
    # A file that was changed so shortly before may be changed again within the same time stamp.
    return line if seen_ns - int(what[1]) >= UNTIL_SURE_NS else f"{topic} {_YOUNG}"


def size_in(line: str) -> int:
    """The size of a deck's file in bytes; 0 where its line does not tell."""
    size = line.split(" ")[1]
    return int(size) if size.isdecimal() else 0


def topics_in(lines: str) -> dict[int, str]:
    """Number -> topic of each of some lines, which are joined."""
    return dict(enumerate([line.partition(" ")[0] for line in lines.split("\n")] if lines else ()))


def merged(lines: str, topics: Sequence[str], changed: dict[int, str]) -> str:
    """The lines of all topics: those given of what has changed, those kept of the others.

    Args:
        lines: that are kept, joined.
        topics: in order.
        changed: number -> its line.

    Raises:
        ValueError: there are others than `topics`.
    """
    both = dict(enumerate(lines.split("\n"))) | changed
    joined = "\n".join([both.get(number, "") for number in range(len(topics))])
    if list(topics_in(joined).values()) != list(topics):
        raise ValueError("another process has renumbered the decks")
    return joined
