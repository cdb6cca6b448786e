"""`quizapp stats`: what it counts and how it tells it, through the command."""

import json
import subprocess
import sys
from datetime import timedelta

import pytest
from engine_support import NOON, StandingClock, open_engine

from quizapp.cli import main
from quizapp.domain.memory import Rating
from quizapp.domain.text import Language

AGAIN, GOOD = Rating.AGAIN, Rating.GOOD


@pytest.fixture
def learner(tmp_path, monkeypatch):
    """An engine at a home that the commands use, too."""
    monkeypatch.setenv("QUIZAPP_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("QUIZAPP_COURSE", str(tmp_path / "course"))
    clock = StandingClock(NOON - timedelta(days=410))
    monkeypatch.setattr("quizapp.engine.Engine.open", lambda *_, **__: open_engine(tmp_path, clock))
    with open_engine(tmp_path, clock) as engine:
        engine.clock_of_test = clock
        yield engine


@pytest.fixture
def stats(capsys):
    def called(*words):
        assert main(["stats", *words, "--json"]) == 0
        return json.loads(capsys.readouterr().out)

    return called


def answer(engine, card, *ratings, days=0, answer_ms=4000):
    for rating in ratings:
        engine.answer(card, rating, answer_ms=answer_ms)
        engine.clock_of_test.pass_days(days)


def test_a_span_leaves_out_what_lies_before(learner, stats):
    answer(learner, "keyword", GOOD)
    learner.clock_of_test.pass_days(100)
    answer(learner, "keyword", GOOD, GOOD)

    assert stats("--days", "50")["answers"] == 2
    assert stats("--all")["answers"] == 3


def test_topics_leave_out_other_cards(learner, stats):
    answer(learner, "keyword", GOOD, GOOD)
    answer(learner, "len-is-axis-0", GOOD)

    told = stats("shapes")

    assert (told["answers"], told["answers_today"]) == (1, 1)
    assert [deck["topic"] for deck in told["decks"]] == ["shapes"]


def test_topics_and_all_of_them_count_alike(learner, stats):
    answer(learner, "keyword", GOOD, AGAIN, GOOD, days=3)
    answer(learner, "len-is-axis-0", GOOD, GOOD, GOOD, AGAIN, days=9)

    every, named = stats(), stats("shapes", "sums")

    assert named.pop("topics") == ["shapes", "sums"]
    assert every.pop("topics") == []
    assert every == named


def test_an_unknown_topic_is_told(learner, capsys):
    assert main(["stats", "shape"]) == 2
    assert "shapes" in capsys.readouterr().err


def test_a_span_of_two_kinds_is_refused(learner, capsys):
    assert main(["stats", "--all", "--days", "3"]) == 2
    assert "name one" in capsys.readouterr().err


def test_an_answer_taken_back_counts_nowhere(learner, stats):
    answer(learner, "keyword", GOOD, GOOD, days=5)
    learner.undo()
    told = stats()

    assert (told["answers"], sum(told["buttons"]["learning"].values())) == (1, 0)
    assert told["times"]["measured"] == 1


def test_buttons_are_told_by_what_the_card_was(learner, stats):
    answer(learner, "keyword", AGAIN, GOOD, GOOD, GOOD, days=2)
    told = stats()["buttons"]

    assert told["new"]["again"] == 1
    assert told["learning"]["good"] == 2
    assert told["young"]["good"] == 1


def test_months_part_young_from_learning(learner, stats):
    answer(learner, "keyword", GOOD, GOOD, AGAIN, GOOD, days=2)
    (month,) = stats()["months"]

    assert (month["young"], month["young_recalled"]) == (1, 0)
    assert (month["learning"], month["learning_recalled"]) == (2, 2)


def test_answers_fall_into_the_hour_of_the_wall(learner, stats):
    answer(learner, "keyword", GOOD)
    hour = learner.clock_of_test.now.astimezone().hour

    assert [each["hour"] for each in stats()["hours"] if each["answers"]] == [hour]


def test_the_median_of_a_card_is_that_of_its_answers(learner, stats):
    for taken in (1000, 9000, 2000):
        answer(learner, "keyword", GOOD, answer_ms=taken)
    times = stats()["times"]

    assert times["slowest"] == [{"card": "keyword", "median_ms": 2000, "answers": 3}]
    assert times["median_ms"] == 2000


def test_what_is_overdue_is_part_of_today(learner, stats):
    answer(learner, "keyword", GOOD, GOOD, days=1)
    learner.clock_of_test.pass_days(200)
    told = stats()

    assert (told["backlog"], told["forecast"][0]) == (1, 1)
    assert told["forecast_months"][0]["cards"] == 1


def test_a_renamed_card_keeps_its_answers(learner, stats, tmp_path):
    answer(learner, "keyword", GOOD)
    deck = tmp_path / "course/cards/sums.yaml"
    text = deck.read_text("utf-8").replace(
        "- id: keyword\n", "- id: parameter\n  aliases: [keyword]\n"
    )
    deck.write_text(text, "utf-8")
    exercise = tmp_path / "course/exercises/sums/double"
    for file in (exercise / "exercise.yaml", exercise / "near_misses/clamps.py"):
        file.write_text(file.read_text("utf-8").replace("keyword", "parameter"), "utf-8")
    learner.reload_course()

    assert learner.stats(["sums"]).answers == 1


def test_what_is_remembered_agrees_with_the_log(learner, tmp_path, monkeypatch):
    from quizapp.store import facts

    monkeypatch.setattr(facts, "_FEW", 1)
    folder = tmp_path / "cache"
    for step in range(12):
        answer(learner, ("keyword", "len-is-axis-0")[step % 2], GOOD, days=1)
        if step % 3 == 2:
            learner.undo()
        kept = learner.store.facts(folder).answers
        fresh = learner.store.facts(None).answers
        assert {name: list(getattr(kept, name)) for name in facts.COLUMNS} == {
            name: list(getattr(fresh, name)) for name in facts.COLUMNS
        }


@pytest.mark.parametrize("damage", [b"", b"{}\n", b"{", b"\xff\n\xff", b'{"format": 3}\nabc'])
def test_a_damaged_cache_is_read_anew(learner, tmp_path, damage):
    answer(learner, "keyword", GOOD)
    (tmp_path / "answers.bin").write_bytes(damage)

    assert len(learner.store.facts(tmp_path).answers) == 1


def test_a_cache_of_another_log_is_read_anew(learner, tmp_path, monkeypatch):
    from quizapp.store import facts

    monkeypatch.setattr(facts, "_FEW", 1)
    answer(learner, "keyword", GOOD, GOOD, days=1)
    learner.store.facts(tmp_path)
    with open_engine(tmp_path / "other", StandingClock()) as other:
        other.answer("count-elements", GOOD)
        assert other.store.facts(tmp_path).answers.names == ["count-elements"]


def test_charts_are_drawn_into_files(learner, tmp_path, capsys):
    pytest.importorskip("resvg_py")
    answer(learner, "keyword", GOOD, GOOD, GOOD, days=4)
    svg, png = tmp_path / "a.svg", tmp_path / "a.png"

    assert main(["stats", "--svg", str(svg), "--png", str(png)]) == 0
    assert "True retention by month" in svg.read_text("utf-8")
    assert png.read_bytes().startswith(b"\x89PNG")


def test_without_the_extra_pixels_are_refused_with_a_way_out(learner, tmp_path):
    program = (
        "import sys; sys.modules['resvg_py'] = None\n"
        "from quizapp.exchange.plots import png\n"
        "from quizapp.errors import UsageError\n"
        "try:\n    png('<svg/>')\nexcept UsageError as error:\n    print(error)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], check=True, capture_output=True, text=True
    )

    assert "pip install 'quizapp[plots]'" in done.stdout


def test_the_text_names_every_state(learner, capsys):
    answer(learner, "keyword", AGAIN, GOOD, GOOD, GOOD, days=2)
    assert main(["stats"]) == 0
    told = capsys.readouterr().out

    assert all(word in told for word in ("streak", "studied", "learning", "young", "memory"))


def test_figures_are_told_in_the_language_of_the_learner(learner, capsys):
    answer(learner, "keyword", AGAIN, GOOD, GOOD, days=3)
    learner.language = Language.ZH

    assert main(["stats"]) == 0
    lines = capsys.readouterr().out.partition("\n\n")[0].splitlines()
    assert lines[1].split()[0] == "今天"
    english = {word for line in lines for word in line.split() if word.isascii() and word.isalpha()}
    assert english <= {"RMSE"}


def test_a_first_answer_is_one_answer_of_one_day(learner, capsys):
    answer(learner, "keyword", GOOD)

    assert main(["stats", "--lang", "en"]) == 0
    told = capsys.readouterr().out

    assert "1 day, longest 1\n" in told
    assert "1 answer in 0 min\n" in told
    assert "1 day, 1 answer, 0.0 h in 365 days\n" in told
    assert "1 card would be recalled now\n" in told
