"""What a learner can set about studying. Owns names, defaults, ranges and messages.

A setting is kept as a plain JSON value under its key; what is kept but cannot be read, by an older
or a newer quizapp, counts as never set. Leaves keeping them to `store`, and what they do to
`scheduler`, `queue` and the engine.
"""

# Without deferred annotations: a named tuple would compile each of its own, 10 microseconds apiece.

import math
import re
from collections.abc import Callable, Mapping
from datetime import timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Any, NamedTuple

from quizapp.domain.history import NONE_OF, DailyLimits
from quizapp.errors import Phrase

Stored = bool | int | float | str
"""A setting as it is kept."""

LOWEST_RETENTION, HIGHEST_RETENTION = 0.7, 0.99
LONGEST_INTERVAL = 36_500
OF_TOPICS: Mapping[str, str] = MappingProxyType(
    {
        "new_per_day": "new_of",
        "reviews_per_day": "reviews_of",
        "desired_retention": "retention_of",
    }
)
"""Settings that a topic can have a value of its own for, under the key `SETTING.TOPIC`; and the
attribute of `Settings` that holds these values."""

_BOTH_HOLD = "the same for cards of {topic}; both limits hold"
ABOUT_TOPICS: Mapping[str, str] = MappingProxyType(
    {
        "new_per_day": _BOTH_HOLD,
        "reviews_per_day": _BOTH_HOLD,
        "desired_retention": "the same for cards of {topic}; the general one when unset",
    }
)
"""What a topic's own value of each of `OF_TOPICS` does."""

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MOST_STEPS = 10
SHORTEST_STEP, LONGEST_STEP = timedelta(seconds=1), timedelta(hours=12)

_UNITS = {"s": timedelta(seconds=1), "m": timedelta(minutes=1), "h": timedelta(hours=1)}
_ON, _OFF = ("on", "true", "yes", "1"), ("off", "false", "no", "0")
_NONE = "none"


class NewOrder(StrEnum):
    """In which order new cards are introduced."""

    COURSE = "course"
    RANDOM = "random"


class LeechAction(StrEnum):
    """What happens to a card that is forgotten again and again."""

    TAG = "tag"
    SUSPEND = "suspend"


class Settings(NamedTuple):
    """All settings, read.

    Attributes:
        desired_retention: chance of recall at which an item comes back.
        retention_of: topic -> its own desired retention, where it has one.
        new_of, reviews_of: topic -> its own daily limit, where it has one; the general one holds,
            too.
        learning_steps, relearning_steps: of cards; exercises have none.
        longest_interval: days.
        balance: whether a review goes to the quietest day of its window, else to a day by lot.
        easy_days: share of the usual load that each weekday takes, Monday first, 0 to 1.
        new_seed: of the random order of new cards.
        leech_lapses: after how many lapses a card is a leech.
        bury_siblings: whether an answer keeps the note's other cards out of the day.
        new_wait_for_backlog: whether no new card comes while more reviews wait than a day takes.
        buttons: how many ratings the app offers: 2 for Again and Good, or 4.
        timer: whether the app shows the time spent on a card.
        session_minutes: after which the app asks whether to go on; 0 for never.
    """

    new_per_day: int = DailyLimits().new
    reviews_per_day: int = DailyLimits().reviews
    desired_retention: float = 0.9
    retention_of: Mapping[str, float] = MappingProxyType({})
    new_of: Mapping[str, int] = NONE_OF
    reviews_of: Mapping[str, int] = NONE_OF
    learning_steps: tuple[timedelta, ...] = (timedelta(minutes=1), timedelta(minutes=10))
    relearning_steps: tuple[timedelta, ...] = (timedelta(minutes=10),)
    longest_interval: int = LONGEST_INTERVAL
    balance: bool = True
    easy_days: tuple[float, ...] = (1.0,) * 7
    new_order: NewOrder = NewOrder.COURSE
    new_seed: int = 0
    leech_lapses: int = 8
    leech_action: LeechAction = LeechAction.TAG
    bury_siblings: bool = False
    new_wait_for_backlog: bool = False
    buttons: int = 4
    timer: bool = False
    session_minutes: int = 0

    @property
    def limits(self) -> DailyLimits:
        """How much a study day may ask for."""
        return DailyLimits(self.new_per_day, self.reviews_per_day, self.new_of, self.reviews_of)

    def own(self, general: str) -> Mapping[str, Any]:
        """Topic -> its own value of one of `OF_TOPICS`, where it has one."""
        values: Mapping[str, Any] = getattr(self, OF_TOPICS[general])
        return values


