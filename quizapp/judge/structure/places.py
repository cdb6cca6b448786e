"""The right numbers in other places, or wrong ones in a few places. Owns hints about where.

Transposed, flipped, shifted, swapped, sorted; wrong only in the last row, in one channel, along the
border, where 0 is expected; a factor of its own for each row. Shapes are equal here.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from typing import Final

import torch
from torch import Tensor

from quizapp.judge.structure.pairs import PROOF_BITS, Guess, Pair, Pairs, all_give, bits, distinct
from quizapp.judge.words import NOTHING, Said, joined, phrase, say

_LARGEST_AXIS: Final = 64
_FARTHEST: Final = 3
_ROW: Final = phrase("row")
_COLUMN: Final = phrase("column")
_ELEMENT: Final = phrase("element")
_SLICE: Final = phrase("slice")
_FIRST: Final = phrase("first")
_LAST: Final = phrase("last")


def arrangement(pairs: Pairs) -> Said:
    """Where the right numbers have gone; empty when they have not merely moved."""
    dims = {pair.expected.dim() for pair in pairs}
    if len(dims) != 1 or not _moved_enough(pairs) or not _same_numbers(pairs):
        return NOTHING
    (dim,) = dims
    for guess, text in _moves(dim):
        if all(_gives(pair, guess) for pair in pairs):
            return text
    for axis in range(dim):
        found = _slices_permuted(pairs, axis, dim)
        if found:
            return found
    return _reordered(pairs)


def one_place(pairs: Pairs) -> Said:
    """Which few places are wrong, when all wrong cases agree on them."""
    wrong = [pair for pair in pairs if pair.differs]
    dims = {pair.expected.dim() for pair in wrong}
    bad = sum(int(pair.bad.sum()) for pair in wrong)
    right = sum(int((~pair.bad).sum()) for pair in wrong)
    if bad < 2 or right < 2 or len(dims) != 1:
        return NOTHING
    (dim,) = dims
    return _one_slice(wrong, dim) or _border(wrong, dim)


def axis_wise(pairs: Pairs) -> Said:
    """A factor or an offset that is each row's own: a step along the wrong axis, or none."""
    if any(pair.expected.dim() < 2 or pair.expected.is_complex() for pair in pairs):
        return NOTHING
    for axis in range(min(pair.expected.dim() for pair in pairs)):
        if all(_own_factor(pair, axis) for pair in pairs):
            return say(
                "along axis {axis}, each slice is right but for a factor of its own: is it divided"
                " by something for each, such as a sum, along another axis?",
                axis=axis,
            )
        if all(_own_offset(pair, axis) for pair in pairs):
            return say(
                "along axis {axis}, each slice is right but for an offset of its own: is something"
                " added or subtracted along another axis, such as a bias or a mean?",
                axis=axis,
            )
    return NOTHING


def constant(pairs: Pairs) -> Said:
    """That the same number came back everywhere, where different ones are expected."""
    got = [pair.got for pair in pairs]
    if distinct(got) != 1 or distinct([pair.expected for pair in pairs]) < 3:
        return NOTHING
    if sum(each.numel() for each in got) < 4:
        return NOTHING
    value = got[0].flatten()[0].item()
    text = f"{value:.5g}" if isinstance(value, float) else str(value)
    return say("every value is {n}: does the result depend on what is passed in?", n=text)


def _moved_enough(pairs: Pairs) -> bool:
    """Whether enough different numbers have moved for their new places to say something."""
    if any(pair.expected.is_complex() for pair in pairs):
        return False
    moved = [pair.expected[pair.clear] for pair in pairs if pair.differs]
    return distinct(moved) >= 3 and bits(moved) >= PROOF_BITS


def _gives(pair: Pair, guess: Guess) -> bool:
    try:
        return pair.gives(guess(pair.expected))
    except (RuntimeError, IndexError):  # a move that this shape does not know
        return False


def _moves(dim: int) -> Iterator[tuple[Guess, Said]]:
    for one, other in itertools.combinations(range(dim), 2):
        text = say("axes {one} and {other} are swapped", one=one, other=other)
        text = say("it is transposed") if dim == 2 else text
        yield lambda x, one=one, other=other: x.transpose(one, other), text  # type: ignore[misc]
    for count in range(1, dim + 1):
        for axes in itertools.combinations(range(dim), count):
            which = joined(say(" and "), map(str, axes))
            text = say("it is reversed along axes {which}", which=which)
            text = say("it is reversed along axis {which}", which=which) if count == 1 else text
            yield lambda x, axes=axes: x.flip(axes), text  # type: ignore[misc]
    for one, other in itertools.combinations(range(dim), 2):
        text = say("it is turned by 90 degrees in axes {one} and {other}", one=one, other=other)
        yield (
            lambda x, one=one, other=other: x.transpose(one, other).flip(one),  # type: ignore[misc]
            text,
        )
        yield (
            lambda x, one=one, other=other: x.transpose(one, other).flip(other),  # type: ignore[misc]
            text,
        )
    for axis in range(dim):
        for step in (sign * by for by in range(1, _FARTHEST + 1) for sign in (1, -1)):
            way = say("forwards") if step > 0 else say("backwards")
            yield (
                lambda x, axis=axis, step=step: x.roll(step, axis),  # type: ignore[misc]
                say("it is rolled {way} by {n} along axis {axis}", way=way, n=abs(step), axis=axis),
            )


