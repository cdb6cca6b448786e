"""Settings: what may be set, what it means and what it changes. Owns the list and its groups.

The list is made from the table of `study.settings` by way of the engine, so a new setting shows up
by itself. Leaves what is said of one setting to `settingpages`, typing a value to its field, and
what may be set, its messages and its effects to the engine.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from quizapp.domain.memory import ItemKind
from quizapp.errors import QuizappError
from quizapp.study.settings import OF_TOPICS, split_key
from quizapp.tui import settingpages
from quizapp.tui.keys import bindings
from quizapp.tui.screens.base import Activity
from quizapp.tui.screens.home import Choices
from quizapp.tui.text.markdown import Block
from quizapp.tui.text.safe import escaped
from quizapp.tui.widgets.fitting import FitLine
from quizapp.tui.widgets.prose import Prose
from quizapp.tui.widgets.rows import Row
from quizapp.tui.widgets.settingfield import OF_A_TOPIC, SettingField
from quizapp.tui.words import say

if TYPE_CHECKING:
    from quizapp.engine.settings import SettingRow, Workload

_GROUPS = {
    "new_per_day": "Each day",
    "reviews_per_day": "Each day",
    "easy_days": "Each day",
    "balance": "Each day",
    "new_order": "Each day",
    "new_seed": "Each day",
    "new_wait_for_backlog": "Each day",
    "bury_siblings": "Each day",
    "desired_retention": "Memory",
    "learning_steps": "Memory",
    "relearning_steps": "Memory",
    "longest_interval": "Memory",
    "leech_lapses": "Memory",
    "leech_action": "Memory",
}
"""Setting -> heading that it stands under; others stand under `Sessions`."""
_HEADINGS = ("Each day", "Memory", "Sessions", "App", "Data")
_FITS = {"fit:card": ItemKind.CARD, "fit:exercise": ItemKind.EXERCISE}
_RETENTIONS = (0.8, 0.85, 0.9, 0.95)


class SettingList(Choices):
    """The settings, one a row."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "select", "Change", tooltip="Change this setting, or the next value"),
    ]


