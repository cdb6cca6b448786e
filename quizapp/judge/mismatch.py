"""The first difference between two values, as data. Owns what is told of one.

Finding it is left to `agree` and those it asks, the sentence around it to `sentences`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from quizapp.judge.words import NOTHING, Said, say


@dataclass(frozen=True, slots=True)
class Mismatch:
    """The first difference between two values.

    Attributes:
        text: "a tensor, got None" when `of_type`, else such as "shape (4, 1), expected (4,)".
        hint: what to do about it; may be empty.
        of_type: whether the type itself is wrong.
        is_none: whether nothing at all came.
        refused: whether it is a type that is never accepted.
        has: whether a value has `text`, such as a shape, rather than is it.
        about: "dtype" or "device", where it is only that; else empty.
        path: where in nested values, such as "[1]"; or a name such as "the gradient of x".
        of_gradient: whether `path` is such a name.
        index: of the worst or first wrong element of a tensor.
        size: length of that tensor's first axis.
        allowed: the limit, when the value is right, but not what it cost; else empty.
        numbers: whether `text` holds numbers that a hidden check keeps to itself.
        around: name -> the numbers around the worst element, expected and got.
    """

    text: Said
    hint: Said = NOTHING
    of_type: bool = False
    is_none: bool = False
    refused: bool = False
    has: bool = False
    about: str = ""
    path: Said = NOTHING
    of_gradient: bool = False
    index: tuple[int, ...] = ()
    size: int = -1
    allowed: Said = NOTHING
    numbers: bool = False
    around: tuple[tuple[Said, str], ...] = ()

    def inside(self, step: Said) -> Mismatch:
        """The same difference seen from one container further out."""
        return replace(self, path=step + self.path, of_gradient=False)


def instead(got: str, expected: str) -> Said:
    """What came instead of what."""
    return say("{got}, expected {expected}", got=got, expected=expected)
