"""The Linux system calls that isolation is made of. Owns ctypes; leaves policy to `isolation`.

Sources: landlock(7), user_namespaces(7), mount_namespaces(7), mount_setattr(2), pivot_root(2),
capabilities(7), and the UAPI headers `linux/landlock.h` and `linux/mount.h`.
"""

from __future__ import annotations

import ctypes
import os
import struct
from collections.abc import Iterable
from dataclasses import dataclass

# PyDLL would keep the GIL; use_errno makes errno per call and safe to read.
_LIBC = ctypes.CDLL(None, use_errno=True)

CLONE_NEWNS = 0x00020000
CLONE_NEWIPC = 0x08000000
CLONE_NEWUSER = 0x10000000
CLONE_NEWPID = 0x20000000
CLONE_NEWNET = 0x40000000

MS_NOSUID, MS_NODEV, MS_NOEXEC = 2, 4, 8
_MS_BIND, _MS_REC, _MS_PRIVATE = 0x1000, 0x4000, 0x40000
_MNT_DETACH = 2
_MOUNT_SETATTR = 442  # the same everywhere, as all that came after 424
_ATTR_RDONLY, _ATTR_NOSUID, _ATTR_NODEV, _ATTR_NOEXEC = 1, 2, 4, 8
_AT_FDCWD, _AT_RECURSIVE = -100, 0x8000
_PIVOT_ROOT = {"x86_64": 155, "aarch64": 41}

PR_SET_PDEATHSIG = 1
PR_SET_DUMPABLE = 4
_PR_SET_SECCOMP = 22
_PR_CAPBSET_DROP = 24
_PR_SET_NO_NEW_PRIVS = 38
_SECCOMP_MODE_FILTER = 2
_LAST_CAPABILITY = 63

_LANDLOCK_CREATE, _LANDLOCK_ADD, _LANDLOCK_RESTRICT = 444, 445, 446  # the same everywhere
_LANDLOCK_VERSION_FLAG = 1
_LANDLOCK_RULE_PATH_BENEATH = 1

READ_FILE, READ_DIR = 1 << 2, 1 << 3
_EXECUTE, WRITE_FILE, _TRUNCATE, _REFER, IOCTL_DEV = 1, 1 << 1, 1 << 14, 1 << 13, 1 << 15
# Filesystem rights by ABI: 1 knows bits 0-12, 2 adds REFER, 3 TRUNCATE, 5 IOCTL_DEV.
_RIGHTS_BY_ABI = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1, 5: (1 << 16) - 1}
EVERYTHING_IN_A_DIRECTORY = (1 << 13) - 1 - _EXECUTE | _TRUNCATE | _REFER
_SCOPE_ABSTRACT_UNIX_SOCKET, _SCOPE_SIGNAL = 1, 2


def _checked(result: int, what: str) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")
    return result


def environment_strings() -> list[tuple[int, int]]:
    """Address and length of each string of the environment, as the C library sees it now."""
    entries = ctypes.POINTER(ctypes.c_void_p).in_dll(_LIBC, "environ")
    found: list[tuple[int, int]] = []
    while entries and (address := entries[len(found)]):
        found.append((address, len(ctypes.string_at(address))))
    return found


def overwrite(strings: Iterable[tuple[int, int]]) -> None:
    """Fill memory that nothing refers to any more with zeros: (address, length) each."""
    for address, length in strings:
        ctypes.memset(address, 0, length)


def unshare(flags: int) -> None:
    """Leave the namespaces in `flags`. Raises OSError where the system refuses."""
    _checked(_LIBC.unshare(flags), "unshare")


def map_users(pid: int, users: str, groups: str, *, may_drop_groups: bool) -> None:
    """Say who is who in the fresh user namespace of process `pid`.

    Args:
        pid: a process in there, as /proc knows it; "self" is 0.
        users: lines "inside outside count"; more than the writer's own id wants CAP_SETUID outside.
        groups: the same for group ids.
        may_drop_groups: whether setgroups(2) works inside; without a privilege it must not.
    """
    lines = [("uid_map", users), ("gid_map", groups)]
    if not may_drop_groups:
        lines.insert(0, ("setgroups", "deny"))
    for name, line in lines:
        descriptor = os.open(f"/proc/{pid or 'self'}/{name}", os.O_WRONLY)
        try:
            os.write(descriptor, line.encode())
        finally:
            os.close(descriptor)


def keep_mounts_private() -> None:
    """Let no mount made from now on be seen outside of this mount namespace."""
    _checked(_LIBC.mount(None, b"/", None, _MS_REC | _MS_PRIVATE, None), "mount --make-rprivate")


def mount_tmpfs(where: str, options: str) -> None:
    """Cover `where` with an empty tmpfs."""
    flags = MS_NOSUID | MS_NODEV | MS_NOEXEC
    _checked(
        _LIBC.mount(b"tmpfs", where.encode(), b"tmpfs", flags, options.encode()),
        f"mount tmpfs on {where}",
    )


def mount_proc(where: str) -> None:
    """Show the processes of the own pid namespace at `where`; refused in most containers."""
    flags = MS_NOSUID | MS_NODEV | MS_NOEXEC
    _checked(_LIBC.mount(b"proc", where.encode(), b"proc", flags, None), f"mount proc on {where}")


def bind(source: str, target: str) -> None:
    """Show at `target` what is at `source`, with all that is mounted below it, read only."""
    _checked(
        _LIBC.mount(source.encode(), target.encode(), None, _MS_BIND | _MS_REC, None),
        f"bind {source}",
    )
    _make_read_only(target, _AT_RECURSIVE)


