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
    # By their numbers those of others can be had, too, where IPC is not a namespace of its own.
    "shmdt": (67, 197),
    "semop": (65, 193),
    "semctl": (66, 191),
    "semtimedop": (220, 192),
    "msgsnd": (69, 189),
    "msgrcv": (70, 188),
    "msgctl": (71, 187),
    "mq_open": (240, 180),
    "mq_unlink": (241, 181),
    "mq_timedsend": (242, 182),
    "mq_timedreceive": (243, 183),
    "mq_notify": (244, 184),
    "mq_getsetattr": (245, 185),
    # Which pages of a file are in memory would be a note to the next run.
    "posix_fadvise": (221, 223),
    "readahead": (187, 213),
    "preadv2": (327, 286),
    "cachestat": (451, 451),
    "mincore": (27, 232),
    # Never needed here, and each a part of the kernel that could hold a hole.
    "seccomp": (317, 277),
    "landlock_create_ruleset": (444, 444),
    "landlock_add_rule": (445, 445),
    "landlock_restrict_self": (446, 446),
    "modify_ldt": (154, -1),
    "splice": (275, 76),
    "vmsplice": (278, 75),
    "tee": (276, 77),
    "sync": (162, 81),
    "syncfs": (306, 267),
    "sendto": (44, 206),
    "sendmsg": (46, 211),
    "sendmmsg": (307, 269),
    "recvfrom": (45, 207),
    "recvmsg": (47, 212),
    "recvmmsg": (299, 243),
    "statmount": (457, 457),
    "listmount": (458, 458),
    "quotactl_fd": (443, 443),
    "vhangup": (153, 58),
    "lookup_dcookie": (212, 18),
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
        *("socketpair", "prctl", "fcntl", "ioctl", "sendto", "sendmsg", "recvfrom", "recvmsg"),
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
_THIRD_ARGUMENT_OFFSET, _FOURTH_ARGUMENT_OFFSET = 32, 40
# Duplicates, flags and locks. Not F_SETOWN and F_SETSIG, by which a descriptor sends signals, nor
# F_SETLEASE and F_NOTIFY, which reach whoever opens the file.
_DESCRIPTOR_COMMANDS = (0, 1, 2, 3, 4, 5, 6, 7, 9, 11, 36, 37, 38, 1025, 1030, 1032, 1034)
# TCGETS and TCGETS2 (isatty), TIOCGWINSZ, FIONREAD, FIONBIO, FIONCLEX, FIOCLEX. FS_IOC_SETFLAGS
# would change a library file that is open for reading.
_REQUESTS = (0x5401, 0x802C542A, 0x5413, 0x541B, 0x5421, 0x5450, 0x5451)
_OWNER_REQUESTS = (0x8901, 0x8902)  # FIOSETOWN, SIOCSPGRP
_FILE_REQUESTS = (0x40086602, 0x401C5820)  # FS_IOC_SETFLAGS, FS_IOC_FSSETXATTR
_MSG_OOB = 1
_NEWEST = 469
"""What came later is not known to this table, so it does not exist."""
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


def _none_but(number: int, offset: int, allowed: Sequence[int]) -> list[_Instruction]:
    """Allow syscall `number` only when its argument at `offset` is one of `allowed`."""
    return [
        (_EQUAL, 0, len(allowed) + 3, number),
        (_LOAD, 0, 0, offset),
        *((_EQUAL, len(allowed) - at, 0, value) for at, value in enumerate(allowed)),
        (_RETURN, 0, 0, _ERRNO | _EPERM),
        (_RETURN, 0, 0, _ALLOW),
    ]


def _without(number: int, offset: int, bit: int) -> list[_Instruction]:
    """Refuse syscall `number` when its argument at `offset` has `bit`."""
    return [
        (_EQUAL, 0, 4, number),
        (_LOAD, 0, 0, offset),
        (_ANY_BIT, 1, 0, bit),
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


def program_for(own_pid: int, *, device: bool = False) -> list[_Instruction]:
    """The filter: everything is allowed but starting processes, sockets, and reaching outside.

    Threads are allowed (clone with CLONE_THREAD); clone3 "does not exist", so that the C library
    falls back to clone, whose flags a filter can see.

    Args:
        own_pid: the process that it is for, which may signal itself.
        device: whether drivers of a real accelerator are spoken to, by requests of their own.

    Raises:
        OSError: the architecture is unknown.
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
    program += [(_GREATER_EQUAL, 0, 1, _NEWEST + 1), (_RETURN, 0, 0, _ERRNO | _ENOSYS)]
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
    program += _none_but(number["fcntl"], _SECOND_ARGUMENT_OFFSET, _DESCRIPTOR_COMMANDS)
    if device:
        refused = (*_OWNER_REQUESTS, *_FILE_REQUESTS)
        program += _all_but(number["ioctl"], _SECOND_ARGUMENT_OFFSET, refused)
    else:
        program += _none_but(number["ioctl"], _SECOND_ARGUMENT_OFFSET, _REQUESTS)
    # Out-of-band data on UNIX sockets is code of the kernel that nobody needs and that had holes.
    for name in ("sendto", "recvfrom"):
        program += _without(number[name], _FOURTH_ARGUMENT_OFFSET, _MSG_OOB)
    for name in ("sendmsg", "recvmsg"):
        program += _without(number[name], _THIRD_ARGUMENT_OFFSET, _MSG_OOB)
    program += _only_streams(number["socketpair"])
    for name, syscall in number.items():
        if syscall >= 0 and name not in _NEEDS_A_LOOK:
            program += [(_EQUAL, 0, 1, syscall), (_RETURN, 0, 0, _ERRNO | _EPERM)]
    program.append((_RETURN, 0, 0, _ALLOW))
    return program


def install(program: Sequence[_Instruction]) -> None:
    """Put a filter on this process and all that it starts, for good."""
    linux.set_filter(b"".join(struct.pack("=HBBI", *instruction) for instruction in program))
