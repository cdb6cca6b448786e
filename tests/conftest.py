"""Fixtures that several packages' tests share."""

from pathlib import Path

import pytest
from hypothesis import settings

# How long an example takes says nothing on a machine that is busy with something else.
settings.register_profile("quizapp", deadline=None)
settings.load_profile("quizapp")


@pytest.fixture(scope="session")
def toy_course() -> Path:
    """A small valid course: two decks with every kind of card, one exercise. Not to be changed."""
    return Path(__file__).parent / "toy_course"
