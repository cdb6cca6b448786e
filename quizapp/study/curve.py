"""FSRS-6's forgetting curve. Owns its formula; only `fitting` has it again, for tensors.

After as many days as a memory's stability has, the chance of recall is 0.9; how flat the curve ends
is the decay, the 21st parameter, 0.1 to 0.8 ("The Algorithm", wiki of
open-spaced-repetition/fsrs4anki). Numbers and arrays of numpy alike; this module imports nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, overload

if TYPE_CHECKING:
    from quizapp.study.columns import Floats, Ints


def factor(decay: float) -> float:
    """What makes the chance of recall 0.9 after as many days as the stability has."""
    return float(0.9 ** (-1 / decay) - 1)


@overload
def recall(days: float, stability: float, decay: float) -> float: ...
@overload
def recall(days: Ints | Floats, stability: Floats, decay: float) -> Floats: ...
def recall(days: Any, stability: Any, decay: float) -> Any:
    """Chance of recall, 0 to 1.

    Args:
        days: since the last answer, at least 0.
        stability: in days, above 0; of the shape of `days`.
        decay: as above.
    """
    return (1 + factor(decay) * days / stability) ** -decay


@overload
def span(retention: float, decay: float) -> float: ...
@overload
def span(retention: Floats, decay: float) -> Floats: ...
def span(retention: Any, decay: float) -> Any:
    """Days, in stabilities, until the chance of recall has fallen to `retention`, above 0."""
    return (retention ** (-1 / decay) - 1) / factor(decay)
