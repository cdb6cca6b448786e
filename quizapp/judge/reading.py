"""From the bytes that were handed in to Python source. Owns encodings, notebooks and empty files.

Nothing is compiled or run here: that is done in the sandbox.
"""

from __future__ import annotations

import codecs
import io
import re
import tokenize
from dataclasses import dataclass

_ENCODINGS_BY_BOM = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_MAX_BYTES = 4 << 20
_MAGIC = re.compile(r"^\s*([%!?]|\w[\w.]*\?)")


@dataclass
class UnreadableError(Exception):
    """The file is not text, or not a notebook; the message says where and what to do."""

    message: str

    def __str__(self) -> str:
        return self.message


def read_source(source: bytes, filename: str) -> str:
    """The Python source in a submitted `.py` or `.ipynb` file, with line ends as Python wants.

    Raises:
        UnreadableError: it is too large, not text, or a notebook that is not JSON.
    """
    if len(source) > _MAX_BYTES:
        raise UnreadableError(
            f"the file has {len(source):,} bytes; hand in source code of at most {_MAX_BYTES:,}"
        )
    text = _decode(source)
    if filename.endswith(".ipynb"):
        text = _cells(text)
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _decode(source: bytes) -> str:
    marked = (encoding for bom, encoding in _ENCODINGS_BY_BOM if source.startswith(bom))
    encoding = next(marked, "") or _declared_encoding(source)
    try:
        return source.decode(encoding)
    except (UnicodeDecodeError, LookupError) as error:
        if isinstance(error, UnicodeDecodeError):
            line = source.count(b"\n", 0, error.start) + 1
            byte = source[error.start]
            what = f"line {line}: byte 0x{byte:02x} is not {encoding}"
        else:
            what = f"line 1: the encoding {encoding} is unknown"
        raise UnreadableError(f"{what}; save the file as UTF-8 and submit it again") from None


def _declared_encoding(source: bytes) -> str:
    """What a `coding:` comment names (PEP 263), else UTF-8."""
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(source).readline)
    except SyntaxError:
        return "utf-8"
    return encoding


def _cells(text: str) -> str:
    """The code cells of a notebook in their order, magics and shell lines turned into comments."""
    import nbformat

    try:
        notebook = nbformat.reads(text, as_version=4)  # type: ignore[no-untyped-call]
    except Exception as error:
        raise UnreadableError(
            f"the notebook cannot be read ({type(error).__name__}); save it in Jupyter as .ipynb, "
            "or hand in a .py file"
        ) from None
    parts: list[str] = []
    for number, cell in enumerate(notebook.get("cells", []), 1):
        if cell.get("cell_type") != "code":
            continue
        lines = str(cell.get("source", "")).splitlines()
        if lines and lines[0].startswith("%%"):
            lines = [f"# {line}" for line in lines]
        lines = [f"# {line}" if _MAGIC.match(line) else line for line in lines]
        parts.append("\n".join([f"# cell {number}", *lines]))
    return "\n\n".join(parts) + "\n"


def nothing_written(text: str, starter: str) -> str:
    """Why there is nothing to judge: an empty file, comments only, or the untouched starter.

    Returns:
        One sentence, or the empty string when there is something.
    """
    written = _essence(text)
    if not written:
        return "the file is empty" if not text.strip() else "the file holds only comments"
    if written == _essence(starter):
        return "this is the starter as it was; nothing is written yet"
    return ""


def _essence(text: str) -> list[str]:
    """The lines that are neither blank nor a comment, without surrounding space."""
    lines = (line.strip() for line in text.splitlines())
    return [line for line in lines if line and not line.startswith("#")]
