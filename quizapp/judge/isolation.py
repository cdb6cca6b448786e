"""How a submission is shut in: the tiers, which one this machine offers, and stepping into it.

Owns the policy; leaves the system calls to `linux` and the life of processes to `zygote`.

    namespaces  own user, pid, network, IPC and mount namespaces, a private tmpfs as its only
                writable folder, and all of `landlock`
    landlock    Landlock (files: the Python libraries, read only), seccomp (no processes, no
                sockets, no file attributes, no signals to others), no capabilities, and rlimits
    process     rlimits only; what is left on macOS and Windows
"""

from __future__ import annotations

import functools
import os
import re
import resource
import site
import stat
import sys
import sysconfig
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from quizapp.domain.exercises import Limits
from quizapp.domain.outcomes import Tier
from quizapp.judge import linux, seccomp
from quizapp.judge.protocol import Isolation

_SCRATCHES = ("/tmp", "/var/tmp", "/mnt", "/media", "/srv")
_SCRATCH_OPTIONS = "size=64m,nr_inodes=4k,mode=0700"
_NAMESPACES = linux.CLONE_NEWUSER | linux.CLONE_NEWPID | linux.CLONE_NEWNET | linux.CLONE_NEWIPC
_PER_RUN = linux.CLONE_NEWNS | linux.CLONE_NEWIPC | linux.CLONE_NEWNET
_OPEN_FILES = 128
_THREADS = 256
_FILE_BYTES = 64 << 20
_CPU_BACKSTOP_S = 600
_SYSTEM_LIBRARIES = ("/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib")
_SYSTEM_FILES = ("/etc/ld.so.cache", "/dev/null", "/dev/zero", "/dev/urandom", "/dev/random")
_ENVIRONMENT = {"LANG": "C.UTF-8", "PATH": "/usr/bin:/bin"}


def enter_namespaces() -> None:
    """Make fresh user, pid, network and IPC namespaces; the next fork is pid 1 in there.

    Needs a process with one thread. Raises OSError where the system refuses.
    """
    user, group = os.getuid(), os.getgid()
    linux.unshare(_NAMESPACES)
    linux.map_users(0, f"0 {user} 1", f"0 {group} 1", may_drop_groups=False)


def forget_environment() -> None:
    """Leave nothing of the user's environment, nor a sign of what this process is."""
    strings = linux.environment_strings() if sys.platform == "linux" else []
    os.environ.clear()
    linux.overwrite(strings)  # else ctypes would still find them where the process began
    os.environ.update(_ENVIRONMENT, HOME=scratch(), TMPDIR=scratch())


def confine(tier: Tier, limits: Limits) -> None:
    """Shut this process in for good. Raises OSError when any part of the tier is refused."""
    _limit_resources(tier, limits)
    if tier is Tier.PROCESS:
        os.chdir("/")
        return
    rules = list(_library_rules())
    if tier is Tier.NAMESPACES:
        linux.unshare(_PER_RUN)
        linux.keep_mounts_private()
        linux.mount_tmpfs(scratch(), _SCRATCH_OPTIONS)
        private = os.open(scratch(), os.O_PATH)
        rules.append(linux.PathRule(private, linux.EVERYTHING_IN_A_DIRECTORY))
        os.chdir(scratch())
    else:
        os.chdir("/")
    linux.renounce_privileges()
    linux.restrict_files(rules)
    for rule in rules:
        os.close(rule.descriptor)
    seccomp.install(seccomp.program_for(os.getpid()))


def _limit_resources(tier: Tier, limits: Limits) -> None:
    def limit(name: int, value: int) -> None:
        _, hard = resource.getrlimit(name)
        value = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(name, (value, value))

    limit(resource.RLIMIT_CORE, 0)
    limit(resource.RLIMIT_NOFILE, _OPEN_FILES)
    limit(resource.RLIMIT_FSIZE, _FILE_BYTES)
    limit(resource.RLIMIT_CPU, _CPU_BACKSTOP_S)
    limit(resource.RLIMIT_AS, _mapped_bytes() + (limits.memory_mb << 20))
    if sys.platform == "linux":
        limit(resource.RLIMIT_MSGQUEUE, 0)
        if tier is Tier.NAMESPACES and _counts_by_namespace():
            limit(resource.RLIMIT_NPROC, _THREADS)


@functools.cache
def _counts_by_namespace() -> bool:
    """Whether a limit of processes counts those of the own user namespace only (Linux 5.14).

    Else all that the user has running would count, and no thread could be started. Root is exempt
    from this limit; the address space that thread stacks take bounds them, too.
    """
    return tuple(map(int, re.findall(r"\d+", os.uname().release)[:2])) >= (5, 14)


def _mapped_bytes() -> int:
    """Address space that torch has mapped already; the limit comes on top of it."""
    try:
        pages = Path("/proc/self/statm").read_text().split()[0]
    except OSError:
        return 8 << 30
    return int(pages) * resource.getpagesize()