def shifted(pairs: Pairs) -> Said:
    """Shifted along an axis, with something else at the end that has become free."""
    dims = {pair.expected.dim() for pair in pairs}
    if len(dims) != 1 or not _moved_enough(pairs):
        return NOTHING
    (dim,) = dims
    for axis in range(dim):
        for step in (1, -1, 2, -2):
            if all(_shifted_by(pair, axis, step) for pair in pairs):
                way = say("late") if step > 0 else say("early")
                if abs(step) == 1:
                    return say(
                        "along axis {axis}, every value is where its neighbour belongs, 1 place "
                        "too {way}: off by one?",
                        axis=axis,
                        way=way,
                    )
                return say(
                    "along axis {axis}, every value is {n} places too {way}",
                    axis=axis,
                    n=abs(step),
                    way=way,
                )
    return NOTHING


def _shifted_by(pair: Pair, axis: int, step: int) -> bool:
    """Whether got[i + step] is expected[i] wherever there are both."""
    size = pair.expected.shape[axis]
    kept = size - abs(step)
    if not pair.differs:
        return True
    if kept < 2:
        return False
    start, target = (0, step) if step > 0 else (-step, 0)
    expected = pair.expected.narrow(axis, start, kept)
    got = pair.got.narrow(axis, target, kept)
    bad = pair.bad.narrow(axis, target, kept)
    return (
        distinct([expected]) >= 3
        and bits([expected[bad]]) >= PROOF_BITS
        and pair.close(expected, got)
        and 2 * int(bad.sum()) >= bad.numel()  # else much of it is right where it is
    )


def _slices_permuted(pairs: Pairs, axis: int, dim: int) -> Said:
    """The slices along an axis in another order, the same one in each case."""
    if any(pair.expected.numel() < 2 * pair.expected.shape[axis] for pair in pairs):
        return NOTHING  # slices of one number each: any order of numbers is one of those
    orders = [_order(pair, axis) for pair in pairs]
    known = [order for order in orders if order]
    if len(known) < len(orders) or not known or len(set(map(len, known))) != 1:
        return NOTHING
    order = next((each for each in known if each != tuple(range(len(each)))), None)
    if order is None:
        return NOTHING
    if not all_give(pairs, lambda x: x.index_select(axis, torch.tensor(order))):
        return NOTHING
    moved = [place for place, source in enumerate(order) if place != source]
    where = say("along axis {axis}", axis=axis) if dim > 1 else say("in it")
    if len(moved) == 2:
        one, other = moved
        return say("{one} and {other} are swapped {where}", one=one, other=other, where=where)
    listed = ", ".join(map(str, order[:8])) + (", …" if len(order) > 8 else "")
    return say("the order {where} is another: {order}", where=where, order=listed)


def _order(pair: Pair, axis: int) -> tuple[int, ...] | None:
    """For each slice of what came back, the expected slice that it is."""
    expected, got = pair.expected.movedim(axis, 0), pair.got.movedim(axis, 0)
    size = expected.shape[0]
    if not 2 <= size <= _LARGEST_AXIS or pair.expected.numel() * size > 1 << 20:
        return None
    found: list[int] = []
    for slice_ in got:
        fits = [at for at in range(size) if at not in found and pair.close(expected[at], slice_)]
        if not fits:
            return None
        here = len(found)
        found.append(here if here in fits else fits[0])
    return tuple(found)


def _same_numbers(pairs: Pairs) -> bool:
    return all(
        pair.close(pair.expected.flatten().sort().values, pair.got.flatten().sort().values)
        for pair in pairs
    )


def _reordered(pairs: Pairs) -> Said:
    if distinct([pair.expected[pair.clear] for pair in pairs]) < 6:
        return NOTHING  # few different numbers come in the same quantities by accident
    up = all(_is_sorted(pair.got, descending=False) for pair in pairs)
    if up or all(_is_sorted(pair.got, descending=True) for pair in pairs):
        if up:
            return say("the right numbers, but sorted, smallest first")
        return say("the right numbers, but sorted, largest first")
    return say("the right numbers, but in another order")


def _is_sorted(tensor: Tensor, *, descending: bool) -> bool:
    return bool((tensor == tensor.sort(dim=-1, descending=descending).values).all())


