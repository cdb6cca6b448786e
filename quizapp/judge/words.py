"""What the judge says, in English and Chinese at once. Owns putting texts together in both.

A message is made where its cause is known, from a template in the code whose Chinese is in
`words_zh`, and both go along: whoever shows it chooses, and an outcome that is kept can be read in
either language. A template is always one of ours, never anything that came from a submission.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from quizapp.judge.words_zh import CHINESE


class Said(str):
    """A text in English that has its Chinese with it; both grow together when texts are added.

    An f-string or `join` keeps the English only: use `say`, `+` and `joined`. It is no `Phrase` of
    `errors`, which is looked up when it is shown: an outcome is kept, and its template may be gone.

    Attributes:
        chinese: the same in Chinese.
    """

    __slots__ = ("chinese",)
    chinese: str

    def __new__(cls, english: str = "", chinese: str = "") -> Said:
        """The same text in both languages."""
        said = super().__new__(cls, english)
        said.chinese = chinese
        return said

    def __getnewargs__(self) -> tuple[str, str]:  # type: ignore[override]
        """What makes a copy."""
        return str(self), self.chinese

    def __add__(self, other: str, /) -> Said:
        """Both texts with another after them; plain text is the same in both."""
        return Said(str(self) + str(other), self.chinese + in_chinese(other))

    def __radd__(self, other: str, /) -> Said:
        """Both texts with another in front of them."""
        return Said(str(other) + str(self), in_chinese(other) + self.chinese)

    def map(self, change: Callable[[str], str]) -> Said:
        """Both texts, each passed through `change`."""
        return Said(change(str(self)), change(self.chinese))


NOTHING = Said()


def in_chinese(text: str) -> str:
    """The Chinese of a text; code, names and numbers are the same in every language."""
    return text.chinese if isinstance(text, Said) else str(text)


def say(template: str, /, **values: object) -> Said:
    """A template of the code in both languages, with `values` put in for its `{names}`."""
    chinese = CHINESE.get(template, template)
    if not values:
        return Said(template, chinese)
    read = {
        name: value.chinese if isinstance(value, Said) else value for name, value in values.items()
    }
    return Said(template.format(**values), chinese.format(**read))


def phrase(template: str, /) -> str:
    """A template that `say` gets from a variable, as it is: so that a test finds it."""
    return template


def same(text: str, /) -> Said:
    """A text that is the same in both languages: code, a name, a number, another's message."""
    return Said(text, text)


def joined(separator: str, parts: Iterable[str]) -> Said:
    """Parts with a separator between them; Said ones in both languages."""
    parts = list(parts)
    return Said(
        str(separator).join(map(str, parts)), in_chinese(separator).join(map(in_chinese, parts))
    )


THEN = say("; ")
"""Between what is wrong and what to do about it."""
COLON = say(": ")
"""Between a name and what is said of it."""
