# expect: failed
# says: got None
# Memory and timers that are the kernel's: they end with the process.
import ctypes
import fcntl
import os
import socket
import struct

libc = ctypes.CDLL(None)


def iou(boxes, target):
    for _ in range(30):
        reading, writing = os.pipe()
        try:
            fcntl.fcntl(writing, 1031, 1 << 20)  # F_SETPIPE_SZ
        except OSError:
            break
        os.set_blocking(writing, False)
        try:
            while os.write(writing, bytes(1 << 16)):
                pass
        except BlockingIOError:
            pass
    try:
        pairs = [socket.socketpair() for _ in range(40)]
        for one, _ in pairs:
            one.setblocking(False)
            try:
                while one.send(bytes(1 << 16)):
                    pass
            except BlockingIOError:
                pass
    except OSError:
        pass
    number = ctypes.create_string_buffer(8)
    for _ in range(5000):
        libc.syscall(222, 1, struct.pack("QiiQQQQQQ", 0, 0, 1, 0, 0, 0, 0, 0, 0), number)
