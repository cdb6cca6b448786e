"""All commands as click knows them. Owns how a command line is read, and how misuse of it is told.

Each command lives in a module of this package, imported when it is called.
"""

from __future__ import annotations

import importlib
import os
from collections.abc import Sequence

import click

from quizapp import __version__
from quizapp.cli import COMMANDS
from quizapp.cli.exits import Exit
from quizapp.cli.options import asked_of, open_app, shared_options
from quizapp.errors import UsageError


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


def read_and_run(words: Sequence[str]) -> int:
    """Run one command line and return the exit code.

    Args:
        words: without the program's name.

    Raises:
        KeyboardInterrupt: Ctrl-C at a question.
        QuizappError: what the command could not do.
    """
    if "_QUIZAPP_COMPLETE" in os.environ:
        commands.main(words, "quizapp")  # answers the shell and exits
    try:
        with commands.make_context("quizapp", list(words)) as ctx:
            return int(commands.invoke(ctx) or Exit.DONE)
    except click.exceptions.Exit as leaving:  # --help, --version
        return leaving.exit_code
    except click.Abort:
        raise KeyboardInterrupt from None
    except click.ClickException as error:
        from quizapp.cli.misused import misuse

        raise misuse(error) from error
