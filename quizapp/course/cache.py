"""Parsed files of the course, kept as JSON between two starts.

Owns the files of the cache: when one may be trusted, how it is written, that a broken one is as
good as none. Leaves what is in them to `codec`. Nothing here is needed for the app to work: every
failure to read or write only costs a parse.

A cache file is one line with a checksum and the header in JSON, then a body that the header points
into and that is read when it is needed. It is trusted when its sources have the size, time and
inode that the header says, and were last changed well before it was written; otherwise their
SHA-256 decides.
"""

from __future__ import annotations

import json
import os
import zlib
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import lru_cache
from itertools import repeat
from pathlib import Path
from threading import get_ident
from typing import Any, NamedTuple

from quizapp.course.source import Snapshot

UNTIL_SURE_NS = 2_000_000_000
"""The coarsest time stamp of a file system in use; a file written later than its source by more
than this cannot have been written before the source's last change."""

_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
_CHECKSUM = 9
"""Bytes before the header: its CRC-32 in hex and a space."""


class Cached(NamedTuple):
    """A cache file that is up to date.

    Attributes:
        header: what was saved with it.
        file: the cache file.
        line: its first line as bytes, which tells it from one that was written later.
    """

    header: Mapping[str, Any]
    file: Path
    line: bytes

    def body(self) -> bytes:
        """What follows the header.

        Raises:
            OSError: the file has gone.
            ValueError: the file is another one by now, or was cut short.
        """
        whole = self.file.read_bytes()
        start = len(self.line)
        if len(whole) - start != self.header["body"] or not whole.startswith(self.line):
            raise ValueError("written anew")
        return whole[start:]


class Cache:
    """The cache files of courses in one folder.

    Args:
        folder: where they lie, made when needed; None for no cache at all.
    """

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder

    def fetch(self, sources: Sequence[Path]) -> Cached | None:
        """What was saved for `sources`; None if nothing, or if one of them has changed."""
        file = self._file(sources[0])
        if file is None:
            return None
        try:
            cached, written_ns = _read(file)
            stamps = cached.header["stamps"]
            if cached.header["reader"] != reader() or len(stamps) != len(sources):
                return None
            if not all(map(_surely_same, sources, stamps, repeat(written_ns))):
                snapshots = [Snapshot.take(source) for source in sources]
                now = [snapshot.stamp() for snapshot in snapshots]
                if [(s[0], s[-1]) for s in now] != [(s[0], s[-1]) for s in stamps]:
                    return None
                self.save(snapshots, cached.header, cached.body())
                cached, _ = _read(file)
        except (OSError, ValueError, KeyError, TypeError, IndexError, RecursionError):
            return None
        return cached

    def save(
        self, snapshots: Sequence[Snapshot], header: Mapping[str, Any], body: bytes = b""
    ) -> None:
        """Keep `header` and `body` as what `snapshots` say.

        The keys `stamps`, `reader` and `body` of the header, JSON values all, are taken.
        """
        file = self._file(snapshots[0].path)
        if file is None:
            return
        scratch = file.with_name(f"{file.name}.{os.getpid()}-{get_ident()}")
        stamps = [snapshot.stamp() for snapshot in snapshots]
        try:
            whole = {**header, "stamps": stamps, "reader": reader(), "body": len(body)}
            file.parent.mkdir(parents=True, exist_ok=True)
            line = to_line(whole)
            scratch.write_bytes(b"%08x " % zlib.crc32(line) + line + body)
            scratch.replace(file)
        except OSError:
            # A full disk or a folder that may not be written costs speed, never an answer.
            with suppress(OSError):
                scratch.unlink(missing_ok=True)

    def _file(self, source: Path) -> Path | None:
        if self._folder is None:
            return None
        place = zlib.crc32(os.fsencode(source))
        return self._folder / "course" / f"{source.stem}-{place:08x}.jsonl"


def to_line(value: object) -> bytes:
    """`value` as one line of JSON, with its newline."""
    return _ENCODER.encode(value).encode() + b"\n"


def _read(file: Path) -> tuple[Cached, int]:
    """The cache file without its body, and when it was written; ValueError where it is damaged."""
    with file.open("rb") as stream:
        line = stream.readline()
        written_ns = os.fstat(stream.fileno()).st_mtime_ns
    if int(line[:_CHECKSUM], 16) != zlib.crc32(line[_CHECKSUM:]):
        raise ValueError("damaged")
    return Cached(json.loads(line[_CHECKSUM:]), file, line), written_ns


def _surely_same(source: Path, stamp: Sequence[object], written_ns: int) -> bool:
    stat = source.stat()
    same = stamp[:4] == [str(source), stat.st_size, stat.st_mtime_ns, stat.st_ino]
    return same and written_ns - stat.st_mtime_ns >= UNTIL_SURE_NS


@lru_cache(maxsize=1)
def reader() -> list[object]:
    """What a cache file depends on besides its sources: the code that reads decks."""
    import quizapp
    from quizapp import domain

    with os.scandir(Path(__file__).parent) as entries:
        files = sorted(entry.path for entry in entries if entry.name.endswith(".py"))
    folder = Path(str(domain.__file__)).parent
    files += [str(folder / name) for name in ("cards.py", "exercises.py", "marks.py")]
    stamp: list[object] = [quizapp.__version__]
    for file in files:
        stat = os.stat(file)  # noqa: PTH116  (a fifth of the time of Path.stat, at every start)
        stamp += [stat.st_size, stat.st_mtime_ns]
    return stamp
