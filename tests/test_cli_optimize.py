"""`quizapp optimize` and what `quizapp stats` says of predictions, through the commands."""

import json
import os
import random
import shutil
import subprocess
import sys
from datetime import timedelta

import pytest
from engine_support import NOON, StandingClock, open_engine, write_course

from quizapp.cli import main
from quizapp.domain.memory import Rating

DAYS = 26
CARD = "keyword"


@pytest.fixture(scope="module")
def studied(tmp_path_factory):
    """Home and course of a learner who forgets half of what is asked, for a month."""
    root = tmp_path_factory.mktemp("studied")
    clock, luck = StandingClock(), random.Random(0)
    with open_engine(root, clock) as engine:
        for day in range(DAYS):
            clock.now = NOON + timedelta(days=day)
            for card in engine.course.cards:
                engine.answer(card, luck.choice([Rating.AGAIN, Rating.GOOD]))
    return root


@pytest.fixture(scope="module")
def fitted(studied, tmp_path_factory):
    """Home of the same learner after `quizapp optimize --json`, and what that printed."""
    root = tmp_path_factory.mktemp("fitted")
    shutil.copytree(studied / "home", root / "home")
    environment = os.environ | {
        "QUIZAPP_HOME": str(root / "home"),
        "QUIZAPP_COURSE": str(studied / "course"),
    }
    done = subprocess.run(
        [sys.executable, "-m", "quizapp", "optimize", "--json"],
        env=environment,
        capture_output=True,
        check=True,
        text=True,
    )
    return root / "home", json.loads(done.stdout)


@pytest.fixture
def learner(studied, tmp_path, monkeypatch):
    """A copy of that learner's data."""
    return use(studied / "home", studied, tmp_path, monkeypatch)


@pytest.fixture
def fitted_learner(fitted, studied, tmp_path, monkeypatch):
    """A copy of the data after the fit."""
    return use(fitted[0], studied, tmp_path, monkeypatch)


def use(home, studied, tmp_path, monkeypatch):
    shutil.copytree(home, tmp_path / "home")
    monkeypatch.setenv("QUIZAPP_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("QUIZAPP_COURSE", str(studied / "course"))


@pytest.fixture
def beginner(tmp_path, monkeypatch):
    monkeypatch.setenv("QUIZAPP_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("QUIZAPP_COURSE", str(write_course(tmp_path / "course")))


def called(capsys, *words):
    code = main(list(words))
    return code, capsys.readouterr()


def test_a_fit_that_predicts_better_is_adopted(fitted):
    row = fitted[1]

    assert row["log_loss_after"] < row["log_loss_before"]
    assert row["adopted"]


@pytest.mark.usefixtures("fitted_learner")
def test_adopted_parameters_change_the_next_answer(capsys):
    def answered():
        return json.loads(called(capsys, "answer", CARD, "good", "--json")[1].out)["stability"]

    with_fitted = answered()
    called(capsys, "undo")
    called(capsys, "optimize", "--defaults")

    assert answered() != with_fitted


@pytest.mark.usefixtures("learner")
def test_a_dry_run_changes_nothing(capsys):
    _, told = called(capsys, "optimize", "--dry-run")

    assert "quizapp optimize would adopt it" in told.out
    assert called(capsys, "optimize", "--history", "--json")[1].out.strip() == "[]"


@pytest.mark.usefixtures("fitted_learner")
def test_the_defaults_can_be_gone_back_to_and_every_fit_is_kept(capsys):
    assert "the defaults are in use\n" in called(capsys, "optimize", "--defaults")[1].out
    assert "already" in called(capsys, "optimize", "--defaults")[1].out
    rows = json.loads(called(capsys, "optimize", "--history", "--json")[1].out)
    assert [len(row["parameters"] or ()) for row in rows] == [21, 0]


@pytest.mark.usefixtures("beginner")
def test_too_few_answers_are_refused_in_one_sentence(capsys):
    code, told = called(capsys, "optimize")

    assert code == 2
    assert told.err == (
        "error: quizapp optimize card: 0 reviews after a day or more are too few to learn from; "
        "study on until there are 200; the defaults serve well until then\n"
    )


@pytest.mark.usefixtures("learner")
def test_options_that_contradict_each_other_are_refused(capsys):
    assert called(capsys, "optimize", "--defaults", "--dry-run")[0] == 2


@pytest.mark.usefixtures("learner")
def test_statistics_say_how_well_recall_was_predicted(capsys, monkeypatch):
    monkeypatch.setattr("quizapp.engine.base.system_clock", lambda: NOON)
    measured = json.loads(called(capsys, "stats", "--json")[1].out)["calibration"]

    assert measured["count"] == 9 * (DAYS - 1)
    assert 0 < measured["log_loss"] < 5