class SettingsScreen(Activity):
    """All settings, and where the learner's data is."""

    CSS_PATH = Path(__file__).with_name("settings.tcss")
    AUTO_FOCUS: ClassVar[str | None] = "#settings"
    BINDINGS: ClassVar[list[BindingType]] = bindings(
        "settings",
        ("d", "default", "Default", "Go back to the default of this setting"),
        ("f", "fit", "Optimize", "Fit the scheduler to your own answers; takes some seconds"),
        ("s", "simulate", "Simulate", "What a desired retention costs, by simulated days of study"),
        ("l", "app.language", "中文", "Switch between English and Chinese", "hidden"),
        ("escape", "leave_field", "Keep", "Leave the field, and the value as it is"),
        ("escape", "leave", "Back", "Leave the settings"),
    )

    class Counted(Message):
        """What desired retentions ask for is known."""

        def __init__(self, key: str, found: Workload) -> None:
            super().__init__()
            self.key = key
            self.found = found

    def __init__(self) -> None:
        super().__init__()
        self._rows: dict[str, SettingRow] = {}
        self._loads: dict[str, Workload] = {}

    def content(self) -> ComposeResult:
        """The list, and beside it all about the setting at the cursor."""
        yield Static(id="heading")
        with Horizontal(id="lists"):
            with Vertical(id="setting-pane"):
                yield SettingList(id="settings", markup=False)
            with Vertical(id="about-pane"):
                with VerticalScroll(id="about-scroll", can_focus=False):
                    yield Prose(id="about")
                yield SettingField(self.engine, id="edit")
                yield FitLine(self.engine, id="fitting")

    def on_mount(self) -> None:
        """List everything."""
        self.language_changed()

    def language_changed(self) -> None:
        """Say everything in the language spoken now."""
        super().language_changed()
        self.query_one("#heading", Static).update(Content(say("Settings")).stylize("bold"))
        self._list()
        self._tell()

    def on_screen_resume(self) -> None:
        """The theme may have been chosen in its own list."""
        if self._rows:
            self._list()
            self._tell()

    # -- the list -----------------------------------------------------------------------------

    def _list(self) -> None:
        with self.quiz.reporting():
            self._rows = {row.key: row for row in self.engine.all_settings()}
        listed = self.query_one("#settings", OptionList)
        place = self._key()
        options = list(self._options())
        listed.clear_options()
        listed.add_options(options)
        names = [option.id for option in options]
        listed.highlighted = names.index(place) if place in names else 1

    def _options(self) -> Iterator[Option]:
        groups: dict[str, list[Option]] = {heading: [] for heading in _HEADINGS}
        for row in self._rows.values():
            if split_key(row.key)[1]:
                continue
            group = groups[_GROUPS.get(row.key, "Sessions")]
            group.append(
                _option(row.key, settingpages.name_of(row.key), row.text, changed=row.changed)
            )
            if row.key in OF_TOPICS:
                group += list(self._topics(row.key))
        for name, label in (("fit:card", "cards' parameters"), ("fit:exercise", "exercises'")):
            fitted = self.engine.store.parameters(_FITS[name]) is not None
            value = say("fitted") if fitted else say("default")
            groups["Memory"].append(_option(name, say(label), value, changed=fitted))
        language = self.engine.language.value
        groups["App"].append(_option("app:language", say("language"), language))
        groups["App"].append(_option("app:theme", say("theme"), self.app.theme))
        places = self.engine.data_places()
        day = f"{places.backup_at:%Y-%m-%d}" if places.backup_at else say("none yet")
        groups["Data"].append(_option("data:folder", say("folder"), places.folder.name))
        groups["Data"].append(_option("data:backup", say("last copy"), day))
        for heading in _HEADINGS:
            title = Row(Content(say(heading)).stylize("bold $text-primary"), Content(""))
            yield Option(title, id=f"heading:{heading}", disabled=True)
            yield from groups[heading]

    def _topics(self, general: str) -> Iterator[Option]:
        for row in self._rows.values():
            of, topic = split_key(row.key)
            if topic and of == general:
                yield _option(row.key, f"  {topic}", row.text, changed=row.changed)
        yield _option(OF_A_TOPIC + general, f"  {say('of one topic')}", "+")

    def _key(self) -> str:
        """Id of the row at the cursor; empty before there is one."""
        listed = self.query_one("#settings", OptionList)
        if listed.highlighted is None or not listed.option_count:
            return ""
        return listed.get_option_at_index(listed.highlighted).id or ""

    # -- all about one ------------------------------------------------------------------------

    @on(OptionList.OptionHighlighted)
    def _moved(self) -> None:
        self._close()
        self._tell()
        key = self._key()
        if split_key(key)[0] == "desired_retention" and key not in self._loads:
            self._count(key)

    def _tell(self) -> None:
        self.query_one("#about", Prose).show_blocks(list(self._about(self._key())))
        self.refresh_bindings()

    def _about(self, key: str) -> Iterator[Block]:
        if row := self._rows.get(key):
            return settingpages.setting(row, self._loads.get(key))
        if key in _FITS:
            return settingpages.fit(self.engine.fits(_FITS[key]))
        if key.startswith(OF_A_TOPIC):
            return settingpages.topic(key.removeprefix(OF_A_TOPIC))
        if key == "app:language":
            return settingpages.language()
        if key == "app:theme":
            return settingpages.theme()
        return settingpages.data(self.engine.data_places()) if key.startswith("data:") else iter(())

    @work(thread=True, exclusive=True, group="workload")
    def _count(self, key: str) -> None:
        row = self._rows.get(key)
        if row is None:
            return
        wanted = sorted({*_RETENTIONS, float(row.value)})
        try:
            found = self.engine.workload(wanted, split_key(key)[1])
        except QuizappError:
            return  # the list itself says what is wrong with the database
        self.post_message(self.Counted(key, found))

    @on(Counted)
    def _counted(self, event: Counted) -> None:
        self._loads[event.key] = event.found
        self._tell()

    # -- changing -----------------------------------------------------------------------------

    @on(OptionList.OptionSelected)
    def _chosen(self, event: OptionList.OptionSelected) -> None:
        key = event.option_id or ""
        row = self._rows.get(key)
        if row is not None and row.choices:
            place = row.choices.index(row.text) if row.text in row.choices else -1
            self._set(key, row.choices[(place + 1) % len(row.choices)])
        elif row is not None:
            self.query_one(SettingField).open(key, row.text)
        elif key.startswith(OF_A_TOPIC):
            self.query_one(SettingField).open(key, "")
        elif key in _FITS:
            self._fit(_FITS[key])
        elif key == "app:language":
            self.quiz.action_language()
        elif key == "app:theme":
            self.app.action_change_theme()

    def _close(self) -> None:
        if self.query_one(SettingField).close():
            self.query_one("#settings").focus()

    @on(SettingField.Entered)
    def _entered(self, event: SettingField.Entered) -> None:
        if not event.text:
            self._close()
        elif self._set(event.key, event.text):
            self._close()
            self._go_to(event.key)

    def _set(self, key: str, text: str) -> bool:
        try:
            self.engine.change_setting(key, text)
        except QuizappError as error:
            self.quiz.report(error)
            return False
        self._refresh(key)
        return True

    def _refresh(self, key: str) -> None:
        self._loads.clear()
        self._list()
        self._tell()
        if key == self._key():
            self._moved()

    def _go_to(self, key: str) -> None:
        listed = self.query_one("#settings", OptionList)
        names = [option.id for option in listed.options]
        if key in names:
            listed.highlighted = names.index(key)

    def action_default(self) -> None:
        """Go back to the default of the setting at the cursor."""
        key = self._key()
        with self.quiz.reporting():
            if key in self._rows:
                self.engine.reset_setting(key)
                self._refresh(key)
            elif key in _FITS:
                self.engine.use_defaults(_FITS[key])
                self._refresh(key)
            elif key == "app:theme":
                from quizapp.tui.app import DARK

                self.app.theme = DARK
                self._refresh(key)

    def action_leave_field(self) -> None:
        """Leave the value as it is."""
        self._close()

    def action_simulate(self) -> None:
        """Show what desired retentions cost."""
        from quizapp.tui.screens.simulation import SimulationScreen

        self.app.push_screen(SimulationScreen())

    # -- fitting ------------------------------------------------------------------------------

    def action_fit(self) -> None:
        """Fit the parameters of cards."""
        self._fit(_FITS.get(self._key(), ItemKind.CARD))

    def _fit(self, kind: ItemKind) -> None:
        if not self.query_one(FitLine).begin(kind):
            self.app.bell()

    @on(FitLine.Fitted)
    def _fitted(self, event: FitLine.Fitted) -> None:
        row = event.row
        if row is None:
            if event.error is not None:
                self.quiz.report(event.error)
            return
        figures = f"{row.log_loss_before or 0:.4f} → {row.log_loss_after or 0:.4f}"
        if row.adopted:
            told = say(
                "Fitted to {n} answers and in use. Log loss {figures}; d goes back.",
                n=row.learned_from,
                figures=figures,
            )
        else:
            told = say(
                "Nothing better was found in {n} answers: log loss {figures}. All stays.",
                n=row.learned_from,
                figures=figures,
            )
        self.quiz.tell(told)
        self._list()
        self._tell()

    def check_action(
        self,
        action: str,
        parameters: tuple[object, ...],  # noqa: ARG002 - the signature is Textual's
    ) -> bool | None:
        """Grey the default where it holds already; hide the way out that is not meant now."""
        if action in ("leave", "leave_field"):
            editing = any(field.editing for field in self.query(SettingField))
            return editing is (action == "leave_field")
        if action == "default":
            key = self._key() if self.query("#settings") else ""
            row = self._rows.get(key)
            return True if (row.changed if row else key in {*_FITS, "app:theme"}) else None
        return True


def _option(name: str, label: str, value: str, *, changed: bool = False) -> Option:
    mark = ("● ", "bold $text-warning") if changed else ("  ", "")
    left = Content.assemble(mark, escaped(label))
    return Option(Row(left, Content(escaped(value)).stylize("bold" if changed else "")), id=name)
