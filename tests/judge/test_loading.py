"""What of a notebook is run, in which order, and what is said about the rest."""

from __future__ import annotations

import json
from textwrap import dedent

import pytest

from quizapp.judge import loading, reading, running
from quizapp.judge.loading import NoPython

RIGHT = "def double(x):\n    return 2 * x\n"
MISSING_LIBRARY = "import a_library_that_is_not_here"


def load(*cells, wanted=("double",)):
    """Run a notebook of these cells; its names and what kept it from being judged."""
    sources = [{"cell_type": "code", "source": dedent(cell).strip("\n")} for cell in cells]
    text = reading.read_source(json.dumps({"cells": sources}).encode(), "a.ipynb")
    namespace = {"__name__": "submission"}
    fault = loading.run_file(text, "a.ipynb", wanted, namespace)
    return namespace, fault


def loaded(*cells, wanted=("double",)):
    namespace, fault = load(*cells, wanted=wanted)
    assert fault is None
    return namespace


ENDLESS = "while True:\n    pass\n"
NOT_NEEDED = {
    "a training run": f"net = [0]\n{ENDLESS}    net[0] += 1",
    "a training run with the function": f"for epoch in range(3):\n    y = double(epoch)\n{ENDLESS}",
    "training by name": f"def train():\n    {ENDLESS.replace('    ', '        ')}\ntrain()",
    "a plot": "import matplotlib_is_not_here.pyplot as plt\nplt.plot([1])\nplt.show()",
    "a missing file": "data = open('data.csv').read()",
    "a failing test": "assert double(2) == 5",
    "the end of the program": "import sys\nsys.exit()",
    "a question": "name = input('who? ')",
    "a cell that is no Python": "SELECT * FROM boxes",
    "a name of Jupyter's": "get_ipython().run_line_magic('matplotlib', 'inline')",
}


@pytest.mark.parametrize("where", ["before", "behind", "around"])
@pytest.mark.parametrize("case", NOT_NEEDED)
def test_what_the_function_does_not_need_costs_nothing(case, where):
    cell = NOT_NEEDED[case]
    cells = {"before": [cell, RIGHT], "behind": [RIGHT, cell], "around": [f"{RIGHT}\n{cell}"]}
    if where == "around" and case == "a cell that is no Python":
        cells["around"] = [cell, RIGHT, cell]
    assert loaded(*cells[where])["double"](4) == 8


NEEDED = {
    "a constant": ["FACTOR = 2", "def double(x):\n    return FACTOR * x"],
    "an import": [
        "import math, a_library_that_is_not_here",
        "double = lambda x: math.prod([2, x])",
    ],
    "a chain": ["def one(x): return x", "def two(x): return one(x) * 2", "double = two"],
    "a variable that is changed": ["f = []", "f.append(2)", "def double(x): return f[0] * x"],
    "changed in a loop": [
        "f = {}",
        "for i in range(3):\n    f[i] = i",
        "def double(x): return f[2] * x",
    ],
    "changed by a call": [
        "f = [1]",
        "def train(f):\n    f[0] += 1",
        "train(f)",
        "def double(x): return f[0] * x",
    ],
    "changed by another name": [
        "f = [1]",
        "g = f",
        "def step():\n    f[0] = 2",
        "step()",
        "def double(x): return f[0] * x",
    ],
    "a setting of a module": [
        "import decimal",
        "decimal.getcontext().prec = 2",
        "def double(x): return x * decimal.getcontext().prec",
    ],
    "a call for its effect": [
        "import sys",
        "_ = sys.setrecursionlimit(4000)",
        "def double(x): return x * sys.getrecursionlimit() // 2000",
    ],
    "a method added to a class": [
        "class Net:\n    pass",
        "def add_to(kind):\n    return lambda f: setattr(kind, f.__name__, f)",
        "@add_to(Net)\ndef forward(self, x):\n    return 2 * x",
        "def double(x): return Net().forward(x)",
    ],
    "a method added by a decorator of the class": [
        "class Net:\n    @classmethod\n    def add(cls, f): setattr(cls, f.__name__, f)",
        "@Net.add\ndef forward(self, x):\n    return 2 * x",
        "def double(x): return Net().forward(x)",
    ],
    "a name bound on the way": [
        "(f := []).append(2)",
        "f[0] = 2",
        "def double(x): return f[0] * x",
    ],
    "an attribute of a class": [
        "class Net:\n    pass",
        "Net.factor = 2",
        "def double(x): return Net.factor * x",
    ],
    "an attribute of the function": [
        "def double(x): return x * double.factor",
        "double.factor = 2",
    ],
    "a decorator": [
        "def loudly(f):\n    return lambda x: f(x) * 2",
        "@loudly\ndef double(x):\n    return x",
    ],
    "a default": ["two = 2", "def double(x, by=two):\n    return by * x"],
    "a base class": [
        "class Base:\n    factor = 2",
        "class Sub(Base):\n    pass",
        "def double(x): return Sub.factor * x",
    ],
    "everything of a module": ["from math import *", "def double(x): return prod([2, x])"],
    "a name made at run time": ["globals()['double'] = lambda x: 2 * x"],
    "code in a string": ["exec('def double(x): return 2 * x')"],
    "an import that may fail": [
        f"try:\n    {MISSING_LIBRARY} as two\nexcept ImportError:\n    two = 2",
        "def double(x): return two * x",
    ],
    "the later of two": ["def double(x): return 3 * x", "def double(x): return 2 * x"],
    "cells out of order": ["double = twice", "def twice(x): return 2 * x"],
    "a timed one": ["%%time\n%time two = 2", "def double(x): return two * x"],
    "changed by what was made of it": [
        "f = [1]",
        "class Opt:\n    def __init__(self, f): self.f = f\n    def step(self): self.f[0] = 2",
        "optimizer = Opt(f)",
        "for _ in range(3):\n    optimizer.step()",
        "def double(x): return f[0] * x",
    ],
    "a global set by a call": [
        "def prepare():\n    global two\n    two = 2",
        "prepare()",
        "def double(x): return two * x",
    ],
    "annotations of later names": [
        "from __future__ import annotations",
        "def double(x: Later) -> Later:\n    return 2 * x",
    ],
}


