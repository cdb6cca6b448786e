"""`quizapp cards` changing many of one's own cards at once. Owns its options and words.

What a change comes to is shown before it is made, and one call takes all of it back.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

import click

from quizapp.cli import output
from quizapp.cli.asked import Asked
from quizapp.cli.exits import Exit
from quizapp.cli.words import Say, saying
from quizapp.errors import Phrase, UsageError

if TYPE_CHECKING:
    from quizapp.engine import Engine
    from quizapp.engine.edits import Change, Field, Plan

_SHOWN = 20
"""Notes that are shown before a question; --dry-run shows all."""

_NAMED = 5
_FIELDS: tuple[Field, ...] = ("front", "back", "tags")

Function = TypeVar("Function", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Edit:
    """What is to be changed in own cards; nothing where all is as it begins."""

    replace: tuple[str, str] | None = None
    fields: tuple[Field, ...] = ()
    regex: bool = False
    ignore_case: bool = False
    tag: tuple[str, ...] = ()
    untag: tuple[str, ...] = ()
    undo_edit: bool = False
    dry_run: bool = False

    @property
    def count(self) -> int:
        """How many kinds of changes are asked for."""
        return (self.replace is not None) + bool(self.tag or self.untag) + self.undo_edit

    def check(self) -> None:
        """Refuse what only goes with --replace, without it."""
        alone = {"--in": self.fields, "--regex": self.regex, "--ignore-case": self.ignore_case}
        for name, given in alone.items():
            if given and self.replace is None:
                raise UsageError(name, "it goes with --replace", "add --replace OLD NEW")
        if self.dry_run and (not self.count or self.undo_edit):
            raise UsageError("--dry-run", "it goes with --replace or --tag", "leave it out")


def edit_options(function: Function) -> Function:
    """Add the options about changing own cards."""
    options = (
        click.option(
            "--replace",
            nargs=2,
            metavar="OLD NEW",
            help="In cards of your own: NEW for OLD, shown before it is done.",
        ),
        click.option(
            "--in",
            "fields",
            multiple=True,
            type=click.Choice(_FIELDS),
            help="Where --replace looks; may be repeated; default: in all of these.",
        ),
        click.option("--regex", is_flag=True, help=r"OLD is a pattern; \1 in NEW is its group."),
        click.option("--ignore-case", is_flag=True, help="--replace takes A for a."),
        click.option("--tag", multiple=True, metavar="T", help="Give own cards a tag; repeatable."),
        click.option("--untag", multiple=True, metavar="T", help="Take a tag off own cards."),
        click.option("--undo-edit", is_flag=True, help="Take back the last --replace or --tag."),
        click.option("--dry-run", is_flag=True, help="Only show what would be changed."),
    )
    for option in reversed(options):
        function = option(function)
    return function


def change(asked: Asked, names: Sequence[str], search: str, edit: Edit, *, yes: bool) -> Exit:
    """Change own cards that are named or found, all of them where neither is said.

    Raises:
        UsageError: there is nothing to change, or nobody can be asked.
    """
    with asked.open() as engine:
        say = saying(engine.language)
        if edit.undo_edit:
            return _take_back(asked, engine, say)
        plan = _plan(engine, names, search, edit)
        if not asked.json:
            _show(plan, say, len(plan.changes) if edit.dry_run else _SHOWN)
        if plan.changes and not edit.dry_run:
            if not yes:
                _ask(plan, say, asked)
            engine.carry_out(plan)
            output.note(say("changed: {n}; quizapp cards --undo-edit takes it back", n=_n(plan)))
        if asked.json:
            asked.show(_json(plan, done=bool(plan.changes) and not edit.dry_run), engine.language)
    return Exit.DONE


def _plan(engine: Engine, names: Sequence[str], search: str, edit: Edit) -> Plan:
    from quizapp.domain.memory import ItemKind
    from quizapp.engine.edits import Replacing

    cards: Sequence[str]
    if names:
        cards = [item for kind, item in engine.named(names) if kind is ItemKind.CARD]
    elif search:
        cards = engine.hits(search)
    else:
        own = {deck.topic for deck in engine.own_decks()}
        cards = engine.hits("", topics=sorted(own)) if own else ()
    if edit.replace is None:
        return engine.retagging(cards, edit.tag, edit.untag)
    find, put = edit.replace
    fields = edit.fields or _FIELDS
    return engine.replacement(cards, Replacing(find, put, fields, edit.regex, edit.ignore_case))


def _take_back(asked: Asked, engine: Engine, say: Say) -> Exit:
    edited = engine.last_edit()
    if edited is None:
        raise UsageError("--undo-edit", "no change is left to be taken back", "")
    notes = engine.take_back_edit(edited)
    if asked.json:
        asked.show({"taken_back": notes}, engine.language)
    else:
        output.note(say("as before: {n}", n=notes))
    return Exit.DONE


def _show(plan: Plan, say: Say, most: int) -> None:
    """What would be changed on stdout; what would not, on stderr."""
    for change in plan.changes[:most]:
        _show_change(change, say)
    if (left := len(plan.changes) - most) > 0:
        output.note(say("… and {n} more; --dry-run shows all", n=left))
    if ids := plan.of_course:
        told = say(
            "cards of the course, which are not yours to change: {n} ({names})", **_named(ids)
        )
        output.note(told)
    if ids := plan.broken:
        told = say("they would have nothing to ask, or broken gaps: {n} ({names})", **_named(ids))
        output.note(told)
    if gone := plan.cards_gone:
        told = say("gaps that go with their cards, whose history is kept: {n}", n=gone)
        output.note(told)
    if not plan.changes:
        output.note(say("no card of your own would be changed"))


def _named(ids: Sequence[str]) -> dict[str, object]:
    names = [*ids[:_NAMED], *(["…"] if len(ids) > _NAMED else [])]
    return {"n": len(ids), "names": ", ".join(names)}


def _show_change(change: Change, say: Say) -> None:
    from quizapp.engine.edits import differing

    for field, old, new in change.sides():
        output.data(f"{change.before.id}  {say(field)}")
        for sign, line in differing(old, new):
            colour = "red" if sign == "-" else "green"
            output.data("  " + output.style(f"{sign} {line}", fg=colour))


def _ask(plan: Plan, say: Say, asked: Asked) -> None:
    """Go on only when the learner says so; with --json, which shows no plan, nobody is asked."""
    what = Phrase("cards: {n}, places: {places}", n=_n(plan), places=plan.matches)
    if asked.json or not sys.stdin.isatty():
        told = Phrase("nothing is changed yet ({what})", what=what)
        remedy = (
            "add --yes to do it, or --dry-run to see it" if asked.json else "add --yes to do it"
        )
        raise UsageError("quizapp cards", told, remedy)
    if not click.confirm(say("Make these changes? {what}", what=say(what)), err=True):
        raise UsageError("quizapp cards", "nothing was changed")


def _n(plan: Plan) -> int:
    return len(plan.changes)


def _json(plan: Plan, *, done: bool) -> dict[str, object]:
    sides = [
        {"note": change.before.id, "field": field, "before": old, "after": new}
        for change in plan.changes
        for field, old, new in change.sides()
    ]
    return {
        "done": done,
        "notes": len(plan.changes),
        "matches": plan.matches,
        "cards_gone": plan.cards_gone,
        "of_course": plan.of_course,
        "broken": plan.broken,
        "changes": sides,
    }
