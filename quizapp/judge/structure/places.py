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

_LARGEST_AXIS: Final = 64
_FARTHEST: Final = 3


def arrangement(pairs: Pairs) -> str:
    """Where the right numbers have gone; empty when they have not merely moved."""
    dims = {pair.expected.dim() for pair in pairs}
    if len(dims) != 1 or not _moved_enough(pairs) or not _same_numbers(pairs):
        return ""
    (dim,) = dims
    for guess, text in _moves(dim):
        if all(_gives(pair, guess) for pair in pairs):
            return text
    for axis in range(dim):
        found = _slices_permuted(pairs, axis, dim)
        if found:
            return found
    return _reordered(pairs)


def one_place(pairs: Pairs) -> str:
    """Which few places are wrong, when all wrong cases agree on them."""
    wrong = [pair for pair in pairs if pair.differs]
    dims = {pair.expected.dim() for pair in wrong}
    bad = sum(int(pair.bad.sum()) for pair in wrong)
    right = sum(int((~pair.bad).sum()) for pair in wrong)
    if bad < 2 or right < 2 or len(dims) != 1:
        return ""
    (dim,) = dims
    return _one_slice(wrong, dim) or _border(wrong, dim)


def axis_wise(pairs: Pairs) -> str:
    """A factor or an offset that is each row's own: a step along the wrong axis, or none."""
    if any(pair.expected.dim() < 2 or pair.expected.is_complex() for pair in pairs):
        return ""
    for axis in range(min(pair.expected.dim() for pair in pairs)):
        if all(_own_factor(pair, axis) for pair in pairs):
            return (
                f"along axis {axis}, each slice is right but for a factor of its own: is it divided"
                " by something for each, such as a sum, along another axis?"
            )
        if all(_own_offset(pair, axis) for pair in pairs):
            return (
                f"along axis {axis}, each slice is right but for an offset of its own: is something"
                " added or subtracted along another axis, such as a bias or a mean?"
            )
    return ""


def constant(pairs: Pairs) -> str:
    """That the same number came back everywhere, where different ones are expected."""
    got = [pair.got for pair in pairs]
    if distinct(got) != 1 or distinct([pair.expected for pair in pairs]) < 3:
        return ""
    if sum(each.numel() for each in got) < 4:
        return ""
    value = got[0].flatten()[0].item()
    text = f"{value:.5g}" if isinstance(value, float) else str(value)
    return f"every value is {text}: does the result depend on what is passed in?"


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


def _moves(dim: int) -> Iterator[tuple[Guess, str]]:
    for one, other in itertools.combinations(range(dim), 2):
        text = "it is transposed" if dim == 2 else f"axes {one} and {other} are swapped"
        yield lambda x, one=one, other=other: x.transpose(one, other), text  # type: ignore[misc]
    for count in range(1, dim + 1):
        for axes in itertools.combinations(range(dim), count):
            which = " and ".join(map(str, axes))
            text = f"it is reversed along ax{'i' if count == 1 else 'e'}s {which}"
            yield lambda x, axes=axes: x.flip(axes), text  # type: ignore[misc]
    for one, other in itertools.combinations(range(dim), 2):
        yield (
            lambda x, one=one, other=other: x.transpose(one, other).flip(one),  # type: ignore[misc]
            f"it is turned by 90 degrees in axes {one} and {other}",
        )
        yield (
            lambda x, one=one, other=other: x.transpose(one, other).flip(other),  # type: ignore[misc]
            f"it is turned by 90 degrees in axes {one} and {other}",
        )
    for axis in range(dim):
        for step in (sign * by for by in range(1, _FARTHEST + 1) for sign in (1, -1)):
            way = "forwards" if step > 0 else "backwards"
            yield (
                lambda x, axis=axis, step=step: x.roll(step, axis),  # type: ignore[misc]
                f"it is rolled {way} by {abs(step)} along axis {axis}",
            )


