"""A start that reads, upgrades or copies first: it says so, and can be given up."""

import io
import os
import sqlite3
import sys
import threading
from contextlib import closing

import pytest
from engine_support import StandingClock, open_engine, write_course

from quizapp.cli import starting
from quizapp.course import load_course
from quizapp.domain.text import Language
from quizapp.errors import StoreError
from quizapp.progress import COPY, DECKS, INDEX, UPGRADE
from quizapp.store import Store
from quizapp.tui.starting import Opening, opened
from quizapp.tui.waiting import WaitingApp
from scripts import faults

PATIENCE_S = 30


class GivenUpError(Exception):
    pass


def written(root):
    """A course whose files are old enough to be trusted by their times."""
    for path in write_course(root / "course").rglob("*.yaml"):
        os.utime(path, (1e9, 1e9))


def start(root, told, *, stop_at=None):
    def tell(*state):
        told.append(state)
        if state == stop_at:
            raise GivenUpError

    return load_course(root / "course", cache=root / "cache", own=root, progress=tell)


def version(file):
    with closing(sqlite3.connect(file)) as database:
        return database.execute("PRAGMA user_version").fetchone()[0]


def test_the_first_start_tells_how_many_decks_are_read_and_the_second_says_nothing(tmp_path):
    written(tmp_path)
    first, second = [], []
    start(tmp_path, first)
    start(tmp_path, second)

    decks = len([what for what, _, _ in first if what == DECKS])
    assert [state for state in first if state[0] == DECKS] == [
        (DECKS, done, decks) for done in range(decks)
    ]
    assert [state for state in first if state[0] == INDEX] == [
        (INDEX, done, decks) for done in range(decks)
    ]
    assert (decks > 1, second) == (True, [])


def test_a_deck_of_ones_own_that_has_to_be_read_is_told(tmp_path):
    written(tmp_path)
    start(tmp_path, [])
    (tmp_path / "cards").mkdir()
    deck = 'deck: Mine\nnotes:\n- {id: mine, front: "one?", back: "one"}\n'
    (tmp_path / "cards" / "mine.yaml").write_text(deck, encoding="utf-8")
    told = []

    assert "mine" in start(tmp_path, told).cards
    assert told == [(DECKS, 0, 0)]


def test_a_start_that_is_given_up_goes_on_where_it_stopped(tmp_path, monkeypatch):
    written(tmp_path)
    with pytest.raises(GivenUpError):
        start(tmp_path, [], stop_at=(DECKS, 1, 2))
    parsed = []
    from quizapp.course import decks

    whole = decks.parse_deck
    monkeypatch.setattr(decks, "parse_deck", lambda *given: (parsed.append(1), whole(*given))[1])

    assert len(start(tmp_path, []).cards) == len(load_course(tmp_path / "course").cards)
    assert len(parsed) == 1 + 2  # one by the start, two by the other that has no cache


def test_an_upgrade_tells_its_steps_and_the_copies(tmp_path):
    faults.old_version(tmp_path)
    told = []
    Store.open(tmp_path, progress=lambda *state: told.append(state)).close()

    steps = [state for state in told if state[0] == UPGRADE]
    assert told[0] == (COPY, 0, 0)
    assert steps == [(UPGRADE, done, len(steps)) for done in range(len(steps))]
    assert len(steps) > 1


def test_an_upgrade_that_is_given_up_leaves_the_old_file_as_it_was(tmp_path):
    faults.old_version(tmp_path)

    def give_up(what, done, _total):
        if (what, done) == (UPGRADE, 3):
            raise GivenUpError

    with pytest.raises(GivenUpError):
        Store.open(tmp_path, progress=give_up)
    assert version(tmp_path / "quizapp.db") == 1
    with Store.open(tmp_path) as store:
        assert store.check() == []


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.fixture
def hasty(monkeypatch):
    monkeypatch.setattr(starting, "_PATIENCE_S", 0.0)
    monkeypatch.setattr(starting, "_REFRESH_S", 0.01)


