"""The commands about cards: due, next, answer, undo, cards, stats, study.

Owns their words on the terminal. None of them imports torch, numpy or Textual; `next --show` of a
card whose answer is worked out by running code starts the judge's own process for it.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import click

from quizapp.cli import output
from quizapp.cli.exits import Exit
from quizapp.cli.options import Asked, asking, open_app
from quizapp.domain.memory import ItemKind, Phase, Rating, Schedule
from quizapp.domain.reports import Json
from quizapp.errors import UsageError

if TYPE_CHECKING:
    from quizapp.engine import Engine, ExercisePrompt, ExerciseRow, Prompt, Stats

RATINGS = {rating.name.lower(): rating for rating in Rating}


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
    with asked.open() as engine:
        due = engine.due()
        if asked.json:
            decks = [
                {"deck": deck.topic, "new": deck.new, "learning": deck.learning, "due": deck.due}
                for deck in due.decks
            ]
            asked.show({"decks": decks, "exercises": due.exercises}, engine.language)
            return Exit.DONE
        rows = [
            (
                deck.topic,
                deck.title.read_in(engine.language),
                *_counts(deck.new, deck.learning, deck.due),
            )
            for deck in due.decks
        ]
        rows.append(("exercises", "", *_counts(due.exercises.new, 0, due.exercises.due)))
        output.table(("deck", "title", "new", "learning", "due"), rows)
    return Exit.DONE


def _counts(*counts: int) -> tuple[str, ...]:
    return tuple(str(count) if count else "-" for count in counts)


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
    from quizapp.engine import ExercisePrompt

    with asked.open() as engine:
        up = (
            engine.next_card(topics, ahead=ahead) if ahead or only_cards else engine.next_up(topics)
        )
        if isinstance(up, ExercisePrompt):
            _show_exercise(asked, engine, up)
            return Exit.DONE
        prompt = up
        if prompt is None:
            if asked.json:
                asked.show(None, engine.language)
            output.note("nothing to review now; quizapp due says what comes, --ahead goes on")
            return Exit.DONE
        if asked.json:
            asked.show(_prompt_json(engine, prompt, show=show), engine.language)
            return Exit.DONE
        output.data(output.style(f"{prompt.card.id}  ({prompt.card.note.topic})", dim=True))
        output.data("")
        output.data(engine.front(prompt))
        for number, option in enumerate(engine.options(prompt), start=1):
            output.data(f"  {number}) {option.text.read_in(engine.language)}")
        if show:
            output.data(output.style("\n---\n", dim=True))
            output.data(engine.answer_side(prompt).result())
    return Exit.DONE


def _show_exercise(asked: Asked, engine: Engine, prompt: ExercisePrompt) -> None:
    exercise = prompt.exercise
    if asked.json:
        told = {
            "exercise": exercise.slug,
            "deck": exercise.topic,
            "kind": ItemKind.EXERCISE,
            "phase": prompt.schedule.phase,
            "due": prompt.schedule.due,
            "retrievability": prompt.retrievability,
            "front": exercise.title,
        }
        asked.show(told, engine.language)
        return
    output.data(output.style(f"{exercise.slug}  ({exercise.topic}, exercise)", dim=True))
    output.data("")
    output.data(exercise.title.read_in(engine.language))
    output.note(
        f"solve it again: quizapp start {exercise.slug}, then quizapp submit {exercise.slug} FILE; "
        "quizapp next --cards goes on with cards"
    )


def _prompt_json(engine: Engine, prompt: Prompt, *, show: bool) -> dict[str, object]:
    card = prompt.card
    told: dict[str, object] = {
        "card": card.id,
        "deck": card.note.topic,
        "kind": card.note.kind,
        "phase": prompt.schedule.phase,
        "due": prompt.schedule.due,
        "retrievability": prompt.retrievability,
        "front": engine.front(prompt),
        "options": [option.text for option in engine.options(prompt)],
        "drawn": prompt.drawn,
    }
    if show:
        told["back"] = engine.answer_side(prompt).result()
    return told


@click.command("answer")
@click.argument("card")
@click.argument("rating", type=click.Choice(list(RATINGS), case_sensitive=False))
@click.option("--at", metavar="ISO", help="When it was answered; local time without an offset.")
@asking
def answer_command(asked: Asked, card: str, rating: str, at: str | None) -> Exit:
    """Record that CARD was answered, and say when it comes back."""
    moment = _moment(at) if at else None
    with asked.open() as engine:
        schedule = engine.answer(card, RATINGS[rating], at=moment)
        if asked.json:
            asked.show(schedule_json(schedule), engine.language)
        else:
            output.data(f"{schedule.item}: {schedule.phase}, due {output.short_time(schedule.due)}")
            if RATINGS[rating] is Rating.AGAIN and engine.is_leech(schedule):
                output.note(_about_leech(schedule))
    return Exit.DONE


def _about_leech(schedule: Schedule) -> str:
    """Why a card is a leech, and what to do about it."""
    told = f"{schedule.item} is a leech: forgotten {schedule.lapses}×; "
    if schedule.suspended:
        return f"{told}suspended, quizapp cards {schedule.item} --unsuspend lets it in again"
    return f"{told}learn what it rests on first, or word it anew"


def _moment(text: str) -> datetime:
    """An aware datetime from ISO 8601; a naive one is local time."""
    try:
        return datetime.fromisoformat(text).astimezone()
    except (ValueError, OverflowError, OSError):
        raise UsageError(
            "--at", f"{text!r} is no date and time", "write it like 2026-03-01T20:15"
        ) from None


def schedule_json(schedule: Schedule) -> dict[str, object]:
    """The object that `answer --json` and `undo --json` print."""
    memory = schedule.memory
    return {
        "card": schedule.item,
        "phase": schedule.phase,
        "due": schedule.due,
        "stability": memory.stability if memory else None,
        "difficulty": memory.difficulty if memory else None,
    }


@click.command("undo")
@asking
def undo_command(asked: Asked) -> Exit:
    """Take the last answer or submission back; again for the one before."""
    with asked.open() as engine:
        review = engine.undo()
        if review is None:
            raise UsageError("quizapp undo", "there is nothing to undo")
        if asked.json:
            undone = {"rating": review.rating, "at": review.at}
            asked.show(schedule_json(review.before) | {"undone": undone}, engine.language)
        else:
            what = review.rating.name.lower() if review.rating else "brought forward"
            output.data(f"{review.item}: took back {what} of {output.short_time(review.at)}")
    return Exit.DONE


def _marks(
    suspend: bool | None, bury: bool | None, flag: int | None, siblings: bool
) -> dict[str, Any]:
    """What the options say is to be marked, as `Engine.mark` takes it; empty for nothing."""
    told = {"suspended": suspend, "buried": bury, "flag": flag}
    marks = {name: value for name, value in told.items() if value is not None}
    return marks | {"siblings": True} if siblings else marks


def _mark(asked: Asked, names: tuple[str, ...], marks: dict[str, Any]) -> Exit:
    with asked.open() as engine:
        schedules = engine.mark(names, **marks)
        if asked.json:
            told = [
                {
                    "kind": schedule.kind,
                    "item": schedule.item,
                    "suspended": schedule.suspended,
                    "buried_until": schedule.buried_until,
                    "flag": schedule.flag,
                }
                for schedule in schedules
            ]
            asked.show(told, engine.language)
            return Exit.DONE
        today = engine.today()
        for schedule in schedules:
            output.data(f"{schedule.item}: {_state(schedule, today)}")
    return Exit.DONE


def _state(schedule: Schedule, today: date, *, leech: bool = False) -> str:
    """Phase, or what keeps it out of sessions, and how it is marked."""
    words = ["suspended"] if schedule.suspended else []
    if schedule.buried_until is not None and schedule.buried_until > today:
        words.append("buried")
    words = words or [str(schedule.phase)]
    words += ["leech"] if leech else []
    words += [f"flag {schedule.flag}"] if schedule.flag else []
    return ", ".join(words)


@click.command("cards")
@click.argument("names", nargs=-1, metavar="[NAME]…")
@click.option(
    "--search", default="", metavar="Q", help='Words, "phrases", deck:, tag:, is:due, due:7, -not.'
)
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help="The first N only.")
@click.option("--suspend/--unsuspend", default=None, help="Keep out of sessions, or let in again.")
@click.option(
    "--bury/--unbury", default=None, help="Keep out of today's sessions, or let in again."
)
@click.option("--flag", type=click.IntRange(0, 7), metavar="N", help="Mark by 1 to 7; 0 for none.")
@click.option("--siblings", is_flag=True, help="Also the other cards of each card's note.")
@asking
def cards_command(
    asked: Asked,
    *,
    names: tuple[str, ...],
    search: str,
    limit: int | None,
    suspend: bool | None,
    bury: bool | None,
    flag: int | None,
    siblings: bool,
) -> Exit:
    """List cards with their schedule; or suspend, bury or flag those named.

    NAME is a card, a note for all its cards, or an exercise.
    """
    from quizapp.study.aftermath import is_leech

    if marks := _marks(suspend, bury, flag, siblings):
        if not names or search or limit:
            raise UsageError(
                "quizapp cards", "say which cards", "name them, and leave out --search"
            )
        if marks.keys() == {"siblings"}:
            raise UsageError("--siblings", "say what to do", "add --suspend, --bury or --flag N")
        return _mark(asked, names, marks)
    if names:
        raise UsageError(
            f"quizapp cards {names[0]}",
            "say what to do with it",
            "add --suspend, --bury or --flag N, or look for it by --search",
        )
    with asked.open() as engine:
        settings = engine.settings
        rows = engine.cards(search, limit=limit)
        if asked.json:
            cards = [
                schedule_json(row.schedule)
                | {
                    "deck": row.card.note.topic,
                    "kind": row.card.note.kind,
                    "front": engine.title(row.card),
                    "tags": row.card.note.tags,
                    "reps": row.schedule.reps,
                    "lapses": row.schedule.lapses,
                    "suspended": row.schedule.suspended,
                    "buried_until": row.schedule.buried_until,
                    "flag": row.schedule.flag,
                    "leech": is_leech(row.schedule, settings),
                    "retrievability": row.retrievability,
                }
                for row in rows
            ]
            asked.show(cards, engine.language)
            return Exit.DONE
        today = engine.today()
        lines = [
            (
                row.card.id,
                row.card.note.topic,
                _state(row.schedule, today, leech=is_leech(row.schedule, settings)),
                "-" if row.schedule.phase is Phase.NEW else output.short_time(row.schedule.due),
                output.one_line(engine.title(row.card)),
            )
            for row in rows
        ]
        output.table(("card", "deck", "phase", "due", "front"), lines)
        if not rows:
            output.note(f"no card holds {search!r}" if search else "the course has no cards")
    return Exit.DONE


@click.command("stats")
@asking
def stats_command(asked: Asked) -> Exit:
    """Sum up what was learnt: streak, today, what is coming, retention."""
    with asked.open() as engine:
        stats = engine.stats()
        if asked.json:
            rates = {
                "rate": stats.retention.rate,
                "young_rate": stats.retention.young_rate,
                "mature_rate": stats.retention.mature_rate,
            }
            told = output.plain(stats, engine.language)
            assert isinstance(told, dict)
            told["retention"] = output.plain(rates, engine.language)
            told["exercises"] = [_exercise_json(row) for row in stats.exercises]
            asked.show(told, engine.language)
            return Exit.DONE
        _show_stats(stats)
    return Exit.DONE


def _exercise_json(row: ExerciseRow) -> dict[str, Json]:
    return {
        "exercise": row.exercise.slug,
        "state": row.state.value,
        "best_score": row.best_score,
        "max_score": row.max_score,
        "submissions": row.submissions,
    }


def _show_stats(stats: Stats) -> None:
    minutes = stats.milliseconds_today / 60_000
    solved = sum(row.state == "solved" for row in stats.exercises)
    rate = stats.retention.rate
    output.data(f"streak     {stats.streak.current} days, longest {stats.streak.longest}")
    output.data(f"today      {stats.answers_today} answers in {minutes:.0f} min")
    output.data(f"retention  {'-' if rate is None else f'{rate:.0%}'}")
    measured = stats.calibration
    if measured is not None:
        output.data(
            f"predicted  {measured.count} reviews of the last year, log loss "
            f"{measured.log_loss:.3f}, RMSE (bins) {measured.rmse_bins:.3f}"
        )
    output.data(f"exercises  {solved} of {len(stats.exercises)} solved")
    week = "  ".join(str(count) for count in stats.forecast[:7])
    output.data(f"coming up  {week}  in 7 days, {sum(stats.forecast)} in {len(stats.forecast)}")
    output.data("")
    columns = ("deck", "cards", "new", "learning", "young", "mature", "suspended")
    output.table(
        columns,
        [
            (
                deck.topic,
                *_counts(
                    deck.cards, deck.new, deck.learning, deck.young, deck.mature, deck.suspended
                ),
            )
            for deck in stats.decks
        ],
    )
