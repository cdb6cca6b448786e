"""Several checks of one submission: what one of them does costs the others nothing."""

from __future__ import annotations

import dataclasses
import json
import os
import subprocess
import sys
from textwrap import dedent

import pytest

from quizapp.domain.exercises import Limits, NearMiss
from quizapp.domain.outcomes import Verdict
from quizapp.domain.reports import outcome_json
from quizapp.domain.text import Language, Text
from quizapp.judge import processes

pytestmark = pytest.mark.xdist_group("judge-processes")
WAIT_S = 120
HEAD = "import torch\nfrom quizapp.judge.checks import check\n\n\n"
ADDS_ONE = "def f(x):\n    return x + 1\n"
PASSED = Verdict.PASSED


def numbered(*numbers, **options):
    """Checks `c1`, `c2`, … that each call `f` with their number."""
    return HEAD + "".join(
        f"@check({options.get(f'c{number}', '')})\n"
        f'def c{number}(f):\n    """number {number}"""\n    yield f({number})\n\n\n'
        for number in numbers
    )


@pytest.fixture
def judge(judges, offered):
    return judges(offered[0])


@pytest.fixture
def task(iou):
    """Makes an exercise of checks for `f`, the reference of which adds one."""

    def make(checks, solution=ADDS_ONE, **more):
        given = {
            "entry_points": ("f",),
            "signature": "f(x)",
            "starter": "",
            "near_misses": (),
            "limits": Limits(cpu_s=2.0),
            **more,
        }
        return dataclasses.replace(iou, checks=checks, solution=solution, **given)

    return make


@pytest.fixture
def verdicts(judge, task):
    """Judges a submission; check id -> verdict."""

    def run(checks, source, **more):
        outcome = judge.judge(task(checks, **more), dedent(source).encode()).result(WAIT_S)
        return {result.id: result.verdict.value for result in outcome.checks}

    return run


def test_each_way_of_taking_the_process_along_costs_only_its_own_check(verdicts):
    source = """
        import os

        def f(x):
            if x == 2:
                os.abort()
            if x == 3:
                os._exit(0)
            if x == 5:
                while True:
                    pass
            if x == 6:
                while True:
                    print("x" * 1000)
            if x == 8:
                raise ValueError
            return x + 1
    """
    found = verdicts(numbered(*range(1, 10)), source, limits=Limits(cpu_s=0.5))
    assert found == {
        "c1": "passed",
        "c2": "crashed",
        "c3": "no_result",
        "c4": "passed",
        "c5": "timed_out",
        "c6": "output_limit",
        "c7": "passed",
        "c8": "errored",
        "c9": "passed",
    }


def test_what_has_finished_is_not_run_again(judge, task):
    source = dedent("""
        import os

        def f(x):
            print("call", x)
            if x in (2, 4):
                os._exit(0)
            return x + 1
    """)
    outcome = judge.judge(task(numbered(1, 2, 3, 4, 5)), source.encode()).result(WAIT_S)
    assert outcome.output.split("\n") == [f"call {number}" for number in (1, 2, 3, 4, 5)]


def test_checks_are_announced_once_though_run_twice(judge, task):
    begun: list[str] = []
    source = "calls = 0\n\n\ndef f(x):\n    global calls\n    calls += 1\n    return calls\n"
    judge.judge(task(numbered(1, 2, 3)), source.encode(), on_check=begun.append).result(WAIT_S)
    assert begun == ["c1", "c2", "c3"]


def test_a_submission_that_hangs_everywhere_is_let_go_and_what_is_quick_still_counts(judge, task):
    source = "def f(x):\n    while 1 < x < 6:\n        pass\n    return x + 1\n"
    limits = Limits(cpu_s=0.6)
    task_ = task(numbered(*range(1, 7)), limits=limits)
    outcome = judge.judge(task_, source.encode()).result(WAIT_S)
    found = [result.verdict.value for result in outcome.checks]
    whole = round(processes.PATIENCE)
    assert found == ["passed", *["timed_out"] * whole, *["skipped"] * (4 - whole), "passed"]
    assert outcome.checks[-2].message.startswith("stopped after 0.075 s: the checks before it")
    assert outcome.score == 2


def test_a_submission_that_never_ends_is_let_go_soon(judge, task):
    source = b"def f(x):\n    while True:\n        pass\n"
    task_ = task(numbered(*range(1, 10)), limits=Limits(cpu_s=0.2))
    outcome = judge.judge(task_, source).result(WAIT_S)
    found = [result.verdict.value for result in outcome.checks]
    assert found == ["timed_out"] * 2 + ["skipped"] * 7
    assert outcome.checks[-1].message.startswith("not run: the checks before it, which did not end")


