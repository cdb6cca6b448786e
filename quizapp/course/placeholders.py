"""Placeholders of a parametric note: `{{name}}` in what a learner sees, `name` in its code.

Owns that each one is given and each given name is used, and that code still parses with the values
put in. Leaves how values are drawn to `answers`, and drawing them to `study`.
"""

from __future__ import annotations

import ast
import re
from contextlib import suppress

from quizapp.course.source import listed, parse_python, suggestion
from quizapp.course.tree import Scalar, Table
from quizapp.course.values import Fields
from quizapp.domain.cards import AnswerType, Draw, Note
from quizapp.domain.marks import PLACEHOLDER, masked, placeholders
from quizapp.errors import Phrase

_SPACED = re.compile(r"\{\{(?!\w+\}\})\s*([A-Za-z_]\w*)\s*\}\}")


def check_placeholders(fields: Fields, note: Note) -> None:
    """Note every placeholder that is not given, every given name without use, and broken code."""
    used: set[str] = set()
    for key, texts in _visible(note):
        if note.given or any("{{" in text for text in texts):
            used |= _check_texts(fields, key, texts, note.given)
    if note.given:
        _check_answer(fields, note)
        _check_use(fields, note, used)
    _check_code(fields, note)


def _visible(note: Note) -> list[tuple[str, list[str]]]:
    """Every text that a learner sees and that placeholders are replaced in, by key."""
    options = [text for option in note.options for text in (option.text.en, option.text.zh)]
    texts = [("front", [note.front.en, note.front.zh]), ("back", [note.back.en, note.back.zh])]
    texts.append(("options", options))
    if note.code and note.given:
        texts.append(("code", [note.code]))
    return texts


def _check_texts(fields: Fields, key: str, texts: list[str], draws: tuple[Draw, ...]) -> set[str]:
    """Note what is wrong in the texts of one key; return the placeholders that they use."""
    source, line = fields.source, fields.line_of(key)
    given = {draw.name for draw in draws}
    # Without given names, doubled braces inside code or math mean themselves.
    found = [placeholders(text if given else masked(text)) for text in texts]
    for name in dict.fromkeys(name for names in found for name in names):
        if name not in given:
            remedy = suggestion(name, given, "draw it in `given`")
            source.wrong(
                line, Phrase("`{{{{{name}}}}}` in `{key}` is not given", name=name, key=key), remedy
            )
    for spaced, name in {m[0]: m[1] for text in texts for m in _SPACED.finditer(text)}.items():
        if name in given:
            source.wrong(
                line,
                Phrase("`{spaced}` in `{key}` has blanks", spaced=spaced, key=key),
                Phrase("write {{{{{name}}}}}", name=name),
            )
    if key == "front" and given and set(found[0]) != set(found[1]):
        lone = sorted(set(found[0]) ^ set(found[1]))
        source.wrong(
            line,
            Phrase("`front` uses {lone} in one language only", lone=listed(lone)),
            "use it in both",
        )
    return {name for names in found for name in names}


def _check_answer(fields: Fields, note: Note) -> None:
    if note.answer and note.answer.type is AnswerType.TEXT:
        for name in placeholders(" ".join((note.answer.value, *note.answer.accept))):
            what = Phrase("`{{{{{name}}}}}` is not replaced in a text answer", name=name)
            fields.source.wrong(fields.line_of("answer"), what, "use `number:` or `expression:`")


def _check_use(fields: Fields, note: Note, used: set[str]) -> None:
    used = used | _names_in_code(note)
    used |= {str(draw.arguments[0]) for draw in note.given if draw.how == "axis_of"}
    table = fields.table.entries["given"]
    for draw in note.given:
        if draw.name not in used and isinstance(table, Table):
            what = Phrase("given `{name}` is used nowhere", name=draw.name)
            fields.source.wrong(table.lines[draw.name], what, "use it, or remove it")


def _names_in_code(note: Note) -> set[str]:
    """Names that the set-up and the answer's expression read."""
    code = [note.setup]
    if note.answer and not note.answer.literal:
        code.append(note.answer.value)
    names: set[str] = set()
    for text in code:
        with suppress(SyntaxError):  # noted already, where the code was read
            nodes = ast.walk(parse_python(text))
            names.update(node.id for node in nodes if isinstance(node, ast.Name))
    return names


def _check_code(fields: Fields, note: Note) -> None:
    """The snippet of a predict note parses, with any of the values that may be drawn."""
    node = fields.table.entries.get("code")
    if not note.code or not isinstance(node, Scalar):
        return
    for values in _samples(note.given):
        before = len(fields.source.errors)
        fields.source.python(_filled(note.code, values), node.line + node.block, "`code`")
        if len(fields.source.errors) > before:
            return


def _samples(given: tuple[Draw, ...]) -> list[dict[str, str]]:
    """Values to put for placeholders so that code can be parsed: each choice occurs once."""
    plain: dict[str, str] = {}
    for draw in given:
        if draw.how == "shape":
            axes, size = draw.arguments[0], draw.arguments[2]
            plain[draw.name] = str((size,) * int(axes))
        else:
            plain[draw.name] = "0" if draw.how == "axis_of" else str(draw.arguments[0])
    others = [
        {**plain, draw.name: str(value)}
        for draw in given
        if draw.how == "choice"
        for value in draw.arguments[1:]
    ]
    return [plain, *others]


def _filled(text: str, values: dict[str, str]) -> str:
    """`text` with its placeholders replaced by `values`; unknown ones are left alone."""
    return PLACEHOLDER.sub(lambda match: values.get(match[1], match[0]), text)
