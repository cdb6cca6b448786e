"""Judges of each tier, started when the first test asks and shared by all of a worker."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from quizapp.course import load_exercise
from quizapp.domain.exercises import Exercise
from quizapp.domain.outcomes import Tier
from quizapp.judge import probing
from quizapp.judge.client import Judge

REPOSITORY = Path(__file__).parents[2]
SECRET = "A_SECRET_OF_THE_HOST"


@contextmanager
def isolated_by(tier: str) -> Iterator[None]:
    """An environment in which a judge's server starts with `tier` at most."""
    kept = dict(os.environ)
    os.environ |= {"QUIZAPP_ISOLATION": tier, SECRET: "s3cr3t"}
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(kept)


@pytest.fixture(scope="session")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The default course, a copy of its own."""
    root = tmp_path_factory.mktemp("course")
    for name in ("exercises", "solutions", "cards"):
        shutil.copytree(REPOSITORY / name, root / name)
    shutil.copy(REPOSITORY / "course.yaml", root)
    return root


@pytest.fixture(scope="session")
def iou(course: Path) -> Exercise:
    return load_exercise(course, "detection", "iou")


@pytest.fixture(scope="session")
def judges() -> Iterator[Callable[[Tier], Judge]]:
    """The judge of a tier, two jobs at a time; whoever asks first waits for its start."""
    started: dict[Tier, Judge] = {}

    def judge_of(tier: Tier) -> Judge:
        if tier not in started:
            judge = started[tier] = Judge(jobs=2)
            with isolated_by(tier):
                found = judge.isolation
            assert found.tier is tier, found.reasons
        return started[tier]

    yield judge_of
    for judge in started.values():
        judge.close()


@pytest.fixture(scope="session")
def offered() -> tuple[Tier, ...]:
    """The tiers that this machine offers, strongest first."""
    strongest = list(Tier).index(probing.probe().tier)
    return tuple(Tier)[strongest:]
