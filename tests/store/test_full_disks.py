"""Commands that write much, on a disk that fills meanwhile; on a small disk of their own."""

import os

import pytest

from scripts.file_faults import can_mount
from scripts.full_disks import CHORES, meet

pytestmark = pytest.mark.skipif(
    os.getuid() != 0 or not can_mount(), reason="needs the right to mount a disk of its own"
)

COPY = "the backup cannot be written (database or disk is full); free some space or make the folder"
CARDS = "it cannot be written (No space left on device); free some space or make the folder"
FILE = "it cannot be written (No space left on device); check its folder and the space there"


def test_an_answer_that_no_copy_fits_beside_is_saved_and_the_copy_is_made_later():
    met = meet(CHORES["daily copy"])
    assert (met.taken, met.lost, met.unsound) == (2, 0, ())


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("upgrade", "quizapp.db: the disk is full, so this was not saved; free some space"),
        ("copy before an upgrade", f"-version-1.db: {COPY}"),
        ("merge", f"-before-merge.db: {COPY}"),
        ("import", f"cards/tsv-cards.yaml: {CARDS}"),
        ("export", f"out.jsonl: {FILE}"),
        ("export for Anki", f"out.apkg: {FILE}"),
        ("own card", f"cards/my-cards.yaml: {CARDS}"),
    ],
)
def test_a_full_disk_is_told_loses_nothing_and_once_there_is_room_the_same_works(name, said):
    met = meet(CHORES[name])
    assert said in met.said
    assert (met.lost, met.unsound) == (0, ())
