"""What the commands due, next, answer and undo do. Owns their words on the terminal.

Leaves reading the call to `cards`, and to `plain` where no more than words say it. Nothing here
imports torch, numpy, Textual or click; `show_next` with the back of a card whose answer is worked
out by running code starts the judge's own process for it.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from quizapp.cli import output
from quizapp.cli.exits import Exit
from quizapp.domain.memory import ItemKind, Rating, Review, Schedule, Trigger
from quizapp.errors import Phrase, UsageError

if TYPE_CHECKING:
    from quizapp.cli.asked import Asked
    from quizapp.cli.words import Say
    from quizapp.domain.text import Language
    from quizapp.engine import CardEngine, ExercisePrompt, Prompt

RATINGS = {rating.name.lower(): rating for rating in Rating}


def show_due(asked: Asked) -> Exit:
    """Say what waits today, deck by deck."""
    with asked.open_for_cards() as engine:
        due, say = engine.due(), _saying(engine.language)
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
        rows.append((say("exercises"), "", *_counts(due.exercises.new, 0, due.exercises.due)))
        new = say("new", of="phase")
        output.table((say("deck"), say("title"), new, say("learning"), say("due")), rows)
    return Exit.DONE


def _saying(language: Language) -> Say:
    from quizapp.cli.words import saying  # a card that is up next needs none of them

    return saying(language)


def _counts(*counts: int) -> tuple[str, ...]:
    return tuple(str(count) if count else "-" for count in counts)


def show_next(
    asked: Asked,
    topics: tuple[str, ...] = (),
    *,
    show: bool = False,
    ahead: bool = False,
    only_cards: bool = False,
) -> Exit:
    """Write the front of the card to answer next, or the exercise to solve next.

    Args:
        asked: how the call was meant.
        topics: only these; all when empty.
        show: whether the back is written, too.
        ahead: whether cards count that are not due yet.
        only_cards: whether exercises are left out.
    """
    from quizapp.engine import ExercisePrompt

    with asked.open_for_cards() as engine:
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
            say = _saying(engine.language)
            output.note(say("nothing to review now; quizapp due says what comes, --ahead goes on"))
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


def _show_exercise(asked: Asked, engine: CardEngine, prompt: ExercisePrompt) -> None:
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
    say = _saying(engine.language)
    head = say("{slug}  ({topic}, exercise)", slug=exercise.slug, topic=exercise.topic)
    output.data(output.style(head, dim=True))
    output.data("")
    output.data(exercise.title.read_in(engine.language))
    then = say(
        "solve it again: quizapp start {slug}, then quizapp submit {slug} FILE; "
        "quizapp next --cards goes on with cards",
        slug=exercise.slug,
    )
    output.note(then)


def _prompt_json(engine: CardEngine, prompt: Prompt, *, show: bool) -> dict[str, object]:
    card = prompt.card
    told: dict[str, object] = {
        "card": card.id,
        "deck": card.note.topic,
        "kind": card.note.kind,
        "phase": prompt.schedule.phase,
        "due": prompt.schedule.due,
        "retrievability": engine.recall(prompt),
        "front": engine.front(prompt),
        "options": [option.text for option in engine.options(prompt)],
        "drawn": prompt.drawn,
    }
    if show:
        told["back"] = engine.answer_side(prompt).result()
    return told


def record_answer(asked: Asked, card: str, rating: str, at: str | None = None) -> Exit:
    """Record that a card was answered, and say when it comes back.

    Args:
        asked: how the call was meant.
        card: its id.
        rating: one of `RATINGS`.
        at: ISO 8601, local time without an offset; now when None.
    """
    moment = _moment(at) if at else None
    with asked.open_for_cards() as engine:
        schedule = engine.answer(card, RATINGS[rating], at=moment)
        if asked.json:
            asked.show(schedule_json(schedule), engine.language)
        else:
            say = _saying(engine.language)
            told = say(
                "{card}: {phase}, due {when}",
                card=schedule.item,
                phase=say(str(schedule.phase), of="phase"),
                when=output.short_time(schedule.due),
            )
            output.data(told)
            if RATINGS[rating] is Rating.AGAIN and engine.is_leech(schedule):
                output.note(_about_leech(schedule, say))
    return Exit.DONE


def _about_leech(schedule: Schedule, say: Say) -> str:
    """Why a card is a leech, and what to do about it."""
    then = say("learn what it rests on first, or word it anew")
    if schedule.suspended:
        then = say(
            "suspended, quizapp cards {card} --unsuspend lets it in again", card=schedule.item
        )
    return say(
        "{card} is a leech: forgotten {n}×; {then}",
        card=schedule.item,
        n=schedule.lapses,
        then=then,
    )


def _moment(text: str) -> datetime:
    """An aware datetime from ISO 8601; a naive one is local time."""
    try:
        return datetime.fromisoformat(text).astimezone()
    except (ValueError, OverflowError, OSError):
        raise UsageError(
            "--at",
            Phrase("{text!r} is no date and time", text=text),
            "write it like 2026-03-01T20:15",
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


def _deed(review: Review, say: Say) -> str:
    """What a row of the log is about, in a word or two."""
    if review.rating is not None:
        return say(review.rating.name.capitalize()).lower()
    named = {
        Trigger.RESET: say("the reset"),
        Trigger.MOVED: say("the moved day"),
        Trigger.RENAMED: say("the handing over of its history"),
    }
    if review.trigger is Trigger.STATE:
        return _decision(review.before, review.after, say)
    return named.get(review.trigger) or say("brought forward")


def _decision(before: Schedule, after: Schedule, say: Say) -> str:
    """What was decided of an item, as the options of `quizapp cards` name it."""
    if before.suspended is not after.suspended:
        return say("suspend") if after.suspended else say("unsuspend")
    if before.buried_until != after.buried_until:
        return say("bury") if after.buried_until else say("unbury")
    return say("flag")


def take_back(asked: Asked) -> Exit:
    """Take the last answer, submission or decision back."""
    with asked.open_for_cards() as engine:
        review = engine.undo()
        if review is None:
            raise UsageError("quizapp undo", "there is nothing to undo")
        if asked.json:
            undone = {"rating": review.rating, "at": review.at}
            asked.show(schedule_json(review.before) | {"undone": undone}, engine.language)
        else:
            at = output.short_time(review.at)
            others = engine.store.items_with(review) - 1 if review.decided else 0
            say, what = _saying(engine.language), review.item
            if others:
                what = say("{card} and {n} more", card=review.item, n=others)
            deed = _deed(review, say)
            output.data(say("{what}: took back {deed} of {when}", what=what, deed=deed, when=at))
    return Exit.DONE
