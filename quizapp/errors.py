"""The exception tree. Owns what can go wrong and how it is said; leaves exit codes to `cli`.

QuizappError
├── UsageError        the caller asked for something that does not exist      (exit 2)
├── CourseError       a file of the course is wrong; carries file and line    (exit 3)
├── StoreError        the learner's database cannot be read or written        (exit 4)
│   ├── BusyError         another process is writing; try again
│   └── StaleReviewError  what was answered has been answered elsewhere
└── JudgeError        the judge itself failed; never the learner's fault      (exit 4)

Every message reads `where: what is wrong; what to do`. Its parts are English here: a part without
values is its own template, one with values is a `Phrase`, and whoever shows it looks up the rest.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Self


class Phrase(str):
    """English text that remembers what it was made of, so that it can be said in another language.

    It is a `str` like any other, and only whoever shows it needs to know better. What is put
    together with others by `+` or in an f-string is English for good: give it as a value instead.
    The judge's `Said` has its Chinese with it instead, as outcomes outlive the templates of a day.

    Args:
        template: English with `{names}`, as `str.format` has them; taken as it is without values.
        one: said instead where `n` is 1.
        values: for the names; a phrase among them is said in the other language, too.
    """

    __slots__ = ("one", "template", "values")
    template: str
    one: str
    values: Mapping[str, object]

    def __new__(cls, template: str, /, *, one: str = "", **values: object) -> Self:
        """As the class says."""
        chosen = one if one and values.get("n") == 1 else template
        phrase = super().__new__(cls, chosen.format(**values) if values else chosen)
        phrase.template, phrase.one, phrase.values = template, one, values
        return phrase

    def __str__(self) -> str:
        """Itself, so that it comes through `str` of an exception that holds it alone."""
        return self

    def __getnewargs_ex__(self) -> tuple[tuple[str], dict[str, object]]:
        """What makes it anew, in another process."""
        return (self.template,), {"one": self.one, **self.values}


def as_phrase(text: str) -> Phrase:
    """`text` as a value of another phrase that is said in the other language, too."""
    return text if isinstance(text, Phrase) else Phrase(text)


class QuizappError(Exception):
    """Base of all errors that are shown to a person instead of a traceback.

    Args:
        where: the file, command or thing that the message is about.
        what: what is wrong, in one clause.
        remedy: what to do about it, in one clause; may be empty.
    """

    def __init__(self, where: str, what: str, remedy: str = "") -> None:
        self.where = where
        self.what = what
        self.remedy = remedy
        super().__init__(where, what, remedy)

    def __str__(self) -> str:
        message = f"{self.where}: {self.what}"
        return f"{message}; {self.remedy}" if self.remedy else message


class UsageError(QuizappError):
    """The caller named something that does not exist or makes no sense here."""


class CourseError(QuizappError):
    """A file of the course is wrong.

    Args:
        path: the file, as the reader would type it.
        line: 1-based line of the offending entry; 0 when the whole file is meant.
    """

    def __init__(self, path: Path | str, line: int, what: str, remedy: str = "") -> None:
        self.path = Path(path)
        self.line = line
        super().__init__(f"{path}:{line}" if line else str(path), what, remedy)


class StoreError(QuizappError):
    """The learner's database cannot be opened, read or written."""


class BusyError(StoreError):
    """Another process is writing; nothing has been written, and the same can be tried again."""


class StaleReviewError(StoreError):
    """The item was answered elsewhere since its schedule was read; nothing has been written."""


class JudgeError(QuizappError):
    """The judge failed on its own account: a dead server, a broken frame, no torch."""
