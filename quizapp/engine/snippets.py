"""From notes to snippets. Owns what code is run for a note; leaves running it to the judge."""

from __future__ import annotations

from collections.abc import Mapping

from quizapp.domain.cards import AnswerType, Drawn, Note
from quizapp.domain.outcomes import Snippet
from quizapp.study.parameters import substitute


def proof_snippet(note: Note, drawn: Mapping[str, Drawn]) -> Snippet | None:
    """What shows that the note is true; None for a note without a proof."""
    return None if note.proof is None else Snippet(note.proof, given=drawn)


def answer_snippet(note: Note, drawn: Mapping[str, Drawn], attempt: str = "") -> Snippet | None:
    """What works out the answer that the note expects; None when it is written in the deck.

    A predict note's answer is what its code prints; a typed note's is the value of its expression.

    Args:
        note: any note.
        drawn: its drawn values.
        attempt: what the learner typed; compared by value where the note asks for an expression.
    """
    if note.code is not None:
        return Snippet(substitute(note.code, drawn), given=drawn)
    answer = note.answer
    if answer is None or answer.literal:
        return None
    compared = attempt if answer.type is AnswerType.EXPRESSION else ""
    return Snippet(note.setup, answer.value, compared, given=drawn)