def _library_rules() -> Iterator[linux.PathRule]:
    """Read access to the interpreter's and the system's libraries, and to nothing of quizapp."""
    for path in library_paths():
        with suppress(OSError):
            descriptor = os.open(path, os.O_PATH)
            rights = linux.READ_FILE
            if stat.S_ISDIR(os.fstat(descriptor).st_mode):
                rights |= linux.READ_DIR
            elif path == os.devnull:
                rights |= linux.WRITE_FILE
            yield linux.PathRule(descriptor, rights)


@functools.cache
def scratch() -> str:
    """The folder that a private tmpfs covers: one that holds no library, which it would hide."""
    for folder in _SCRATCHES:
        if Path(folder).is_dir() and not any(
            Path(path).is_relative_to(folder) for path in library_paths()
        ):
            return folder
    raise OSError("no folder is free for a private tmpfs")


@functools.cache
def library_paths() -> tuple[str, ...]:
    """What a submission may read: libraries, without the folders that hold quizapp or its course.

    Landlock rules only ever add, so a folder with quizapp somewhere below it is opened up entry
    by entry. Found once; a zygote does it for its children.
    """
    import torch

    private = Path(__file__).resolve().parents[1]
    wanted = {sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")}
    wanted |= {str(Path(torch.__file__).parents[1]), *site.getsitepackages()}
    wanted |= {*_SYSTEM_LIBRARIES, *_SYSTEM_FILES}
    found: list[str] = []

    def add(path: Path) -> None:
        if path == private:
            return
        if path in private.parents:
            for entry in sorted(path.iterdir()):
                add(entry)
        elif path.exists():
            found.append(str(path))

    for path in sorted({Path(name).resolve() for name in wanted}):
        add(path)
    return tuple(found)


@dataclass(frozen=True, slots=True)
class _Attempt:
    tier: Tier
    remedy: str


_ATTEMPTS = (
    _Attempt(
        Tier.NAMESPACES,
        "allow unprivileged user namespaces (sysctl kernel.unprivileged_userns_clone=1, "
        "user.max_user_namespaces above 0, on Ubuntu kernel.apparmor_restrict_unprivileged_userns=0"
        "), or in a container run with a seccomp profile that permits unshare and mount",
    ),
    _Attempt(
        Tier.LANDLOCK,
        "use Linux 5.13 or newer with `landlock` in the kernel's list of security modules "
        "(boot parameter lsm=landlock,…)",
    ),
)


def probe() -> Isolation:
    """The strongest tier that works here, tried for real in a forked child.

    `QUIZAPP_ISOLATION` names the strongest tier to use; for tests and for comparing tiers.
    Needs a process with one thread.
    """
    wanted = os.environ.get("QUIZAPP_ISOLATION", "")
    tiers = list(Tier)
    strongest = tiers.index(Tier(wanted)) if wanted in set(Tier) else 0
    reasons: list[str] = []
    for attempt in _ATTEMPTS:
        if tiers.index(attempt.tier) < strongest:
            reasons.append(f"{attempt.tier}: not tried; QUIZAPP_ISOLATION is set to {wanted}")
            continue
        refusal = _try_tier(attempt.tier)
        if not refusal:
            return Isolation(attempt.tier, tuple(reasons), _details(attempt.tier))
        reasons.append(f"{attempt.tier}: {refusal}; {attempt.remedy}")
    return Isolation(Tier.PROCESS, tuple(reasons), _details(Tier.PROCESS))


def _details(tier: Tier) -> tuple[str, ...]:
    if tier is Tier.PROCESS:
        return ("rlimits",)
    abi = linux.landlock_abi()
    layers = (f"Landlock ABI {abi}", "seccomp", "no capabilities", "rlimits")
    if tier is Tier.NAMESPACES:
        return ("user, pid, net, ipc and mount namespaces", "private tmpfs", *layers)
    return layers


def _try_tier(tier: Tier) -> str:
    """Empty when a child could step into `tier`, else what refused."""
    if sys.platform != "linux":
        return f"not to be had on {sys.platform}"

    def step_in() -> None:
        if tier is Tier.NAMESPACES:
            enter_namespaces()
            refusal = _in_child(lambda: confine(tier, Limits()))
            if refusal:
                raise OSError(refusal)
        else:
            confine(tier, Limits())

    return _in_child(step_in)


def _in_child(action: Callable[[], None]) -> str:
    """Run `action` in a forked child: empty when it went well, else its error."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        message = ""
        try:
            action()
        except BaseException as error:
            message = str(error) or type(error).__name__
        os.write(writing, message.encode()[:500])
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        message = pipe.read().decode(errors="replace")
    _, status = os.waitpid(pid, 0)
    if status:
        return message or f"the trial ended with signal {os.WTERMSIG(status)}"
    return message
