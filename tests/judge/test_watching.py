"""Forbidden imports and NumPy functions, in real runs; what is left out of a file."""

import dataclasses

import pytest

from quizapp.domain.outcomes import Verdict
from quizapp.judge.accusations import Accusations
from quizapp.judge.items import Origin, Raised
from quizapp.judge.watching import without_tests

RIGHT = """
def iou(boxes, target):
    low = torch.maximum(boxes[:, :2], target[:2])
    high = torch.minimum(boxes[:, 2:], target[2:])
    shared = (high - low).clamp(min=0).prod(1)
    areas = (boxes[:, 2:] - boxes[:, :2]).prod(1)
    return shared / (areas + (target[2:] - target[:2]).prod() - shared)
"""


@pytest.fixture
def judged(judges, offered, iou):
    """The outcome of a submission under some words of `forbidden:`."""

    def outcome(source, *words):
        exercise = dataclasses.replace(iou, forbidden=words)
        return judges(offered[0]).judge(exercise, source.encode()).result(100)

    return outcome


@pytest.mark.parametrize(
    "line",
    [
        "import numpy",
        "import numpy as np",
        "import numpy.linalg",
        "from numpy import linalg",
        "__import__('numpy')",
        "import importlib; importlib.import_module('numpy')",
        "exec('import numpy')",
    ],
)
def test_a_forbidden_import_costs_every_check_and_names_its_line(judged, line):
    outcome = judged(f"import torch\n{line}\n{RIGHT}", "import.numpy")
    assert {check.verdict for check in outcome.checks} == {Verdict.POLICY}
    assert outcome.score == 0
    assert all("import numpy" in check.message for check in outcome.checks)
    assert all("ran in line 2" in check.message for check in outcome.checks)


@pytest.mark.parametrize(
    "source",
    [
        f"import torch\n# import numpy\nTEXT = 'import numpy'\n{RIGHT}",
        f"import torch, math, itertools\nfrom torch import nn\n{RIGHT}",
        f"import torch\nimport torch.utils.data\nfrom torch.utils import benchmark\n{RIGHT}",
    ],
)
def test_the_word_and_what_torch_imports_are_no_import(judged, source):
    assert judged(source, "import.numpy", "import.scipy").passed


def test_numpy_may_be_forbidden_as_a_way_of_computing(judged):
    body = RIGHT.replace("    low =", "    boxes.numpy()\n    low =", 1)
    outcome = judged(f"import torch\n{body}", "numpy")
    assert outcome.verdict is Verdict.POLICY
    assert judged(f"import torch\n{RIGHT}", "numpy").passed


@pytest.mark.parametrize(
    ("call", "word"),
    [
        ("np.linalg.norm(np.ones(3))", "linalg"),
        ("np.dot(np.ones(3), np.ones(3))", "matmul"),
        ("np.convolve(np.ones(3), np.ones(3))", "convolution"),
    ],
)
def test_a_function_of_numpy_falls_under_the_words_of_torchs(judged, call, word):
    body = RIGHT.replace("    low =", f"    {call}\n    low =", 1)
    outcome = judged(f"import torch\nimport numpy as np\n{body}", word)
    assert outcome.verdict is Verdict.POLICY
    assert f"numpy.{call[3:].partition('(')[0]} ran in line 5" in outcome.checks[0].message


def test_other_functions_of_numpy_stay_as_they_are(judged):
    body = RIGHT.replace("    low =", "    np.stack([np.ones(2)]).sum()\n    low =", 1)
    words = ("linalg", "matmul", "convolution", "gather")
    assert judged(f"import torch\nimport numpy as np\n{body}", *words).passed


def test_ops_that_are_gone_cost_the_others_nothing(judged):
    asked = (
        "assert torch._C._len_torch_dispatch_stack() == torch._C._len_torch_function_stack() == 0"
    )
    assert judged(f"import torch\n{asked}\n{RIGHT}", "convolution", "autograd").passed


@pytest.mark.parametrize(
    ("call", "name"),
    [
        ("boxes.sum().backward()", "torch.Tensor.backward"),
        ("torch.autograd.grad(boxes.sum(), boxes)", "torch.autograd.grad"),
        ("torch.func.jacrev(torch.sin)(target)", "torch.func.jacrev"),
    ],
)
def test_ways_into_a_backward_pass_are_named(judged, call, name):
    body = RIGHT.replace("    low =", f"    {call}\n    low =", 1)
    outcome = judged(f"import torch\n{body}", "autograd")
    assert outcome.verdict is Verdict.POLICY
    assert f"{name} ran in line 4" in outcome.checks[0].message


def test_an_unknown_word_is_the_courses_fault(judged):
    outcome = judged(f"import torch\n{RIGHT}", "convlution")
    assert outcome.verdict is Verdict.GRADER_ERROR
    assert "no group of ops named `convlution`" in outcome.checks[0].message


def raised(line):
    return Raised(
        Origin.LEARNER, "quizapp.judge.removal.ForbiddenOpError", "", ((line, "<module>"),)
    )


@pytest.fixture
def found():
    return Accusations("submission.py")


def test_a_statement_that_was_refused_is_left_out_and_lines_keep_their_numbers(found):
    source = "a = 1\nassert (\n    f(a)\n)\nb = 2\n"
    assert without_tests(source, raised(3), found) == "a = 1\n\n\n\nb = 2\n"


@pytest.mark.parametrize(
    "source", ["def f():\n    pass\n", "import x\n", "class A:\n    b = f()\n"]
)
def test_definitions_and_imports_are_never_left_out(found, source):
    assert without_tests(source, raised(1), found) is None


def test_a_file_that_fails_for_another_reason_stays_whole(found):
    other = dataclasses.replace(raised(1), type_name="ValueError")
    assert without_tests("f()\n", other, found) is None
    assert without_tests("f()\n", raised(1), None) is None
