"""Cards at 100,000 of them and 300,000 reviews, ours against the `anki` library.

Both hold the same notes, decks, reviews, due dates and daily limits (`generate`,
`anki_collection`), and take turns. What each side does:

- first card: a whole process, from exec to its end. Ours is `quizapp next`; theirs imports `anki`,
  opens the collection, builds the queue of the whole course and renders the question.
- next card: in a session, right after an answer; both render the question. Ours keeps what waits
  and looks whether another process has changed anything; theirs keeps a queue.
- what waits: the counts of each deck; ours leaves out what is suspended or buried and keeps apart
  what is new, being learned and due; theirs the same, within the limits of each deck.
- durable answer: the call returns once it is on the disk. Both use SQLite with a write-ahead log
  and `synchronous=FULL`; ours also logs the state before and after.
- undo: the newest answer; ours is a row of the log more, and on the disk when the call returns.
- search: the first 50 hits with their texts; theirs in no order, ours in the course's order and
  with each card's chance of recall.
- statistics of a year: what the statistics screens show; ours also judges each prediction of that
  year (log loss, RMSE), which Anki's graphs leave out.

Making the data takes some minutes. `QUIZAPP_BENCH_STUDY` names a folder that keeps it for the next
run; `QUIZAPP_BENCH_CARDS` a smaller number of cards, with decks and reviews in proportion.
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.generate import CHINESE, DATABASE, FREQUENT, RARE, TAG, Size, generate
from benchmarks.measure import Row, median_of, seconds

PROCESSES, CALLS, ANSWERS = 5, 9, 150
HITS = 50
ANKI_UNDOES = 30
_FIRST_CARD = """
import sys
from anki.collection import Collection
anki = Collection(sys.argv[1])
print(anki.sched.getCard().question())
anki.close()
"""
_LAUNCH = """
import resource, subprocess, sys, time
started = time.perf_counter()
done = subprocess.run(sys.argv[1:], check=True, stdout=subprocess.PIPE)
took = time.perf_counter() - started
assert len(done.stdout) > 60, "there was no card to ask"
print(took, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


def rows() -> list[Row]:
    """All comparisons, from one run."""
    from anki.collection import Collection

    from quizapp.domain.text import Language
    from quizapp.engine import Engine

    with _folder() as folder:
        found = _processes(folder)
        with (
            _copies(folder) as (home, collection),
            Engine.open(folder / "course", home, language=Language.EN) as engine,
            closing(Collection(str(collection))) as anki,
        ):
            both = _Ours(engine), _Theirs(anki)
            due = both[0].due(), both[1].due()
            assert due[0] == due[1], f"due: {due}"
            waits = median_of(3, *(partial(seconds, each.waits) for each in both))
            found.append(Row("what waits in each deck", waits[0], "anki", waits[1], 1.0))
            found += [*_answers(*both, min(ANSWERS, due[0] // 2)), *_searches(*both)]
            year = median_of(3, *(partial(seconds, each.year) for each in both))
            found.append(Row("statistics of a year", year[0], "anki", year[1], 1.0))
        return found + _sizes(folder)


class _Ours:
    """A session of ours."""

    def __init__(self, engine: Any) -> None:
        self._engine = engine
        self._prompt: Any = None

    def due(self) -> int:
        return sum(deck.learning + deck.due for deck in self._engine.due().decks)

    def waits(self) -> None:
        assert self._engine.due().decks

    def next(self) -> None:
        self._prompt = self._engine.next_card()
        self._engine.front(self._prompt)

    def answer(self) -> None:
        from quizapp.domain.memory import Rating

        self._engine.answer(self._prompt.card.id, Rating.GOOD, answer_ms=4000)

    def undo(self) -> None:
        assert self._engine.undo() is not None

    def search(self, query: str) -> int:
        return sum(bool(row.card.note.front.en) for row in self._engine.cards(query, limit=HITS))

    def year(self) -> None:
        assert self._engine.stats().retention.rate


class _Theirs:
    """A session of Anki's."""

    def __init__(self, anki: Any) -> None:
        self._anki = anki
        self._card: Any = None

    def due(self) -> int:
        return len(self._anki.find_cards("is:due -is:suspended"))

    def waits(self) -> None:
        assert self._anki.sched.deck_due_tree().children

    def next(self) -> None:
        self._card = self._anki.sched.getCard()
        self._card.question()

    def answer(self) -> None:
        self._anki.sched.answerCard(self._card, 3)

    def undo(self) -> None:
        self._anki.undo()

    def search(self, query: str) -> int:
        found = self._anki.find_cards(query)[:HITS]
        return sum(bool(self._anki.get_card(card).note().fields[0]) for card in found)

    def year(self) -> None:
        assert self._anki._backend.graphs(search="", days=365).retrievability.average


def _processes(folder: Path) -> list[Row]:
    """Whole processes to the first card: their time, and the most memory that they held."""
    environment = os.environ | {
        "QUIZAPP_HOME": str(folder / "home"),
        "QUIZAPP_COURSE": str(folder / "course"),
    }
    ours = [sys.executable, "-m", "quizapp", "next"]
    theirs = [sys.executable, "-c", _FIRST_CARD, str(_collection(folder))]
    peaks: dict[str, list[int]] = {"ours": [], "theirs": []}

    def run(name: str, command: list[str]) -> float:
        # By a small process between: the peak of a child is never below its parent's size.
        told = subprocess.run(
            [sys.executable, "-c", _LAUNCH, *command],
            env=environment,
            cwd=Path(__file__).parents[1],
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        ).stdout.split()
        peaks[name].append(int(told[1]))
        return float(told[0])

    run("ours", ours)  # the daily copy of the database, and a cache of this version
    first = median_of(PROCESSES, lambda: run("ours", ours), lambda: run("theirs", theirs))
    memory = [statistics.median(peaks[name]) / 1024 for name in ("ours", "theirs")]
    return [
        Row("quizapp next, whole process", first[0], "anki, first card", first[1], 0.2),
        Row("peak memory of that process", memory[0], "anki", memory[1], 1.0, "MB"),
    ]


def _answers(ours: _Ours, theirs: _Theirs, count: int) -> list[Row]:
    """A session of answers, the next card after each, and as many taken back as Anki can."""
    figures: dict[str, list[list[float]]] = {step: [[], []] for step in ("next", "answer", "undo")}
    both: tuple[_Ours | _Theirs, ...] = (ours, theirs)
    for each in both:
        each.next()
    for _ in range(count):
        for place, each in enumerate(both):
            figures["answer"][place].append(seconds(each.answer))
            figures["next"][place].append(seconds(each.next))
    for _ in range(min(count, ANKI_UNDOES)):
        for place, each in enumerate(both):
            figures["undo"][place].append(seconds(each.undo))
    return [
        _percentile("next card in a session, p50", figures["next"], 50),
        _percentile("durable answer, p50", figures["answer"], 50),
        _percentile("durable answer, p95", figures["answer"], 95),
        _percentile("undo, p50", figures["undo"], 50),
    ]


def _percentile(what: str, figures: list[list[float]], percent: int) -> Row:
    ours, theirs = (statistics.quantiles(each, n=100)[percent - 1] for each in figures)
    return Row(what, ours, "anki", theirs, 1.0)


def _searches(ours: _Ours, theirs: _Theirs) -> list[Row]:
    found = []
    for what, query in (
        ("rare word", RARE),
        ("frequent word", FREQUENT),
        ("Chinese word", CHINESE),
        ("Chinese word of two characters", CHINESE[:2]),
        ("tag", f"tag:{TAG}"),
    ):
        hits = ours.search(query), theirs.search(query)
        assert hits[0] == hits[1] > 0, f"{query}: {hits}"
        first, second = median_of(CALLS, *_timed(query, ours, theirs))
        found.append(Row(f"search, first {hits[0]} hits: {what}", first, "anki", second, 1.0))
    return found


def _timed(query: str, *both: _Ours | _Theirs) -> list[Callable[[], float]]:
    return [partial(seconds, partial(each.search, query)) for each in both]


def _sizes(folder: Path) -> list[Row]:
    """Megabytes on the disk: what the learner did, and all with content and caches."""
    theirs = _megabytes(_collection(folder))
    log = _megabytes(folder / "home" / DATABASE)
    whole = log + _megabytes(folder / "course") + _megabytes(folder / "home" / "cache")
    return [
        Row("learner's database", log, "anki's collection, notes included", theirs, 1.0, "MB"),
        Row("database, decks and cache", whole, "anki's collection", theirs, 10.0, "MB"),
    ]


def _megabytes(path: Path) -> float:
    files = [path] if path.is_file() else [file for file in path.rglob("*") if file.is_file()]
    return sum(file.stat().st_size for file in files) / 1e6


def _collection(folder: Path) -> Path:
    return folder / "anki" / "collection.anki2"


@contextmanager
def _folder() -> Iterator[Path]:
    """The data: made in the folder that the environment names, or in one that goes away."""
    cards = int(os.environ.get("QUIZAPP_BENCH_CARDS", Size().cards))
    size = Size(cards=cards, decks=max(1, cards // 50), reviews=3 * cards)
    kept = os.environ.get("QUIZAPP_BENCH_STUDY")
    if kept:
        _make(Path(kept), size)
        yield Path(kept)
        return
    with tempfile.TemporaryDirectory() as folder:
        _make(Path(folder), size)
        yield Path(folder)


@contextmanager
def _copies(folder: Path) -> Iterator[tuple[Path, Path]]:
    """Copies of what a session changes: a home with the cache of the other, and a collection."""
    with tempfile.TemporaryDirectory(dir=folder) as scratch:
        home, collection = Path(scratch) / "home", Path(scratch) / "collection.anki2"
        home.mkdir()
        shutil.copy(folder / "home" / DATABASE, home)
        (home / "cache").symlink_to((folder / "home" / "cache").resolve())
        shutil.copy(_collection(folder), collection)
        yield home, collection


def _make(folder: Path, size: Size) -> None:
    from benchmarks.anki_collection import write_collection

    if not (folder / "home" / DATABASE).exists():
        print("making the course and the log …", file=sys.stderr)
        generate(folder, size)
    if not _collection(folder).exists():
        print("making the Anki collection …", file=sys.stderr)
        _collection(folder).parent.mkdir(parents=True, exist_ok=True)
        home = folder / "home"
        write_collection(folder / "course", home / DATABASE, home / "cache", _collection(folder))
