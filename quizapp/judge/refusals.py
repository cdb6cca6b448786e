"""Why a tier of isolation is refused, and what to do about it. Owns the known causes.

What the system call says is seldom the cause: "Operation not permitted" can be a sysctl, AppArmor,
a container's seccomp filter or another sandbox around this one. Each leaves a mark to look for.

Sources: user_namespaces(7), namespaces(7), landlock(7), Ubuntu's notes on restricted unprivileged
user namespaces, the default seccomp profile of Docker.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from pathlib import Path

from quizapp.domain.outcomes import Tier

_NEEDED = ("user", "pid", "net", "ipc", "mnt")
_FALLBACK = {
    Tier.NAMESPACES: (
        "allow unprivileged user namespaces, or run in a container that permits unshare and mount"
    ),
    Tier.LANDLOCK: (
        "use Linux 5.13 or newer with `landlock` in its list of security modules (boot parameter "
        "lsm=landlock,…)"
    ),
}


def explain(tier: Tier, refusal: OSError, root: Path = Path("/")) -> str:
    """One sentence: what was refused, what is to blame as far as it can be seen, what to do.

    Args:
        tier: what was tried.
        refusal: what came of it.
        root: where /proc and /sys are.
    """
    what = refusal.strerror or str(refusal)
    # Each tier wants all of the weaker one, too.
    of_landlock = tier is Tier.LANDLOCK or what.startswith("landlock")
    causes = _of_landlock(refusal, root) if of_landlock else _of_namespaces(refusal, root)
    return "; ".join([what, *(list(causes) or [_FALLBACK.get(tier, "")])])


def _of_namespaces(refusal: OSError, root: Path) -> Iterator[str]:
    for kind in _NEEDED:
        name = f"user.max_{kind}_namespaces"
        if _sysctl(name, root) == "0":
            yield f"sysctl {name} is 0: set it to 10000 (`sysctl -w {name}=10000`)"
    plain = os.geteuid() != 0
    if plain and _sysctl("kernel.unprivileged_userns_clone", root) == "0":
        name = "kernel.unprivileged_userns_clone"
        yield f"sysctl {name} is 0: set it to 1 (`sysctl -w {name}=1`)"
    if plain and _sysctl("kernel.apparmor_restrict_unprivileged_userns", root) == "1":
        name = "kernel.apparmor_restrict_unprivileged_userns"
        yield (
            f"AppArmor restricts user namespaces (sysctl {name} is 1): give this Python a profile "
            f"with the rule `userns,`, or `sysctl -w {name}=0`"
        )
    if refusal.errno in (errno.EPERM, errno.EACCES, errno.ENOSYS):
        if _has_filter(root):
            yield (
                "a seccomp filter is on this process, as in most containers: start the container "
                "with a seccomp profile that permits unshare, mount, umount2 and pivot_root"
            )
        elif "unshare" not in (refusal.strerror or ""):
            yield (
                "another sandbox around this one forbids mounts (Landlock does, always): run the "
                "judge outside of it"
            )
    if refusal.errno == errno.ENOSPC:
        yield "the limit of nested or of all namespaces is reached (sysctl user.max_*_namespaces)"


def _of_landlock(refusal: OSError, root: Path) -> Iterator[str]:
    if refusal.errno == errno.EOPNOTSUPP:
        modules = _read(root / "sys/kernel/security/lsm")
        wanted = f"lsm=landlock,{modules or '…'}"
        yield f"the kernel has Landlock, but it is switched off: boot with {wanted}"
    elif refusal.errno in (errno.ENOSYS, errno.EPERM) and _has_filter(root):
        yield (
            "a seccomp filter is on this process: start the container with a seccomp profile that "
            "permits landlock_create_ruleset, landlock_add_rule and landlock_restrict_self"
        )
    elif refusal.errno == errno.ENOSYS:
        yield f"Linux {os.uname().release} has no Landlock: use 5.13 or newer, built with it"
    elif refusal.errno == errno.E2BIG:
        yield "16 Landlock sandboxes are around this process already: run the judge in fewer"


def _sysctl(name: str, root: Path) -> str:
    return _read(root / "proc/sys" / name.replace(".", "/"))


def _has_filter(root: Path) -> bool:
    lines = _read(root / "proc/self/status").splitlines()
    return any(line.split() == ["Seccomp:", "2"] for line in lines)


def _read(path: Path) -> str:
    try:
        return path.read_text().strip()
    except OSError:
        return ""
