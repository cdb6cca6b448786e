"""The commands about the learner's data as a whole: export, import, merge.

Owns their words on the terminal, and that an export replaces a file as a whole or not at all. Each
format is an entry of `FORMATS`.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, TYPE_CHECKING

import click

from quizapp.cli import output
from quizapp.cli.asked import Asked
from quizapp.cli.exits import Exit
from quizapp.cli.options import asking
from quizapp.cli.words import Say, saying
from quizapp.errors import Phrase, StoreError, UsageError, as_phrase

if TYPE_CHECKING:
    from quizapp.engine import Engine
    from quizapp.engine.imports import Imported
    from quizapp.engine.markdown import MarkdownWanted
    from quizapp.exchange.sheets import LeftOut, Written
    from quizapp.store.merge import Merged

_STDOUT = Path("-")
_TOLD_AT_MOST = 20


# Written here and not as docstrings: click needs a true backspace to keep lines as they are.
_EXPORT_HELP = """\
Write your cards or your answers for another program.

\b
apkg      cards for Anki, with schedules and answers; both languages, or --lang's
csv       cards with their schedules, for a spreadsheet; to stdout without FILE
markdown  cards as plain text, for an editor; to stdout without FILE
jsonl     everything that you have done, row by row; to stdout without FILE

quizapp import reads all four. Anki and Markdown have no place for exercises, and a card whose
values are drawn has the same values there each time.
"""

_IMPORT_HELP = """\
Take over cards and answers of another program.

FILE may be a folder of Markdown files, such as a vault of Obsidian.

\b
.apkg       notes become decks of your own, beside the course; answers come along
.csv        columns front and back become a deck of your own
.txt, .tsv  two to four columns between tabs, as Mnemosyne writes them, do so, too
.md         Q: and A:, C: with [gaps], or front::back: a deck of each file
.jsonl      what quizapp export jsonl wrote, united with what is here

Importing again adds what is new and changes nothing else, unless --update is given. Cards that
quizapp has exported to Anki only bring their answers back.
"""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an export was asked for.

    Attributes:
        file: where it goes; "-" for stdout.
        topics: only these; all when empty.
        history: whether schedules and answers go along.
    """

    asked: Asked
    file: Path
    topics: tuple[str, ...]
    history: bool


@dataclass(frozen=True, slots=True)
class Format:
    """A format that can be exported.

    Attributes:
        file: where it goes when no file is named.
        options: which of --topic, --own and --no-history it takes.
        write: does it; returns what it came to, and what could not go along.
    """

    file: Path
    options: frozenset[str]
    write: Callable[[Engine, Wanted], tuple[Written, list[LeftOut]]]


def _apkg(engine: Engine, wanted: Wanted) -> tuple[Written, list[LeftOut]]:
    if wanted.file == _STDOUT:
        raise UsageError("export apkg", "a package cannot go to stdout", "name a file")
    with _replacing(wanted.file) as scratch:
        return engine.export_package(
            scratch, wanted.topics, language=wanted.asked.language, history=wanted.history
        )


def _csv(engine: Engine, wanted: Wanted) -> tuple[Written, list[LeftOut]]:
    with _text(wanted.file) as stream:
        return engine.export_table(stream, wanted.topics)


def _markdown_file(engine: Engine, wanted: Wanted) -> tuple[Written, list[LeftOut]]:
    beside = wanted.file != _STDOUT
    media = wanted.file.with_name(f"{wanted.file.stem}-media") if beside else None
    with _text(wanted.file) as stream:
        return engine.export_markdown(stream, wanted.topics, media)


def _jsonl(engine: Engine, wanted: Wanted) -> tuple[Written, list[LeftOut]]:
    with _text(wanted.file) as stream:
        return engine.export_log(stream), []


FORMATS: Mapping[str, Format] = {
    "apkg": Format(Path("quizapp.apkg"), frozenset({"--topic", "--own", "--no-history"}), _apkg),
    "csv": Format(_STDOUT, frozenset({"--topic", "--own"}), _csv),
    "markdown": Format(_STDOUT, frozenset({"--topic", "--own"}), _markdown_file),
    "jsonl": Format(_STDOUT, frozenset(), _jsonl),
}


