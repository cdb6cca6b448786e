from textwrap import dedent

import pytest

from quizapp.domain.outcomes import Verdict
from quizapp.judge import faults
from quizapp.judge.conversation import SyntaxFault
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


def test_a_line_of_megabytes_is_cut_around_the_column_of_its_syntax_error():
    line = "x = 1; " * 600_000 + "y = 1 +* 2; " + "z = “3”; " * 100_000
    column = 7 * 600_000 + 8
    message = faults.describe_syntax(SyntaxFault("invalid syntax", 1, column, ""), line)
    first, shown, mark = message.split("\n")
    assert first.startswith(f"line 1, column {column:d}: invalid syntax")
    assert len(shown) < 250
    assert shown[len(mark) - 1] == "*"


def test_a_lookalike_in_a_long_line_is_named_by_its_column_in_the_line():
    line = "x = 1; " * 100 + "y = “3”"
    message = faults.describe_syntax(SyntaxFault("invalid character", 1, 705, ""), line)
    assert "column 705 holds LEFT DOUBLE QUOTATION MARK" in message