class Spec(NamedTuple):
    """One setting.

    Attributes:
        key: its name; also the name of the attribute of `Settings`, if it is no topic's.
        about: what it does, in one line.
        form: what it may be, as it follows "use ".
        parse: text -> value; ValueError with what is wrong.
        show: value -> the text that `parse` reads.
    """

    key: str
    about: str
    form: str
    parse: Callable[[str], Any]
    show: Callable[[Any], str] = str

    @property
    def topic(self) -> str:
        """The topic whose own setting it is; empty for every other setting."""
        return split_key(self.key)[1]

    @property
    def default(self) -> str:
        """The default, as text; a topic's own setting has none but the general one."""
        return self.show(getattr(Settings(), self.key))


def choices_of(spec: Spec) -> tuple[str, ...]:
    """The values of a setting that has only a few, each in a word; empty for others."""
    words = re.split(r",? or |, ", spec.form)
    try:
        shown = [spec.show(spec.parse(word)) for word in words]
    except ValueError:
        return ()
    return tuple(words) if len(words) > 1 and shown == words else ()


def split_key(key: str) -> tuple[str, str]:
    """The setting that a key is of, and the topic whose own it is; that is empty for the rest."""
    general, _, topic = key.partition(".")
    return (general, topic) if general in OF_TOPICS else (key, "")


def spec_of(key: str) -> Spec | None:
    """What there is to know about a key; None where there is no such setting."""
    general, topic = split_key(key)
    if not topic:
        return SPECS.get(key)
    return SPECS[general]._replace(key=key, about=ABOUT_TOPICS[general].format(topic=topic))


def read(stored: Mapping[str, object]) -> Settings:
    """All settings from what is kept; the default where a value is missing or cannot be read."""
    values = {key: _read(spec, stored[key]) for key, spec in SPECS.items() if key in stored}
    found: dict[str, Any] = {key: value for key, value in values.items() if value is not None}
    found |= {name: {} for name in OF_TOPICS.values()}
    for key, kept_value in stored.items():
        general, topic = split_key(key)
        if topic and (value := _read(SPECS[general], kept_value)) is not None:
            found[OF_TOPICS[general]][topic] = value
    return Settings(**found)


def kept(spec: Spec, text: str) -> Stored:
    """The value to keep for a text that the learner gave.

    Raises:
        ValueError: the text is no value of this setting; the message says what is wrong.
    """
    value = spec.parse(text)
    return value if isinstance(value, bool | int | float) else spec.show(value)


def _read(spec: Spec, value: object) -> Any:  # noqa: ANN401 - of the type of the setting
    if not isinstance(value, bool | int | float | str):
        return None
    try:
        return spec.parse(_switch(value) if isinstance(value, bool) else str(value))
    except ValueError:
        return None


