"""What every use-case works with. Owns opening and closing course, store and judge."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from quizapp import paths
from quizapp.clock import Clock, end_of_study_day, study_day, system_clock
from quizapp.course import load_course
from quizapp.domain.cards import Card
from quizapp.domain.course import Course
from quizapp.domain.history import DailyLimits
from quizapp.domain.memory import ItemKind, Schedule
from quizapp.domain.text import Language
from quizapp.engine.memo import Memo
from quizapp.engine.names import did_you_mean
from quizapp.errors import Phrase, UsageError
from quizapp.progress import Progress, say_nothing
from quizapp.store import Store
from quizapp.study.settings import Settings, read

if TYPE_CHECKING:
    from quizapp.domain.exercises import Exercise
    from quizapp.judge.client import Judge
    from quizapp.study.balance import Load
    from quizapp.study.scheduler import Scheduler

DATABASE = "quizapp.db"

_MOMENT = timedelta(microseconds=1)

LOAD = "load"
"""What the memo calls the reviews that are due on each day."""

NEW_FIRST = "new_first"
"""Setting: ids of cards never answered that a failed check calls for; they are introduced first."""


def course_folder(course: Path | None) -> Path:
    """The folder of the course that is meant; the default one when None."""
    return paths.default_course() if course is None else course


def database_file(home: Path | None) -> Path:
    """The learner's database below `home`, or in the platform's place when None."""
    return (paths.data_dir() if home is None else home) / DATABASE


class Workplace:
    """A course, a learner's store and a judge, opened together. A context manager.

    Args:
        course: what is learned.
        store: the learner's; closed with this.
        cache: folder for parsed decks; None for none.
        clock: what time it is.
        seeds: where a submission's seed comes from.
        language: of this session only; None for the learner's own.
        judge: one that outlives this; None for one of its own.
    """

    def __init__(
        self,
        course: Course,
        store: Store,
        *,
        cache: Path | None = None,
        clock: Clock = system_clock,
        seeds: Callable[[], int] | None = None,
        language: Language | None = None,
        judge: Judge | None = None,
    ) -> None:
        self.course = course
        self.store = store
        self.clock = clock
        self._cache = cache
        self._seeds = seeds or random_seed
        self._language = language
        self._judge = judge
        self._own_judge = judge is None
        self._topics: tuple[Course, dict[str, str]] | None = None
        self._lock = threading.Lock()
        self._memo = Memo(store.version, store.lock)

    @classmethod
    def open(
        cls,
        course_dir: Path | None = None,
        home: Path | None = None,
        clock: Clock = system_clock,
        *,
        language: Language | None = None,
        progress: Progress = say_nothing,
    ) -> Self:
        """Load the course and open the learner's database.

        Args:
            course_dir: holds `course.yaml`; the default course when None.
            home: the learner's data; the platform's place, or QUIZAPP_HOME, when None.
            clock: what time it is.
            language: of this session only; None for the learner's own.
            progress: told how far it is, where something has to be read, upgraded or copied first.

        Raises:
            CourseError: the course cannot be read.
            StoreError: the database cannot be opened.
        """
        cache = paths.cache_dir() if home is None else home / "cache"
        database = database_file(home)
        course = load_course(
            course_folder(course_dir), cache=cache, own=database.parent, progress=progress
        )
        store = Store.open(database, clock=clock, progress=progress)
        engine = cls(course, store, cache=cache, clock=clock, language=language)
        try:
            engine._follow_renamed_cards()
        except BaseException:
            store.close()
            raise
        return engine

    def __enter__(self) -> Self:
        """It is open already."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close it."""
        self.close()

    def close(self) -> None:
        """End the judge, if one runs, and close the database."""
        with self._lock:
            judge, self._judge = self._judge, None
        if judge is not None and self._own_judge:
            judge.close()
        self.store.close()

    @property
    def judge(self) -> Judge:
        """The judge; its process starts when it is first asked something."""
        from quizapp.judge.client import Judge

        with self._lock:
            if self._judge is None:
                self._judge = Judge()
            return self._judge

    def warm_judge(self) -> None:
        """Start the judge's process in the background and return at once."""
        self.judge.warm()

    @property
    def language(self) -> Language:
        """The language that texts are read in; setting it lasts."""
        if self._language is None:
            self._language = Language(self.store.setting("language", language_of_system().value))
        return self._language

    @language.setter
    def language(self, language: Language) -> None:
        self._language = language
        self.store.set_setting("language", language.value)

    @property
    def limits(self) -> DailyLimits:
        """How many new cards and reviews a study day may ask for; setting it lasts."""
        return self.settings.limits

    @limits.setter
    def limits(self, limits: DailyLimits) -> None:
        self.store.set_setting("new_per_day", limits.new)
        self.store.set_setting("reviews_per_day", limits.reviews)

    def today(self) -> date:
        """The present study day."""
        return study_day(self.clock())

    def _end_of_day(self) -> datetime:
        """The last moment of the present study day."""
        return end_of_study_day(self.today()) - _MOMENT

    @property
    def settings(self) -> Settings:
        """What the learner has set about studying, as it is now."""
        return self._memo.get("settings", lambda: read(self.store.settings()))

    @property
    def scheduler(self) -> Scheduler:
        """The scheduler with the learner's parameters and settings; days are drawn by lot.

        It depends on nothing but these and the item, so what it says can be worked out again.
        """
        return self._memo.get("scheduler", lambda: self._scheduler(self.settings, None))

    @property
    def balanced_scheduler(self) -> Scheduler:
        """The scheduler for answers given now: the quietest day is chosen, if so set."""

        def made() -> Scheduler:
            settings = self.settings
            return self._scheduler(settings, self._load if settings.balance else None)

        return self._memo.get("balanced scheduler", made)

    def _scheduler(self, settings: Settings, load: Load | None) -> Scheduler:
        from quizapp.study.scheduler import Scheduler

        fitted = {kind: self.store.parameters(kind) for kind in ItemKind}

        def retention_of(schedule: Schedule) -> float:
            usual = settings.desired_retention
            if not settings.retention_of or schedule.kind is not ItemKind.CARD:
                return usual
            card = self.course.cards.get(self.course.aliases.get(schedule.item, schedule.item))
            return settings.retention_of.get(card.note.topic, usual) if card else usual

        return Scheduler(
            {kind: found for kind, found in fitted.items() if found is not None},
            settings.desired_retention,
            longest_interval=settings.longest_interval,
            learning_steps=settings.learning_steps,
            relearning_steps=settings.relearning_steps,
            retention_of=retention_of,
            load=load,
            easy_days=settings.easy_days,
        )

    def _load(self, kind: ItemKind, first: date, last: date) -> Mapping[date, int]:
        from quizapp.store.schedules import MOST_COUNTED
        from quizapp.study.balance import KnownLoad

        def count(kind: ItemKind, first: date, last: date) -> Mapping[date, int]:
            return self.store.due_by_day(first, last, kind)

        with self._memo.lock:
            load = self._memo.get(LOAD, lambda: KnownLoad(count, MOST_COUNTED))
            return load(kind, first, last)

    def card(self, card_id: str) -> Card:
        """The card of that id, or of that former id.

        Raises:
            UsageError: there is none; the message names the nearest.
        """
        wanted = self.course.aliases.get(card_id, card_id)
        card = self.course.cards.get(wanted)
        if card is None:
            remedy = did_you_mean(wanted, self.course.cards) or "quizapp cards lists them"
            raise UsageError(card_id, "there is no such card", remedy)
        return card

    def exercise(self, slug: str) -> Exercise:
        """The exercise of that slug.

        Raises:
            UsageError: there is none; the message names the nearest.
            CourseError: one of its files is wrong.
        """
        exercise = self.course.exercises.get(slug)
        if exercise is None:
            remedy = did_you_mean(slug, self.course.exercises) or "quizapp exercises lists them"
            raise UsageError(slug, "there is no such exercise", remedy)
        return exercise

    def known_topics(self, topics: Sequence[str]) -> tuple[str, ...]:
        """`topics`, when the course has all of them; UsageError otherwise."""
        return known_topics(self.course, topics)

    def topics_of_cards(self) -> Mapping[str, str]:
        """Card id -> topic, for all cards of the course; made once, and no note is read for it."""
        if self._topics is None or self._topics[0] is not self.course:
            topics = {card: deck.topic for deck in self.course.decks for card in deck.card_ids}
            self._topics = (self.course, topics)
        return self._topics[1]

    def index_texts(self, progress: Callable[[int, int], None]) -> None:
        """Get the course ready for searching its texts; the first search does it else.

        Args:
            progress: told how many decks are done, of how many; not called where none is left.
        """
        if self.course.prepare is not None:
            self.course.prepare(progress)

    def course_file(self, path: str) -> Path:
        """Where a file of the course lies; `path` as locations give it."""
        return Path(self.course.root) / path

    def reload_course(self) -> None:
        """Read the course again, after one of its files was edited.

        Raises:
            CourseError: it cannot be read any more; the course as it was stays in use.
        """
        own = self.store.path.parent
        self.course = load_course(Path(self.course.root), cache=self._cache, own=own)
        self._follow_renamed_cards()

    def _follow_renamed_cards(self) -> None:
        """Let the history of cards that the course has renamed follow them."""
        for former, card_id in self.course.aliases.items():
            if self.store.schedule(ItemKind.CARD, former) != Schedule(former, ItemKind.CARD):
                self.store.rename(former, card_id)


def known_topics(course: Course, topics: Sequence[str]) -> tuple[str, ...]:
    """`topics`, when `course` has all of them.

    Raises:
        UsageError: it lacks one; the message names the nearest.
    """
    for topic in topics:
        if topic not in course.topics:
            remedy = did_you_mean(topic, course.topics)
            remedy = remedy or Phrase("the course has {topics}", topics=", ".join(course.topics))
            raise UsageError(topic, "there is no such topic", remedy)
    return tuple(topics)


def random_seed() -> int:
    """A seed that nobody can foresee."""
    return int.from_bytes(os.urandom(4), "big") >> 1


def language_of_system() -> Language:
    """What the environment asks for; English where it says nothing that is known."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if value := os.environ.get(name):
            return Language.ZH if value.lower().startswith("zh") else Language.EN
    return Language.EN
