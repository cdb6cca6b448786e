"""Where things are. Owns every path outside the course; leaves reading and writing to others."""

from __future__ import annotations

import os
from pathlib import Path


def data_dir() -> Path:
    """The learner's data: database and backups. `QUIZAPP_HOME` overrides the platform's place."""
    override = os.environ.get("QUIZAPP_HOME")
    if override:
        return Path(override).expanduser()
    import platformdirs

    return Path(platformdirs.user_data_dir("quizapp", appauthor=False))


def cache_dir() -> Path:
    """What can be deleted at any time: parsed decks. Below `QUIZAPP_HOME` when that is set."""
    override = os.environ.get("QUIZAPP_HOME")
    if override:
        return Path(override).expanduser() / "cache"
    import platformdirs

    return Path(platformdirs.user_cache_dir("quizapp", appauthor=False))


def default_course() -> Path:
    """The default course: `QUIZAPP_COURSE`, else the wheel's copy, else this checkout."""
    override = os.environ.get("QUIZAPP_COURSE")
    if override:
        return Path(override).expanduser()
    package = Path(__file__).resolve().parent
    shipped = package / "default_course"
    return shipped if shipped.is_dir() else package.parent
