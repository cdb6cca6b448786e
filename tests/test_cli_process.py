"""The command line as a process: exit codes, the two streams, pipes and Ctrl-C."""

import json
import os
import select
import signal
import subprocess
import sys

import pytest
from engine_support import RIGHT, SQUARES, write_course

QUIZAPP = [sys.executable, "-m", "quizapp"]


@pytest.fixture(scope="module")
def learner(tmp_path_factory):
    root = tmp_path_factory.mktemp("process")
    course = write_course(root / "course")
    return os.environ | {"QUIZAPP_HOME": str(root / "home"), "QUIZAPP_COURSE": str(course)}


def call(learner, *words, **kwargs):
    return subprocess.run(
        [*QUIZAPP, *words], env=learner, capture_output=True, check=False, text=True, **kwargs
    )


def test_data_go_to_stdout_and_nothing_else_does(learner):
    done = call(learner, "due", "--json")

    assert (done.returncode, done.stderr) == (0, "")
    assert set(json.loads(done.stdout)) == {"decks", "exercises"}


def test_errors_go_to_stderr_with_their_code(learner):
    done = call(learner, "answer", "keywrod", "good", "--json")

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "error: keywrod: there is no such card; did you mean keyword?\n"


def test_a_solution_that_does_not_pass_ends_with_1_and_its_object_on_stdout(learner, tmp_path):
    file = tmp_path / "double.py"
    file.write_bytes(SQUARES)
    done = call(learner, "check", "double", str(file), "--json")

    assert (done.returncode, done.stderr) == (1, "")
    assert json.loads(done.stdout)["diagnosis"]["near_miss"] == "squares"


def test_a_reader_that_stops_reading_is_no_error(learner):
    process = subprocess.Popen(
        [*QUIZAPP, "cards"], env=learner, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    process.stdout.close()
    _, err = process.communicate()

    assert (process.returncode, err) == (141, b"")


def test_chinese_survives_a_stream_that_cannot_write_it(learner):
    done = call(learner | {"PYTHONIOENCODING": "ascii"}, "cards", "--lang", "zh", "--json")

    assert done.returncode == 0
    assert any("关键字" in card["front"] for card in json.loads(done.stdout))


def test_watching_judges_after_each_save_until_ctrl_c(learner, tmp_path):
    file = tmp_path / "double.py"
    file.write_bytes(SQUARES)
    process = subprocess.Popen(
        [*QUIZAPP, "check", "double", str(file), "--watch", "--json"],
        env=learner,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    try:
        first = json.loads(process.stdout.readline())
        assert b"watching" in process.stderr.readline()
        second = after_saving(process, file)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=30)
    finally:
        process.kill()
        process.wait()

    assert (first["verdict"], second["verdict"]) == ("failed", "passed")
    assert process.returncode == 130
    assert b"Traceback" not in err


def test_watching_into_a_pipe_waits_for_the_file_and_writes_plain_lines(learner, tmp_path):
    file = tmp_path / "double.py"
    process = subprocess.Popen(
        [*QUIZAPP, "check", "double", "double.py", "--watch"],
        env=learner | {"TERM": "xterm-256color"},
        cwd=tmp_path,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        notes = [process.stderr.readline() for _ in range(2)]
        file.write_bytes(SQUARES)
        first = verdict_of_a_save(process)
        file.write_bytes(RIGHT)
        second = verdict_of_a_save(process)
        process.send_signal(signal.SIGINT)
        rest, _ = process.communicate(timeout=30)
    finally:
        process.kill()
        process.wait()

    assert notes == [
        "watching double.py; Ctrl-C ends it\n",
        "double.py is not there; waiting for it\n",
    ]
    assert first[0].startswith("double.py, saved ")
    assert "✗ wrong values   0 of 3 points" in first
    assert "✓ passed   3 of 3 points" in second
    assert "\x1b" not in "".join(first + second)
    assert rest == ""


def verdict_of_a_save(process):
    """The lines up to the one that says how it was judged, and the empty one after it."""
    lines = []
    while not (lines and lines[-1].startswith("(")):
        lines.append(process.stdout.readline().rstrip("\n"))
    assert process.stdout.readline() == "\n"
    return lines


def after_saving(process, file):
    """The next object that `process` writes; saved again until the watch has begun to look."""
    for _ in range(30):
        file.write_bytes(RIGHT)
        if select.select([process.stdout], [], [], 1)[0]:
            return json.loads(process.stdout.readline())
    raise AssertionError("nothing was judged after saving")
