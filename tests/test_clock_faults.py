"""The real commands while the clock is set, as learners meet it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from engine_support import write_course

ROOT = Path(__file__).resolve().parents[1]
YEAR_S = 365 * 86400


@pytest.fixture(scope="module")
def called(tmp_path_factory):
    root = tmp_path_factory.mktemp("clocks")
    environment = os.environ | {
        "QUIZAPP_HOME": str(root / "home"),
        "QUIZAPP_COURSE": str(write_course(root / "course")),
    }

    def call(seconds, *words):
        (root / "off").write_text(f"{seconds} UTC")
        return subprocess.run(
            [sys.executable, "-m", "scripts.clocked", str(root / "off"), *words],
            env=environment,
            capture_output=True,
            check=False,
            text=True,
            cwd=ROOT,
        )

    return call


def test_without_a_command_the_usage_is_told(called):
    told = called(0)

    assert (told.returncode, told.stdout) == (2, "")
    assert told.stderr.startswith("usage: ")


def test_after_a_year_ahead_every_command_says_so_until_something_newer_is_logged(called):
    assert called(YEAR_S, "answer", "keyword", "good").returncode == 0
    told = called(0, "next", "--json")
    assert (told.returncode, "has not come yet" in told.stderr) == (0, True)
    assert json.loads(told.stdout)

    refused = called(0, "answer", "keyword", "good")
    assert (refused.returncode, "answered later than that already" in refused.stderr) == (2, True)

    assert called(0, "undo").returncode == 0
    after = called(0, "answer", "keyword", "good")
    assert (after.returncode, after.stderr) == (0, "")
