"""`quizapp settings`: see and change how studying goes. Owns its words on the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from quizapp.cli import output
from quizapp.cli.asked import Asked
from quizapp.cli.exits import Exit
from quizapp.cli.options import asking
from quizapp.cli.words import Say, saying
from quizapp.errors import UsageError

if TYPE_CHECKING:
    from quizapp.engine.settings import SettingRow


@click.command("settings")
@click.argument("key", required=False)
@click.argument("value", nargs=-1)
@click.option("--default", "reset", is_flag=True, help="Go back to the default of KEY.")
@asking
def settings_command(asked: Asked, *, key: str | None, value: tuple[str, ...], reset: bool) -> Exit:
    """List all settings, show the one named KEY, or set it to VALUE.

    desired_retention.TOPIC is the desired retention of one topic's cards; new_per_day.TOPIC and
    reviews_per_day.TOPIC are its daily limits, within those of all topics. What is set holds from
    the next answer on.
    """
    if reset and (key is None or value):
        raise UsageError("--default", "it takes a KEY and no value", "write KEY --default")
    with asked.open() as engine:
        if key is None:
            rows = engine.all_settings()
        elif reset:
            rows = [engine.reset_setting(key)]
        elif value:
            rows = [engine.change_setting(key, " ".join(value))]
        else:
            rows = [engine.one_setting(key)]
        if asked.json:
            asked.show(rows if key is None else rows[0], engine.language)
        elif key is None:
            _show(rows, saying(engine.language))
        else:
            output.data(f"{rows[0].key} = {rows[0].text}")
    return Exit.DONE


def _show(rows: list[SettingRow], say: Say) -> None:
    output.table(
        (say("setting"), say("value"), say("default"), say("what it does")),
        [(row.key, row.text, row.default if row.changed else "", say(row.about)) for row in rows],
    )
