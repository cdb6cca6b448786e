"""Is a typed answer right? Owns reading and comparing text, numbers, shapes, output and choices.

Pure: what has to be run to know the answer is run by the judge, and compared here as text. An
answer is never refused for its form where its meaning is plain: full-width characters, spaces and
quotation marks do not count.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from fractions import Fraction

from quizapp.domain.cards import AnswerType, Option
from quizapp.domain.text import Language
from quizapp.study.differences import difference

LONGEST_NUMBER = 80
LARGEST_EXPONENT = 400
FLOAT_NOISE = Fraction(1, 10**9)


@dataclass(frozen=True, slots=True)
class Grade:
    """What became of an attempt.

    Attributes:
        expected: the right answer as it is shown.
        difference: empty when correct; else plain text, readable without colour.
        understood: False when the attempt could not be read as what was asked for.
    """

    correct: bool
    expected: str
    difference: str = ""
    understood: bool = True


def grade_typed(
    answer: AnswerType,
    attempt: str,
    expected: str,
    *,
    tolerance: float = 0.0,
    accept: Sequence[str] = (),
) -> Grade:
    """Compare an attempt with the expected text, number or shape.

    Args:
        answer: how to compare; for EXPRESSION, `expected` and `attempt` are the values' `repr`.
        attempt: what was typed.
        expected: a literal of the deck, or the `repr` of what the sandbox evaluated.
        tolerance: greatest absolute difference of a number.
        accept: other texts that count as right.
    """
    if answer is AnswerType.NUMBER:
        return _grade_number(attempt, expected, tolerance)
    if answer is AnswerType.SHAPE:
        return _grade_shape(attempt, expected)
    if answer is AnswerType.EXPRESSION:
        return grade_printed(attempt, expected)
    if any(normal_text(attempt, right) == normal_text(right) for right in (expected, *accept)):
        return Grade(True, expected)
    return _wrong(_bare(attempt), expected)


def grade_printed(attempt: str, printed: str) -> Grade:
    """Compare what a learner says that code prints with what it printed."""
    if normal_output(attempt) == normal_output(printed):
        return Grade(True, printed.strip("\n"))
    return _wrong(attempt, printed.strip("\n"))


def grade_choice(chosen: Collection[int], options: Sequence[Option], language: Language) -> Grade:
    """Compare chosen options with the right ones; all of them and no other must be chosen.

    Args:
        chosen: indexes into `options`, from 0.
        options: in the order of the deck.
        language: of the texts shown.
    """
    right = {index for index, option in enumerate(options) if option.correct}
    texts = [option.text.read_in(language) for option in options]
    expected = "\n".join(texts[index] for index in sorted(right))
    if set(chosen) == right:
        return Grade(True, expected)
    lines = [f"- {texts[index]}" for index in sorted(right - set(chosen))]
    lines += [
        f"+ {texts[index]}" for index in sorted(set(chosen) - right) if index in range(len(texts))
    ]
    return Grade(False, expected, "\n".join(lines))


def parse_choice(text: str, count: int) -> frozenset[int] | None:
    """Read "2", "1,3", "a c" or "AC" as indexes from 0; None if it names no option of `count`."""
    tidy = unicodedata.normalize("NFKC", text).strip().lower()
    words = re.split(r"[\s,;、]+", tidy) if re.search(r"[\s,;、]", tidy) else [tidy]
    if len(words) == 1 and words[0].isascii() and words[0].isalpha():
        words = list(words[0])
    chosen = set()
    for word in filter(None, words):
        letter = len(word) == 1 and "a" <= word <= "z"
        if not letter and not (word.isascii() and word.isdigit() and len(word) < 4):
            return None
        chosen.add(ord(word) - ord("a") if letter else int(word) - 1)
    if not chosen or not all(0 <= index < count for index in chosen):
        return None
    return frozenset(chosen)


def normal_text(text: str, like: str = "") -> str:
    """`text` as it is compared: width, quotes, idle spaces and a closing full stop do not count.

    Args:
        text: any text.
        like: the expected answer (`text` itself where empty): upper and lower case do not count
            either, unless it looks like code.
    """
    tidy = _without_idle_spaces(_bare(text))
    return tidy if _looks_like_code(_bare(like or text)) else tidy.casefold()


def normal_output(text: str) -> str:
    """Printed text as it is compared: only spaces that part two words or numbers count."""
    return _without_idle_spaces(unicodedata.normalize("NFC", text).replace("\uff0c", ","))


def parse_number(text: str) -> Fraction | None:
    """Read `12`, `-0.5`, `1e-3`, `3/4`, `75%`, `1,000`, `1_000` exactly; None for anything else.

    Numbers too long to be meant are None as well, so that a typed `1e999999999` costs nothing.
    """
    tidy = _bare(text).replace("\u2212", "-").replace(" ", "")
    tidy = re.sub(r"^(?:tensor|(?:np\.)?(?:float|int)\d*)\((.*?)(?:,.*)?\)$", r"\1", tidy)
    if len(tidy) > LONGEST_NUMBER:
        return None
    percent = tidy.endswith("%")
    top, slash, bottom = tidy.removesuffix("%").partition("/")
    numerator = _decimal(top)
    denominator = _decimal(bottom) if slash else Fraction(1)
    if numerator is None or not denominator:
        return None
    return numerator / denominator / (100 if percent else 1)


def parse_shape(text: str) -> tuple[int, ...] | None:
    """Read `(3, 4)`, `[3, 4]`, `3,4`, `3 4`, `3 x 4`, `3×4`, `torch.Size([3, 4])`, `(3,)`, `()`."""
    tidy = _bare(text).lower()
    tidy = re.sub(r"^(?:torch\.)?size(?=\s*\()", "", tidy).strip()
    bracketed = False
    while len(tidy) >= 2 and (tidy[0], tidy[-1]) in {("(", ")"), ("[", "]")}:
        tidy, bracketed = tidy[1:-1].strip(), True
    if not tidy:
        return () if bracketed else None
    if not re.fullmatch(r"\d{1,18}(?:\s*[,x×*、]\s*\d{1,18}|\s+\d{1,18})*\s*,?", tidy, re.ASCII):
        return None
    return tuple(int(size) for size in re.findall(r"\d+", tidy))


def _grade_number(attempt: str, expected: str, tolerance: float) -> Grade:
    given, right = parse_number(attempt), parse_number(expected)
    if right is None:  # nan and inf are no fractions
        same = normal_text(attempt) == normal_text(expected)
        return Grade(True, expected) if same else _wrong(attempt, expected)
    if given is None:
        return Grade(False, expected, difference(expected, _bare(attempt)), understood=False)
    # Without a tolerance, only the noise of a float's own arithmetic is forgiven.
    exact = "." not in expected and "e" not in expected.lower()
    noise = Fraction(0) if exact else abs(right) * FLOAT_NOISE
    allowed = max(Fraction(str(tolerance)), noise)
    if abs(given - right) <= allowed:
        return Grade(True, expected)
    return _wrong(_bare(attempt), expected)


def _grade_shape(attempt: str, expected: str) -> Grade:
    given, right = parse_shape(attempt), parse_shape(expected)
    if right is None:
        raise ValueError(f"the expected answer {expected!r} is not a shape")
    if given == right:
        return Grade(True, str(right))
    shown = _bare(attempt) if given is None else str(given)
    return Grade(False, str(right), difference(str(right), shown), understood=given is not None)


def _wrong(attempt: str, expected: str) -> Grade:
    return Grade(False, expected, difference(expected, attempt))


def _decimal(text: str) -> Fraction | None:
    """A plain decimal number, exactly; groups of digits must be groups of three."""
    grouped = r"\d{1,3}(?:[,_]\d{3})+|\d+"
    if not re.fullmatch(
        rf"[+-]?(?:(?:{grouped})(?:\.\d*)?|\.\d+)(?:e[+-]?\d{{1,4}})?", text, re.I | re.A
    ):
        return None
    try:
        number = Decimal(text.replace(",", "").replace("_", ""))
    except InvalidOperation:
        return None
    return None if abs(number.adjusted()) > LARGEST_EXPONENT else Fraction(number)


_QUOTES = {"'": "'", '"': '"', "`": "`", "“": "”", "‘": "’", "「": "」", "《": "》"}
_IDLE_SPACE = re.compile(r"\s*([^\w\s.'\"-])\s*")


def _bare(text: str) -> str:
    """One line, narrow characters, single spaces, no outer quotes, no closing full stop."""
    tidy = " ".join(unicodedata.normalize("NFKC", text.replace("。", ".")).split())
    before = ""
    while tidy != before:
        before = tidy
        if len(tidy) > 1 and tidy[-1] in ".!;" and tidy[-2] not in ".0123456789":
            tidy = tidy[:-1].rstrip()
        if len(tidy) > 1 and _QUOTES.get(tidy[0]) == tidy[-1] and tidy[0] not in tidy[1:-1]:
            tidy = tidy[1:-1].strip()
    return tidy


def _looks_like_code(text: str) -> bool:
    """Whether case matters in `text`: it has what prose does not have inside a word."""
    return bool(re.search(r"[_=()\[\]{}]|\w\.\w", text))


def _without_idle_spaces(text: str) -> str:
    """White space reduced to what parts two words or numbers."""
    return " ".join(_IDLE_SPACE.sub(r"\1", text).split())
