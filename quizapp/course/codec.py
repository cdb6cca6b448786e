"""Notes and exercises as JSON values and back, for the cache.

Owns the encoding, which is ours alone and may change with any version. Reading back may raise
KeyError, TypeError, ValueError or IndexError where the JSON is not what was written.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from quizapp.domain.cards import AnswerType, Draw, Kind, Location, Note, Option, TypedAnswer
from quizapp.domain.text import Text

if TYPE_CHECKING:
    from quizapp.domain.exercises import Exercise


def from_text(text: Text) -> list[str]:
    """A text as JSON."""
    return [text.en, text.zh]


def to_text(value: Sequence[str]) -> Text:
    """A text from JSON."""
    en, zh = value
    return Text(en, zh)


def from_note(note: Note) -> dict[str, Any]:
    """A note as JSON; what is empty is left out."""
    answer = note.answer
    whole: dict[str, Any] = {
        "id": note.id,
        "kind": note.kind.value,
        "front": from_text(note.front),
        "back": from_text(note.back),
        "source": note.source,
        "line": note.location.line,
        "tags": note.tags,
        "exercises": note.exercises,
        "aliases": note.aliases,
        "proof": note.proof,
        "erratum": note.erratum and from_text(note.erratum),
        "given": [[draw.name, draw.how, draw.arguments] for draw in note.given],
        "options": [[from_text(option.text), option.correct] for option in note.options],
        "answer": answer
        and [answer.type.value, answer.value, answer.literal, answer.tolerance, answer.accept],
        "setup": note.setup,
        "code": note.code,
        "rev": note.rev if note.rev > 1 else None,
    }
    return {key: value for key, value in whole.items() if value}


def to_note(value: Mapping[str, Any], topic: str, path: str) -> Note:
    """A note from JSON; `topic` and `path` are its deck's."""
    answer = value.get("answer")
    return Note(
        id=value["id"],
        kind=Kind(value["kind"]),
        topic=topic,
        front=to_text(value["front"]),
        back=to_text(value["back"]),
        source=value.get("source", ""),
        location=Location(path, value["line"]),
        tags=tuple(value.get("tags", ())),
        exercises=tuple(value.get("exercises", ())),
        aliases=tuple(value.get("aliases", ())),
        proof=value.get("proof"),
        erratum=to_text(value["erratum"]) if "erratum" in value else None,
        given=tuple(Draw(name, how, tuple(of)) for name, how, of in value.get("given", ())),
        options=tuple(Option(to_text(text), right) for text, right in value.get("options", ())),
        answer=_to_answer(*answer) if answer else None,
        setup=value.get("setup", ""),
        code=value.get("code"),
        rev=value.get("rev", 1),
    )


def _to_answer(
    kind: str, value: str, literal: bool, tolerance: float, accept: Sequence[str]
) -> TypedAnswer:
    return TypedAnswer(AnswerType(kind), value, literal, tolerance, tuple(accept))


_NESTED = ("title", "task", "hints", "near_misses", "limits", "change", "variants")


def from_exercise(exercise: Exercise) -> dict[str, Any]:
    """An exercise as JSON."""
    from quizapp.domain.exercises import Exercise

    plain = {name: getattr(exercise, name) for name in Exercise.__slots__ if name not in _NESTED}
    limits = exercise.limits
    return {
        **plain,
        "title": from_text(exercise.title),
        "task": from_text(exercise.task),
        "change": from_text(exercise.change),
        "variants": [from_exercise(variant) for variant in exercise.variants],
        "hints": [from_text(hint) for hint in exercise.hints],
        "limits": [limits.cpu_s, limits.memory_mb, limits.output_kb, limits.answer_mb],
        "near_misses": [
            [miss.name, miss.source, from_text(miss.diagnosis), miss.cards, miss.fails]
            for miss in exercise.near_misses
        ],
    }


def to_exercise(value: Mapping[str, Any]) -> Exercise:
    """An exercise from JSON."""
    from quizapp.domain.exercises import Exercise, Limits, NearMiss

    plain: dict[str, Any] = {
        name: tuple(item) if isinstance(item, list) else item
        for name, item in value.items()
        if name not in (*_NESTED, "check_concepts")
    }
    return Exercise(
        **plain,
        title=to_text(value["title"]),
        task=to_text(value["task"]),
        change=to_text(value["change"]),
        variants=tuple(map(to_exercise, value["variants"])),
        hints=tuple(map(to_text, value["hints"])),
        limits=Limits(*value["limits"]),
        near_misses=tuple(
            NearMiss(name, source, to_text(diagnosis), tuple(cards), tuple(fails))
            for name, source, diagnosis, cards, fails in value["near_misses"]
        ),
        check_concepts={check: tuple(cards) for check, cards in value["check_concepts"].items()},
    )
