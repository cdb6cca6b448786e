"""One file of the course while it is read: its text, and every error found in it.

Owns decoding, Python syntax and the wording that all readers share; leaves YAML to `tree`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias, cast

from quizapp.domain.cards import is_own
from quizapp.errors import CourseError, Phrase, as_phrase

if TYPE_CHECKING:
    import ast

Place: TypeAlias = "str | tuple[str, str, Place]"
"""What an error is about: words ("the deck"), or a template with what stands for its `{name}` and
its `{what}`. Readers hand it down with every value, and it is put into words by `told` only where
something is wrong."""

OF = "`{name}` of {what}"
ENTRY = "an entry of {what}"
QUOTED = "`{name}`"

SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
"""What ids of notes, topics and exercises look like."""


class Snapshot(NamedTuple):
    """A source as it was read; its size and time were taken before, so that they are no newer."""

    path: Path
    size: int
    mtime_ns: int
    inode: int
    data: bytes

    @classmethod
    def take(cls, path: Path) -> Snapshot:
        """Read `path`; OSError where that fails."""
        stat = path.stat()
        return cls(path, stat.st_size, stat.st_mtime_ns, stat.st_ino, path.read_bytes())

    def stamp(self) -> list[str | int]:
        """What the cache keeps of it."""
        from hashlib import sha256

        digest = sha256(self.data).hexdigest()
        return [str(self.path), self.size, self.mtime_ns, self.inode, digest]


class Source:
    """A file and the errors found in it; reading goes on after an error, to find the others.

    Args:
        path: the file as shown in errors, relative to the course.
        text: its whole text.
        snapshot: the file that the text is from; None for text from elsewhere.
    """

    __slots__ = ("errors", "own", "path", "snapshot", "text")

    def __init__(self, path: str, text: str, snapshot: Snapshot | None = None) -> None:
        self.path = path
        self.text = text
        self.snapshot = snapshot
        self.own = is_own(path)
        self.errors: list[CourseError] = []

    def wrong(self, line: int, what: str, remedy: str = "") -> None:
        """Note that `line` (1-based; 0 for the whole file) is wrong."""
        self.errors.append(CourseError(self.path, line, what, remedy))

    def python(
        self, code: str, line: int, what: Place, mode: Literal["exec", "eval"] = "exec"
    ) -> None:
        """Note where `code`, whose first line is `line` of the file, is no Python."""
        try:
            parse_python(code, mode)
        except SyntaxError as error:
            at = line + max((error.lineno or 1) - 1, 0)
            self.wrong(
                at,
                Phrase("{what} is no Python: {reason}", what=told(what), reason=error.msg),
                "mend it",
            )

    def module(self) -> ast.Module | None:
        """The whole file as Python; None, with the reason noted, where it is none or empty."""
        if not self.text.strip():
            self.wrong(0, "is empty", "write it")
            return None
        try:
            tree = parse_python(self.text)
        except SyntaxError as error:
            self.wrong(
                error.lineno or 1, Phrase("is no Python: {reason}", reason=error.msg), "mend it"
            )
            return None
        return cast("ast.Module", tree)


def parse_python(code: str, mode: Literal["exec", "eval"] = "exec") -> ast.AST:
    """The tree of `code`, as statements or as one expression.

    Raises:
        SyntaxError: also where Python's own parser raises something else.
    """
    import ast
    import warnings

    try:
        with warnings.catch_warnings():
            # `"\\d"` and `x is 1` only warn; whether they work is for the audit to find.
            warnings.simplefilter("ignore")
            return ast.parse(code.strip() if mode == "eval" else code, mode=mode)
    except (ValueError, RecursionError, MemoryError) as error:
        raise SyntaxError(str(error) or "it is nested too deeply") from None


def read_source(root: Path, path: str) -> Source:
    """The file `path` below `root`; CourseError where it cannot be read or is no UTF-8."""
    file = root / path
    try:
        # A FIFO or a device would block or never end.
        if file.exists() and not file.is_file():
            raise CourseError(path, 0, "is not a file", "put a text file there")
        snapshot = Snapshot.take(file)
    except FileNotFoundError:
        raise CourseError(path, 0, "is missing", "write it, or remove what needs it") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise CourseError(
            path, 0, Phrase("cannot be read ({reason})", reason=reason), "check its rights"
        ) from None
    return Source(path, decode(path, snapshot.data), snapshot)


def decode(path: str, data: bytes) -> str:
    """`data` as text with line feeds as line ends; a BOM is dropped.

    Raises:
        CourseError: it is not UTF-8; carries the line of the first such byte.
    """
    try:
        return data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        what = Phrase("byte 0x{byte:02x} is not UTF-8", byte=data[error.start])
        raise CourseError(path, line, what, "save the file as UTF-8") from None


def told(what: Place) -> Phrase:
    """A place in words, for the message of an error."""
    if isinstance(what, str):
        return as_phrase(what)
    template, name, inside = what
    return Phrase(template, name=name, what=told(inside))


def suggestion(word: str, known: Iterable[str], otherwise: str) -> str:
    """A remedy for a misspelt `word`: the known word that is closest, else `otherwise`."""
    from difflib import get_close_matches

    close = get_close_matches(word, list(known), n=1, cutoff=0.75)
    return Phrase("did you mean `{name}`?", name=close[0]) if close else otherwise


def listed(words: Iterable[str]) -> str:
    """`a`, `b`, `c`: words quoted and joined, for a message."""
    return ", ".join(f"`{word}`" for word in words)


def shortened(text: str, limit: int = 40) -> str:
    """`text` on one line and cut to `limit` characters, for a message."""
    flat = " ".join(text.split())
    return flat if len(flat) <= limit else f"{flat[: limit - 1]}…"
