"""Exercises that come back as a variant: which, when, what is accepted. Judged for real."""

import json
from datetime import timedelta
from itertools import pairwise

import pytest
from engine_support import (
    RIGHT,
    StandingClock,
    open_engine,
    shared_judge,
    write_course,
)
from hypothesis import given
from hypothesis import strategies as st
from variant_support import COLUMN, COLUMN_RIGHT, MARKED, NEGATIVE, RENAMED, YAML, changed

from quizapp.audit import audit_course
from quizapp.domain.memory import ItemKind, Rating
from quizapp.domain.outcomes import Verdict
from quizapp.engine.variants import named_in
from quizapp.errors import UsageError
from quizapp.study.exercises import variant_for

DAY = timedelta(days=1)


@pytest.fixture
def clock():
    return StandingClock()


@pytest.fixture
def engine(tmp_path, clock):
    with open_engine(tmp_path, clock, changed(COLUMN)) as engine:
        yield engine


@pytest.fixture
def solved(engine, clock):
    """The engine on the day on which `double`, once solved, has come up again."""
    engine.submit("double", RIGHT, "double.py").result()
    clock.now = engine.store.schedule(ItemKind.EXERCISE, "double").due + timedelta(hours=8)
    return engine


def submit(engine, source, name="double.py", **options):
    return engine.submit("double", source, name, **options).result()


def verdict(engine, source, **options):
    return engine.check("double", source, "double.py", **options).result().verdict


# -- which one is asked for --------------------------------------------------------------------


def test_an_exercise_that_was_never_solved_is_asked_as_it_is(engine):
    assert engine.asked("double").variant == ""


def test_an_exercise_that_comes_up_again_is_asked_as_a_variant(solved):
    assert solved.asked("double").variant == "column"


def test_the_variant_stays_on_the_day_on_which_it_was_solved(engine):
    submit(engine, RIGHT)

    assert engine.asked("double").variant == ""


def test_a_variant_stays_until_it_is_solved(solved, clock):
    submit(solved, RENAMED)
    clock.now += 3 * DAY
    solved.solution("double")
    clock.now += 3 * DAY

    assert solved.asked("double").variant == "column"


def test_solving_a_variant_makes_way_for_the_next(solved, clock):
    submit(solved, COLUMN_RIGHT)
    clock.now += DAY

    assert solved.asked("double").variant == ""


def test_an_undone_solution_does_not_count(solved, clock):
    submit(solved, COLUMN_RIGHT)
    solved.undo()
    clock.now += DAY

    assert solved.asked("double").variant == "column"


@given(
    st.lists(st.sampled_from("abcdefgh"), min_size=1, unique=True),
    st.integers(0, 60),
    st.text("xyz", min_size=1, max_size=3),
)
def test_no_variant_is_asked_twice_in_a_row_and_all_are_met_before_one_returns(names, solved, slug):
    every = [variant_for(slug, names, n) for n in range(solved + len(names) + 2)]

    assert every[0] == ""
    assert sorted(every[: len(names) + 1]) == sorted(["", *names])
    assert all(one != other for one, other in pairwise(every))
    assert set(every) == {"", *names}


def test_different_exercises_go_through_their_variants_in_different_orders():
    names = ["a", "b", "c", "d", "e"]

    assert len({tuple(variant_for(f"s{n}", names, k) for k in range(6)) for n in range(20)}) > 5


# -- starting -----------------------------------------------------------------------------------


def test_the_starter_is_that_of_the_variant_and_says_so(solved, tmp_path):
    path = solved.start("double", tmp_path)

    assert path.name == "double-column.py"
    text = path.read_text("utf-8")
    assert text.startswith("# quizapp: exercise double, variant column\ndef twice(y):\n")


def test_the_untouched_starter_of_a_variant_is_called_missing(solved, tmp_path):
    source = solved.start("double", tmp_path).read_bytes()

    assert verdict(solved, source) is Verdict.MISSING


def test_any_variant_can_be_started_by_name(engine, tmp_path):
    path = engine.start("double", tmp_path / "mine.py", variant="column")

    assert "def twice(y):" in path.read_text("utf-8")


def test_an_unknown_variant_is_refused_with_the_nearest(engine, tmp_path):
    with pytest.raises(UsageError, match=r"no such variant; did you mean column\?"):
        engine.start("double", tmp_path, variant="colum")


def test_hints_are_those_of_the_variant(solved):
    assert solved.hint("double").text == "Only this one."


def test_the_solution_is_that_of_the_variant(solved):
    assert "def twice(y):" in solved.solution("double")


# -- checking -----------------------------------------------------------------------------------


