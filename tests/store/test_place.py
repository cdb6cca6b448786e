"""Folders that cannot hold the data: each is named with what to do, by every way in."""

import os
import shutil
import subprocess
import sys
from contextlib import contextmanager

import pytest

from quizapp.errors import StoreError
from quizapp.store import Store, copies, recovery
from quizapp.store.place import refuse
from scripts.file_faults import can_mount

OPEN = "import sys; from pathlib import Path; from quizapp.store import Store; "
WITHOUT_RIGHTS = ["setpriv", "--bounding-set", "-dac_override,-dac_read_search"]


def a_file(root):
    (root / "home").write_text("not a folder")
    return "a file, not a folder"


def a_link_to_nowhere(root):
    (root / "home").symlink_to(root / "nowhere")
    return "a link that leads nowhere"


@pytest.mark.parametrize("make", [a_file, a_link_to_nowhere])
@pytest.mark.parametrize("below", ["home", "home/below/it"])
@pytest.mark.parametrize(
    "use",
    [Store.open, lambda home: copies.every(home / "quizapp.db")],
    ids=["opening", "listing copies"],
)
def test_what_is_no_folder_is_named_with_what_to_do(tmp_path, make, below, use):
    said = make(tmp_path)
    with pytest.raises(StoreError, match=said) as told:
        use(tmp_path / below)

    assert told.value.where == str(tmp_path / "home")
    assert "QUIZAPP_HOME" in told.value.remedy


def test_a_repair_refuses_it_too(tmp_path):
    a_file(tmp_path)
    with pytest.raises(StoreError, match="not a folder"):
        recovery.repair(tmp_path / "home" / "quizapp.db", None)


def test_a_folder_that_is_missing_is_made(tmp_path):
    with Store.open(tmp_path / "some" / "where"):
        assert (tmp_path / "some" / "where" / "quizapp.db").exists()


def test_a_link_to_a_folder_is_as_good_as_the_folder(tmp_path):
    (tmp_path / "real").mkdir()
    (tmp_path / "home").symlink_to(tmp_path / "real")
    with Store.open(tmp_path / "home"):
        assert (tmp_path / "real" / "quizapp.db").exists()


def test_a_folder_of_another_user_is_called_so(tmp_path):
    root = not os.getuid()
    if root and not shutil.which("setpriv"):
        pytest.skip("no permission stops this user")
    (tmp_path / "home").mkdir()
    if root:
        os.chown(tmp_path / "home", 1234, 1234)
    (tmp_path / "home").chmod(0o700 if root else 0)
    try:
        done = subprocess.run(
            [
                *(WITHOUT_RIGHTS if root else ()),
                *(sys.executable, "-c", f"{OPEN}Store.open(Path(sys.argv[1]))", tmp_path / "home"),
            ],
            capture_output=True,
            check=False,
            text=True,
        )
    finally:
        (tmp_path / "home").chmod(0o700)
    said = "the folder is another user's" if root else "the folder may not be read"
    assert said in done.stderr.splitlines()[-1]


@contextmanager
def disk(folder):
    folder.mkdir()
    mounting = ["mount", "-t", "tmpfs", "-o", "size=2M", "tmpfs", str(folder)]
    subprocess.run(mounting, check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def test_a_disk_that_may_only_be_read_is_called_so_and_its_copies_can_be_listed(tmp_path):
    if not can_mount():
        pytest.skip("this needs the right to mount")
    with disk(tmp_path / "home"):
        Store.open(tmp_path / "home").close()
        subprocess.run(["mount", "-o", "remount,ro", str(tmp_path / "home")], check=True)
        with pytest.raises(StoreError, match="may only be read"):
            Store.open(tmp_path / "home")
        with pytest.raises(StoreError, match="may only be read"):
            refuse(tmp_path / "home" / "below")
        assert copies.every(tmp_path / "home" / "quizapp.db") == []
