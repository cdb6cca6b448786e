"""SECURITY.md says what the submissions in `tests/hostile` show."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

from quizapp.domain.outcomes import Tier

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def script() -> ModuleType:
    """The script that writes the table."""
    before = list(sys.path)
    spec = importlib.util.spec_from_file_location(
        "security_table", ROOT / "scripts/security_table.py"
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    sys.path[:] = before
    return module


def test_the_table_is_what_the_submissions_say_now(script):
    text = (ROOT / "SECURITY.md").read_text()
    fixtures = script.hostile_support.read_all()
    assert script.renewed(text, fixtures) == text, "run `python scripts/security_table.py`"


def test_every_attack_of_the_submissions_has_its_row(script):
    covered = {case for cases in script.THREATS.values() for case in cases}
    hostile = {int(each.name[:2]) for each in script.hostile_support.read_all()}
    assert {case for case in hostile if case < 42} <= covered


def _submission(script, expect: str, **weak: str):
    given = {tier: (verdict, "why") for tier, verdict in weak.items()}
    return script.Hostile("09_x.py", b"", expect, weak=given)


@pytest.mark.parametrize(
    ("weak", "tier", "state"),
    [
        ({}, Tier.PROCESS, "holds"),
        ({"process": "never"}, Tier.PROCESS, "does not hold"),
        ({"process": "passed"}, Tier.PROCESS, "does not hold"),
        ({"process": "failed"}, Tier.PROCESS, "partly"),
        ({"process": "any"}, Tier.PROCESS, "partly"),
        ({"process": "never"}, Tier.LANDLOCK, "holds"),
        ({"landlock": "blocked"}, Tier.LANDLOCK, "holds"),
        ({"landlock": "passed"}, Tier.LANDLOCK, "does not hold"),
    ],
)
def test_a_weak_tier_is_told_from_one_that_refuses_otherwise(script, weak, tier, state):
    assert script.state(_submission(script, "errored", **weak), tier) == state


def test_a_row_with_both_is_held_partly_and_says_why(script):
    fixtures = [_submission(script, "failed"), _submission(script, "failed", process="never")]
    made = script.table(
        fixtures + [f for f in script.hostile_support.read_all() if f.name[:2] != "09"]
    )
    row = next(line for line in made.splitlines() if line.startswith("| changing the store"))
    assert row.split(" | ")[1:] == ["holds", "holds", "partly |"]
    assert "- `process`, changing the store, the course, its own source: why." in made


def test_a_document_without_a_place_for_the_table_is_an_error(script):
    with pytest.raises(SystemExit, match="no place for the table"):
        script.renewed("# Security\n", [])