def test_a_submission_that_ends_its_process_is_not_excused_by_what_it_remembers(verdicts):
    source = """
        import os

        calls = 0

        def f(x):
            global calls
            calls += 1
            if calls > 1:
                os._exit(0)
            return x + 1
    """
    found = verdicts(numbered(1, 2, 3), source)
    assert list(found.values()) == ["passed", "no_result", "passed"]


def test_a_check_is_skipped_and_not_run_when_the_one_that_it_needs_fails(judge, task):
    source = "def f(x):\n    print('call', x)\n    return x + (x != 1)\n"
    checks = numbered(1, 2, 3, 4, c2='needs="c1"', c3='needs="c2"')
    outcome = judge.judge(task(checks), source.encode()).result(WAIT_S)
    found = [result.verdict.value for result in outcome.checks]
    assert found == ["failed", "skipped", "skipped", "passed"]
    assert outcome.output.split("\n") == ["call 1", "call 4"]
    assert outcome.checks[1].message == "needs c1, which did not pass"


def test_a_check_is_run_when_the_one_that_it_needs_passes(verdicts):
    checks = numbered(1, 2, 3, c2='needs="c1"', c3='needs="c2"')
    assert set(verdicts(checks, ADDS_ONE).values()) == {"passed"}


def test_a_check_is_skipped_when_the_one_that_it_needs_was_lost(verdicts):
    source = "import os\n\n\ndef f(x):\n    return os._exit(0) if x == 1 else x + 1\n"
    found = verdicts(numbered(1, 2, 3, c2='needs="c1"'), source)
    assert list(found.values()) == ["no_result", "skipped", "passed"]


REMEMBERS = {
    "a global that is rebound": "n = 0\ndef f(x):\n    global n\n    n += 1\n    return x + n",
    "a list that grows": "n = []\ndef f(x):\n    n.append(x)\n    return x + len(n)",
    "a default argument": "def f(x, n=[]):\n    n.append(x)\n    return x + len(n)",
    "an attribute": "def f(x):\n    f.n += 1\n    return x + f.n\nf.n = 0",
    "a class": "class A:\n    n = 0\ndef f(x):\n    A.n += 1\n    return x + A.n",
    "a tensor": "import torch\nw = torch.zeros(1)\n"
    "def f(x):\n    w.data += 1\n    return x + int(w)",
    "an iterator": "import itertools\nn = itertools.count(1)\ndef f(x):\n    return x + next(n)",
    "a cache": "import functools\n@functools.cache\ndef n(x): return len(seen)\nseen = {0}\n"
    "def f(x):\n    y = x + n(x)\n    seen.add(x)\n    return y",
}


@pytest.mark.parametrize("what", REMEMBERS)
def test_what_a_module_remembers_fails_no_later_check(verdicts, what):
    assert list(verdicts(numbered(1, 2, 3), REMEMBERS[what]).values()) == ["passed"] * 3


def test_being_right_the_first_time_only_is_not_enough(verdicts):
    checks = numbered(1) + (
        '@check()\ndef twice(f):\n    """two calls"""\n    yield f(1)\n    yield f(1)\n'
    )
    found = verdicts(checks, REMEMBERS["a global that is rebound"])
    assert found == {"c1": "passed", "twice": "failed"}


def test_a_check_that_fails_alone_too_has_failed(verdicts):
    source = "n = []\n\n\ndef f(x):\n    n.append(x)\n    return x + 1 + (x == 2)\n"
    assert list(verdicts(numbered(1, 2, 3), source).values()) == ["passed", "failed", "passed"]


def test_memory_that_an_earlier_check_has_taken_is_not_missing_later(verdicts):
    source = """
        import torch

        kept = []

        def f(x):
            kept.append(torch.ones(20_000_000))
            return x + 1
    """
    limits = Limits(cpu_s=5.0, memory_mb=200)
    found = verdicts(numbered(1, 2, 3, 4), source, limits=limits)
    assert set(found.values()) == {"passed"}


def test_a_check_whose_need_passes_only_alone_is_run_after_all(verdicts):
    checks = numbered(1, 2, 3, c3='needs="c2"')
    found = verdicts(checks, REMEMBERS["a global that is rebound"])
    assert list(found.values()) == ["passed"] * 3


