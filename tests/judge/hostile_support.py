"""Submissions in `tests/hostile`: what each expects, and which tier it is run in.

A fixture begins with comment lines `# key: value`:

    expect: verdict
    exercise: topic/slug                     the default is detection/iou
    says: text                               somewhere in messages, output, or "diagnosis: <name>"
    limits: cpu_s=0.5, memory_mb=256         instead of the exercise's own
    weak: tier=verdict, why                  that tier answers otherwise
    weak: tier=any, why                      it depends on the machine
    weak: process=never, why                 it would harm the machine there, so it is not run

Right solutions in odd styles lie in `honest/`, with the same header.

Files that cannot begin with a comment have their expectation in `OF_BYTES`.
"""

from __future__ import annotations

import dataclasses
import functools
import re
from dataclasses import dataclass, field
from pathlib import Path

from quizapp.course import load_exercise
from quizapp.domain.exercises import Exercise
from quizapp.domain.outcomes import Outcome, Tier

COURSE = Path(__file__).parents[2]
FOLDER = COURSE / "tests" / "hostile"
IOU = "detection/iou"
NEVER, ANY = "never", "any"
_HEADER = re.compile(r"# (expect|exercise|says|limits|weak): (.*)")
_ONCE = ("expect", "exercise", "limits")


@dataclass(frozen=True)
class Hostile:
    """One submission and what is to come of it."""

    name: str
    source: bytes
    expect: str
    exercise: str = IOU
    says: tuple[str, ...] = ()
    limits: dict[str, float] = field(default_factory=dict)
    weak: dict[str, tuple[str, str]] = field(default_factory=dict)

    def verdict_in(self, tier: Tier) -> str:
        """The verdict to expect, `ANY` or `NEVER`."""
        return self.weak.get(tier, (self.expect, ""))[0]

    def why(self, tier: Tier) -> str:
        """Why a tier answers otherwise."""
        return self.weak[tier][1]


OF_BYTES = {
    "42_byte_order_mark.py": {"expect": "passed"},
    "42_windows_line_ends.py": {"expect": "passed"},
    "42_old_mac_line_ends.py": {"expect": "passed"},
    "42_utf16.py": {"expect": "passed"},
    "42_null_bytes.py": {"expect": "syntax", "says": ["line 5, column 13", "NULL", "UTF-8"]},
    "42_latin1.py": {"expect": "unreadable", "says": ["line 1", "UTF-8"]},
    "42_unknown_encoding.py": {"expect": "unreadable", "says": ["klingon", "UTF-8"]},
    "42_a_picture.py": {"expect": "unreadable", "says": ["UTF-8"]},
    "43_empty.py": {"expect": "missing", "says": ["the file is empty", "write iou(boxes, target)"]},
    "43_blank.py": {"expect": "missing", "says": ["the file is empty"]},
    "49_magics_and_plots.ipynb": {"expect": "passed"},
    "49_cells_out_of_order.ipynb": {"expect": "passed"},
    "49_damaged_metadata.ipynb": {"expect": "passed"},
    "49_deleted_cells.ipynb": {"expect": "missing", "says": ["there is no iou in it"]},
    "49_old_format.ipynb": {"expect": "passed"},
    "49_syntax_error_in_a_cell.ipynb": {"expect": "syntax", "says": ["cell 2, line 2"]},
    "49_line_of_5000_digits.ipynb": {"expect": "syntax", "says": ["cell 1, line 2"]},
    "49_lone_surrogate.ipynb": {"expect": "failed", "says": ["got a string"]},
    "49_no_cells.ipynb": {"expect": "missing"},
    "49_not_json.ipynb": {"expect": "unreadable", "says": ["save it in Jupyter"]},
    "49_json_but_no_notebook.ipynb": {"expect": "unreadable", "says": ["save it in Jupyter"]},
}


def read_all() -> list[Hostile]:
    """Every fixture, by name."""
    paths = sorted(path for path in FOLDER.iterdir() if path.suffix in (".py", ".ipynb"))
    return [_read(path) for path in paths]


def read_honest() -> list[Hostile]:
    """Right solutions in odd styles, by name: none of them may be accused of anything."""
    return [_read(path) for path in sorted((FOLDER / "honest").glob("*.py"))]


def counted() -> str:
    """A table of the fixtures: how many expect each verdict, in each tier."""
    tiers = tuple(Tier)
    found = [fixture.verdict_in(tier) for fixture in read_all() for tier in tiers]
    rows = [["verdict", *map(str, tiers)]]
    for verdict in sorted(set(found)):
        numbers = (sum(each.verdict_in(tier) == verdict for each in read_all()) for tier in tiers)
        rows.append([verdict, *(f"{number:,}" for number in numbers)])
    return "\n".join("| " + " | ".join(row) + " |" for row in [rows[0], ["---"] * 4, *rows[1:]])


def _read(path: Path) -> Hostile:
    source = path.read_bytes()
    given = OF_BYTES.get(path.name)
    if given is None:
        return Hostile(path.name, source, **_header(path.name, source.decode()))
    return Hostile(path.name, source, given["expect"], says=tuple(given.get("says", ())))


def _header(name: str, text: str) -> dict:
    found: dict = {"says": [], "weak": {}}
    for line in text.splitlines():
        match = _HEADER.fullmatch(line)
        if match is None:
            break
        key, value = match.groups()
        if key == "says":
            found["says"].append(value)
        elif key == "weak":
            tier, rest = value.split("=", 1)
            verdict, why = rest.split(", ", 1)
            found["weak"][str(Tier(tier))] = (verdict, why)
        elif key == "limits":
            found["limits"] = {
                part.split("=")[0]: float(part.split("=")[1]) for part in value.split(", ")
            }
        else:
            found[key] = value
    if "expect" not in found:
        raise ValueError(f"{name} does not say what it expects")
    found["says"] = tuple(found["says"])
    return found


_load = functools.cache(load_exercise)


def exercise_of(fixture: Hostile, course: Path) -> Exercise:
    """What a fixture is handed in for, with its limits."""
    topic, slug = fixture.exercise.split("/")
    exercise = _load(course, topic, slug)
    if not fixture.limits:
        return exercise
    changed = {
        key: value if key == "cpu_s" else int(value) for key, value in fixture.limits.items()
    }
    return dataclasses.replace(exercise, limits=dataclasses.replace(exercise.limits, **changed))


def all_said(outcome: Outcome) -> str:
    """Everything that an outcome tells, as one text."""
    parts = [f"{check.label}: {check.message}" for check in outcome.checks]
    if outcome.diagnosis:
        parts.append(f"diagnosis: {outcome.diagnosis.near_miss}: {outcome.diagnosis.message.en}")
    return "\n".join([*parts, outcome.output])
