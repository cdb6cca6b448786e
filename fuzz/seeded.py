"""`python -m fuzz.seeded [--runs N] [--target frames|conversation]`: mutations without a fuzzer.

Fast, since nothing is instrumented, and the same bytes for the same seed. Starts from real frames,
and from what `fuzz.decoder --corpus FOLDER` found to reach new code.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from random import Random

import torch

from fuzz import corpus, grammar, mutations, targets

Target = Callable[[bytes, targets.Tally], None]


def streams(random: Random, seeds: Sequence[bytes], *, framed: bool) -> Iterator[bytes]:
    """Mutated bytes without end; some are changed in their values, some blindly, some both."""
    vary = grammar.vary_frame if framed else grammar.vary_stream
    while True:
        data = random.choice(seeds)
        way = random.randrange(4)
        if way:
            data = mutations.mutate(random, data, seeds, targets.LARGEST)
        if way < 2:
            data = vary(random, data, seeds)
        yield data[: targets.LARGEST]


def fuzz(target: Target, data: Iterator[bytes], runs: int) -> tuple[targets.Tally, float]:
    """Run a target on the next streams; what was tried, and the most seconds that one took.

    Seconds on the wall: asking for CPU seconds costs more than most streams do.
    """
    tally, slowest = targets.Tally(), 0.0
    for _ in range(runs):
        stream = next(data)
        started = time.perf_counter()
        try:
            target(stream, tally)
        except Exception as error:
            error.add_note(f"the bytes: {stream.hex()}")
            raise
        slowest = max(slowest, time.perf_counter() - started)
    return tally, slowest


def main() -> None:
    """Fuzz as the command line says."""
    parser = argparse.ArgumentParser(prog="python -m fuzz.seeded", description=__doc__)
    parser.add_argument("--runs", type=int, default=100_000, help="how many streams")
    parser.add_argument("--target", choices=("frames", "conversation"), default="frames")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--corpus", help="a folder of bytes to mutate, too")
    options = parser.parse_args()
    torch.set_num_threads(1)
    framed = options.target == "frames"
    seeds = corpus.real_frames() if framed else corpus.real_streams()
    if options.corpus:
        seeds += [path.read_bytes() for path in sorted(Path(options.corpus).iterdir())]
    target = targets.decode_one if framed else targets.hear_all
    data = streams(Random(options.seed), seeds, framed=framed)
    tally, slowest = fuzz(target, data, options.runs)
    sys.stdout.write(f"{options.target}: {tally}; the slowest took {slowest * 1000:.0f} ms\n")


if __name__ == "__main__":
    main()
