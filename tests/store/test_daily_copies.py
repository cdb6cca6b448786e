"""Copies of the database: when, how many, and that they can be used."""

import os
import sqlite3
from contextlib import closing
from datetime import UTC, date, datetime, timedelta

import pytest

from quizapp.domain.memory import ItemKind
from quizapp.errors import StoreError
from quizapp.store import Store, backup

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
CARD = ItemKind.CARD


def study(path, days=0, item=""):
    """Open the store `days` later, suspend an item, close it."""
    with Store.open(path, clock=lambda: NOW + timedelta(days=days)) as store:
        store.set_state(CARD, item or f"day{days}", suspended=True)
        return store


def copies(path):
    return sorted(found.name for found in (path / "backups").glob("*"))


def test_a_copy_is_made_on_the_first_use_of_a_day(tmp_path):
    study(tmp_path)
    study(tmp_path, 1)
    study(tmp_path, 1, "again")
    assert copies(tmp_path) == ["quizapp-2026-05-05.db"]


def test_an_empty_database_is_not_copied(tmp_path):
    Store.open(tmp_path, clock=lambda: NOW).close()
    Store.open(tmp_path, clock=lambda: NOW).close()
    assert copies(tmp_path) == []


def test_a_copy_is_a_whole_store_of_that_morning(tmp_path):
    study(tmp_path)
    study(tmp_path, 1)
    with Store.open(tmp_path / "backups" / "quizapp-2026-05-05.db", clock=lambda: NOW) as store:
        assert list(store.schedules(CARD)) == ["day0"]
        assert store.check() == []


def test_a_copy_is_one_file(tmp_path):
    study(tmp_path)
    study(tmp_path, 1)
    assert backup.newest(tmp_path / "quizapp.db").read_bytes()[18:20] == b"\x01\x01"  # no log


def test_seven_copies_are_kept(tmp_path):
    for days in range(12):
        study(tmp_path, days)
    assert len(copies(tmp_path)) == 7
    assert copies(tmp_path)[-1] == "quizapp-2026-05-15.db"


def test_the_newest_copy_can_be_asked_for(tmp_path):
    store = study(tmp_path)
    assert store.newest_backup() is None
    study(tmp_path, 1)
    assert study(tmp_path, 2).newest_backup().name == "quizapp-2026-05-06.db"


def test_studying_goes_on_where_no_copy_can_be_made(tmp_path):
    study(tmp_path)
    (tmp_path / "backups").write_text("in the way")
    with Store.open(tmp_path, clock=lambda: NOW) as store:
        assert "the backup cannot be written" in store.check()[0]


def test_a_copy_before_an_upgrade_names_its_version(tmp_path):
    path = study(tmp_path).path
    made = backup.before_migration(path, date(2026, 5, 4), 1)
    assert made.name == "quizapp-2026-05-04-version-1.db"
    with Store.open(made, clock=lambda: NOW) as store:
        assert list(store.schedules(CARD)) == ["day0"]


def test_copies_before_upgrades_do_not_push_out_daily_ones(tmp_path):
    for days in range(9):
        path = study(tmp_path, days).path
    for version in range(1, 10):
        backup.before_migration(path, date(2026, 5, 12), version)
    assert len([name for name in copies(tmp_path) if "version" in name]) == 7
    assert len(copies(tmp_path)) == 14


def test_without_a_copy_there_is_no_upgrade(tmp_path):
    path = study(tmp_path).path
    (tmp_path / "backups").write_text("in the way")
    with pytest.raises(StoreError, match="nothing has been changed"):
        backup.before_migration(path, date(2026, 5, 4), 1)


def test_a_copy_that_failed_half_way_leaves_nothing_behind(tmp_path, monkeypatch):
    path = study(tmp_path).path

    def fail(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pathlib.Path.replace", fail)
    with pytest.raises(StoreError, match="No space left"):
        backup.before_migration(path, date(2026, 5, 4), 1)
    assert copies(tmp_path) == []


# Sound copies


def damage(path):
    """Overwrite the pages behind the first few, as a failing disk may do."""
    content = bytearray(path.read_bytes())
    content[5 * 4096 :] = b"\xa5" * (len(content) - 5 * 4096)
    path.write_bytes(content)


@pytest.mark.parametrize("large", [backup.LARGE, 0], ids=["small", "large"])
def test_a_damaged_database_is_not_copied_over_sound_copies(tmp_path, monkeypatch, large):
    for days in range(9):
        path = study(tmp_path, days).path
    damage(path)
    monkeypatch.setattr(backup, "LARGE", large)
    before = copies(tmp_path)
    with closing(sqlite3.connect(path)) as damaged, pytest.raises(StoreError, match="is damaged"):
        backup.daily(damaged, path, date(2026, 6, 1))
    assert copies(tmp_path) == before


def test_copies_made_while_the_clock_was_wrong_do_not_push_out_later_ones(tmp_path):
    for days in range(4000, 4009):
        study(tmp_path, days)
    for days in range(9):
        study(tmp_path, days)
    assert copies(tmp_path)[-1] == "quizapp-2026-05-12.db"
    assert len(copies(tmp_path)) == 7


def test_what_a_killed_process_left_of_a_copy_is_removed_in_time(tmp_path):
    study(tmp_path)
    (tmp_path / "backups").mkdir()
    left = tmp_path / "backups" / "quizapp-2026-05-04.123.partial"
    left.write_bytes(b"half")
    os.utime(left, (0, 0))
    study(tmp_path, 1)
    assert copies(tmp_path) == ["quizapp-2026-05-05.db"]


def test_a_copy_that_another_process_is_making_is_left_alone(tmp_path):
    study(tmp_path)
    (tmp_path / "backups").mkdir()
    (tmp_path / "backups" / "quizapp-2026-05-05.123.partial").write_bytes(b"half")
    study(tmp_path, 1)
    assert len(copies(tmp_path)) == 2
