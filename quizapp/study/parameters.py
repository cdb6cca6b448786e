"""Values of parametric notes. Owns drawing them from a seed and putting them into text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from quizapp.domain.cards import Card, Draw, Drawn
from quizapp.domain.text import Text
from quizapp.study.seeds import seed_for


def draw_seed(card_id: str, reps: int) -> int:
    """The seed for the next time a card is asked: new at every review, the same until answered."""
    return seed_for("draw", card_id, reps)


def values_of(card: Card, asked: int) -> dict[str, Drawn]:
    """The values of a card that was asked so often before; empty where none are drawn."""
    given = card.note.given
    return draw(given, draw_seed(card.id, asked)) if given else {}


def draw(draws: Sequence[Draw], seed: int) -> dict[str, Drawn]:
    """Draw a value for each name, in order.

    The same seed gives the same values on every platform. Each name has a stream of its own, so
    that adding a name to a note leaves the values of the others as they were.

    Args:
        draws: the `given` of a note.
        seed: any integer.

    Raises:
        ValueError: a draw has no possible value, or an axis is asked of what is no shape.
    """
    values: dict[str, Drawn] = {}
    for wanted in draws:
        stream = _Stream(seed_for("name", seed, wanted.name))
        values[wanted.name] = _draw_one(wanted, stream, values)
    return values


def substitute(text: str, values: Mapping[str, Drawn]) -> str:
    """`text` with every `{{name}}` of `values` replaced, inside code and math, too.

    Other marks in double braces stay as they are. What is put in is not looked at again.
    """
    if not values:
        return text
    from quizapp.domain.marks import PLACEHOLDER

    return PLACEHOLDER.sub(
        lambda match: shown(values[match[1]]) if match[1] in values else match[0], text
    )


def substitute_text(text: Text, values: Mapping[str, Drawn]) -> Text:
    """`substitute` in both languages."""
    return text.map(lambda one: substitute(one, values))


def shown(value: Drawn) -> str:
    """A drawn value as it stands in text and code: strings bare, the rest as Python writes it."""
    return value if isinstance(value, str) else repr(value)


class _Stream:
    """Integers below a bound, by `random()` alone: the one method whose values never change."""

    def __init__(self, seed: int) -> None:
        from random import Random

        self._random = Random(seed)

    def below(self, bound: int) -> int:
        """A number from 0 to `bound` - 1."""
        if bound < 1:
            raise ValueError("there is nothing to draw from")
        return int(self._random.random() * bound)

    def between(self, low: int, high: int) -> int:
        """A number from `low` to `high`, both included."""
        return low + self.below(high - low + 1)


def _draw_one(wanted: Draw, stream: _Stream, before: Mapping[str, Drawn]) -> Drawn:
    arguments = wanted.arguments
    match wanted.how:
        case "int":
            low, high = _integers(wanted, 2)
            return stream.between(low, high)
        case "float":
            return _on_grid(wanted, stream)
        case "choice":
            return arguments[stream.below(len(arguments))]
        case "shape":
            fewest, most, smallest, largest = _integers(wanted, 4)
            axes = stream.between(fewest, most)
            return tuple(stream.between(smallest, largest) for _ in range(axes))
        case "axis_of":
            shape = before.get(str(arguments[0]))
            if not isinstance(shape, tuple):  # whatever it is, the deck is wrong
                raise ValueError(f"{wanted.name}: {arguments[0]} is no shape drawn before it")  # noqa: TRY004
            return stream.below(len(shape))


def _integers(wanted: Draw, count: int) -> tuple[int, ...]:
    if len(wanted.arguments) != count or not all(isinstance(a, int) for a in wanted.arguments):
        raise ValueError(f"{wanted.name}: {wanted.how} needs {count} integers")
    return tuple(int(argument) for argument in wanted.arguments)


def _on_grid(wanted: Draw, stream: _Stream) -> float:
    from decimal import Decimal

    # Decimal, so that a step of 0.1 gives 0.3 and not 0.30000000000000004.
    low, high, step = (Decimal(str(argument)) for argument in wanted.arguments)
    if step <= 0:
        raise ValueError(f"{wanted.name}: the step must be greater than 0")
    return float(low + step * stream.between(0, int((high - low) // step)))
