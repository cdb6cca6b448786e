"""The judge as its users see it: real servers, zygotes and clients, some of them killed."""

from __future__ import annotations

import dataclasses
import json
import os
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from quizapp.domain.exercises import Limits
from quizapp.domain.outcomes import Snippet, Tier, Verdict
from quizapp.errors import JudgeError
from quizapp.judge import client, frames, isolation, sandbox
from quizapp.judge.client import Judge, LostError
from quizapp.judge.conversation import Conversation
from quizapp.judge.nursery import Nursery, Zygote

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="looks at /proc"),
    pytest.mark.xdist_group("judge-client"),
]
WAIT_S = 60
SLOW = """
import time

import torch

asleep = True


def iou(boxes, target):
    global asleep
    if asleep:
        asleep = False
        time.sleep(1)
    low = torch.maximum(boxes[:, :2], target[:2])
    high = torch.minimum(boxes[:, 2:], target[2:])
    shared = (high - low).clamp(min=0).prod(1)
    areas = (boxes[:, 2:] - boxes[:, :2]).prod(1)
    return shared / (areas + (target[2:] - target[:2]).prod() - shared)
"""


@pytest.fixture
def judge():
    """A judge of its own, for tests that break it."""
    with Judge() as judge:
        yield judge


@pytest.fixture
def shared(judges):
    """The judge of this worker in the strongest tier."""
    return judges(Tier.NAMESPACES)


def test_a_reference_passes_with_all_points(shared, iou):
    outcome = shared.judge(iou, iou.solution.encode()).result(WAIT_S)
    assert outcome.verdict is Verdict.PASSED
    assert outcome.score == outcome.max_score > 0


def test_the_same_seed_gives_the_same_words(shared, iou):
    wrong = b"def iou(boxes, target):\n    return boxes[:, 0].float()\n"
    first, second, other = (
        shared.judge(iou, wrong, seed=seed).result(WAIT_S) for seed in (7, 7, 8)
    )
    assert first.checks == second.checks
    assert first.checks != other.checks


def test_checks_are_announced_as_they_begin(shared, iou):
    begun: list[str] = []
    outcome = shared.judge(iou, iou.solution.encode(), on_check=begun.append).result(WAIT_S)
    assert begun == [check.id for check in outcome.checks]


def test_an_exercise_that_was_edited_is_judged_by_its_new_checks(shared, iou):
    edited = dataclasses.replace(iou, checks=ONLY_ONE)
    before = shared.judge(iou, iou.solution.encode())
    after = shared.judge(edited, iou.solution.encode())
    assert len(before.result(WAIT_S).checks) > 1
    assert [check.id for check in after.result(WAIT_S).checks] == ["only_one"]


def test_a_snippet_is_run_and_its_attempt_compared(shared):
    snippet = Snippet("print(torch.zeros(2).shape)", "n + 1", attempt="4 // 1", given={"n": 3})
    result = shared.run(snippet).result(WAIT_S)
    assert (result.printed, result.value, result.agrees) == ("torch.Size([2])", "4", True)


def test_two_submissions_are_judged_side_by_side(shared, iou):
    happened: list[str] = []
    slow = dataclasses.replace(iou, limits=dataclasses.replace(iou.limits, cpu_s=60))

    def begins(check: str) -> None:
        if check == "boxes_of_the_notes":
            happened.append("begins")

    futures = [shared.judge(slow, SLOW.encode(), on_check=begins) for _ in range(2)]
    for future in futures:
        future.add_done_callback(lambda _: happened.append("ends"))
    assert {future.result(WAIT_S).verdict for future in futures} == {Verdict.PASSED}
    _wait_until(lambda: len(happened) == 4)
    assert happened == ["begins", "begins", "ends", "ends"]


