"""Cut the power while a learner answers, as far as one machine can play that to itself.

`python -m scripts.power_cuts --runs 200` stops a process that answers at a random moment, takes the
database and its log as they lie there, and then spoils what had not been confirmed by then: bytes
of the log behind its length at the last acknowledged answer are cut off, zeroed or made random, as
a disk leaves them that was still writing. What was acknowledged must be in the copy, whole.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import signal
import sqlite3
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path

from quizapp.errors import StoreError
from scripts.faults import FILE, START, Learner, Tally, examine_answers, studied

LOG = f"{FILE}-wal"
MOMENT_S = 0.4


def cut_power(runs: int, dice: random.Random) -> Tally:
    """Cut the power so many times; returns what was lost."""
    tally = Tally()
    with tempfile.TemporaryDirectory(prefix="quizapp-power-") as place:
        seed, live, copy = (Path(place) / name for name in ("seed", "live", "copy"))
        seed.mkdir()
        studied(seed)
        for _ in range(runs):
            shutil.copytree(seed, live)
            said, confirmed = _stopped(live, copy, dice.random() * MOMENT_S)
            _spoil(copy / LOG, confirmed, dice)
            tally.runs += 1
            tally.killed += bool(said)
            tally.acknowledged += len(said)
            try:
                examine_answers(seed, copy, said, tally)
            except (StoreError, sqlite3.Error) as error:
                tally.shut += 1
                tally.remarks.append(f"open: {error}")
            shutil.rmtree(live)
            shutil.rmtree(copy)
    return tally


def _stopped(live: Path, copy: Path, delay: float) -> tuple[list[str], int]:
    """Let a process answer for a while and copy its files while it stands still.

    Returns the numbers of the rows that it had acknowledged, and the length of the log by then.
    """
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        learner = Learner(live, START + timedelta(days=30))
        for number in range(10_000):
            row = learner.answer(number)
            os.write(writer, f"{row} {(live / LOG).stat().st_size}\n".encode())
    os.close(writer)
    while not (live / LOG).exists():
        time.sleep(0.002)
    time.sleep(delay)
    os.kill(child, signal.SIGSTOP)
    shutil.copytree(live, copy)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    with os.fdopen(reader, encoding="utf-8") as pipe:
        lines = [line.split() for line in pipe.read().splitlines()]
    return [row for row, _ in lines], int(lines[-1][1]) if lines else 0


def _spoil(log: Path, confirmed: int, dice: random.Random) -> None:
    """Spoil what lies behind the confirmed length of a log."""
    if not log.exists() or not confirmed:
        return
    content = bytearray(log.read_bytes())
    if len(content) == confirmed:
        content += dice.randbytes(dice.randrange(1, 9000))
    elif dice.random() < 0.3:
        del content[dice.randrange(confirmed, len(content)) :]
    else:
        start = dice.randrange(confirmed, len(content))
        end = dice.randrange(start, len(content)) + 1
        content[start:end] = dice.choice((bytes(end - start), dice.randbytes(end - start)))
    log.write_bytes(content)


def main() -> int:
    """Cut the power and say what was lost."""
    parser = argparse.ArgumentParser(prog="python -m scripts.power_cuts", description=__doc__)
    parser.add_argument("--runs", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    tally = cut_power(asked.runs, random.Random(asked.seed))
    print(
        f"{tally.runs} cuts, {tally.acknowledged} answers acknowledged: {tally.lost} lost, "
        f"{tally.half} half states, {tally.shut} files that do not open"
    )
    for remark in tally.remarks:
        print(remark)
    return int(bool(tally.lost or tally.half or tally.shut))


if __name__ == "__main__":
    sys.exit(main())
