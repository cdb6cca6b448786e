"""Courses made up for one test."""

from collections.abc import Callable
from pathlib import Path
from shutil import copytree

import pytest

DECK = """\
deck: {en: Tensors, zh: 张量}
notes:
- id: len-is-axis-0
  front: {en: Which axis?, zh: 哪个轴？}
  back: {en: Axis 0., zh: 第 0 轴。}
  source: "T1 § A"
"""


@pytest.fixture
def course_with(tmp_path: Path) -> Callable[..., Path]:
    """Makes a course of one topic, `tensors`, whose deck is the text that it is given."""

    def make(deck: str | bytes = DECK, **files: str | bytes) -> Path:
        root = tmp_path / "course"
        texts: dict[str, str | bytes] = {
            "course.yaml": "format: 1\ntitle: {en: T, zh: 题}\ntopics: [tensors]\n",
            "cards/tensors.yaml": deck,
            **files,
        }
        for path, text in texts.items():
            file = root / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(text.encode() if isinstance(text, str) else text)
        return root

    return make


@pytest.fixture
def toy_copy(toy_course: Path, tmp_path: Path) -> Path:
    """The toy course in a place where a test may change it."""
    return Path(copytree(toy_course, tmp_path / "toy"))
