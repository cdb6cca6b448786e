"""Which system calls a submission may make. Owns the filter; leaves putting it on to `linux`.

Sources: seccomp(2), and the UAPI headers `linux/seccomp.h` and `linux/bpf_common.h`.
"""

from __future__ import annotations

import platform
import struct
from collections.abc import Sequence

from quizapp.judge import linux

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
_CLONE_THREAD = 0x00010000

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


def program_for(own_pid: int) -> list[_Instruction]:
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
    options = (linux.PR_SET_PDEATHSIG, linux.PR_SET_DUMPABLE)
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


def install(program: Sequence[_Instruction]) -> None:
    """Put a filter on this process and all that it starts, for good."""
    linux.set_filter(b"".join(struct.pack("=HBBI", *instruction) for instruction in program))
