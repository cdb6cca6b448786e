"""Programs that try isolation in processes with one thread that have torch warm, as pytest has not.

`python isolation_programs.py lost` tells what is found where something is forbidden from outside;
`python isolation_programs.py tiers` what a submission can do in each tier, for whoever runs it.
Each prints one JSON object.
"""

from __future__ import annotations

import ctypes
import errno
import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from quizapp.domain.exercises import Limits
from quizapp.domain.outcomes import Tier
from quizapp.judge import faults, frames, linux, probing, sandbox, seccomp, zygote
from quizapp.judge.conversation import Conversation
from quizapp.judge.isolation import Means
from quizapp.judge.nursery import Nursery
from quizapp.judge.protocol import isolation_to_json

_LOAD, _EQUAL, _RETURN = 0x20, 0x15, 0x06
_ALLOW, _ERRNO = 0x7FFF0000, 0x00050000
_X86 = {"unshare": 272, "mount": 165, "pivot_root": 155, "landlock_create_ruleset": 444}
_ARM = {"unshare": 97, "mount": 40, "pivot_root": 41, "landlock_create_ruleset": 444}


def forbid(*names: str, error: int = errno.EPERM) -> None:
    """Have a seccomp filter refuse these system calls, as a container does."""
    numbers = _X86 if os.uname().machine == "x86_64" else _ARM
    program = [(_LOAD, 0, 0, 0)]
    for name in names:
        program += [(_EQUAL, 0, 1, numbers[name]), (_RETURN, 0, 0, _ERRNO | error)]
    program.append((_RETURN, 0, 0, _ALLOW))
    ctypes.CDLL(None).prctl(38, ctypes.c_ulong(1), 0, 0, 0)  # PR_SET_NO_NEW_PRIVS
    seccomp.install(program)


def allow_no_user_namespaces() -> None:
    """Set user.max_user_namespaces to 0, in a fresh user namespace."""
    user, group = os.getuid(), os.getgid()
    linux.unshare(linux.CLONE_NEWUSER)
    linux.map_users(0, f"0 {user} 1", f"0 {group} 1", may_drop_groups=False)
    Path("/proc/sys/user/max_user_namespaces").write_text("0")


def shut_in_by_landlock(times: int = 1) -> None:
    """Put Landlock around this process, which forbids nothing but mounts."""
    ctypes.CDLL(None).prctl(38, ctypes.c_ulong(1), 0, 0, 0)
    for _ in range(times):
        root = os.open("/", os.O_PATH)
        linux.restrict_files([linux.PathRule(root, (1 << 16) - 1)])
        os.close(root)


SITUATIONS: dict[str, Callable[[], None]] = {
    "no user namespaces": allow_no_user_namespaces,
    "unshare forbidden": lambda: forbid("unshare"),
    "mount forbidden": lambda: forbid("mount"),
    "pivot_root forbidden": lambda: forbid("pivot_root"),
    "inside Landlock": shut_in_by_landlock,
    "inside 16 times Landlock": lambda: shut_in_by_landlock(16),
    "no Landlock in the kernel": lambda: forbid(
        "unshare", "landlock_create_ruleset", error=errno.ENOSYS
    ),
    "Landlock switched off": lambda: forbid("landlock_create_ruleset", error=errno.EOPNOTSUPP),
}


def lost() -> dict[str, object]:
    """What a probe finds in each situation, and what a zygote that was promised more says."""
    zygote.warm_torch()
    told: dict[str, object] = {}
    for name, make in SITUATIONS.items():
        told[name] = _in_child(lambda make=make: (make(), isolation_to_json(probing.probe()))[1])
    told["promised more"] = _in_child(_promise_more)
    told["doctor"] = _in_child(_see_the_doctor)
    return told


def _see_the_doctor() -> object:
    """What `quizapp doctor` finds where neither namespaces nor Landlock are to be had."""
    forbid("unshare", "landlock_create_ruleset")
    command = [sys.executable, "-m", "quizapp", "doctor", "--json"]
    said = subprocess.run(command, stdout=subprocess.PIPE, check=False)
    return json.loads(said.stdout)


