"""The engine about exercises: what a judging leaves behind. All of it is judged for real."""

from datetime import timedelta

import pytest
from engine_support import (
    CLAMPS,
    FILES,
    RIGHT,
    SQUARES,
    WRONG,
    StandingClock,
    open_engine,
)

from quizapp.clock import study_day
from quizapp.domain.memory import ItemKind, Phase, Rating, Trigger
from quizapp.domain.outcomes import Verdict
from quizapp.engine import ExerciseState
from quizapp.errors import UsageError

CHECKS = "exercises/sums/double/checks.py"
SYNTAX = b"def double(x:\n"


@pytest.fixture
def clock():
    return StandingClock()


@pytest.fixture
def engine(tmp_path, clock):
    with open_engine(tmp_path, clock) as engine:
        yield engine


def submit(engine, source, **kwargs):
    return engine.submit("double", source, "double.py", **kwargs).result()


def test_a_starter_is_copied_under_the_name_of_its_exercise(engine, tmp_path):
    path = engine.start("double", tmp_path)

    assert path == tmp_path / "double.py"
    assert path.read_text("utf-8") == engine.exercise("double").starter


def test_a_starter_is_never_copied_over_a_file(engine, tmp_path):
    mine = tmp_path / "mine.py"
    mine.write_bytes(RIGHT)

    with pytest.raises(UsageError, match="exists already"):
        engine.start("double", mine)
    assert mine.read_bytes() == RIGHT


def test_a_starter_into_a_folder_that_is_not_there_is_refused(engine, tmp_path):
    with pytest.raises(UsageError, match="cannot be written"):
        engine.start("double", tmp_path / "nowhere" / "double.py")


def test_an_unknown_exercise_is_refused_with_the_nearest_name(engine):
    with pytest.raises(UsageError, match=r"did you mean double\?"):
        engine.check("duoble", RIGHT)


def test_a_check_records_nothing(engine):
    outcome = engine.check("double", WRONG).result()

    assert outcome.verdict is Verdict.FAILED
    assert engine.store.submissions() == []
    assert list(engine.store.reviews()) == []


def test_a_check_meets_the_same_cases_all_day_and_others_tomorrow(engine, clock):
    morning = engine.check("double", WRONG).result()
    clock.now += timedelta(hours=5)
    evening = engine.check("double", WRONG).result()
    clock.pass_days(1)
    tomorrow = engine.check("double", WRONG).result()

    assert morning.checks == evening.checks
    assert tomorrow.seed != morning.seed


def test_a_check_can_be_replayed_by_its_seed(engine):
    assert engine.check("double", WRONG, seed=7).result().seed == 7


def test_a_solved_exercise_is_rated_good_and_comes_back_another_day(engine, clock):
    submitted = submit(engine, RIGHT)

    assert submitted.rating is Rating.GOOD
    assert submitted.schedule.due > clock.now + timedelta(hours=12)


def test_a_solved_exercise_is_easy_only_if_the_learner_says_so(engine):
    assert submit(engine, RIGHT, easy=True).rating is Rating.EASY


def test_a_failed_submission_is_kept_and_rates_nothing(engine):
    submitted = submit(engine, WRONG)

    assert (submitted.rating, submitted.schedule) == (None, None)
    (row,) = engine.store.submissions("double")
    assert (row.source, row.verdict, row.score, row.max_score) == (WRONG, Verdict.FAILED, 0, 3)
    assert row.seed == submitted.outcome.seed


def test_an_exercise_has_one_rated_review_a_day(engine):
    submit(engine, RIGHT)

    assert submit(engine, RIGHT).rating is None


def test_an_exercise_solved_after_many_failures_was_hard(engine):
    for _ in range(3):
        submit(engine, WRONG)

    assert submit(engine, RIGHT).rating is Rating.HARD


def test_an_exercise_solved_with_a_hint_was_hard(engine):
    engine.hint("double")

    assert submit(engine, RIGHT).rating is Rating.HARD


def test_asking_for_the_solution_of_an_unsolved_exercise_gives_up(engine):
    assert "return x * 2" in engine.solution("double")

    (review,) = engine.store.reviews(ItemKind.EXERCISE, "double")
    assert review.rating is Rating.AGAIN
    assert submit(engine, RIGHT).rating is None


def test_looking_at_the_solution_of_a_solved_exercise_costs_nothing(engine, clock):
    due = submit(engine, RIGHT).schedule.due
    engine.solution("double")
    clock.pass_days(1)
    engine.solution("double")
    clock.now = due + timedelta(hours=8)

    assert submit(engine, RIGHT).rating is Rating.GOOD


