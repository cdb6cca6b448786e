# expect: blocked
# weak: process=never, it would change the namespaces of the test
# Namespaces once more, and the older and newer ways of mounting.
import ctypes
import os

libc = ctypes.CDLL(None, use_errno=True)


def call(number, *given):
    words = [ctypes.c_long(each) if isinstance(each, int) else each for each in given]
    result = libc.syscall(ctypes.c_long(number), *words)
    if result < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return result


NEW_USER, NEW_NS, NEW_PID = 0x10000000, 0x20000, 0x20000000
ATTEMPTS = {
    "unshare user": (272, NEW_USER),
    "unshare all": (272, NEW_USER | NEW_NS | NEW_PID | 0x7C000000),
    "a thread in a user namespace of its own": (56, 0x10900 | NEW_USER, 0, 0, 0, 0),
    "clone into a namespace": (56, NEW_USER | 17, 0, 0, 0, 0),
    "clone3": (435, bytes(88), 88),
    "setns": (308, 0, NEW_NS),
    "mount": (165, b"none", b"/", b"tmpfs", 0, None),
    "remount": (165, None, b"/", None, 0x1020, None),
    "umount": (166, b"/", 2),
    "pivot_root": (155, b"/", b"/"),
    "chroot": (161, b"/"),
    "open_tree": (428, -100, b"/", 1),
    "move_mount": (429, -100, b"/", -100, b"/", 0),
    "fsopen": (430, b"tmpfs", 0),
    "fspick": (433, -100, b"/", 0),
    "mount_setattr": (442, -100, b"/", 0, bytes(32), 32),
    "sethostname": (170, b"mine", 4),
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
