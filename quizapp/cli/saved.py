"""`quizapp cards` about searches with a name. Owns its options and words on the terminal."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from shlex import quote
from typing import Any, TypeVar

import click

from quizapp.cli import output
from quizapp.cli.asked import Asked
from quizapp.cli.exits import Exit
from quizapp.cli.words import saying
from quizapp.errors import UsageError

_ALL = "\0"
"""What `--saved` is without a name."""

Function = TypeVar("Function", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class SavedSearch:
    """What is asked of saved searches.

    Attributes:
        saved: name of the one that is meant; None for none.
        save: the name that --search is to have.
        rename_saved: former name and new one.
        forget_saved: name of the one that is to go.
    """

    saved: str | None = None
    save: str | None = None
    rename_saved: tuple[str, str] | None = None
    forget_saved: str | None = None

    @property
    def keeps(self) -> bool:
        """Whether it is about the searches, not about the cards that one of them finds."""
        changes = (self.save, self.rename_saved, self.forget_saved)
        return self.saved == _ALL or changes != (None, None, None)


def saved_options(function: Function) -> Function:
    """Add the options about saved searches."""
    options = (
        click.option(
            "--saved",
            is_flag=False,
            flag_value=_ALL,
            metavar="[NAME]",
            help="What the saved search of that name finds; without a name: list all of them.",
        ),
        click.option("--save", metavar="NAME", help="Keep --search Q under a name: saved:NAME."),
        click.option("--rename-saved", nargs=2, metavar="OLD NEW", help="Rename a saved search."),
        click.option("--forget-saved", metavar="NAME", help="Forget a saved search."),
    )
    for option in reversed(options):
        function = option(function)
    return function


def with_saved(search: str, asked_for: SavedSearch) -> str:
    """The query that finds what --search and --saved find together."""
    from quizapp.engine.saved import term_of

    if asked_for.saved is None:
        return search
    return f"{term_of(asked_for.saved)} {search}".strip()


def keep(asked: Asked, search: str, asked_for: SavedSearch) -> Exit:
    """List saved searches, or save, rename or forget one.

    Raises:
        UsageError: a name or the query makes no sense.
    """
    chosen = (asked_for.save, asked_for.rename_saved, asked_for.forget_saved)
    if sum(each is not None for each in (*chosen, asked_for.saved)) > 1:
        raise UsageError("quizapp cards", "that is too much at once", "do one after the other")
    if search and asked_for.save is None:
        what = "--search says nothing about saved searches"
        raise UsageError("quizapp cards", what, "leave it out, or name one: --saved NAME")
    with asked.open() as engine:
        say, told = saying(engine.language), ""
        if asked_for.save is not None:
            before = engine.save_search(asked_for.save, search)
            name = quote(" ".join(asked_for.save.split()))
            told = say("saved; quizapp cards --saved {name} runs it", name=name)
            if before is not None and before != search:
                told = say("saved in the place of: {query}", query=before)
        elif asked_for.rename_saved is not None:
            name = engine.rename_search(*asked_for.rename_saved)
            told = say("it is called {name} now", name=name)
        elif asked_for.forget_saved is not None:
            told = say("forgotten: {query}", query=engine.forget_search(asked_for.forget_saved))
        searches = engine.saved_searches()
        if asked.json:
            listed = [{"name": name, "query": query} for name, query in searches.items()]
            asked.show({"saved": listed}, engine.language)
        elif not told:
            output.table((say("name"), say("search")), list(searches.items()))
        if not told and not searches:
            told = say("no search is saved; quizapp cards --search Q --save NAME saves one")
        if told:
            output.note(told)
    return Exit.DONE
