"""Use-cases about settings: list them, set one, go back to a default.

Owns the wiring and the errors; leaves what may be set to `study.settings`.
"""

from __future__ import annotations

from dataclasses import dataclass

from quizapp.engine.base import Workplace
from quizapp.engine.names import did_you_mean
from quizapp.errors import UsageError
from quizapp.study.settings import RETENTION_OF, SPECS, Spec, Stored, kept, spec_of


@dataclass(frozen=True, slots=True)
class SettingRow:
    """One setting.

    Attributes:
        value: as it is kept, or the default.
        text: the same as a learner writes it.
        default: as a learner writes it; of a topic's own retention, the general one.
        changed: whether it is another than the default; of a topic, whether it was set.
    """

    key: str
    value: Stored
    text: str
    default: str
    changed: bool
    about: str


class SettingsDesk(Workplace):
    """The engine's part about settings."""

    def all_settings(self) -> list[SettingRow]:
        """Every setting, and the topics' own retentions where they are set."""
        topics = sorted(self.settings.retention_of)
        return [
            self.one_setting(key) for key in (*SPECS, *(RETENTION_OF + each for each in topics))
        ]

    def one_setting(self, key: str) -> SettingRow:
        """One setting.

        Raises:
            UsageError: there is no such setting; the message names the nearest.
        """
        spec, settings = _known(key), self.settings
        if spec.topic:
            default = spec.show(settings.desired_retention)
            value = settings.retention_of.get(spec.topic, settings.desired_retention)
            changed = spec.topic in settings.retention_of
        else:
            default = spec.default
            value = getattr(settings, key)
            changed = spec.show(value) != default
        text = spec.show(value)
        return SettingRow(key, kept(spec, text), text, default, changed, spec.about)

    def change_setting(self, key: str, text: str) -> SettingRow:
        """Set one; it holds from the next answer on, and moves nothing that is scheduled.

        Raises:
            UsageError: there is no such setting or topic, or the text is no value of it.
        """
        spec = _known(key)
        if spec.topic:
            self.known_topics([spec.topic])
        try:
            value = kept(spec, text)
        except ValueError as error:
            raise UsageError(key, str(error), f"use {spec.form}") from None
        self.store.set_setting(key, value)
        return self.one_setting(key)

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
