"""Broken databases are mended, and copies gone back to; on real files."""

import os
import shutil
import sqlite3
from contextlib import closing
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quizapp.domain.memory import ItemKind
from quizapp.errors import StoreError, UsageError
from quizapp.store import Store, copies, recovery
from quizapp.store.pages import rows as raw_rows
from quizapp.store.rules import TABLES
from scripts import faults
from scripts.file_faults import FAULTS

DAY = date(2026, 5, 4)
CARD = ItemKind.CARD
CACHES = {"schedules", "days"}


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """A database with answers, undone ones, submissions, settings, hints; never changed."""
    folder = tmp_path_factory.mktemp("whole")
    faults.studied(folder, 200)
    faults.undo(folder, lambda _: None)
    faults.submit(folder, lambda _: None)
    with faults.reopened(folder) as store:
        store.set_setting("language", "zh")
        store.add_hint("iou")
        store.rename("c1", "d1")
    shutil.rmtree(folder / "backups")
    return folder


@pytest.fixture
def home(whole, tmp_path):
    shutil.copytree(whole, tmp_path / "home")
    return tmp_path / "home"


@pytest.fixture
def file(home):
    return home / "quizapp.db"


def change(file, sql):
    with closing(sqlite3.connect(file)) as database:
        database.executescript(sql)


def content(file):
    with closing(sqlite3.connect(file)) as database:
        return {
            table: sorted(database.execute(f"SELECT * FROM {table}").fetchall(), key=repr)
            for table in TABLES
        }


def findings(home):
    with faults.reopened(home) as store:
        return store.check()


def overwrite(file, first, last):
    """Overwrite pages, from `first` (counted from 0) to before `last`."""
    data = bytearray(file.read_bytes())
    data[first * 4096 : last * 4096] = b"\xa5" * ((last - first) * 4096)
    file.write_bytes(data)


def leaves_of_the_log(file):
    """The pages, counted from 0, that hold rows of the log."""
    with closing(sqlite3.connect(file)) as database:
        (root,) = database.execute(
            "SELECT rootpage FROM sqlite_schema WHERE name = 'reviews'"
        ).fetchone()
    data = file.read_bytes()
    page = data[(root - 1) * 4096 : root * 4096]
    assert page[0] == 5  # an interior page: its cells point to leaves
    count = int.from_bytes(page[3:5], "big")
    pointers = [int.from_bytes(page[12 + 2 * i : 14 + 2 * i], "big") for i in range(count)]
    return [int.from_bytes(page[at : at + 4], "big") - 1 for at in pointers]


# Repair


@pytest.mark.parametrize(
    ("damage", "done"),
    [
        ("UPDATE schedules SET reps = 99; DELETE FROM days", "written anew from your answers"),
        ("DROP TRIGGER reviews_never_go", "the trigger reviews_never_go was made anew"),
        ("DROP INDEX reviews_undone_once", "the index reviews_undone_once was made anew"),
        (
            "DROP INDEX schedules_due; CREATE INDEX schedules_due ON schedules (due)",
            "the index schedules_due was made anew",
        ),
    ],
)
def test_what_sqlite_can_mend_is_found_and_mended_in_place(home, file, damage, done):
    before = content(file)
    change(file, damage)
    assert findings(home) != []
    repaired = recovery.repair(file, DAY)
    assert any(done in each for each in repaired.done)
    assert (repaired.kept, findings(home), content(file)) == (None, [], before)


def test_a_sound_file_is_left_alone(file):
    assert recovery.repair(file, DAY) == recovery.Repaired(())


def test_every_table_is_saved_or_a_cache(file):
    with closing(sqlite3.connect(file)) as database:
        names = {
            name
            for (name,) in database.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")
        }
    assert {*TABLES} | CACHES == names


def test_a_file_that_says_a_format_to_come_is_mended(home, file):
    before = content(file)
    data = bytearray(file.read_bytes())
    data[18] = 7  # SQLite reads such a file and does not write to it
    file.write_bytes(data)
    recovery.repair(file, DAY)
    assert (findings(home), content(file)) == ([], before)


