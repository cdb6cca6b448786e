"""The learner's unfinished solutions. Owns one file an exercise in the data directory.

A draft is written a moment after each change, whole and in one step, so neither a crash nor a full
disk leaves half a file. Another program may write it at the same time; nobody's text is lost.
"""

from __future__ import annotations

import os
from pathlib import Path

from quizapp.engine.saves import Stamp, stamp
from quizapp.errors import Phrase, UsageError
from quizapp.paths import data_dir

_LARGEST = 2**20
"""Bytes; beyond it is no exercise's solution, and an editor widget would crawl."""


class Draft:
    """The draft of one exercise.

    Args:
        slug: of the exercise.
        starter: what a draft begins with.
        folder: where drafts are; the data directory's `drafts` when None.
    """

    def __init__(self, slug: str, starter: str, folder: Path | None = None) -> None:
        self.starter = starter
        self.path = (folder or data_dir() / "drafts") / f"{slug}.py"
        self._seen: Stamp | None = None
        self._text = starter

    def load(self) -> str:
        """The draft, or the starter where there is none.

        Raises:
            UsageError: the file cannot be read as text.
        """
        seen = stamp(self.path)
        if seen is None:
            return self.starter
        if seen[2] > _LARGEST:
            raise UsageError(str(self.path), "is larger than a megabyte", "make it smaller")
        try:
            self._text = self.path.read_text(encoding="utf-8")
        except OSError as error:
            what = Phrase("cannot be read ({reason})", reason=error.strerror)
            raise UsageError(str(self.path), what) from error
        except UnicodeDecodeError:
            raise UsageError(str(self.path), "is not UTF-8", "save it as UTF-8") from None
        finally:
            self._seen = seen
        return self._text

    def save(self, text: str) -> Path | None:
        """Write `text`, in one step.

        Returns:
            Where another program's version went, if it had written one since; else None.

        Raises:
            UsageError: it cannot be written.
        """
        if text == self._text and self.path.exists() and not self.changed_outside():
            return None
        kept = self.path.with_suffix(".other.py") if self._differs_outside(text) else None
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            if kept is not None:
                self.path.replace(kept)
            beside = self.path.with_suffix(f".{os.getpid()}.tmp")
            beside.write_text(text, encoding="utf-8", newline="\n")
            beside.replace(self.path)
        except OSError as error:
            what = Phrase("cannot be written ({reason})", reason=error.strerror)
            raise UsageError(str(self.path), what, "make room, or copy your code") from error
        self._text, self._seen = text, stamp(self.path)
        return kept

    def begin_anew(self) -> Path:
        """Put the draft aside, so that the starter is what it begins with again.

        Returns:
            Where it is kept; what was kept there before is replaced.

        Raises:
            UsageError: it cannot be moved.
        """
        kept = self.path.with_suffix(".solved.py")
        try:
            self.path.replace(kept)
        except OSError as error:
            what = Phrase("cannot be moved ({reason})", reason=error.strerror)
            raise UsageError(str(self.path), what, "make its folder writable") from error
        self._text, self._seen = self.starter, None
        return kept

    def changed_outside(self) -> bool:
        """Whether another program has written the file since it was loaded or saved."""
        now = stamp(self.path)
        return now is not None and now != self._seen

    def _differs_outside(self, text: str) -> bool:
        if not self.changed_outside():
            return False
        try:
            return self.path.read_text(encoding="utf-8") not in (text, self._text)
        except (OSError, UnicodeDecodeError):
            return True