def test_a_submission_may_have_the_name_of_a_file_of_ours(shared, iou):
    checks = (
        "import torch\nfrom quizapp.judge.checks import check\n\n\n@check()\n"
        'def convolves(iou):\n    """convolves"""\n'
        "    torch.conv2d(torch.ones(1, 1, 4, 4), torch.ones(1, 1, 2, 2))\n"
        "    yield iou(torch.tensor([[0.0, 0, 2, 2]]), torch.tensor([0.0, 0, 1, 1]))\n"
    )
    edited = dataclasses.replace(iou, checks=checks, forbidden=("convolution",))
    for name in ("checks.py", "child.py", "solutions/detection/iou.py", ""):
        outcome = shared.judge(edited, iou.solution.encode(), filename=name).result(WAIT_S)
        assert outcome.verdict is Verdict.PASSED


def test_a_display_that_fails_costs_no_answer(shared, iou):
    def fail(_: str) -> None:
        raise RuntimeError("the screen is gone")

    outcome = shared.judge(iou, iou.solution.encode(), on_check=fail).result(WAIT_S)
    assert outcome.verdict is Verdict.PASSED
    assert shared.judge(iou, iou.solution.encode()).result(WAIT_S).passed


class _Broken:
    """A listener with a fault of its own."""

    def hear(self, body: bytes) -> sandbox.Heard:
        raise LookupError("our own fault")


def test_a_run_that_breaks_on_our_side_does_not_spoil_the_next():
    nursery = Nursery.started()
    slot = sandbox.Slot(nursery, isolation.Means(Tier.PROCESS))
    task = {"do": "snippet", "code": "", "expression": "1 + 1", "given": {}, "seed": 0}
    conversation = Conversation((), 1 << 20)
    try:
        with pytest.raises(LookupError):
            slot.run(frames.encode(task), Limits(), _Broken())
        ended = slot.run(frames.encode(task), Limits(), conversation)
    finally:
        slot.close()
        nursery.close()
    assert ended.how is sandbox.HowEnded.FINISHED
    assert conversation.value == 2


def test_a_server_that_is_killed_is_started_again_and_the_request_answered(judge, iou):
    begun = threading.Event()
    future = judge.judge(iou, SLOW.encode(), on_check=lambda _: begun.set())
    assert begun.wait(WAIT_S)
    killed = judge.pid
    os.kill(killed, signal.SIGKILL)
    assert future.result(WAIT_S).verdict is Verdict.PASSED
    assert judge.pid not in (None, killed)
    _wait_until(lambda: not _children(killed))


def test_a_server_that_dies_each_time_is_an_error_that_names_what_to_do(judge, iou):
    begun = threading.Event()
    future = judge.judge(iou, SLOW.encode(), on_check=lambda _: begun.set())
    for _ in range(2):
        assert begun.wait(WAIT_S)
        begun.clear()
        os.kill(judge.pid, signal.SIGKILL)
    with pytest.raises(JudgeError, match=r"judge: its server ended.*; run `quizapp doctor`"):
        future.result(WAIT_S)


def test_a_zygote_that_is_killed_is_replaced_and_the_honest_run_repeated(judge, iou):
    begun = threading.Event()
    slow = dataclasses.replace(iou, limits=dataclasses.replace(iou.limits, cpu_s=30))
    future = judge.judge(slow, SLOW.encode(), on_check=lambda _: begun.set())
    assert begun.wait(WAIT_S)
    server = judge.pid
    (zygote,) = _children(server)
    os.kill(zygote, signal.SIGKILL)
    assert future.result(WAIT_S).verdict is Verdict.PASSED
    assert judge.pid == server
    assert judge.judge(iou, iou.solution.encode()).result(WAIT_S).passed


ONLY_ONE = (
    "import torch\nfrom quizapp.judge.checks import check\n\n\n@check(points=5)\n"
    'def only_one(iou):\n    """only one"""\n    yield iou(torch.ones(1, 4), torch.ones(4))\n'
)
STUCK = """
import re
import torch
from quizapp.judge.checks import check


def endless(values, data):
    if float(values[0]) == 7:
        {what}
    return ""


@check(rule=endless)
def only(iou):
    \"\"\"a rule of the course that does not come to an end\"\"\"
    yield iou(torch.ones(1, 4), torch.ones(4))
"""


