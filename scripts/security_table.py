"""Write the table of SECURITY.md anew: how far each tier holds each kind of attack.

Read from the submissions in `tests/hostile`, which are judged in every tier by the tests: a header
`# weak: tier=verdict, why` says that a tier does not give the verdict that the others give. Run it
after such a header has changed: `python scripts/security_table.py`.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests" / "judge"))

import hostile_support  # noqa: E402
from hostile_support import ANY, NEVER, Hostile  # noqa: E402

from quizapp.domain.outcomes import Tier  # noqa: E402

FILE = ROOT / "SECURITY.md"
BEGIN, END = "<!-- table: python scripts/security_table.py -->", "<!-- end of table -->"
HOLDS, PARTLY, NOT = "holds", "partly", "does not hold"
THREATS = {
    "making up a result: exits, prints, frames of its own": range(1, 7),
    "having something loaded: pickles, files": range(7, 8),
    "going on after its end": range(8, 9),
    "changing the store, the course, its own source": range(9, 10),
    "tampering with the comparison": range(10, 20),
    "hard-coded answers, guessed seeds": range(20, 24),
    "reading references, labels, files, other processes": range(24, 27),
    "leaving answers for the next run": range(27, 28),
    "network": range(28, 29),
    "evading the rules of a task": range(29, 31),
    "never ending": range(31, 34),
    "floods of processes and threads, daemons": range(34, 36),
    "floods of memory": range(36, 37),
    "floods of output": range(37, 38),
    "filling the disk": range(38, 39),
    "crashing": range(39, 40),
    "signals to others": range(40, 41),
    "taking the processor": range(41, 42),
}


def state(fixture: Hostile, tier: Tier) -> str:
    """How a tier holds one submission."""
    verdict = fixture.verdict_in(tier)
    if verdict == fixture.expect:
        return HOLDS
    if verdict in (NEVER, "passed"):
        return NOT
    if verdict == ANY or tier is Tier.PROCESS:
        return PARTLY
    return HOLDS  # refused by another wall, with another verdict


def table(fixtures: list[Hostile]) -> str:
    """The table and the reasons below it, as Markdown."""
    tiers = list(Tier)
    lines = [f"| attack | {' | '.join(tiers)} |", "|---|" + "---|" * len(tiers)]
    reasons: dict[str, None] = {}
    for threat, cases in THREATS.items():
        those = [each for each in fixtures if int(each.name[:2]) in cases]
        cells = []
        for tier in tiers:
            states = {state(each, tier) for each in those}
            cells.append(states.pop() if len(states) == 1 else PARTLY)
            weak = [each for each in those if state(each, tier) != HOLDS]
            reasons |= dict.fromkeys(f"`{tier}`, {threat}: {each.why(tier)}" for each in weak)
        lines.append(f"| {threat} | {' | '.join(cells)} |")
    return "\n".join([*lines, "", "Why not:", "", *(f"- {reason}." for reason in reasons)])


def renewed(text: str, fixtures: list[Hostile]) -> str:
    """The document with the table as it is now."""
    pattern = re.compile(f"{re.escape(BEGIN)}.*?{re.escape(END)}", re.DOTALL)
    made = f"{BEGIN}\n{table(fixtures)}\n{END}"
    renewed_text, count = pattern.subn(lambda _: made, text)
    if count != 1:
        raise SystemExit(f"{FILE.name}: there is no place for the table; put {BEGIN} … {END} in")
    return renewed_text


if __name__ == "__main__":
    FILE.write_text(renewed(FILE.read_text(), hostile_support.read_all()))
