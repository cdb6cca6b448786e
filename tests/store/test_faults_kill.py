"""Processes killed during each kind of work; `python -m scripts.faults` does it for long."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def temporary(tmp_path_factory):
    """Where the processes keep what they need for the moment."""
    return tmp_path_factory.mktemp("temporary")


@pytest.fixture(scope="module")
def killed(temporary):
    """The lines of the table, as words, by the name of the work."""
    command = [sys.executable, "-m", "scripts.faults", "--runs", "27", "--seed", "5"]
    done = subprocess.run(
        command,
        cwd=ROOT,
        env=os.environ | {"TMPDIR": str(temporary)},
        capture_output=True,
        text=True,
        check=False,
        timeout=110,
    )
    assert done.returncode in (0, 1), done.stderr
    lines = done.stdout.splitlines()[1:]
    return {" ".join(words[:-6]): [*map(int, words[-6:])] for words in map(str.split, lines)}


@pytest.fixture
def together(killed):
    names = ("runs", "inside", "acknowledged", "lost", "half", "shut")
    return dict(zip(names, killed["together"], strict=True))


def test_kills_strike_inside_the_work(together):
    assert together["inside"] >= 9


def test_nothing_that_was_acknowledged_is_lost(together):
    assert (together["acknowledged"] > 20, together["lost"]) == (True, 0)


def test_no_state_is_half_done(together):
    assert together["half"] == 0


def test_every_file_opens_afterwards(together):
    assert together["shut"] == 0


@pytest.mark.usefixtures("killed")
def test_no_temporary_folder_is_left(temporary):
    assert list(temporary.iterdir()) == []
