"""The command line. Owns which commands there are, and how any failure is told.

Each command lives in one of this package's modules, imported when it is called: `quizapp next`
pays for nothing that it does not use. Commands return an `Exit`; everything that they do is a
call of the engine. Exit codes are in `exits`, the two writers in `output`.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import os
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

import click

from quizapp import __version__
from quizapp.cli import output
from quizapp.cli.exits import Exit, code_of_error
from quizapp.cli.options import asked_of, open_app, shared_options
from quizapp.errors import QuizappError, UsageError

_OBJECTS_BEFORE_GARBAGE = 50_000
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


class Commands(click.Group):
    """The group of all commands; imports a command's module when the command is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Every command, in the order in which a learner meets them."""
        return [*COMMANDS, *super().list_commands(ctx)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name; None where there is none."""
        if cmd_name not in COMMANDS:
            return super().get_command(ctx, cmd_name)
        module = importlib.import_module(f"quizapp.cli.{COMMANDS[cmd_name]}")
        command: click.Command = getattr(module, f"{cmd_name}_command")
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As click does it, with the nearest commands named when there is no such command."""
        if args and not args[0].startswith("-") and self.get_command(ctx, args[0]) is None:
            from quizapp.engine.names import did_you_mean

            raise UsageError(
                f"quizapp {args[0]}",
                "there is no such command",
                did_you_mean(args[0], COMMANDS) or "quizapp --help lists them",
            )
        return super().resolve_command(ctx, args)


@click.group(
    cls=Commands,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, prog_name="quizapp", message="%(prog)s %(version)s")
@shared_options
@click.pass_context
def commands(ctx: click.Context) -> Exit | None:
    """Learn deep learning with PyTorch: cards that come back, exercises that are judged.

    Without a command: the study app. Data goes to stdout, everything else to stderr.
    """
    return None if ctx.invoked_subcommand else open_app(asked_of(ctx), None)


def run() -> NoReturn:
    """The program `quizapp`: `main`, and then the end of the process.

    A command that is done has closed its files. Where nothing is left that must be put away, no
    thread and no log, the process ends at once instead of taking everything apart first.
    """
    # What a command makes, it mostly keeps: to look for garbage at every import is in vain.
    gc.set_threshold(_OBJECTS_BEFORE_GARBAGE)
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
    try:
        code = _run(arguments)
        sys.stdout.flush()
    except BrokenPipeError:
        # The interpreter flushes stdout once more at its end; there must be somewhere to flush to.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return Exit.PIPE_CLOSED
    except (KeyboardInterrupt, click.Abort):
        output.note("")
        return Exit.INTERRUPTED
    except QuizappError as error:
        output.note(f"error: {error}")
        return code_of_error(error)
    except click.ClickException as error:
        output.note(f"error: {_usage(error)}")
        return Exit.USAGE
    except Exception as error:
        output.note(f"error: quizapp: {_our_fault(error)}")
        return Exit.OUR_FAULT
    return code


def _run(arguments: Sequence[str] | None) -> int:
    if "_QUIZAPP_COMPLETE" in os.environ:
        commands.main(arguments, "quizapp")  # answers the shell and exits
    words = list(sys.argv[1:] if arguments is None else arguments)
    try:
        with commands.make_context("quizapp", words) as ctx:
            return int(commands.invoke(ctx) or Exit.DONE)
    except click.exceptions.Exit as leaving:  # --help, --version
        return leaving.exit_code


def _usage(error: click.ClickException) -> str:
    context = error.ctx if isinstance(error, click.UsageError) else None
    where = context.command_path if context else "quizapp"
    what = " ".join(error.format_message().split()).rstrip(".")
    return f"{where}: {what}; see {where} --help"


def _our_fault(error: Exception) -> str:
    """One line about `error`, and where its traceback was written."""
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
        told = f"the traceback is in {folder / name}, please report it with that file"
        break
    else:
        told = "no log file could be written; please report it"
    what = " ".join(f"{type(error).__name__}: {error}".split())
    return f"unexpected {what}; {told}"
