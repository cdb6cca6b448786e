"""The command line. Owns which commands there are, and how any failure is told.

Each command lives in one of this package's modules, imported when it is called: `quizapp next`
pays for nothing that it does not use. Commands return an `Exit`; everything that they do is a
call of the engine. Exit codes are in `exits`, the two writers in `output`.
"""

from __future__ import annotations

import contextlib
import os
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from quizapp.cli import output
from quizapp.cli.exits import Exit, code_of_error
from quizapp.cli.plain import plain_call
from quizapp.errors import Phrase, QuizappError

if TYPE_CHECKING:
    from quizapp.domain.text import Language

_MUST_BE_PUT_AWAY = frozenset(("logging", "multiprocessing", "textual", "torch"))

COMMANDS = {
    "study": "cards",
    "due": "cards",
    "next": "cards",
    "answer": "cards",
    "undo": "cards",
    "cards": "browse",
    "stats": "stats",
    "add": "add",
    "settings": "settings",
    "optimize": "fitting",
    "export": "data",
    "import": "data",
    "merge": "data",
    "restore": "restore",
    "exercises": "exercises",
    "start": "exercises",
    "check": "exercises",
    "submit": "exercises",
    "hint": "exercises",
    "solution": "exercises",
    "grade": "classroom",
    "audit": "soundness",
    "doctor": "soundness",
}
"""Command -> module of this package that defines it as `<command>_command`."""


def run() -> NoReturn:
    """The program `quizapp`: `main`, and then the end of the process.

    A command that is done has closed its files. Where nothing is left that must be put away, no
    thread and no log, the process ends at once instead of taking everything apart first.
    """
    code = main()
    if threading.active_count() > 1 or sys.modules.keys() & _MUST_BE_PUT_AWAY:
        sys.exit(code)
    with contextlib.suppress(OSError, ValueError):  # a closed pipe has been told of by the code
        sys.stdout.flush()
        sys.stderr.flush()
    os._exit(code)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command line and return the exit code; no exception leaves here.

    Args:
        arguments: without the program's name; `sys.argv` when None.
    """
    output.prepare_streams()
    words = sys.argv[1:] if arguments is None else arguments
    try:
        code = _run(words)
        sys.stdout.flush()
    except BrokenPipeError:
        # The interpreter flushes stdout once more at its end; there must be somewhere to flush to.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return Exit.PIPE_CLOSED
    except KeyboardInterrupt:
        output.note("")
        return Exit.INTERRUPTED
    except QuizappError as error:
        _tell(error, words)
        return code_of_error(error)
    except Exception as error:
        _tell(_our_fault(error), words)
        return Exit.OUR_FAULT
    return code


def _run(words: Sequence[str]) -> int:
    call = plain_call(words)
    if call is not None:
        return call()
    from quizapp.cli.commands import read_and_run

    return read_and_run(words)


def _tell(error: QuizappError, words: Sequence[str]) -> None:
    """One line on stderr, in the language that the call asks for, or the learner's."""
    from quizapp.cli.words import error_in

    output.note(error_in(error, language_of_call(words)))


def language_of_call(words: Sequence[str]) -> Language:
    """The language to tell an error in, which may lie in the call itself: what `--lang` says.

    Args:
        words: of the call, without the program's name.
    """
    from itertools import pairwise

    from quizapp.domain.text import Language
    from quizapp.engine.spoken import language_spoken

    given = [word.partition("=")[2] for word in words if word.startswith("--lang=")]
    given += [after for word, after in pairwise(words) if word == "--lang"]
    known = [Language(word) for word in given if word in list(Language)]
    return language_spoken(known[-1] if known else None)


def _our_fault(error: Exception) -> QuizappError:
    """What to say of `error`, and where its traceback was written."""
    import tempfile
    import traceback
    from datetime import datetime

    from quizapp.paths import data_dir

    text = "".join(traceback.format_exception(error))
    name = f"quizapp-{datetime.now():%Y%m%d-%H%M%S}-{os.getpid()}.log"
    for folder in (data_dir() / "logs", Path(tempfile.gettempdir())):
        try:
            folder.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text, encoding="utf-8", errors="backslashreplace")
        except OSError:
            continue
        told = Phrase(
            "the traceback is in {file}, please report it with that file", file=folder / name
        )
        break
    else:
        told = Phrase("no log file could be written; please report it")
    what = " ".join(f"{type(error).__name__}: {error}".split())
    return QuizappError("quizapp", Phrase("unexpected {what}", what=what), told)
