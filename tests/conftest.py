"""Fixtures that several packages' tests share."""

from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def toy_course() -> Path:
    """A small valid course: two decks with every kind of card, one exercise. Not to be changed."""
    return Path(__file__).parent / "toy_course"
