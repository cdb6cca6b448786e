"""What a judging came to, as lines of text. Owns their order and wording; leaves judging to others.

Messages and output come from a submission: they are escaped, and shown as they are written.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from quizapp.cli import output
from quizapp.cli.lines import Line, Span, as_written, columns_of, wrapped
from quizapp.cli.prose import prose
from quizapp.cli.words import Say, saying
from quizapp.domain.outcomes import CheckResult, Outcome, Verdict
from quizapp.domain.text import Language
from quizapp.tui.text.safe import escaped
from quizapp.tui.text.verdicts import VERDICT_WORDS

if TYPE_CHECKING:
    from quizapp.engine import Submitted

_COLOURS = {Verdict.PASSED: "green", Verdict.SKIPPED: "yellow", Verdict.GRADER_ERROR: "yellow"}
_INDENT = " " * 7
_MOST_SKIPPED = 2


@dataclass(frozen=True, slots=True)
class Telling:
    """How outcomes are told.

    Attributes:
        language: of everything that is not the submission's.
        columns: that a line may take.
        labels: English label of a check -> the one in `language`, where there is one.
    """

    language: Language
    columns: int
    labels: Mapping[str, str] = field(default_factory=dict)

    @property
    def say(self) -> Say:
        """The words in this language."""
        return saying(self.language)


def colour_of(verdict: Verdict) -> str:
    """The colour of a verdict; never the only sign of it."""
    return _COLOURS.get(verdict, "red")


def in_full(outcome: Outcome, telling: Telling) -> list[Line]:
    """Checks in their order, diagnosis, what was printed; the verdict last, next to the prompt."""
    lines = _checks(outcome.checks, telling)
    for part in (_diagnosis(outcome, telling), _printed(outcome, telling)):
        lines += [(), *part] if part else []
    lines += [(), headline(outcome, telling)]
    how = f"{outcome.elapsed_ms:.0f} ms, {telling.say('seed')} {outcome.seed}, {outcome.isolation}"
    lines.append((Span(f"({how})", dim=True),))
    return lines


def first_things_first(outcome: Outcome, telling: Telling) -> list[Line]:
    """For a screen: the verdict, the known mistake, what failed; then what passed."""
    lines = [headline(outcome, telling)]
    for part in (
        _diagnosis(outcome, telling),
        _checks([one for one in outcome.checks if not _fine(one)], telling),
        _printed(outcome, telling),
        _checks([one for one in outcome.checks if _fine(one)], telling),
    ):
        lines += [(), *part] if part else []
    return lines


def headline(outcome: Outcome, telling: Telling) -> Line:
    """Verdict, points and checks passed, on one line."""
    say = telling.say
    symbol, words = VERDICT_WORDS[outcome.verdict]
    verdict = Span(f"{symbol} {say(words)}", fg=colour_of(outcome.verdict), bold=True)
    n, m = outcome.score, outcome.max_score
    points = say("{n} of {m} point", n=n, m=m) if m == 1 else say("{n} of {m} points", n=n, m=m)
    return (verdict, Span(f"   {points}"))


def consequences(submitted: Submitted, telling: Telling) -> list[Line]:
    """What a submission changed: its rating, when it comes back, cards brought forward."""
    say, outcome = telling.say, submitted.outcome
    if outcome.verdict is Verdict.GRADER_ERROR:
        what = say("the judge failed, not the submission: nothing was recorded; submit it again")
        return wrapped([Span(what, fg="yellow")], telling.columns)
    if not submitted.recorded:
        what = say("there is nothing in it to judge yet, so nothing was recorded")
        return wrapped([Span(what)], telling.columns)
    told = say("recorded; it did not pass") if not outcome.passed else say("recorded as solved")
    if submitted.rating is not None and submitted.schedule is not None:
        told += say(
            "; rated {rating}, comes back {when}",
            rating=say(submitted.rating.name.capitalize()).lower(),
            when=output.short_time(submitted.schedule.due),
        )
    elif outcome.passed:
        told += say("; rated already today, so its day stays")
    lines = wrapped([Span(told)], telling.columns)
    if submitted.brought_forward:
        told = say("cards brought forward:") + " " + ", ".join(notes_of(submitted.brought_forward))
        lines += wrapped([Span(told)], telling.columns, rest="  ")
    if submitted.credited:
        told = say("cards that count as reviewed:") + " " + ", ".join(notes_of(submitted.credited))
        lines += wrapped([Span(told)], telling.columns, rest="  ")
    return lines


def notes_of(cards: Sequence[str]) -> list[str]:
    """Ids of the notes that `cards` belong to, each once: `box-area/c1`, `/c2` are one note."""
    return list(dict.fromkeys(card.partition("/")[0] for card in cards))


def _fine(check: CheckResult) -> bool:
    return check.verdict in (Verdict.PASSED, Verdict.SKIPPED)


def _checks(checks: Sequence[CheckResult], telling: Telling) -> list[Line]:
    skipped = [check for check in checks if check.verdict is Verdict.SKIPPED]
    folded = len(skipped) > _MOST_SKIPPED
    lines: list[Line] = []
    for check in checks:
        if not (folded and check.verdict is Verdict.SKIPPED):
            lines += _check(check, telling)
    if folded:
        told = telling.say("{n} checks were skipped", n=len(skipped))
        symbol = VERDICT_WORDS[Verdict.SKIPPED][0]
        lines.append((Span(symbol, fg="yellow"), Span(" " * 6), Span(told, dim=True)))
    return lines


def _check(check: CheckResult, telling: Telling) -> list[Line]:
    symbol, words = VERDICT_WORDS[check.verdict]
    points = f"{check.points}/{check.max_points}" if check.max_points else ""
    label = [Span(escaped(telling.labels.get(check.label) or telling.say(check.label)))]
    # Loading has no points and is the only one then: the headline says its verdict already.
    if check.max_points and check.verdict not in (Verdict.PASSED, Verdict.FAILED):
        label.append(Span(f" — {telling.say(words)}", fg=colour_of(check.verdict)))
    front = (Span(symbol, fg=colour_of(check.verdict), bold=True), Span(f" {points:>3}  "))
    taken = columns_of(front)
    first, *rest = wrapped(label, telling.columns - taken)
    lines: list[Line] = [(*front, *first), *((Span(" " * taken), *line) for line in rest)]
    message = check.message_in(telling.language)
    if message:
        lines += as_written(message, telling.columns, _INDENT)
    return lines


def _diagnosis(outcome: Outcome, telling: Telling) -> list[Line]:
    if outcome.diagnosis is None:
        return []
    lines: list[Line] = [(Span(telling.say("This looks like a known mistake:"), bold=True),)]
    lines += prose(outcome.diagnosis.message.read_in(telling.language), telling.columns, "  ")
    if outcome.diagnosis.cards:
        cards = f"{telling.say('cards:')} {', '.join(notes_of(outcome.diagnosis.cards))}"
        lines += wrapped([Span(cards, dim=True)], telling.columns, "  ", "    ")
    return lines


def _printed(outcome: Outcome, telling: Telling) -> list[Line]:
    if not outcome.output.strip():
        return []
    lines: list[Line] = [(Span(telling.say("your code printed") + ":", bold=True),)]
    return lines + as_written(outcome.output, telling.columns, "  ")
