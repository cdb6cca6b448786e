"""`quizapp add`: write a card of one's own. Owns its options, templates, way to an editor.

What is typed is never lost: a text from the editor stays in a file until it has become a card.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from quizapp.cli import output
from quizapp.cli.asked import Asked
from quizapp.cli.exits import Exit
from quizapp.cli.options import asking
from quizapp.cli.words import Say, saying
from quizapp.domain.cards import AnswerType, Kind
from quizapp.errors import CourseError, Phrase, UsageError

if TYPE_CHECKING:
    from quizapp.course.written import Draft
    from quizapp.engine import Engine
    from quizapp.engine.making import Made

_OURS = "#:"
_TEMPLATES = {
    Kind.BASIC: "front: |\n  \nback: |\n  \n",
    Kind.REVERSED: "kind: reversed\nfront: |\n  \nback: |\n  \n",
    Kind.CLOZE: "kind: cloze\nfront: |\n  \n",
    Kind.TYPED: "kind: typed\nfront: |\n  \nanswer: {text: }\n",
    Kind.CHOICE: (
        "kind: choice\nfront: |\n  \noptions:\n- {text: , correct: true}\n- {text: }\n- {text: }\n"
    ),
    Kind.PREDICT: "kind: predict\ncode: |\n  \n",
}


@click.command("add")
@click.argument("front", required=False)
@click.argument("back", required=False)
@click.option("--deck", default="", metavar="NAME", help="Which deck of yours; made if new.")
@click.option(
    "--kind",
    type=click.Choice([kind.value for kind in Kind]),
    default=Kind.BASIC.value,
    show_default=True,
    help="How the card is asked.",
)
@click.option("--tag", "tags", multiple=True, metavar="T", help="A tag; may be repeated.")
@click.option("--answer", metavar="TEXT", help="typed: the answer; default: BACK.")
@click.option(
    "--answer-type",
    type=click.Choice([kind.value for kind in AnswerType]),
    help="typed: how the answer is compared; default: text.",
)
@click.option("--tolerance", metavar="X", help="typed: how far off a number may be.")
@click.option("--accept", multiple=True, metavar="TEXT", help="typed: also right; repeatable.")
@click.option("--setup", metavar="CODE", help="typed: code that runs before the answer.")
@click.option(
    "--given",
    multiple=True,
    metavar="DRAW",
    help="Drawn anew each time: 'n: int 2, 6'; repeatable.",
)
@click.option("--right", multiple=True, metavar="TEXT", help="choice: a right option; repeatable.")
@click.option("--wrong", multiple=True, metavar="TEXT", help="choice: a wrong option; repeatable.")
@click.option(
    "--id", "name", default="", metavar="ID", help="The id of a removed card; its history is kept."
)
@asking
def add_command(asked: Asked, *, front: str | None, back: str | None, **said: object) -> Exit:
    """Write a card of your own.

    FRONT and BACK are Markdown. A cloze FRONT holds {{c1::hidden}} words; of a predict card, FRONT
    is the code. Without them, the card is read from standard input, or written in your editor:
    YAML, one card or a list of them.

    {{n}} in a typed, predict or choice card is drawn as --given says: int LOW, HIGH; float LOW,
    HIGH, STEP; choice A, B; shape axes LOW, HIGH sizes LOW, HIGH; axis_of SHAPE.
    """
    with asked.open() as engine:
        say = saying(engine.language)
        deck = str(said.pop("deck"))
        if front is not None:
            made = [engine.add_card(_draft(front, back, said), deck)]
        else:
            _refuse_options(said)
            made = _from_text(engine, say, Kind(str(said["kind"])), deck)
        if asked.json:
            asked.show({"added": [_plain(each) for each in made]}, engine.language)
        else:
            for each in made:
                output.data(f"{each.id}  {each.path}:{each.line}")
        for each in made:
            if each.twins:
                twins = ", ".join(each.twins)
                told = say("{id}: the front is the same as of {twins}", id=each.id, twins=twins)
                output.note(told)
        if not made:
            output.note(say("Nothing was written, so nothing was added."))
    return Exit.DONE


def _plain(made: Made) -> dict[str, object]:
    names = ("id", "deck", "line", "kind", "cards", "twins")
    return {name: getattr(made, name) for name in names} | {"path": str(made.path)}


def _draft(front: str, back: str | None, said: dict[str, object]) -> Draft:
    """The card that the arguments describe."""
    from quizapp.course.written import PARAMETRIC, Draft

    kind = Kind(str(said["kind"]))
    right, wrong, accept = _words(said["right"]), _words(said["wrong"]), _words(said["accept"])
    answer, tolerance = said["answer"], said["tolerance"]
    owners: dict[Kind, dict[str, object]] = {
        Kind.TYPED: {"--answer": answer, "--answer-type": said["answer_type"]}
        | {"--tolerance": tolerance, "--accept": accept, "--setup": said["setup"]},
        Kind.CHOICE: {"--right": right, "--wrong": wrong},
    }
    given = _words(said["given"])
    if kind not in PARAMETRIC:
        owners[Kind.TYPED]["--given"] = given
    for owner, options in owners.items():
        for option, value in options.items():
            if value and owner is not kind:
                what = Phrase("it means nothing to a {kind} card", kind=kind)
                remedy = Phrase("add --kind {kind}, or leave it out", kind=owner)
                raise UsageError(option, what, remedy)
    back = back or ""
    if kind is Kind.TYPED and answer is None:
        answer, back = back, ""
    usual = AnswerType.NUMBER if tolerance else AnswerType.TEXT
    return Draft(
        kind,
        "" if kind is Kind.PREDICT else front,
        back,
        _words(said["tags"]),
        str(answer or ""),
        AnswerType(str(said["answer_type"] or usual)),
        str(tolerance or ""),
        accept,
        (*((text, True) for text in right), *((text, False) for text in wrong)),
        front if kind is Kind.PREDICT else "",
        str(said["name"]),
        "\n".join(given),
        str(said["setup"] or ""),
    )


def _words(value: object) -> tuple[str, ...]:
    return tuple(map(str, value)) if isinstance(value, tuple) else ()


def _refuse_options(said: dict[str, object]) -> None:
    """Options that go with FRONT only."""
    for name, value in said.items():
        if value and name != "kind":
            shown = {"tags": "--tag", "name": "--id", "answer_type": "--answer-type"}
            remedy = "write FRONT, too, or say it in the text itself"
            raise UsageError(shown.get(name, f"--{name}"), "it goes with FRONT", remedy)


# -- from standard input or an editor -------------------------------------------------------------


def _from_text(engine: Engine, say: Say, kind: Kind, deck: str) -> list[Made]:
    if not sys.stdin.isatty():
        stream = sys.stdin.buffer.read()
        try:
            text = stream.decode("utf-8")
        except UnicodeDecodeError:
            raise UsageError("standard input", "it is not UTF-8", "convert it") from None
        if not text.strip():
            raise UsageError("quizapp add", "there is no card", "write FRONT and BACK")
        return engine.add_text("standard input", text, deck)
    file = _new_file(engine, say, kind)
    try:
        made = _edited(engine, say, file, deck, _TEMPLATES[kind])
    except BaseException:
        output.note(say("What you wrote is kept: quizapp add < {file}", file=file))
        raise
    file.unlink(missing_ok=True)
    return made


def _new_file(engine: Engine, say: Say, kind: Kind) -> Path:
    """A file of its own with the template in it."""
    folder = engine.store.path.parent / "drafts"
    file = folder / f"card-{os.getpid()}.yaml"
    help_lines = (
        say("Write the card below. Save and leave the editor: it is added."),
        say("Leave it as it is, and nothing is added."),
    )
    head = "".join(f"{_OURS} {line}\n" for line in help_lines)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        file.write_text(head + _TEMPLATES[kind], encoding="utf-8")
    except OSError as error:
        what = Phrase("it cannot be written ({reason})", reason=error.strerror)
        raise UsageError(str(file), what, "make room, or write FRONT and BACK") from error
    return file


def _edited(engine: Engine, say: Say, file: Path, deck: str, template: str) -> list[Made]:
    """Let the learner write until it is a card, or is left as it was."""
    line = file.read_text("utf-8").split("\n").index("  ") + 1
    before = ""
    while True:
        _open_editor(file, line)
        text = _read(file)
        bare = "".join(each for each in text.splitlines(True) if not each.startswith(_OURS))
        if not bare.strip() or bare.split() == template.split():
            return []
        errors = engine.errors_in(str(file), text)
        if not errors:
            return engine.add_text(str(file), text, deck)
        if bare == before:  # saved as it was: the learner gives up for now
            raise errors[0]
        before = bare
        line = _annotate(file, text, errors, say)
        output.note(_wrong(say, len(errors)))


def _wrong(say: Say, count: int) -> str:
    one = "One thing is wrong; the editor opens again."
    return say("{n} things are wrong; the editor opens again.", one=one, n=count)


def _annotate(file: Path, text: str, errors: list[CourseError], say: Say) -> int:
    """Put each error above the line that it is about; return the first such line."""
    lines = text.split("\n")
    said: dict[int, list[str]] = {}
    for error in errors:
        what, remedy = say(error.what), say(error.remedy) if error.remedy else ""
        told = f"{_OURS} {what}; {remedy}" if remedy else f"{_OURS} {what}"
        said.setdefault(min(max(error.line, 1), len(lines)), []).append(told)
    shown: list[str] = []
    first = 0
    for number, line in enumerate(lines, start=1):
        shown += said.get(number, [])
        if number in said and not first:
            first = len(shown) + 1
        if not line.startswith(_OURS):
            shown.append(line)
    file.write_text("\n".join(shown), encoding="utf-8")
    return max(first, 1)


def _open_editor(file: Path, line: int) -> None:
    from quizapp.tui.editor import command

    words = command(file, line)
    try:
        code = subprocess.run(words, check=False).returncode
    except OSError as error:
        what = Phrase("it cannot be started: {reason}", reason=error.strerror)
        raise UsageError(f"$EDITOR={words[0]}", what, "set another editor") from None
    if code:
        what = Phrase("it ended with code {code}", code=code)
        raise UsageError(f"$EDITOR={words[0]}", what, "nothing was added")


def _read(file: Path) -> str:
    try:
        return file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8"
        what = Phrase("it cannot be read ({reason})", reason=reason)
        raise UsageError(str(file), what, "save it as UTF-8") from None
