"""A class of 30 against pytest: one process for all without isolation, and one a submission."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.measure import Row, seconds

ROOT = Path(__file__).parents[1]
STUDENTS = 30
PYTEST_EACH_SAMPLE = 3

_TEST_FILE = """
import importlib.util, sys
from pathlib import Path
import pytest, torch

FILES = sorted(Path({folder!r}).glob("*/iou.py"))[{part}]
TARGET = torch.tensor([46.0, 57.0, 49.0, 68.0])
BOXES = torch.tensor([[26.0, 39, 43, 41], [27, 26, 41, 41], [45, 57, 49, 69], [25, 36, 59, 40]])

def load(path):
    spec = importlib.util.spec_from_file_location("submission", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.iou

@pytest.mark.parametrize("path", FILES)
@pytest.mark.parametrize("n", [1, 4, 10, 30, 100, 300, 1000, 4, 4, 4, 4])
def test_iou(path, n):
    iou = load(path)
    torch.manual_seed(n)
    low = torch.rand(n, 2) * 50
    boxes = torch.cat([low, low + 1 + torch.rand(n, 2) * 40], dim=1)
    area = (boxes[:, 2:] - boxes[:, :2]).prod(1)
    shared = (torch.minimum(boxes[:, 2:], TARGET[2:]) - torch.maximum(boxes[:, :2], TARGET[:2]))
    shared = shared.clamp(min=0).prod(1)
    torch.testing.assert_close(iou(boxes, TARGET), shared / (area + 33 - shared))
"""


def rows() -> list[Row]:
    """Wall time, cold start included."""
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        folder = work / "class"
        source = (ROOT / "solutions/detection/iou.py").read_text()
        for number in range(STUDENTS):
            student = folder / f"student{number:02}"
            student.mkdir(parents=True)
            (student / "iou.py").write_text(f"# {number}\n{source}")
        ours = seconds(lambda: _grade(folder, work))
        together = seconds(lambda: _pytest(folder, work, slice(None)))
        each = [
            seconds(lambda part=part: _pytest(folder, work, slice(part, part + 1)))
            for part in range(PYTEST_EACH_SAMPLE)
        ]
    one_by_one = sum(each) / len(each) * STUDENTS
    against = f"pytest per submission ({PYTEST_EACH_SAMPLE} run, x {STUDENTS})"
    return [
        Row("grade 30 submissions", ours, "one pytest for all, not isolated", together, 1.0),
        Row("grade 30 submissions", ours, against, one_by_one, 0.2),
    ]


def _grade(folder: Path, work: Path) -> None:
    command = [sys.executable, "-m", "quizapp", "grade", str(folder), "--out", str(work / "out")]
    environment = {**os.environ, "QUIZAPP_HOME": str(work / "home")}
    subprocess.run(
        [*command, "--course", str(ROOT), "--exercise", "iou"],
        env=environment,
        check=True,
        capture_output=True,
    )


def _pytest(folder: Path, work: Path, part: slice) -> None:
    test = work / "test_class.py"
    test.write_text(_TEST_FILE.format(folder=str(folder), part=f"slice({part.start}, {part.stop})"))
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-c", os.devnull]
    subprocess.run(
        [*command, "--rootdir", str(work), str(test)], cwd=work, check=True, capture_output=True
    )
