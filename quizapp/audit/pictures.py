"""What can be wrong with a card's pictures. Owns that each one named is there and may be shown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

from quizapp.audit.trials import Finding, Trial
from quizapp.course.pictures import picture_file, picture_marks
from quizapp.domain.cards import Note
from quizapp.domain.text import Language
from quizapp.errors import Phrase, as_phrase
from quizapp.study.parameters import draw, substitute


def picture_trials(note: Note, root: Path, seeds: Sequence[int]) -> Iterator[Trial]:
    """The pictures of `note`, for each seed that may name others.

    Args:
        note: of the course.
        root: of the course.
        seeds: what the values of a parametric note are drawn from.
    """
    texts = [note.front, note.back, *(option.text for option in note.options)]
    sides = [text.read_in(language) for text in texts for language in Language]
    for seed in seeds if note.given else seeds[:1]:
        drawn = draw(note.given, seed)
        found = (picture_marks(substitute(side, drawn)) for side in sides)
        for address in dict.fromkeys(mark.address for marks in found for mark in marks):
            find = partial(_findings, note, root, address)
            yield Trial("pictures" if seed == seeds[0] else "", tuple, find)


def _findings(note: Note, root: Path, address: str) -> Iterator[Finding]:
    try:
        picture_file(root / note.location.path, address, root)
    except ValueError as error:
        where = f"{note.location.path}:{note.location.line}"
        what = Phrase(
            "the picture {file} cannot be shown: {reason}",
            file=address,
            reason=as_phrase(str(error)),
        )
        remedy = "put the file beside the deck, and name it relative to the deck"
        yield Finding(where, note.id, what, remedy)