@click.command("export", help=_EXPORT_HELP)
@click.argument("name", metavar="FORMAT", type=click.Choice(list(FORMATS)))
@click.argument(
    "file", required=False, type=click.Path(path_type=Path, dir_okay=False, allow_dash=True)
)
@click.option("--topic", "topics", multiple=True, metavar="TOPIC", help="Only this; repeatable.")
@click.option("--own", is_flag=True, help="Only the decks of your own.")
@click.option("--no-history", is_flag=True, help="apkg: every card as new, without your answers.")
@click.option("--force", is_flag=True, help="Replace FILE if it is there.")
@asking
def export_command(
    asked: Asked,
    *,
    name: str,
    file: Path | None,
    topics: tuple[str, ...],
    own: bool,
    no_history: bool,
    force: bool,
) -> Exit:
    """Write cards or answers for another program; `_EXPORT_HELP` says how."""
    format_ = FORMATS[name]
    wanted = Wanted(asked, file or format_.file, topics, not no_history)
    options = (("--topic", bool(topics)), ("--own", own), ("--no-history", no_history))
    for option, given in options:
        if given and option not in format_.options:
            raise UsageError(
                f"export {name}",
                Phrase("{option} means nothing here", option=option),
                "leave it out",
            )
    if wanted.file == _STDOUT and asked.json:
        raise UsageError(f"export {name} --json", "stdout carries the file", "name a file")
    if wanted.file != _STDOUT and wanted.file.exists() and not force:
        raise UsageError(str(wanted.file), "it is there already", "name another, or give --force")
    with asked.open() as engine:
        if own:
            wanted = replace(wanted, topics=(*topics, *_own_topics(engine)))
        written, left_out = format_.write(engine, wanted)
        if asked.json:
            told = {"file": str(wanted.file), "left_out": left_out}
            counts = {"notes": written.notes, "cards": written.cards, "answers": written.answers}
            asked.show({"format": name, **told, **counts}, engine.language)
            return Exit.DONE
        say = saying(engine.language)
    _tell_left_out(left_out, say)
    _tell_written(name, written, say)
    if wanted.file != _STDOUT:
        output.data(str(wanted.file))
    return Exit.DONE


def _tell_written(name: str, written: Written, say: Say) -> None:
    parts = []
    if written.notes:
        cards = say("{n} cards", one="{n} card", n=written.cards)
        parts.append(say("{cards} of {notes}", cards=cards, notes=_notes(written.notes, say)))
    if name not in ("csv", "markdown"):
        log = _answers if written.notes else _rows
        parts.append(log(written.answers, say))
    what = (
        say("{first} and {other}", first=parts[0], other=parts[1]) if len(parts) > 1 else parts[0]
    )
    output.note(say("{what} written", what=what))


def _own_topics(engine: Engine) -> list[str]:
    topics = [deck.topic for deck in engine.own_decks()]
    if not topics:
        what = "there is no deck of your own"
        raise UsageError("export --own", what, "quizapp add writes a first card")
    return topics


@click.command("import", help=_IMPORT_HELP)
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
@click.option(
    "--format",
    "dialect",
    type=click.Choice(["hashcards", "obsidian"]),
    help="Markdown: how its cards are written; told by what is in it without this.",
)
@click.option(
    "--cloze",
    "gaps",
    multiple=True,
    type=click.Choice(["highlight", "bold", "curly"]),
    help="obsidian: what marks a gap, ==highlight==, **bold** or {{curly}}; repeatable.",
)
@click.option("--update", is_flag=True, help="Markdown: cards here take over a changed text.")
@asking
def import_command(
    asked: Asked, *, file: Path, dialect: str | None, gaps: tuple[str, ...], update: bool
) -> Exit:
    """Take over cards and answers of another program; `_IMPORT_HELP` says how."""
    from quizapp.engine.imports import Imported

    with asked.open() as engine:
        result = engine.import_file(file, _markdown(file, dialect, gaps, update=update))
        if asked.json:
            asked.show(result, engine.language)
        elif isinstance(result, Imported):
            _tell_import(result, saying(engine.language))
        else:
            _tell_merged(result, saying(engine.language))
    return Exit.DONE


def _markdown(
    file: Path, dialect: str | None, gaps: tuple[str, ...], *, update: bool
) -> MarkdownWanted | None:
    """How Markdown is to be read; None where it is not called for."""
    from quizapp.exchange.vault import is_markdown

    named = [("--cloze", bool(gaps)), ("--update", update)]
    if dialect is None and not is_markdown(file):
        for option, given in named:
            if given:
                what = Phrase("{option} means nothing for it", option=option)
                raise UsageError(str(file), what, "leave it out, or say by --format what it is")
        return None
    if gaps and dialect == "hashcards":
        alone = "hashcards marks gaps by [brackets] alone"
        raise UsageError("import --cloze", alone, "leave --cloze out")
    from quizapp.engine.markdown import MarkdownWanted
    from quizapp.exchange.markdown_cards import Dialect

    chosen = frozenset(gaps) or MarkdownWanted().gaps
    return MarkdownWanted(Dialect(dialect) if dialect else None, chosen, update)


