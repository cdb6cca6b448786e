"""`quizapp grade` as an instructor runs it: real processes, the real judge, the toy course."""

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest
from engine_support import RIGHT as BASE_RIGHT
from engine_support import write_course
from variant_support import COLUMN, COLUMN_RIGHT, MARKED, changed

TOY = Path(__file__).parents[1] / "toy_course"
RIGHT = "def add_one(x):\n    return x + 1\n"
WRONG = "def add_one(x):\n    return x - 1\n"


def handed_in(folder):
    """Write what three students handed in below `folder`."""
    for student, source in {"ann": RIGHT, "bob": WRONG, "=cmd": "import os; os._exit(0)\n"}.items():
        (folder / student).mkdir(parents=True)
        (folder / student / "add-one.py").write_text(source)
    return folder


@pytest.fixture
def folder(tmp_path):
    return handed_in(tmp_path / "class")


@pytest.fixture(scope="module")
def first_grading(tmp_path_factory):
    """A class, graded once, and how the command ended; not to be changed."""
    root = tmp_path_factory.mktemp("graded")
    folder = handed_in(root / "class")
    return folder, grade(root, folder)


def command(folder, *more):
    return [sys.executable, "-m", "quizapp", "grade", str(folder), "--course", str(TOY), *more]


def environment(tmp_path, **more):
    return {**os.environ, "QUIZAPP_HOME": str(tmp_path / "home"), **more}


def grade(tmp_path, folder, *more, **variables):
    return subprocess.run(
        command(folder, "--json", *more),
        env=environment(tmp_path, **variables),
        capture_output=True,
        text=True,
        check=False,
    )


def verdicts(finished):
    return {row["student"]: row["verdict"] for row in json.loads(finished.stdout)["results"]}


def test_each_student_gets_the_verdict_of_the_file(first_grading):
    assert verdicts(first_grading[1]) == {
        "=cmd": "no_result",
        "ann": "passed",
        "bob": "failed",
    }


def test_a_batch_killed_in_the_middle_goes_on_where_it_was(tmp_path, folder):
    for number in range(60):
        (folder / f"s{number:02}").mkdir()
        (folder / f"s{number:02}" / "add-one.py").write_text(f"# {number}\n{RIGHT}")
    out = tmp_path / "out"
    first = subprocess.Popen(
        command(folder, "--out", str(out)), env=environment(tmp_path), stderr=subprocess.DEVNULL
    )
    wal = out / "gradebook.db-wal"
    deadline = time.monotonic() + 60
    while not (wal.exists() and wal.stat().st_size > 60_000) and time.monotonic() < deadline:
        time.sleep(0.01)
    first.send_signal(signal.SIGKILL)
    first.wait()
    result = json.loads(grade(tmp_path, folder, "--out", str(out)).stdout)
    assert (result["submissions"], result["failed_to_grade"]) == (63, 0)


def test_ctrl_c_keeps_what_is_finished_and_leaves_no_process(tmp_path, folder):
    (folder / "zed").mkdir()
    (folder / "zed" / "add-one.py").write_text("def add_one(x):\n    while True:\n        pass\n")
    out = tmp_path / "out"
    first = subprocess.Popen(
        command(folder, "--out", str(out), "--jobs", "1"),
        env=environment(tmp_path),
        stderr=subprocess.PIPE,
        text=True,
    )
    deadline = time.monotonic() + 60
    while not results_in(out / "gradebook.db") and time.monotonic() < deadline:
        time.sleep(0.01)
    family = descendants(first.pid)
    first.send_signal(signal.SIGINT)
    _, said = first.communicate(timeout=60)
    assert first.returncode not in (0, None)
    assert "Traceback" not in said
    deadline = time.monotonic() + 60
    while any(map(runs, family)) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not [pid for pid in family if runs(pid)]
    (folder / "zed" / "add-one.py").write_text(RIGHT)  # nobody need wait for the loop once more
    result = json.loads(grade(tmp_path, folder, "--out", str(out)).stdout)
    assert (result["submissions"], result["failed_to_grade"]) == (4, 0)


def results_in(gradebook):
    """How many results a gradebook that is being written holds."""
    try:
        with closing(sqlite3.connect(f"file:{gradebook}?mode=ro", uri=True)) as database:
            return database.execute("SELECT count(*) FROM results").fetchone()[0]
    except sqlite3.OperationalError:  # not there yet
        return 0


def descendants(pid):
    """Numbers of all processes below one."""
    found = set()
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in (task / "children").read_text().split():
            found |= {int(child), *descendants(int(child))}
    return found


def runs(pid):
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False
    return stat.rpartition(")")[2].split()[0] not in ("Z", "X")


def test_a_file_that_changed_is_judged_again_and_the_others_are_not(tmp_path, first_grading):
    graded, before = first_grading
    for name in ("class", "class-graded"):
        shutil.copytree(graded.with_name(name), tmp_path / name)
    (tmp_path / "class" / "bob" / "add-one.py").write_text(RIGHT)
    after = grade(tmp_path, tmp_path / "class")
    assert verdicts(after)["bob"] == "passed"
    assert json.loads(before.stdout)["submissions"] == json.loads(after.stdout)["submissions"]


def test_weak_isolation_is_refused_with_what_to_do(tmp_path, folder):
    finished = grade(tmp_path, folder, QUIZAPP_ISOLATION="process")
    assert (finished.returncode, "--allow-weak-isolation" in finished.stderr) == (2, True)


def test_the_files_of_the_class_are_written_beside_it(first_grading):
    written = {file.name for file in first_grading[0].with_name("class-graded").iterdir()}
    assert {"gradebook.csv", "results.csv", "report.html", "gradebook.db"} <= written


@pytest.fixture
def class_with_variants(tmp_path):
    """A folder in which one student solved the exercise and the other its variant."""
    write_course(tmp_path / "course", changed(COLUMN))
    for student, source in {"ann": BASE_RIGHT, "bob": MARKED + COLUMN_RIGHT}.items():
        (tmp_path / "class" / student).mkdir(parents=True)
        (tmp_path / "class" / student / "double.py").write_bytes(source)
    return tmp_path / "class"


def graded(tmp_path, *more):
    course = str(tmp_path / "course")
    return grade(tmp_path, tmp_path / "class", "--course", course, *more)


def test_a_class_is_graded_by_the_exercise_itself_whatever_a_file_says(
    tmp_path, class_with_variants
):
    found = verdicts(graded(tmp_path))

    assert found == {"ann": "passed", "bob": "missing"}, class_with_variants


def test_a_class_is_graded_by_the_variant_that_it_was_given(tmp_path, class_with_variants):
    found = verdicts(graded(tmp_path, "--variant", "double=column"))

    assert found == {"ann": "missing", "bob": "passed"}, class_with_variants


@pytest.mark.parametrize(
    ("word", "told"),
    [
        ("double", "names no variant of an exercise; write --variant SLUG=NAME"),
        ("double=colum", "double/colum: there is no such variant; did you mean column?"),
        ("doubl=column", "doubl: there is no such exercise; did you mean double?"),
    ],
)
def test_a_variant_that_is_not_there_ends_the_grading_before_it_begins(
    tmp_path, class_with_variants, word, told
):
    finished = graded(tmp_path, "--variant", word)

    assert finished.returncode == 2
    assert told in finished.stderr
    assert not class_with_variants.with_name("class-graded").exists()
