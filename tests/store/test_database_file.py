"""The file itself: made, upgraded, refused, locked, read-only, full, damaged."""

import os
import resource
import sqlite3
import subprocess
import sys
import textwrap
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from quizapp.domain.memory import ItemKind
from quizapp.errors import StoreError
from quizapp.store import BusyError, Store
from quizapp.store.database import Database
from quizapp.store.scripts import statements
from scripts import faults

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
CARD = ItemKind.CARD
ROOT = Path(__file__).resolve().parents[2]


def fill(path):
    with Store.open(path, clock=lambda: NOW) as store:
        store.set_state(CARD, "kept", suspended=True)
        return store.path


def run(program, *arguments, **options):
    return subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program), *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        timeout=60,
        **options,
    )


def test_a_folder_gets_a_file_of_the_given_name(tmp_path):
    assert fill(tmp_path / "made" / "here") == tmp_path / "made" / "here" / "quizapp.db"


def test_a_file_may_be_named_itself(tmp_path):
    assert fill(tmp_path / "other.db") == tmp_path / "other.db"


def test_the_file_is_write_ahead_and_strict(tmp_path):
    with closing(sqlite3.connect(fill(tmp_path))) as other:
        assert other.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        with pytest.raises(sqlite3.IntegrityError, match="cannot store TEXT"):
            other.execute("UPDATE schedules SET reps = 'many'")


def test_every_transaction_is_flushed_to_the_disk(tmp_path):
    with closing(Database(tmp_path / "x.db", ("CREATE TABLE t (a);",), 1)) as database:
        assert database.row("PRAGMA synchronous") == (2,)  # FULL


def test_closing_leaves_one_file(tmp_path):
    assert [path.name for path in fill(tmp_path).parent.iterdir()] == ["quizapp.db"]


def test_a_newer_file_is_refused_and_left_alone(tmp_path):
    path = fill(tmp_path)
    with closing(sqlite3.connect(path)) as other:
        other.execute("PRAGMA user_version = 99")
    with pytest.raises(StoreError, match=r"newer quizapp .* upgrade quizapp"):
        Store.open(tmp_path)
    with closing(sqlite3.connect(path)) as other:
        assert other.execute("PRAGMA user_version").fetchone() == (99,)


def test_a_database_of_another_program_is_refused(tmp_path):
    with closing(sqlite3.connect(tmp_path / "quizapp.db")) as other:
        other.execute("CREATE TABLE theirs (a)")
    with pytest.raises(StoreError, match="another program's database"):
        Store.open(tmp_path)


@pytest.mark.parametrize("content", [b"not a database, but long enough to be read" * 99, b"x"])
def test_a_file_that_is_no_database_is_refused_with_a_way_out(tmp_path, content):
    (tmp_path / "quizapp.db").write_bytes(content)
    with pytest.raises(StoreError, match=r"not a database; .*doctor --repair.*backups"):
        Store.open(tmp_path)
    assert (tmp_path / "quizapp.db").read_bytes() == content


def test_a_damaged_file_is_reported_with_a_way_out(tmp_path):
    path = fill(tmp_path)
    content = bytearray(path.read_bytes())
    content[4096:] = b"\xa5" * (len(content) - 4096)
    path.write_bytes(content)
    with (
        pytest.raises(StoreError, match=r"damaged|malformed"),
        Store.open(tmp_path, clock=lambda: NOW) as store,
    ):
        raise StoreError("file", "; ".join(store.check()))


def test_a_folder_that_cannot_be_made_is_explained(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StoreError, match=r"not a folder; .* QUIZAPP_HOME"):
        Store.open(tmp_path / "file" / "below")


def test_a_folder_in_place_of_the_file_is_explained(tmp_path):
    (tmp_path / "quizapp.db").mkdir()
    with pytest.raises(StoreError, match="cannot be opened; check"):
        Store.open(tmp_path)


