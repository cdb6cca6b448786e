"""Hints on wrong values that no near miss knows. Owns which checks get one, and on what grounds.

A hint is found by comparing tensors, expected and got, with what usual mistakes would have made of
them: a factor, the wrong axis, a transposition. It is given only if it accounts for every case of
its check, right ones included, on numbers that could have spoken against it. What the mistakes are
is left to `relations`, `arguments`, `places`
and `shapes`, when a guess counts to `pairs`.

Runs in the judge on values that are there already.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final, TypeAlias

import torch

from quizapp.domain.outcomes import CheckResult, Verdict
from quizapp.judge.agree import find_mismatch
from quizapp.judge.cases import Case, cases_of
from quizapp.judge.checks import Check
from quizapp.judge.gradients import gradient_of
from quizapp.judge.items import Finished, Item, Yielded
from quizapp.judge.structure.arguments import missing_term, normalisation, other_step, unchanged
from quizapp.judge.structure.pairs import Pair, Pairs, pair_of, proof
from quizapp.judge.structure.places import (
    arrangement,
    axis_wise,
    constant,
    one_place,
    shifted,
    where_expected,
)
from quizapp.judge.structure.relations import (
    factor_and_offset,
    limits,
    plain_relation,
    relation,
    slightly_off,
    some_factor,
)
from quizapp.judge.structure.shapes import of_shapes
from quizapp.judge.tensors import tolerance
from quizapp.judge.values import (
    ArrayValue,
    Gradients,
    OpCount,
    TensorValue,
    Value,
)
from quizapp.judge.words import COLON, NOTHING, Said, say

Streams: TypeAlias = Mapping[str, Sequence[Item]]
_MOST_NUMBERS: Final = 1 << 18
_MOST_PAIRS: Final = 200
_MOST_EXACT: Final = 1 << 53
"""Whole numbers below are exact as float64."""
_HINTS: Final = (
    (constant, False),
    (plain_relation, True),
    (other_step, True),
    (relation, True),
    (limits, False),
    (missing_term, True),
    (some_factor, True),
    (factor_and_offset, True),
    (normalisation, True),
    (arrangement, True),
    (shifted, True),
    (one_place, False),
    (axis_wise, True),
    (unchanged, True),
    (where_expected, False),
    (slightly_off, True),
)
"""The most telling first, each with whether it stands on the proof that all share."""


def hint(check: Check, expected: Sequence[Item], got: Sequence[Item]) -> Said:
    """One sentence on how the values of a check are wrong; empty where that cannot be said.

    Args:
        check: one that failed on values; a hidden one, or one with a rule, gets no hint.
        expected: the reference's stream, with the inputs of its calls.
        got: the submission's, complete.
    """
    if check.hidden or check.rule is not None:
        return NOTHING
    ours, theirs = cases_of(expected), cases_of(got)
    if len(ours) != len(theirs) or not isinstance(theirs[-1].end, Finished):
        return NOTHING
    values = list(_values(ours, theirs))
    swapped = _swapped(check, values)
    if swapped:
        return swapped
    groups: dict[Said, list[Pair]] = defaultdict(list)
    for inputs, wanted, found in values:
        for path, pair in _pairs(check, wanted, found, inputs, NOTHING):
            if pair is None:
                return NOTHING
            groups[path].append(pair)
    return _of_groups(groups)


def with_hints(
    results: Sequence[CheckResult], checks: Iterable[Check], expected: Streams, got: Streams
) -> tuple[CheckResult, ...]:
    """The results of one submission, each failed check's message with its hint, if it has one.

    Args:
        results: of all checks, and perhaps others.
        checks: of the exercise.
        expected: the reference's streams.
        got: the submission's, those that are complete.
    """
    known = {check.id: check for check in checks}
    told: list[CheckResult] = []
    for result in results:
        text = NOTHING
        if result.verdict is Verdict.FAILED and result.id in known and result.id in got:
            check = known[result.id]
            if check.rule is None:  # what a rule judges is not compared
                text = hint(check, expected[check.id], got[check.id])
        if text:
            line = say("close: {hint}", hint=text)
            result = replace(  # noqa: PLW2901
                result,
                message=_after_first_line(result.message, str(line)),
                message_zh=_after_first_line(result.message_zh, line.chinese),
            )
        told.append(result)
    return tuple(told)


def _after_first_line(message: str, line: str) -> str:
    first, *rest = message.split("\n")
    return "\n".join((first, line, *rest))


def _values(
    ours: Sequence[Case], theirs: Sequence[Case]
) -> Iterator[tuple[Mapping[str, Value], Value, Value]]:
    """The inputs of the last call, the expected value, and the one that came, case by case."""
    inputs: Mapping[str, Value] = {}
    for mine, other in zip(ours, theirs, strict=True):
        if mine.calls:
            inputs = mine.calls[-1].inputs
        if isinstance(mine.end, Yielded) and isinstance(other.end, Yielded):
            yield inputs, mine.end.value, other.end.value


def _of_groups(groups: Mapping[Said, list[Pair]]) -> Said:
    """One hint for all parts that are wrong, or one for the first of them, by its name."""
    wrong = {path: pairs for path, pairs in groups.items() if any(pair.differs for pair in pairs)}
    every = list(itertools.chain.from_iterable(wrong.values()))
    size = sum(pair.expected.numel() + pair.got.numel() for pair in every)
    if not every or len(every) > _MOST_PAIRS or size > _MOST_NUMBERS:
        return NOTHING
    together = _of_pairs(every)
    if together or len(wrong) == 1:
        return together
    path, pairs = next(iter(wrong.items()))
    alone = _of_pairs(pairs)
    return path + COLON + alone if alone else NOTHING


def _of_pairs(pairs: Pairs) -> Said:
    unlike = [pair for pair in pairs if pair.expected.shape != pair.got.shape]
    if unlike:
        if any(pair.differs for pair in pairs if pair not in unlike):
            return NOTHING
        return other_step(pairs) or of_shapes(unlike) or unchanged(pairs)
    # Most guesses fail at once where much is wrong and little is there.
    pairs = sorted(pairs, key=lambda pair: (not pair.differs, pair.expected.numel()))
    proven = proof(pairs)
    asked = (find for find, needs_proof in _HINTS if proven or not needs_proof)
    return next((text for find in asked if (text := find(pairs))), NOTHING)


def _swapped(check: Check, values: Sequence[tuple[Mapping[str, Value], Value, Value]]) -> Said:
    """The parts of a tuple, or list, right but in another order."""
    wrong = [(wanted, found) for _, wanted, found in values if find_mismatch(wanted, found, check)]
    if not wrong or not all(_is_pair_like(*each) for each in wrong):
        return NOTHING
    size = len(wrong[0][0])
    for order in itertools.permutations(range(size)):
        if all(
            len(wanted) == size
            and find_mismatch(list(wanted), [found[at] for at in order], check) is None
            for wanted, found in wrong
        ):
            places_ = ", ".join(f"[{at}]" for at in order)
            if size == 2:
                return say("the two results are right, but in the other order: swap them")
            return say(
                "the results are right, but in another order: {places} is the right one",
                places=places_,
            )
    return NOTHING


def _is_pair_like(wanted: Value, found: Value) -> bool:
    return (
        type(wanted) in (tuple, list)
        and type(found) in (tuple, list)
        and len(wanted) == len(found)
        and 2 <= len(wanted) <= 4
        and not all(type(part) is int for part in wanted)
    )


def _pairs(
    check: Check, expected: Value, got: Value, inputs: Mapping[str, Value], path: Said
) -> Iterator[tuple[Said, Pair | None]]:
    """The tensors within a value beside those that came; None where a hint would miss the point."""
    match expected, got:
        case OpCount(), OpCount():
            yield from _pairs(check, expected.value, got.value, inputs, path)
        case Gradients(), Gradients():
            for name, wanted in expected.reached.items():
                if wanted is not None:
                    found = got.reached.get(name)
                    yield from _pairs(check, wanted, found, {}, gradient_of(name))
        case (TensorValue(), TensorValue()) | (ArrayValue(), ArrayValue()):
            yield path, _pair(check, expected.tensor, got.tensor, inputs)
        case (float(), float()) | (int(), int()) if _is_number(expected) and _is_number(got):
            one, other = (torch.tensor(each, dtype=torch.float64) for each in (expected, got))
            dtype = torch.float32 if type(expected) is float else torch.int64
            yield path, _pair(check, one, other, inputs, dtype)
        case (tuple(), tuple()) | (list(), list()) if len(expected) == len(got):
            for index, (wanted, found) in enumerate(zip(expected, got, strict=True)):
                yield from _pairs(check, wanted, found, inputs, path + f"[{index}]")
        case dict(), dict() if expected.keys() == got.keys():
            for key, wanted in expected.items():
                yield from _pairs(check, wanted, got[key], inputs, path + f"[{key!r}]")
        case _:
            if find_mismatch(expected, got, check) is not None:
                yield path, None


def _is_number(value: Value) -> bool:
    return type(value) is not bool and abs(value) < _MOST_EXACT


def _pair(
    check: Check,
    expected: torch.Tensor,
    got: torch.Tensor,
    inputs: Mapping[str, Value],
    dtype: torch.dtype | None = None,
) -> Pair | None:
    """Two tensors, widened; None where they are of kinds that no hint can compare."""
    dtype = dtype or expected.dtype
    if expected.dtype.is_complex != got.dtype.is_complex:
        return None
    wide = torch.complex128 if expected.dtype.is_complex else torch.float64
    one, other = expected.to(wide), got.to(wide)
    if not (one.isfinite().all() and other.isfinite().all()):
        return None
    return pair_of(one, other, dtype, tolerance(dtype, check), inputs)