@pytest.mark.parametrize("case", NEEDED)
def test_what_the_function_needs_is_run(case):
    assert loaded(*NEEDED[case])["double"](4) == 8


def test_a_local_name_needs_no_global_of_that_name():
    local = "def double(x):\n    loss = x\n    return loss + x"
    assert loaded(local, f"loss = 0\n{ENDLESS}")["double"](4) == 8


def test_what_was_left_out_is_said(capsys):
    loaded("import math", RIGHT, "x = double(3)", "data = open('data.csv')")
    assert "code in cell 3, 4" in capsys.readouterr().out


def test_of_two_imports_the_one_that_fails_is_told(capsys):
    loaded("import not_here, math", "def double(x): return math.prod([2, x, not_here.one])")
    assert "(cell 1, line 1: ModuleNotFoundError" in capsys.readouterr().out


def test_code_too_deep_to_be_cut_is_run_whole():
    long = "x = " + " + ".join(["1"] * 990)
    assert loaded(long, RIGHT)["double"](4) == 8


def test_code_too_deep_for_python_costs_its_cell():
    _, fault = load("x = 1", f"{RIGHT}y = {'(' * 300}1{')' * 300}")
    assert type(fault) is NoPython
    assert fault.line >= 4


def test_nothing_is_said_when_all_was_run(capsys):
    loaded("import math", "%matplotlib inline", RIGHT)
    assert capsys.readouterr().out == ""


def test_what_is_needed_and_fails_is_told_by_its_cell(capsys):
    loaded("import math", "table = open('table.csv')", "def double(x): return table")
    assert "(cell 2, line 1: FileNotFoundError" in capsys.readouterr().out


def test_a_syntax_error_matters_if_the_function_is_missing():
    _, fault = load("x = 1", "y = 2\ndef double(x)\n    return x")
    assert type(fault) is NoPython
    assert fault.line == 5  # the second line of the second cell, behind two marks


@pytest.mark.parametrize("source", ["def f(): pass\nreturn 1", "x = 1\nawait x", "f(a=1, a=2)"])
def test_an_error_that_only_the_compiler_sees_has_its_line(source):
    _, fault = load("x = 1", source)
    assert type(fault) is NoPython
    assert fault.line == 4 + source.count("\n")


def test_an_exception_matters_if_the_function_is_missing():
    _, fault = load("import math", "def f(x): return x\ndouble = f[0]")
    assert type(fault) is running.Raised
    assert (fault.type_name, fault.lines[-1][0]) == ("TypeError", 5)


def test_without_the_function_all_definitions_are_there():
    namespace, fault = load("def my_double(x): return 2 * x", "class Net: pass", "x = 1 / 0")
    assert fault is None
    assert {"my_double", "Net"} <= set(namespace)


def test_the_lines_of_a_traceback_are_those_of_the_source():
    namespace = loaded("import math\n\nx = 1", "def double(x):\n    return x['no']")
    with pytest.raises(TypeError) as caught:
        namespace["double"](1)
    assert running.raised(caught.value, "a.ipynb").lines == ((7, "double"),)


def test_display_shows_and_does_not_fail(capsys):
    loaded("def double(x):\n    display(x)\n    return 2 * x")["double"](3)
    assert capsys.readouterr().out == "3\n"


def test_many_statements_take_no_more_than_a_moment_each():
    cells = [f"x{number} = {number}" for number in range(1000)]
    assert "x999" not in loaded(*cells, RIGHT)
