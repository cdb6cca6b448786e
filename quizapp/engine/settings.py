"""Use-cases about settings: list them, set one, go back to a default.

Owns the wiring and the errors; leaves what may be set to `study.settings`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from quizapp.domain.memory import ItemKind, Phase
from quizapp.engine.base import Workplace
from quizapp.engine.names import did_you_mean
from quizapp.errors import Phrase, UsageError, as_phrase
from quizapp.study.settings import (
    OF_TOPICS,
    SPECS,
    Spec,
    Stored,
    choices_of,
    kept,
    spec_of,
    split_key,
)


@dataclass(frozen=True, slots=True)
class SettingRow:
    """One setting.

    Attributes:
        value: as it is kept, or the default.
        text: the same as a learner writes it.
        default: as a learner writes it; of a topic's own setting, the general one.
        changed: whether it is another than the default; of a topic, whether it was set.
        about: what it does.
        form: what it may be, as it follows "use ".
        choices: its values, where it has only a few.
    """

    key: str
    value: Stored
    text: str
    default: str
    changed: bool
    about: str
    form: str = ""
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Workload:
    """What desired retentions ask for, were all memories to stay as they are.

    Attributes:
        cards: in review, whose memory this is made from.
        reviews: desired retention -> reviews a day.
    """

    cards: int
    reviews: Mapping[float, float]


@dataclass(frozen=True, slots=True)
class DataPlaces:
    """Where the learner's data is.

    Attributes:
        size: of the database, bytes.
        backup: the newest daily copy; None before there is one.
        backup_at: when that was made.
    """

    folder: Path
    database: Path
    size: int
    backup: Path | None
    backup_at: datetime | None


class SettingsDesk(Workplace):
    """The engine's part about settings."""

    def all_settings(self) -> list[SettingRow]:
        """Every setting, and the topics' own ones where they are set."""
        own = [f"{key}.{topic}" for key in OF_TOPICS for topic in sorted(self.settings.own(key))]
        return [self.one_setting(key) for key in (*SPECS, *own)]

    def one_setting(self, key: str) -> SettingRow:
        """One setting.

        Raises:
            UsageError: there is no such setting; the message names the nearest.
        """
        spec, settings = _known(key), self.settings
        if spec.topic:
            general, own = split_key(key)[0], settings.own(split_key(key)[0])
            default = spec.show(getattr(settings, general))
            value = own.get(spec.topic, getattr(settings, general))
            changed = spec.topic in own
        else:
            default = spec.default
            value = getattr(settings, key)
            changed = spec.show(value) != default
        text = spec.show(value)
        plain, choices = kept(spec, text), choices_of(spec)
        return SettingRow(key, plain, text, default, changed, spec.about, spec.form, choices)

    def change_setting(self, key: str, text: str) -> SettingRow:
        """Set one; it holds from the next answer on, and moves nothing that is scheduled.

        Raises:
            UsageError: there is no such setting or topic, or the text is no value of it.
        """
        self.store.set_setting(key, self.checked_setting(key, text))
        return self.one_setting(key)

    def checked_setting(self, key: str, text: str) -> Stored:
        """The value that would be kept for a text; nothing is set.

        Raises:
            UsageError: as for `change_setting`.
        """
        spec = _known(key)
        if spec.topic:
            self.known_topics([spec.topic])
        try:
            return kept(spec, text)
        except ValueError as error:
            raise UsageError(
                key, str(error), Phrase("use {form}", form=as_phrase(spec.form))
            ) from None

    def workload(self, retentions: Sequence[float], topic: str = "") -> Workload:
        """Reviews a day that the learner's own cards would ask for at each of `retentions`.

        Takes a look at every schedule, so with many cards it takes a moment.

        Args:
            retentions: above 0, below 1.
            topic: of which cards; of all when empty.
        """
        from quizapp.study.workload import reviews_a_day

        standings = [each for each in self.store.standings() if each.phase is Phase.REVIEW]
        if topic:
            only = {card for card, of in self.topics_of_cards().items() if of == topic}
            standings = [each for each in standings if each.item in only]
        decay, longest = self.scheduler.decay(ItemKind.CARD), self.settings.longest_interval
        found = reviews_a_day(standings, retentions, decay, longest)
        counted = sum(not each.suspended for each in standings)
        return Workload(counted, dict(zip(retentions, found, strict=True)))

    def data_places(self) -> DataPlaces:
        """Where the learner's data is, and its newest copy."""
        file = self.store.path
        copy = self.store.newest_backup()
        made = datetime.fromtimestamp(copy.stat().st_mtime).astimezone() if copy else None
        return DataPlaces(file.parent, file, file.stat().st_size, copy, made)

    def reset_setting(self, key: str) -> SettingRow:
        """Go back to the default of one.

        Raises:
            UsageError: there is no such setting.
        """
        self.store.forget_setting(_known(key).key)
        return self.one_setting(key)


def _known(key: str) -> Spec:
    spec = spec_of(key)
    if spec is None:
        remedy = did_you_mean(key, SPECS) or "quizapp settings lists them"
        raise UsageError(key, "there is no such setting", remedy)
    return spec
