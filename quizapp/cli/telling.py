"""Lines onto stdout and stderr. Owns how wide they are and whether they have colours there."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from typing import TextIO

from quizapp.cli import output
from quizapp.cli.lines import Line, Span, painted
from quizapp.cli.verdicts import Telling, headline, in_full
from quizapp.domain.exercises import Exercise
from quizapp.domain.outcomes import Outcome
from quizapp.domain.text import Language

_WIDEST = 100
_UNBROKEN = 10_000
"""Columns of what is no terminal: programs that read lines want them whole."""


def columns_of_stream(stream: TextIO) -> int:
    """Columns to fill: the terminal's, at most 100; without one there is no end."""
    if not stream.isatty():
        return _UNBROKEN
    try:
        columns = os.get_terminal_size(stream.fileno()).columns
    except (OSError, ValueError):
        columns = 0
    return min(columns or 80, _WIDEST)


def tell(lines: Sequence[Line]) -> None:
    """Write `lines` to stdout."""
    styled = output.coloured()
    for line in lines:
        output.data(painted(line, styled=styled))


def remark(lines: Sequence[Line]) -> None:
    """Write `lines` to stderr."""
    styled = output.on_terminal(sys.stderr) and not os.environ.get("NO_COLOR")
    for line in lines:
        output.note(painted(line, styled=styled))


def telling_in(language: Language) -> Telling:
    """How outcomes are told on stdout."""
    return Telling(language, columns_of_stream(sys.stdout))


def show_outcome(outcome: Outcome, exercise: Exercise, language: Language) -> None:
    """Write what a judging of `exercise` came to."""
    from quizapp.engine.labels import labels_in

    labels = labels_in(language, exercise, outcome.variant)
    tell(in_full(outcome, replace(telling_in(language), labels=labels)))


def show_verdict(outcome: Outcome, slug: str, language: Language) -> None:
    """Write the name of the exercise and the verdict, no more."""
    tell([(Span(f"{slug}: "), *headline(outcome, telling_in(language)))])
