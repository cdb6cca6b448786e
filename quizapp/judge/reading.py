"""From the bytes that were handed in to Python source. Owns encodings and empty files.

Nothing is compiled or run here: that is done in the sandbox.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from quizapp.domain.exercises import LARGEST_SOURCE
from quizapp.judge import notebooks
from quizapp.judge.words import NOTHING, Said, say

_ENCODINGS_BY_BOM = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_LARGEST_PYTHON = 4 << 20  # a notebook may be larger, since it holds pictures, too
_CODING = re.compile(rb"[ \t\f]*#.*?coding[:=][ \t]*([-\w.]{1,40})")


@dataclass
class UnreadableError(Exception):
    """The file is not text, or not a notebook; the message says where and what to do."""

    message: Said

    def __str__(self) -> str:
        return str(self.message)


def read_source(source: bytes, filename: str) -> str:
    """The Python source in a submitted `.py` or `.ipynb` file, with line ends as Python wants.

    Raises:
        UnreadableError: it is too large, not text, or a notebook without cells.
    """
    is_notebook = filename.endswith(".ipynb")
    most = LARGEST_SOURCE if is_notebook else _LARGEST_PYTHON
    if len(source) > most:
        hint = say("; clear the outputs of its cells") if is_notebook else NOTHING
        raise UnreadableError(
            say(
                "the file has {size:,} bytes; hand in source code of at most {most:,}{hint}",
                size=len(source),
                most=most,
                hint=hint,
            )
        )
    text = _decode(source)
    if is_notebook:
        text = _notebook(text)
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _decode(source: bytes) -> str:
    marked = (encoding for bom, encoding in _ENCODINGS_BY_BOM if source.startswith(bom))
    encoding = next(marked, "") or _declared_encoding(source)
    try:
        return source.decode(encoding)
    except UnicodeDecodeError as error:
        line = source.count(b"\n", 0, error.start) + 1
        byte = f"0x{source[error.start]:02x}"
        what = say(
            "line {line}: byte {byte} is not {encoding}", line=line, byte=byte, encoding=encoding
        )
    except (UnicodeError, LookupError):
        what = say("line 1: there is no encoding {encoding} of text", encoding=encoding)
    raise UnreadableError(say("{what}; save the file as UTF-8 and submit it again", what=what))


def _declared_encoding(source: bytes) -> str:
    """What a `coding:` comment in the first two lines names (PEP 263), else UTF-8."""
    for line in source.splitlines()[:2]:
        declared = _CODING.match(line)
        if declared:
            return declared.group(1).decode("ascii")
        if line.strip() and not line.lstrip().startswith(b"#"):
            break
    return "utf-8"


def _notebook(text: str) -> str:
    try:
        return notebooks.python_of(text)
    except notebooks.NotANotebookError as error:
        raise UnreadableError(
            say(
                "this is no notebook ({why}); save it in Jupyter as .ipynb, or hand in a .py file",
                why=error.message,
            )
        ) from None


def nothing_written(text: str, starter: str) -> Said:
    """Why there is nothing to judge: an empty file, comments only, or the untouched starter.

    Returns:
        One sentence, or the empty string when there is something.
    """
    written = _essence(text)
    if not written:
        return say("the file is empty") if not text.strip() else say("the file holds only comments")
    if written == _essence(starter):
        return say("this is the starter as it was; nothing is written yet")
    return NOTHING


def _essence(text: str) -> list[str]:
    """The lines that are neither blank nor a comment, without surrounding space."""
    lines = (line.strip() for line in text.splitlines())
    return [line for line in lines if line and not line.startswith("#")]
