"""What is said when a submission does not get as far as a comparison. Owns those messages."""

from __future__ import annotations

import re
import unicodedata

from quizapp.domain.outcomes import Verdict
from quizapp.judge import describe, display, verdicts
from quizapp.judge.conversation import SyntaxFault
from quizapp.judge.notebooks import place
from quizapp.judge.running import Raised
from quizapp.judge.sandbox import Ended, HowEnded
from quizapp.judge.verdicts import Judged
from quizapp.judge.words import COLON, NOTHING, THEN, Said, phrase, say
from quizapp.judge.words_zh import OF_PYTHON

_FARTHEST_LOOP = 500
_SHOWN_AROUND = 100
_BLOCK = re.compile(r"(while|for|def|class)\b")
_AT_IMPORT = say(
    "this ran while the file was loaded; keep only definitions at the top level and put the rest "
    'under `if __name__ == "__main__":`'
)
_SIGNALS = {
    "SIGSEGV": say(" (it touched memory that is not its own, or its stack ran over)"),
    "SIGABRT": say(" (a library gave up, or abort() was called)"),
    "SIGKILL": say(" (it was killed)"),
    "SIGFPE": say(" (a division by zero outside of Python)"),
}
_NULL_BYTE = say("a null byte; is the file saved as UTF-8?")
_LOOKALIKES = {
    "“": '"',
    "”": '"',
    "‘": "'",
    "’": "'",
    "，": ",",
    "（": "(",
    "）": ")",
    "：": ":",
    "；": ";",
    "＝": "=",
    "\u00a0": say("a plain space"),
    "–": "-",
    "−": "-",
}


def describe_end(
    ended: Ended, filename: str, source: str, *, cases: int = 0, loading: bool = False
) -> Judged:
    """The verdict for a process that ended without a complete answer, and what to say.

    Args:
        ended: how it ended.
        filename: what the submission was compiled as, for the line it was in.
        source: the submission, for the text of that line.
        cases: how many values it had answered with in the check that it was in.
        loading: whether the file was still being loaded.
    """
    line = ended.line_in(filename)
    code = describe.source_line(source, line)
    where = say(" in {place}", place=place(source, line)) if line else NOTHING
    if where and code:
        where += COLON + f"`{code}`"
    hint = "\n" + _AT_IMPORT if loading else NOTHING
    if ended.how is HowEnded.TIMED_OUT:
        loop = _loop_around(source, line)
        text = say("still running when the time was up{where}", where=where)
        return Judged(Verdict.TIMED_OUT, text + loop + hint)
    if ended.how is HowEnded.OUTPUT_LIMIT:
        return Judged(Verdict.OUTPUT_LIMIT, say("it prints without end") + hint)
    if ended.how is HowEnded.ANSWER_LIMIT:
        return Judged(Verdict.OUTPUT_LIMIT, say("its values are larger than the task can need"))
    if ended.how is HowEnded.ZYGOTE_LOST:
        told = say("the sandbox was lost twice; check again")
        if ended.lost:
            told = say("the sandbox is not what it has to be: {why}; check again", why=ended.lost)
        return Judged(Verdict.GRADER_ERROR, told)
    if ended.how is HowEnded.THREAD_LIMIT:
        return Judged(Verdict.BLOCKED, say("it starts threads without end") + hint)
    if ended.how is HowEnded.SIGNALLED:
        how = _SIGNALS.get(ended.signal_name, NOTHING)
        told = say(
            "the process died of {signal}{how}{where}",
            signal=ended.signal_name,
            how=how,
            where=where,
        )
        return Judged(Verdict.CRASHED, told + hint)
    what = (
        say("what came back was not an answer")
        if ended.how is HowEnded.MALFORMED
        else say("it ended the process")
    )
    if loading:
        told = say("{what} while the file was loaded", what=what)
        return Judged(Verdict.NO_RESULT, told + hint)
    after = (
        say(" after 1 answered case") if cases == 1 else say(" after {n} answered cases", n=cases)
    )
    told = say("{what}{after}; return a value instead of exiting", what=what, after=after)
    return Judged(Verdict.NO_RESULT, told)


