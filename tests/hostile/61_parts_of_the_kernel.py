# expect: blocked
# weak: process=never, it would make objects that outlive it
# Parts of the kernel that have been ways out before, and memory that no limit sees.
import ctypes
import os

libc = ctypes.CDLL(None, use_errno=True)


def call(number, *given):
    words = [ctypes.c_long(each) if isinstance(each, int) else each for each in given]
    result = libc.syscall(ctypes.c_long(number), *words)
    if result < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return result


ATTEMPTS = {
    "io_uring_setup": (425, 8, bytes(120)),
    "bpf": (321, 0, bytes(72), 72),
    "perf_event_open": (298, bytes(112), 0, -1, -1, 0),
    "userfaultfd": (323, 1),
    "memfd_create": (319, b"x", 0),
    "memfd_secret": (447, 0),
    "add_key": (248, b"user", b"quizapp", b"x", 1, -4),
    "request_key": (249, b"user", b"quizapp", None, 0),
    "keyctl": (250, 0, -4, 1),
    "ptrace": (101, 16, os.getppid(), 0, 0),
    "process_vm_readv": (310, os.getppid(), 0, 0, 0, 0, 0),
    "kcmp": (312, os.getpid(), os.getppid(), 1, 0, 0),
    "pidfd_open": (434, os.getppid(), 0),
    "pidfd_getfd": (438, 0, 3, 0),
    "process_madvise": (440, 0, 0, 0, 4, 0),
    "syslog": (103, 3, ctypes.create_string_buffer(99), 99),
    "open_by_handle_at": (304, -100, bytes(16), 0),
    "fanotify_init": (300, 0, 0),
    "personality": (135, 0x0040000),
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