def _one_slice(wrong: Pairs, dim: int) -> Said:
    """Only the first, the last, or one certain slice of an axis."""
    for axis in range(dim):
        found = {_wrong_slice(pair, axis) for pair in wrong}
        if len(found) != 1:
            continue
        (which,) = found
        if which is None:
            continue
        # In a vector, one wrong element is at an end by accident now and then.
        if dim == 1 and len({pair.expected.shape for pair in wrong}) < 2:
            continue
        name = say((_ROW, _COLUMN)[axis] if dim == 2 else _ELEMENT if dim == 1 else _SLICE)
        suffix = NOTHING if dim <= 2 else say(" along axis {axis}", axis=axis)
        if isinstance(which, str):
            template = phrase("only the {which} {name}{where} is wrong")
            return say(template, which=say(which), name=name, where=suffix)
        template = phrase("only {name} {number}{where} is wrong")
        return say(template, name=name, number=which, where=suffix)
    return NOTHING


def _wrong_slice(pair: Pair, axis: int) -> str | int | None:
    size = pair.expected.shape[axis]
    others = [each for each in range(pair.bad.dim()) if each != axis]
    along = pair.bad.any(dim=others) if others else pair.bad
    indices = along.nonzero().flatten().tolist()
    if size < 3 or len(indices) != 1:
        return None
    at = int(indices[0])
    if at in (0, size - 1):
        return _FIRST if at == 0 else _LAST
    return at


def _border(wrong: Pairs, dim: int) -> Said:
    """Only the outermost places, in the two last axes."""
    if dim < 2:
        return NOTHING
    within: list[Tensor] = []
    for pair in wrong:
        rows, columns = pair.expected.shape[-2:]
        if rows < 3 or columns < 3:
            return NOTHING
        inside = torch.zeros(rows, columns, dtype=torch.bool)
        inside[1:-1, 1:-1] = True
        bad = pair.bad.flatten(0, -3).any(0) if dim > 2 else pair.bad
        if bool((bad & inside).any()) or int(bad.sum()) < max(rows, columns):
            return NOTHING
        within.append(pair.expected[..., 1:-1, 1:-1])
    if distinct(within) < 3:
        return NOTHING
    return say("only the border is wrong, all inside is right: is it padded, or cut off?")


def where_expected(pairs: Pairs) -> Said:
    """Wrong exactly where the expected number is of one kind."""
    if any(pair.expected.is_complex() or pair.dtype is torch.bool for pair in pairs):
        return NOTHING
    kinds: tuple[tuple[str, Guess], ...] = (
        (phrase("0 is expected"), lambda x: x == 0),
        (phrase("negative numbers are expected"), lambda x: x < 0),
        (phrase("positive numbers are expected"), lambda x: x > 0),
    )
    for text, kind in kinds:
        chosen = [kind(pair.expected) for pair in pairs]
        within = all(
            bool((pair.bad <= mask).all()) for pair, mask in zip(pairs, chosen, strict=True)
        )
        if not within:
            continue
        bad = sum(int(pair.bad.sum()) for pair in pairs)
        all_of_kind = sum(int(mask.sum()) for mask in chosen)
        rest = [pair.expected[~mask] for pair, mask in zip(pairs, chosen, strict=True)]
        if bad >= 3 and 2 * bad > all_of_kind and distinct([part[part != 0] for part in rest]) >= 3:
            return say("it is wrong only where {kind}", kind=say(text))
    return NOTHING


def _own_factor(pair: Pair, axis: int) -> bool:
    expected, got = _rows(pair.expected, axis), _rows(pair.got, axis)
    if not pair.differs:
        return True
    if min(expected.shape) < 2:
        return False
    at = expected.abs().argmax(dim=1, keepdim=True)
    top = expected.gather(1, at)
    factors = got.gather(1, at) / top.where(top != 0, 1.0)
    guess = (expected * factors).reshape(pair.expected.movedim(axis, 0).shape).movedim(0, axis)
    return _varied(expected) and distinct([factors]) >= 2 and pair.gives(guess)


def _own_offset(pair: Pair, axis: int) -> bool:
    expected, got = _rows(pair.expected, axis), _rows(pair.got, axis)
    if not pair.differs:
        return True
    if min(expected.shape) < 2:
        return False
    offsets = (got - expected).median(dim=1, keepdim=True).values
    guess = (expected + offsets).reshape(pair.expected.movedim(axis, 0).shape).movedim(0, axis)
    return _varied(expected) and distinct([offsets]) >= 2 and pair.gives(guess)


def _varied(rows: Tensor) -> bool:
    """Whether each of the rows has three different numbers, so that its factor means something."""
    parts: Sequence[Tensor] = list(rows[:64])
    return all(distinct([part]) >= 3 for part in parts)


def _rows(tensor: Tensor, axis: int) -> Tensor:
    return tensor.movedim(axis, 0).reshape(tensor.shape[axis], -1)
