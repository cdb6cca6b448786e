"""Each limit at its edge: just below it nothing happens, just above it there is the verdict."""

from __future__ import annotations

import dataclasses
import os
import sys

import pytest

from quizapp.domain.exercises import Limits
from quizapp.domain.outcomes import Outcome, Tier
from quizapp.judge import libraries
from quizapp.judge.client import Judge

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="Linux has these tiers"),
    pytest.mark.xdist_group("judge-isolation"),
]
WAIT_S = 60
CHECKS = '''
from quizapp.judge.checks import check

@check()
def runs(run):
    """it runs"""
    yield run()
'''
SPEND = """
import time
def run():
    start = time.process_time()
    while time.process_time() - start < {0}:
        pass
"""
SLEEP = "import time\ndef run():\n    time.sleep({0})\n"
ALLOCATE = "def run():\n    return len(bytearray({0} << 20))\n"
PRINT = "import os\ndef run():\n    os.write(1, bytes({0}))\n"
ANSWER = "import torch\ndef run():\n    return torch.zeros({0}, dtype=torch.uint8)\n"
THREADS = """
import threading, time
def run():
    threading.stack_size(1 << 15)
    for _ in range({0}):
        threading.Thread(target=time.sleep, args=(9,), daemon=True).start()
    time.sleep(2.5 if {0} > 256 else 0.1)
"""
OPEN = "def run():\n    return len([open('/dev/null') for _ in range({0})])\n"
FILES = "import os\ndef run():\n    for n in range({0}):\n        os.mknod(f'hostile-{{n}}')\n"
ONE_FILE = "def run():\n    with open('hostile-x', 'wb') as file:\n        file.write(bytes({0}))\n"
MANY_BYTES = """
def run():
    for n in range({0}):
        with open(f'hostile-{{n}}', 'wb') as file:
            file.write(bytes(4 << 20))
"""
SPARSE = """
import os
def run():
    with open('hostile-x', 'w') as file:
        os.ftruncate(file.fileno(), {0})
"""

EVERYWHERE = {
    "CPU time": (SPEND, 0.2, 1.6, {"cpu_s": 0.5}, "timed_out", "when the time was up"),
    "sleeping": (SLEEP, 0.2, 30, {"cpu_s": 0.3}, "timed_out", "time.sleep(30)"),
    "memory": (ALLOCATE, 200, 257, {"memory_mb": 256}, "out_of_memory", "more memory than"),
    "output": (PRINT, 1 << 16, (1 << 16) + 1, {"output_kb": 64}, "output_limit", "without end"),
    "answers": (ANSWER, 1_000_000, 1_050_000, {"answer_mb": 1}, "output_limit", "larger than"),
    "descriptors": (OPEN, 120, 124, {}, "errored", "Too many open files"),
}
IN_THE_PRIVATE_FOLDER = {
    "files": (FILES, 4095, 4096, {}, "errored", "No space left on device"),
    "bytes of a file": (ONE_FILE, (64 << 20) - 4096, (64 << 20) + 1, {}, "errored", "too large"),
    "bytes of all files": (MANY_BYTES, 15, 17, {}, "errored", "No space left on device"),
    "a sparse file": (SPARSE, 64 << 20, (64 << 20) + 1, {}, "errored", "too large"),
}


@pytest.fixture(params=Tier, ids=str)
def judge(request, offered, judges) -> Judge:
    """The judge of each tier."""
    if request.param not in offered:
        pytest.skip(f"this machine does not offer {request.param}")
    return judges(request.param)


@pytest.fixture
def come_of(iou):
    """What comes of a submission when the reference does the same."""

    def judged(judge: Judge, code: str, limits: dict) -> Outcome:
        task = dataclasses.replace(
            iou,
            entry_points=("run",),
            signature="run()",
            checks=CHECKS,
            solution="def run():\n    return None\n",
            near_misses=(),
            limits=Limits(**limits),
        )
        return judge.judge(task, code.encode()).result(WAIT_S)

    return judged


def _is_held(come_of, judge: Judge, case: tuple) -> None:
    template, below, above, limits, verdict, says = case
    under = come_of(judge, template.format(below), limits)
    # What it returns is not the point here: a value that arrives was not held up by a limit.
    assert under.verdict in ("passed", "failed"), under.checks
    over = come_of(judge, template.format(above), limits)
    assert over.verdict == verdict, over.checks
    assert any(says in check.message for check in over.checks), over.checks


@pytest.mark.parametrize("what", EVERYWHERE)
def test_a_limit_is_held_at_its_edge(judge, come_of, what):
    _is_held(come_of, judge, EVERYWHERE[what])


@pytest.mark.parametrize("what", IN_THE_PRIVATE_FOLDER)
def test_a_limit_of_the_private_folder_is_held_at_its_edge(offered, judges, come_of, what):
    if Tier.NAMESPACES not in offered:
        pytest.skip("this machine does not offer namespaces, the only tier with a private folder")
    _is_held(come_of, judges(Tier.NAMESPACES), IN_THE_PRIVATE_FOLDER[what])


def test_threads_are_limited_at_the_edge_for_root_too(judge, come_of):
    under = come_of(judge, THREADS.format(240), {})
    assert under.passed, under.checks
    over = come_of(judge, THREADS.format(300), {"cpu_s": 9})
    assert over.verdict in ("errored", "blocked"), over.checks
    said = over.checks[0].message
    assert ("can't start new thread" in said) or ("starts threads without end" in said)


@pytest.mark.skipif(os.getuid() != 0, reason="only root has another user to become")
def test_root_judges_as_a_user_without_rights_in_namespaces(offered, judges, come_of):
    if Tier.NAMESPACES not in offered:
        pytest.skip("this machine does not offer namespaces")
    if not libraries.are_open_to_all():
        pytest.skip("the libraries here are closed to other users")
    code = "import os\ndef run():\n    assert 0 not in (*os.getresuid(), *os.getresgid())\n"
    assert come_of(judges(Tier.NAMESPACES), code, {}).passed


def test_no_core_is_left_in_any_tier(judge, come_of):
    code = (
        "import resource\ndef run():\n"
        "    assert resource.getrlimit(resource.RLIMIT_CORE) == (0, 0)\n"
    )
    assert come_of(judge, code, {}).passed
    assert come_of(judge, "import os\ndef run():\n    os.abort()\n", {}).verdict == "crashed"
