"""Exit codes. Owns the mapping from what went wrong to a number; leaves messages to `output`."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING

from quizapp.errors import CourseError, QuizappError, UsageError

if TYPE_CHECKING:
    from quizapp.domain.outcomes import Verdict


class Exit(IntEnum):
    """What the process ends with; scripts rely on it.

    DONE            done; for `check` and `submit`: passed
    NOT_PASSED      judged, and not passed
    USAGE           the call names something that does not exist or makes no sense here
    UNSOUND_COURSE  a file of the course is wrong
    OUR_FAULT       the store, the judge or quizapp itself failed
    INTERRUPTED     Ctrl-C
    PIPE_CLOSED     whoever read stdout stopped reading, as a shell reports SIGPIPE
    """

    DONE = 0
    NOT_PASSED = 1
    USAGE = 2
    UNSOUND_COURSE = 3
    OUR_FAULT = 4
    INTERRUPTED = 130
    PIPE_CLOSED = 141


def code_of_error(error: QuizappError) -> Exit:
    """The exit code that `error` ends the process with."""
    if isinstance(error, UsageError):
        return Exit.USAGE
    if isinstance(error, CourseError):
        return Exit.UNSOUND_COURSE
    return Exit.OUR_FAULT


def code_of_verdict(verdict: Verdict) -> Exit:
    """The exit code of a judging: ours when the judge failed, else passed or not."""
    from quizapp.domain.outcomes import Verdict

    if verdict is Verdict.PASSED:
        return Exit.DONE
    return Exit.OUR_FAULT if verdict is Verdict.GRADER_ERROR else Exit.NOT_PASSED
