"""The commands about cards: due, next, answer, undo, study. Owns their arguments and options.

Leaves what they do to `reviewing`.
"""

from __future__ import annotations

import click

from quizapp.cli.asked import Asked
from quizapp.cli.exits import Exit
from quizapp.cli.options import asking, open_app
from quizapp.cli.reviewing import RATINGS, record_answer, show_due, show_next, take_back
from quizapp.errors import UsageError


@click.command("study")
@click.argument("topics", nargs=-1, metavar="[TOPIC]…")
@click.option("--tag", "tags", multiple=True, metavar="T", help="Cards of this tag, or of another.")
@click.option("--exercise", default="", metavar="SLUG", help="Cards that this exercise uses.")
@click.option("--search", default="", metavar="QUERY", help="Cards that meet a query.")
@click.option("--ahead", is_flag=True, help="Practise what is not due yet; nothing is recorded.")
@click.option("--cram", is_flag=True, help="Practise all of them; nothing is recorded.")
@asking
def study_command(
    asked: Asked,
    topics: tuple[str, ...],
    *,
    tags: tuple[str, ...],
    exercise: str,
    search: str,
    ahead: bool,
    cram: bool,
) -> Exit:
    """Open the study app straight in a session, of all topics or of those named."""
    if asked.json:
        raise UsageError("quizapp study", "a session has no JSON form", "use quizapp next --json")
    if ahead and cram:
        raise UsageError("quizapp study", "--ahead and --cram exclude each other", "use one")
    from quizapp.engine import Mode, Selection

    mode = Mode.CRAM if cram else Mode.AHEAD if ahead else Mode.DUE
    return open_app(asked, Selection(topics, tags, exercise, search, mode))


@click.command("due")
@asking
def due_command(asked: Asked) -> Exit:
    """Say what waits today, deck by deck."""
    return show_due(asked)


@click.command("next")
@click.argument("topics", nargs=-1, metavar="[TOPIC]…")
@click.option("--show", is_flag=True, help="Write the back as well.")
@click.option("--ahead", is_flag=True, help="Study ahead: also cards that are not due yet.")
@click.option("--cards", "only_cards", is_flag=True, help="Leave out exercises that are due.")
@asking
def next_command(
    asked: Asked, *, topics: tuple[str, ...], show: bool, ahead: bool, only_cards: bool
) -> Exit:
    """Write the front of the card to answer next, or the exercise to solve next.

    Rate a card by `quizapp answer CARD RATING`; its id is on the first line. An exercise is rated
    by `quizapp submit`.
    """
    return show_next(asked, topics, show=show, ahead=ahead, only_cards=only_cards)


@click.command("answer")
@click.argument("card")
@click.argument("rating", type=click.Choice(list(RATINGS), case_sensitive=False))
@click.option("--at", metavar="ISO", help="When it was answered; local time without an offset.")
@asking
def answer_command(asked: Asked, card: str, rating: str, at: str | None) -> Exit:
    """Record that CARD was answered, and say when it comes back."""
    return record_answer(asked, card, rating, at)


@click.command("undo")
@asking
def undo_command(asked: Asked) -> Exit:
    """Take the last answer, submission or decision back; again for the one before.

    A decision is what quizapp cards does: suspend, bury, flag, reset, move the day.
    """
    return take_back(asked)