def test_whoever_remembers_but_passes_is_judged_in_one_process(judge, task):
    source = dedent("""
        import functools
        import time

        print(time.time_ns())

        @functools.cache
        def f(x):
            return x + 1
    """)
    outcome = judge.judge(task(numbered(1, 2, 3)), source.encode()).result(WAIT_S)
    assert outcome.passed
    assert len(outcome.output.split("\n")) == 1


SETTINGS = (
    "torch.set_default_dtype(torch.float64)",
    "torch.set_default_device('meta')",
    "torch.set_grad_enabled(False)",
    "torch.inference_mode().__enter__()",
    "torch.autocast('cpu').__enter__()",
    "torch.use_deterministic_algorithms(True)",
    "torch.autograd.set_detect_anomaly(True)",
    "np.seterr(all='raise')",
    "random.seed(0), torch.manual_seed(0), np.random.seed(0)",
    "os.environ.clear()",
    "os.chdir('/usr')",
    "sys.setrecursionlimit(90)",
    "sys.set_int_max_str_digits(640)",
    "warnings.simplefilter('error')",
    "gc.disable()",
    "decimal.getcontext().prec = 3",
    "locale.setlocale(locale.LC_ALL, 'C')",
)
LOOKS = HEAD + dedent("""
    import decimal, gc, os, random, warnings
    import numpy as np

    @check()
    def first(f):
        "calls f"
        yield f(1)

    @check()
    def second(f):
        "looks around"
        x = torch.ones(2, requires_grad=True)
        (x * 2).sum().backward()
        yield x.grad, torch.mm(torch.ones(2, 2), torch.ones(2, 2))
        yield torch.rand(2), random.random(), float(np.random.rand())
        yield torch.are_deterministic_algorithms_enabled(), torch.is_anomaly_enabled()
        yield str(np.geterr()), "PATH" in os.environ, os.getcwd() != "/usr", gc.isenabled()
        yield str(10 ** 2000)[:3], decimal.getcontext().prec

        def deep(n):
            return n and deep(n - 1)

        yield deep(200)
        warnings.warn("a warning is no error")
        yield f(2)
""")
HEAD_OF_MANY = (
    "import decimal, gc, locale, os, random, sys, warnings\nimport numpy as np\nimport torch\n"
)


@pytest.mark.parametrize(
    "setting", [*SETTINGS, "; ".join(SETTINGS)], ids=[*SETTINGS, "all of them together"]
)
def test_settings_that_one_check_has_changed_are_back_in_the_next(judge, task, setting):
    source = HEAD_OF_MANY + f"\n\ndef f(x):\n    if x == 1:\n        {setting}\n    return x + 1\n"
    outcome = judge.judge(task(LOOKS), source.encode(), seed=3).result(WAIT_S)
    assert [(each.verdict, each.message) for each in outcome.checks] == [(PASSED, "")] * 2


def test_a_setting_of_torch_made_at_import_does_not_reach_the_checks(judge, task):
    source = "import torch\ntorch.set_default_dtype(torch.float64)\n" + ADDS_ONE
    assert judge.judge(task(LOOKS), source.encode()).result(WAIT_S).passed


def test_a_recursion_limit_set_at_import_holds_in_every_check(verdicts):
    source = """
        import sys

        sys.setrecursionlimit(5000)

        def down(n):
            return n and down(n - 1)

        def f(x):
            return x + 1 + down(3000)
    """
    assert set(verdicts(numbered(1, 2), source).values()) == {"passed"}


def test_a_thread_that_an_earlier_check_left_behind_costs_no_later_one(verdicts):
    source = """
        import threading

        spoilt = threading.Event()

        def spoil():
            spoilt.set()
            threading.Event().wait()

        def f(x):
            y = x + 1 + spoilt.is_set()
            threading.Thread(target=spoil, daemon=True).start()
            spoilt.wait()
            return y
    """
    assert set(verdicts(numbered(1, 2, 3), source).values()) == {"passed"}


@pytest.mark.skipif(sys.platform != "linux", reason="needs the scheduler's own figures")
def test_a_time_out_on_a_crowded_machine_is_tried_again_alone(judge, task):
    source = """
        import time

        def f(x):
            while x == 2 and time.process_time() - started < 0.75:
                pass
            return x + 1

        started = time.process_time()
    """
    crowd = burning(4 * processes_at_once())
    try:
        task_ = task(numbered(1, 2, 3), limits=Limits(cpu_s=0.6))
        outcome = judge.judge(task_, dedent(source).encode()).result(WAIT_S)
    finally:
        for process in crowd:
            process.kill()
            process.wait()
    assert outcome.passed, [(each.verdict, each.message) for each in outcome.checks]


