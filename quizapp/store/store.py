"""The learner's data, one method for each thing that can be asked or kept.

Owns the file's place, its version and its daily copy; leaves the tables to the modules beside it.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime
from pathlib import Path
from types import EllipsisType, TracebackType
from typing import TYPE_CHECKING, Self, TypeVar

from quizapp.clock import TOLERANCE, Clock, study_day, system_clock
from quizapp.domain.history import AnsweredOn, Attempt, Day, DayCounts
from quizapp.domain.memory import ItemKind, Phase, Rating, Review, Schedule, marked
from quizapp.errors import StoreError
from quizapp.later import Later
from quizapp.progress import COPY, Progress, say_nothing
from quizapp.store import backup, log, place, rollup, schedules
from quizapp.store.database import Database
from quizapp.store.explained import LEARNERS_FILE
from quizapp.store.rows import from_micros

if TYPE_CHECKING:
    from quizapp.domain.answers import Answers
    from quizapp.domain.records import FittedRow, SubmissionRow
    from quizapp.domain.standings import Standings
    from quizapp.store import (
        ahead,
        audit,
        decisions,
        facts,
        figures,
        fits,
        merge,
        revisions,
        standings,
        submissions,
        transfer,
    )
    from quizapp.store.ahead import Ahead
    from quizapp.store.facts import Facts
    from quizapp.store.figures import Figures
    from quizapp.store.merge import Merged, Replay
    from quizapp.store.schedules import State
    from quizapp.store.transfer import Entry
else:
    # `quizapp next` needs none of these.
    ahead = Later("quizapp.store.ahead")
    audit = Later("quizapp.store.audit")
    decisions = Later("quizapp.store.decisions")
    facts = Later("quizapp.store.facts")
    figures = Later("quizapp.store.figures")
    fits = Later("quizapp.store.fits")
    merge = Later("quizapp.store.merge")
    revisions = Later("quizapp.store.revisions")
    standings = Later("quizapp.store.standings")
    submissions = Later("quizapp.store.submissions")
    transfer = Later("quizapp.store.transfer")

FILE_NAME = LEARNERS_FILE
APPLICATION = 0x51756970  # "Quip"
# Number n leads to version n.
_MIGRATIONS = ("schema.sql", "schema_2.sql", "schema_3.sql", "schema_4.sql")

Setting = TypeVar("Setting", bool, int, float, str, list[str])


class Store:
    """The learner's database; a context manager.

    Safe to use from several threads and from several processes at once. Every method that writes
    returns after its transaction is on the disk. All raise StoreError when the file cannot be read
    or written; nothing is half written then.
    """

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self.backup_problem = ""
        """Why the daily copy could not be made; empty when it was."""

        self.begun_anew = False
        """Whether the file was made just now although there are copies of a former one."""

    @classmethod
    def open(
        cls, path: Path, *, clock: Clock = system_clock, progress: Progress = say_nothing
    ) -> Store:
        """Open the database, making, upgrading and copying it as needed.

        Args:
            path: the folder in which `quizapp.db` lies, or a file whose name ends in `.db`.
            clock: what time it is.
            progress: told how far it is with an upgrade, and that a copy is made.

        Raises:
            StoreError: it cannot be used; the message says what to do.
        """
        file = path if path.suffix == ".db" else path / FILE_NAME
        today = study_day(clock())
        place.refuse(file.parent)
        _refuse_emptied(file)
        anew = not file.exists() and bool(backup.every(file))

        def before(version: int, _: int) -> None:
            progress(COPY, 0, 0)
            _copy_before(file, today, version)

        database = Database(file, migrations(), APPLICATION, before, progress)
        store = cls(database, clock)
        store.begun_anew = anew
        try:
            store._copy_daily(today, progress)
        except BaseException:
            store.close()
            raise
        return store

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def path(self) -> Path:
        """The database file."""
        return self._database.path

    def close(self) -> None:
        """Close the file. Closing twice does no harm."""
        self._database.close()

    def wait_at_most(self, milliseconds: int) -> None:
        """How long to wait for another process that writes, before `BusyError` says so."""
        self._database.wait_at_most(milliseconds)

    def transaction(self) -> contextlib.AbstractContextManager[None]:
        """Make everything that is written inside one transaction: all of it is kept, or nothing."""
        return self._database.transaction()

    @property
    def lock(self) -> contextlib.AbstractContextManager[object]:
        """Nothing in this process writes without it; may be taken twice by one thread."""
        return self._database.lock

    def version(self) -> tuple[int, ...]:
        """Another value whenever this or another process may have changed anything."""
        return self._database.version()

    # Schedules

    def schedule(self, kind: ItemKind, item: str) -> Schedule:
        """The schedule of an item; NEW if it was never answered."""
        return schedules.get(self._database, kind, item)

    def schedules(self, kind: ItemKind) -> dict[str, Schedule]:
        """All stored schedules; items without one are new."""
        return schedules.every(self._database, kind)

    def due_schedules(
        self, before: datetime, kind: ItemKind = ItemKind.CARD, *, limit: int | None = None
    ) -> list[Schedule]:
        """What is due at `before` or earlier, neither suspended nor buried.

        Learning steps come first, then what was brought forward, then the most forgotten.

        Args:
            before: aware.
            kind: cards or exercises.
            limit: at most this many; all when None.
        """
        return schedules.due(self._database, kind, before, self._today(), limit)

    def due_items(
        self, before: datetime, kind: ItemKind = ItemKind.CARD
    ) -> list[tuple[str, Phase]]:
        """Id and phase of what `due_schedules` gives, earliest due first; for counting."""
        return schedules.due_items(self._database, kind, before, self._today())

    def due_counts(self, edges: Sequence[datetime], kind: ItemKind = ItemKind.CARD) -> list[int]:
        """How many fall due before the first of `edges`, and then between each two of them."""
        return schedules.due_counts(self._database, kind, edges)

    def due_by_day(
        self, first: date, last: date, kind: ItemKind = ItemKind.CARD
    ) -> dict[date, int]:
        """How many reviews are due on each study day from `first` to `last`, both included."""
        return schedules.due_by_day(self._database, kind, first, last)

    def answered_items(self, kind: ItemKind = ItemKind.CARD) -> set[str]:
        """Ids of all items that have been answered at least once."""
        return schedules.known(self._database, kind)

    def new_items(
        self, items: Iterable[str], limit: int, kind: ItemKind = ItemKind.CARD
    ) -> list[str]:
        """The first `limit` of `items` that were never answered, nor suspended, nor buried."""
        return schedules.unanswered(self._database, kind, items, self._today(), limit)

    def ahead_schedules(
        self, end: datetime, kind: ItemKind = ItemKind.CARD, *, limit: int
    ) -> list[Schedule]:
        """Reviews due after `end`, neither suspended nor buried; the most forgotten first."""
        return schedules.ahead(self._database, kind, self._clock(), end, limit)

    def items_in(
        self, state: State, kind: ItemKind = ItemKind.CARD, *, leech_lapses: int = 8
    ) -> set[str]:
        """Ids of all items in a state; a leech has `leech_lapses` lapses or more."""
        return schedules.items_in(self._database, kind, state, self._today(), leech_lapses)

    def figures(self, kind: ItemKind) -> Iterator[Figures]:
        """What lists and searches need of every stored schedule."""
        return figures.of_all(self._database, kind, self._today())

    def flagged(self, flag: int, kind: ItemKind = ItemKind.CARD) -> set[str]:
        """Ids of all items with a flag; 0 stands for any."""
        return figures.flagged(self._database, kind, flag)

    def answered_since(
        self, since: date, rating: Rating | None, kind: ItemKind = ItemKind.CARD, *, first: bool
    ) -> set[str]:
        """Ids, as they were then, of all items that were answered on or after a study day.

        Args:
            since: a study day.
            rating: only with this one; None for any.
            kind: cards or exercises.
            first: only answers to what was new then.
        """
        return figures.answered(self._database, kind, since, rating, first=first)

    def in_phase(self, phase: Phase, kind: ItemKind = ItemKind.CARD) -> set[str]:
        """Ids of all items in a phase."""
        return figures.in_phase(self._database, kind, phase.value)

    def scheduled(self, kind: ItemKind) -> set[str]:
        """Ids of all items that have a schedule."""
        return figures.ids(self._database, kind)

    def standings(self, kind: ItemKind = ItemKind.CARD) -> Standings:
        """Memory and days of every stored schedule; for statistics."""
        return standings.of_all(self._database, kind)

    def facts(self, folder: Path | None, known: Facts | None = None) -> Facts:
        """All answers to cards that stand, as columns; for statistics. `present` names them.

        Args:
            folder: where they are remembered between processes; None for nowhere.
            known: what was read before by this process; only later rows are read then.
        """
        return facts.read(self._database, folder, known)

    def present(self, answers: Answers) -> Answers:
        """With each card under the id that it has today."""
        return facts.renamed(answers, log.present_ids(self._database, ItemKind.CARD))

    def set_state(
        self,
        kind: ItemKind,
        item: str,
        *,
        suspended: bool | None = None,
        buried_until: date | EllipsisType | None = ...,
        flag: int | None = None,
    ) -> Schedule:
        """Suspend, bury, flag, or let in again, as `marked`; logged, and undone like an answer.

        The item need not have been answered.
        """
        with self.transaction():
            before = self.schedule(kind, item)
            changed = marked(before, suspended=suspended, buried_until=buried_until, flag=flag)
            self.set_states([(before, changed)])
        return changed

    def set_states(self, changes: Iterable[tuple[Schedule, Schedule]]) -> tuple[int, Review | None]:
        """Store schedules that differ in what the learner decides, as one group.

        Args:
            changes: schedules before, read inside the `transaction()` that this is called in, and
                after; each item once.

        Returns:
            How many differ, and the first row of the log that says so, None where none does;
            `undo_only` takes that one, and all of them with it, back.
        """
        return decisions.change_states(self._database, changes, self._clock())

    def rename(
        self, old: str, new: str, kind: ItemKind = ItemKind.CARD, *, by_learner: bool = False
    ) -> bool:
        """Hand schedule and history of a former id to the present one.

        `undo` takes it back when it is `by_learner`, and not when the course's author did it.
        Returns False, and changes nothing, where there is nothing to hand over or `new` has a
        history of its own.
        """
        return log.rename(self._database, kind, old, new, self._clock(), by_learner=by_learner)

    # Reviews

    def last_answered(self) -> str:
        """The card whose answer is the newest that was not undone; empty when there is none."""
        return log.last_answered(self._database)

    def record(self, review: Review) -> Review:
        """Log a review and store the schedule after it; returns it with its id.

        Raises:
            StaleReviewError: `before` is not what is stored any more, because another window
                answered first. Nothing is written: read the schedule again and decide anew.
            ValueError: the review contradicts itself.
        """
        return log.record(self._database, [review])[0]

    def record_all(self, reviews: Sequence[Review], *, sure: bool = False) -> list[Review]:
        """Log reviews that belong together in one transaction; one `undo` takes them all back.

        Args:
            reviews: the rows; as for `record`.
            sure: `before` of each was read inside the transaction that this is part of, so that it
                need not be looked at again.
        """
        return log.record(self._database, reviews, sure=sure)

    def undo(self) -> Review | None:
        """Take back the newest review, reset, move or decision, with all that was written with it.

        The log keeps it and gains a row that says so. Can be called until nothing is left, also in
        another session.

        Returns:
            The (first) row taken back; None if there is none.
        """
        return log.undo(self._database, self._clock())

    def items_with(self, first: Review) -> int:
        """How many items the rows are about that were written together with `first`, it included.

        Args:
            first: the first row of them, as `undo` returns it.
        """
        return log.items_with(self._database, first)

    def undo_only(self, first: Review) -> int:
        """Take back what `set_states` or `record_all` wrote together, whatever was done since.

        Args:
            first: the first row that was returned.

        Returns:
            How many items it was about.

        Raises:
            StaleReviewError: it is taken back already, or it is a matter of schedules and an item
                was answered since.
        """
        return decisions.undo(self._database, first, self._clock())

    def reviews(
        self,
        kind: ItemKind | None = None,
        item: str | None = None,
        since: datetime | None = None,
    ) -> Iterator[Review]:
        """Answers, submissions and cards brought forward, oldest first, without undone ones."""
        return log.standing(self._database, kind, item, since)

    def history(self, item: str, kind: ItemKind = ItemKind.CARD) -> list[Review]:
        """As `reviews` of one item, with its resets and moves."""
        return list(log.standing(self._database, kind, item, rescheduled=True))

    def known_cards(self, cards: Iterable[str]) -> list[Schedule]:
        """Schedules of those cards that have been learned and are neither suspended nor buried."""
        return revisions.known(self._database, cards, self._today())

    def revisions_met(self, cards: Iterable[str]) -> dict[str, int]:
        """Card -> the latest `rev` of its note that was met, by an answer that stands or early."""
        return revisions.met(self._database, cards)

    def log(self) -> Iterator[Review]:
        """Every row ever written, oldest first, undone ones and the store's own included."""
        return log.everything(self._database)

    def histories(self, kind: ItemKind) -> dict[str, list[AnsweredOn]]:
        """The rated answers of every item, oldest first, under its present id."""
        return log.histories(self._database, kind)

    def answered_on(self, day: date, kind: ItemKind = ItemKind.CARD) -> DayCounts:
        """What of the daily limits has been used on a study day."""
        return rollup.counts_on(self._database, day, kind)

    def counted_on(self, day: date, most: int) -> list[tuple[str, Phase]]:
        """Id, as it was then, and phase before each answer to a card that `answered_on` counts.

        Args:
            day: a study day.
            most: how many `answered_on` counts; the log is read back to the last of them.
        """
        return figures.counted(self._database, day, most)

    def days(self, since: date = date.min) -> list[Day]:
        """All study days with an answer, one entry for each kind of item, oldest first."""
        return rollup.since(self._database, since)

    # Parameters

    def add_fit(self, row: FittedRow) -> FittedRow:
        """Keep what a fit came to; returns it with its id. An adopted one is in use from now on."""
        return fits.add(self._database, row)

    def fits(self, kind: ItemKind) -> list[FittedRow]:
        """What all fits came to, oldest first."""
        return fits.every(self._database, kind)

    def parameters(self, kind: ItemKind) -> tuple[float, ...] | None:
        """The fitted parameters in use; None for the defaults."""
        return fits.in_use(self._database, kind)

    # Exercises

    def add_submission(self, row: SubmissionRow) -> SubmissionRow:
        """Store a submission with its outcome; returns it with its id."""
        return submissions.add(self._database, row)

    def submissions(
        self, exercise: str | None = None, since: datetime | None = None
    ) -> list[SubmissionRow]:
        """Submissions of one exercise, or of all, oldest first."""
        return submissions.of_exercise(self._database, exercise, since)

    def add_hint(self, exercise: str) -> int:
        """Note that a hint was shown; returns how many have ever been."""
        submissions.add_help(self._database, exercise, "hint", self._clock())
        return self.hints_shown(exercise)

    def hints_shown(self, exercise: str, since: datetime | None = None) -> int:
        """How many hints have been shown, from `since` on."""
        return submissions.help_count(self._database, exercise, "hint", since)

    def add_solution_shown(self, exercise: str) -> None:
        """Note that the solution was shown."""
        submissions.add_help(self._database, exercise, "solution", self._clock())

    def solution_shown(self, exercise: str, since: datetime | None = None) -> bool:
        """Whether the solution has been shown, from `since` on."""
        return submissions.help_count(self._database, exercise, "solution", since) > 0

    def attempts(self) -> list[Attempt]:
        """All submissions as counting sees them, oldest first."""
        return submissions.attempts(self._database)

    # Settings

    def setting(self, key: str, default: Setting) -> Setting:
        """A setting; `default` if it was never set, or is of another type."""
        row = self._database.row("SELECT value FROM settings WHERE key = ?", key)
        value = default if row is None else json.loads(row[0])
        return value if type(value) is type(default) else default

    def settings(self) -> dict[str, object]:
        """All settings that were ever set, by key."""
        rows = self._database.rows("SELECT key, value FROM settings")
        return {key: json.loads(value) for key, value in rows}

    def forget_setting(self, key: str) -> None:
        """Let a setting be as if it had never been set."""
        with self.transaction():
            self._database.write("DELETE FROM settings WHERE key = ?", key)

    def set_setting(self, key: str, value: bool | int | float | str | list[str]) -> None:
        """Keep a setting."""
        with self.transaction():
            self._database.write(
                "INSERT INTO settings (key, value) VALUES (?, ?) "
                "ON CONFLICT (key) DO UPDATE SET value = excluded.value",
                key,
                json.dumps(value, ensure_ascii=False, allow_nan=False),
            )

    # Other devices

    def merge(self, path: Path, replay: Callable[[], Replay]) -> Merged:
        """Take over all that another device's database holds; that one is not changed.

        The result is the same whichever of the two takes over the other. A copy of this database
        is made before.

        Args:
            path: the other `quizapp.db`.
            replay: gives what works states out anew; asked once fits and settings are merged.

        Raises:
            StoreError: one of the two cannot be used; nothing is changed.
        """
        with self._scratch() as copy:
            backup.of_another(path.absolute(), copy)
            return self._merge_copy(Database(copy, migrations(), APPLICATION), replay)

    def counts(self) -> dict[str, int]:
        """How many rows of each table `dump` gives."""
        return transfer.counts(self._database)

    def dump(self) -> Iterator[Entry]:
        """All that the learner has done, row by row; take it inside one `transaction`."""
        return transfer.dump(self._database)

    def merge_rows(
        self, entries: Iterable[Entry], where: str, replay: Callable[[], Replay]
    ) -> Merged:
        """As `merge`, with what `dump` gave on another device.

        Args:
            entries: are checked: they come from a file.
            where: that file, for messages.
            replay: as for `merge`.

        Raises:
            StoreError: a row cannot be taken over; nothing is changed.
        """
        with self._scratch() as copy:
            other = Database(copy, migrations(), APPLICATION)
            try:
                transfer.fill(other, entries, where)
            except BaseException:
                other.close()
                raise
            return self._merge_copy(other, replay)

    @contextlib.contextmanager
    def _scratch(self) -> Iterator[Path]:
        import tempfile

        with tempfile.TemporaryDirectory(prefix="quizapp-") as folder:
            yield Path(folder) / FILE_NAME

    def _merge_copy(self, other: Database, replay: Callable[[], Replay]) -> Merged:
        try:
            backup.before_merge(self._database.connection, self.path, self._today())
            return merge.merge(self._database, other, replay)
        finally:
            other.close()

    # Soundness

    def check(self) -> list[str]:
        """Everything that is wrong with the file, one sentence each; reads all of it."""
        found = audit.problems(self._database)
        return [*found, self.backup_problem] if self.backup_problem else found

    def rebuild(self) -> int:
        """Write schedules and day counts anew from the log; returns how many were wrong."""
        return audit.rebuild(self._database)

    def newest_backup(self) -> Path | None:
        """The newest daily copy; None without one."""
        return backup.newest(self.path, self._today())

    def written_ahead(self) -> datetime | None:
        """The time of the log's last row, if it has not come yet; None otherwise."""
        row = self._database.row("SELECT at FROM reviews ORDER BY id DESC LIMIT 1")
        last = None if row is None else from_micros(row[0])
        return last if last is not None and last > self._clock() + TOLERANCE else None

    def answers_ahead(self) -> Ahead:
        """What stands in the log of times that have not come."""
        return ahead.found(self._database, self._clock())

    def take_back_ahead(self) -> Path:
        """Take back what stands in the log of times to come; returns the copy of before."""
        copy = backup.before_taking_back(self._database.connection, self.path, self._today())
        ahead.take_back(self._database, self._clock())
        return copy

    def _today(self) -> date:
        return study_day(self._clock())

    def _copy_daily(self, today: date, progress: Progress) -> None:
        if not self._database.row(
            "SELECT 1 FROM reviews UNION ALL SELECT 1 FROM submissions LIMIT 1"
        ):
            return  # a copy of nothing would stand in the way of today's
        # Studying goes on without a copy; `check` reports it.
        try:
            backup.daily(self._database.connection, self.path, today, progress)
        except StoreError as error:
            self.backup_problem = str(error)


def migrations() -> tuple[str, ...]:
    """The scripts that lead to the present version; number n, counted from 1, to version n."""
    return tuple(Path(__file__).with_name(name).read_text("utf-8") for name in _MIGRATIONS)


def _refuse_emptied(file: Path) -> None:
    """Refuse an empty file that was in use before; SQLite would take it for a new one."""
    with contextlib.suppress(OSError):
        if file.is_file() and not file.stat().st_size and backup.every(file):
            raise StoreError(
                str(file),
                "it is empty, and there are copies from when it was not",
                "`quizapp restore` goes back to one of them; to begin anew, delete the file",
            )


def _copy_before(file: Path, today: date, version: int) -> None:
    backup.before_migration(file, today, version)
