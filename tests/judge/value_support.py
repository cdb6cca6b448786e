"""Judging in one process: what the sandbox would send goes through bytes, as it does there."""

from __future__ import annotations

from textwrap import dedent

from quizapp.judge import compare, diagnosis, rules, running, verdicts
from quizapp.judge.accusations import Accusations
from quizapp.judge.trace import OpTrace

CHECK_HEAD = "import torch\nfrom quizapp.judge.checks import *\n"
CODE_HEAD = (
    "import torch\nimport numpy as np\nfrom torch import nn\nfrom torch.nn import functional as F\n"
)
HEAD_LINES = CODE_HEAD.count("\n")
SUBMISSION = "submission.py"


def load(source):
    """Checks of a source without its imports."""
    return running.load_checks(CHECK_HEAD + dedent(source), "checks.py")


def define(source, filename=SUBMISSION):
    """Names that a source without its imports defines."""
    namespace = {"__name__": "submission"}
    exec(compile(CODE_HEAD + dedent(source), filename, "exec"), namespace)
    return namespace


def sent(check, names, *, seed=7, forbidden=(), max_bytes=1 << 24):
    """The items of a run as they arrive at the judge."""
    found = Accusations(SUBMISSION)
    with OpTrace(forbidden=forbidden, accusations=found):
        recorder = running.Recorder(SUBMISSION, accusations=found)
        raw = [
            running.encode_item(item, max_bytes=max_bytes)
            for item in running.run_check(check, names, seed=seed, recorder=recorder)
        ]
    return [running.decode_item(each) for each in raw]


def expect(check, names, *, seed=7):
    """The judge's own run."""
    return running.expected_stream(check, names, seed=seed, filename="reference.py")


def judge(
    checks, reference, submission, *, forbidden=(), output="", signature="", data=None, cut=None
):
    """Verdict and message of the first check of a source."""
    check = load(checks)[0]
    got = sent(check, define(submission), forbidden=forbidden)[:cut]
    context = verdicts.Context(CODE_HEAD + dedent(submission), output, signature)
    if check.rule:
        return rules.judge_rule(check, got, data or {}, context)
    expected = expect(check, define(reference, "reference.py"))
    return compare.compare_streams(check, expected, got, context)


def diagnose(checks, reference, submission, near_misses):
    """The near miss that a submission behaves like."""
    loaded = load(checks)

    def expected(source):
        names = define(source, "reference.py")
        return {check.id: expect(check, names) for check in loaded if check.rule is None}

    names = define(submission)
    got = {check.id: sent(check, names) for check in loaded}
    misses = {name: expected(source) for name, source in near_misses.items()}
    return diagnosis.diagnose(loaded, expected(reference), got, misses)