def waited(stream, language=Language.EN):
    """What is said to a stream of a wait in which decks are read and data copied."""
    wait = starting.Wait(language)
    for state in ((DECKS, 1, 20), (COPY, 0, 0)):
        wait.tell(*state)
        said = threading.Event()
        while not said.wait(0.005) and starting.saying(language)(state[0]) not in stream.getvalue():
            pass
    wait.close()
    return stream.getvalue()


@pytest.mark.usefixtures("hasty")
def test_without_a_terminal_a_wait_is_one_line_for_each_kind_of_work(monkeypatch):
    monkeypatch.setattr(sys, "stderr", io.StringIO())

    assert waited(sys.stderr).splitlines() == [
        "Reading the decks … The next start is quicker.",
        "Copying your data … The next start is quicker.",
    ]


@pytest.mark.usefixtures("hasty")
def test_on_a_terminal_a_wait_is_one_line_that_counts_and_goes(monkeypatch):
    monkeypatch.setattr(sys, "stderr", Terminal())
    monkeypatch.setenv("TERM", "xterm")
    shown = waited(sys.stderr).split("\r\x1b[K")

    assert "Reading the decks: 1 of 20, 0 s" in shown
    assert shown[-1] == ""
    assert "\n" not in "".join(shown)


@pytest.mark.usefixtures("hasty")
def test_a_wait_is_told_in_chinese(monkeypatch):
    monkeypatch.setattr(sys, "stderr", io.StringIO())

    assert waited(sys.stderr, Language.ZH).splitlines()[0] == "正在读取卡组 … 下次启动会更快。"


def test_what_is_quick_says_nothing(capfd):
    wait = starting.Wait(Language.EN)
    wait.tell(DECKS, 0, 2)
    wait.close()

    assert capfd.readouterr() == ("", "")


class Slow:
    """Opens an engine when told to; meanwhile reads decks."""

    def __init__(self, root):
        self.root = root
        self.may_end = threading.Event()
        self.reading = threading.Event()
        self.given_up = threading.Event()
        self.engine = None

    def __call__(self, progress):
        try:
            progress(DECKS, 3, 40)
            self.reading.set()
            while not self.may_end.wait(0.01):
                progress(DECKS, 3, 40)
        except BaseException:
            self.given_up.set()
            raise
        self.engine = open_engine(self.root, StandingClock())
        return self.engine


async def test_the_app_shows_how_far_it_is_and_ends_when_all_is_there(tmp_path):
    slow = Slow(tmp_path)
    opening = Opening(slow)
    assert slow.reading.wait(PATIENCE_S)
    app = WaitingApp(opening)
    async with app.run_test(size=(80, 24)) as pilot:
        assert "Reading the decks …   3 / 40" in str(app.query_one("#what").render())
        slow.may_end.set()
        assert opening.over.wait(PATIENCE_S)
        while app.is_running and app.return_value is None:
            await pilot.pause(0.02)
    assert app.return_value is True
    with opening.result() as engine:
        assert engine is slow.engine


@pytest.mark.parametrize("key", ["q", "escape", "ctrl+q", "ctrl+c"])
async def test_the_app_can_be_left_while_it_waits(tmp_path, key):
    slow = Slow(tmp_path)
    opening = Opening(slow)
    assert slow.reading.wait(PATIENCE_S)
    app = WaitingApp(opening)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press(key)
    opening.leave()

    assert app.return_value is False
    assert slow.given_up.wait(PATIENCE_S)
    assert slow.engine is None


def test_what_is_wrong_with_the_data_is_told_as_without_a_wait():
    def broken(_progress):
        raise StoreError("quizapp.db", "it is damaged", "mend it")

    with pytest.raises(StoreError, match="it is damaged"):
        opened(broken, Language.EN)


def test_a_quick_start_shows_no_wait(tmp_path, monkeypatch):
    monkeypatch.setattr(WaitingApp, "run", lambda _self: pytest.fail("it was shown"))
    with opened(lambda _progress: open_engine(tmp_path, StandingClock()), Language.EN) as engine:
        assert engine.course.cards
