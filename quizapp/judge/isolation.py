"""How a submission is shut in: the tiers, and stepping into one. Owns the policy.

    namespaces  own user, pid, network, IPC and mount namespaces, a file tree with nothing but the
                libraries, a private tmpfs as its only writable folder, and all of `landlock`
    landlock    Landlock (files: the Python libraries, read only), seccomp (no processes, no
                sockets, no file attributes, no signals to others), no capabilities, and rlimits
    process     rlimits only; what is left on macOS and Windows

Leaves the system calls to `linux` and `seccomp`, finding out what a machine offers to `probing`,
and the life of processes to `zygote`. Nothing here falls back: what is asked for is had or raised.
"""

from __future__ import annotations

import functools
import os
import re
import resource
import signal
import stat
import sys
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from quizapp.domain.exercises import Limits
from quizapp.domain.outcomes import Tier
from quizapp.judge import devices, libraries, linux, private_root, seccomp

_SCRATCH_OPTIONS = "size=64m,nr_inodes=4k,mode=0700"
_NAMESPACES = (
    linux.CLONE_NEWUSER
    | linux.CLONE_NEWPID
    | linux.CLONE_NEWNET
    | linux.CLONE_NEWIPC
    | linux.CLONE_NEWNS
)
_PER_RUN = linux.CLONE_NEWNS | linux.CLONE_NEWIPC | linux.CLONE_NEWNET
_OPEN_FILES = 128
MOST_THREADS = 256
_FILE_BYTES = 64 << 20
_CPU_BACKSTOP_S = 600
_NOBODY, _NOBODY_OUTSIDE = 1, 65533  # not 65534, to whom all that has no owner belongs
_ENVIRONMENT = {"LANG": "C.UTF-8", "PATH": "/usr/bin:/bin"}


@dataclass(frozen=True, slots=True)
class Means:
    """What zygotes and children step into: all of it, or they do not run.

    Attributes:
        own_root: whether a file tree of its own hides the names of the host's files.
    """

    tier: Tier
    own_root: bool = False

    def __str__(self) -> str:
        return f"{self.tier}{'+root' * self.own_root}"

    @classmethod
    def parse(cls, text: str) -> Means:
        """The reverse of `str`."""
        tier, _, root = text.partition("+")
        return cls(Tier(tier), root == "root")


@dataclass(frozen=True, slots=True)
class Shell:
    """What a zygote has made ready for its children.

    Attributes:
        user: the user that children become in their namespace; None where they stay who they are.
        needs: what tasks on a real accelerator get besides; None for all others.
        statm: open descriptor of this process's sizes, which a file tree of its own has no path to.
        mapped: bytes of address space that torch has mapped; a task's limit comes on top of it.
    """

    means: Means
    user: int | None = None
    needs: devices.Needs | None = None
    statm: int | None = None
    mapped: int = 8 << 30

    def for_run(self, *, device: bool) -> Shell:
        """The same for a child that is forked now; `device`: its task is for an accelerator."""
        needs = self.needs if device else None
        if self.statm is None:
            return replace(self, needs=needs)
        pages = int(os.pread(self.statm, 100, 0).split()[0])
        return replace(self, needs=needs, mapped=pages * resource.getpagesize())


def enter_namespaces() -> None:
    """Make fresh user, pid, network, IPC and mount namespaces; the next fork is pid 1 in there.

    Root gets a second user to become in there, since root's own processes are exempt from the limit
    of threads. Needs a process with one thread. Raises OSError where the system refuses.
    """
    user, group = os.getuid(), os.getgid()
    maps = f"0 {user} 1", f"0 {group} 1"
    if user == 0 and _are_known(_NOBODY_OUTSIDE):
        _unshare_with_nobody(maps)
    else:
        linux.unshare(_NAMESPACES)
        linux.map_users(0, *maps, may_drop_groups=False)


def _are_known(number: int) -> bool:
    """Whether there is a user and a group of this number in the user namespace of this process."""
    for name in ("uid_map", "gid_map"):
        lines = Path(f"/proc/self/{name}").read_text().splitlines()
        ranges = [tuple(map(int, line.split())) for line in lines]
        if not any(first <= number < first + count for first, _, count in ranges):
            return False
    return True


def _unshare_with_nobody(maps: tuple[str, str]) -> None:
    """Make the namespaces; a helper that stays outside may give out ids that are not its own."""
    pid = os.getpid()
    go, ready = os.pipe()
    helper = os.fork()
    if helper == 0:
        status = 1
        try:
            os.close(ready)
            if os.read(go, 1):
                lines = [f"{line}\n{_NOBODY} {_NOBODY_OUTSIDE} 1" for line in maps]
                linux.map_users(pid, *lines, may_drop_groups=True)
                status = 0
        finally:
            os._exit(status)
    os.close(go)
    try:
        linux.unshare(_NAMESPACES)
        os.write(ready, b"1")
    finally:
        os.close(ready)
        _, status = os.waitpid(helper, 0)
    if status:  # a container's root may lack the privilege
        linux.map_users(0, *maps, may_drop_groups=False)