def burning(count):
    """So many processes that want a core each, once all of them are at it."""
    command = [sys.executable, "-c", "print(flush=True)\nwhile True: pass"]
    # Sessions of their own: the kernel shares the cores between sessions, not processes.
    crowd = [
        subprocess.Popen(command, stdout=subprocess.PIPE, start_new_session=True)
        for _ in range(count)
    ]
    for process in crowd:
        process.stdout.readline()
        process.stdout.close()
    return crowd


def processes_at_once():
    return len(os.sched_getaffinity(0))


def test_what_never_ends_is_timed_out_on_a_crowded_machine_too(judge, task):
    source = b"def f(x):\n    while x == 2:\n        pass\n    return x + 1\n"
    crowd = burning(2 * processes_at_once())
    try:
        task_ = task(numbered(1, 2, 3), limits=Limits(cpu_s=0.2))
        outcome = judge.judge(task_, source).result(WAIT_S)
    finally:
        for process in crowd:
            process.kill()
            process.wait()
    assert [each.verdict.value for each in outcome.checks] == ["passed", "timed_out", "passed"]


def test_points_are_added_exactly_and_a_check_may_be_worth_none(judge, task):
    checks = numbered(1, 2, 3, c1="points=0", c2="points=3", c3="points=7")
    source = "def f(x):\n    return x + (x != 2)\n"
    outcome = judge.judge(task(checks), source.encode()).result(WAIT_S)
    assert [(each.points, each.max_points) for each in outcome.checks] == [(0, 0), (0, 3), (7, 7)]
    assert (outcome.score, outcome.max_score) == (7, 10)


HIDDEN = {
    "failed": ("return 4321", "it gave a wrong answer"),
    "errored": ("raise ValueError(f'the input is {x}')", "it raised an exception"),
    "no_result": ("os._exit(0)", "it ended without an answer"),
    "crashed": ("os.abort()", "its process crashed"),
}


@pytest.mark.parametrize("verdict", HIDDEN)
def test_a_hidden_check_tells_a_learner_its_category_only(judge, task, verdict):
    does, category = HIDDEN[verdict]
    source = f"import os\n\n\ndef f(x):\n    if x == 7654:\n        print(x)\n        {does}\n"
    source += "    return x + 1\n"
    exercise = task(numbered(7654, 2, c7654="hidden=True"))
    outcome = judge.judge(exercise, source.encode()).result(WAIT_S)
    first, second = outcome.checks
    assert (first.verdict.value, first.message) == (verdict, f"a hidden check: {category}")
    assert second.verdict is PASSED
    told = json.dumps(outcome_json(outcome, Language.EN)) + str(dataclasses.astuple(outcome))
    told = told.replace("c7654", "").replace("number 7654", "")
    assert "7654" not in told
    assert "4321" not in told
    assert "7655" not in told


def test_an_instructor_is_told_what_a_hidden_check_found(judge, task):
    source = b"def f(x):\n    print('x is', x)\n    return x\n"
    exercise = task(numbered(7654, c7654="hidden=True"))
    outcome = judge.judge(exercise, source, instructor=True).result(WAIT_S)
    (only,) = outcome.checks
    assert only.message == "a hidden check: it gave a wrong answer"
    assert "wrong values in a hidden case" in only.detail
    assert outcome.output == "x is 7654"
    assert only.detail in outcome_json(outcome, Language.EN)["checks"][0]["detail"]


def test_a_near_miss_that_only_a_hidden_check_tells_is_told_to_instructors_alone(judge, task):
    wrong = "def f(x):\n    return 5 if x == 3 else x + 1\n"
    misses = (NearMiss("odd", wrong, Text("you treat 3 apart", ""), (), ("c3",)),)
    exercise = task(numbered(1, 3, c3="hidden=True"), near_misses=misses)
    learner = judge.judge(exercise, wrong.encode()).result(WAIT_S)
    instructor = judge.judge(exercise, wrong.encode(), instructor=True).result(WAIT_S)
    assert learner.diagnosis is None
    assert instructor.diagnosis is not None
    assert instructor.diagnosis.near_miss == "odd"


def test_a_near_miss_that_a_visible_check_tells_is_told_to_everybody(judge, task):
    wrong = "def f(x):\n    return 5 if x == 3 else x + 1\n"
    misses = (NearMiss("odd", wrong, Text("you treat 3 apart", ""), (), ("c3",)),)
    exercise = task(numbered(3, 1, c1="hidden=True"), near_misses=misses)
    learner = judge.judge(exercise, wrong.encode()).result(WAIT_S)
    assert learner.diagnosis is not None