def test_looking_at_the_solution_before_solving_early_does_not_count_as_solved(engine, clock):
    submit(engine, RIGHT)
    clock.pass_days(1)
    engine.solution("double")

    assert submit(engine, RIGHT).rating is Rating.AGAIN


def test_a_failed_check_moves_its_concept_card_up(engine, clock):
    engine.answer("keyword", Rating.EASY)
    clock.pass_days(1)

    submitted = submit(engine, CLAMPS)
    assert submitted.brought_forward == ("keyword",)
    assert engine.next_card().card.id == "keyword"
    assert engine.prompt("keyword").schedule.brought_forward


def test_a_card_that_was_never_answered_comes_first_among_the_new_ones(engine):
    assert engine.next_card().card.id != "keyword"
    submit(engine, CLAMPS)

    assert engine.next_card().card.id == "keyword"


def test_a_card_answered_today_is_left_alone(engine):
    engine.answer("keyword", Rating.EASY)

    assert submit(engine, CLAMPS).brought_forward == ()


def test_a_diagnosis_names_the_cards_to_bring_forward(engine):
    submitted = submit(engine, SQUARES)

    assert submitted.outcome.diagnosis.near_miss == "squares"
    assert submitted.brought_forward == ("len-is-axis-0", "keyword")


def test_without_diagnosis_and_named_cards_all_concepts_come_forward(tmp_path, clock):
    path = "exercises/sums/double/exercise.yaml"
    text = FILES[path].replace("check_concepts: {big_ones: [keyword]}", "")
    with open_engine(tmp_path, clock, {path: text}) as engine:
        assert submit(engine, WRONG).brought_forward == ("len-is-axis-0", "keyword")


def test_a_file_that_cannot_be_loaded_says_nothing_about_concepts(engine):
    submitted = submit(engine, SYNTAX)

    assert submitted.outcome.verdict is Verdict.SYNTAX
    assert submitted.brought_forward == ()


def test_bringing_forward_leaves_the_memory_as_it_is(engine, clock):
    before = engine.answer("keyword", Rating.EASY)
    clock.pass_days(1)
    submit(engine, CLAMPS)

    after = engine.prompt("keyword").schedule
    assert (after.memory, after.reps, after.phase) == (before.memory, before.reps, Phase.REVIEW)


def test_solving_counts_as_a_review_of_the_exercises_cards_that_are_due(engine, clock):
    before = engine.answer("keyword", Rating.EASY)
    clock.pass_days(60)

    assert submit(engine, RIGHT).credited == ("keyword",)
    after = engine.prompt("keyword").schedule
    assert after.memory.stability > before.memory.stability
    assert after.due > clock()


def test_a_card_that_is_not_due_gets_no_credit(engine, clock):
    before = engine.answer("keyword", Rating.EASY)
    clock.pass_days(1)

    assert submit(engine, RIGHT).credited == ()
    assert engine.prompt("keyword").schedule == before


def test_solving_with_a_hint_gives_no_credit(engine, clock):
    engine.answer("keyword", Rating.EASY)
    clock.pass_days(60)
    engine.hint("double")

    assert submit(engine, RIGHT).credited == ()


def test_a_card_that_a_failure_brought_forward_gets_no_credit(engine, clock):
    engine.answer("keyword", Rating.EASY)
    clock.pass_days(1)
    submit(engine, CLAMPS)

    assert submit(engine, RIGHT).credited == ()
    assert engine.next_card().card.id == "keyword"


def test_credit_is_no_answer_of_the_day_and_is_not_fitted(engine, clock):
    engine.answer("keyword", Rating.EASY)
    clock.pass_days(60)
    submit(engine, RIGHT)

    kinds = [day.kind for day in engine.store.days() if day.day == study_day(clock())]
    assert kinds == [ItemKind.EXERCISE]
    assert [each.credit for each in engine.store.histories(ItemKind.CARD)["keyword"]] == [
        False,
        True,
    ]
    assert list(engine.store.facts(None).answers.elapsed) == [0]
    assert engine.store.check() == []


def test_undo_of_a_solution_takes_its_credit_back(engine, clock):
    before = engine.answer("keyword", Rating.EASY)
    clock.pass_days(60)
    submit(engine, RIGHT)

    assert engine.undo().item == "double"
    assert engine.prompt("keyword").schedule == before
    assert engine.store.check() == []


def test_undo_takes_a_submission_back_with_the_cards_it_moved(engine, clock):
    before = engine.answer("keyword", Rating.EASY)
    clock.pass_days(1)
    submit(engine, CLAMPS)

    assert engine.undo().trigger is Trigger.BROUGHT_FORWARD
    assert engine.prompt("keyword").schedule == before