def prepare(means: Means) -> Shell:
    """Make ready, once, what all children of this process share. Raises OSError when refused."""
    import torch

    if sys.platform != "linux":
        return Shell(means)
    statm = os.open("/proc/self/statm", os.O_RDONLY)
    needs = devices.needs(torch.version.cuda)
    if means.tier is not Tier.NAMESPACES:
        return Shell(means, None, needs, statm)
    linux.keep_mounts_private()
    user = _NOBODY if _are_known(_NOBODY) and libraries.are_open_to_all() else None
    if means.own_root:
        libraries.paths()  # cannot be found any more once the root is another
        places = (*libraries.wanted(), *(needs.places() if needs else ()))
        private_root.make(places, libraries.PRIVATE, libraries.scratch())
    return Shell(means, user, needs, statm)


def forget_environment() -> None:
    """Leave nothing of the user's environment, nor a sign of what this process is."""
    strings = linux.environment_strings() if sys.platform == "linux" else []
    os.environ.clear()
    linux.overwrite(strings)  # else ctypes would still find them where the process began
    scratch = libraries.scratch()
    os.environ.update(_ENVIRONMENT, HOME=scratch, TMPDIR=scratch)
    # Where nothing may be written, honest code that only asks for a folder must not fail: torch
    # itself does when a learner calls `use_deterministic_algorithms`.
    os.environ["TORCHINDUCTOR_CACHE_DIR"] = tempfile.tempdir = scratch


def confine(shell: Shell) -> None:
    """Shut this process in for good, but for `limit_memory`, which depends on the task.

    Raises:
        OSError: any part of it is refused.
    """
    tier = shell.means.tier
    _limit_resources(shell)
    if tier is Tier.PROCESS:
        os.chdir("/")
        return
    rules = list(_rules(shell.needs))
    if tier is Tier.NAMESPACES:
        scratch = libraries.scratch()
        linux.unshare(_PER_RUN)
        owner = f",uid={shell.user},gid={shell.user}" if shell.user else ""
        linux.mount_tmpfs(scratch, _SCRATCH_OPTIONS + owner)
        private = os.open(scratch, os.O_PATH)
        rules.append(linux.PathRule(private, linux.EVERYTHING_IN_A_DIRECTORY))
        os.chdir(scratch)
    else:
        os.chdir("/")
    linux.renounce_privileges(shell.user)
    linux.die_with_parent(signal.SIGKILL)  # forgotten by the kernel when the user changes
    linux.restrict_files(rules)
    for rule in rules:
        os.close(rule.descriptor)
    seccomp.install(seccomp.program_for(os.getpid(), device=shell.needs is not None))


def limit_memory(shell: Shell, limits: Limits) -> None:
    """Limit what this process may map, for good."""
    memory = shell.mapped + (limits.memory_mb << 20)
    if shell.needs:
        _limit(resource.RLIMIT_DATA, memory + (shell.needs.extra_memory_mb << 20))
    else:
        _limit(resource.RLIMIT_AS, memory)


def _limit_resources(shell: Shell) -> None:
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_NOFILE, _OPEN_FILES)
    _limit(resource.RLIMIT_FSIZE, _FILE_BYTES)
    _limit(resource.RLIMIT_CPU, _CPU_BACKSTOP_S)
    if sys.platform == "linux":
        _limit(resource.RLIMIT_MSGQUEUE, 0)
        if shell.means.tier is Tier.NAMESPACES and _counts_by_namespace():
            _limit(resource.RLIMIT_NPROC, MOST_THREADS)


def _limit(name: int, value: int) -> None:
    _, hard = resource.getrlimit(name)
    value = value if hard == resource.RLIM_INFINITY else min(value, hard)
    resource.setrlimit(name, (value, value))


@functools.cache
def _counts_by_namespace() -> bool:
    """Whether a limit of processes counts those of the own user namespace only (Linux 5.14).

    Else all that the user has running would count, and no thread could be started; `sandbox` counts
    threads, too.
    """
    return tuple(map(int, re.findall(r"\d+", os.uname().release)[:2])) >= (5, 14)


def _rules(needs: devices.Needs | None) -> Iterator[linux.PathRule]:
    """Read access to the interpreter's and the system's libraries, and to nothing of quizapp."""
    for path in libraries.paths():
        yield from _rule(path, linux.WRITE_FILE if path == os.devnull else 0)
    if needs:
        for path in (*needs.readable, "/proc/self"):
            yield from _rule(path)
        for path in needs.devices:
            yield from _rule(path, linux.WRITE_FILE | linux.IOCTL_DEV)


def _rule(path: str, more: int = 0) -> Iterator[linux.PathRule]:
    with suppress(OSError):
        descriptor = os.open(path, os.O_PATH)
        rights = linux.READ_FILE | more
        if stat.S_ISDIR(os.fstat(descriptor).st_mode):
            rights |= linux.READ_DIR
        yield linux.PathRule(descriptor, rights)