@pytest.mark.parametrize("what", ["while True: pass", "re.match('(a+)+$', 'a' * 99 + 'b')"])
def test_a_judge_that_is_stuck_with_one_submission_judges_the_others(iou, what):
    exercise = dataclasses.replace(iou, checks=STUCK.format(what=what), near_misses=())
    seven = b"import torch\n\ndef iou(boxes, target):\n    return torch.tensor([7.0])\n"
    with Judge(patience_s=2) as judge:
        before = judge.judge(iou, iou.solution.encode())
        stuck = judge.judge(exercise, seven)
        after = [judge.judge(iou, iou.solution.encode()) for _ in range(3)]
        assert before.result(WAIT_S).passed
        with pytest.raises(LostError):
            stuck.result(WAIT_S)
        assert all(future.result(WAIT_S).passed for future in after)


def test_a_submission_that_hangs_holds_up_none_of_the_others(shared, iou):
    hangs = b"def iou(boxes, target):\n    while True:\n        pass\n"
    limits = dataclasses.replace(iou.limits, cpu_s=3)
    exercise = dataclasses.replace(iou, limits=limits, checks=ONLY_ONE)
    hanging = shared.judge(exercise, hangs)
    others = [shared.judge(iou, iou.solution.encode()) for _ in range(3)]
    assert all(future.result(WAIT_S).passed for future in others)
    assert not hanging.done()
    assert hanging.result(WAIT_S).verdict is Verdict.TIMED_OUT


def test_only_so_many_exercises_are_kept_and_all_of_them_are_judged(shared, iou, monkeypatch):
    monkeypatch.setattr(client, "_EXERCISES_KNOWN", 3)
    source = iou.solution.encode()
    many = [dataclasses.replace(iou, checks=f"# {n}\n{ONLY_ONE}") for n in range(6)]
    futures = [shared.judge(exercise, source) for exercise in [*many, *many[:3]]]
    assert all(future.result(WAIT_S).passed for future in futures)
    assert len(shared._told) <= 3
    assert len(shared._server.exercises) <= 3


def test_closing_leaves_no_process(iou):
    judge = Judge()
    judge.judge(iou, iou.solution.encode()).result(WAIT_S)
    server = judge.pid
    family = {server, *_descendants(server)}
    judge.close()
    _wait_until(lambda: not any(_runs(pid) for pid in family))


def test_closing_in_the_middle_fails_what_is_pending_and_leaves_no_process(iou):
    judge = Judge()
    begun = threading.Event()
    slow = dataclasses.replace(iou, limits=dataclasses.replace(iou.limits, cpu_s=60))
    sleeps = b"import time\n\n\ndef iou(boxes, target):\n    time.sleep(50)\n"
    future = judge.judge(slow, sleeps, on_check=lambda _: begun.set())
    assert begun.wait(WAIT_S)
    server = judge.pid
    family = {server, *_descendants(server)}
    judge.close()
    with pytest.raises(JudgeError):
        future.result(WAIT_S)
    _wait_until(lambda: not any(_runs(pid) for pid in family))


def test_a_closed_judge_says_so(iou):
    judge = Judge()
    judge.close()
    with pytest.raises(JudgeError, match="closed"):
        judge.judge(iou, b"").result(WAIT_S)


def test_closing_twice_is_fine():
    judge = Judge()
    judge.close()
    judge.close()


def test_a_judge_that_is_not_used_starts_nothing():
    with Judge() as judge:
        assert judge.pid is None


def test_a_server_that_cannot_start_is_an_error_with_its_last_words(monkeypatch, iou):
    monkeypatch.setattr(sys, "executable", "/nonexistent/python")
    with Judge() as judge, pytest.raises(JudgeError, match=r"cannot be reached.*quizapp doctor"):
        judge.judge(iou, b"").result(WAIT_S)


