"""`quizapp restore`: copies of the learner's database. Owns its words on the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from quizapp.cli import output
from quizapp.cli.asked import Asked
from quizapp.cli.exits import Exit
from quizapp.cli.options import asking
from quizapp.cli.words import Say, saying
from quizapp.domain.text import Language

if TYPE_CHECKING:
    from quizapp.store.copies import Copy
    from quizapp.store.recovery import Restored


@click.command("restore")
@click.argument("backup", metavar="[BACKUP]", required=False)
@asking
def restore_command(asked: Asked, backup: str | None) -> Exit:
    """List the copies of your database, or go back to one.

    BACKUP is the name of a copy as the list has it, the day of a daily one, or "newest". What it
    replaces is kept and can be gone back to in the same way. Nothing happens while another quizapp
    has the database open.
    """
    from quizapp.clock import study_day, system_clock
    from quizapp.engine.base import database_file
    from quizapp.engine.spoken import language_spoken
    from quizapp.store import copies, recovery

    file = database_file(None)
    language = asked.language or Language.EN
    say = saying(language_spoken(asked.language))
    if backup is None:
        found = copies.every(file)
        if asked.json:
            asked.show(
                {"database": str(file), "copies": [_plain(each) for each in found]}, language
            )
        else:
            _show(found, say)
        return Exit.DONE
    restored = recovery.restore(file, copies.chosen(file, backup), study_day(system_clock()))
    kept = None if restored.kept is None else str(restored.kept)
    if asked.json:
        asked.show({"restored": _plain(restored.copy), "kept": kept}, language)
        return Exit.DONE
    _tell_restored(restored, say)
    return Exit.DONE


def _tell_restored(restored: Restored, say: Say) -> None:
    copy = restored.copy
    told = say(
        "{name} is in place, with {n} answers",
        one="{name} is in place, with {n} answer",
        name=copy.name,
        n=copy.answers or 0,
    )
    output.data(told)
    if copy.lost:
        told = say(
            "{n} later answers and submissions are not in it",
            one="{n} later answer or submission is not in it",
            n=copy.lost,
        )
        output.data(told)
    elif copy.lost is None:
        output.data(say("what it lacks cannot be told, since the former file could not be read"))
    if restored.kept is not None:
        output.data(say("what it replaced is kept: {file}", file=restored.kept))


def _plain(copy: Copy) -> dict[str, object]:
    names = ("name", "day", "reason", "size", "answers", "lost", "problem")
    return {name: getattr(copy, name) for name in names} | {"path": str(copy.path)}


def _show(copies: list[Copy], say: Say) -> None:
    output.table(
        (say("copy"), say("made"), say("size"), say("answers"), say("would lose")),
        [
            (
                copy.name,
                say(copy.reason, of="copy"),
                f"{copy.size / 2**20:.1f} MiB",
                say(copy.problem) if copy.problem else str(copy.answers),
                "-" if copy.lost is None else str(copy.lost),
            )
            for copy in copies
        ],
    )
    if copies:
        output.note(say("quizapp restore NAME goes back to one; what it replaces is kept"))
    else:
        output.note(say("no copy has been made yet; the first use of a day makes one"))
