# expect: blocked
# weak: process=never, it would change files of the test
# What may be read may not be changed: contents, names, attributes, flags, leases.
import ctypes
import os

libc = ctypes.CDLL(None, use_errno=True)


def call(number, *given):
    words = [ctypes.c_long(each) if isinstance(each, int) else each for each in given]
    result = libc.syscall(ctypes.c_long(number), *words)
    if result < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return result


import fcntl
import struct

import torch

LIBRARY = torch.__file__
NAME = LIBRARY.encode()
FILE = os.open(LIBRARY, os.O_RDONLY)
FOLDER = os.open(os.path.dirname(LIBRARY), os.O_RDONLY)
ATTEMPTS = {
    "truncate": (76, NAME, os.stat(LIBRARY).st_size),
    "open and truncate": (2, NAME, os.O_RDONLY | os.O_TRUNC),
    "write": (2, NAME, os.O_WRONLY),
    "append through /proc": (2, b"/proc/self/fd/%d" % FILE, os.O_WRONLY),
    "link": (86, NAME, NAME + b"2"),
    "symlink": (88, b"/etc", NAME + b"3"),
    "rename": (82, NAME, NAME + b"4"),
    "unlink": (87, NAME + b"-hostile"),
    "mknod": (133, NAME + b"5", 0o20666, 0x103),
    "mkdir": (83, NAME + b"6", 0o777),
    "chmod": (90, NAME, 0o777),
    "utimensat": (280, FILE, None, bytes(32), 0),
    "setxattr": (188, NAME, b"user.x", b"x", 1, 0),
    "flags": (16, FILE, 0x40086602, struct.pack("l", 0x80040)),
    "extended flags": (16, FILE, 0x401C5820, struct.pack("7I", 0x80, 0, 0, 0, 0, 0, 0)),
    "lease": (72, FILE, 1024, fcntl.F_RDLCK),
    "signals for changes in a folder": (72, FOLDER, 1026, 0x80000001),
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