def shifted(pairs: Pairs) -> str:
    """Shifted along an axis, with something else at the end that has become free."""
    dims = {pair.expected.dim() for pair in pairs}
    if len(dims) != 1 or not _moved_enough(pairs):
        return ""
    (dim,) = dims
    for axis in range(dim):
        for step in (1, -1, 2, -2):
            if all(_shifted_by(pair, axis, step) for pair in pairs):
                way = "late" if step > 0 else "early"
                return (
                    f"along axis {axis}, every value is where its neighbour belongs, {abs(step)} "
                    f"place{'s' * (abs(step) > 1)} too {way}: off by one?"
                    if abs(step) == 1
                    else f"along axis {axis}, every value is {abs(step)} places too {way}"
                )
    return ""


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


def _slices_permuted(pairs: Pairs, axis: int, dim: int) -> str:
    """The slices along an axis in another order, the same one in each case."""
    if any(pair.expected.numel() < 2 * pair.expected.shape[axis] for pair in pairs):
        return ""  # slices of one number each: any order of numbers is one of those
    orders = [_order(pair, axis) for pair in pairs]
    known = [order for order in orders if order]
    if len(known) < len(orders) or not known or len(set(map(len, known))) != 1:
        return ""
    order = next((each for each in known if each != tuple(range(len(each)))), None)
    if order is None:
        return ""
    if not all_give(pairs, lambda x: x.index_select(axis, torch.tensor(order))):
        return ""
    moved = [place for place, source in enumerate(order) if place != source]
    what = f"along axis {axis}" if dim > 1 else "in it"
    if len(moved) == 2:
        return f"{moved[0]} and {moved[1]} are swapped {what}"
    return f"the order {what} is another: {', '.join(map(str, order[:8]))}" + (
        ", …" if len(order) > 8 else ""
    )


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


def _reordered(pairs: Pairs) -> str:
    if distinct([pair.expected[pair.clear] for pair in pairs]) < 6:
        return ""  # few different numbers come in the same quantities by accident
    up = all(_is_sorted(pair.got, descending=False) for pair in pairs)
    if up or all(_is_sorted(pair.got, descending=True) for pair in pairs):
        return f"the right numbers, but sorted, {'smallest' if up else 'largest'} first"
    return "the right numbers, but in another order"


def _is_sorted(tensor: Tensor, *, descending: bool) -> bool:
    return bool((tensor == tensor.sort(dim=-1, descending=descending).values).all())


def _one_slice(wrong: Pairs, dim: int) -> str:
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
        name = ("row", "column")[axis] if dim == 2 else "element" if dim == 1 else "slice"
        suffix = "" if dim <= 2 else f" along axis {axis}"
        text = which if isinstance(which, str) else f"{name} {which}"
        return f"only {f'the {which} {name}' if isinstance(which, str) else text}{suffix} is wrong"
    return ""


def _wrong_slice(pair: Pair, axis: int) -> str | int | None:
    size = pair.expected.shape[axis]
    others = [each for each in range(pair.bad.dim()) if each != axis]
    along = pair.bad.any(dim=others) if others else pair.bad
    indices = along.nonzero().flatten().tolist()
    if size < 3 or len(indices) != 1:
        return None
    at = int(indices[0])
    if at in (0, size - 1):
        return "first" if at == 0 else "last"
    return at


def _border(wrong: Pairs, dim: int) -> str:
    """Only the outermost places, in the two last axes."""
    if dim < 2:
        return ""
    within: list[Tensor] = []
    for pair in wrong:
        rows, columns = pair.expected.shape[-2:]
        if rows < 3 or columns < 3:
            return ""
        inside = torch.zeros(rows, columns, dtype=torch.bool)
        inside[1:-1, 1:-1] = True
        bad = pair.bad.flatten(0, -3).any(0) if dim > 2 else pair.bad
        if bool((bad & inside).any()) or int(bad.sum()) < max(rows, columns):
            return ""
        within.append(pair.expected[..., 1:-1, 1:-1])
    if distinct(within) < 3:
        return ""
    return "only the border is wrong, all inside is right: is it padded, or cut off?"


def where_expected(pairs: Pairs) -> str:
    """Wrong exactly where the expected number is of one kind."""
    if any(pair.expected.is_complex() or pair.dtype is torch.bool for pair in pairs):
        return ""
    kinds: tuple[tuple[str, Guess], ...] = (
        ("0 is expected", lambda x: x == 0),
        ("negative numbers are expected", lambda x: x < 0),
        ("positive numbers are expected", lambda x: x > 0),
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
            return f"it is wrong only where {text}"
    return ""


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
