"""What the app itself says, in both languages. Owns the wording; leaves the course's texts alone.

English stands in the code; Chinese is looked up here by it, and a text without a translation stays
English. The language is one for the process, as there is one app in it.
"""

from __future__ import annotations

from quizapp.domain.text import Language

_LANGUAGE = [Language.EN]


def speak(language: Language) -> None:
    """Say everything in `language` from now on."""
    _LANGUAGE[0] = language


def say(text: str, **values: object) -> str:
    """`text` in the language spoken, with `values` put in for its `{names}`."""
    if _LANGUAGE[0] is Language.ZH:
        from quizapp.tui.words_zh import CHINESE

        text = CHINESE.get(text, text)
    return text.format(**values) if values else text


def say_n(number: int, many: str, one: str, **values: object) -> str:
    """`many` in the language spoken, or English `one` of a single thing; both may name `{n}`.

    Chinese has no plural, so `one` needs no Chinese words.
    """
    chosen = one if number == 1 and _LANGUAGE[0] is Language.EN else many
    return say(chosen, n=number, **values)
