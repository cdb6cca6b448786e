"""What is kept in SQLite: the learner's reviews, schedules and outcomes; a class's gradebook."""

from quizapp.errors import BusyError, StaleReviewError
from quizapp.store.store import Store

__all__ = ["BusyError", "StaleReviewError", "Store"]
