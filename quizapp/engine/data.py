"""Use-cases about the learner's data as a whole: another device's, and files in and out.

Owns the wiring; leaves what a log and a formula are to `store` and `study`, what goes out to
`sheets`, what comes in to `imports`, and files to `exchange`.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from pathlib import Path
from typing import IO, TYPE_CHECKING

from quizapp.domain.text import Language
from quizapp.engine.base import Workplace
from quizapp.errors import Phrase, StoreError, UsageError

if TYPE_CHECKING:
    from quizapp.engine.imports import Imported
    from quizapp.engine.markdown import MarkdownWanted
    from quizapp.exchange.sheets import LeftOut, Written
    from quizapp.store.merge import Merged, Replay


_DATABASE = b"SQLite format 3"
_ONE_OF_OURS = "name a file that ends in .apkg, .csv, .md or .jsonl"
_ANOTHER = "name the quizapp.db of another device"


class DataDesk(Workplace):
    """The engine's part about the learner's data."""

    def merge(self, path: Path) -> Merged:
        """Take over what another device's `quizapp.db` holds; a copy of this one is made before.

        The result is the same on both devices once each has taken over the other.

        Raises:
            UsageError: it is this database, or none at all.
            StoreError: one of the two cannot be used; nothing is changed.
        """
        if path.exists() and path.samefile(self.store.path):
            raise UsageError(str(path), "this is your own database", "name another device's")
        if not _head(path, _ANOTHER).startswith(_DATABASE):
            raise UsageError(str(path), "it is no database", _ANOTHER)
        return self.store.merge(path, lambda: self._replay(path))

    def _replay(self, path: Path) -> Replay:
        """What works out schedules with all that has come in from `path`, which may be nonsense."""
        from quizapp.store.merge import Replay
        from quizapp.study.exercises import bring_forward

        try:
            return Replay(self.scheduler.review, bring_forward)
        except (ValueError, TypeError) as error:
            reason = " ".join(str(error).split())
            what = Phrase(
                "its settings or fitted parameters make no scheduler ({reason})", reason=reason
            )
            remedy = "mend them where it is from, with quizapp settings or optimize"
            raise StoreError(str(path), what, remedy) from error

    def export_log(self, stream: IO[str]) -> Written:
        """Write all that the learner has done, as JSON lines; `import_file` takes it over."""
        from quizapp.exchange import jsonl
        from quizapp.exchange.sheets import Written

        with self.store.transaction():
            counts = self.store.counts()
            rows = ((entry.table, entry.row) for entry in self.store.dump())
            jsonl.write(stream, rows, counts)
        return Written(0, 0, counts["reviews"])

    def export_table(
        self, stream: IO[str], topics: Sequence[str] = ()
    ) -> tuple[Written, list[LeftOut]]:
        """Write cards with their schedules as CSV, in the learner's language.

        Args:
            stream: opened with `newline=""`.
            topics: only these; all when empty.

        Raises:
            UsageError: there is no such topic.
            JudgeError: the answers that have to be worked out could not be.
        """
        from quizapp.engine.sheets import note_sheets
        from quizapp.exchange import tables

        notes, left_out = note_sheets(self, topics, self.language)
        return tables.write(stream, notes, self.language), left_out

    def export_markdown(
        self, stream: IO[str], topics: Sequence[str] = (), media: Path | None = None
    ) -> tuple[Written, list[LeftOut]]:
        """Write cards as Markdown, in the learner's language; `import_file` reads the same cards.

        Args:
            stream: text, opened with `newline=""`.
            topics: only these; all when empty.
            media: folder beside the file to be, for the pictures of the cards; None to leave them
                where they are.

        Raises:
            UsageError: there is no such topic.
            JudgeError: the answers that have to be worked out could not be.
        """
        from quizapp.engine.markdown import readable_sheets
        from quizapp.engine.sheets import note_sheets
        from quizapp.exchange import markdown_out

        notes, left_out = note_sheets(self, topics, self.language)
        readable = readable_sheets(self, notes, media)
        written, unwritten = markdown_out.write(stream, readable, self.language)
        return written, [*left_out, *unwritten]

    def export_package(
        self,
        target: Path,
        topics: Sequence[str] = (),
        *,
        language: Language | None = None,
        history: bool = True,
    ) -> tuple[Written, list[LeftOut]]:
        """Write cards as an Anki package.

        Args:
            target: the file; replaced.
            topics: only these; all when empty.
            language: None for both on each card.
            history: whether schedules and answers go along.

        Raises:
            UsageError: there is no such topic, or genanki is not installed.
            JudgeError: the answers that have to be worked out could not be.
        """
        from quizapp.engine.sheets import answers, note_sheets
        from quizapp.exchange.anki_out import write_package

        notes, left_out = note_sheets(self, topics, language)
        given = answers(self) if history else None
        return write_package(target, notes, self.clock(), given), left_out

    def import_file(self, path: Path, markdown: MarkdownWanted | None = None) -> Merged | Imported:
        """Take over an Anki package, CSV, Markdown or a log as JSON lines, whichever `path` is.

        Args:
            path: of a file, or of a folder of Markdown files.
            markdown: how that is to be read; None where no matter is made of it.

        Raises:
            UsageError: it is none of these, or is damaged.
            CourseError: the own deck that it belongs to is wrong.
            StoreError: a row of the log cannot be taken over, or the disk refuses to write.
        """
        from quizapp.exchange import jsonl
        from quizapp.exchange.vault import is_markdown
        from quizapp.store.transfer import Entry

        if markdown is not None or is_markdown(path):
            from quizapp.engine.markdown import MarkdownWanted, import_markdown

            return import_markdown(self, path, markdown or MarkdownWanted())
        head = _head(path)
        if head.startswith(b"PK") and path.suffix.lower() == ".cards":
            what = "it is in Mnemosyne's own form, which is not read here"
            raise UsageError(str(path), what, "export tab-separated text from Mnemosyne instead")
        if head.startswith(b"PK"):
            from quizapp.engine.imports import import_package

            return import_package(self, path)
        if jsonl.is_log(head):
            entries = itertools.starmap(Entry, jsonl.read(path))
            return self.store.merge_rows(entries, str(path), lambda: self._replay(path))
        if path.suffix.lower() in (".csv", ".tsv", ".txt"):
            from quizapp.engine.imports import import_table

            return import_table(self, path)
        what = "it is neither an Anki package, nor CSV, nor Markdown, nor a log of quizapp"
        raise UsageError(str(path), what, _ONE_OF_OURS)


def _head(path: Path, wanted: str = _ONE_OF_OURS) -> bytes:
    try:
        if not path.is_file():
            what = "it is no file" if path.exists() else "there is no such file"
            raise UsageError(str(path), what, wanted)
        with path.open("rb") as stream:
            return stream.read(64)
    except OSError as error:
        what = Phrase("it cannot be read ({reason})", reason=error.strerror)
        raise UsageError(str(path), what, "check its rights") from error
