"""Outcomes as plain JSON values. Owns their field names; leaves printing to the front ends.

These names are read by scripts and by gradebooks: they are the public face of a judging and stay.
"""

from __future__ import annotations

from typing import TypeAlias

from quizapp.domain.outcomes import CheckResult, Diagnosis, Outcome
from quizapp.domain.text import Language

Json: TypeAlias = "str | int | float | bool | list[Json] | dict[str, Json] | None"
"""A value that `json.dumps` writes without help."""


def outcome_json(outcome: Outcome, language: Language) -> dict[str, Json]:
    """The object that `quizapp check --json` prints, with feedback in `language`.

    Scores are whole numbers; `elapsed_ms` is rounded to a tenth. `variant` is there where it was
    not judged as the exercise itself.
    """
    told: dict[str, Json] = {
        "exercise": outcome.exercise,
        "verdict": outcome.verdict.value,
        "score": outcome.score,
        "max_score": outcome.max_score,
        "checks": [_check_json(check, language) for check in outcome.checks],
        "diagnosis": _diagnosis_json(outcome.diagnosis, language),
        "seed": outcome.seed,
        "isolation": outcome.isolation.value,
        "elapsed_ms": round(outcome.elapsed_ms, 1),
    }
    if outcome.variant:
        told["variant"] = outcome.variant
    return told


def _check_json(check: CheckResult, language: Language) -> Json:
    told: dict[str, Json] = {
        "id": check.id,
        "label": check.label,
        "verdict": check.verdict.value,
        "points": check.points,
        "max_points": check.max_points,
        "message": check.message_in(language),
    }
    if check.detail:  # only ever there for instructors
        told["detail"] = check.detail_in(language)
    return told


def _diagnosis_json(diagnosis: Diagnosis | None, language: Language) -> Json:
    if diagnosis is None:
        return None
    return {
        "near_miss": diagnosis.near_miss,
        "message": diagnosis.message.read_in(language),
        "cards": list(diagnosis.cards),
    }
