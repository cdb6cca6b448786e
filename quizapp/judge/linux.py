"""The Linux system calls that isolation is made of. Owns ctypes; leaves policy to `isolation`.

Sources: landlock(7), seccomp(2), user_namespaces(7), capabilities(7), and the UAPI headers
`linux/landlock.h`, `linux/seccomp.h`, `linux/bpf_common.h`.
"""

from __future__ import annotations

import ctypes
import os
import platform
import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

# PyDLL would keep the GIL; use_errno makes errno per call and safe to read.
_LIBC = ctypes.CDLL(None, use_errno=True)

CLONE_NEWNS = 0x00020000
CLONE_NEWIPC = 0x08000000
CLONE_NEWUSER = 0x10000000
CLONE_NEWPID = 0x20000000
CLONE_NEWNET = 0x40000000
_CLONE_THREAD = 0x00010000

MS_NOSUID, MS_NODEV, MS_NOEXEC = 2, 4, 8
_MS_REC, _MS_PRIVATE = 0x4000, 0x40000

_PR_SET_PDEATHSIG = 1
_PR_SET_DUMPABLE = 4
_PR_SET_SECCOMP = 22
_PR_CAPBSET_DROP = 24
_PR_SET_NO_NEW_PRIVS = 38
_SECCOMP_MODE_FILTER = 2
_LAST_CAPABILITY = 63

_LANDLOCK_CREATE, _LANDLOCK_ADD, _LANDLOCK_RESTRICT = 444, 445, 446  # the same everywhere
_LANDLOCK_VERSION_FLAG = 1
_LANDLOCK_RULE_PATH_BENEATH = 1

READ_FILE, READ_DIR = 1 << 2, 1 << 3
_EXECUTE, WRITE_FILE, _TRUNCATE, _REFER, _IOCTL_DEV = 1, 1 << 1, 1 << 14, 1 << 13, 1 << 15
# Filesystem rights by ABI: 1 knows bits 0-12, 2 adds REFER, 3 TRUNCATE, 5 IOCTL_DEV.
_RIGHTS_BY_ABI = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1, 5: (1 << 16) - 1}
EVERYTHING_IN_A_DIRECTORY = (1 << 13) - 1 - _EXECUTE | _TRUNCATE | _REFER
_SCOPE_ABSTRACT_UNIX_SOCKET, _SCOPE_SIGNAL = 1, 2

# name -> (x86_64, aarch64 or -1 where that architecture has none)
_SYSCALLS: dict[str, tuple[int, int]] = {
    "clone": (56, 220),
    "clone3": (435, 435),
    "kill": (62, 129),
    "tkill": (200, 130),
    "tgkill": (234, 131),
    "rt_sigqueueinfo": (129, 138),
    "rt_tgsigqueueinfo": (297, 240),
    "prlimit64": (302, 261),
    "fork": (57, -1),
    "vfork": (58, -1),
    "execve": (59, 221),
    "execveat": (322, 281),
    "socket": (41, 198),
    "socketpair": (53, 199),
    "fcntl": (72, 25),
    "ioctl": (16, 29),
    "inotify_init": (253, -1),
    "inotify_init1": (294, 26),
    "connect": (42, 203),
    "bind": (49, 200),
    "listen": (50, 201),
    "accept": (43, 202),
    "accept4": (288, 242),
    "prctl": (157, 167),
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "process_madvise": (440, 440),
    "kcmp": (312, 272),
    "pidfd_open": (434, 434),
    "pidfd_getfd": (438, 438),
    "pidfd_send_signal": (424, 424),
    "unshare": (272, 97),
    "setns": (308, 268),
    "mount": (165, 40),
    "umount2": (166, 39),
    "pivot_root": (155, 41),
    "chroot": (161, 51),
    "open_tree": (428, 428),
    "move_mount": (429, 429),
    "fsopen": (430, 430),
    "fsconfig": (431, 431),
    "fsmount": (432, 432),
    "fspick": (433, 433),
    "mount_setattr": (442, 442),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "keyctl": (250, 219),
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "userfaultfd": (323, 282),
    "io_uring_setup": (425, 425),
    "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
    "shmget": (29, 194),
    "shmat": (30, 196),
    "shmctl": (31, 195),
    "semget": (64, 190),
    "msgget": (68, 186),
    "mq_open": (240, 180),
    # Pages of these are no address space: RLIMIT_AS does not see them.
    "memfd_create": (319, 279),
    "memfd_secret": (447, 447),
    # Landlock does not cover file attributes: a submission judged by root could change any of them.
    "chmod": (90, -1),
    "fchmod": (91, 52),
    "fchmodat": (268, 53),
    "fchmodat2": (452, 452),
    "chown": (92, -1),
    "fchown": (93, 55),
    "lchown": (94, -1),
    "fchownat": (260, 54),
    "utime": (132, -1),
    "utimes": (235, -1),
    "futimesat": (261, -1),
    "utimensat": (280, 88),
    "setxattr": (188, 5),
    "lsetxattr": (189, 6),
    "fsetxattr": (190, 7),
    "removexattr": (197, 14),
    "lremovexattr": (198, 15),
    "fremovexattr": (199, 16),
    "setxattrat": (463, 463),
    "removexattrat": (466, 466),
    "file_setattr": (469, 469),
    "name_to_handle_at": (303, 264),
    "open_by_handle_at": (304, 265),
    "fanotify_init": (300, 262),
    "quotactl": (179, 60),
    "acct": (163, 89),
    "swapon": (167, 224),
    "swapoff": (168, 225),
    "reboot": (169, 142),
    "sethostname": (170, 161),
    "setdomainname": (171, 162),
    "init_module": (175, 105),
    "finit_module": (313, 273),
    "delete_module": (176, 106),
    "kexec_load": (246, 104),
    "kexec_file_load": (320, 294),
    "syslog": (103, 116),
    "settimeofday": (164, 170),
    "clock_settime": (227, 112),
    "clock_adjtime": (305, 266),
    "adjtimex": (159, 171),
    "iopl": (172, -1),
    "ioperm": (173, -1),
    "personality": (135, 92),
    "migrate_pages": (256, 238),
    "move_pages": (279, 239),
    "sched_setscheduler": (144, 119),
    "sched_setattr": (314, 274),
    "sched_setaffinity": (203, 122),
    "setpriority": (141, 140),
    "ioprio_set": (251, 30),
}
_NEEDS_A_LOOK = frozenset(
    (
        *("clone", "clone3", "kill", "tgkill", "rt_sigqueueinfo", "prlimit64"),
        *("socketpair", "prctl", "fcntl", "ioctl"),
    )
)
_MACHINES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}


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


