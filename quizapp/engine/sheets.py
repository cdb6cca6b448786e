"""Cards as they go out to other programs. Owns what is written on them.

Parametric cards are drawn once, always alike; answers that only running code tells are worked out
in the sandbox. Leaves files and formats to `exchange`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from quizapp.domain.cards import Card, Deck, Kind
from quizapp.domain.memory import ItemKind, Review, Schedule
from quizapp.domain.text import Language, Text
from quizapp.engine import wording
from quizapp.engine.answering import worked_out
from quizapp.engine.base import Workplace
from quizapp.engine.prompts import Prompt
from quizapp.exchange.sheets import CardSheet, LeftOut, NoteSheet
from quizapp.study.parameters import shown, values_of

if TYPE_CHECKING:
    from concurrent.futures import Future

    from quizapp.engine.types import Expected

_DRAWN = Text(
    "Drawn once, with {}; in quizapp the values are new at every review.",
    "此处的取值固定为 {}；在 quizapp 中每次复习都会重新取值。",
)
_BY_HEART = (Kind.BASIC, Kind.REVERSED, Kind.CLOZE)
_AT_ONCE = 64
"""Snippets that wait for the sandbox at any time."""


def note_sheets(
    desk: Workplace, topics: Sequence[str], language: Language | None
) -> tuple[list[NoteSheet], list[LeftOut]]:
    """The notes of `topics`, all when empty, in one language or both; and cards left out.

    Left out are cards whose answer cannot be worked out.

    Raises:
        UsageError: there is no such topic.
        JudgeError: the sandbox failed.
    """
    wanted = desk.known_topics(topics)
    schedules = desk.store.schedules(ItemKind.CARD)
    sheets, left_out = list[NoteSheet](), list[LeftOut]()
    for deck in desk.course.decks:
        if wanted and deck.topic not in wanted:
            continue
        for cards, prompts, expected in _with_answers(desk, deck, schedules):
            if any(answer is not None and answer.error for answer in expected):
                why = next(answer.error for answer in expected if answer is not None)
                left_out.append(LeftOut(cards[0].note.id, why))
                continue
            made = [
                _card_sheet(prompt, answer, language)
                for prompt, answer in zip(prompts, expected, strict=True)
            ]
            sheets.append(_note_sheet(desk, deck, made, prompts[0], language))
    return sheets, left_out


def answers(desk: Workplace) -> Iterator[Review]:
    """Every answer to a card that stands, oldest first."""
    return (each for each in desk.store.reviews(ItemKind.CARD) if each.rating is not None)


def _with_answers(
    desk: Workplace, deck: Deck, schedules: dict[str, Schedule]
) -> Iterator[tuple[list[Card], list[Prompt], list[Expected | None]]]:
    """The cards of each note, what they ask and, where it has to be run, what they expect."""
    waiting: list[tuple[list[Card], list[Prompt], list[Future[Expected] | None]]] = []
    for _, group in groupby(deck.cards, key=lambda card: card.note.id):
        cards = list(group)
        prompts = [_prompt(card, schedules) for card in cards]
        waiting.append((cards, prompts, [_expected(desk, prompt) for prompt in prompts]))
        if len(waiting) >= _AT_ONCE:
            yield _arrived(*waiting.pop(0))
    for each in waiting:
        yield _arrived(*each)


def _arrived(
    cards: list[Card], prompts: list[Prompt], futures: list[Future[Expected] | None]
) -> tuple[list[Card], list[Prompt], list[Expected | None]]:
    return cards, prompts, [future.result() if future else None for future in futures]


def _prompt(card: Card, schedules: dict[str, Schedule]) -> Prompt:
    schedule = schedules.get(card.id) or Schedule(card.id, ItemKind.CARD)
    return Prompt(card, schedule, values_of(card, 0), 0)


def _expected(desk: Workplace, prompt: Prompt) -> Future[Expected] | None:
    """What has to be run for a prompt; None where the deck says the answer."""
    card = prompt.card
    if card.note.kind in _BY_HEART:
        return None
    written = wording.written_answer(card, prompt.drawn, prompt.seed, Language.EN)
    return None if written is not None else worked_out(desk, prompt)


def _card_sheet(prompt: Prompt, expected: Expected | None, language: Language | None) -> CardSheet:
    def front(spoken: Language) -> str:
        text = wording.front(prompt.card, prompt.drawn, spoken)
        options = wording.options(prompt.card, prompt.drawn, prompt.seed)
        lines = [
            f"{number}. {option.text.read_in(spoken)}"
            for number, option in enumerate(options, start=1)
        ]
        return "\n\n".join(part for part in (text, "\n".join(lines)) if part)

    def back(spoken: Language) -> str:
        explanation = wording.back(prompt.card, prompt.drawn, spoken)
        if prompt.card.note.kind in _BY_HEART:
            return explanation
        if expected is None:
            answer = wording.written_answer(prompt.card, prompt.drawn, prompt.seed, spoken) or ""
            if prompt.card.note.kind is Kind.CHOICE:
                answer = "\n".join(f"- {line}" for line in answer.split("\n"))
        else:
            answer = expected.text
        if prompt.card.note.kind is not Kind.CHOICE:
            answer = wording.fenced(answer, "")
        return f"{answer}\n\n{explanation}".strip()

    return CardSheet(prompt.card, _in(language, front), _in(language, back), prompt.schedule)


def _note_sheet(
    desk: Workplace, deck: Deck, cards: list[CardSheet], prompt: Prompt, language: Language | None
) -> NoteSheet:
    note = prompt.card.note
    front, back, remark = cards[0].front, cards[0].back, None
    if note.kind is Kind.CLOZE:
        front = _in(language, note.front.read_in)
        # The other parts of what is shown after answering are the marked text itself.
        back = _in(language, lambda spoken: wording.explanation(note, spoken))
    elif note.kind is Kind.REVERSED:
        # Either side may be the question, so what explains stands apart from both.
        back = _in(language, note.back.read_in)
        remark = note.erratum and _in(language, lambda spoken: wording.erratum(note, spoken))
    if prompt.drawn:
        values = ", ".join(f"{name} = {shown(value)}" for name, value in prompt.drawn.items())
        remark = _in(language, lambda spoken: _DRAWN.read_in(spoken).format(f"`{values}`"))
    title = desk.course.titles
    spoken = language or desk.language
    return NoteSheet(
        id=note.id,
        kind=note.kind,
        deck=(title.read_in(spoken) or desk.course.title, deck.title.read_in(spoken)),
        front=front,
        back=back,
        tags=(*note.tags, deck.topic),
        cards=tuple(cards),
        remark=remark,
    )


def _in(language: Language | None, write: Callable[[Language], str]) -> Text:
    """What `write` gives in one language, or in both when None."""
    if language is not None:
        one = write(language)
        return Text(one, one)
    return Text(write(Language.EN), write(Language.ZH))
