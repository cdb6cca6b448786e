"""All about one card: both sides, memory, history, source. Owns the order of the page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from textual.content import Content

from quizapp.clock import study_day
from quizapp.domain.cards import Kind
from quizapp.domain.memory import Phase, Review, Schedule, Trigger
from quizapp.engine.searching import is_gone
from quizapp.tui.text import times
from quizapp.tui.text.markdown import Block, blocks, code_block
from quizapp.tui.text.safe import escaped
from quizapp.tui.widgets.details import details
from quizapp.tui.widgets.heading import flag_shown
from quizapp.tui.widgets.hitrow import due
from quizapp.tui.words import say

if TYPE_CHECKING:
    from quizapp.engine import Engine
    from quizapp.engine.prompts import Prompt
    from quizapp.engine.types import CardRow

_MOST = 50
"""Rows of the history that are shown, the newest."""

_RATINGS = {1: ("Again", "$text-error"), 2: ("Hard", "$text-warning")}
_RATINGS |= {3: ("Good", "$text-success"), 4: ("Easy", "$text-primary")}
_DEEDS = {
    Trigger.BROUGHT_FORWARD: "brought forward",
    Trigger.RESET: "reset to new",
    Trigger.MOVED: "day moved",
}


def dossier(
    engine: Engine, row: CardRow, history: Sequence[Review], answer: str | None = None
) -> list[Block]:
    """The page.

    Args:
        engine: where texts come from.
        row: the card.
        history: its reviews, oldest first.
        answer: the expected answer where it has been worked out; None where it has not.
    """
    now = engine.clock()
    shown: list[Block] = []
    if is_gone(row.card):
        told = say("The course has no card of this id any more: {card}", card=row.card.id)
        shown.append(Block(Content(told)))
    else:
        shown += _sides(engine, engine.prompt(row.card.id), answer)
    shown += _memory(row, now)
    shown += _history(history)
    if not is_gone(row.card):
        shown.append(_title(say("source")))
        shown += details(row.card)
    return shown


def _title(text: str) -> Block:
    return Block(Content(text).stylize("bold $text-primary"))


def _sides(engine: Engine, prompt: Prompt, answer: str | None) -> Iterator[Block]:
    note = prompt.card.note
    yield from blocks(engine.front(prompt))
    for number, option in enumerate(engine.options(prompt)):
        mark, style = ("✓ ", "$text-success") if option.correct else ("· ", "$quiet")
        content = blocks(option.text.read_in(engine.language)) or [Block(Content(""))]
        lead = Content(mark).stylize(style)
        yield Block(content[0].content, first=lead, gap=0 if number else 1)
    yield _title(say("answer"))
    if note.answer is not None:
        parts = " / ".join((note.answer.value, *note.answer.accept))
        yield Block(Content(escaped(parts)).stylize("bold"), gap=0)
    elif note.kind is Kind.PREDICT:
        if answer is None:
            told = Content(say("Enter works out what it prints.")).stylize("$quiet")
            yield Block(told, gap=0)
        else:
            yield code_block(escaped(answer), gap=0)
    back = blocks(engine.back(prompt))
    if back and note.answer is None and note.kind is not Kind.PREDICT:
        back[0] = Block(back[0].content, back[0].first, back[0].filled, 0)
    yield from back


def _memory(row: CardRow, now: datetime) -> Iterator[Block]:
    schedule, memory = row.schedule, row.schedule.memory
    yield _title(say("memory"))
    told = [_state(schedule, now)]
    if schedule.due is not None:
        day = study_day(schedule.due) if schedule.phase is Phase.REVIEW else schedule.due
        when = day.isoformat() if schedule.phase is Phase.REVIEW else _moment(schedule.due)
        told.append(f"{say('due')} {when} ({due(schedule, now)})")
    yield Block(Content(" · ".join(told)), gap=0)
    if memory is not None:
        recall = "" if row.retrievability is None else f"{row.retrievability:.1%}"
        figures = (
            (say("stability"), say("{n} d", n=f"{memory.stability:.1f}")),
            (say("difficulty"), f"{memory.difficulty:.1f}"),
            (say("recall now"), recall),
            (say("answers"), str(schedule.reps)),
            (say("lapses"), str(schedule.lapses)),
        )
        pieces = [
            Content.assemble((f"{name} ", "$quiet"), (value, "bold")) for name, value in figures
        ]
        yield Block(Content("   ").join(pieces), gap=0)
    if schedule.flag:
        yield Block(flag_shown(schedule.flag), gap=0)


def _state(schedule: Schedule, now: datetime) -> str:
    words = [say(schedule.phase.value)]
    if schedule.suspended:
        words.append(say("suspended"))
    if schedule.buried_until is not None and schedule.buried_until > study_day(now):
        words.append(say("buried"))
    if schedule.brought_forward:
        words.append(say("brought forward"))
    return ", ".join(words)


def _history(history: Sequence[Review]) -> Iterator[Block]:
    yield _title(say("history"))
    if not history:
        yield Block(Content(say("never answered")).stylize("$quiet"), gap=0)
        return
    shown = [(review, _deed(review)) for review in [*reversed(history)][:_MOST]]
    width = max(deed.cell_length for _, deed in shown)
    for review, deed in shown:
        yield Block(_entry(review, deed.pad_right(width - deed.cell_length)), gap=0)
    if len(history) > _MOST:
        told = say("and {n} earlier ones", n=len(history) - _MOST)
        yield Block(Content(told).stylize("$quiet"), gap=0)


def _deed(review: Review) -> Content:
    """What a row of the log is about, in a word or two."""
    if review.credit:
        return Content(say("exercise solved")).stylize("$text-success")
    if review.rating is not None:
        name, style = _RATINGS[review.rating.value]
        return Content(say(name)).stylize(style)
    return Content(say(_DEEDS.get(review.trigger, review.trigger.value))).stylize("$text-accent")


def _entry(review: Review, deed: Content) -> Content:
    """One row of the log: when, what, when it came back then, how long it took."""
    parts = [Content(f"{_moment(review.at)}  ").stylize("$quiet"), deed]
    if review.after.due is not None:
        parts.append(Content(f"  → {times.until(review.after, review.at)}"))
    if review.answer_ms is not None:
        parts.append(Content(f"  {review.answer_ms / 1000:.1f} s").stylize("$quiet"))
    return Content("").join(parts)


def _moment(at: datetime) -> str:
    return at.astimezone().strftime("%Y-%m-%d %H:%M")
