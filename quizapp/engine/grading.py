"""Grading a class: the use-case behind `quizapp grade`. Owns its wiring and its files.

Works without the instructor's own database; the class has one of its own in the output folder:

    gradebook.db    all results, what makes a batch resumable
    gradebook.csv   points by student and exercise
    results.csv     one row a check
    report.html     the table and each student's feedback
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from quizapp.classroom import batch, gradebook, page
from quizapp.classroom.cores import usable_cores
from quizapp.classroom.submissions import Hand, Handed, find_submissions
from quizapp.course.checks import check_ids
from quizapp.domain.course import Course
from quizapp.domain.exercises import Exercise
from quizapp.domain.outcomes import CheckResult, Outcome, Tier, Verdict
from quizapp.domain.records import GradedRow
from quizapp.domain.reports import outcome_json
from quizapp.domain.text import Language
from quizapp.engine.base import random_seed
from quizapp.engine.futures import otherwise
from quizapp.engine.names import did_you_mean
from quizapp.engine.variants import find_variant
from quizapp.errors import JudgeError, Phrase, UsageError
from quizapp.judge.client import Judge, LostError
from quizapp.judge.protocol import exercise_to_json
from quizapp.store.gradebook import Gradebook


@dataclass(frozen=True, slots=True)
class GradingPlan:
    """What to grade, and how.

    Attributes:
        folder: holds the students' folders.
        out: where results go; made when missing.
        jobs: how many submissions are judged side by side; 0 for one a core.
        only: the one exercise to grade; empty for all of the course.
        allow_weak_isolation: grade even where only rlimits hold submissions.
        seed: what inputs are drawn from; None for a new one, or that of the batch begun before.
        variants: slug -> name of the variant that the class was given; others are graded as they
            are, whatever a file says.
    """

    folder: Path
    out: Path
    jobs: int = 0
    only: str = ""
    allow_weak_isolation: bool = False
    seed: int | None = None
    variants: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ClassResult:
    """What grading a class came to.

    Attributes:
        hand: what was found in the folder.
        rows: one result for each file, by student and exercise.
        failed_to_grade: files whose judging failed by our own fault.
        files: what was written.
    """

    hand: Hand
    rows: tuple[GradedRow, ...]
    failed_to_grade: int
    isolation: Tier
    seed: int
    files: tuple[Path, ...]


def grade_class(
    course: Course,
    plan: GradingPlan,
    language: Language,
    *,
    found: Callable[[Hand], None] = lambda _: None,
    done: Callable[[Handed], None] = lambda _: None,
) -> ClassResult:
    """Judge what a class handed in and write its gradebook.

    Args:
        course: whose exercises.
        plan: what to grade.
        language: of the feedback.
        found: told once what there is, before anything is judged.
        done: told of each file that has its result, now or from before.

    Raises:
        UsageError: the folder is none, or isolation is too weak and not allowed.
        JudgeError: there is no judge.
        StoreError: the gradebook cannot be written.
    """
    given = _Given(course, plan.variants)
    hand = find_submissions(plan.folder, list(course.exercises), plan.only)
    jobs = plan.jobs or usable_cores()
    found(hand)
    _make_folder(plan.out)
    with Gradebook.open(plan.out / "gradebook.db") as results, Judge(jobs=jobs) as judge:
        judge.warm()
        folder, course_hash = str(plan.folder.resolve()), _hash(given)
        seed = plan.seed if plan.seed is not None else results.seed_of(folder, course_hash)
        seed = random_seed() if seed is None else seed
        number = results.open_batch(folder, seed, course_hash)
        tier = _sufficient_tier(judge, plan)
        current: dict[tuple[str, str], str] = {}

        def keep(graded: batch.Graded) -> None:
            outcome = graded.outcome
            kept = {**outcome_json(outcome, language), "output": outcome.output}
            results.add(
                number,
                graded.handed.student,
                graded.handed.exercise,
                graded.sha256,
                json.dumps(kept),
                verdict=outcome.verdict,
                score=outcome.score,
                max_score=outcome.max_score,
            )
            note(graded.handed, graded.sha256)

        def note(handed: Handed, sha256: str) -> None:
            current[handed.student, handed.exercise] = sha256
            done(handed)

        batch.grade(
            hand.handed,
            results.finished(number),
            jobs=jobs,
            seed=seed,
            tier=tier,
            max_score=lambda slug: _max_score(given, slug),
            judge=lambda handed, source: otherwise(
                judge.judge(
                    given[handed.exercise],
                    source,
                    filename=handed.path.name,
                    seed=seed,
                    instructor=True,
                ),
                LostError,
                lambda error: _our_fault(handed, error, seed, tier),
            ),
            keep=keep,
            skipped=note,
        )
        rows = results.results(number)
    grades = gradebook.collect(rows, current, hand.students, course.exercises)
    files = _write(grades, plan, hand, tier)
    shown = tuple(grades.rows[key] for key in sorted(grades.rows))
    failed = sum(row.verdict is Verdict.GRADER_ERROR for row in shown)
    return ClassResult(hand, shown, failed, tier, seed, files)


def _our_fault(handed: Handed, error: LostError, seed: int, tier: Tier) -> Outcome:
    """What is kept of a file whose judging was lost each time; the next run tries it again."""
    check = CheckResult("load", "the file can be judged", Verdict.GRADER_ERROR, 0, 0, str(error))
    return Outcome(handed.exercise, (check,), None, seed, tier, 0.0)


def _sufficient_tier(judge: Judge, plan: GradingPlan) -> Tier:
    isolation = judge.isolation
    if isolation.tier is Tier.PROCESS and not plan.allow_weak_isolation:
        raise UsageError(
            "isolation",
            "only limits of time and memory would hold submissions here",
            "run `quizapp doctor` to see what is missing, or grade with --allow-weak-isolation",
        )
    return isolation.tier


class _Given(Mapping[str, Exercise]):
    """Slug -> exercise or variant that the class was given.

    Args:
        course: whose exercises.
        variants: slug -> name of a variant.

    Raises:
        UsageError: there is no such exercise or variant.
    """

    def __init__(self, course: Course, variants: Mapping[str, str]) -> None:
        self._exercises = course.exercises
        self._variants = {slug: self._variant(slug, name) for slug, name in variants.items()}

    def _variant(self, slug: str, name: str) -> Exercise:
        if slug not in self._exercises:
            remedy = did_you_mean(slug, self._exercises) or "quizapp exercises lists them"
            raise UsageError(slug, "there is no such exercise", remedy)
        return find_variant(self._exercises[slug], name)

    def __getitem__(self, slug: str) -> Exercise:
        return self._variants.get(slug) or self._exercises[slug]

    def __iter__(self) -> Iterator[str]:
        return iter(self._exercises)

    def __len__(self) -> int:
        return len(self._exercises)


def _hash(given: Mapping[str, Exercise]) -> str:
    """What results depend on, besides the files and the seed."""
    digest = hashlib.sha256()
    for exercise in given.values():
        told = exercise_to_json(exercise)
        told["folder"] = ""  # a course that was moved is the same course
        digest.update(json.dumps(told).encode())
    return digest.hexdigest()


def _max_score(given: Mapping[str, Exercise], slug: str) -> int:
    return sum(check.points for check in check_ids(given[slug].checks).values())


def _make_folder(out: Path) -> None:
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(
            str(out),
            Phrase("cannot be made ({reason})", reason=error.strerror),
            "name another folder with --out",
        ) from error


def _write(grades: gradebook.Grades, plan: GradingPlan, hand: Hand, tier: Tier) -> tuple[Path, ...]:
    weak = tier is Tier.PROCESS
    remarks = {(entry.student, entry.exercise): entry.remark for entry in hand.handed}
    title = plan.folder.resolve().name
    texts = {
        "gradebook.csv": gradebook.gradebook_csv(grades),
        "results.csv": gradebook.results_csv(grades),
        "report.html": page.class_page(
            grades, title=title, isolation=tier.value, weak=weak, remarks=remarks
        ),
    }
    files = []
    for name, text in texts.items():
        file = plan.out / name
        part = file.with_suffix(file.suffix + ".part")
        try:
            part.write_text(text, encoding="utf-8", newline="")
            part.replace(file)
        except OSError as error:
            raise JudgeError(
                str(file),
                Phrase("cannot be written ({reason})", reason=error.strerror),
                "free the disk and grade again",
            ) from error
        files.append(file)
    return tuple(files)