def _promise_more() -> list[str]:
    """The words for a run on a zygote that cannot get what was probed, and on the one after it."""
    forbid("unshare")
    means = Means(Tier.NAMESPACES, own_root=True)
    nursery = Nursery.forked()
    slot = sandbox.Slot(nursery, means)
    said = []
    for _ in range(2):
        task = {"do": "snippet", "code": "print(1)", "expression": "", "given": {}, "seed": 0}
        ended = slot.run(frames.encode(task), Limits(), Conversation((), 1 << 20))
        judged = faults.describe_end(ended, "x.py", "")
        said.append(f"{judged.verdict} {ended.output.decode()!r} {judged.message}")
    slot.close()
    nursery.close()
    return said


_ATTEMPT = """
import errno, os, socket, threading, time

def attempt(action):
    try:
        return repr(action())
    except OSError as error:
        return errno.errorcode[error.errno]
    except RuntimeError as error:
        return str(error)

def threads(number):
    threading.stack_size(1 << 15)
    for _ in range(number):
        threading.Thread(target=time.sleep, args=(9,), daemon=True).start()
    time.sleep(3 if number > 256 else 0)  # where the kernel does not count them, the judge does
    return number
"""
ATTEMPTS = {
    "nothing": "1 + 1",
    "a tensor": "float(torch.ones(3).sum())",
    "the password file": "len(open('/etc/passwd').read()) > 0",
    "a name of the host": "os.path.exists('/etc/passwd')",
    "its folder": "open('hostile-x', 'w').close()",
    "a socket": "socket.socket().close()",
    "a fork": "os.fork() or os._exit(0)",
    "a signal to its parent": "os.kill(os.getppid(), 0)",
    "240 threads": "threads(240)",
    "400 threads": "threads(400)",
    "a training": "len(torch.optim.Adam([torch.zeros(1, requires_grad=True)]).param_groups)",
    "user and group": "(os.getuid() == 0, os.geteuid() == 0)",
}

HARMLESS = ("nothing", "a tensor", "240 threads", "400 threads", "a training", "user and group")


def tiers() -> dict[str, object]:
    """What comes of each attempt in each tier that is offered here."""
    zygote.warm_torch()
    told: dict[str, object] = {"user": os.getuid()}
    nursery = Nursery.forked()
    for means in (Means(Tier.NAMESPACES, own_root=True), Means(Tier.LANDLOCK), Means(Tier.PROCESS)):
        slot = sandbox.Slot(nursery, means)
        told[str(means)] = {
            name: _try(slot, code)
            for name, code in ATTEMPTS.items()
            if means.tier is not Tier.PROCESS or name in HARMLESS
        }
        slot.close()
    nursery.close()
    return told


def _try(slot: sandbox.Slot, code: str) -> str:
    task = {"do": "snippet", "given": {}, "seed": 0}
    task |= {"code": _ATTEMPT, "expression": f"attempt(lambda: {code})"}
    conversation = Conversation((), 1 << 20)
    ended = slot.run(frames.encode(task), Limits(cpu_s=9), conversation, training="optim" in code)
    if conversation.has_value:
        return str(conversation.value)
    return f"{ended.how} {ended.lost or conversation.internal}".strip()


def _in_child(action: Callable[[], object]) -> object:
    """What `action` returns, or the error that it raised, from a forked child."""
    ours, theirs = socket.socketpair()
    pid = os.fork()
    if pid == 0:
        ours.close()
        try:
            result = action()
        except BaseException as error:
            result = f"{type(error).__name__}: {error}"
        with suppress(BaseException):
            theirs.sendall(json.dumps(result).encode())
        os._exit(0)
    theirs.close()
    with ours, ours.makefile("rb") as stream:
        text = stream.read()
    os.waitpid(pid, 0)
    return json.loads(text) if text else None


if __name__ == "__main__":
    print(json.dumps({"lost": lost, "tiers": tiers}[sys.argv[1]]()), flush=True)
    os._exit(0)
