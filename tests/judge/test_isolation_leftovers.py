"""Nothing of any run is left: no process, no file, no shared memory, queue or semaphore."""

from __future__ import annotations

import dataclasses
import os
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from quizapp.domain.exercises import Limits
from quizapp.domain.outcomes import Tier
from quizapp.judge import spares
from quizapp.judge.client import Judge

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="looks at /proc"),
    pytest.mark.xdist_group("judge-isolation"),
]
WAIT_S = 60
KEY = 0x51A9
"""Of System V's objects, which have no names."""
NAME = "hostile-left"
CHECKS = '''
from quizapp.judge.checks import check

@check()
def runs(run):
    """it runs"""
    yield run()
'''
EVERYWHERE = {
    "a thread": "import threading, time\nthreading.Thread(target=time.sleep, args=(99,)).start()",
    "a raw thread": "import _thread, time\n_thread.start_new_thread(time.sleep, (99,))",
    "an endless loop": "while True: pass",
    "an end": "import os\nos._exit(0)",
    "a crash": "import os\nos.abort()",
    "memory": "x = bytearray(1 << 40)",
    "output": "while True: print('x' * 1000)",
    "a changed clean-up": "import atexit, time\natexit.register(time.sleep, 99)",
    "an open pipe": "import os\nos.pipe()\nos._exit(1)",
}
CONFINED = {
    "a fork": "import os, time\nif not os.fork(): time.sleep(99)",
    "a daemon": "import os, time\nif not os.fork():\n    os.setsid()\n    time.sleep(99)",
    "a program": "import subprocess\nsubprocess.Popen(['sleep', '99.5151'])",
    "a file in /tmp": f"open('/tmp/{NAME}', 'w').write('x')",
    "a file here": f"open('{NAME}', 'w').write('x')",
    "a folder": f"import os\nos.makedirs('{NAME}/a/b')",
    "shared memory by name": f"open('/dev/shm/{NAME}', 'w').write('x')",
    "shared memory": f"import ctypes\nctypes.CDLL(None).shmget({KEY}, 4096, 0o1666)",
    "a semaphore": f"import ctypes\nctypes.CDLL(None).semget({KEY}, 1, 0o1666)",
    "a message queue": f"import ctypes\nctypes.CDLL(None).msgget({KEY}, 0o1666)",
    "a POSIX queue": f"import ctypes\nctypes.CDLL(None).mq_open(b'/{NAME}', 0o102, 0o666, None)",
    "a POSIX semaphore": f"import ctypes\nctypes.CDLL(None).sem_open(b'/{NAME}', 0o102, 0o666, 1)",
    "a lock of processes": "import multiprocessing\nmultiprocessing.Lock()",
    "a shared tensor": "import torch\ntorch.ones(9).share_memory_()",
    "a UNIX socket": f"import socket\nsocket.socket(1).bind('\\0{NAME}')",
    "a mount": "import ctypes\nctypes.CDLL(None).mount(b'x', b'/tmp', b'tmpfs', 0, b'')",
    "a name of the host": "import socket\nsocket.sethostname('hostile')",
}


def _below(root: int | None) -> tuple[frozenset[tuple[int, str]], bool]:
    """The processes below one that have children, by number and start time.

    The others are those that wait for a task: whether each zygote has exactly those.
    """
    parents, started = {}, {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                fields = (folder / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            parents[int(folder.name)], started[int(folder.name)] = int(fields[1]), fields[19]
    found: set[int] = set()
    wave = {root}
    while wave:
        wave = {pid for pid, parent in parents.items() if parent in wave}
        found |= wave
    lasting = {pid for pid in found if pid in parents.values()}
    waiting = Counter(parents[pid] for pid in found - lasting)
    return frozenset((pid, started[pid]) for pid in lasting), {*waiting.values()} == {spares.MOST}


def _settled(root: int | None) -> frozenset[tuple[int, str]]:
    """What lasts below a process, once every zygote has those that wait, and no more."""
    deadline = time.monotonic() + 30
    while True:
        lasting, is_quiet = _below(root)
        if is_quiet or time.monotonic() > deadline:
            assert is_quiet
            return lasting
        time.sleep(0.05)


def _left() -> list[str]:
    """What submissions here try to leave, wherever it may be seen on the host."""
    folders = ("/", "/tmp", "/var/tmp", "/dev/shm", "/dev/mqueue", str(Path.cwd()))
    found = [str(path) for folder in folders for path in Path(folder).glob(f"*{NAME}*")]
    for kind in ("shm", "sem", "msg"):
        table = Path("/proc/sysvipc", kind)
        lines = table.read_text().splitlines()[1:] if table.exists() else []
        found += [f"{kind} {line}" for line in lines if line.split()[0] == str(KEY)]
    sockets = Path("/proc/net/unix").read_text().splitlines()
    found += [line for line in sockets if NAME in line]
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                if b"99.5151" in (folder / "cmdline").read_bytes():
                    found.append(f"process {folder.name}")
            except OSError:
                continue
    return found


@pytest.mark.parametrize("tier", Tier, ids=str)
def test_nothing_of_any_run_is_left(tier, offered, judges, iou):
    if tier not in offered:
        pytest.skip(f"this machine does not offer {tier}")
    judge: Judge = judges(tier)
    task = dataclasses.replace(
        iou,
        entry_points=("run",),
        signature="run()",
        checks=CHECKS,
        solution="def run():\n    return 1\n",
        near_misses=(),
        limits=Limits(cpu_s=0.3, memory_mb=256, output_kb=16),
    )
    honest = b"def run():\n    return 1\n"
    for _ in range(2):  # each on a slot of its own
        assert judge.judge(task, honest).result(WAIT_S).passed
    server, mounts, host = judge.pid, Path("/proc/self/mounts").read_text(), os.uname().nodename
    before = _settled(server)
    assert before
    # The weakest tier cannot contain the others, so they must not run there.
    tried = EVERYWHERE if tier is Tier.PROCESS else EVERYWHERE | CONFINED
    futures = [
        judge.judge(task, f"{code}\n\ndef run():\n    return 1\n".encode())
        for code in tried.values()
    ]
    outcomes = [future.result(WAIT_S) for future in futures]
    assert "grader_error" not in {outcome.verdict for outcome in outcomes}
    assert _settled(server) == before
    assert not _left()
    assert judge.pid == server
    assert (Path("/proc/self/mounts").read_text(), os.uname().nodename) == (mounts, host)
    assert judge.judge(task, honest).result(WAIT_S).passed
