"""Use-cases about the learner's data as a whole: taking over another device's.

Owns the wiring; leaves what a log and a formula are to `store` and `study`.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from quizapp.engine.base import Workplace
from quizapp.errors import UsageError

if TYPE_CHECKING:
    from quizapp.store.merge import Merged


class DataDesk(Workplace):
    """The engine's part about the learner's data."""

    def merge(self, path: Path) -> Merged:
        """Take over what another device's `quizapp.db` holds; a copy of this one is made before.

        The result is the same on both devices once each has taken over the other.

        Raises:
            UsageError: it is this database.
            StoreError: one of the two cannot be used; nothing is changed.
        """
        if path.exists() and path.samefile(self.store.path):
            raise UsageError(str(path), "this is your own database", "name another device's")
        return self.store.merge(path, lambda: self.scheduler.review)
