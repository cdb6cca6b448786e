from textwrap import dedent

import pytest

from quizapp.domain.outcomes import Verdict
from quizapp.judge import faults
from quizapp.judge.sandbox import Ended, HowEnded


class TimedOut(Ended):
    """A run that was in a certain line when its time was up."""

    __slots__ = ("line",)

    def line_in(self, filename):
        return self.line


def told(source, line):
    ended = TimedOut(HowEnded.TIMED_OUT)
    object.__setattr__(ended, "line", line)
    return faults.describe_end(ended, "submission.py", dedent(source).lstrip("\n"))


LOOPS = """
    def f(x):
        i = 0
        while i < 3:
            for j in range(4):
                x = x + 1

            # for nothing
        return x

    def g(x):
        return f(x)

    while(x := g(1)): pass
"""


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (5, "it is inside the loop in line 3: `while i < 3:`; what makes it end?"),
        (3, "that is a loop; what makes it end?"),
        (4, "it is inside the loop in line 3: `while i < 3:`; what makes it end?"),
        (8, ""),
        (11, ""),
        (13, "that is a loop; what makes it end?"),
    ],
)
def test_a_time_out_names_the_loop_around_its_line(line, words):
    judged = told(LOOPS, line)
    first, *rest = judged.message.split("\n")
    assert judged.verdict is Verdict.TIMED_OUT
    assert first.startswith(f"still running when the time was up in line {line}: `")
    assert rest == ([words] if words else [])


def test_a_for_loop_is_asked_whether_it_needs_to_be_so_long():
    judged = told("def f(x):\n    for i in range(10**9):\n        x = x + 1\n", 3)
    assert judged.message.endswith("`for i in range(10**9):`; does it need that many rounds?")


@pytest.mark.parametrize("line", [0, 99, -1])
def test_a_line_that_is_not_there_is_not_named(line):
    assert "loop" not in told("x = 1", line).message