def test_a_broken_import_is_an_error_with_its_last_words(monkeypatch, tmp_path, iou):
    (tmp_path / "torch.py").write_text("raise ImportError('this torch is broken')\n")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with Judge() as judge, pytest.raises(JudgeError, match="this torch is broken; run `quizapp"):
        judge.judge(iou, b"").result(WAIT_S)


CLIENT = """
import json, sys
from pathlib import Path
from quizapp.course import load_exercise
from quizapp.judge.client import Judge

judge = Judge()
exercise = load_exercise(Path(sys.argv[1]), "detection", "iou")
source = b"import time\\n\\n\\ndef iou(boxes, target):\\n    time.sleep(50)\\n"
judge.judge(exercise, source, on_check=lambda _: print(json.dumps(judge.pid), flush=True))
sys.stdin.read()
"""


def test_the_server_ends_with_a_client_that_is_killed(course: Path):
    client = subprocess.Popen(
        [sys.executable, "-c", CLIENT, str(course)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    try:
        assert select.select([client.stdout], [], [], WAIT_S)[0]
        server = json.loads(client.stdout.readline())
        family = {server, *_descendants(server)}
        assert len(family) > 2
    finally:
        client.kill()
        client.communicate()
    _wait_until(lambda: not any(_runs(pid) for pid in family))


def test_nothing_of_the_environment_reaches_the_server_but_what_it_needs(judges):
    judge = judges(Tier.NAMESPACES)
    environment = Path(f"/proc/{judge.pid}/environ").read_bytes()
    assert b"A_SECRET_OF_THE_HOST" not in environment
    assert b"PATH=" in environment


def _wait_until(true) -> None:
    """Poll; ends of processes are not announced to those who are not their parents."""
    deadline = time.monotonic() + WAIT_S
    while not true() and time.monotonic() < deadline:
        time.sleep(0.02)
    assert true()


def _runs(pid: int) -> bool:
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False
    return stat.rpartition(")")[2].split()[0] not in ("Z", "X")


def _children(pid: int) -> list[int]:
    found: list[int] = []
    try:
        threads = list(Path(f"/proc/{pid}/task").iterdir())
    except OSError:
        return found
    for thread in threads:
        found.extend(map(int, (thread / "children").read_text().split()))
    return found


def _descendants(pid: int) -> set[int]:
    children = set(_children(pid))
    return children.union(*map(_descendants, children))


def test_a_closed_slot_takes_no_new_zygote():
    nursery = Nursery.started()
    slot = sandbox.Slot(nursery, isolation.Means(Tier.PROCESS))
    slot.close()
    try:
        with pytest.raises(JudgeError, match="closed"):
            slot.run(b"", Limits(), Conversation((), 1))
    finally:
        nursery.close()


def test_a_nursery_that_was_killed_is_started_anew():
    nursery = Nursery.started()
    slot = sandbox.Slot(nursery, isolation.Means(Tier.PROCESS))
    task = {"do": "snippet", "code": "", "expression": "1 + 1", "given": {}, "seed": 0}
    conversation = Conversation((), 1 << 20)
    try:
        os.kill(nursery._pid, signal.SIGKILL)
        _wait_until(lambda: Path(f"/proc/{nursery._pid}/stat").read_text().split()[2] == "Z")
        ended = slot.run(frames.encode(task), Limits(), conversation)
    finally:
        slot.close()
        nursery.close()
    assert ended.how is sandbox.HowEnded.FINISHED
    assert conversation.value == 2


@pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="needs Linux")
def test_a_report_that_nobody_waited_for_does_not_cost_the_next_child_its_descriptor():
    ours, theirs = socket.socketpair()
    watched = os.pidfd_open(os.getpid())
    with ours, theirs:
        theirs.sendall(b'{"status": 0}\n')
        socket.send_fds(theirs, [b'{"pid": 7}\n'], [watched])
        pid, descriptor = Zygote(ours).begun()
    os.close(watched)
    os.close(descriptor)
    assert pid == 7
