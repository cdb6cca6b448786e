"""Fixtures that several packages' tests share, and how tests are spread over workers."""

import gc
import os
import shutil
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import settings

# How long an example takes says nothing on a machine that is busy with something else.
settings.register_profile("quizapp", deadline=None)
settings.load_profile("quizapp")

# Some thousand processes are started: whoever lets none of them keep what it has compiled lets each
# compile it again, and each worker rewrite the asserts of every file of tests.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

# What a script starts in the background ignores Ctrl-C, and so would all that the tests start.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

_LONG = (
    "hostile-namespaces",
    "judge-client",
    "hostile-landlock",
    "judge-isolation",
    "hostile-process",
    "judge-processes",
    "hostile-honest",
    "cli-watch",
)
"""Groups of half a minute or more, so mixed that those that wait run beside those that work."""

_MEMORY = Path("/dev/shm")
_ROOM = 1 << 30
"""Bytes that must be free there; the tests of all workers never had 10 MB there at a time."""

_ON_DISK = (
    "tests/classroom/",
    "tests/judge/",
    "tests/store/test_crashes_and_crowds",
    "tests/store/test_database_file",
    "tests/store/test_fault",
    "tests/store/test_full_disks",
    "tests/store/test_lost_logs",
    "tests/store/test_place",
    "tests/store/test_recovery",
    "tests/test_audit",
    "tests/test_security",
    "tests/test_wheel",
)
"""Tests of what a disk keeps, and of what a sandbox shows of it."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep the tests of one module's fixture on one worker, and begin with the long groups.

    A fixture of a module is made once by each worker that runs one of its tests. Tests by
    themselves come last, so that all workers end together (with `--no-loadscope-reorder`).
    """
    for item in items:
        if item.get_closest_marker("xdist_group") is None and _shares_a_fixture(item):
            item.add_marker(pytest.mark.xdist_group(item.path.stem))
    items.sort(key=_turn)


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    """Spare the garbage collector the six thousand tests: none of them is ever garbage."""
    gc.collect()
    gc.freeze()


def _shares_a_fixture(item: pytest.Item) -> bool:
    """Whether a fixture of the test's own module is made for all of its tests."""
    made = item._fixtureinfo.name2fixturedefs.values()
    module = item.nodeid.partition("::")[0]
    return any(each[-1].scope == "module" and each[-1].baseid == module for each in made)


def _turn(item: pytest.Item) -> int:
    mark = item.get_closest_marker("xdist_group")
    if mark is None:
        return len(_LONG) + 1
    return _LONG.index(mark.args[0]) if mark.args[0] in _LONG else len(_LONG)


@pytest.fixture(scope="session")
def _memory() -> Iterator[Path | None]:
    """A folder in memory; None where the machine has none with room in it."""
    usable = _MEMORY.is_dir() and os.access(_MEMORY, os.W_OK)
    if not usable or shutil.disk_usage(_MEMORY).free < _ROOM:
        yield None
        return
    with TemporaryDirectory(
        prefix="quizapp-tests-", dir=_MEMORY, ignore_cleanup_errors=True
    ) as name:
        yield Path(name)


@pytest.fixture
def tmp_path(
    request: pytest.FixtureRequest, tmp_path: Path, _memory: Path | None
) -> Iterator[Path]:
    """A folder in memory: on a disk, waiting for what is written took half of a test's time.

    What a failed test leaves is copied to where pytest keeps such folders.
    """
    if _memory is None or request.node.nodeid.startswith(_ON_DISK):
        yield tmp_path
        return
    folder = _memory / tmp_path.name
    folder.mkdir()
    failed = request.session.testsfailed
    yield folder
    if request.session.testsfailed > failed:
        with suppress(OSError):  # something that is no plain file is not copied
            shutil.copytree(folder, tmp_path, symlinks=True, dirs_exist_ok=True)
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def toy_course() -> Path:
    """A small valid course: two decks with every kind of card, one exercise. Not to be changed."""
    return Path(__file__).parent / "toy_course"


@pytest.fixture(scope="session", autouse=True)
def _no_network_beyond_this_machine() -> Iterator[None]:
    """Fail what would connect to another machine: tests pass wherever the repository is."""
    connect = socket.socket.connect

    def to_this_machine(self: socket.socket, address: object) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6):
            host = str(address[0])
            here = host in ("localhost", "::1") or host.startswith("127.")
            assert here, f"a test connects to {host}"
        connect(self, address)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", to_this_machine)
        yield
