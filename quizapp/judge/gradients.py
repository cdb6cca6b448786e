"""What is said of gradients: that one is missing, or why there is none. Owns those words.

Whether the numbers of a gradient agree is left to `agree`, the backward pass to `backward`.
"""

from __future__ import annotations

from typing import Final

from quizapp.judge import backward
from quizapp.judge.describe import escaped
from quizapp.judge.mismatch import Mismatch
from quizapp.judge.words import COLON, NOTHING, THEN, Said, same, say

_PROBLEMS: Final = {
    backward.NO_TENSOR: say("the output is not a tensor"),
    backward.NO_GRAPH: say("the output is detached from its inputs"),
    backward.OTHER_SHAPE: say("the output has another shape than expected"),
}
_DETACHED: Final = say("detach(), .data, .item(), no_grad() and torch.tensor(…) cut it off")


def unreached(name: str, problem: str) -> Mismatch:
    """No gradient came where one should.

    Args:
        name: of the input.
        problem: what stood in the way, as the sandbox tells it; may be empty.
    """
    text = say("no gradient reaches {name}", name=_of_input(name))
    if problem:
        text += COLON + _problem(problem)
    if not problem.startswith(backward.FAILED):
        text += THEN + _DETACHED
    return Mismatch(NOTHING, text, path=gradient_of(name), of_gradient=True)


def unwanted(name: str) -> Mismatch:
    """A gradient came where none should."""
    text = say("a gradient reaches {name}, none should: detach it", name=_of_input(name))
    return Mismatch(NOTHING, text, path=gradient_of(name), of_gradient=True)


def impeded(problem: str) -> Mismatch:
    """A backward pass that ran into `problem`, as the sandbox tells it."""
    return Mismatch(NOTHING, _problem(problem), path=say("the gradient"), of_gradient=True)


def gradient_of(name: str) -> Said:
    """What a gradient is called, by the name of its input."""
    return say("the gradient of {name}", name=_of_input(name))


def _of_input(name: str) -> Said:
    """The name of an input; of one whose gradient came in pieces, with that in words."""
    if name.endswith(backward.SCATTERED):
        own = name.removesuffix(backward.SCATTERED)
        return own + say(" (when grad_output is not contiguous)")
    return same(name)


def _problem(told: str) -> Said:
    """What stood in the way of a backward pass, as the sandbox tells it.

    It has but a few words for that, which are known here; all else is quoted as it is.
    """
    if told in _PROBLEMS:
        return _PROBLEMS[told]
    text = escaped(told)
    start = f"{backward.FAILED}: "
    if text.startswith(start):
        return say("the backward pass failed: {why}", why=text.removeprefix(start))
    kind, *values = told.split(backward.BETWEEN)
    if kind == backward.MISFIT and len(values) == 3:
        name, measured, claimed = map(escaped, values)
        return say(
            "backward does not fit forward: when {name} moves a little in a random direction, "
            "the output changes by {measured}, but the gradient of {name} says {claimed}",
            name=name,
            measured=measured,
            claimed=claimed,
        )
    return same(text)
