"""Use-cases about finding cards: search, sort, pages of a long list.

Owns what the terms about the schedule stand for and by what cards can be sorted; leaves the query
language to `query`, which is imported when something is searched for. No card is read before its
row is asked for, unless the query is about texts.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Sequence
from datetime import timedelta
from itertools import islice
from typing import TYPE_CHECKING

from quizapp.domain.cards import Card, Kind, Location, Note
from quizapp.domain.memory import ItemKind, Phase, Rating, Schedule
from quizapp.domain.text import Text
from quizapp.engine import wording
from quizapp.engine.base import Workplace
from quizapp.engine.columns import Sort
from quizapp.engine.names import did_you_mean
from quizapp.engine.revisions import bring_changed_forward
from quizapp.engine.saved import searches_in
from quizapp.errors import UsageError

if TYPE_CHECKING:
    from quizapp.domain.course import Course
    from quizapp.engine.query import State
    from quizapp.engine.types import CardRow
    from quizapp.store.figures import Figures

_FEW = 200
"""Cards whose schedules are read one by one; from there on all are read at once."""


def _recall(of: Figures) -> float | None:
    """What rises with the chance of recall; with one set of parameters it is elapsed/stability."""
    return None if of.elapsed is None or not of.stability else -of.elapsed / of.stability


_PHASES = {phase.value: place for place, phase in enumerate(Phase)}
_KEYS: dict[Sort, Callable[[Figures], float | None]] = {
    Sort.PHASE: lambda of: _PHASES[of.phase] + 10 * of.hidden,
    Sort.DUE: lambda of: of.due,
    Sort.STABILITY: lambda of: of.stability,
    Sort.DIFFICULTY: lambda of: of.difficulty,
    Sort.RETRIEVABILITY: _recall,
    Sort.LAPSES: lambda of: of.lapses,
    Sort.REPS: lambda of: of.reps,
    Sort.INTERVAL: lambda of: of.interval,
    Sort.FLAG: lambda of: of.flag,
}
_OF_NEW: dict[Sort, float] = {Sort.PHASE: 0, Sort.LAPSES: 0, Sort.REPS: 0, Sort.FLAG: 0}
"""What cards without a schedule have; by anything else they come last, whichever way."""


class SearchDesk(Workplace):
    """The engine's part about finding cards."""

    _groups: tuple[Course, dict[str, int]] | None = None

    def hits(
        self,
        search: str = "",
        *,
        topics: Sequence[str] = (),
        sort: Sort = Sort.COURSE,
        descending: bool = False,
    ) -> tuple[str, ...]:
        """Ids of the cards that meet a search, sorted; equal ones in the course's order.

        Cards that have no such figure come last, whichever way they are sorted.

        Args:
            search: `engine.query` has the language; with `is:orphan`, ids that the course has no
                card for any more.
            topics: only these; all when empty.
            sort: by what.
            descending: the greatest first.

        Raises:
            UsageError: the search or a topic makes no sense.
        """
        found = list(self.each_hit(search, topics))
        return tuple(self.sort_hits(found, sort, descending=descending))

    def each_hit(self, search: str, topics: Sequence[str] = ()) -> Iterator[str]:
        """As `hits` in the course's order, one after the other as they are found.

        Raises:
            UsageError: the search or a topic makes no sense; raised before the first one.
        """
        from quizapp.engine.query import asks_for_orphans, asks_for_twins
        from quizapp.engine.search import find_ids, find_orphans

        wanted, search = self.known_topics(topics), self.written_out(search)
        if asks_for_orphans(search):
            return find_orphans(self.orphans(), search, self._items_in)
        found = find_ids(self.course, search, wanted, self._items_in)
        if asks_for_twins(search):
            groups = self._twins()
            return iter(sorted(found, key=lambda item: groups.get(item.partition("/")[0], -1)))
        return found

    def written_out(self, search: str) -> str:
        """A query with its saved searches written out.

        Raises:
            UsageError: there is no such saved search, or one is part of itself.
        """
        from quizapp.engine.query import expanded

        if "saved" not in search.casefold():
            return search
        return expanded(search, searches_in(self.store.settings()))

    def sort_hits(self, ids: list[str], sort: Sort, *, descending: bool = False) -> list[str]:
        """`ids`, in the course's order, as `hits` sorts them."""
        if sort is Sort.COURSE:
            return ids[::-1] if descending else ids
        if sort is Sort.CARD:
            return sorted(ids, reverse=descending)
        if sort is Sort.DECK:
            topics = self.topics_of_cards()
            return sorted(ids, key=lambda item: topics.get(item, ""), reverse=descending)
        key, usual = _KEYS[sort], _OF_NEW.get(sort)
        known = {of.item: key(of) for of in self.store.figures(ItemKind.CARD)}
        keyed = [(known.get(item, usual), item) for item in ids]
        having = [(value, item) for value, item in keyed if value is not None]
        having.sort(key=lambda pair: pair[0], reverse=descending)
        return [item for _, item in having] + [item for value, item in keyed if value is None]

    def rows(self, ids: Sequence[str]) -> list[CardRow]:
        """What lists show of cards; also of ids that the course has no card for.

        Args:
            ids: as `hits` gave them; one that is neither is left out.
        """
        from quizapp.engine.types import CardRow

        few = len(ids) < _FEW
        schedules = {} if few else self.store.schedules(ItemKind.CARD)
        now, scheduler = self.clock(), self.scheduler
        rows = []
        for item in ids:
            schedule = schedules.get(item) or (
                self.store.schedule(ItemKind.CARD, item) if few else Schedule(item, ItemKind.CARD)
            )
            card = self.course.cards.get(item) or _gone(item)
            recall = scheduler.retrievability(schedule, now) if schedule.memory else None
            rows.append(CardRow(card, schedule, recall))
        return rows

    def cards(
        self,
        search: str = "",
        *,
        topics: Sequence[str] = (),
        limit: int | None = None,
        sort: Sort = Sort.COURSE,
        descending: bool = False,
    ) -> list[CardRow]:
        """The cards that meet a search; `hits` says how.

        Args:
            search: as for `hits`.
            topics: as for `hits`.
            limit: the first so many.
            sort: as for `hits`.
            descending: as for `hits`.

        Raises:
            UsageError: the search or a topic makes no sense.
        """
        if limit is not None and sort is Sort.COURSE and not descending:
            return self.rows(list(islice(self.each_hit(search, topics), limit)))
        hits = self.hits(search, topics=topics, sort=sort, descending=descending)
        return self.rows(hits[:limit])

    def orphans(self) -> list[str]:
        """Ids that have a schedule and no card in the course any more, in order."""
        topics = self.topics_of_cards()
        return sorted(item for item in self.store.scheduled(ItemKind.CARD) if item not in topics)

    def title(self, card: Card) -> str:
        """The front on one line for lists; marks of drawn values stay as they are written."""
        return wording.title(card, self.language)

    # -- terms about the schedule -------------------------------------------------------------

    def _items_in(self, field: str, value: str) -> Container[str]:
        """Ids of the cards that meet a term about the schedule or the log."""
        from quizapp.engine.query import State, rated
        from quizapp.engine.search import AllBut

        match field:
            case "due":
                return self._due_within(int(value))
            case "flag":
                flagged = self.store.flagged(int(value))
                return AllBut(flagged) if value == "0" else flagged
            case "rated":
                return self._answered(*rated(value))
            case "introduced":
                return self._answered(int(value), None, first=True)
            case "prop":
                return self._with_property(value)
            case "dupe":
                return self._twins_of(value)
            case "saved":
                saved = {
                    name.casefold(): query
                    for name, query in searches_in(self.store.settings()).items()
                }
                return set(self.each_hit(saved[value]))  # it was written out before, so it is there
            case _:
                return self._in_state(State(value))

    def _in_state(self, state: State) -> Container[str]:
        from quizapp.engine.query import State
        from quizapp.engine.search import AllBut, OfNotes

        found: Container[str]
        match state:
            case State.DUE:
                found = self._due_within(0)
            case State.NEW:
                found = AllBut(self.store.answered_items())
            case State.LEARNING:
                found = self.store.items_in("learning")
            case State.REVIEW:
                found = self.store.in_phase(Phase.REVIEW)
            case State.SUSPENDED:
                found = self.store.items_in("suspended")
            case State.BURIED:
                found = self.store.items_in("buried")
            case State.LEECH:
                found = self.store.items_in("leech", leech_lapses=self.settings.leech_lapses)
            case State.FLAGGED:
                found = self.store.flagged(0)
            case State.ORPHAN:
                found = frozenset()  # of the cards of the course, none
            case State.DUPLICATE:
                found = OfNotes(self._twins())
        return found

    def _twins(self) -> dict[str, int]:
        """Number of the group of each note that asks the same as another one; found once."""
        if self._groups is None or self._groups[0] is not self.course:
            groups = self.course.twins() if self.course.twins is not None else []
            found = {note: number for number, group in enumerate(groups) for note in group}
            self._groups = (self.course, found)
        return self._groups[1]

    def _twins_of(self, card: str) -> Container[str]:
        """All cards that ask the same as one, with it and its siblings."""
        from quizapp.engine.search import OfNotes

        wanted = self.course.aliases.get(card, card)
        note = wanted.partition("/")[0]
        topics = self.topics_of_cards()
        if wanted not in topics and not any(each.partition("/")[0] == note for each in topics):
            remedy = did_you_mean(wanted, topics) or "quizapp cards lists them"
            raise UsageError(f"dupe:{card}", "there is no such card", remedy)
        groups = self._twins()
        number = groups.get(note)
        return OfNotes({each for each, of in groups.items() if of == number} | {note})

    def _due_within(self, days: int) -> set[str]:
        bring_changed_forward(self)
        end = self._end_of_day() + timedelta(days=days)
        return {item for item, _ in self.store.due_items(end)}

    def _answered(self, days: int, rating: Rating | None, *, first: bool = False) -> set[str]:
        """Ids of the cards answered in the last days; with `first`, of those new until then."""
        since = self.today() - timedelta(days=days - 1)
        found = self.store.answered_since(since, rating, first=first)
        return {self.course.aliases.get(item, item) for item in found}

    def _with_property(self, value: str) -> Container[str]:
        from quizapp.engine.query import comparison
        from quizapp.engine.search import AllBut

        asked = comparison(value)
        figure = self._figure(asked.name)
        met, unmet = set[str](), set[str]()
        for of in self.store.figures(ItemKind.CARD):
            found = figure(of)
            (met if found is not None and asked.holds(found) else unmet).add(of.item)
        counted = asked.name in (Sort.LAPSES, Sort.REPS)
        return AllBut(unmet) if counted and asked.holds(0) else met

    def _figure(self, name: Sort) -> Callable[[Figures], float | None]:
        """What of a schedule `prop:` compares: for a day, how far off it is; a true chance."""
        if name is Sort.DUE:
            return lambda of: of.due_in
        if name is not Sort.RETRIEVABILITY:
            return _KEYS[name]
        from quizapp.study.curve import recall

        decay = self.scheduler.decay(ItemKind.CARD)

        def chance(of: Figures) -> float | None:
            if of.elapsed is None or of.stability is None:
                return None
            return recall(max(0, of.elapsed), of.stability, decay)

        return chance


def _gone(item: str) -> Card:
    """What stands in lists for a card that the course has no more."""
    note, _, part = item.partition("/")
    front = Text("(no longer in the course)", "（课程中已没有）")
    told = Note(note, Kind.BASIC, "", front, Text("", ""), "", Location("", 0))
    return Card(told, part)


def is_gone(card: Card) -> bool:
    """Whether a row's card is one that the course has no more."""
    return not card.note.location.path
