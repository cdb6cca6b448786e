"""The language of what is said without an open engine: of errors, of this machine, of a class.

Owns which one that is. With an engine open, it is the engine's.
"""

from __future__ import annotations

from quizapp.domain.text import Language
from quizapp.engine.base import database_file, language_of_system
from quizapp.store.peek import setting_in


def language_spoken(asked: Language | None = None) -> Language:
    """`asked` if there is one, else the learner's own, else the system's; raises nothing.

    Args:
        asked: what this call asks for.
    """
    if asked is not None:
        return asked
    try:
        return Language(str(setting_in(database_file(None), "language")))
    except (OSError, RuntimeError, ValueError):  # no such home; a setting that is no language
        return language_of_system()
