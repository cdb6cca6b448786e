"""`python -m fuzz.decoder [--runs N] [--target frames|conversation]`: fuzzing led by coverage.

Real frames are mutated by libFuzzer and by mutations that know the format; what reaches new code is
kept and mutated further. Ends with an error, and the bytes in a file, at the first exception but
`FrameError`, at a stream that takes longer than `--seconds`, and at one that makes the process
larger than `--megabytes` beyond its size at the start.
"""

from __future__ import annotations

import argparse
import resource
import sys
import tempfile
import time
from pathlib import Path
from random import Random

import torch

try:
    import atheris
except ImportError:
    sys.exit("fuzz: atheris is not installed; run `pip install -e '.[fuzz]'` and try again")

with atheris.instrument_imports(include=["quizapp.judge"], enable_loader_override=False):
    from fuzz import corpus, grammar, mutations, targets

_LARGEST = {"frames": 1 << 11, "conversation": 1 << 13}  # longer ones reach nothing new, slowly
_PAGE = resource.getpagesize()


def main() -> None:
    """Fuzz as the command line says."""
    options = _options()
    torch.set_num_threads(1)
    seeds = corpus.real_frames() if options.target == "frames" else corpus.real_streams()
    target = targets.decode_one if options.target == "frames" else targets.hear_all
    vary = grammar.vary_frame if options.target == "frames" else grammar.vary_stream
    tally, slowest = targets.Tally(), [0.0]
    for seed in seeds:  # whatever is made once is made before memory is counted
        target(seed, targets.Tally())
    size = int(Path("/proc/self/statm").read_text().split()[0]) * _PAGE
    most = size + (options.megabytes << 20)
    resource.setrlimit(resource.RLIMIT_AS, (most, most))

    def run(data: bytes) -> None:
        started = time.perf_counter()
        target(data, tally)
        slowest[0] = max(slowest[0], time.perf_counter() - started)
        if tally.tried == options.runs:
            print(f"{options.target}: {tally}; slowest {slowest[0] * 1000:.0f} ms", flush=True)

    def mutate(data: bytes, largest: int, seed: int) -> bytes:
        random = Random(seed)
        way = random.randrange(4)
        if way == 0:
            return bytes(atheris.Mutate(data, largest))
        if way < 3:
            data = vary(random, data, seeds)
        return mutations.mutate(random, data, seeds, largest) if way > 1 else data[:largest]

    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(options.corpus or scratch)
        folder.mkdir(exist_ok=True)
        for number, seed in enumerate(seeds):
            (folder / f"seed-{number}").write_bytes(seed)
        arguments = [
            sys.argv[0],
            f"-runs={options.runs}",
            f"-seed={options.seed}",
            f"-timeout={options.seconds}",
            f"-max_len={_LARGEST[options.target]}",
            "-len_control=0",
            "-mutate_depth=1",
            f"-artifact_prefix={options.findings}/",
            str(folder),
        ]
        atheris.Setup(arguments, run, custom_mutator=mutate)
        atheris.Fuzz()


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m fuzz.decoder", description=__doc__)
    parser.add_argument("--runs", type=int, default=100_000, help="how many streams")
    parser.add_argument("--target", choices=("frames", "conversation"), default="frames")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=int, default=10, help="the longest that one may take")
    parser.add_argument("--megabytes", type=int, default=512, help="the most that may be allocated")
    parser.add_argument("--corpus", help="a folder that keeps what reached new code")
    parser.add_argument("--findings", default=".", help="a folder for bytes that broke a promise")
    return parser.parse_args()


if __name__ == "__main__":
    main()
