"""A folder of Markdown files, or one such file. Owns which files are read, and finding pictures.

Nothing outside of the folder is ever kept: a picture's address that leads there finds nothing.
Folders that begin with a dot, as editors and version control have them, are passed over.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import unquote

from quizapp.domain.marks import masked
from quizapp.errors import Phrase, UsageError
from quizapp.exchange.archive import LARGEST_MEMBER
from quizapp.exchange.markdown_page import LARGEST_FILE

SUFFIXES = (".md", ".markdown")
MOST_FILES = 100_000

_LINK = re.compile(
    r"(?P<bang>!?)\[\[(?P<note>[^\[\]|\n]+)(?:\|(?P<alias>[^\[\]\n]*))?\]\]"
    r"|(?P<mark>!?)\[(?P<alt>[^\[\]\n]*)\]\(\s*(?:<(?P<quoted>[^<>\n]*)>|(?P<plain>[^()\s<>]*))"
    r"""(?:\s+(?:"[^"\n]*"|'[^'\n]*'))?\s*\)"""
)
_PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".webp", ".bmp")
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:|//", re.IGNORECASE)
_OPEN: int = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0)

Keep = Callable[[str], str | None]
"""A file's address in a text -> its name here, or None where it is not kept."""


def is_markdown(path: Path) -> bool:
    """Whether it is a folder, or its name says that it is Markdown."""
    return path.suffix.lower() in SUFFIXES or path.is_dir()


class Vault:
    """What was named for import.

    Args:
        path: of a file, or of a folder that is walked.

    Raises:
        UsageError: there is no such file or folder.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            kind = path.stat().st_mode
        except (OSError, ValueError) as error:
            what = Phrase(
                "it cannot be read ({reason})", reason=getattr(error, "strerror", None) or error
            )
            remedy = "name a Markdown file, or a folder of such files"
            raise UsageError(str(path), what, remedy) from error
        self.is_folder = stat.S_ISDIR(kind)
        self._root = (path if self.is_folder else path.parent).resolve()
        self._named: dict[str, list[Path]] | None = None

    def files(self) -> Iterator[Path | UsageError]:
        """The Markdown files, by name; and what cannot be read of the folder."""
        if not self.is_folder:
            yield self.path
            return
        failed: list[OSError] = []
        count = 0
        for folder, folders, names in os.walk(self.path, onerror=failed.append):
            folders[:] = sorted(name for name in folders if not name.startswith("."))
            for name in folders:
                if (place := Path(folder, name)).is_symlink():
                    yield UsageError(str(place), "it is a link to a folder", "name that folder")
            for name in sorted(names):
                if name.lower().endswith(SUFFIXES) and not name.startswith("."):
                    count += 1
                    if count > MOST_FILES:
                        what = Phrase(
                            "it holds more than {most_files} files", most_files=MOST_FILES
                        )
                        raise UsageError(str(self.path), what, "import its folders one by one")
                    yield Path(folder, name)
        for error in failed:
            what = Phrase("it cannot be read ({reason})", reason=error.strerror)
            yield UsageError(str(error.filename), what, "check its rights")

    def deck_of(self, file: Path) -> str:
        """The name of the deck that the cards of a file belong to."""
        if not self.is_folder:
            return file.stem
        inner = file.relative_to(self.path)
        return " / ".join((*inner.parts[:-1], inner.stem))

    def read(self, file: Path) -> bytes:
        """The bytes of a Markdown file.

        Raises:
            UsageError: it cannot be read, is a folder, a pipe or a device, or is too large.
        """
        try:
            return _content(file, LARGEST_FILE + 1)
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            remedy = "check its name and its rights"
            raise UsageError(
                str(file), Phrase("it cannot be read ({reason})", reason=reason), remedy
            ) from error

    def media(self, file: Path, address: str) -> bytes | None:
        """A picture or a sound that a file names; None where there is none to be kept.

        It is looked for beside the file, from the folder that is imported and, where it is a mere
        name, anywhere below that.
        """
        name = unquote(address).removeprefix("@/").strip()
        if not name or _SCHEME.match(name):
            return None
        for place in (file.parent / name, self._root / name, *self._below(name)):
            try:
                found = place.resolve()
                if found.is_relative_to(self._root) and found.is_file():
                    data = _content(found, LARGEST_MEMBER + 1)
                    return data if len(data) <= LARGEST_MEMBER else None
            except (OSError, ValueError, RuntimeError):  # RuntimeError: links in a circle
                continue
        return None

    def _below(self, name: str) -> list[Path]:
        if "/" in name or not self.is_folder:
            return []
        if self._named is None:
            self._named = {}
            for folder, folders, names in os.walk(self._root):
                folders[:] = [each for each in folders if not each.startswith(".")]
                for each in names:
                    self._named.setdefault(each, []).append(Path(folder, each))
        return sorted(self._named.get(name, ()))


def with_media(text: str, folder: str, keep: Keep) -> str:
    """Markdown with its pictures and sounds where they are kept, and without Obsidian's links.

    Args:
        text: as it stands in a file.
        folder: where kept files are, as seen from a deck.
        keep: keeps a file.
    """
    if "[" not in text:
        return text
    prose = masked(text)
    pieces, last = [], 0
    for match in _LINK.finditer(prose):
        shown = _shown(text, match, folder, keep)
        if shown is not None:
            pieces += [text[last : match.start()], shown]
            last = match.end()
    return "".join([*pieces, text[last:]])


def _shown(text: str, match: re.Match[str], folder: str, keep: Keep) -> str | None:
    """What stands for a link; None where it stays as it is."""

    def part(name: str) -> str:
        start, end = match.span(name)
        return text[start:end].strip() if start >= 0 else ""

    if match["note"] is None:
        address, alt = part("quoted") or part("plain"), part("alt")
        if not address or _SCHEME.match(address):
            return None
        kept = keep(address)
        if kept is None and not match["mark"]:
            return None
        return _media(alt or address.rpartition("/")[2], kept, folder, bool(match["mark"]))
    note, alias = part("note"), part("alias")
    if not match["bang"]:
        return alias or note
    alias = "" if re.fullmatch(r"\d+(x\d+)?", alias) else alias  # the width of a picture
    return _media(alias or note.rpartition("/")[2], keep(note.partition("#")[0]), folder, True)


def _media(label: str, kept: str | None, folder: str, shown: bool) -> str:
    label = label.replace("[", "(").replace("]", ")")
    if kept is None:
        return f"(picture: {label})"
    shown = shown and kept.lower().endswith(_PICTURES)
    return f"{'!' if shown else ''}[{label}]({folder}/{kept})"


def _content(file: Path, limit: int) -> bytes:
    """Up to `limit` bytes of a regular file; nothing is waited for."""
    opened = os.open(file, _OPEN)
    with os.fdopen(opened, "rb") as stream:
        if not stat.S_ISREG(os.fstat(opened).st_mode):
            raise ValueError("it is no file")
        return stream.read(limit)
