"""A whole course, from disk to the domain.

Owns what must agree between files, and what is read when: decks at the start, from the cache where
it can be; an exercise when it is asked for. So `load_course` finds what would mislead a learner in
what it reads, and `course_errors` everything that an author has to mend.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from quizapp.course.cache import Cache
from quizapp.course.cardmap import CardMap
from quizapp.course.codec import from_exercise, from_text, to_exercise, to_text
from quizapp.course.own import own_decks
from quizapp.course.plan import (
    FILE,
    Plan,
    deck_path,
    exercise_files,
    find_exercises,
    has_deck,
    read_plan,
    stray_files,
)
from quizapp.course.shelf import Reading, aliases_of, shelve
from quizapp.course.source import read_source, suggestion
from quizapp.course.stored import LazySequence, StoredDeck, pack
from quizapp.domain.course import Course
from quizapp.errors import CourseError, Phrase
from quizapp.progress import DECKS, Progress, say_nothing

if TYPE_CHECKING:
    from quizapp.domain.exercises import Exercise


def load_course(
    root: Path,
    *,
    cache: Path | None = None,
    own: Path | None = None,
    progress: Progress = say_nothing,
) -> Course:
    """The course in the folder `root`, which may be read-only.

    Its decks are validated, from the cache if it holds them; an exercise is read and validated when
    it is taken from `Course.exercises`. Nothing is written but to `cache`.

    Args:
        root: holds `course.yaml`.
        cache: folder for parsed decks and exercises; None to parse all of them, always.
        own: folder whose `cards/` holds the learner's own decks, which come after the course's;
            one that is wrong is left out, and `Course.left_out` says why.
        progress: told how far it is with decks that the cache does not hold.

    Raises:
        CourseError: the first thing that is wrong in `course.yaml` or in a deck of the course.
    """
    root = root.absolute()
    store = Cache(cache)
    plan = _plan(root, store)
    exercises, errors = find_exercises(root, plan)
    _raise_first(errors)
    read = partial(_deck, cache=store)

    def check(decks: Sequence[StoredDeck]) -> None:
        _raise_first(_disagreements(decks, exercises))

    reading = Reading(read, partial(_packed, cache=store), check, progress)
    shelf = shelve(root, tuple(plan.topics), exercises, cache, reading)
    of_course = CardMap(shelf.decks, shelf.catalogue)
    former = {alias.partition("/")[0] for alias in shelf.aliases}

    def taken_of(names: Collection[str]) -> set[str]:
        return of_course.notes_among(names) | former.intersection(names)

    added, left_out = own_decks(
        own, plan.topics, taken_of, exercises, partial(read, progress=progress)
    )
    decks = shelf.decks.with_more(added)
    cards = CardMap(decks, shelf.catalogue) if added else of_course
    return Course(
        root=str(root),
        title=plan.title.en,
        titles=plan.title,
        topics=(*plan.topics, *(deck.topic for deck in added)),
        decks=LazySequence(decks.topics, decks.served),
        cards=cards,
        aliases=shelf.aliases | aliases_of(added),
        exercises=_Exercises(root, exercises, store, of_course),
        left_out=tuple(left_out),
        candidates=cards.candidates,
        lookup=cards.keys_of,
        changed=cards.changed,
        prepare=cards.index,
        twins=cards.twins,
    )


def load_exercise(root: Path, topic: str, slug: str, *, cache: Path | None = None) -> Exercise:
    """The exercise `slug` of `topic` in the course at `root`; its concept cards are not looked up.

    `Course.exercises` is the usual way in: there, the id of a cloze note among the concepts has
    become the ids of its cards.

    Raises:
        CourseError: the first thing that is wrong in one of its files.
    """
    return _exercise(root.absolute(), topic, slug, Cache(cache))


def read_into(cache: Path, root: Path, topic: str) -> None:
    """Read the deck of `topic` in the course at `root`, so that `cache` holds it afterwards.

    Raises:
        CourseError: the first thing that is wrong in it.
    """
    _deck(root, deck_path(topic), topic, Cache(cache))


def course_errors(root: Path, progress: Progress = say_nothing) -> list[CourseError]:
    """Everything that is wrong with the course in the folder `root`, file by file, line by line.

    Args:
        root: holds `course.yaml`.
        progress: told how many decks are read.
    """
    from quizapp.course.exercises import parse_exercise

    root = root.absolute()
    try:
        plan, source = read_plan(root)
    except CourseError as error:
        return [error]
    exercises, errors = find_exercises(root, plan)
    errors = [*source.errors, *errors, *stray_files(root, plan)]
    decks = []
    lost: set[str] | None = set()
    for done, topic in enumerate(plan.topics):
        if has_deck(root, topic):
            progress(DECKS, done, len(plan.topics))
            deck, wrong, found = _parsed_deck(root, topic)
            decks += [deck] if deck else []
            lost = None if lost is None or wrong is None else lost | wrong
            errors += found
    errors += _disagreements(decks, exercises)
    for slug, topic in exercises.items():
        parsed = parse_exercise(root, topic, slug)
        errors += parsed.errors
        if lost is not None:
            errors += _unknown_cards(parsed.concepts, decks, lost)
    places = {path: place for place, path in reversed(list(enumerate(e.path for e in errors)))}
    return sorted(errors, key=lambda error: (places[error.path], error.line))


def _raise_first(errors: Iterable[CourseError]) -> None:
    for error in errors:
        raise error


def _plan(root: Path, cache: Cache) -> Plan:
    cached = cache.fetch([root / FILE])
    if cached:
        return Plan(to_text(cached.header["title"]), cached.header["topics"])
    plan, source = read_plan(root)
    _raise_first(source.errors)
    if source.snapshot:
        header = {"title": from_text(plan.title), "topics": plan.topics}
        cache.save([source.snapshot], header)
    return plan


def _deck(
    root: Path, path: str, topic: str, cache: Cache, progress: Progress = say_nothing
) -> StoredDeck:
    def reread() -> tuple[dict[str, Any], bytes]:
        return _packed(root, path, topic, cache)

    cached = cache.fetch([root / path])
    if cached:
        return StoredDeck(path, cached.header, cached.body, reread)
    progress(DECKS, 0, 0)  # a single file may hold very much
    header, body = reread()
    return StoredDeck(path, header, lambda: body, reread)


def _packed(root: Path, path: str, topic: str, cache: Cache) -> tuple[dict[str, Any], bytes]:
    """The deck of `topic`, parsed and packed, and kept in the cache."""
    from quizapp.course.decks import parse_deck

    source = read_source(root, path)
    parsed = parse_deck(source, topic)
    _raise_first(source.errors)
    header, body = pack(parsed)
    if source.snapshot:
        cache.save([source.snapshot], header, body)
    return header, body


def _parsed_deck(
    root: Path, topic: str
) -> tuple[StoredDeck | None, frozenset[str] | None, list[CourseError]]:
    """The notes of a deck that can be read; ids of the others, if known; and what is wrong."""
    from quizapp.course.decks import parse_deck

    try:
        source = read_source(root, deck_path(topic))
    except CourseError as error:
        return None, None, [error]
    parsed = parse_deck(source, topic)
    header, body = pack(parsed)
    deck = StoredDeck(source.path, header, lambda: body, lambda: (header, body))
    return deck, parsed.lost, source.errors


def _disagreements(
    decks: Sequence[StoredDeck], exercises: Mapping[str, str]
) -> Iterator[CourseError]:
    """Ids taken twice, aliases that stand for a living note, exercises that do not exist."""
    seen: set[str] = set()
    for place, deck in enumerate(decks):
        known = len(seen)
        seen.update(deck.note_ids)
        if len(seen) < known + len(deck.note_ids):
            yield from _taken(deck, decks[:place])
        for slug, line in deck.exercises.items():
            if slug not in exercises:
                remedy = suggestion(slug, exercises, "write the exercise, or remove the slug")
                yield CourseError(
                    deck.path, line, Phrase("there is no exercise `{slug}`", slug=slug), remedy
                )
    aliases: dict[str, StoredDeck] = {}
    for deck in decks:
        for alias, (_, line) in deck.aliases.items():
            if alias in seen:
                what = Phrase(
                    "alias `{alias}` is the id of the note in {place}",
                    alias=alias,
                    place=_place(decks, alias),
                )
                yield CourseError(deck.path, line, what, "remove the alias")
            elif alias in aliases:
                what = Phrase(
                    "alias `{alias}` stands in {path}, too", alias=alias, path=aliases[alias].path
                )
                yield CourseError(deck.path, line, what, "remove it here or there")
            else:
                aliases[alias] = deck


def _taken(deck: StoredDeck, before: Sequence[StoredDeck]) -> Iterator[CourseError]:
    for name in deck.note_ids:
        if any(other.has_note(name) for other in before):
            what = Phrase(
                "note id `{name}` is taken in {place}", name=name, place=_place(before, name)
            )
            line = deck.note(name).location.line
            yield CourseError(deck.path, line, what, "give this note another id")


def _place(decks: Iterable[StoredDeck], note_id: str) -> str:
    deck = next(deck for deck in decks if deck.has_note(note_id))
    return f"{deck.path}:{deck.note(note_id).location.line}"


def _unknown_cards(
    concepts: Iterable[tuple[str, int, str]], decks: Sequence[StoredDeck], lost: Collection[str]
) -> Iterator[CourseError]:
    for path, line, card in concepts:
        if card.partition("/")[0] in lost:
            continue
        if not any(deck.has_note(card) or card in deck for deck in decks):
            ids = [card_id for deck in decks for card_id in deck.card_ids]
            remedy = suggestion(card, ids, "write the card, or remove its id")
            yield CourseError(path, line, Phrase("there is no card `{card}`", card=card), remedy)


def _exercise(root: Path, topic: str, slug: str, cache: Cache) -> Exercise:
    cached = cache.fetch([root / path for path in exercise_files(root, topic, slug)])
    if cached:
        return to_exercise(cached.header["exercise"])
    from quizapp.course.exercises import parse_exercise

    parsed = parse_exercise(root, topic, slug)
    _raise_first(parsed.errors)
    assert parsed.exercise is not None, "without an error there is an exercise"
    snapshots = [source.snapshot for source in parsed.sources if source.snapshot]
    cache.save(snapshots, {"exercise": from_exercise(parsed.exercise)})
    return parsed.exercise


def _with_cards(exercise: Exercise, all_cards: CardMap) -> Exercise:
    """The exercise with the id of a cloze note standing for all cards of that note."""

    def cards(names: Iterable[str]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(card for name in names for card in all_cards.named(name)))

    from dataclasses import replace

    return replace(
        exercise,
        concepts=cards(exercise.concepts),
        check_concepts={check: cards(ids) for check, ids in exercise.check_concepts.items()},
        near_misses=tuple(replace(miss, cards=cards(miss.cards)) for miss in exercise.near_misses),
        variants=tuple(_with_cards(variant, all_cards) for variant in exercise.variants),
    )


class _Exercises(Mapping[str, "Exercise"]):
    """Slug -> exercise, read and validated when it is asked for; CourseError where it is wrong."""

    def __init__(self, root: Path, topics: Mapping[str, str], cache: Cache, cards: CardMap) -> None:
        self._root = root
        self._topics = topics
        self._cache = cache
        self._cards = cards
        self._read: dict[str, Exercise] = {}

    def __getitem__(self, slug: str) -> Exercise:
        if slug not in self._read:
            exercise = _exercise(self._root, self._topics[slug], slug, self._cache)
            self._read[slug] = _with_cards(exercise, self._cards)
        return self._read[slug]

    def __contains__(self, slug: object) -> bool:
        return slug in self._topics

    def __iter__(self) -> Iterator[str]:
        return iter(self._topics)

    def __len__(self) -> int:
        return len(self._topics)
