"""What a judging came to, as text. Owns their colours; leaves judging to the judge.

Everything that comes from a submission (messages, output) is escaped and never read as markup.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from textual.content import Content

from quizapp.domain.outcomes import CheckResult, Outcome, Verdict
from quizapp.domain.text import Language
from quizapp.tui.text import times
from quizapp.tui.text.markdown import Block, blocks, code_block
from quizapp.tui.text.safe import escaped
from quizapp.tui.text.verdicts import VERDICT_WORDS
from quizapp.tui.widgets.ratings import rating_name
from quizapp.tui.words import say, say_n

if TYPE_CHECKING:
    from quizapp.domain.exercises import Exercise
    from quizapp.engine.types import Submitted

GOOD, BAD, OURS, QUIET = "bold $text-success", "bold $text-error", "bold $text-warning", "$quiet"

_STYLES = {Verdict.PASSED: GOOD, Verdict.SKIPPED: QUIET, Verdict.GRADER_ERROR: OURS}

VERDICTS: dict[Verdict, tuple[str, str, str]] = {
    verdict: (symbol, words, _STYLES.get(verdict, BAD))
    for verdict, (symbol, words) in VERDICT_WORDS.items()
}
"""Verdict -> symbol, words, style; the words alone say it all."""


def verdict_content(verdict: Verdict) -> Content:
    """Symbol and words of a verdict."""
    symbol, words, style = VERDICTS[verdict]
    return Content(f"{symbol} {say(words)}").stylize(style)


def outcome_blocks(outcome: Outcome, language: Language, labels: Mapping[str, str]) -> list[Block]:
    """The whole outcome: headline, diagnosis, checks, output.

    Args:
        outcome: of a judging.
        language: of everything that is not the submission's.
        labels: English label of a check -> the one in `language`, where there is one.
    """
    return [
        _headline(outcome),
        *_diagnosis(outcome, language),
        *(
            block
            for index, check in enumerate(outcome.checks)
            for block in _check(check, language, labels, first=index == 0)
        ),
        *_output(outcome),
        Block(
            Content(
                f"{outcome.elapsed_ms:.0f} ms · {say('isolation')} {outcome.isolation}"
                f" · {say('seed')} {outcome.seed}"
            ).stylize(QUIET)
        ),
    ]


def consequences(submitted: Submitted, now: datetime) -> list[Block]:
    """What a submission changed: rating, when the exercise comes back, cards brought forward."""
    lines = []
    if submitted.outcome.verdict is Verdict.GRADER_ERROR:
        lines.append(Content(say("Nothing was recorded: please submit again.")).stylize(OURS))
    if submitted.rating is not None and submitted.schedule is not None:
        lines.append(
            Content.assemble(
                (say("recorded as") + " ", QUIET),
                rating_name(submitted.rating),
                ("  " + say("comes back:") + " ", QUIET),
                times.until(submitted.schedule, now),
            )
        )
    elif submitted.outcome.passed:
        told = say("Recorded; its review of today is done, so it comes back as planned.")
        lines.append(Content(told).stylize(QUIET))
    elif submitted.outcome.unwritten:
        told = say("There is nothing in it to judge yet, so nothing was recorded.")
        lines.append(Content(told).stylize(QUIET))
    elif submitted.recorded:
        told = say("Recorded as a try: it is not solved yet.")
        lines.append(Content(told).stylize(QUIET))
    if submitted.brought_forward:
        cards = ", ".join(_notes_of(submitted.brought_forward))
        lines.append(Content.assemble((say("cards brought forward:") + " ", QUIET), cards))
    if submitted.credited:
        cards = ", ".join(_notes_of(submitted.credited))
        lines.append(Content.assemble((say("cards that count as reviewed:") + " ", QUIET), cards))
    return [Block(line, gap=0 if index else 1) for index, line in enumerate(lines)]


def _notes_of(cards: Iterable[str]) -> list[str]:
    """The notes that cards belong to, each once: `box-area/c1` and `/c2` are one."""
    return list(dict.fromkeys(card.partition("/")[0] for card in cards))


def variant_blocks(exercise: Exercise, language: Language) -> list[Block]:
    """Which variant this is, and what is different in it."""
    bar = Content("▎ ").stylize("$accent")
    head = Content(say("This is variant {name}:", name=exercise.variant)).stylize("bold")
    change = blocks(exercise.change.read_in(language))
    return [Block(head, first=bar), *(Block(each.content, first=bar, gap=0) for each in change)]


def _headline(outcome: Outcome) -> Block:
    score = f"{outcome.score}/{outcome.max_score}"
    return Block(
        Content.assemble(
            verdict_content(outcome.verdict),
            (f"   {score} ", "bold"),
            (say_n(outcome.max_score, "points", "point"), QUIET),
        )
    )


def _diagnosis(outcome: Outcome, language: Language) -> Iterator[Block]:
    if outcome.diagnosis is None:
        return
    bar = Content("▎ ").stylize("$accent")
    yield Block(Content(say("This looks like a known mistake:")).stylize("bold"), first=bar)
    for block in blocks(outcome.diagnosis.message.read_in(language)):
        yield Block(block.content, first=bar, filled=block.filled, gap=0)
    if outcome.diagnosis.cards:
        cards = ", ".join(outcome.diagnosis.cards)
        yield Block(Content.assemble((say("cards:") + " ", QUIET), cards), first=bar, gap=0)


def _check(
    check: CheckResult, language: Language, labels: Mapping[str, str], *, first: bool
) -> Iterator[Block]:
    passed = check.verdict is Verdict.PASSED
    points = f"{check.points}/{check.max_points}  " if check.max_points else ""
    mark = Content.assemble(
        verdict_content(check.verdict), (f"  {points}", "bold" if passed else "$quiet bold")
    )
    label = Content.assemble(escaped(labels.get(check.label) or say(check.label)))
    message = check.message_in(language).rstrip()
    yield Block(label, first=mark, gap=1 if message or first else 0)
    if message:
        yield Block(Content(escaped(message)), first=Content("    "), gap=0)


def _output(outcome: Outcome) -> Iterator[Block]:
    if outcome.output.strip():
        yield Block(Content(say("your code printed")).stylize(QUIET))
        yield code_block(escaped(outcome.output), python=False, gap=0)
