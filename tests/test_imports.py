"""What is not imported: each start pays for what it uses only. Asked of real processes."""

import json
import os
import subprocess
import sys

import pytest
from engine_support import write_course

HEAVY = ("torch", "numpy", "textual")
PROGRAM = """
import json, sys
{body}
print("\\n" + json.dumps([name for name in {heavy} if name in sys.modules]))
"""


@pytest.fixture(scope="module")
def learner(tmp_path_factory):
    root = tmp_path_factory.mktemp("imports")
    course = write_course(root / "course")
    for path in course.rglob("*"):  # what was written just now is told by its hash
        os.utime(path, (0, 0))
    return os.environ | {"QUIZAPP_HOME": str(root / "home"), "QUIZAPP_COURSE": str(course)}


def imported(body, heavy, environment):
    program = PROGRAM.format(body=body, heavy=heavy)
    done = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, check=True, text=True
    )
    return json.loads(done.stdout.splitlines()[-1])


def calling(*commands):
    lines = [f"assert main({command!r}) == 0" for command in commands]
    return "\n".join(["from quizapp.cli import main", *lines])


def test_card_commands_import_neither_torch_nor_numpy_nor_textual(learner):
    commands = (
        ["due"],
        ["next"],
        ["next", "shapes", "--show"],
        ["answer", "keyword", "easy"],
        ["undo"],
        ["cards", "--search", "axis"],
        ["optimize", "--history"],
        ["exercises", "--json"],
        ["--help"],
    )

    assert imported(calling(*commands), HEAVY, learner) == []


def test_statistics_import_neither_torch_nor_textual(learner):
    assert imported(calling(["stats"]), ("torch", "textual"), learner) == []


def test_the_first_card_needs_neither_fsrs_nor_yaml_nor_rich_when_the_deck_is_cached(learner):
    heavy = ("click", "fsrs", "yaml", "rich", "subprocess", "difflib", *HEAVY)
    imported(calling(["next"]), heavy, learner)

    assert imported(calling(["next"]), heavy, learner) == []


def test_the_first_card_needs_no_module_that_is_dear_to_load_and_can_be_spared(learner):
    """Dataclasses take ten milliseconds with what they import, OpenSSL's hashes three."""
    spared = ("dataclasses", "inspect", "ast", "hashlib", "shutil", "tempfile", "uuid", "random")
    imported(calling(["next", "--cards"]), spared, learner)

    assert imported(calling(["next", "--cards"]), spared, learner) == []


def test_the_first_card_needs_only_the_part_of_the_engine_that_serves_cards(learner):
    """Each shape that is made costs up to a millisecond, and there are dozens of them."""
    spared = (
        "quizapp.domain.exercises",
        "quizapp.domain.outcomes",
        "quizapp.engine.types",
        "quizapp.engine.whole",
    )
    imported(calling(["next"]), spared, learner)

    assert imported(calling(["next", "--cards"]), spared, learner) == []


def test_the_study_app_imports_neither_torch_nor_numpy(learner):
    assert imported("import quizapp.tui.app", ("torch", "numpy"), learner) == []


def test_the_home_screen_counts_no_answers_and_so_needs_no_numpy(learner):
    body = """
import asyncio
from quizapp.engine import Engine
from quizapp.tui.app import QuizApp

async def look(app):
    async with app.run_test() as pilot:
        await pilot.pause(0.5)

with Engine.open() as engine:
    asyncio.run(look(QuizApp(engine)))
"""
    assert imported(body, ("torch", "numpy"), learner) == []


def test_judging_imports_no_torch_into_the_caller(learner):
    body = "import quizapp.judge.client, quizapp.audit, quizapp.doctor"

    assert imported(body, HEAVY, learner) == []
