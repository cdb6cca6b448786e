"""Calls that no more than words say. Owns reading these, and leaves all others to click.

`quizapp next` and `quizapp answer CARD RATING` are called in loops, by scripts and by learners
without the app; importing click takes as long as finding the card. What is not read here for
certain, is click's: other options, misspelled words, missing ones, help.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from quizapp.cli.exits import Exit

_FLAGS = {
    "due": {},
    "next": {"--show": "show", "--ahead": "ahead", "--cards": "only_cards"},
    "answer": {},
    "undo": {},
}
"""Command -> flag -> the argument that it sets."""


def plain_call(words: Sequence[str]) -> Callable[[], Exit] | None:
    """What a call asks for; None where click is to read it.

    Args:
        words: without the program's name.
    """
    if not words or words[0] not in _FLAGS or "_QUIZAPP_COMPLETE" in os.environ:
        return None
    command, known = words[0], _FLAGS[words[0]]
    flags = [word for word in words[1:] if word.startswith("-")]
    names = [word for word in words[1:] if not word.startswith("-")]
    if any(flag != "--json" and flag not in known for flag in flags):
        return None
    from quizapp.cli import reviewing
    from quizapp.cli.asked import Asked

    asked = Asked(json="--json" in flags)
    if command == "next":
        given = {known[flag]: True for flag in flags if flag in known}
        return partial(reviewing.show_next, asked, tuple(names), **given)
    if command == "answer":
        said = len(names) == 2 and names[1] in reviewing.RATINGS
        return partial(reviewing.record_answer, asked, *names) if said else None
    if names:
        return None
    return partial(reviewing.show_due if command == "due" else reviewing.take_back, asked)
