# expect: crashed
# says: SIGSYS
# weak: process=never, it would make system calls that nothing there refuses
# Calls of 32-bit programs have other numbers: machine code makes one, past every table of 64 bits.
import ctypes
import mmap
import platform


def iou(boxes, target):
    if platform.machine() != "x86_64":
        ctypes.CDLL(None).raise_signal(31) if hasattr(ctypes.CDLL(None), "raise_signal") else None
        import signal

        signal.raise_signal(signal.SIGSYS)
    code = bytes.fromhex("b814000000cd80c3")  # mov eax, 20 (getpid); int 0x80; ret
    memory = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
    memory.write(code)
    address = ctypes.addressof(ctypes.c_char.from_buffer(memory))
    print(ctypes.CFUNCTYPE(ctypes.c_int)(address)())
