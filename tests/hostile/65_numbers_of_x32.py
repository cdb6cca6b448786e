# expect: errored
# says: Function not implemented
# weak: process=never, nothing there refuses the calls
# The x32 numbers of the same calls.
import ctypes
import os

libc = ctypes.CDLL(None, use_errno=True)


def call(number, *given):
    words = [ctypes.c_long(each) if isinstance(each, int) else each for each in given]
    result = libc.syscall(ctypes.c_long(number), *words)
    if result < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return result


import platform

X32 = 0x40000000 if platform.machine() == "x86_64" else 10_000_000
ATTEMPTS = {
    "getpid": (X32 + 39,),
    "ptrace": (X32 + 521, 16, os.getppid(), 0, 0),
    "execve": (X32 + 520, b"/bin/true", 0, 0),
    "unshare": (X32 + 272, 0x10000000),
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
