"""Decks to begin a simulation with."""

import numpy as np

from quizapp.domain.standings import LEARNING, REVIEW
from quizapp.study.outset import Deck

NOBODY_S = float("nan")


def deck(cards=(), new=0, own=(), own_of_new=()):
    """A deck of cards in review, each (stability, difficulty, last, due), and some new ones."""
    stability, difficulty, last, due = zip(*cards, strict=True) if cards else ((), (), (), ())
    return Deck(
        phases=np.full(len(cards), REVIEW, dtype=np.int8),
        stabilities=np.array(stability, dtype=np.float64),
        difficulties=np.array(difficulty, dtype=np.float64),
        last=np.array(last, dtype=np.int32),
        due=np.array(due, dtype=np.int32),
        lapses=np.zeros(len(cards), dtype=np.int32),
        own=np.array(own or [NOBODY_S] * len(cards), dtype=np.float64),
        new=np.array(own_of_new or [NOBODY_S] * new, dtype=np.float64),
    )


def in_steps(stability, difficulty):
    """One card in its first learning step since today."""
    found = deck([(stability, difficulty, 0, 0)])
    found.phases[:] = LEARNING
    return found
