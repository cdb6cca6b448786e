"""Use-cases about changing many notes of one's own: make a planned change, take it back.

Owns that all decks are changed or none, and that what they said before is kept until it is taken
back. Leaves what a change is to `edits`, the text to `course.places`, files to `own_files`.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from quizapp.engine.deck_text import NOWHERE, notes_in
from quizapp.engine.edits import Change, Plan, PlanDesk
from quizapp.errors import CourseError, Phrase, QuizappError, StoreError, UsageError, as_phrase

if TYPE_CHECKING:
    from quizapp.engine.own_files import DeckFile

_KEPT = 20
"""Changes that can be taken back; older ones are forgotten."""

_FOLDER = ".undo"


@dataclass(frozen=True, slots=True)
class Edited:
    """A change to many notes that was made.

    Attributes:
        number: of the change; later ones have greater ones.
        notes: how many notes it changed.
        decks: how many decks.
    """

    number: int
    notes: int
    decks: int


class EditDesk(PlanDesk):
    """The engine's part about changing many notes at once."""

    def carry_out(self, plan: Plan) -> Edited:
        """Make a planned change: in all of its decks, or in none.

        Raises:
            UsageError: there is nothing to change, it would break a deck, or a note says something
                else by now.
            CourseError: a deck is written in a way that cannot be changed.
            StoreError: a deck cannot be written; none has been, or where those that had been could
                not be put back, either, the change can be taken back.
        """
        from quizapp.engine.own_files import held

        if not plan.changes:
            raise UsageError("the change", "no card of your own is to be changed", _why(plan))
        with held(self.store.path.parent) as folder:
            texts = [_changed(deck, changes) for deck, changes in _by_deck(plan.changes)]
            edited = Edited(_next(folder), len(plan.changes), len(texts))
            _keep(folder, edited, texts)
            try:
                _write_all(texts)
            except BaseException:
                if all(_says(file.path, file.text) for file, _ in texts):
                    _file(folder, edited.number).unlink(missing_ok=True)
                raise
        self.reload_course()
        return edited

    def last_edit(self) -> Edited | None:
        """The newest change that can be taken back; None without one."""
        numbers = _numbers(self._own_folder())
        return _kept(_file(self._own_folder(), numbers[-1]))[0] if numbers else None

    def take_back_edit(self, edited: Edited) -> int:
        """Let all decks say again what they said before a change; returns how many notes.

        Raises:
            UsageError: it is taken back already, or a deck was changed since.
            StoreError: a deck cannot be written; none has been.
        """
        from quizapp.engine.own_files import DeckFile, held

        with held(self.store.path.parent) as folder:
            file = _file(folder, edited.number)
            if not file.exists():
                raise UsageError("the change", "it is taken back already, or too long ago")
            found, decks = _kept(file)
            texts = []
            for name, (before, after_sum) in decks.items():
                deck = DeckFile(folder / name)
                if deck.text == before:
                    continue  # the program was ended before it came to this deck
                if _sum(deck.text) != after_sum:
                    what = "it was changed since, so the change cannot be taken back"
                    raise UsageError(str(deck.path), what, "take back what came later, or edit it")
                texts.append((deck, before))
            _write_all(texts)
            file.unlink(missing_ok=True)
        self.reload_course()
        return found.notes


# -- texts ----------------------------------------------------------------------------------------


def _why(plan: Plan) -> str:
    if plan.of_course:
        return "cards of the course are its authors' to change; write a card of your own beside it"
    return (
        "leave the front something to ask, and gaps whole"
        if plan.broken
        else "look for something else"
    )


def _by_deck(changes: Iterable[Change]) -> Iterable[tuple[DeckFile, list[Change]]]:
    from quizapp.engine.own_files import DeckFile

    def path(change: Change) -> str:
        return change.before.location.path

    for name, group in groupby(sorted(changes, key=path), key=path):
        yield DeckFile(Path(name)), list(group)