def _make_read_only(where: str, flags: int = 0) -> None:
    # Device files must stay usable, so nodev is not for those that are bound one by one.
    attributes = _ATTR_RDONLY | _ATTR_NOSUID | (_ATTR_NODEV if os.path.isdir(where) else 0)  # noqa: PTH112
    argument = struct.pack("=QQQQ", attributes, 0, 0, 0)  # struct mount_attr
    _checked(
        _LIBC.syscall(
            _MOUNT_SETATTR,
            _AT_FDCWD,
            where.encode(),
            ctypes.c_uint(flags),
            argument,
            ctypes.c_size_t(len(argument)),
        ),
        f"mount_setattr {where}",
    )


def change_root(where: str) -> None:
    """Make the mount at `where` the root of this mount namespace, read only, and drop the old one.

    With the same folder for both arguments of pivot_root(2) the old root lies on top of the new
    one, from where it is taken away.
    """
    number = _PIVOT_ROOT.get(os.uname().machine, -1)
    os.chdir(where)
    _checked(_LIBC.syscall(number, b".", b"."), "pivot_root")
    _checked(_LIBC.umount2(b".", _MNT_DETACH), "umount the old root")
    os.chdir("/")
    _make_read_only("/")


def _prctl(option: int, argument: int, what: str) -> None:
    zero = ctypes.c_ulong(0)
    _checked(_LIBC.prctl(option, ctypes.c_ulong(argument), zero, zero, zero), what)


def die_with_parent(signal_number: int) -> None:
    """Have the kernel send `signal_number` to this process when its parent ends."""
    _prctl(PR_SET_PDEATHSIG, signal_number, "prctl(PR_SET_PDEATHSIG)")


def renounce_privileges(user: int | None = None) -> None:
    """No capability now, none by exec, no core file, no ptrace by equals. Cannot be undone.

    Args:
        user: the user and group to become; the kernel then forgets `die_with_parent`.
    """
    for capability in range(_LAST_CAPABILITY + 1):
        # EINVAL past the kernel's last capability, EPERM without CAP_SETPCAP: both leave nothing
        # to drop, since capset below empties what is held.
        _LIBC.prctl(_PR_CAPBSET_DROP, ctypes.c_ulong(capability), 0, 0, 0)
    if user is not None:
        os.setgroups([])
        os.setresgid(user, user, user)
        os.setresuid(user, user, user)
    _prctl(_PR_SET_NO_NEW_PRIVS, 1, "prctl(PR_SET_NO_NEW_PRIVS)")
    header = struct.pack("=Ii", 0x20080522, 0)  # _LINUX_CAPABILITY_VERSION_3
    _checked(_LIBC.capset(header, bytes(24)), "capset")
    _prctl(PR_SET_DUMPABLE, 0, "prctl(PR_SET_DUMPABLE)")


def landlock_abi() -> int:
    """The kernel's Landlock ABI; 0 where there is none."""
    version = _LIBC.syscall(
        _LANDLOCK_CREATE, None, ctypes.c_size_t(0), ctypes.c_uint(_LANDLOCK_VERSION_FLAG)
    )
    return max(0, int(version))


@dataclass(frozen=True, slots=True)
class PathRule:
    """What may be done below an open path; `rights` are Landlock's filesystem bits."""

    descriptor: int
    rights: int


def restrict_files(rules: Iterable[PathRule]) -> None:
    """Refuse every file access that no rule allows, TCP, and signals and abstract sockets outside.

    Needs `renounce_privileges` (or CAP_SYS_ADMIN) first. Raises OSError where Landlock is missing.
    """
    abi = landlock_abi()
    handled = _RIGHTS_BY_ABI[max(known for known in _RIGHTS_BY_ABI if known <= max(abi, 1))]
    network = 3 if abi >= 4 else 0
    scoped = _SCOPE_ABSTRACT_UNIX_SOCKET | _SCOPE_SIGNAL if abi >= 6 else 0
    attributes = struct.pack("=QQQ", handled, network, scoped)
    size = 24 if abi >= 6 else 16 if abi >= 4 else 8
    ruleset = _checked(
        _LIBC.syscall(_LANDLOCK_CREATE, attributes, ctypes.c_size_t(size), ctypes.c_uint(0)),
        "landlock_create_ruleset",
    )
    try:
        for rule in rules:
            beneath = struct.pack("=Qi", rule.rights & handled, rule.descriptor)
            _checked(
                _LIBC.syscall(
                    _LANDLOCK_ADD, ruleset, _LANDLOCK_RULE_PATH_BENEATH, beneath, ctypes.c_uint(0)
                ),
                "landlock_add_rule",
            )
        _checked(
            _LIBC.syscall(_LANDLOCK_RESTRICT, ruleset, ctypes.c_uint(0)), "landlock_restrict_self"
        )
    finally:
        os.close(ruleset)


def set_filter(code: bytes) -> None:
    """Have seccomp decide by a program of 8-byte BPF instructions. Needs `renounce_privileges`."""
    buffer = ctypes.create_string_buffer(code, len(code))

    class Program(ctypes.Structure):
        _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_void_p))

    argument = Program(len(code) // 8, ctypes.cast(buffer, ctypes.c_void_p))
    zero = ctypes.c_ulong(0)
    _checked(
        _LIBC.prctl(
            _PR_SET_SECCOMP,
            ctypes.c_ulong(_SECCOMP_MODE_FILTER),
            ctypes.byref(argument),
            zero,
            zero,
        ),
        "prctl(PR_SET_SECCOMP)",
    )
