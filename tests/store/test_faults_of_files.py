"""What befalls files: full, forbidden, locked, broken and lost ones, clocks set wrong, crowds.

The faults are those of `python -m scripts.file_faults`; each is met by a process of its own.
"""

import os
import threading

import pytest

from quizapp.errors import StoreError
from quizapp.store import Store
from scripts import faults
from scripts.file_faults import FAULTS, IN_LOG, SAVED, TRIED, can_mount, meet

# From Python 3.12 on; these processes do nothing that a thread of the parent could be holding.
pytestmark = pytest.mark.filterwarnings("ignore:.*multi-threaded.*:DeprecationWarning")


def attempted(work, folder, said):
    said.append(faults.attempt(work, folder, None)[0])


def together(work, folder, count):
    """Let several processes do the same at once; returns what each acknowledged."""
    said: list[list[str]] = []
    threads = [threading.Thread(target=attempted, args=(work, folder, said)) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return said


@pytest.mark.parametrize(
    "name",
    [
        "garbage in the log's index",
        "clock an hour back",
        "clock three years back",
        "clock three years ahead",
    ],
)
def test_studying_goes_on_and_nothing_is_lost(name):
    met = meet(FAULTS[name])
    assert (met.said, met.read, met.added, met.left) == ("", SAVED, TRIED, SAVED + TRIED)
    assert met.unsound == ()


@pytest.mark.parametrize(
    ("name", "read", "said"),
    [
        ("file that may not grow", SAVED, "refused to read or write"),
        ("read-only file", SAVED, "make the file and its folder writable"),
        ("read-only folder", -1, "make the file and its folder writable"),
        ("locked file", SAVED, "close the other one and try again"),
    ],
)
def test_what_was_saved_survives_and_the_rest_is_refused_in_words(name, read, said):
    if FAULTS[name].plain and os.getuid():
        pytest.skip("only root can become somebody else and go back")
    met = meet(FAULTS[name])
    assert said in met.said
    assert (met.read, met.left, met.unsound) == (read, SAVED + met.added, ())


@pytest.mark.skipif(os.getuid() != 0 or not can_mount(), reason="needs a disk of its own")
def test_a_full_disk_takes_no_more_and_keeps_what_it_has():
    met = meet(FAULTS["full disk"])
    assert "the disk is full" in met.said
    assert (met.read, met.left, met.unsound) == (SAVED, SAVED + met.added, ())


@pytest.mark.parametrize(
    "name",
    [
        "bits flipped in the header",
        "bits flipped in the middle",
        "file cut in half",
        "file cut to 100 bytes",
    ],
)
def test_a_broken_file_is_refused_with_both_ways_out(name):
    met = meet(FAULTS[name])
    assert "doctor --repair" in met.said
    assert "quizapp restore" in met.said


def test_an_emptied_file_is_not_taken_for_a_new_one():
    met = meet(FAULTS["file empty"])
    assert met.said.startswith("quizapp.db: it is empty, and there are copies")


def test_an_empty_file_without_copies_is_new(tmp_path):
    (tmp_path / "quizapp.db").touch()
    with Store.open(tmp_path) as store:
        assert store.check() == []


@pytest.mark.parametrize("name", ["bits flipped in the log", "log lost"])
def test_without_the_log_all_before_it_is_there_and_studying_goes_on(name):
    met = meet(FAULTS[name])
    assert met.read >= SAVED - IN_LOG
    assert (met.added, met.left, met.unsound) == (TRIED, met.read + TRIED, ())


def test_processes_that_upgrade_together_get_along(tmp_path):
    faults.old_version(tmp_path)
    before = faults.rows(tmp_path)
    assert together(faults.WORKS["upgrade from version 1"], tmp_path, 4) == [["upgraded"]] * 4
    with faults.reopened(tmp_path) as store:
        assert store.check() == []
    assert faults.rows(tmp_path) == before


def test_processes_that_answer_and_take_back_together_lose_nothing(tmp_path):
    faults.studied(tmp_path, 40)

    def undo(folder, say):
        with Store.open(folder, clock=lambda: faults.START) as store:
            for _ in range(10):
                say(str(store.undo().id))

    said = together(faults.Work(faults.studied, undo, faults.kept), tmp_path, 3)
    undone = [number for words in said for number in words]
    assert len(undone) == len(set(undone)) == 30
    with faults.reopened(tmp_path) as store:
        assert len(list(store.reviews())) == 10
        assert store.check() == []


def test_a_row_that_makes_no_sense_is_told_and_not_raised(tmp_path):
    faults.studied(tmp_path, 20)
    path = tmp_path / "quizapp.db"
    path.write_bytes(path.read_bytes().replace(b"2026-05-", b"2026-95-"))
    with faults.reopened(tmp_path) as store:
        with pytest.raises(StoreError, match=r"damaged .*doctor --repair"):
            list(store.log())
        assert any("a row of it is damaged" in found for found in store.check())
