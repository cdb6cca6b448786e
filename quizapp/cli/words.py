"""What the commands say to a learner, in both languages. Owns the look-up, like `tui.words`.

English stands in the code; a text that has no Chinese here is looked up among the errors' words
and the app's. Phrases and errors of lower layers bring their templates and values along.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from quizapp.domain.text import Language
from quizapp.errors import Phrase, QuizappError

Say: TypeAlias = Callable[..., str]


def saying(language: Language) -> Say:
    """A function that gives a text in `language`, with values put in for its `{names}`.

    A `Phrase` has its values already. Where `n` is 1, English says `one` if that is given; Chinese
    has no plural. A word that means several things is told apart by `of`, which English ignores.
    """

    def say(text: str, *, one: str = "", of: str = "", **values: object) -> str:
        if language is Language.EN:
            if isinstance(text, Phrase):
                return text
            text = one if one and values.get("n") == 1 else text
        else:
            if isinstance(text, Phrase):
                values, text = dict(text.values), text.template
            values = {
                name: say(value) if isinstance(value, Phrase) else value
                for name, value in values.items()
            }
            text = _chinese(text, of)
        return text.format(**values) if values else text

    return say


def _chinese(text: str, of: str) -> str:
    from quizapp.cli.words_zh import CHINESE, IN_CONTEXT

    if of and (found := IN_CONTEXT.get((of, text))):
        return found
    if found := CHINESE.get(text):
        return found
    from quizapp.tui.words import chinese

    return chinese(text)


def error_in(error: QuizappError, language: Language) -> str:
    """`error: where: what is wrong; what to do`, in `language`."""
    head = "error: " if language is Language.EN else "错误："
    return head + message_in(error, language)


def message_in(error: QuizappError, language: Language) -> str:
    """`where: what is wrong; what to do`, in `language`."""
    if language is Language.EN:
        return str(error)
    say = saying(language)
    # A place is a name more often than not: "new" may well be a card.
    where = say(error.where) if isinstance(error.where, Phrase) else error.where
    message = f"{where}：{say(error.what)}"
    return f"{message}；{say(error.remedy)}" if error.remedy else message
