"""The program: `quizapp`, and `python -m quizapp`."""

import gc

# What a command makes, it mostly keeps: to look for garbage at every import is in vain, and takes
# three milliseconds until the command line is there.
gc.set_threshold(50_000)

from quizapp.cli import run  # noqa: E402 - not before

if __name__ == "__main__":
    run()