def _changed(file: DeckFile, changes: Sequence[Change]) -> tuple[DeckFile, str]:
    """A deck, and its text with the changes, which has been read to see that it says just them."""
    from quizapp.course.places import all_rewritten
    from quizapp.course.written import entry_of

    path = str(file.path)
    expected = notes_in(path, file.text)
    entries: dict[str, dict[str, list[str]]] = {}
    for change in changes:
        known, note = expected.get(change.before.id), change.before
        if known is None or known != note._replace(location=NOWHERE, topic=known.topic):
            raise UsageError(
                path, Phrase("note `{id}` says something else by now", id=note.id), "look again"
            )
        fields = change.fields
        values = {field: getattr(change.after, field) for field in fields}
        entries[note.id] = {field: entry_of(field, values[field]) for field in fields}
        expected[note.id] = known._replace(**values)
    text = all_rewritten(path, file.text, entries)
    try:
        after = notes_in(path, text)
    except CourseError as error:
        remedy = "put in something else, or leave this card out"
        raise UsageError(
            "the change",
            Phrase("it would break a card: {what}", what=as_phrase(error.what)),
            remedy,
        ) from None
    for name, note in expected.items():
        if after.get(name) != note:
            lines = {change.before.id: change.before.location.line for change in changes}
            what = Phrase(
                "note `{name}` is written in a way that cannot be changed here", name=name
            )
            raise CourseError(path, lines.get(name, 0), what, "edit the file")
    return file, text


def _write_all(texts: Sequence[tuple[DeckFile, str]]) -> None:
    """Write all, or none: what was written before a failure is put back, as far as that goes."""
    from quizapp.engine.own_files import DeckFile

    done: list[DeckFile] = []
    try:
        for file, text in texts:
            file.write(text)
            done.append(file)
    except BaseException:
        for file in done:
            with contextlib.suppress(QuizappError):
                DeckFile(file.path).write(file.text)
        raise


def _says(path: Path, text: str) -> bool:
    from quizapp.engine.own_files import DeckFile

    try:
        return DeckFile(path).text == text
    except QuizappError:
        return False


# -- what is kept to take a change back -----------------------------------------------------------


def _sum(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def _file(folder: Path, number: int) -> Path:
    return folder / _FOLDER / f"{number:06}.json"


def _numbers(folder: Path) -> list[int]:
    files = (folder / _FOLDER).glob("*.json")
    return sorted(int(file.stem) for file in files if file.stem.isdecimal())


def _next(folder: Path) -> int:
    return max(_numbers(folder), default=0) + 1


def _keep(folder: Path, edited: Edited, texts: Sequence[tuple[DeckFile, str]]) -> None:
    """Keep what decks said before; StoreError where that cannot be written."""
    decks = {file.path.name: (file.text, _sum(text)) for file, text in texts}
    file = _file(folder, edited.number)
    try:
        file.parent.mkdir(exist_ok=True)
        file.write_text(json.dumps({"notes": edited.notes, "decks": decks}), encoding="ascii")
        for number in _numbers(folder)[:-_KEPT]:
            _file(folder, number).unlink(missing_ok=True)
    except OSError as error:
        file.unlink(missing_ok=True)
        what = Phrase("it cannot be written ({reason})", reason=error.strerror)
        raise StoreError(str(file), what, "free some space or make the folder writable") from error


def _kept(file: Path) -> tuple[Edited, Mapping[str, tuple[str, str]]]:
    """A change, and of each deck its text before and the sum of its text after.

    Raises:
        UsageError: the file is broken.
    """
    try:
        said = json.loads(file.read_text("ascii"))
        decks = {str(name): (str(pair[0]), str(pair[1])) for name, pair in said["decks"].items()}
        return Edited(int(file.stem), int(said["notes"]), len(decks)), decks
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise UsageError(str(file), "it is broken", "remove it") from error