def test_undo_of_a_solution_makes_the_exercise_new_again(engine):
    submit(engine, RIGHT)

    assert engine.undo().trigger is Trigger.SUBMISSION
    (row,) = engine.exercises()
    assert row.schedule.phase is Phase.NEW


def test_a_fault_of_the_judge_is_not_recorded(tmp_path, clock):
    broken = FILES[CHECKS].replace("yield double(torch", "yield 1 / 0, double(torch")
    with open_engine(tmp_path, clock, {CHECKS: broken}) as engine:
        submitted = submit(engine, RIGHT)

        assert submitted.outcome.verdict is Verdict.GRADER_ERROR
        assert (submitted.rating, submitted.brought_forward) == (None, ())
        assert engine.store.submissions() == []


@pytest.mark.parametrize("source", [b"", b"# soon\n", b"def duoble(x):\n    return x\n", None])
def test_a_file_with_nothing_in_it_to_judge_leaves_nothing_behind(engine, source):
    starter = engine.exercise("double").starter.encode()
    submitted = submit(engine, starter if source is None else source)

    assert submitted.outcome.verdict is Verdict.MISSING
    assert (submitted.recorded, submitted.brought_forward) == (False, ())
    assert engine.store.submissions() == []
    assert engine.exercises()[0].state is ExerciseState.NEW


def test_hints_come_one_by_one_and_the_last_one_stays(engine):
    numbers = [engine.hint("double").number for _ in range(5)]

    assert numbers == [1, 2, 3, 3, 3]
    assert [hint.number for hint in engine.hints("double")] == [1, 2, 3]


def test_the_list_says_how_far_the_learner_got(engine):
    states = [engine.exercises()[0].state]
    submit(engine, CLAMPS)
    states.append(engine.exercises()[0].state)
    submit(engine, RIGHT)
    row = engine.exercises()[0]

    assert [*states, row.state] == [ExerciseState.NEW, ExerciseState.TRIED, ExerciseState.SOLVED]
    assert (row.best_score, row.max_score, row.submissions) == (3, 3, 2)


def test_an_exercise_is_due_on_its_day(engine, clock):
    clock.now = submit(engine, RIGHT).schedule.due + timedelta(hours=1)

    assert engine.due().exercises.due == 1
    assert engine.exercises()[0].due


def test_a_due_exercise_comes_before_new_cards(engine, clock):
    clock.now = submit(engine, RIGHT).schedule.due + timedelta(hours=8)

    assert engine.next_up().exercise.slug == "double"
    assert engine.next_up(["shapes"]).card.note.topic == "shapes"


def test_the_more_forgotten_of_a_card_and_an_exercise_comes_first(engine, clock):
    submit(engine, RIGHT, easy=True)
    engine.answer("sum-shape", Rating.AGAIN)
    engine.answer("sum-shape", Rating.EASY)
    clock.pass_days(400)

    assert engine.next_up().card.id == "sum-shape"
    engine.answer("sum-shape", Rating.EASY)
    assert engine.next_up().exercise.slug == "double"


def test_a_waiting_learning_step_comes_before_a_due_exercise(engine, clock):
    clock.now = submit(engine, RIGHT).schedule.due + timedelta(hours=8)
    engine.answer("sum-shape", Rating.AGAIN)
    assert engine.next_up().exercise.slug == "double"
    clock.now += timedelta(minutes=2)

    assert engine.next_up().card.id == "sum-shape"


def test_an_exercise_solved_again_is_next_no_more(engine, clock):
    clock.now = submit(engine, RIGHT).schedule.due + timedelta(hours=8)
    submit(engine, RIGHT)

    assert engine.next_up().card is not None


def test_every_submission_has_cases_of_its_own(engine):
    seeds = [submit(engine, WRONG).outcome.seed for _ in range(2)]

    assert len(set(seeds)) == 2


def test_submissions_from_several_threads_are_all_kept(engine):
    futures = [engine.submit("double", WRONG + b"#%d" % n, "double.py") for n in range(5)]
    for future in futures:
        future.result()

    assert len(engine.store.submissions("double")) == 5


def test_no_judge_is_started_for_cards(tmp_path, clock):
    from quizapp.engine import Engine

    with open_engine(tmp_path, clock):
        pass
    with Engine.open(tmp_path / "course", tmp_path / "home", clock) as engine:
        engine.answer("keyword", Rating.GOOD)
        engine.stats()

        assert engine.judge.pid is None