def test_the_old_solution_lacks_the_function_of_the_variant(solved):
    outcome = solved.check("double", RIGHT, "double.py").result()

    assert (outcome.verdict, outcome.variant) == (Verdict.MISSING, "column")
    assert "found double, expected twice" in outcome.checks[0].message


def test_the_old_solution_under_the_new_name_is_told_what_is_different(solved):
    outcome = solved.check("double", RENAMED, "double.py").result()

    assert outcome.verdict is Verdict.FAILED
    assert outcome.diagnosis.near_miss == "as_before"
    assert "Columns are doubled." in outcome.diagnosis.message.en


def test_a_right_solution_of_the_variant_passes(solved):
    assert verdict(solved, COLUMN_RIGHT) is Verdict.PASSED


def test_the_comment_line_says_as_what_a_file_is_checked(engine):
    assert verdict(engine, MARKED + COLUMN_RIGHT) is Verdict.PASSED


def test_the_caller_may_say_as_what_a_file_is_checked(solved):
    assert verdict(solved, MARKED + RIGHT, variant="base") is Verdict.PASSED


def test_messages_show_the_arguments_as_the_variant_gets_them(solved):
    outcome = solved.check("double", b"def twice(y):\n    return y + y.T\n", "double.py").result()

    assert "y = [[" in outcome.checks[0].message


@pytest.mark.parametrize(
    ("source", "name"),
    [
        (MARKED, "column"),
        (b"import torch\n\n#quizapp: exercise double , variant column\n", "column"),
        (b'{"cells": [{"source": [\n   "# quizapp: exercise double, variant base\\n",', "base"),
        (b"# quizapp: exercise triple, variant column\n", None),
        (b"x = '# quizapp: exercise double, variant column'\n", None),
        (b"", None),
    ],
)
def test_the_comment_line_is_found_wherever_it_stands_on_a_line_of_its_own(source, name):
    assert named_in(source, "double") == name


@given(st.binary(max_size=200))
def test_any_bytes_may_be_looked_through_for_a_comment_line(source):
    assert named_in(source, "double") is None or b"variant" in source


# -- submitting ---------------------------------------------------------------------------------


def test_a_solved_variant_is_rated_as_the_exercise(solved):
    submitted = submit(solved, MARKED + COLUMN_RIGHT)

    assert submitted.rating is Rating.GOOD
    assert submitted.schedule.item == "double"
    assert submitted.schedule.reps == 2


def test_the_log_holds_the_variant(solved):
    submit(solved, COLUMN_RIGHT)

    *_, row = solved.store.submissions("double")
    assert json.loads(row.outcome)["variant"] == "column"


def test_the_old_solution_fails_a_submission_and_brings_nothing_forward(solved):
    submitted = submit(solved, RIGHT)

    assert (submitted.outcome.verdict, submitted.rating) == (Verdict.MISSING, None)
    assert submitted.brought_forward == ()


def test_a_file_for_another_variant_is_refused_with_what_is_asked_and_nothing_is_recorded(solved):
    before = solved.store.submissions("double")
    told = (
        r"old.py: is for variant base, but this time variant column is asked: "
        r"Columns are doubled; quizapp start double writes its starter"
    )

    with pytest.raises(UsageError, match=told):
        submit(solved, b"# quizapp: exercise double, variant base\n" + RIGHT, "old.py")
    assert solved.store.submissions("double") == before


def test_the_variant_of_tomorrow_cannot_be_submitted_today(engine):
    with pytest.raises(UsageError, match="this time variant base is asked"):
        submit(engine, COLUMN_RIGHT, variant="column")


def test_the_list_names_the_variant_that_is_asked_for(solved):
    (row,) = solved.exercises()

    assert row.variant == "column"


# -- soundness ----------------------------------------------------------------------------------


def findings(root):
    report = audit_course(root, shared_judge(), cards=False, seeds=(1,))
    return [str(finding) for finding in report.findings]


def test_sound_variants_have_no_findings(tmp_path):
    assert findings(write_course(tmp_path / "course", changed(COLUMN, NEGATIVE))) == []


def test_a_variant_that_the_old_solution_solves_is_found(tmp_path):
    same = NEGATIVE.replace("-double(x)", "double(x)")
    (told, *_) = findings(write_course(tmp_path / "course", changed(COLUMN, same)))

    assert "double (negative): near miss as_before does not fail small_ones" in told


def test_a_variant_whose_arguments_do_not_fit_its_reference_is_found(tmp_path):
    broken = COLUMN.replace("return y[:, 0]", "return y[:, 1]")
    (told, *_) = findings(write_course(tmp_path / "course", changed(broken)))

    assert told.startswith(f"{YAML}:1: double (column): ")
    assert "IndexError" in told
