"""What the checks of an exercise are called in the learner's language. Leaves reading to `course`.

The judge tells labels as the first lines of the docstrings, in English; the Chinese stands beside
them in the same source and is looked up here.
"""

from __future__ import annotations

from collections.abc import Mapping

from quizapp.course.checks import check_ids
from quizapp.domain.exercises import Exercise
from quizapp.domain.text import Language
from quizapp.errors import CourseError


def labels_in(language: Language, exercise: Exercise, variant: str = "") -> Mapping[str, str]:
    """English label -> label in `language`, for the checks of `exercise`.

    Args:
        language: that is spoken.
        exercise: that was judged.
        variant: which of its variants was judged; empty for `exercise` itself.

    Returns:
        Empty where all are as the judge tells them, or where `checks.py` cannot be read: the judge
        says so.
    """
    if language is Language.EN:
        return {}
    judged = next((each for each in exercise.variants if each.variant == variant), exercise)
    try:
        checks = check_ids(judged.checks)
    except CourseError:
        return {}
    return {info.label.en: info.label.read_in(language) for info in checks.values()}