def test_a_locked_file_is_explained_and_nothing_is_lost(tmp_path, monkeypatch):
    monkeypatch.setattr("quizapp.store.database.BUSY_MS", 50)
    path = fill(tmp_path)
    with (
        closing(sqlite3.connect(path, isolation_level=None)) as other,
        Store.open(tmp_path, clock=lambda: NOW) as store,
    ):
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError, match=r"another quizapp .* try again"):
            store.set_state(CARD, "a", suspended=True)
        assert store.schedule(CARD, "kept").suspended  # reading goes on
        other.execute("ROLLBACK")
        store.set_state(CARD, "a", suspended=True)  # and so does writing


WRITE_UNTIL_REFUSED = """
    import signal, sys
    from pathlib import Path
    from quizapp.domain.memory import ItemKind
    from quizapp.errors import StoreError
    from quizapp.store import Store
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    store, kept = Store.open(Path(sys.argv[1])), 0
    try:
        for number in range(100_000):
            store.set_state(ItemKind.CARD, f"c{number}", suspended=True)
            kept += 1
    except StoreError as error:
        print(kept, error, sep="|")
"""


def test_a_disk_that_takes_no_more_loses_nothing_that_was_saved(tmp_path):
    fill(tmp_path)
    limit = 400_000

    def narrow():
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    done = run(WRITE_UNTIL_REFUSED, tmp_path, preexec_fn=narrow)
    kept, _, message = done.stdout.partition("|")
    assert "not saved; " in message, done.stderr
    with Store.open(tmp_path, clock=lambda: NOW) as store:
        assert len(store.schedules(CARD)) == int(kept) + 1
        assert store.check() == []


def test_a_full_database_says_that_the_disk_is_full(tmp_path):
    with closing(Database(tmp_path / "x.db", ("CREATE TABLE t (a);",), 1)) as database:
        database.row("PRAGMA max_page_count = 4")
        with (
            pytest.raises(StoreError, match=r"disk is full, .* free some space"),
            database.transaction(),
        ):
            database.write("INSERT INTO t VALUES (?)", "x" * 300_000)
        with database.transaction():  # usable again
            database.write("DELETE FROM t")


@pytest.mark.skipif(os.getuid() != 0, reason="only root can become somebody else")
def test_a_file_that_may_only_be_read_is_explained(tmp_path):
    fill(tmp_path)
    tmp_path.chmod(0o777)
    for part in tmp_path.parents[:-2]:  # all of pytest's own folders
        part.chmod(0o755)
    (tmp_path / "quizapp.db").chmod(0o444)
    done = run(
        """
        import os, sys
        from pathlib import Path
        from quizapp.domain.memory import ItemKind
        from quizapp.errors import StoreError
        from quizapp.store import Store
        os.setuid(65534)
        try:
            with Store.open(Path(sys.argv[1])) as store:
                store.set_state(ItemKind.CARD, "a", suspended=True)
        except StoreError as error:
            print(error)
        """,
        tmp_path,
    )
    assert "cannot be written to; make the file and its folder writable" in done.stdout, done.stderr


# Versions

FIRST = "CREATE TABLE t (a TEXT); INSERT INTO t VALUES ('old');"
SECOND = "ALTER TABLE t ADD COLUMN b TEXT DEFAULT 'new';"


def test_an_older_file_is_upgraded_and_keeps_its_rows(tmp_path):
    Database(tmp_path / "x.db", (FIRST,), 7).close()
    with closing(Database(tmp_path / "x.db", (FIRST, SECOND), 7)) as database:
        assert database.rows("SELECT a, b FROM t") == [("old", "new")]
        assert database.row("PRAGMA user_version") == (2,)


def test_the_copy_is_made_before_the_upgrade(tmp_path):
    Database(tmp_path / "x.db", (FIRST,), 7).close()
    seen = []

    def look(before, after):
        with closing(sqlite3.connect(tmp_path / "x.db")) as other:
            seen.append((before, after, other.execute("SELECT * FROM t").fetchall()))

    Database(tmp_path / "x.db", (FIRST, SECOND), 7, look).close()
    assert seen == [(1, 2, [("old",)])]


