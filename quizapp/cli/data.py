"""The commands about the learner's data as a whole: merge. Owns their words on the terminal."""

from __future__ import annotations

from pathlib import Path

import click

from quizapp.cli import output
from quizapp.cli.exits import Exit
from quizapp.cli.options import Asked, asking


@click.command("merge")
@click.argument("other", metavar="OTHER.db", type=click.Path(path_type=Path, dir_okay=False))
@asking
def merge_command(asked: Asked, other: Path) -> Exit:
    """Take over the answers and submissions of another device.

    OTHER.db is a copy of its quizapp.db and is not changed. Merge on both devices and they agree,
    whichever was first; merging twice does no harm.
    """
    with asked.open() as engine:
        merged = engine.merge(other)
        if asked.json:
            asked.show(merged, engine.language)
        else:
            output.data(
                f"{merged.added} rows of the log and {merged.submissions} submissions came in, "
                f"{merged.recomputed} states were worked out anew"
            )
    return Exit.DONE
