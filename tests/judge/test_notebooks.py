"""Notebooks: every official format, what Jupyter adds to Python, and where in it something is."""

from __future__ import annotations

import json
from dataclasses import replace
from textwrap import dedent

import pytest

from quizapp.domain.outcomes import Verdict
from quizapp.judge import notebooks, reading
from quizapp.judge.reading import UnreadableError

RIGHT = """
import torch

def iou(boxes, target):
    low = torch.maximum(boxes[:, :2], target[:2])
    high = torch.minimum(boxes[:, 2:], target[2:])
    shared = (high - low).clamp(min=0).prod(1)
    areas = (boxes[:, 2:] - boxes[:, :2]).prod(1)
    return shared / (areas + (target[2:] - target[:2]).prod() - shared)
"""


def of_cells(*cells, **more):
    return json.dumps({"cells": list(cells), **more}).encode()


def notebook(*sources):
    return of_cells(
        *({"cell_type": "code", "source": dedent(source).strip("\n")} for source in sources)
    )


def read(data):
    return reading.read_source(data, "a.ipynb")


def code(source):
    """The lines that a cell comes to."""
    return read(notebook(source)).splitlines()[1:]


def in_format(major, minor):
    """The same two cells of code as each format writes them, with all that it allows besides."""
    outputs = [{"output_type": "stream", "name": "stdout", "text": ["x" * 9]}]
    cell = {"cell_type": "code", "metadata": {}, "outputs": outputs, "source": ["x = 1\n", "y = 2"]}
    other = {**cell, "source": "z = 3"}
    between = [
        {"cell_type": "markdown", "metadata": {}, "source": ["# x = 9"]},
        {"cell_type": "raw", "metadata": {}, "source": "x = 9"},
    ]
    if major == 4:
        cell["execution_count"] = other["execution_count"] = None
        if minor >= 1:
            between[0]["attachments"] = {"a.png": {"image/png": "iVBORw0KGgo="}}
        if minor >= 5:
            for number, each in enumerate((cell, *between, other)):
                each["id"] = f"cell-{number}"
        return {"cells": [cell, *between, other]}
    for each in (cell, other):
        each["input" if major > 1 else "code"] = each.pop("source")
        each |= {"language": "python", "collapsed": False, "prompt_number": 1}
    cells = [cell, *between, {"cell_type": "heading", "level": 1, "source": "x = 9"}, other]
    if major == 2:
        cell["input"] = ["x = 1", "y = 2"]
    return {"worksheets": [{"cells": cells}]} if major > 1 else {"cells": cells}


@pytest.mark.parametrize(
    ("major", "minor"), [(1, 0), (2, 0), (3, 0), *((4, minor) for minor in range(6))]
)
def test_every_format_is_read(major, minor):
    data = {"nbformat": major, "nbformat_minor": minor, "metadata": {}, **in_format(major, minor)}
    cells = notebooks.split(read(json.dumps(data).encode()))
    assert [cell.source for cell in cells] == ["x = 1\ny = 2\n", "z = 3\n"]


def test_several_sheets_are_one_notebook():
    sheets = [{"cells": [{"cell_type": "code", "input": f"x = {number}"}]} for number in (1, 2)]
    text = read(json.dumps({"worksheets": sheets}).encode())
    assert [cell.source for cell in notebooks.split(text)] == ["x = 1\n", "x = 2\n"]


@pytest.mark.parametrize("sheets", [3, {}, [3], [{"cells": 3}], [{}], "x", [None]])
def test_damaged_sheets_are_no_fault_of_ours(sheets):
    try:
        assert read(json.dumps({"worksheets": sheets}).encode()) == ""
    except UnreadableError as error:
        assert "no notebook" in error.message


def test_large_outputs_are_no_matter():
    picture = {"output_type": "display_data", "data": {"image/png": "A" * (6 << 20)}}
    data = of_cells({"cell_type": "code", "source": "x = 1", "outputs": [picture]})
    assert "x = 1" in read(data)


def test_a_notebook_of_more_bytes_than_anyone_hands_in_says_what_to_do():
    with pytest.raises(UnreadableError, match="clear the outputs"):
        read(b" " * (17 << 20))


def test_more_code_than_anyone_writes_is_refused():
    with pytest.raises(UnreadableError, match="characters of code"):
        read(of_cells({"cell_type": "code", "source": "x\n" * (1 << 20)}))


def test_empty_cells_are_left_out_and_still_count():
    text = read(notebook("", "  \n\n", "x = 1"))
    assert text == "# ── cell 3 ──\nx = 1\n"


def test_half_a_pair_of_surrogates_becomes_a_sign_that_can_be_shown():
    assert code('x = "\ud800"  # \ud83d\ude00') == ['x = "\ufffd"  # 😀']


