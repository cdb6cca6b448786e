"""What the commands say to a learner, in both languages. Owns the look-up, like `tui.words`.

English stands in the code; a text that has no Chinese here is looked up among the app's words.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from quizapp.domain.text import Language

Say: TypeAlias = Callable[..., str]


def saying(language: Language) -> Say:
    """A function that gives a text in `language`, with values put in for its `{names}`.

    Where `n` is 1, English says `one` if that is given; Chinese has no plural.
    """

    def say(text: str, *, one: str = "", **values: object) -> str:
        if language is Language.EN:
            text = one if one and values.get("n") == 1 else text
        else:
            from quizapp.cli.words_zh import CHINESE
            from quizapp.tui.words_zh import CHINESE as OF_THE_APP

            text = CHINESE.get(text) or OF_THE_APP.get(text, text)
        return text.format(**values) if values else text

    return say
