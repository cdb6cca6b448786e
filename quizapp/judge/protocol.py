"""What client and server say to each other: JSON lines. Owns the mapping of domain objects to JSON.

Requests  {"id", "op": "hello" | "judge" | "snippet", …} | {"op": "exercise" | "forget", "key", …}
Answers   {"id", "ok": …} | {"id", "error": text} | {"id", "check": id of the check that begins}
          {"id", "begun": true} | {"alive": true, "stuck": [ids]} every few seconds
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from quizapp.domain.exercises import Exercise, Limits, NearMiss
from quizapp.domain.outcomes import (
    CheckResult,
    Diagnosis,
    Outcome,
    Snippet,
    SnippetResult,
    Tier,
    Verdict,
)
from quizapp.domain.text import Text

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Isolation:
    """The tier in use.

    Attributes:
        reasons: for each stronger tier, why it is not to be had and what to do about it.
        details: what the tier is made of here.
        torch: the version of torch that judges; empty until a server has said so.
        device: the accelerator that checks run on.
    """

    tier: Tier
    reasons: tuple[str, ...]
    details: tuple[str, ...]
    torch: str = ""
    device: str = ""


def isolation_to_json(isolation: Isolation) -> Json:
    """`Isolation` as JSON."""
    return asdict(isolation)


def isolation_from_json(data: Mapping[str, Any]) -> Isolation:
    """The reverse of `isolation_to_json`."""
    return Isolation(
        Tier(data["tier"]),
        tuple(data["reasons"]),
        tuple(data["details"]),
        data["torch"],
        data["device"],
    )


def exercise_to_json(exercise: Exercise) -> Json:
    """What the judge needs of an exercise."""
    return {
        "slug": exercise.slug,
        "topic": exercise.topic,
        "entry_points": exercise.entry_points,
        "signature": exercise.signature,
        "starter": exercise.starter,
        "solution": exercise.solution,
        "solution_path": exercise.solution_path,
        "checks": exercise.checks,
        "folder": exercise.folder,
        "near_misses": [
            {**asdict(miss), "diagnosis": miss.diagnosis._asdict()} for miss in exercise.near_misses
        ],
        "forbidden": exercise.forbidden,
        "limits": asdict(exercise.limits),
        "sandbox_data": dict(exercise.sandbox_data),
        "judge_data": dict(exercise.judge_data),
        "accelerator": exercise.accelerator,
    }


def exercise_from_json(data: Mapping[str, Any]) -> Exercise:
    """The reverse of `exercise_to_json`; what a judge has no use for stays empty."""
    empty = Text("", "")
    near_misses = tuple(
        NearMiss(
            miss["name"],
            miss["source"],
            Text(**miss["diagnosis"]),
            tuple(miss["cards"]),
            tuple(miss["fails"]),
        )
        for miss in data["near_misses"]
    )
    return Exercise(
        slug=data["slug"],
        topic=data["topic"],
        title=empty,
        task=empty,
        entry_points=tuple(data["entry_points"]),
        signature=data["signature"],
        starter=data["starter"],
        solution=data["solution"],
        checks=data["checks"],
        source="",
        hints=(),
        concepts=(),
        near_misses=near_misses,
        folder=data["folder"],
        solution_path=data["solution_path"],
        forbidden=tuple(data["forbidden"]),
        limits=Limits(**data["limits"]),
        sandbox_data=dict(data["sandbox_data"]),
        judge_data=dict(data["judge_data"]),
        accelerator=data["accelerator"],
    )


def outcome_to_json(outcome: Outcome) -> Json:
    """An outcome with all that is needed to make it again; not the shape of `check --json`."""
    found = outcome.diagnosis
    message = found and {**asdict(found), "message": found.message._asdict()}
    return {**asdict(outcome), "diagnosis": message}


def outcome_from_json(data: Mapping[str, Any]) -> Outcome:
    """The reverse of `outcome_to_json`."""
    checks = tuple(
        CheckResult(**{**check, "verdict": Verdict(check["verdict"])}) for check in data["checks"]
    )
    found = data["diagnosis"]
    diagnosis = found and Diagnosis(
        found["near_miss"], Text(**found["message"]), tuple(found["cards"])
    )
    return Outcome(
        data["exercise"],
        checks,
        diagnosis,
        data["seed"],
        Tier(data["isolation"]),
        data["elapsed_ms"],
        data["output"],
    )


def snippet_to_json(snippet: Snippet) -> Json:
    """A snippet as JSON."""
    return asdict(snippet)


def snippet_from_json(data: Mapping[str, Any]) -> Snippet:
    """The reverse of `snippet_to_json`; JSON's lists become the tuples that shapes are."""
    given = {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in (data["given"] or {}).items()
    }
    return Snippet(data["code"], data["expression"], data["attempt"], given, data["seed"])


def snippet_result_to_json(result: SnippetResult) -> Json:
    """A snippet's result as JSON."""
    return asdict(result)


def snippet_result_from_json(data: Mapping[str, Any]) -> SnippetResult:
    """The reverse of `snippet_result_to_json`."""
    return SnippetResult(**{**data, "verdict": Verdict(data["verdict"])})


def bytes_to_text(data: bytes) -> str:
    """Any bytes, so that JSON can carry them."""
    return base64.b64encode(data).decode("ascii")


def bytes_from_text(text: str) -> bytes:
    """The reverse of `bytes_to_text`."""
    return base64.b64decode(text)
