"""The command about all cards: list, search, sort, and decide of them by name or by search.

Owns its words on the terminal. Imports neither torch nor Textual, except to open the browser.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass, fields
from datetime import date
from typing import TYPE_CHECKING, Any

import click

from quizapp.cli import output
from quizapp.cli.asked import Asked
from quizapp.cli.edits import Edit, change, edit_options
from quizapp.cli.exits import Exit
from quizapp.cli.options import asking, open_app
from quizapp.cli.reviewing import schedule_json
from quizapp.cli.saved import SavedSearch, keep, saved_options, with_saved
from quizapp.cli.words import Say, saying
from quizapp.domain.memory import ItemKind, Phase, Schedule
from quizapp.engine.columns import Sort
from quizapp.errors import Phrase, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from quizapp.engine import CardRow, Engine
    from quizapp.engine.marking import Changed, Item

_SOON_INDEXED = 100
"""Decks that are ready for searching before anybody would read that they are not."""

_NAMED = 5
"""Of a long list, the first so many are named."""


@dataclass(frozen=True, slots=True)
class _Deed:
    """What is to be done to cards; nothing where all is as it begins."""

    suspend: bool | None = None
    bury: bool | None = None
    flag: int | None = None
    reset: bool = False
    due: str | None = None
    reattach: str | None = None

    @property
    def marks(self) -> bool:
        """Whether cards are to be suspended, buried or flagged, or let go."""
        return (self.suspend, self.bury, self.flag) != (None, None, None)

    @property
    def count(self) -> int:
        """How many kinds of deeds are asked for; one at a time is done."""
        others = (self.reset, self.due is not None, self.reattach is not None)
        return self.marks + sum(others)


@click.command("cards")
@click.argument("names", nargs=-1, metavar="[NAME]…")
@click.option(
    "--search",
    default="",
    metavar="Q",
    help='Words, "phrases", deck:, tag:, exercise:, is:due, due:7, flag:1, rated:7:again, '
    "prop:lapses>2, is:duplicate, saved:NAME, -not.",
)
@saved_options
@click.option(
    "--sort",
    metavar="COLUMN",
    help=f"One of {', '.join(Sort)}; with a minus before it, the other way round.",
)
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help="The first N only.")
@click.option("--browse", is_flag=True, help="Look at what is found in the app.")
@click.option("--suspend/--unsuspend", default=None, help="Keep out of sessions, or let in again.")
@click.option(
    "--bury/--unbury", default=None, help="Keep out of today's sessions, or let in again."
)
@click.option("--flag", type=click.IntRange(0, 7), metavar="N", help="Mark by 1 to 7; 0 for none.")
@click.option("--reset", is_flag=True, help="Make new again; the log keeps the history.")
@click.option("--due", metavar="WHEN", help="Come back then: +3 or -2 days, today, 2026-12-24.")
@click.option("--reattach", metavar="NEW", help="Hand the history of a card that is gone to NEW.")
@click.option("--siblings", is_flag=True, help="Also the other cards of each card's note.")
@edit_options
@click.option("--yes", is_flag=True, help="Reset or change without asking.")
@asking
def cards_command(
    asked: Asked,
    *,
    names: tuple[str, ...],
    search: str,
    sort: str | None,
    limit: int | None,
    browse: bool,
    siblings: bool,
    yes: bool,
    **deeds: object,
) -> Exit:
    """List cards with their schedule; or do something to those named, or found by --search.

    Cards of your own can be changed, too: --replace and --tag show what they would do, then do it.

    NAME is a card, a note for all its cards, or an exercise. What is done to several cards is done
    to all of them, or to none; quizapp undo takes it back.
    """
    saved, edit = SavedSearch(**_of(SavedSearch, deeds)), Edit(**_of(Edit, deeds))
    deed = _Deed(**_of(_Deed, deeds))
    edit.check()
    if saved.keeps:
        if deed.count or edit.count or names or browse or siblings or limit or sort:
            raise UsageError("quizapp cards", "that is too much at once", "do one after the other")
        return keep(asked, search, saved)
    search = with_saved(search, saved)
    if browse:
        if deed.count or edit.count or names or asked.json:
            raise UsageError("--browse", "it only shows cards", "leave the rest to keys in the app")
        return open_app(asked, None, query=search)
    if deed.count + edit.count > 1:
        raise UsageError("quizapp cards", "that is too much at once", "do one after the other")
    if edit.count:
        if (names and search) or limit or sort or siblings:
            raise UsageError("quizapp cards", "say which cards", "name them, or find them alone")
        return change(asked, names, search, edit, yes=yes)
    if deed.count:
        if not (names or search) or (names and search) or limit or sort:
            remedy = "name them, or find them by --search alone"
            raise UsageError("quizapp cards", "say which cards", remedy)
        return _do(asked, names, search, deed, siblings=siblings, yes=yes)
    if siblings or names:
        raise UsageError(
            f"quizapp cards {names[0]}" if names else "--siblings",
            "say what to do",
            "add --suspend, --bury, --flag N, --reset or --due WHEN, or look by --search",
        )
    return _list(asked, search, sort or "course", limit)


def _of(kind: type[Any], said: Mapping[str, Any]) -> dict[str, Any]:
    """What of the options said belongs to a dataclass; click has checked each of them."""
    return {field.name: said[field.name] for field in fields(kind)}


# -- doing --------------------------------------------------------------------------------------


def _do(
    asked: Asked,
    names: Sequence[str],
    search: str,
    deed: _Deed,
    *,
    siblings: bool,
    yes: bool,
) -> Exit:
    with asked.open() as engine:
        if deed.reattach is not None:
            return _reattach(asked, engine, names, deed.reattach)
        items = (
            engine.named(names, siblings=siblings)
            if names
            else [(ItemKind.CARD, card) for card in engine.hits(search)]
        )
        say = saying(engine.language)
        if deed.reset and not yes:
            _ask_to_reset(len(items), say, asked)
        changed = _changed(engine, items, deed)
        if asked.json:
            told = [_json(schedule, marks=deed.marks) for schedule in changed.schedules]
            asked.show(told, engine.language)
            return Exit.DONE
        today = engine.today()
        for schedule in changed.schedules:
            told_due = "" if deed.marks or schedule.due is None else _due(schedule, say)
            output.data(f"{schedule.item}: {_state(schedule, today, say)}{told_due}")
        if search or changed.changed < len(items):
            output.note(say("changed {n} of {m}", n=changed.changed, m=len(items)))
        if changed.dayless:
            output.note(_about_dayless(changed.dayless, say))
    return Exit.DONE


def _changed(engine: Engine, items: Sequence[Item], deed: _Deed) -> Changed:
    if deed.reset:
        return engine.reset(items)
    if deed.due is not None:
        from quizapp.engine.marking import parse_when

        return engine.move(items, parse_when(deed.due, engine.today()))
    return engine.decide(items, suspended=deed.suspend, buried=deed.bury, flag=deed.flag)


def _about_dayless(items: Sequence[str], say: Say) -> str:
    """Which items could not be moved, and why."""
    named = ", ".join(items[:_NAMED])
    if len(items) > _NAMED:
        named += say(" and {n} more", n=len(items) - _NAMED)
    return say(
        "{names} are new and were left as they are: what is new has no day before its first answer",
        one="{names} is new and was left as it is: what is new has no day before its first answer",
        n=len(items),
        names=named,
    )


def _ask_to_reset(count: int, say: Say, asked: Asked) -> None:
    """Go on only when the learner says so; with --json nobody is asked."""
    if asked.json or not sys.stdin.isatty():
        what = Phrase(
            "that makes {n} cards new again", one="that makes {n} card new again", n=count
        )
        raise UsageError("--reset", what, "add --yes to do it")
    question = say(
        "Make {n} cards new again? The log keeps the history.",
        one="Make {n} card new again? The log keeps the history.",
        n=count,
    )
    if not click.confirm(question, err=True):
        raise UsageError("--reset", "nothing was changed")


def _reattach(asked: Asked, engine: Engine, names: Sequence[str], new: str) -> Exit:
    if len(names) != 1:
        raise UsageError("--reattach", "say whose history", "name one card that is gone")
    schedule = engine.hand_over(names[0], new)
    if asked.json:
        asked.show(schedule_json(schedule), engine.language)
    else:
        say = saying(engine.language)
        told = say("goes on with the history of {card}", card=names[0])
        output.data(f"{schedule.item}: {told}{_due(schedule, say)}")
    return Exit.DONE


def _json(schedule: Schedule, *, marks: bool) -> dict[str, object]:
    told: dict[str, object] = {"kind": schedule.kind, "item": schedule.item}
    if not marks:
        return told | {"phase": schedule.phase, "due": schedule.due}
    return told | {
        "suspended": schedule.suspended,
        "buried_until": schedule.buried_until,
        "flag": schedule.flag,
    }


# -- listing ------------------------------------------------------------------------------------


def _indexing(say: Say) -> Callable[[int, int], None]:
    """A sign of life while a large course gets ready for its first search."""

    def show(done: int, total: int) -> None:
        if total > _SOON_INDEXED:
            share = f"{say('getting ready for searching')} {done / total:4.0%}"
            output.status(share if done < total else "")

    return show


def _list(asked: Asked, search: str, sort: str, limit: int | None) -> Exit:
    from quizapp.engine.names import did_you_mean
    from quizapp.engine.query import parse
    from quizapp.study.aftermath import is_leech

    column = sort.removeprefix("-").casefold()
    if column not in list(Sort):
        columns = Phrase("write one of {names}", names=", ".join(Sort))
        remedy = did_you_mean(column, Sort) or columns
        raise UsageError(f"--sort {sort}", "there is no such column", remedy)
    with asked.open() as engine:
        settings, say = engine.settings, saying(engine.language)
        if any(term.field in ("", "tag") for term in parse(engine.written_out(search))):
            engine.index_texts(_indexing(say))
        rows = engine.cards(search, limit=limit, sort=Sort(column), descending=sort.startswith("-"))
        if asked.json:
            told = [
                _row_json(engine, row) | {"leech": is_leech(row.schedule, settings)} for row in rows
            ]
            asked.show(told, engine.language)
            return Exit.DONE
        today = engine.today()
        lines = [
            (
                row.card.id,
                row.card.note.topic or "-",
                _state(row.schedule, today, say, leech=is_leech(row.schedule, settings)),
                "-" if row.schedule.phase is Phase.NEW else output.short_time(row.schedule.due),
                output.one_line(engine.title(row.card)),
            )
            for row in rows
        ]
        heads = (say("card"), say("deck"), say("phase"), say("due"), say("front"))
        output.table(heads, lines)
        if not rows:
            none = say("the course has no cards")
            output.note(say("no card holds {query!r}", query=search) if search else none)
    return Exit.DONE


def _row_json(engine: Engine, row: CardRow) -> dict[str, object]:
    return schedule_json(row.schedule) | {
        "deck": row.card.note.topic,
        "kind": row.card.note.kind,
        "front": engine.title(row.card),
        "tags": row.card.note.tags,
        "reps": row.schedule.reps,
        "lapses": row.schedule.lapses,
        "suspended": row.schedule.suspended,
        "buried_until": row.schedule.buried_until,
        "flag": row.schedule.flag,
        "retrievability": row.retrievability,
    }


def _due(schedule: Schedule, say: Say) -> str:
    if schedule.due is None:
        return ""
    return say(", due {when}", when=output.short_time(schedule.due))


def _state(schedule: Schedule, today: date, say: Say, *, leech: bool = False) -> str:
    """Phase, or what keeps it out of sessions, and how it is marked."""
    words = [say("suspended")] if schedule.suspended else []
    if schedule.buried_until is not None and schedule.buried_until > today:
        words.append(say("buried"))
    words = words or [say(str(schedule.phase), of="phase")]
    words += [say("leech")] if leech else []
    words += [say("flag {n}", n=schedule.flag)] if schedule.flag else []
    return ", ".join(words)
