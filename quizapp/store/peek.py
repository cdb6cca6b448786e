"""One setting of a database that may be anything: missing, locked, damaged, of another version.

Owns looking without opening; for whoever has to say that it cannot be opened.
"""

from __future__ import annotations

import contextlib
import json
import sqlite3
from pathlib import Path
from urllib.parse import quote


def setting_in(file: Path, key: str) -> object:
    """What `key` was set to; None where it never was, or where that cannot be read."""
    if not file.is_file():
        return None
    address = f"file:{quote(str(file.absolute()))}?mode=ro"
    try:
        with contextlib.closing(sqlite3.connect(address, uri=True, timeout=0.1)) as connection:
            row = connection.execute("SELECT value FROM settings WHERE key = ?", (key,)).fetchone()
        return None if row is None else json.loads(row[0])
    except (sqlite3.Error, ValueError, TypeError):
        return None
