"""One HTML page of a class: the gradebook, and each student's feedback. Owns its look.

A single file without scripts and without anything from elsewhere, so that it can be mailed. All
that comes from students is escaped.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from html import escape
from typing import Any

from quizapp.classroom.gradebook import Grades, full_message
from quizapp.domain.outcomes import Verdict
from quizapp.domain.records import GradedRow

_MARKS = {Verdict.PASSED: "✓", Verdict.SKIPPED: "–", Verdict.GRADER_ERROR: "!"}

_STYLE = """
:root { color-scheme: light dark; --line: #8884; --soft: #8882; --good: #2e7d32; --bad: #c62828; }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 70rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; margin-bottom: 0; } h2 { font-size: 1.15rem; margin-top: 2.5rem; }
h3 { font-size: 1rem; margin-bottom: .3rem; } .note { opacity: .75; margin-top: .2rem; }
table { border-collapse: collapse; width: 100%; } .scroll { overflow-x: auto; }
th, td { padding: .3rem .6rem; border-bottom: 1px solid var(--line); text-align: left; }
td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
td.m { width: 1.5rem; font-weight: 700; }
.passed { color: var(--good); } .not { color: var(--bad); }
pre { background: var(--soft); padding: .5rem .7rem; margin: .3rem 0; overflow-x: auto;
  white-space: pre-wrap; font: 13px/1.45 ui-monospace, monospace; }
.say { border-left: 3px solid var(--line); padding: .2rem .8rem; margin: .5rem 0; }
.warn { border: 1px solid var(--bad); padding: .5rem .8rem; }
@media print { details { display: block } }
"""


def class_page(
    grades: Grades,
    *,
    title: str,
    isolation: str,
    weak: bool,
    remarks: Mapping[tuple[str, str], str],
) -> str:
    """The page.

    Args:
        grades: what to show.
        title: name of the class, such as its folder's.
        isolation: the tier that everything was judged in.
        weak: whether that tier had to be allowed.
        remarks: (student, slug) -> what was decided about the file, such as a choice.
    """
    parts = [
        "<!doctype html>",
        '<html lang="en"><head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head><body>",
        f"<h1>{escape(title)}</h1>",
        f'<p class="note">{len(grades.students)} students, {len(grades.rows)} files, judged in '
        f"isolation tier {escape(isolation)}</p>",
    ]
    if weak:
        parts.append(
            '<p class="warn">Judged without sufficient isolation, on request: a submission could '
            "have read other files or reached the network.</p>"
        )
    parts += _table(grades)
    for number, student in enumerate(grades.students):
        parts.append(f'<h2 id="s{number}">{_text(student)}</h2>')
        shown = [slug for slug in grades.exercises if (student, slug) in grades.rows]
        if not shown:
            parts.append('<p class="note">Nothing was handed in.</p>')
        for slug in shown:
            row = grades.rows[student, slug]
            parts += _feedback(row, remarks.get((student, slug), ""))
    parts.append("</body></html>")
    return "\n".join(parts) + "\n"


def _table(grades: Grades) -> Iterator[str]:
    yield '<div class="scroll"><table><thead><tr><th>student</th>'
    yield from (f'<th class="n">{escape(slug)}</th>' for slug in grades.exercises)
    yield f'<th class="n">total of {grades.max_score()}</th></tr></thead><tbody>'
    for number, student in enumerate(grades.students):
        cells = "".join(_cell(grades.rows.get((student, slug))) for slug in grades.exercises)
        yield (
            f'<tr><td><a href="#s{number}">{_text(student)}</a></td>{cells}'
            f'<td class="n">{grades.score(student)}</td></tr>'
        )
    yield "</tbody></table></div>"


def _cell(row: GradedRow | None) -> str:
    if row is None:
        return '<td class="n" title="nothing was handed in">–</td>'
    if row.verdict is Verdict.GRADER_ERROR:
        return '<td class="n" title="could not be judged">!</td>'
    return (
        f'<td class="n" title="{row.verdict.value}">{_mark(row.verdict)} '
        f"{row.score}/{row.max_score}</td>"
    )


def _feedback(row: GradedRow, remark: str) -> Iterator[str]:
    outcome: dict[str, Any] = json.loads(row.outcome)
    yield (
        f"<h3>{escape(row.exercise)}: {row.verdict.value.replace('_', ' ')}, "
        f"{row.score} of {row.max_score} points</h3>"
    )
    if remark:
        yield f'<p class="note">{_text(remark)}</p>'
    if outcome["diagnosis"]:
        yield f'<p class="say">{_text(outcome["diagnosis"]["message"])}</p>'
    yield "<table><tbody>"
    yield from _checks(outcome["checks"])
    yield "</tbody></table>"
    if outcome.get("output"):
        yield f"<details><summary>what it printed</summary><pre>{_text(outcome['output'])}</pre>"
        yield "</details>"


def _checks(checks: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    for check in checks:
        verdict = Verdict(check["verdict"])
        kind = "passed" if verdict is Verdict.PASSED else "not"
        text = full_message(check)
        message = f"<pre>{_text(text)}</pre>" if text else ""
        word = "" if verdict is Verdict.PASSED else f" <em>({verdict.value.replace('_', ' ')})</em>"
        yield (
            f'<tr><td class="m {kind}">{_mark(verdict)}</td><td>{_text(check["label"])}{word}'
            f'{message}</td><td class="n">{check["points"]}/{check["max_points"]}</td></tr>'
        )


def _mark(verdict: Verdict) -> str:
    return _MARKS.get(verdict, "✗")


def _text(text: str) -> str:
    """Anything a student could have written, as text of the page."""
    return escape(text.encode("utf-8", "backslashreplace").decode())