def map_own_user(uid: int, gid: int) -> None:
    """In a fresh user namespace: be root inside, `uid` and `gid` outside."""
    for name, line in (("setgroups", "deny"), ("uid_map", f"0 {uid} 1"), ("gid_map", f"0 {gid} 1")):
        descriptor = os.open(f"/proc/self/{name}", os.O_WRONLY)
        try:
            os.write(descriptor, line.encode())
        finally:
            os.close(descriptor)


def mount_tmpfs(where: str, options: str) -> None:
    """Cover `where` with an empty tmpfs that only this mount namespace sees."""
    _checked(_LIBC.mount(None, b"/", None, _MS_REC | _MS_PRIVATE, None), "mount --make-rprivate")
    flags = MS_NOSUID | MS_NODEV | MS_NOEXEC
    _checked(
        _LIBC.mount(b"tmpfs", where.encode(), b"tmpfs", flags, options.encode()),
        f"mount tmpfs on {where}",
    )


def _prctl(option: int, argument: int, what: str) -> None:
    zero = ctypes.c_ulong(0)
    _checked(_LIBC.prctl(option, ctypes.c_ulong(argument), zero, zero, zero), what)


def die_with_parent(signal_number: int) -> None:
    """Have the kernel send `signal_number` to this process when its parent ends."""
    _prctl(_PR_SET_PDEATHSIG, signal_number, "prctl(PR_SET_PDEATHSIG)")


def renounce_privileges() -> None:
    """No capability now, none by exec, no core file, no ptrace by equals. Cannot be undone."""
    for capability in range(_LAST_CAPABILITY + 1):
        # EINVAL past the kernel's last capability, EPERM without CAP_SETPCAP: both leave nothing
        # to drop, since capset below empties what is held.
        _LIBC.prctl(_PR_CAPBSET_DROP, ctypes.c_ulong(capability), 0, 0, 0)
    _prctl(_PR_SET_NO_NEW_PRIVS, 1, "prctl(PR_SET_NO_NEW_PRIVS)")
    header = struct.pack("=Ii", 0x20080522, 0)  # _LINUX_CAPABILITY_VERSION_3
    _checked(_LIBC.capset(header, bytes(24)), "capset")
    _prctl(_PR_SET_DUMPABLE, 0, "prctl(PR_SET_DUMPABLE)")


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


# One BPF instruction: code, jump if true, jump if false, constant.
_Instruction = tuple[int, int, int, int]
_LOAD, _EQUAL, _ANY_BIT, _GREATER_EQUAL, _RETURN = 0x20, 0x15, 0x45, 0x35, 0x06
_AND = 0x54
_ALLOW, _ERRNO, _KILL = 0x7FFF0000, 0x00050000, 0x80000000
_NUMBER_OFFSET, _ARCH_OFFSET, _ARGUMENT_OFFSET, _SECOND_ARGUMENT_OFFSET = 0, 4, 16, 24
_OWNER_COMMANDS = (8, 10, 15)  # F_SETOWN, F_SETSIG, F_SETOWN_EX
_OWNER_REQUESTS = (0x8901, 0x8902)  # FIOSETOWN, SIOCSPGRP
_SOCKET_TYPES, _SOCK_STREAM = 0xF, 1  # the higher bits of a type are flags
_EPERM, _ENOSYS = 1, 38


