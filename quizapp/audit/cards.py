"""What can be wrong with a card. Owns trying proofs, predictions and worked-out answers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, TypeAlias

from quizapp.audit.trials import Finding, Trial
from quizapp.domain.cards import AnswerType, Drawn, Kind, Note
from quizapp.domain.outcomes import Snippet, SnippetResult, Verdict
from quizapp.domain.text import Language
from quizapp.engine.snippets import answer_snippet, proof_snippet
from quizapp.errors import Phrase
from quizapp.study.answers import parse_number, parse_shape
from quizapp.study.parameters import draw, substitute

if TYPE_CHECKING:
    from quizapp.judge.client import Judge

MOST_LINES = 3
"""A predict snippet prints no more lines than a learner cares to type."""

MOST_COLUMNS = 80
"""And no wider ones."""

_About: TypeAlias = Callable[[str, str], Finding]
"""Makes a finding about one note from what is wrong and what to do."""


def note_trials(note: Note, judge: Judge, seeds: Sequence[int]) -> Iterator[Trial]:
    """What there is to try about `note`; one seed is enough for one that is not parametric."""
    for seed in seeds if note.given else seeds[:1]:
        drawn = draw(note.given, seed)
        about = partial(_about, note, drawn)
        first = seed == seeds[0]
        if (proof := proof_snippet(note, drawn)) is not None:
            ask = partial(_run, judge, proof)
            yield Trial("proofs" if first else "", ask, partial(_proof_findings, about))
        if note.kind is Kind.PREDICT and (snippet := answer_snippet(note, drawn)) is not None:
            # The second run has another torch seed: what is printed must not depend on luck.
            ask = partial(_run, judge, snippet, replace(snippet, seed=snippet.seed + 1))
            yield Trial("predictions" if first else "", ask, partial(_prediction_findings, about))
        elif note.answer is not None and not note.answer.literal:
            snippet = answer_snippet(note, drawn, attempt=note.answer.value)
            assert snippet is not None
            ask = partial(_run, judge, snippet)
            find = partial(_answer_findings, about, note.answer.type)
            yield Trial("answers" if first else "", ask, find)
        if note.kind is Kind.CHOICE and note.given:
            find = partial(_choice_findings, about, note, drawn)
            yield Trial("parametric choices" if first else "", tuple, find)


def _run(judge: Judge, *snippets: Snippet) -> tuple[Future[SnippetResult], ...]:
    return tuple(judge.run(snippet) for snippet in snippets)


def _about(note: Note, drawn: Mapping[str, Drawn], what: str, remedy: str) -> Finding:
    values = ", ".join(f"{name} = {value}" for name, value in drawn.items())
    return Finding(f"{note.location.path}:{note.location.line}", note.id, what, remedy, values)


def _proof_findings(about: _About, result: SnippetResult) -> Iterator[Finding]:
    if result.verdict is not Verdict.PASSED:
        said = Phrase("the proof does not hold: {error}", error=_raised(result))
        yield about(said, "correct the card or its proof, whichever is wrong")


def _prediction_findings(
    about: _About, result: SnippetResult, again: SnippetResult
) -> Iterator[Finding]:
    lines = result.printed.strip("\n").splitlines()
    if result.verdict is not Verdict.PASSED:
        said = Phrase("the snippet fails: {error}", error=_raised(result))
        yield about(said, "correct `code`; to ask about an error, print it")
    elif not result.printed.strip():
        yield about("the snippet prints nothing", "let `code` print the answer")
    elif len(lines) > MOST_LINES:
        said = Phrase("the snippet prints {n} lines", n=len(lines))
        yield about(said, Phrase("print {most} at most: learners type them", most=MOST_LINES))
    elif max(map(len, lines)) > MOST_COLUMNS:
        said = Phrase("the snippet prints {n} characters on a line", n=max(map(len, lines)))
        yield about(said, Phrase("print {most} at most: learners type them", most=MOST_COLUMNS))
    elif again.printed != result.printed:
        yield about(
            "the snippet prints something else at each run",
            "print what does not depend on random numbers",
        )


def _answer_findings(about: _About, kind: AnswerType, result: SnippetResult) -> Iterator[Finding]:
    value = result.value
    if result.verdict is not Verdict.PASSED:
        said = Phrase("the answer cannot be worked out: {error}", error=_raised(result))
        yield about(said, "correct `answer` or `setup`")
    elif kind is AnswerType.NUMBER and parse_number(value) is None:
        said = Phrase("the answer is no finite number but {value}", value=value)
        yield about(said, "let `number` give one, for a tensor by .item()")
    elif kind is AnswerType.SHAPE and (parse_shape(value) is None or value[0].isdigit()):
        said = Phrase("the answer is no shape but {value}", value=value)
        yield about(said, "let `shape` give a tuple of sizes")
    elif kind is AnswerType.EXPRESSION and not result.agrees:
        said = Phrase(
            "the answer does not equal itself: {error}", error=result.attempt_error or value
        )
        yield about(said, "let it be something other than nan")


def _choice_findings(about: _About, note: Note, drawn: Mapping[str, Drawn]) -> Iterator[Finding]:
    for language in Language:
        texts = [substitute(option.text.read_in(language), drawn) for option in note.options]
        if len(set(texts)) < len(texts):
            said = Phrase("two options are the same in {language}", language=language)
            yield about(said, "narrow `given` so that options always differ")
            return


def _raised(result: SnippetResult) -> str:
    """Why a snippet did not pass, on one line."""
    return " ".join((result.error or str(result.verdict)).split())