@pytest.mark.parametrize("pages", [(0, 1), (0, 2)], ids=["header", "header and schema"])
def test_without_a_header_every_row_is_saved(home, file, pages):
    before = content(file)
    overwrite(file, *pages)
    recovery.repair(file, DAY)
    assert (findings(home), content(file)) == ([], before)


def test_rows_from_before_an_upgrade_are_saved_like_others(tmp_path):
    faults.old_version(tmp_path)
    with faults.reopened(tmp_path):
        pass
    shutil.rmtree(tmp_path / "backups")
    before = content(tmp_path / "quizapp.db")
    overwrite(tmp_path / "quizapp.db", 0, 1)
    recovery.repair(tmp_path / "quizapp.db", DAY)
    assert (findings(tmp_path), content(tmp_path / "quizapp.db")) == ([], before)


def test_rows_of_a_broken_file_that_was_never_upgraded_are_saved(tmp_path):
    faults.old_version(tmp_path)
    shutil.copytree(tmp_path, tmp_path / "sound")
    with faults.reopened(tmp_path / "sound") as store:
        wanted = list(store.log())
    overwrite(tmp_path / "quizapp.db", 0, 1)
    recovery.repair(tmp_path / "quizapp.db", DAY)
    with faults.reopened(tmp_path) as store:
        assert (list(store.log()), store.check()) == (wanted, [])


def test_a_row_with_a_state_that_no_item_can_have_is_not_taken(home, file):
    change(file, "DROP TRIGGER reviews_never_change; UPDATE reviews SET stability = -1 WHERE id=50")
    overwrite(file, 0, 1)
    repaired = recovery.repair(file, DAY)
    assert any("gap" in each for each in repaired.done)
    assert findings(home) == []


def test_a_repair_tells_how_far_it_is(file):
    told = []
    overwrite(file, 0, 1)
    recovery.repair(file, DAY, lambda what, done, total: told.append((what, done <= total)))
    assert {what for what, _ in told} >= {"pages", "rows", "check"}
    assert all(possible for _, possible in told)


def test_the_broken_file_is_kept_beside_the_new_one(home, file):
    overwrite(file, 0, 1)
    broken = file.read_bytes()
    first = recovery.repair(file, DAY).kept
    overwrite(file, 0, 1)
    second = recovery.repair(file, DAY).kept
    assert first.name == "quizapp-broken-2026-05-04.db"
    assert first.read_bytes() == broken
    assert second.name == "quizapp-broken-2026-05-04-2.db"


def test_answers_in_the_log_of_a_broken_file_are_saved(home, file, tmp_path):
    def answer(folder, say):
        learner = faults.Learner(folder, faults.START + timedelta(days=300))
        for number in range(10):
            say(str(learner.answer(number)))
        os._exit(0)  # nothing is closed, so the log stays

    said = faults.attempt(faults.Work(faults.studied, answer, faults.kept), home, None)[0]
    shutil.rmtree(home / "backups")
    shutil.copytree(home, tmp_path / "read")
    wanted = content(tmp_path / "read" / "quizapp.db")
    overwrite(file, 0, 1)
    recovery.repair(file, DAY)
    assert {int(number) for number in said} <= {row[0] for row in wanted["reviews"]}
    assert content(file) == wanted


def test_rows_that_are_lost_leave_a_log_that_holds_together(home, file):
    with faults.reopened(home) as store:
        before = store.schedules(CARD)
    shutil.rmtree(home / "backups")
    leaf = leaves_of_the_log(file)[3]
    overwrite(file, leaf, leaf + 1)
    repaired = recovery.repair(file, DAY)
    assert any("gaps" in each for each in repaired.done)
    assert findings(home) == []
    with faults.reopened(home) as store:
        assert store.schedules(CARD) == before


