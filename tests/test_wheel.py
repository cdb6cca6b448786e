"""The wheel as somebody installs it: without the checkout, from another folder."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """A folder with the wheel's contents, on nobody's path."""
    work = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(work)]
    subprocess.run([*build, str(ROOT)], check=True, capture_output=True)
    (wheel,) = work.glob("*.whl")
    target = work / "site"
    install = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target"]
    subprocess.run([*install, str(target), str(wheel)], check=True, capture_output=True)
    return target


def quizapp(installed, tmp_path, *arguments):
    """Run the installed package; the checkout's own is kept out of the way."""
    environment = {**os.environ, "QUIZAPP_HOME": str(tmp_path / "home")}
    environment |= {"PYTHONPATH": str(installed)}
    environment.pop("QUIZAPP_COURSE", None)
    finished = subprocess.run(
        [sys.executable, "-m", "quizapp", *arguments],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert finished.returncode in (0, 1), finished.stderr
    return json.loads(finished.stdout)


def test_the_wheel_brings_the_default_course(installed, tmp_path):
    decks = quizapp(installed, tmp_path, "due", "--json")["decks"]
    assert len(decks) >= 6


def test_the_wheels_course_is_judged_without_the_checkout(installed, tmp_path):
    solution = installed / "quizapp/default_course/solutions/detection/iou.py"
    (tmp_path / "iou.py").write_bytes(solution.read_bytes())
    assert quizapp(installed, tmp_path, "check", "iou", "iou.py", "--json")["verdict"] == "passed"


def test_a_submission_cannot_read_the_solution_in_the_wheel(installed, tmp_path):
    solution = installed / "quizapp/default_course/solutions/detection/iou.py"
    (tmp_path / "iou.py").write_text(f"SOLUTION = open({str(solution)!r}).read()\n")
    outcome = quizapp(installed, tmp_path, "check", "iou", "iou.py", "--json")
    if outcome["isolation"] == "process":
        pytest.skip("the tier `process` does not restrict files, and none better is to be had here")
    # Refused, or not there at all, since the sandbox has a /tmp of its own; had it been read, the
    # verdict would be `missing`.
    assert outcome["verdict"] in ("blocked", "errored")
