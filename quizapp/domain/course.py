"""A course as data. Owns the lookups across decks and exercises; leaves reading to `course`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from quizapp.domain.cards import Card, Deck
from quizapp.domain.exercises import Exercise


@dataclass(frozen=True, slots=True)
class Course:
    """A whole course.

    Attributes:
        root: the folder that holds `course.yaml`.
        decks: in the order of topics that `course.yaml` gives.
        cards: card id -> card, in deck order.
        aliases: former card id -> today's card id.
        exercises: slug -> exercise, in the order of topics.
    """

    root: str
    title: str
    decks: tuple[Deck, ...]
    cards: Mapping[str, Card]
    aliases: Mapping[str, str]
    exercises: Mapping[str, Exercise]