def _whole(low: int, high: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        if not re.fullmatch(r"[+-]?[0-9]{1,18}", text.strip()):
            raise ValueError(Phrase("{text!r} is no whole number", text=text))
        if not low <= (value := int(text)) <= high:
            raise ValueError(Phrase("{value} is out of range", value=value))
        return value

    return parse


def _buttons(text: str) -> int:
    if text.strip() not in ("2", "4"):
        raise ValueError(Phrase("{text!r} is neither 2 nor 4", text=text))
    return int(text)


def _retention(text: str) -> float:
    value = _number(text)
    if not LOWEST_RETENTION <= value <= HIGHEST_RETENTION:
        raise ValueError(Phrase("{value:g} is out of range", value=value))
    return value


def _number(text: str) -> float:
    """A finite number, or a percentage: 90% is 0.9."""
    bare = text.strip()
    scale = 100 if bare.endswith("%") else 1
    try:
        value = float(bare.removesuffix("%")) / scale
    except ValueError:
        raise ValueError(Phrase("{text!r} is no number", text=text)) from None
    if not math.isfinite(value):
        raise ValueError(Phrase("{text!r} is no number", text=text))
    return value


def _on_or_off(text: str) -> bool:
    word = text.strip().lower()
    if word not in _ON + _OFF:
        raise ValueError(Phrase("{text!r} is neither on nor off", text=text))
    return word in _ON


def _switch(value: bool) -> str:
    return "on" if value else "off"


def _one_of(choices: type[StrEnum]) -> Callable[[str], StrEnum]:
    def parse(text: str) -> StrEnum:
        try:
            return choices(text.strip().lower())
        except ValueError:
            raise ValueError(
                Phrase("{text!r} is none of {names}", text=text, names=", ".join(choices))
            ) from None

    return parse


def _steps(text: str) -> tuple[timedelta, ...]:
    words = text.lower().split()
    if words == [_NONE] or not words:
        return ()
    if len(words) > MOST_STEPS:
        raise ValueError(Phrase("{n} steps are too many", n=len(words)))
    steps = []
    for word in words:
        found = re.fullmatch(r"([0-9]{1,6})([smh])", word)
        if found is None:
            raise ValueError(Phrase("{word!r} is no step", word=word))
        steps.append(int(found[1]) * _UNITS[found[2]])
        if not SHORTEST_STEP <= steps[-1] <= LONGEST_STEP:
            raise ValueError(
                Phrase(
                    "{word} is out of range: what takes days is the scheduler's to say", word=word
                )
            )
    if steps != sorted(steps):
        raise ValueError(Phrase("the steps {text!r} do not rise", text=text.strip()))
    return tuple(steps)


def _show_steps(steps: tuple[timedelta, ...]) -> str:
    return " ".join(map(_show_step, steps)) or _NONE


def _show_step(step: timedelta) -> str:
    for name, unit in reversed(_UNITS.items()):
        if step % unit == timedelta():
            return f"{step // unit}{name}"
    raise ValueError(Phrase("{step} is no step", step=step))


def _easy_days(text: str) -> tuple[float, ...]:
    shares = [1.0] * 7
    words = text.lower().split()
    for word in [] if words == [_NONE] else words:
        name, _, share = word.partition("=")
        if name not in WEEKDAYS:
            raise ValueError(Phrase("{word!r} names no weekday", word=word))
        value = _number(share)
        if not 0 <= value <= 1:
            raise ValueError(Phrase("{word!r} is out of range", word=word))
        shares[WEEKDAYS.index(name)] = value
    if not any(shares):
        raise ValueError("no day would be left for reviews")
    return tuple(shares)


def _show_easy_days(shares: tuple[float, ...]) -> str:
    named = zip(WEEKDAYS, shares, strict=True)
    return " ".join(f"{name}={share or 0!r}" for name, share in named if share != 1) or _NONE


_STEPS_FORM = f'times that rise, like "1m 10m", each 1s to 12h, at most {MOST_STEPS}, or none'

SPECS: Mapping[str, Spec] = MappingProxyType(
    {
        spec.key: spec
        for spec in (
            Spec("new_per_day", "new cards a study day", "0 to 9999", _whole(0, 9999)),
            Spec("reviews_per_day", "reviews a study day", "0 to 99999", _whole(0, 99_999)),
            Spec(
                "desired_retention",
                "chance of recall at which a card or exercise comes back",
                f"{LOWEST_RETENTION} to {HIGHEST_RETENTION}",
                _retention,
            ),
            Spec("learning_steps", "waits while a card is new", _STEPS_FORM, _steps, _show_steps),
            Spec(
                "relearning_steps",
                "waits after a card was forgotten",
                _STEPS_FORM,
                _steps,
                _show_steps,
            ),
            Spec(
                "longest_interval",
                "days until a card comes back at the latest",
                f"1 to {LONGEST_INTERVAL}",
                _whole(1, LONGEST_INTERVAL),
            ),
            Spec(
                "balance",
                "put reviews on the quietest day near their own",
                "on or off",
                _on_or_off,
                _switch,
            ),
            Spec(
                "easy_days",
                "weekdays that take less than others, while balance is on",
                'weekdays with a share from 0 to 1, like "sat=0.5 sun=0", or none',
                _easy_days,
                _show_easy_days,
            ),
            Spec(
                "new_order",
                "order of new cards: the course's, or a random one",
                "course or random",
                _one_of(NewOrder),
            ),
            Spec(
                "new_seed",
                "which random order of new cards",
                "0 to 2147483647",
                _whole(0, 2**31 - 1),
            ),
            Spec(
                "leech_lapses",
                "how often a card is forgotten before it is a leech",
                "1 to 99",
                _whole(1, 99),
            ),
            Spec(
                "leech_action",
                "what happens to a leech: it is marked, or suspended, too",
                "tag or suspend",
                _one_of(LeechAction),
            ),
            Spec(
                "bury_siblings",
                "after an answer, keep the note's other cards out of the day",
                "on or off",
                _on_or_off,
                _switch,
            ),
            Spec(
                "new_wait_for_backlog",
                "no new cards while more reviews are due than a day takes",
                "on or off",
                _on_or_off,
                _switch,
            ),
            Spec(
                "buttons",
                "ratings that the app offers: 2 for Again and Good, or all 4",
                "2 or 4",
                _buttons,
            ),
            Spec(
                "timer",
                "show the time spent on a card",
                "on or off",
                _on_or_off,
                _switch,
            ),
            Spec(
                "session_minutes",
                "minutes of study after which the app asks whether to go on; 0: never",
                "0 to 600",
                _whole(0, 600),
            ),
        )
    }
)
"""Key -> setting, in the order in which they are listed."""