def _loop_around(source: str, line: int) -> Said:
    """The loop that a line is in, by indentation: `while` before `for`, as a line of its own.

    The source is not parsed: who writes it could make the parser fall over, and this process is
    the judge's.
    """
    lines = source.splitlines()[:line]
    if not 0 < line <= len(lines):
        return NOTHING
    depth = _depth(lines[-1]) + 1  # the line may be the head of the loop itself
    found = {"while": 0, "for": 0}
    for number in range(line, max(0, line - _FARTHEST_LOOP), -1):
        text = lines[number - 1]
        if not text.strip() or text.lstrip().startswith("#") or _depth(text) >= depth:
            continue
        depth = _depth(text)
        block = _BLOCK.match(text.strip())
        word = block.group() if block else ""
        if word in found and not found[word]:
            found[word] = number
        if word in ("def", "class"):
            break
    number = found["while"] or found["for"]
    if not number:
        return NOTHING
    head = describe.source_line(source, number)
    question = (
        say("what makes it end?") if found["while"] else say("does it need that many rounds?")
    )
    if number == line:
        return "\n" + say("that is a loop; {question}", question=question)
    return "\n" + say(
        "it is inside the loop in {place}: `{head}`; {question}",
        place=place(source, number),
        head=head,
        question=question,
    )


def _depth(text: str) -> int:
    return len(text) - len(text.lstrip())


def describe_load_error(raised: Raised, context: verdicts.Context) -> Judged:
    """The verdict for an exception that the file raised while it was loaded."""
    judged = verdicts.judge_raised(raised, context)
    return Judged(judged.verdict, judged.message + "\n" + _AT_IMPORT)


def describe_syntax(fault: SyntaxFault, text: str) -> Said:
    """Line, column and reason of a syntax error, the line itself, and usual culprits by name."""
    if not fault.line and "\x00" in text:
        fault = _null_byte(text)
    lines = text.split("\n")
    whole = lines[fault.line - 1] if 0 < fault.line <= len(lines) else fault.text
    first = max(0, fault.column - 1 - _SHOWN_AROUND) if len(whole) > 2 * _SHOWN_AROUND else 0
    shown = whole[first : first + 2 * _SHOWN_AROUND]  # a line may be megabytes long
    told = _what_is_wrong(fault)
    if fault.line:
        at = say("{place}, column {n}: ", place=place(text, fault.line), n=fault.column)
        told = at + told
    culprit = _odd_character(shown, first)
    if culprit:
        told += THEN + culprit
    elif "print" in fault.message and "Missing parentheses" in fault.message:
        told += say("; that is Python 2, write print(…)")
    if shown.strip():
        told += f"\n    {shown.rstrip()}"
        if 0 < fault.column - first <= len(shown) + 1:
            told += "\n    " + " " * (fault.column - first - 1) + "^"
    return told.map(display.escape)


def _what_is_wrong(fault: SyntaxFault) -> Said:
    """Python's own words, which are always English; in Chinese, with what they mean behind them."""
    if fault.message == _NULL_BYTE:
        return _NULL_BYTE
    known = (told for start, told in OF_PYTHON.items() if fault.message.startswith(start))
    return Said(fault.message, f"{fault.message}{next(known, '')}")


def _null_byte(text: str) -> SyntaxFault:
    """Where the first null byte is: Python only says that there is one."""
    before = text[: text.index("\x00")]
    line = before.count("\n") + 1
    column = len(before) - before.rfind("\n")
    return SyntaxFault(_NULL_BYTE, line, column, "")


def _odd_character(line: str, before: int = 0) -> Said:
    """A character in `line` that looks like code and is none, by its name.

    Args:
        line: a line, or the part of it that is shown.
        before: number of characters of the line before that part.
    """
    for column, character in enumerate(line, before + 1):
        name = unicodedata.name(character, f"U+{ord(character):04X}")
        if character in _LOOKALIKES:
            plain = _LOOKALIKES[character]
            template = phrase("column {n} holds {name}; type {plain} instead")
            return say(template, n=column, name=name, plain=plain)
        if character == "\x00":
            return say("column {n} holds {name}; delete it", n=column, name="NULL (U+0000)")
        if unicodedata.category(character) == "Cf":
            return say("column {n} holds {name}; delete it", n=column, name=name)
    return NOTHING
