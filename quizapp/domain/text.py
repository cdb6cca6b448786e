"""Bilingual text. Owns the choice of language; leaves rendering to `tui`."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import NamedTuple


class Language(StrEnum):
    """The languages that the course is written in."""

    EN = "en"
    ZH = "zh"


class Text(NamedTuple):
    """The same text in both languages; Markdown, with `$…$` for math."""

    en: str
    zh: str

    def read_in(self, language: Language) -> str:
        """The text in `language`; the other one where it is empty."""
        chosen, other = (self.en, self.zh) if language is Language.EN else (self.zh, self.en)
        return chosen or other

    def map(self, change: Callable[[str], str]) -> Text:
        """Both languages, each passed through `change`."""
        return Text(change(self.en), change(self.zh))
