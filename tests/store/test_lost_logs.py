"""The files beside the database, -wal and -shm, removed by somebody while it is open."""

import subprocess
import sys
from pathlib import Path

import pytest

from quizapp.errors import StoreError
from quizapp.store import Store
from scripts import faults
from scripts.faults import FILE, Learner, studied
from scripts.file_faults import LATER

ROOT = Path(__file__).resolve().parents[2]
SAVED = 60
IN_LOG = 5
LEARNER = """
import sys
from pathlib import Path
from scripts.faults import Learner
from scripts.file_faults import LATER

learner = Learner(Path(sys.argv[1]), LATER)
for number in map(int, sys.argv[2:]):
    learner.answer(number)
learner.store.close()
"""
# Opens the file, answers, says so, and goes on when it is told to: then it is refused, and closes.
FIRST = f"""{LEARNER.rpartition("learner.store")[0]}
from quizapp.errors import StoreError
print("answered", flush=True)
sys.stdin.readline()
try:
    learner.answer(30)
except StoreError as error:
    print(error, flush=True)
learner.store.close()
"""


def answered(folder):
    with Store.open(folder, clock=lambda: LATER) as store:
        assert store.check() == []
        return sum(review.rating is not None for review in store.log())


def remove(folder, *suffixes):
    for suffix in suffixes:
        (folder / f"{FILE}{suffix}").unlink()


@pytest.fixture
def home(tmp_path):
    studied(tmp_path, SAVED)
    return tmp_path


def python(program, *words, **options):
    arguments = [sys.executable, "-c", program, *map(str, words)]
    return subprocess.Popen(arguments, cwd=ROOT, text=True, **options)


def test_answers_of_both_processes_stay_when_the_index_is_removed_between_them(home):
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with python(FIRST, home, *range(IN_LOG), **pipes) as first:
        assert first.stdout.readline() == "answered\n"
        remove(home, "-shm")
        with python(LEARNER, home, *range(20, 20 + IN_LOG)) as second:
            assert second.wait() == 0
        told, _ = first.communicate("\n")

    assert "was removed or replaced while it was open" in told
    assert (first.returncode, answered(home)) == (0, SAVED + 2 * IN_LOG)


def test_a_removed_log_costs_no_answer_when_another_process_has_tried_meanwhile(home):
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with python(FIRST, home, *range(IN_LOG), **pipes) as first:
        assert first.stdout.readline() == "answered\n"
        remove(home, "-wal")
        with python(LEARNER, home, 20, stderr=subprocess.PIPE) as second:
            assert "so this was not saved" in second.communicate()[1]
        first.communicate("\n")

    assert (first.returncode, answered(home)) == (0, SAVED + IN_LOG)


@pytest.mark.parametrize("suffixes", [("-wal",), ("-shm",), ("-wal", "-shm")])
def test_what_was_answered_before_they_were_removed_is_saved_by_closing(home, suffixes):
    learner = Learner(home, LATER)
    for number in range(IN_LOG):
        learner.answer(number)
    remove(home, *suffixes)
    with pytest.raises(StoreError, match="was removed or replaced"):
        learner.answer(IN_LOG)
    learner.store.close()

    assert answered(home) == SAVED + IN_LOG


def test_a_file_that_is_opened_again_and_again_keeps_its_log(home):
    for number in range(3):
        with faults.reopened(home) as other:
            learner = Learner(home, LATER)
            learner.answer(number)
            learner.store.close()
            other.set_setting("new_per_day", number)

    assert answered(home) == SAVED + 3