def _rows(count: int, say: Say) -> str:
    return say("{n} rows of the log", one="{n} row of the log", n=count)


def _answers(count: int, say: Say) -> str:
    return say("{n} answers", one="{n} answer", n=count)


def _notes(count: int, say: Say) -> str:
    return say("{n} notes", one="{n} note", n=count)


def _tell_merged(merged: Merged, say: Say) -> None:
    states = say("{n} states were", one="{n} state was", n=merged.recomputed)
    told = say(
        "{rows} and {submissions} came in, {states} worked out anew",
        rows=_rows(merged.added, say),
        submissions=say("{n} submissions", one="{n} submission", n=merged.submissions),
        states=states,
    )
    output.data(told)


def _tell_import(result: Imported, say: Say) -> None:
    _tell_left_out(result.left_out, say)
    came = say("{notes} came in", notes=_notes(result.notes, say))
    if result.files:
        files = say("{n} pictures and sounds", one="{n} picture or sound", n=result.files)
        notes = _notes(result.notes, say)
        came = say("{notes} came in with {files}", notes=notes, files=files)
    here = say("{n} were here already", one="{n} was here already", n=result.known)
    output.data(say("{came}, {here}", came=came, here=here))
    if result.answers or result.passed_over:
        passed_over = say(
            "{n} were passed over: known, older than the last one here, or in the future",
            one="{n} was passed over: known, older than the last one here, or in the future",
            n=result.passed_over,
        )
        came = say("{answers} came in", answers=_answers(result.answers, say))
        output.data(say("{came}, {passed_over}", came=came, passed_over=passed_over))
    _tell_of_texts(result, say)
    for deck in result.decks:
        output.data(deck)


def _tell_of_texts(result: Imported, say: Say) -> None:
    """What became of notes that are here already, and of days that other programs gave."""
    if result.updated:
        updated = _notes(result.updated, say)
        output.data(say("{notes} took over what the file says now", notes=updated))
    if result.differ:
        differ = say(
            "{n} notes read otherwise in the file now and stay as they are; --update takes the "
            "file's text over",
            one="{n} note reads otherwise in the file now and stays as it is; --update takes the "
            "file's text over",
            n=result.differ,
        )
        output.data(differ)
    if result.scheduled:
        scheduled = say(
            "{n} notes have a day in Obsidian on which they come back; this is left out, as there "
            "are no answers behind it: such notes are new",
            one="{n} note has a day in Obsidian on which it comes back; this is left out, as there "
            "are no answers behind it: such notes are new",
            n=result.scheduled,
        )
        output.note(scheduled)


def _tell_left_out(left_out: list[LeftOut], say: Say) -> None:
    for each in left_out[:_TOLD_AT_MOST]:
        # A name that is a phrase is said in the language: as a value of another one.
        output.note(say("left out: {what}: {why}", what=each.what, why=as_phrase(each.why)))
    if (more := len(left_out) - _TOLD_AT_MOST) > 0:
        output.note(say("left out: {n} more; --json names all", n=more))


@contextmanager
def _text(file: Path) -> Iterator[IO[str]]:
    """Somewhere to write UTF-8 to, without any change of line ends."""
    if file == _STDOUT:
        stream = sys.stdout
        # What has a file's form keeps it on every system, whatever the terminal speaks.
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8", newline="")
        yield stream
        return
    with _replacing(file) as scratch, scratch.open("w", encoding="utf-8", newline="") as stream:
        yield stream


@contextmanager
def _replacing(file: Path) -> Iterator[Path]:
    """A file to write, which takes the place of `file` when that went well."""
    if not file.parent.is_dir():
        what = Phrase("it cannot be written: there is no folder {folder}", folder=file.parent)
        raise UsageError(str(file), what, "name a file in a folder that is there")
    scratch = file.with_name(f".{file.name}.{os.getpid()}.partial")
    try:
        yield scratch
        scratch.replace(file)
    except OSError as error:
        what = Phrase("it cannot be written ({reason})", reason=error.strerror or error)
        raise StoreError(str(file), what, "check its folder and the space there") from error
    finally:
        scratch.unlink(missing_ok=True)


@click.command("merge")
@click.argument("other", metavar="OTHER.db", type=click.Path(path_type=Path, dir_okay=False))
@asking
def merge_command(asked: Asked, other: Path) -> Exit:
    """Take over the answers and submissions of another device.

    OTHER.db is a copy of its quizapp.db and is not changed. Merge on both devices and they agree,
    whichever was first; merging twice does no harm.
    """
    with asked.open() as engine:
        merged = engine.merge(other)
        if asked.json:
            asked.show(merged, engine.language)
        else:
            _tell_merged(merged, saying(engine.language))
    return Exit.DONE
