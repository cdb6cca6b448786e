"""The learner's own editor. Owns finding it and its way to open a file at a line."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
from contextlib import AbstractContextManager
from pathlib import Path

from quizapp.errors import Phrase, UsageError

_FALLBACKS = ("nano", "vim", "vi")
_COLON = {"hx", "helix", "micro", "subl", "zed"}
_GOTO = {"code", "codium", "code-insiders", "cursor"}


def command(path: Path, line: int) -> list[str]:
    """The words that open `path` at `line` (from 1) in `$VISUAL`, `$EDITOR`, or what is there.

    Raises:
        UsageError: there is no editor.
    """
    chosen = os.environ.get("VISUAL") or os.environ.get("EDITOR") or _first_there()
    try:
        words = shlex.split(chosen)
    except ValueError:
        words = []
    if not words:
        raise UsageError("$EDITOR", "no editor is set", "set it, for example: export EDITOR=nano")
    name = Path(words[0]).name
    if name in _GOTO:
        wait = [] if {"-w", "--wait"} & set(words) else ["--wait"]
        return [*words, *wait, "--goto", f"{path}:{line}"]
    if name in _COLON:
        return [*words, f"{path}:{line}"]
    return [*words, f"+{line}", str(path)]


def _first_there() -> str:
    return next((name for name in _FALLBACKS if shutil.which(name)), "")


def edit(path: Path, line: int, handed_over: AbstractContextManager[object]) -> None:
    """Open `path` at `line` in the learner's editor and come back when that ends.

    Args:
        path: of the file.
        line: from 1.
        handed_over: entered while the editor has the terminal.

    Raises:
        UsageError: there is no editor, it cannot be started, or the terminal cannot be handed over.
    """
    from textual.app import SuspendNotSupported

    words = command(path, line)
    try:
        with handed_over:
            code = subprocess.run(words, check=False).returncode
    except SuspendNotSupported:
        raise UsageError(
            "$EDITOR",
            "this terminal cannot be handed to an editor",
            Phrase("edit {path}:{line} elsewhere", path=path, line=line),
        ) from None
    except OSError as error:
        what = Phrase("it cannot be started: {reason}", reason=error.strerror)
        raise UsageError(f"$EDITOR={words[0]}", what, "set another editor") from None
    if code:
        what = Phrase("it ended with code {code}", code=code)
        raise UsageError(f"$EDITOR={words[0]}", what, "your file is as it left it")
