"""Reading many decks with all cores: other processes read some of them ahead, into the cache.

Owns when that is worth it, starting those processes and ending them. They say nothing: each deck
that one has read lies in the `cache`, where the process that reads all decks in order finds it; so
that one alone says how far it is and what is wrong. Nothing hangs on the others: where none can be
started, or one ends early, reading takes longer.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import subprocess

_WORTH_BYTES = 2_000_000
"""Decks that are read in about half a second, and take another process to read a third of that."""

_MOST = 4
_PROGRAM = "from quizapp.course.ahead import main; main()"
_PATIENCE_S = 5.0


@contextmanager
def read_ahead(root: Path, cache: Path | None, decks: Sequence[tuple[str, int]]) -> Iterator[None]:
    """While this is open, other processes read some of the decks; those in front are left out.

    Args:
        root: of the course, absolute.
        cache: folder that they leave decks in; without one, nobody is asked.
        decks: topic and size in bytes of those that have to be read, in order.
    """
    worth = cache is not None and sum(size for _, size in decks) >= _WORTH_BYTES
    count = min(_cores(), _MOST) if worth else 1
    ends = [len(decks) * part // count for part in range(1, count + 1)]
    helpers: list[subprocess.Popen[bytes]] = []
    try:
        for first, last in pairwise(ends):
            topics = [topic for topic, _ in decks[first:last]]
            with suppress(OSError, ValueError):
                helpers.append(_started({"root": str(root), "cache": str(cache), "topics": topics}))
        yield
    finally:
        for helper in helpers:
            _end(helper)


def main() -> None:
    """What such a process does: read the decks that it is told on its standard input."""
    from quizapp.course.loader import read_into
    from quizapp.errors import CourseError

    parent, ended = os.getppid(), list[int]()
    signal.signal(signal.SIGTERM, lambda number, _: ended.append(number))
    told = json.load(sys.stdin)
    for topic in told["topics"]:
        if ended or os.getppid() != parent:
            return
        with suppress(CourseError):  # whoever reads this deck in its turn says so
            read_into(Path(told["cache"]), Path(told["root"]), topic)


def _cores() -> int:
    """How many processes can run at once."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # not everywhere
        return os.cpu_count() or 1


def _started(told: dict[str, object]) -> subprocess.Popen[bytes]:
    import subprocess

    import quizapp

    home = str(Path(quizapp.__file__).parent.parent)
    paths = [home, *filter(None, [os.environ.get("PYTHONPATH")])]
    helper = subprocess.Popen(
        [sys.executable, "-P", "-c", _PROGRAM],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
        # Ctrl-C in the terminal is for us; we then tell the helper.
        start_new_session=True,
    )
    with suppress(OSError):  # it has ended already
        assert helper.stdin is not None, "it was asked for"
        with helper.stdin as stream:
            stream.write(json.dumps(told).encode())
    return helper


def _end(helper: subprocess.Popen[bytes]) -> None:
    """Let a helper finish the deck that it is at, so that it leaves no half of a file."""
    from subprocess import TimeoutExpired

    helper.terminate()
    try:
        helper.wait(_PATIENCE_S)
    except TimeoutExpired:
        helper.kill()
        helper.wait()
