"""Files of the learner's own decks while they are changed. Owns that nobody's change is lost.

Two programs of ours take turns by a lock; what an editor saves in between is noticed; and a file is
replaced whole or not at all.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

from quizapp.course.own import FOLDER
from quizapp.course.source import decode
from quizapp.engine.saves import Stamp, stamp
from quizapp.errors import Phrase, StoreError, UsageError

_LOCK = ".lock"


@contextlib.contextmanager
def held(home: Path) -> Iterator[Path]:
    """The folder of the own decks below `home`, for one program at a time.

    Raises:
        StoreError: there is no such folder and it cannot be made.
    """
    folder = home / FOLDER
    try:
        folder.mkdir(parents=True, exist_ok=True)
        stream = (folder / _LOCK).open("ab")
    except OSError as error:
        raise _unwritable(folder, error) from error
    with stream:
        with contextlib.suppress(ImportError, OSError):  # no locks on this system or file system
            import fcntl

            fcntl.flock(stream, fcntl.LOCK_EX)
        yield folder


@contextlib.contextmanager
def turn(path: Path) -> Iterator[DeckFile]:
    """A deck's file, as it is now, for this program alone; see `held`."""
    with held(path.parent.parent):
        yield DeckFile(path)


class DeckFile:
    """One deck's file, read now and written later.

    Args:
        path: of the file; there may be none.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._seen: Stamp | None = stamp(path)
        self.text = ""
        if self._seen is not None:
            try:
                data = path.read_bytes()
            except OSError as error:
                what = Phrase("it cannot be read ({reason})", reason=error.strerror)
                raise UsageError(str(path), what, "check its rights") from error
            decode(str(path), data)  # raises where it is no text
            self.text = data.decode("utf-8")

    @property
    def exists(self) -> bool:
        """Whether there was such a file when it was read."""
        return self._seen is not None

    def write(self, text: str) -> None:
        """Put `text` in the file's place, whole or not at all.

        Raises:
            UsageError: another program has written the file since it was read.
            StoreError: it cannot be written.
        """
        self._check()
        target = self.path.resolve()
        beside = target.with_name(f".{target.name}.{os.getpid()}.tmp")
        try:
            with beside.open("w", encoding="utf-8", newline="") as stream:
                stream.write(text)
                stream.flush()
                os.fsync(stream.fileno())
            if self.exists:
                beside.chmod(target.stat().st_mode & 0o7777)
            beside.replace(target)
        except OSError as error:
            beside.unlink(missing_ok=True)
            raise _unwritable(self.path, error) from error

    def set_aside(self) -> Path:
        """Rename the file so that it is no deck any more; return where it is now.

        Raises:
            UsageError: another program has written the file since it was read.
            StoreError: it cannot be renamed.
        """
        self._check()
        try:
            return self.path.replace(self.path.with_name(f"{self.path.name}.old"))
        except OSError as error:
            raise _unwritable(self.path, error) from error

    def _check(self) -> None:
        if stamp(self.path) != self._seen:
            what = "another program has just changed it"
            raise UsageError(str(self.path), what, "try again")


def _unwritable(path: Path, error: OSError) -> StoreError:
    what = Phrase("it cannot be written ({reason})", reason=error.strerror)
    return StoreError(str(path), what, "free some space or make the folder writable")