def test_an_upgrade_that_fails_changes_nothing(tmp_path):
    Database(tmp_path / "x.db", (FIRST,), 7).close()
    with pytest.raises(StoreError):
        Database(tmp_path / "x.db", (FIRST, SECOND, "INSERT INTO missing VALUES (1);"), 7)
    with closing(Database(tmp_path / "x.db", (FIRST,), 7)) as database:
        assert database.rows("SELECT * FROM t") == [("old",)]


@pytest.fixture
def upgraded(tmp_path):
    """A database of version 1 with answers, upgraded; and the log that it had."""
    faults.studied(tmp_path / "wanted")
    with faults.reopened(tmp_path / "wanted") as store:
        wanted = list(store.log())
    faults.old_version(tmp_path / "home")
    with faults.reopened(tmp_path / "home") as store:
        yield store, wanted


def test_an_upgrade_keeps_every_row_to_the_last_bit(upgraded):
    store, wanted = upgraded
    assert list(store.log()) == wanted
    assert store.check() == []


def test_an_upgrade_leaves_no_hollow_file(upgraded):
    store, _ = upgraded
    with closing(sqlite3.connect(store.path)) as other:
        assert other.execute("PRAGMA freelist_count").fetchone() == (0,)


def test_one_undo_after_an_upgrade_takes_back_what_was_written_together_before(tmp_path):
    faults.old_version(tmp_path)
    with closing(sqlite3.connect(tmp_path / "quizapp.db")) as other, other:
        other.execute("DROP TRIGGER reviews_never_change")
        other.execute("UPDATE reviews SET grp = 149 WHERE id = 150")
    with faults.reopened(tmp_path) as store:
        assert store.undo().id == 149
        assert {review.id for review in store.reviews()} == set(range(1, 149))


def test_a_script_is_cut_into_statements_and_triggers_stay_whole():
    script = "CREATE TABLE t (a); CREATE TRIGGER x AFTER INSERT ON t\nBEGIN\n SELECT 1;\nEND;\n"
    assert len(list(statements(script.replace("; ", ";\n")))) == 2


def test_a_script_that_ends_in_the_middle_is_refused():
    with pytest.raises(ValueError, match="ends inside a statement"):
        list(statements("CREATE TABLE t (a"))


def test_writing_outside_a_transaction_is_refused(tmp_path):
    with (
        closing(Database(tmp_path / "x.db", (FIRST,), 7)) as database,
        pytest.raises(AssertionError),
    ):
        database.write("DELETE FROM t")


# A file that goes away while it is open


@pytest.mark.parametrize("how", ["deleted", "replaced", "folder moved"])
def test_nothing_is_saved_into_a_file_that_nobody_will_find_again(tmp_path, how):
    path = fill(tmp_path / "home")
    with Store.open(tmp_path / "home", clock=lambda: NOW) as store:
        if how == "deleted":
            path.unlink()
        elif how == "replaced":
            path.with_name("other.db").write_bytes(path.read_bytes())
            path.with_name("other.db").replace(path)
        else:
            path.parent.rename(tmp_path / "away")
        with pytest.raises(StoreError, match=r"while it was open.*close quizapp"):
            store.set_state(CARD, "a", suspended=True)


def test_a_writer_with_little_patience_is_told_that_it_may_try_again(tmp_path):
    path = fill(tmp_path)
    with (
        closing(sqlite3.connect(path, isolation_level=None)) as other,
        Store.open(tmp_path, clock=lambda: NOW) as store,
    ):
        store.wait_at_most(1)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(BusyError):
            store.set_state(CARD, "a", suspended=True)
        other.execute("ROLLBACK")
        store.set_state(CARD, "a", suspended=True)
