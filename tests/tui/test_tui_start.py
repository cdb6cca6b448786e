import subprocess
import sys
from pathlib import Path

import pytest
from engine_support import write_course

HEAVY = {"torch", "numpy", "markdown_it", "pygments", "tree_sitter", "unicodeit", "yaml"}
"""What the first card does not wait for."""

SCRIPT = """
import asyncio, sys
from pathlib import Path
from quizapp.engine import Engine
from quizapp.tui.app import QuizApp

async def first_card():
    with Engine.open(Path(sys.argv[1])) as engine:
        app = QuizApp(engine, {topics})
        async with app.run_test(size=(80, 24)) as pilot:
            return {{name.partition(".")[0] for name in sys.modules}}

print(" ".join(asyncio.run(first_card())))
"""


@pytest.mark.parametrize("topics", ["()", "None"])
def test_the_first_paint_waits_for_nothing_heavy(tmp_path, topics):
    course = write_course(tmp_path / "course")
    script = SCRIPT.format(topics=topics)
    for _ in range(2):  # the first start parses the decks and keeps them
        done = subprocess.run(
            [sys.executable, "-c", script, str(course)],
            capture_output=True,
            text=True,
            check=True,
            cwd=Path(__file__).parents[2],
            timeout=100,
        )
    loaded = set(done.stdout.split())
    assert {"textual", "quizapp"} <= loaded
    assert loaded & HEAVY == set()
