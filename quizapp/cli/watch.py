"""`check --watch` in its two shapes. Owns which one it is, and the plain one.

The other one is `watch_app`.

With a terminal on both sides it fills the screen and takes keys. Into a pipe it writes one verdict
a save, with `--json` one object a line, and nothing that moves a cursor.
"""

from __future__ import annotations

import os
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from quizapp.cli import output
from quizapp.cli.asked import Asked
from quizapp.cli.exits import Exit, code_of_verdict
from quizapp.cli.telling import show_outcome, show_verdict
from quizapp.cli.watching import Judged, Watching
from quizapp.cli.words import saying
from quizapp.domain.reports import outcome_json
from quizapp.engine.saves import Gone, SavedFile
from quizapp.errors import Phrase, UsageError

if TYPE_CHECKING:
    from quizapp.domain.exercises import Exercise
    from quizapp.engine import Engine


def watch(asked: Asked, engine: Engine, slug: str, path: Path, seed: int | None) -> Exit:
    """Judge `path` now and after each save, until the learner ends it.

    Returns:
        The code of the last verdict; not passed where there was none.

    Raises:
        UsageError: it is no file that can be read. That there is none yet is fine.
        KeyboardInterrupt: Ctrl-C.
    """
    if not path.parent.is_dir():
        raise UsageError(
            str(path), Phrase("there is no folder {parent}", parent=path.parent), "make it first"
        )
    found = SavedFile(path).look()
    if isinstance(found, UsageError):
        raise found
    engine.warm_judge()
    if asked.json or not _can_fill_terminal():
        _plainly(asked, engine, slug, path, seed)
    return _on_terminal(engine, slug, path, seed)


def _can_fill_terminal() -> bool:
    return os.name == "posix" and output.on_terminal(sys.stdout) and sys.stdin.isatty()


def _on_terminal(engine: Engine, slug: str, path: Path, seed: int | None) -> Exit:
    from quizapp.cli.terminal import Ended
    from quizapp.cli.watch_app import watch_on_terminal

    try:
        slug, outcome = watch_on_terminal(engine, slug, path, seed, styled=output.coloured())
    except Ended as ended:
        engine.close()
        ended.pass_on()
        raise
    if outcome is None:
        return Exit.NOT_PASSED
    # The second screen is gone with all that stood on it; this much stays.
    show_verdict(outcome, slug, engine.language)
    return code_of_verdict(outcome.verdict)


def _plainly(asked: Asked, engine: Engine, slug: str, path: Path, seed: int | None) -> NoReturn:
    """Write each verdict as it comes; ends by Ctrl-C only."""
    say = saying(engine.language)
    wake = threading.Event()
    watching = Watching(engine, slug, path, seed, wake.set)
    output.note(say("watching {file}; Ctrl-C ends it", file=path))
    judged: Judged | None = None
    troubled: object = None
    while True:
        if watching.step():
            if watching.judged is not judged and watching.judged is not None:
                judged = watching.judged
                _tell(asked, engine, engine.exercise(slug), path, judged)
            trouble = watching.error or watching.found
            if trouble is not troubled and isinstance(trouble, Gone):
                output.note(say("{file} is not there; waiting for it", file=path))
            elif trouble is not troubled and isinstance(trouble, Exception):
                output.note(f"error: {trouble}")
            troubled = trouble
        wake.wait(watching.wait_s)
        wake.clear()


def _tell(asked: Asked, engine: Engine, exercise: Exercise, path: Path, judged: Judged) -> None:
    language = engine.language
    if asked.json:
        output.data_json(outcome_json(judged.outcome, language), language, indent=None)
    else:
        clock = f"{judged.saved_at:%H:%M:%S}" if judged.saved_at else "–"
        saved = saying(language)("{file}, saved {time}", file=path, time=clock)
        output.data(output.style(f"{saved}:", bold=True))
        show_outcome(judged.outcome, exercise, language)
        output.data("")
    sys.stdout.flush()
