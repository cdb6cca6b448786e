"""A card as its author writes it, and the YAML of it.

Owns which fields a card of one's own has and how each is written so that a person can go on editing
it; leaves what is right to `notes`, and where in a file it goes to `places`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from quizapp.course import draws
from quizapp.domain.cards import AnswerType, Kind, Note, TypedAnswer
from quizapp.domain.text import Text

_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_-]*(?: [A-Za-z0-9_-]+)*")
# Words that YAML takes for something else than text.
_TAKEN = {"y", "n", "yes", "no", "on", "off", "true", "false", "null"}
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]{0,14})(?:\.[0-9]{1,30})?(?:[eE][-+]?[0-9]{1,3})?")
_SIZES = re.compile(r"[\[(]?\s*([0-9]{1,15}(?:\s*,\s*[0-9]{1,15})*)?\s*,?\s*[\])]?")
# What YAML takes for a line end or cannot hold, and what no text is made of.
_BROKEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff\U0001fffe\U0001ffff]"
)
KEYS = ("kind", "front", "back", "code", "given", "setup", "answer", "options", "tags")
"""What a `Draft` says of a note, in the order in which it is written."""

PARAMETRIC = (Kind.TYPED, Kind.PREDICT, Kind.CHOICE)
"""Kinds whose values may be drawn."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A card as it is typed; nothing in it has been checked.

    Attributes:
        front, back: Markdown, one text for both languages.
        answer: of a typed card.
        answer_type: how that is compared.
        tolerance: of a number, as typed; empty for none.
        accept: other texts that are right, too.
        options: of a choice card, each with whether it is right.
        code: of a predict card.
        id: empty for a new one.
        given: how values are drawn, one name a line; see `draws`.
        setup: of a typed card: code that runs before its answer.
    """

    kind: Kind = Kind.BASIC
    front: str = ""
    back: str = ""
    tags: tuple[str, ...] = ()
    answer: str = ""
    answer_type: AnswerType = AnswerType.TEXT
    tolerance: str = ""
    accept: tuple[str, ...] = ()
    options: tuple[tuple[str, bool], ...] = ()
    code: str = ""
    id: str = ""
    given: str = ""
    setup: str = ""


def entries(draft: Draft) -> dict[str, list[str]]:
    """Key -> lines of YAML, for all keys that a draft has a value for."""
    found: dict[str, list[str]] = {}
    if draft.id:
        found["id"] = [f"id: {scalar(draft.id)}"]
    if draft.kind is not Kind.BASIC:
        found["kind"] = [f"kind: {draft.kind.value}"]
    for key in ("front", "back"):
        if text := clean(getattr(draft, key)).strip():
            found[key] = _text(key, text)
    code = clean(draft.code).strip("\n").rstrip()
    if draft.kind is Kind.PREDICT and code.strip():
        found["code"] = _text("code", code)
    if draft.kind in PARAMETRIC and (lines := draws.yaml_of(clean(draft.given))[0]):
        found["given"] = ["given:", *(f"  {line}" for line in lines)]
    setup = clean(draft.setup).strip("\n").rstrip()
    if draft.kind is Kind.TYPED and setup.strip():
        found["setup"] = _text("setup", setup)
    if draft.kind is Kind.TYPED:
        found["answer"] = ["answer:", *(f"  {line}" for line in _answer(draft))]
    if draft.kind is Kind.CHOICE:
        found["options"] = ["options:", *_options(draft)] if draft.options else ["options: []"]
    tags = dict.fromkeys(tag for each in draft.tags if (tag := clean(each).strip()))
    if tags:
        found["tags"] = entry_of("tags", tuple(tags))
    return found


def entry_of(key: str, value: Text | tuple[str, ...]) -> list[str]:
    """The lines of one key: a text in one language or two, or tags; none where it is empty."""
    if not isinstance(value, Text):
        return [f"{key}: [{', '.join(map(scalar, value))}]"] if value else []
    if value.en == value.zh:
        return _text(key, value.en) if value.en else []
    sides = (("en", value.en), ("zh", value.zh))
    return [f"{key}:", *(f"  {line}" if line else "" for side in sides for line in _text(*side))]


def draft_of(note: Note) -> Draft | None:
    """The draft of a note as it is; None where a draft cannot hold what the note says."""
    texts = [note.front, note.back, *(option.text for option in note.options)]
    lines = [option.text.en for option in note.options]
    if any(text.en != text.zh for text in texts if note.kind is not Kind.PREDICT) or any(
        "\n" in line.strip() for line in lines
    ):
        return None
    answer = note.answer or TypedAnswer(AnswerType.TEXT, "", literal=True)
    front = "" if note.front.en != note.front.zh else note.front.en
    if note.back.en != note.back.zh:
        return None
    return Draft(
        note.kind,
        front.strip(),
        note.back.en.strip(),
        note.tags,
        answer.value,
        answer.type,
        f"{answer.tolerance:.15g}" if answer.tolerance else "",
        answer.accept,
        tuple((option.text.en.strip(), option.correct) for option in note.options),
        (note.code or "").strip("\n").rstrip(),
        note.id,
        draws.typed(note.given),
        note.setup.strip("\n").rstrip(),
    )


def clean(text: str) -> str:
    """`text` without characters that a deck cannot hold."""
    return _BROKEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n").replace("\x85", "\n"))


def scalar(text: str) -> str:
    """A YAML scalar on one line: plain where that is safe, else in double quotes."""
    if _PLAIN.fullmatch(text) and text.lower() not in _TAKEN:
        return text
    inner = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + inner.replace("\n", "\\n").replace("\t", "\\t") + '"'


def _text(key: str, text: str) -> list[str]:
    """A text: in quotes on one line, or as a block that is read as it is written."""
    if "\n" not in text:
        return [f"{key}: {scalar(text)}"]
    # A block takes its indentation from its first line, so that one must not begin with a blank.
    sign = "|2-" if text[0] in " \t" else "|-"
    return [f"{key}: {sign}", *(f"  {line}" if line else "" for line in text.split("\n"))]


def _answer(draft: Draft) -> Iterable[str]:
    value = clean(draft.answer).strip()
    kind = draft.answer_type
    if kind is AnswerType.NUMBER and _NUMBER.fullmatch(value):
        yield f"number: {value}"
    elif kind is AnswerType.SHAPE and (sizes := _SIZES.fullmatch(value)):
        yield f"shape: [{sizes[1] or ''}]"
    else:
        yield f"{kind.value}: {_quoted(value)}"
    if kind is AnswerType.NUMBER and (tolerance := draft.tolerance.strip()):
        yield f"tolerance: {tolerance if _NUMBER.fullmatch(tolerance) else _quoted(tolerance)}"
    accept = [text for each in draft.accept if (text := clean(each).strip())]
    if kind is AnswerType.TEXT and accept:
        yield f"accept: [{', '.join(map(_quoted, dict.fromkeys(accept)))}]"


def _options(draft: Draft) -> Iterable[str]:
    for text, right in draft.options:
        shown = _quoted(clean(text).strip())
        yield f"- {{text: {shown}, correct: true}}" if right else f"- {{text: {shown}}}"


def _quoted(text: str) -> str:
    shown = scalar(text)
    return shown if shown.startswith('"') else f'"{shown}"'
