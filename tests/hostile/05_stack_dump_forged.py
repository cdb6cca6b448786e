# expect: timed_out
# limits: cpu_s=0.25
import os
import signal

forged = b'File "05_stack_dump_forged.py", line ' + b"9" * 6000 + b"\n"


def iou(boxes, target):
    signal.signal(signal.SIGUSR1, signal.SIG_IGN)
    os.write(4, forged)
    while True:
        pass