def test_rows_that_are_lost_come_back_from_a_copy(home, file):
    with faults.reopened(home):
        pass  # makes a copy
    before = content(file)
    for leaf in leaves_of_the_log(file)[2:6]:
        overwrite(file, leaf, leaf + 1)
    repaired = recovery.repair(file, DAY)
    assert any("came from a copy" in each for each in repaired.done)
    assert (findings(home), content(file)) == ([], before)


def test_a_copy_of_another_history_fills_no_gaps(home, file, tmp_path):
    other = tmp_path / "other"
    faults.studied(other, 30)
    change(other / "quizapp.db", "DROP TRIGGER reviews_never_change; UPDATE reviews SET at = at+1")
    (home / "backups").mkdir()
    shutil.copy(other / "quizapp.db", home / "backups" / "quizapp-2026-05-05.db")
    overwrite(file, 0, 1)
    assert not any("copy" in each for each in recovery.repair(file, DAY).done)
    assert findings(home) == []


def test_an_emptied_file_is_filled_from_the_newest_copy(home, file):
    with faults.reopened(home):
        pass
    before = content(file)
    file.write_bytes(b"")
    recovery.repair(file, DAY)
    assert content(file) == before


def test_a_file_without_anything_to_save_is_left_as_it_is(file):
    file.write_bytes(b"\xa5" * 40_960)
    with pytest.raises(StoreError, match=r"nothing of it can be read; `quizapp restore`"):
        recovery.repair(file, DAY)
    assert file.read_bytes() == b"\xa5" * 40_960
    assert [path.name for path in file.parent.iterdir()] == ["quizapp.db"]


def test_what_a_killed_repair_has_left_is_removed_by_the_next(home, file):
    for name in ("quizapp.db.1.partial", "quizapp.db.1.partial-wal", "quizapp.db.1.new.partial"):
        (home / name).write_bytes(b"half")
    overwrite(file, 0, 1)
    recovery.repair(file, DAY)
    assert not list(home.glob("*.partial*"))


def test_a_newer_file_is_not_mended(file):
    change(file, "PRAGMA user_version = 99")
    before = file.read_bytes()
    with pytest.raises(StoreError, match="newer quizapp"):
        recovery.repair(file, DAY)
    assert file.read_bytes() == before


def test_a_broken_file_that_another_process_has_open_is_not_replaced(home, file):
    def hold(folder, say):
        with faults.reopened(folder):
            say(faults.attempt(mend, folder, None)[0][0])

    def repair(folder, say):
        overwrite(folder / "quizapp.db", 3, 12)
        try:
            say(str(recovery.repair(folder / "quizapp.db", DAY)))
        except StoreError as error:
            say(str(error))

    mend = faults.Work(faults.studied, repair, faults.kept)
    said = faults.attempt(faults.Work(faults.studied, hold, faults.kept), home, None)[0]
    assert "another quizapp has it open; close that one" in said[0]


@settings(max_examples=25)
@given(
    flips=st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 7)), max_size=30),
    cut=st.floats(0, 1),
)
def test_reading_pages_never_fails(whole, flips, cut):
    data = bytearray((whole / "quizapp.db").read_bytes())
    for place, bit in flips:
        data[int(place * len(data))] ^= 1 << bit
    found = list(raw_rows(bytes(data[: int(cut * len(data))]), bytes(data[::-1])))
    assert len(found) < 10_000


def test_every_row_that_sqlite_reads_is_found_in_the_pages(file):
    change(file, "UPDATE sources SET source = zeroblob(300000) WHERE rowid = 2")
    with closing(sqlite3.connect(file)) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        wanted = {
            table: database.execute(f"SELECT rowid, * FROM {table}").fetchall()
            for table in ("reviews", "sources", "submissions", "help")
        }
    found = {(row.number, row.values) for row in raw_rows(file.read_bytes())}
    for table, lines in wanted.items():
        for number, *values in lines:
            stored = tuple(values) if table == "sources" else (None, *values[1:])
            assert (number, stored) in found


# Copies


