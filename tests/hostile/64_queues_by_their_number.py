# expect: blocked
# weak: process=never, it would take queues and semaphores of the machine
# Queues and semaphores are known by number: without a namespace those of the user are in reach.
import ctypes
import os

libc = ctypes.CDLL(None, use_errno=True)


def call(number, *given):
    words = [ctypes.c_long(each) if isinstance(each, int) else each for each in given]
    result = libc.syscall(ctypes.c_long(number), *words)
    if result < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return result


ROOM = ctypes.create_string_buffer(128)
ATTEMPTS = {
    "msgget": (68, 0x71757A, 0o1600),
    "msgsnd": (69, 0, ROOM, 8, 0o4000),
    "msgrcv": (70, 0, ROOM, 8, 0, 0o4000),
    "msgctl": (71, 0x7FFF, 0, 0),
    "queues there are": (71, 0, 3, ROOM),
    "semget": (64, 0x71757A, 1, 0o1600),
    "semctl": (66, 0x7FFF, 0, 0, 0),
    "semaphores there are": (66, 0, 0, 3, ROOM),
    "semop": (65, 0, bytes(6), 1),
    "shmget": (29, 0x71757A, 4096, 0o1600),
    "shmctl": (31, 0x7FFF, 0, 0),
    "mq_open": (240, b"hostile-queue", 0o102, 0o600, None),
    "mq_unlink": (241, b"hostile-queue"),
}


def refused(number, *given):
    try:
        call(number, *given)
    except PermissionError as error:
        return error
    except OSError as error:
        return f"reached it: {error}"
    return "did it"


def iou(boxes, target):
    errors = {name: refused(*given) for name, given in ATTEMPTS.items()}
    reached = {name: error for name, error in errors.items() if isinstance(error, str)}
    assert not reached, reached
    raise next(iter(errors.values()))