HARMLESS = {
    "pip install torch": "pass  # pip install torch",
    "cd /tmp/data": "pass  # cd /tmp/data",
    "ls -la": "pass  # ls -la",
    "matplotlib inline": "pass  # matplotlib inline",
    "!!ls": "pass  # !!ls",
    "x.y[0]?": "pass  # x.y[0]?",
    "*array*?": "pass  # *array*?",
    "%timeit?": "pass  # %timeit?",
    "torch.relu?  # what is it": "pass  # torch.relu?  # what is it",
    "x = %magic": "x = None  # %magic",
}


@pytest.mark.parametrize("line", HARMLESS)
def test_what_only_jupyter_knows_is_made_harmless(line):
    assert code(line) == [HARMLESS[line]]


@pytest.mark.parametrize(
    "line",
    [
        "env = 3",
        "run(x)",
        "cat.sound()",
        "rm[0] = 1",
        "ls += [1]",
        "cp, mv = 1, 2",
        "who: int = 3",
        "run in runs",
        "env if x else y",
        "cd * 2",
        'f"{x}?"',
        "x = 'y' # why?",
        "lsx y",
    ],
)
def test_names_that_are_commands_elsewhere_may_be_used(line):
    assert code(line) == [line]


@pytest.mark.parametrize("magic", ["%%time", "%%capture out", "%%prun -s x", "%%tab pytorch, jax"])
def test_a_cell_magic_around_python_keeps_its_body(magic):
    assert code(f"{magic}\nx = 1") == [f"# {magic}", "x = 1"]


@pytest.mark.parametrize(
    "magic", ["%%bash", "%%html", "%%writefile a.py", "%%javascript", "%%sh -e", "%%tab jax"]
)
def test_a_cell_magic_around_something_else_drops_its_body(magic):
    assert code(f"{magic}\nx = 1") == [f"# {magic}", "# x = 1"]


def test_cell_magics_may_stand_on_each_other():
    assert code("%%time\n%%capture\nx = 1") == ["# %%time", "# %%capture", "x = 1"]


def test_a_cell_magic_may_come_after_blank_lines():
    assert code("x = 1")[0] == "x = 1"
    assert read(of_cells({"cell_type": "code", "source": "\n\n%%bash\nls"})).count("# ls") == 1


def test_a_cell_that_is_indented_as_a_whole_is_python():
    text = read(of_cells({"cell_type": "code", "source": "    x = 1\n    if x:\n        y = 2"}))
    assert text.splitlines()[1:] == ["x = 1", "if x:", "    y = 2"]


@pytest.fixture(scope="module")
def outcome_of(judges, offered, iou):
    """What comes of a notebook of these cells; endless ones are short."""
    exercise = replace(iou, limits=replace(iou.limits, cpu_s=1))

    def judge(*cells):
        running = judges(offered[0]).judge(exercise, notebook(*cells), filename="iou.ipynb")
        return running.result(90)

    return judge


def said(outcome):
    return next(check.message for check in outcome.checks if check.message)


def test_training_plots_and_tests_in_other_cells_cost_nothing(outcome_of):
    training = (
        "net = torch.nn.Linear(2, 1)\nwhile True:\n    net(torch.zeros(1, 2)).sum().backward()"
    )
    plot = "import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.show()"
    outcome = outcome_of("%matplotlib inline", plot, RIGHT, training, "iou(torch.eye(4), 3)")
    assert outcome.verdict is Verdict.PASSED
    assert "code in cell 2, 4, 5" in outcome.output


def test_a_time_out_names_cell_and_line(outcome_of):
    outcome = outcome_of(
        "import torch", "x = 0\nwhile x is not None:\n    x = 1", RIGHT + "iou.x = x"
    )
    assert outcome.verdict is Verdict.TIMED_OUT
    assert "in cell 2, line 3: `x = 1`" in said(outcome) or "cell 2, line 2" in said(outcome)


def test_a_traceback_names_cells_and_lines_and_leaves_quotes_alone(outcome_of):
    outcome = outcome_of(
        "def helper(x):\n    raise ValueError('line 1 of nothing')",
        "# its own\ndef iou(boxes, target):\n    return helper(boxes)",
    )
    assert outcome.verdict is Verdict.ERRORED
    assert "ValueError: line 1 of nothing, in cell 1, line 2: `raise" in said(outcome)
    assert "called from cell 2, line 3 (iou)" in said(outcome)


def test_a_syntax_error_names_cell_line_and_column(outcome_of):
    outcome = outcome_of("import torch", "x = 1\ndef iou(boxes, target)\n    return boxes")
    assert outcome.verdict is Verdict.SYNTAX
    assert said(outcome).startswith("cell 2, line 2, column 23")


def test_an_error_in_a_cell_that_is_needed_names_it(outcome_of):
    outcome = outcome_of("import torch", "f = [1]\niou = f[3]")
    assert outcome.verdict is Verdict.ERRORED
    assert "IndexError: list index out of range, in cell 2, line 2: `iou = f[3]`" in said(outcome)
