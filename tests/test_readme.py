from pathlib import Path

import pytest

from quizapp.cli import COMMANDS

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_documented(command):
    table = README.partition("## Commands")[2].partition("\n## ")[0]
    assert f"`{command}" in table or f"`quizapp {command}" in table


def test_the_picture_is_there():
    picture = README.partition("![")[2].partition("](")[2].partition(")")[0]
    assert (Path(__file__).parents[1] / picture).is_file()
