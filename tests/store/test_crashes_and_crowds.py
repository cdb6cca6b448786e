"""A process killed while it writes; several processes and threads that write at once."""

import select
import subprocess
import sys
import textwrap
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest

from quizapp.domain.memory import ItemKind
from quizapp.store import Store
from quizapp.store.gradebook import Gradebook

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
CARD = ItemKind.CARD
ROOT = Path(__file__).resolve().parents[2]
KILLS = 60

PREAMBLE = """
    import os, sys
    from datetime import UTC, datetime, timedelta
    from pathlib import Path
    from quizapp.clock import study_day
    from quizapp.domain.memory import *
    from quizapp.store import StaleReviewError, Store

    NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)

    def answer(store, item):
        before = store.schedule(ItemKind.CARD, item)
        after = before._replace(phase=Phase.REVIEW, memory=Memory(3.0, 5.0),
                        due=NOW + timedelta(days=3), last_review=NOW, reps=before.reps + 1)
        return store.record(Review(0, item, ItemKind.CARD, Trigger.ANSWER, Rating.GOOD, NOW,
                                   study_day(NOW), before, after)).id
"""
# Forks writers that answer for ever, kills each at some moment after its first answer, and prints
# what they said; a writer says the number of a row only after it is recorded.
KILLER = """
    import random, signal, time

    def write(path, pipe):
        store, number = Store.open(path), 0
        while True:
            acknowledged = answer(store, f"c{number % 50}")
            if number % 7 == 3:
                store.undo()
            os.write(pipe, b"%d\\n" % acknowledged)
            number += 1

    dice = random.Random(1)
    for _ in range(int(sys.argv[2])):
        reader, writer = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(reader)
            write(Path(sys.argv[1]), writer)
        os.close(writer)
        with open(reader, "rb") as said:
            first = said.readline()
            time.sleep(dice.random() * 0.02)
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            # What follows the last line end was cut off by the kill.
            os.write(1, (first + said.read()).rpartition(b"\\n")[0] + b"\\n")
"""
# Answers one card many times beside others that do the same, and tries again when it was late.
CROWD = """
    with Store.open(Path(sys.argv[1])) as store:
        for _ in range(int(sys.argv[2])):
            while True:
                try:
                    answer(store, "shared")
                    break
                except StaleReviewError:
                    pass
"""


def start(program, *arguments):
    source = textwrap.dedent(PREAMBLE) + textwrap.dedent(program)
    return subprocess.Popen(
        [sys.executable, "-c", source, *map(str, arguments)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def test_a_killed_process_loses_no_answer_that_it_acknowledged(tmp_path):
    said, errors = start(KILLER, tmp_path, KILLS).communicate(timeout=60)
    acknowledged = {int(line) for line in said.split()}
    with Store.open(tmp_path, clock=lambda: NOW) as store:
        assert acknowledged <= {review.id for review in store.log()}
        assert len(acknowledged) >= KILLS, errors.decode()
        assert store.check() == []


def test_processes_that_answer_the_same_card_lose_no_answer(tmp_path):
    crowd = [start(CROWD, tmp_path, 40) for _ in range(3)]
    for process in crowd:
        _, errors = process.communicate(timeout=60)
        assert process.returncode == 0, errors.decode()
    with Store.open(tmp_path, clock=lambda: NOW) as store:
        assert store.schedule(CARD, "shared").reps == 120
        assert store.check() == []


def test_processes_that_make_the_file_together_get_along(tmp_path):
    crowd = [start(CROWD, tmp_path / "new", 1) for _ in range(5)]
    errors = [process.communicate(timeout=60)[1].decode() for process in crowd]
    assert errors == [""] * 5
    with Store.open(tmp_path / "new", clock=lambda: NOW) as store:
        assert store.schedule(CARD, "shared").reps == 5


def test_threads_of_one_process_share_a_store(tmp_path):
    with Store.open(tmp_path, clock=lambda: NOW) as store:

        def suspend(name):
            for number in range(30):
                store.set_state(CARD, f"{name}{number}", suspended=True)

        threads = [threading.Thread(target=suspend, args=(name,)) for name in "abcd"]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(store.schedules(CARD)) == 120


GRADER = """
    from quizapp.domain.outcomes import Verdict
    from quizapp.store.gradebook import Gradebook
    book = Gradebook.open(Path(sys.argv[1]))
    batch = book.open_batch("class", 0, "hash")
    number = len(book.finished(batch))
    while True:
        book.add(batch, f"s{number}", "iou", "0" * 64, "{}",
                 verdict=Verdict.PASSED, score=1, max_score=1)
        os.write(1, b"%d\\n" % number)
        number += 1
"""


@pytest.mark.parametrize("delay", [0.0, 0.01, 0.02])
def test_a_killed_grading_is_resumed_where_it_stopped(tmp_path, delay):
    path, said = tmp_path / "grades.db", []
    for _ in range(2):
        with start(GRADER, path) as process:
            first = process.stdout.readline()
            select.select([], [], [], delay)
            process.kill()
            said += [int(line) for line in (first + process.stdout.read()).split(b"\n")[:-1]]
    with Gradebook.open(path) as book:
        students = {student for student, *_ in book.finished(book.open_batch("class", 0, "hash"))}
    assert {f"s{number}" for number in said} <= students
    assert len(said) == len(set(said))
