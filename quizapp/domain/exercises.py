"""Exercises as data. Owns what an exercise is made of; leaves running it to `judge`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from quizapp.domain.text import Text

LARGEST_SOURCE = 16 << 20
"""Bytes; a submission's file beyond is a mistake, and reading /dev/zero would never end.

So large since notebooks hold their plots; of Python itself `judge.reading` takes less."""


_UNCHANGED = Text("", "")
BASE = "base"
"""What people call the exercise itself, beside its variants."""
AS_BEFORE = "as_before"
"""Name of the near miss that every variant has: the base's solution under the variant's names."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a submission may use.

    Attributes:
        cpu_s: CPU seconds for one check, and for loading the file.
        memory_mb: MiB that the submission may allocate beyond a process that has imported torch.
        output_kb: KiB that it may print.
        answer_mb: MiB that its returned values may take, all checks together.
    """

    cpu_s: float = 3.0
    memory_mb: int = 1024
    output_kb: int = 256
    answer_mb: int = 256


@dataclass(frozen=True, slots=True)
class NearMiss:
    """A known wrong solution.

    Attributes:
        name: the file's stem.
        source: the whole file.
        diagnosis: what is wrong, in the learner's words, one text for each language.
        cards: ids of the cards to review.
        fails: ids of checks that must fail with it; the first is the one it is named after.
    """

    name: str
    source: str
    diagnosis: Text
    cards: tuple[str, ...]
    fails: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Exercise:
    """A coding task with everything that its judging needs, as text.

    Attributes:
        entry_points: names that the submission must define; checks ask for them by parameter name.
        forbidden: names of groups or of dispatched ops that make the verdict `policy`.
        concepts: ids of the cards that the exercise depends on.
        check_concepts: check id -> ids of the cards that a failure of it brings forward.
        sandbox_data: name -> file (.npz) that checks may use inside the sandbox.
        judge_data: name -> file (.npz) that only rules in the judge may use (labels).
        accelerator: whether checks run on an accelerator: the real one, else the simulated one.
        variants: the same task under other names and conventions, each an exercise of its own with
            this one's slug. All share one memory.
        variant: which of them this is; empty for the base.
        change: what is different in this variant, in a sentence or two.
    """

    slug: str
    topic: str
    title: Text
    task: Text
    entry_points: tuple[str, ...]
    signature: str
    starter: str
    solution: str
    checks: str
    source: str
    hints: tuple[Text, ...]
    concepts: tuple[str, ...]
    near_misses: tuple[NearMiss, ...]
    folder: str
    solution_path: str
    check_concepts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    forbidden: tuple[str, ...] = ()
    limits: Limits = Limits()
    sandbox_data: Mapping[str, str] = field(default_factory=dict)
    judge_data: Mapping[str, str] = field(default_factory=dict)
    accelerator: bool = False
    variants: tuple[Exercise, ...] = ()
    variant: str = ""
    change: Text = _UNCHANGED