def copied(home, days=0):
    """Answer a card on some day, of which the first use makes a copy."""
    learner = faults.Learner(home, faults.START + timedelta(days=400 + days))
    learner.answer(days)
    learner.store.close()


def test_copies_are_listed_newest_first_with_what_they_lack(home, file):
    for days in range(3):
        copied(home, days)
    found = copies.every(file)
    assert [copy.day for copy in found] == ["2027-06-10", "2027-06-09", "2027-06-08"]
    assert [copy.lost for copy in found] == [1, 2, 3]
    assert {copy.reason for copy in found} == {"daily"}


def test_a_damaged_copy_is_listed_as_such_and_refused(home, file):
    copied(home)
    copy = home / "backups" / "quizapp-2027-06-08.db"
    overwrite(copy, 5, 9)
    (found,) = copies.every(file)
    assert "damaged" in found.problem or "cannot be read" in found.problem
    before = file.read_bytes()
    with pytest.raises(StoreError, match="choose another copy"):
        recovery.restore(file, found, DAY)
    assert file.read_bytes() == before


def test_going_back_brings_the_copy_and_keeps_what_it_replaces(home, file):
    before = content(file)
    copied(home)
    after = content(file)
    restored = recovery.restore(file, copies.chosen(file, "2027-06-08"), DAY)
    assert (content(file), restored.copy.lost) == (before, 1)
    assert restored.kept.name == "quizapp-2026-05-04-before-restore.db"
    recovery.restore(file, copies.chosen(file, restored.kept.name), DAY)
    assert content(file) == after
    assert findings(home) == []


def test_a_copy_of_an_older_version_is_upgraded_when_it_is_used(tmp_path):
    faults.old_version(tmp_path)
    with faults.reopened(tmp_path) as store:
        count = len(list(store.log()))
    (copy,) = [each for each in copies.every(tmp_path / "quizapp.db") if "version" in each.name]
    assert copy.reason == "version 1"
    recovery.restore(tmp_path / "quizapp.db", copy, DAY)
    with faults.reopened(tmp_path) as store:
        assert (len(list(store.log())), store.check()) == (count, [])


@pytest.mark.parametrize(
    "name",
    ["bits flipped in the header", "bits flipped in the middle", "file cut in half", "file empty"],
)
def test_going_back_from_a_broken_file_keeps_that(home, file, name):
    before = content(file)
    copied(home)
    with FAULTS[name].strike(home):
        broken = file.read_bytes()
        restored = recovery.restore(file, copies.chosen(file, "newest"), DAY)
    assert content(file) == before
    assert restored.kept.read_bytes() == broken
    assert findings(home) == []


def test_going_back_is_refused_while_another_process_has_the_file_open(home, file, monkeypatch):
    monkeypatch.setattr(recovery, "_WAIT_S", 0.1)
    copied(home)

    def hold(folder, say):
        with faults.reopened(folder):
            say(faults.attempt(going_back, folder, None)[0][0])

    def restore(folder, say):
        try:
            say(str(recovery.restore(file, copies.chosen(file, "newest"), DAY)))
        except StoreError as error:
            say(str(error))

    going_back = faults.Work(faults.studied, restore, faults.kept)

    before = content(file)
    said = faults.attempt(faults.Work(faults.studied, hold, faults.kept), home, None)[0]
    assert said[0].endswith("close that one and try again; nothing has been changed")
    assert content(file) == before


def test_a_name_that_is_no_copy_is_refused(file):
    with pytest.raises(UsageError, match="no such copy"):
        copies.chosen(file, "2020-01-01")


def test_a_lost_file_is_brought_back(home, file):
    before = content(file)
    copied(home)
    file.unlink()
    restored = recovery.restore(file, copies.chosen(file, "newest"), DAY)
    assert (content(file), restored.kept) == (before, None)


def test_the_store_opens_after_going_back_in_the_same_process(home, file):
    copied(home)
    recovery.restore(file, copies.chosen(file, "newest"), DAY)
    with Store.open(home, clock=lambda: faults.START + timedelta(days=500)) as store:
        assert store.check() == []
