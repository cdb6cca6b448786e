"""Data loaders whose workers are asked for where there are no processes for them."""

import json
import subprocess
import sys

import pytest

CALLS = [
    "DataLoader(numbers, batch_size=4)",
    "DataLoader(numbers, batch_size=4, num_workers=2)",
    "DataLoader(numbers, 4, False, None, None, 2)",
    "DataLoader(numbers, 4, num_workers=2, prefetch_factor=3, persistent_workers=True)",
    "DataLoader(numbers, 4, num_workers=1, timeout=9, worker_init_fn=print)",
]
WRONG = "DataLoader(numbers, workers=2)"
PROGRAM = """
import json, sys, warnings
warnings.simplefilter("error")
import torch
from torch.utils.data import DataLoader, TensorDataset
from quizapp.judge import loaders
loaders.work_in_this_process()
loaders.work_in_this_process()
numbers = TensorDataset(torch.arange(6))
for call in sys.argv[1:]:
    try:
        answer = [batch[0].tolist() for batch in eval(call)]
    except Exception as error:
        answer = f"{type(error).__name__}: {error}"
    print(json.dumps(answer))
"""


@pytest.fixture(scope="module")
def answers():
    """What each call gives, all in one process, which torch takes seconds to begin."""
    calls = [*CALLS, WRONG]
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, *calls], capture_output=True, text=True, check=True
    )
    assert done.stderr == ""
    return dict(zip(calls, map(json.loads, done.stdout.splitlines()), strict=True))


@pytest.mark.parametrize("call", CALLS)
def test_a_loader_does_the_work_of_its_workers(answers, call):
    assert answers[call] == [[0, 1, 2, 3], [4, 5]]


def test_wrong_arguments_are_refused_in_torch_s_words(answers):
    assert "unexpected keyword argument 'workers'" in answers[WRONG]
