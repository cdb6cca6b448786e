"""Both sides of a card as text. Owns what is shown when; leaves Markdown and math to the front end.

All texts are Markdown in one language, with the drawn values put in.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from quizapp.domain.cards import AnswerType, Card, Drawn, Kind, Note, Option
from quizapp.domain.text import Language, Text
from quizapp.study.parameters import substitute, substitute_text

_ERRATUM = Text("The notes say otherwise: ", "讲义的说法与此不同：")
_WHAT_PRINTS = Text("What does this print?", "这段代码打印什么？")


def front(card: Card, drawn: Mapping[str, Drawn], language: Language) -> str:
    """What is asked."""
    note = card.note
    text = (note.back if card.part == "reversed" else note.front).read_in(language)
    if note.kind is Kind.CLOZE:
        from quizapp.study import cloze

        text = cloze.front(text, cloze.part_number(card.part))
    if note.code is not None:
        text = f"{text or _WHAT_PRINTS.read_in(language)}\n\n{fenced(note.code)}"
    return substitute(text, drawn).strip()


def back(card: Card, drawn: Mapping[str, Drawn], language: Language) -> str:
    """What is shown after answering, apart from the expected answer; may be empty."""
    note = card.note
    if card.part == "reversed":
        parts = [note.front.read_in(language), erratum(note, language)]
    else:
        parts = [explanation(note, language)]
    if note.kind is Kind.CLOZE:
        from quizapp.study import cloze

        parts.insert(0, cloze.back(note.front.read_in(language), cloze.part_number(card.part)))
    return substitute(_joined(parts), drawn)


def explanation(note: Note, language: Language) -> str:
    """The back of a note as it is written, with its erratum; may be empty."""
    return _joined([note.back.read_in(language), erratum(note, language)])


def erratum(note: Note, language: Language) -> str:
    """Where the note differs from the course's source; empty where it does not."""
    if note.erratum is None:
        return ""
    return _ERRATUM.read_in(language) + note.erratum.read_in(language)


def _joined(parts: Sequence[str]) -> str:
    return "\n\n".join(part.strip() for part in parts if part.strip())


def title(card: Card, language: Language) -> str:
    """The front on one line for lists; marks of drawn values stay as they are written."""
    return " ".join(front(card, {}, language).replace("```python", "").replace("```", "").split())


def options(card: Card, drawn: Mapping[str, Drawn], seed: int) -> tuple[Option, ...]:
    """The options of a choice card in the order in which they are shown, which `seed` decides."""
    shown = [Option(substitute_text(one.text, drawn), one.correct) for one in card.note.options]
    if shown:
        from random import Random

        Random(seed).shuffle(shown)
    return tuple(shown)


def written_answer(
    card: Card, drawn: Mapping[str, Drawn], seed: int, language: Language
) -> str | None:
    """The expected answer where the deck says it; None where it has to be worked out by running."""
    note = card.note
    if note.kind is Kind.CHOICE:
        right = [option for option in options(card, drawn, seed) if option.correct]
        return "\n".join(option.text.read_in(language) for option in right)
    if note.kind is Kind.CLOZE:
        from quizapp.study import cloze

        hidden = cloze.hidden(note.front.read_in(language), cloze.part_number(card.part))
        return "\n".join(dict.fromkeys(hidden))
    if note.kind is Kind.PREDICT:
        return None
    if note.answer is None:
        return (note.front if card.part == "reversed" else note.back).read_in(language)
    if note.answer.literal or note.answer.type is AnswerType.EXPRESSION:
        return note.answer.value
    return None


def fenced(code: str, language: str = "python") -> str:
    """`code` as a Markdown code block."""
    fence = "```"
    while fence in code:
        fence += "`"
    return f"{fence}{language}\n{code.strip()}\n{fence}"
