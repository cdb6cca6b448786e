"""The SQL scripts that make and upgrade a file. Owns taking them apart and what they need.

Leaves running them to `database`.
"""

from __future__ import annotations

import contextlib
import re
import sqlite3
from collections.abc import Iterator, Sequence


def designed(migrations: Sequence[str]) -> dict[str, tuple[str, str]]:
    """What scripts make: name of a table, index or trigger -> which of these, SQL.

    Asked of a database of its own, in memory.
    """
    with contextlib.closing(sqlite3.connect(":memory:")) as empty:
        add_functions(empty)
        for script in migrations:
            empty.executescript(script)
        made = empty.execute("SELECT name, type, sql FROM sqlite_schema WHERE sql IS NOT NULL")
        return {name: (kind, sql) for name, kind, sql in made}


def add_functions(connection: sqlite3.Connection) -> None:
    """What migrations need beyond SQLite's own functions."""
    connection.create_function("exact_real", 1, _exact_real, deterministic=True)


def _exact_real(text: str | None) -> float | None:
    """The number that a text means; SQLite's own reading may be off in the last bit."""
    return None if text is None else float(text)


def statements(script: str) -> Iterator[str]:
    """The statements of a script, one by one, so that they can run inside a transaction."""
    pending = ""
    for piece in re.split(r"(?<=;)", script):
        pending += piece
        if sqlite3.complete_statement(pending):  # knows semicolons inside strings and triggers
            yield pending
            pending = ""
    if pending.strip():
        raise ValueError(f"the script ends inside a statement: {pending.strip()[:60]}")