def _only(number: int, own_pid: int) -> list[_Instruction]:
    """Allow syscall `number` only when its first argument is `own_pid`."""
    return [
        (_EQUAL, 0, 4, number),
        (_LOAD, 0, 0, _ARGUMENT_OFFSET),
        (_EQUAL, 0, 1, own_pid),
        (_RETURN, 0, 0, _ALLOW),
        (_RETURN, 0, 0, _ERRNO | _EPERM),
    ]


def _all_but(number: int, offset: int, refused: Sequence[int]) -> list[_Instruction]:
    """Refuse syscall `number` when its argument at `offset` is one of `refused`."""
    return [
        (_EQUAL, 0, len(refused) + 3, number),
        (_LOAD, 0, 0, offset),
        *((_EQUAL, len(refused) - at, 0, value) for at, value in enumerate(refused)),
        (_RETURN, 0, 0, _ALLOW),
        (_RETURN, 0, 0, _ERRNO | _EPERM),
    ]


def _only_streams(number: int) -> list[_Instruction]:
    """Allow `socketpair` for streams, as asyncio uses them: a datagram socket sends to any path."""
    return [
        (_EQUAL, 0, 5, number),
        (_LOAD, 0, 0, _SECOND_ARGUMENT_OFFSET),
        (_AND, 0, 0, _SOCKET_TYPES),
        (_EQUAL, 0, 1, _SOCK_STREAM),
        (_RETURN, 0, 0, _ALLOW),
        (_RETURN, 0, 0, _ERRNO | _EPERM),
    ]


def seccomp_program(own_pid: int) -> list[_Instruction]:
    """The filter: everything is allowed but starting processes, sockets, and reaching outside.

    Threads are allowed (clone with CLONE_THREAD); clone3 "does not exist", so that the C library
    falls back to clone, whose flags a filter can see. Raises OSError on an unknown architecture.
    """
    machine = platform.machine()
    if machine not in _MACHINES:
        raise OSError(_ENOSYS, f"no system call table for {machine}")
    column, audit_arch = _MACHINES[machine]
    number = {name: numbers[column] for name, numbers in _SYSCALLS.items()}
    program: list[_Instruction] = [
        (_LOAD, 0, 0, _ARCH_OFFSET),
        (_EQUAL, 1, 0, audit_arch),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, _NUMBER_OFFSET),
    ]
    if machine == "x86_64":  # the x32 ABI would number the same calls differently
        program += [(_GREATER_EQUAL, 0, 1, 0x40000000), (_RETURN, 0, 0, _ERRNO | _ENOSYS)]
    program += [(_EQUAL, 0, 1, number["clone3"]), (_RETURN, 0, 0, _ERRNO | _ENOSYS)]
    program += [
        (_EQUAL, 0, 4, number["clone"]),
        (_LOAD, 0, 0, _ARGUMENT_OFFSET),
        (_ANY_BIT, 0, 1, _CLONE_THREAD),
        (_RETURN, 0, 0, _ALLOW),
        (_RETURN, 0, 0, _ERRNO | _EPERM),
    ]
    for name in ("kill", "tgkill", "rt_sigqueueinfo"):
        program += _only(number[name], own_pid)
    program += _only(number["prlimit64"], 0)
    # A child that let go of its parent could outlive it.
    options = (_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE)
    program += _all_but(number["prctl"], _ARGUMENT_OFFSET, options)
    # The owner of a descriptor is sent a signal of one's choice when something can be read.
    program += _all_but(number["fcntl"], _SECOND_ARGUMENT_OFFSET, _OWNER_COMMANDS)
    program += _all_but(number["ioctl"], _SECOND_ARGUMENT_OFFSET, _OWNER_REQUESTS)
    program += _only_streams(number["socketpair"])
    for name, syscall in number.items():
        if syscall >= 0 and name not in _NEEDS_A_LOOK:
            program += [(_EQUAL, 0, 1, syscall), (_RETURN, 0, 0, _ERRNO | _EPERM)]
    program.append((_RETURN, 0, 0, _ALLOW))
    return program


def install_seccomp(program: Sequence[_Instruction]) -> None:
    """Put the filter on this process and all that it starts. Needs `renounce_privileges` first."""
    code = b"".join(struct.pack("=HBBI", *instruction) for instruction in program)
    buffer = ctypes.create_string_buffer(code, len(code))

    class Program(ctypes.Structure):
        _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_void_p))

    argument = Program(len(program), ctypes.cast(buffer, ctypes.c_void_p))
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
