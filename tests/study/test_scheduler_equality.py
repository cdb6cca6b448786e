"""A short run of `scripts/scheduler_equality.py`; the long one takes a million answers."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "scheduler_equality.py"


@pytest.fixture(scope="module")
def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("scheduler_equality", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # its dataclasses look themselves up there
    spec.loader.exec_module(module)
    return module


def test_random_answers_give_what_the_package_gives(script):
    found = script.compare(2000, seed=1)
    assert found.differences == []
    assert found.steps == 2000
    assert set(found.phases) == {"learning", "review", "relearning"}


def test_a_difference_is_told(script, monkeypatch):
    monkeypatch.setattr(script, "TOLERANCE", -1.0)
    assert script.compare(10).differences
