"""An untrusted ZIP file. Owns refusing what an archive must not hold; its contents are others'.

Nothing is ever extracted by name: members are read into memory or into a file of ours, and what is
read is counted, whatever the archive says about itself.
"""

from __future__ import annotations

import stat
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from quizapp.errors import Phrase, UsageError

LARGEST_COLLECTION = 2**30
"""Bytes that the database in a package may unpack to: about a million notes."""

LARGEST_MEMBER = 32 * 2**20
"""Bytes that a picture or a sound may have."""

LARGEST_PACKAGE = 2**32
"""Bytes that all that is read of one archive may unpack to."""

MOST_MEMBERS = 100_000
_CHUNK = 2**20
_REMEDY = "export it again, and import only files that you trust"


class Archive:
    """A ZIP file whose members lie flat, as in an Anki package."""

    def __init__(self, path: Path, file: zipfile.ZipFile) -> None:
        self.path = path
        self._file = file
        self._read = 0
        self._members = {info.filename: info for info in file.infolist()}

    def __contains__(self, name: str) -> bool:
        return name in self._members

    def read(self, name: str, limit: int = LARGEST_MEMBER) -> bytes:
        """A member's bytes; UsageError where there are more than `limit`, or it is damaged."""
        return b"".join(self._chunks(name, limit))

    def copy(self, name: str, target: Path, limit: int = LARGEST_COLLECTION) -> None:
        """Write a member to `target`; UsageError as in `read`."""
        with target.open("wb") as out:
            for chunk in self._chunks(name, limit):
                out.write(chunk)

    def _chunks(self, name: str, limit: int) -> Iterator[bytes]:
        size = 0
        try:
            with self._file.open(self._members[name]) as stream:
                while chunk := stream.read(_CHUNK):
                    size += len(chunk)
                    self._read += len(chunk)
                    if size > limit:
                        what = Phrase(
                            "{name} in it unpacks to more than {limit} bytes",
                            name=name,
                            limit=limit,
                        )
                        raise UsageError(str(self.path), what, _REMEDY)
                    if self._read > LARGEST_PACKAGE:
                        what = Phrase(
                            "it unpacks to more than {largest_package} bytes",
                            largest_package=LARGEST_PACKAGE,
                        )
                        raise UsageError(str(self.path), what, _REMEDY)
                    yield chunk
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError) as error:
            what = Phrase("{name} in it is damaged ({error})", name=name, error=error)
            raise UsageError(str(self.path), what, "export it again") from error


@contextmanager
def opened(path: Path) -> Iterator[Archive]:
    """Open an archive.

    Raises:
        UsageError: it cannot be read, is no ZIP file, or holds a folder, a link, an encrypted
            member, two members of one name or more members than any package has.
    """
    try:
        file = zipfile.ZipFile(path)
    except OSError as error:
        what = Phrase("it cannot be read ({reason})", reason=error.strerror)
        raise UsageError(str(path), what, "check its name and its rights") from error
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise UsageError(
            str(path), Phrase("it is no ZIP file ({error})", error=error), "export it again"
        ) from error
    with file:
        _refuse(path, file.infolist())
        yield Archive(path, file)


def _refuse(path: Path, members: list[zipfile.ZipInfo]) -> None:
    if len(members) > MOST_MEMBERS:
        raise UsageError(
            str(path),
            Phrase("it holds more than {most_members} files", most_members=MOST_MEMBERS),
            "divide it",
        )
    seen: set[str] = set()
    for info in members:
        name = info.filename
        if stat.S_ISLNK(info.external_attr >> 16):
            raise UsageError(str(path), Phrase("{name!r} in it is a link", name=name), _REMEDY)
        if "/" in name or "\\" in name or "\0" in info.orig_filename or name in ("", ".", ".."):
            raise UsageError(
                str(path), Phrase("{name!r} in it is no plain file name", name=name), _REMEDY
            )
        if info.flag_bits & 1:
            raise UsageError(
                str(path), Phrase("{name!r} in it is encrypted", name=name), "export it without"
            )
        if name in seen:
            raise UsageError(str(path), Phrase("{name!r} is in it twice", name=name), _REMEDY)
        seen.add(name)
