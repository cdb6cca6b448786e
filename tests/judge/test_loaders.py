"""Data loaders whose workers are asked for where there are no processes for them."""

import json
import subprocess
import sys

import pytest

PROGRAM = """
import json, sys, warnings
warnings.simplefilter("error")
import torch
from torch.utils.data import DataLoader, TensorDataset
from quizapp.judge import loaders
loaders.work_in_this_process()
loaders.work_in_this_process()
numbers = TensorDataset(torch.arange(6))
loader = eval(sys.argv[1])
print(json.dumps([batch[0].tolist() for batch in loader]))
"""


@pytest.mark.parametrize(
    "call",
    [
        "DataLoader(numbers, batch_size=4)",
        "DataLoader(numbers, batch_size=4, num_workers=2)",
        "DataLoader(numbers, 4, False, None, None, 2)",
        "DataLoader(numbers, 4, num_workers=2, prefetch_factor=3, persistent_workers=True)",
        "DataLoader(numbers, 4, num_workers=1, timeout=9, worker_init_fn=print)",
    ],
)
def test_a_loader_does_the_work_of_its_workers(call):
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, call], capture_output=True, text=True, check=True
    )
    assert json.loads(done.stdout) == [[0, 1, 2, 3], [4, 5]]


def test_wrong_arguments_are_refused_in_torch_s_words():
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, "DataLoader(numbers, workers=2)"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert "unexpected keyword argument 'workers'" in done.stderr
