"""What is said when a submission does not get as far as a comparison. Owns those messages."""

from __future__ import annotations

import re
import unicodedata

from quizapp.domain.outcomes import Verdict
from quizapp.judge import compare, describe, display
from quizapp.judge.compare import Judged
from quizapp.judge.conversation import SyntaxFault
from quizapp.judge.notebooks import place
from quizapp.judge.running import Raised
from quizapp.judge.sandbox import Ended, HowEnded

_FARTHEST_LOOP = 500
_SHOWN_AROUND = 100
_BLOCK = re.compile(r"(while|for|def|class)\b")
_AT_IMPORT = (
    "this ran while the file was loaded; keep only definitions at the top level and put the rest "
    'under `if __name__ == "__main__":`'
)
_SIGNALS = {
    "SIGSEGV": " (it touched memory that is not its own, or its stack ran over)",
    "SIGABRT": " (a library gave up, or abort() was called)",
    "SIGKILL": " (it was killed)",
    "SIGFPE": " (a division by zero outside of Python)",
}
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
    "\u00a0": "a plain space",
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
    where = f" in {place(source, line)}" + (f": `{code}`" if code else "") if line else ""
    hint = f"\n{_AT_IMPORT}" if loading else ""
    if ended.how is HowEnded.TIMED_OUT:
        loop = _loop_around(source, line)
        text = f"still running when the time was up{where}{loop}{hint}"
        return Judged(Verdict.TIMED_OUT, text)
    if ended.how is HowEnded.OUTPUT_LIMIT:
        return Judged(Verdict.OUTPUT_LIMIT, f"it prints without end{hint}")
    if ended.how is HowEnded.ANSWER_LIMIT:
        return Judged(Verdict.OUTPUT_LIMIT, "its values are larger than the task can need")
    if ended.how is HowEnded.ZYGOTE_LOST:
        why = f"is not what it has to be: {ended.lost}" if ended.lost else "was lost twice"
        return Judged(Verdict.GRADER_ERROR, f"the sandbox {why}; check again")
    if ended.how is HowEnded.THREAD_LIMIT:
        return Judged(Verdict.BLOCKED, f"it starts threads without end{hint}")
    if ended.how is HowEnded.SIGNALLED:
        how = _SIGNALS.get(ended.signal_name, "")
        return Judged(Verdict.CRASHED, f"the process died of {ended.signal_name}{how}{where}{hint}")
    after = f" after {cases} answered case{'s' * (cases != 1)}"
    what = (
        "what came back was not an answer"
        if ended.how is HowEnded.MALFORMED
        else ("it ended the process")
    )
    if loading:
        return Judged(Verdict.NO_RESULT, f"{what} while the file was loaded{hint}")
    return Judged(Verdict.NO_RESULT, f"{what}{after}; return a value instead of exiting")


def _loop_around(source: str, line: int) -> str:
    """The loop that a line is in, by indentation: `while` before `for`, as a line of its own.

    The source is not parsed: who writes it could make the parser fall over, and this process is
    the judge's.
    """
    lines = source.splitlines()[:line]
    if not 0 < line <= len(lines):
        return ""
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
        return ""
    head = describe.source_line(source, number)
    question = "what makes it end?" if found["while"] else "does it need that many rounds?"
    if number == line:
        return f"\nthat is a loop; {question}"
    return f"\nit is inside the loop in {place(source, number)}: `{head}`; {question}"


def _depth(text: str) -> int:
    return len(text) - len(text.lstrip())


def describe_load_error(raised: Raised, context: compare.Context) -> Judged:
    """The verdict for an exception that the file raised while it was loaded."""
    judged = compare.judge_raised(raised, context)
    return Judged(judged.verdict, f"{judged.message}\n{_AT_IMPORT}")


def describe_syntax(fault: SyntaxFault, text: str) -> str:
    """Line, column and reason of a syntax error, the line itself, and usual culprits by name."""
    if not fault.line and "\x00" in text:
        fault = _null_byte(text)
    lines = text.split("\n")
    whole = lines[fault.line - 1] if 0 < fault.line <= len(lines) else fault.text
    first = max(0, fault.column - 1 - _SHOWN_AROUND) if len(whole) > 2 * _SHOWN_AROUND else 0
    shown = whole[first : first + 2 * _SHOWN_AROUND]  # a line may be megabytes long
    where = f"{place(text, fault.line)}, column {fault.column}: " if fault.line else ""
    parts = [f"{where}{fault.message}"]
    culprit = _odd_character(shown, first)
    if culprit:
        parts[0] += f"; {culprit}"
    elif "print" in fault.message and "Missing parentheses" in fault.message:
        parts[0] += "; that is Python 2, write print(…)"
    if shown.strip():
        parts.append(f"    {shown.rstrip()}")
        if 0 < fault.column - first <= len(shown) + 1:
            parts.append("    " + " " * (fault.column - first - 1) + "^")
    return display.escape("\n".join(parts))


def _null_byte(text: str) -> SyntaxFault:
    """Where the first null byte is: Python only says that there is one."""
    before = text[: text.index("\x00")]
    line = before.count("\n") + 1
    column = len(before) - before.rfind("\n")
    return SyntaxFault("a null byte; is the file saved as UTF-8?", line, column, "")


def _odd_character(line: str, before: int = 0) -> str:
    """A character in `line` that looks like code and is none, by its name.

    Args:
        line: a line, or the part of it that is shown.
        before: number of characters of the line before that part.
    """
    for column, character in enumerate(line, before + 1):
        name = unicodedata.name(character, f"U+{ord(character):04X}")
        if character in _LOOKALIKES:
            return f"column {column} holds {name}; type {_LOOKALIKES[character]} instead"
        if character == "\x00":
            return f"column {column} holds NULL (U+0000); delete it"
        if unicodedata.category(character) == "Cf":
            return f"column {column} holds {name}; delete it"
    return ""
