"""What the app itself says, in both languages. Owns the wording; leaves the course's texts alone.

English stands in the code; Chinese is looked up here by it, and a text without a translation stays
English. Errors and phrases of lower layers bring their templates and values along. The language is
one for the process, as there is one app in it.
"""

from __future__ import annotations

from quizapp.domain.text import Language
from quizapp.errors import Phrase, QuizappError

_LANGUAGE = [Language.EN]


def speak(language: Language) -> None:
    """Say everything in `language` from now on."""
    _LANGUAGE[0] = language


def say(text: str, **values: object) -> str:
    """`text` in the language spoken, with `values` put in for its `{names}`.

    A `Phrase` has its values already; one among the values is said in that language, too.
    """
    if _LANGUAGE[0] is Language.ZH:
        if isinstance(text, Phrase):
            values, text = dict(text.values), text.template
        values = {
            name: say(value) if isinstance(value, Phrase) else value
            for name, value in values.items()
        }
        text = chinese(text)
    return text.format(**values) if values else text


def chinese(text: str) -> str:
    """The Chinese of a text of the app or of an error; the text itself where it has none."""
    from quizapp.tui.words_zh import CHINESE

    if found := CHINESE.get(text):
        return found
    from quizapp.tui.errors_zh import CHINESE as OF_ERRORS

    if found := OF_ERRORS.get(text):
        return found
    from quizapp.tui.course_zh import CHINESE as OF_THE_COURSE

    return OF_THE_COURSE.get(text, text)


def say_n(number: int, many: str, one: str, **values: object) -> str:
    """`many` in the language spoken, or English `one` of a single thing; both may name `{n}`.

    Chinese has no plural, so `one` needs no Chinese words.
    """
    chosen = one if number == 1 and _LANGUAGE[0] is Language.EN else many
    return say(chosen, n=number, **values)


def place(error: QuizappError) -> str:
    """What an error is about; it is a name more often than not, which means no word."""
    return say(error.where) if isinstance(error.where, Phrase) else error.where


def problem(error: QuizappError, between: str = "") -> str:
    """What is wrong and what to do, with `between` between them, else `; `."""
    return clauses(error.what, error.remedy, between)


def clauses(what: str, remedy: str, between: str = "") -> str:
    """What is wrong and what to do, which may be empty, in the language spoken."""
    semicolon = "；" if _LANGUAGE[0] is Language.ZH else "; "
    return (between or semicolon).join(map(say, filter(None, (what, remedy))))


def told(error: QuizappError, between: str = "") -> str:
    """`where: what is wrong; what to do` in the language spoken."""
    colon = "：" if _LANGUAGE[0] is Language.ZH else ": "
    return f"{place(error)}{colon}{problem(error, between)}"
