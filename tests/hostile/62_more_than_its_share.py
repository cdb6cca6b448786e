# expect: blocked
# weak: process=never, it would disturb the machine
# More time, more memory, other processors, a better place in the queue.
import ctypes
import os

libc = ctypes.CDLL(None, use_errno=True)


def call(number, *given):
    words = [ctypes.c_long(each) if isinstance(each, int) else each for each in given]
    result = libc.syscall(ctypes.c_long(number), *words)
    if result < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return result


import resource
import struct

MORE = struct.pack("QQ", 1 << 40, 1 << 40)
ATTEMPTS = {
    "RLIMIT_AS": (160, resource.RLIMIT_AS, MORE),
    "RLIMIT_NOFILE": (160, resource.RLIMIT_NOFILE, MORE),
    "RLIMIT_CPU": (160, resource.RLIMIT_CPU, MORE),
    "limits of its parent": (302, os.getppid(), resource.RLIMIT_CPU, struct.pack("QQ", 1, 1), None),
    "nice": (141, 0, 0, -20),
    "nice of all": (141, 2, 0, 19),
    "SCHED_FIFO": (144, 0, 1, struct.pack("i", 1)),
    "sched_setattr": (314, 0, bytes(48), 0),
    "sched_setaffinity": (203, os.getppid(), 8, struct.pack("Q", 1)),
    "ioprio_set": (251, 1, 0, 0x2000),
    "no signal at the parent's end": (157, 1, 0, 0, 0, 0),
    "dumpable": (157, 4, 1, 0, 0, 0),
    "capabilities": (126, struct.pack("Ii", 0x20080522, 0), b"\xff" * 24),
    "all user ids": (117, 0, 1, 2),
    "groups": (116, 1, struct.pack("i", 0)),
    "clock": (227, 0, bytes(16)),
}


def attempt(number, *given):
    try:
        call(number, *given)
    except OSError as error:
        return error
    return None


def iou(boxes, target):
    errors = {name: attempt(*given) for name, given in ATTEMPTS.items()}
    done = [name for name, error in errors.items() if error is None]
    assert not done, f"did {done}"
    raise next(iter(errors.values()))
