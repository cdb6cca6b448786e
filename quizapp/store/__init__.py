"""What is kept in SQLite: the learner's reviews, schedules and outcomes; a class's gradebook."""

from quizapp.errors import BusyError, StaleReviewError
from quizapp.store.gradebook import Gradebook
from quizapp.store.store import Store

__all__ = ["BusyError", "Gradebook", "StaleReviewError", "Store"]
