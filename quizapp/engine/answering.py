"""Use-cases about typed, chosen and predicted answers: what is expected, and is this it?

Owns deciding what the deck says and what has to be run; leaves comparing to `study.answers` and
running to the judge.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from quizapp.domain.cards import AnswerType, Kind
from quizapp.engine import wording
from quizapp.engine.base import Workplace
from quizapp.engine.futures import done, then
from quizapp.errors import CourseError, Phrase, UsageError

if TYPE_CHECKING:
    from concurrent.futures import Future

    from quizapp.domain.outcomes import SnippetResult
    from quizapp.domain.text import Language
    from quizapp.engine.prompts import Prompt
    from quizapp.engine.types import Assessment, Expected
    from quizapp.study.answers import Grade


class AnswerDesk(Workplace):
    """The engine's part about answers that can be checked."""

    def expected(self, prompt: Prompt) -> Future[Expected]:
        """The answer that `prompt` expects; worked out in the sandbox where the deck has code.

        Its exception is a JudgeError.
        """
        from quizapp.engine.types import Expected

        written = wording.written_answer(prompt.card, prompt.drawn, prompt.seed, self.language)
        if written is not None:
            return done(Expected(written))
        return worked_out(self, prompt)

    def answer_side(self, prompt: Prompt) -> Future[str]:
        """Everything that is shown after answering, as Markdown: expected answer and explanation.

        Where the answer cannot be worked out, the reason stands in its place.
        """
        back = wording.back(prompt.card, prompt.drawn, self.language)
        if prompt.card.note.kind in (Kind.BASIC, Kind.REVERSED, Kind.CLOZE):
            return done(back)

        def both(expected: Expected) -> str:
            answer = expected.text or expected.error
            if prompt.card.note.kind is Kind.PREDICT:
                answer = wording.fenced(answer, "")
            return f"{answer}\n\n{back}".strip()

        return then(self.expected(prompt), both)

    def assess(self, prompt: Prompt, attempt: str | Collection[int]) -> Future[Assessment]:
        """Compare an attempt with the expected answer.

        Args:
            prompt: what was asked.
            attempt: what was typed; for a choice card the indexes, from 0, of what was chosen among
                `Engine.options(prompt)`, or their numbers from 1 or letters as text.

        Returns:
            A future; its exception is a JudgeError, or a CourseError when the card's own code
            fails.

        Raises:
            UsageError: the card is answered by heart, or the attempt names no option.
        """
        from quizapp.engine.snippets import answer_snippet

        note = prompt.card.note
        if note.kind is Kind.CHOICE:
            return done(self._assess_choice(prompt, attempt))
        if not isinstance(attempt, str):
            raise UsageError(prompt.card.id, "this card has no options", "answer it by text")
        if note.kind in (Kind.BASIC, Kind.REVERSED):
            raise UsageError(
                prompt.card.id, "this card is answered by heart", "look at its back and rate it"
            )
        snippet = answer_snippet(note, prompt.drawn, attempt)
        if snippet is not None:
            language = self.language
            return then(
                self.judge.run(snippet),
                lambda result: _assess_result(prompt, attempt, result, language),
            )
        from quizapp.study.answers import grade_typed

        written = wording.written_answer(prompt.card, prompt.drawn, prompt.seed, self.language)
        assert written is not None, "what is not worked out is written"
        if note.answer is None:  # cloze
            return done(_assessment(grade_typed(AnswerType.TEXT, attempt, written)))
        grade = grade_typed(
            note.answer.type,
            attempt,
            written,
            tolerance=note.answer.tolerance,
            accept=note.answer.accept,
        )
        return done(_assessment(grade))

    def _assess_choice(self, prompt: Prompt, attempt: str | Collection[int]) -> Assessment:
        from quizapp.study.answers import grade_choice, parse_choice

        options = wording.options(prompt.card, prompt.drawn, prompt.seed)
        chosen: Collection[int] | None = (
            parse_choice(attempt, len(options)) if isinstance(attempt, str) else attempt
        )
        if chosen is None:
            raise UsageError(
                prompt.card.id,
                Phrase(
                    "{attempt!r} names none of its {n} options", attempt=attempt, n=len(options)
                ),
                "answer by number or letter, several apart by commas",
            )
        return _assessment(grade_choice(chosen, options, self.language))


def worked_out(desk: Workplace, prompt: Prompt) -> Future[Expected]:
    """The answer that running the card's code gives; for cards whose deck does not say it."""
    from quizapp.engine.snippets import answer_snippet

    snippet = answer_snippet(prompt.card.note, prompt.drawn)
    assert snippet is not None, "what is not written is worked out"
    return then(desk.judge.run(snippet), lambda result: _expected(prompt, result))


def _expected(prompt: Prompt, result: SnippetResult) -> Expected:
    from quizapp.domain.outcomes import Verdict
    from quizapp.engine.types import Expected
    from quizapp.study.answers import parse_shape

    if result.verdict is not Verdict.PASSED:
        return Expected("", _failure(result))
    note = prompt.card.note
    if note.kind is Kind.PREDICT:
        return Expected(result.printed.strip("\n"))
    assert note.answer is not None
    if note.answer.type is AnswerType.EXPRESSION:
        return Expected(f"{note.answer.value}  →  {result.value}")
    if note.answer.type is AnswerType.SHAPE and (shape := parse_shape(result.value)) is not None:
        return Expected(str(shape))
    return Expected(result.value)


def _assess_result(
    prompt: Prompt, attempt: str, result: SnippetResult, language: Language
) -> Assessment:
    from quizapp.study.answers import grade_printed, grade_typed

    note = prompt.card.note
    expected = _expected(prompt, result)
    if expected.error:
        raise CourseError(
            note.location.path,
            note.location.line,
            Phrase(
                "the answer of {id} cannot be worked out: {error}", id=note.id, error=expected.error
            ),
            "rate the card yourself, and tell the author of the course",
        )
    if note.kind is Kind.PREDICT:
        return _assessment(grade_printed(attempt, result.printed))
    assert note.answer is not None
    if note.answer.type is not AnswerType.EXPRESSION:
        return _assessment(
            grade_typed(note.answer.type, attempt, expected.text, tolerance=note.answer.tolerance)
        )
    right = bool(result.agrees)
    return _suggesting(right, expected.text, "" if right else result.attempt_error_in(language))


def _assessment(grade: Grade) -> Assessment:
    return _suggesting(grade.correct, grade.expected, grade.difference, grade.understood)


def _suggesting(right: bool, expected: str, difference: str, understood: bool = True) -> Assessment:
    from quizapp.domain.memory import Rating
    from quizapp.engine.types import Assessment

    rating = Rating.GOOD if right else Rating.AGAIN
    return Assessment(right, expected, difference, rating, understood)


def _failure(result: SnippetResult) -> str:
    return " ".join((result.error or str(result.verdict)).split())
