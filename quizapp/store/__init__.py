"""The learner's SQLite file: reviews, schedules, outcomes."""
