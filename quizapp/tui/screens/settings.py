"""Settings: what may be set, what it means and what it changes. Owns the list and its groups.

The list is made from the table of `study.settings` by way of the engine, so a new setting shows up
by itself. Leaves what may be set, its messages and its effects to the engine.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.suggester import SuggestFromList
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from quizapp.domain.memory import ItemKind
from quizapp.errors import QuizappError, UsageError
from quizapp.tui.keys import bindings
from quizapp.tui.screens.base import Activity
from quizapp.tui.screens.home import Choices
from quizapp.tui.text.markdown import Block
from quizapp.tui.text.safe import escaped
from quizapp.tui.widgets.inorder import TextLine
from quizapp.tui.widgets.prose import Prose
from quizapp.tui.widgets.rows import Row
from quizapp.tui.words import say

if TYPE_CHECKING:
    from quizapp.domain.history import FittedRow
    from quizapp.engine.settings import SettingRow, Workload

_TOPIC = "desired_retention."
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
_LABEL = 10


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
        ("l", "app.language", "中文", "Switch between English and Chinese", "hidden"),
        ("escape", "leave", "Back", "Leave the field; then the settings"),
    )

    class Counted(Message):
        """What desired retentions ask for is known."""

        def __init__(self, key: str, found: Workload) -> None:
            super().__init__()
            self.key = key
            self.found = found

    class Fitting(Message):
        """The fit has come this far, 0 to 1."""

        def __init__(self, share: float) -> None:
            super().__init__()
            self.share = share

    class Fitted(Message):
        """The fit is over: what came of it, or why it could not be."""

        def __init__(self, row: FittedRow | None, error: QuizappError | None = None) -> None:
            super().__init__()
            self.row = row
            self.error = error

    def __init__(self) -> None:
        super().__init__()
        self._rows: dict[str, SettingRow] = {}
        self._loads: dict[str, Workload] = {}
        self._editing = ""
        self._fitting = False

    def content(self) -> ComposeResult:
        """The list, and beside it all about the setting at the cursor."""
        yield Static(id="heading")
        with Horizontal(id="lists"):
            with Vertical(id="setting-pane"):
                yield SettingList(id="settings", markup=False)
            with Vertical(id="about-pane"):
                with VerticalScroll(id="about-scroll", can_focus=False):
                    yield Prose(id="about")
                with Vertical(id="edit"):
                    yield TextLine(id="value", select_on_focus=False)
                    yield Static(id="problem", markup=False)
                yield Static(id="fitting", markup=False)

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
            if row.key.startswith(_TOPIC):
                continue
            group = groups[_GROUPS.get(row.key, "Sessions")]
            group.append(_option(row.key, _name(row.key), row.text, changed=row.changed))
            if row.key == "desired_retention":
                group += list(self._topics())
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

    def _topics(self) -> Iterator[Option]:
        for row in self._rows.values():
            if row.key.startswith(_TOPIC):
                name = row.key.removeprefix(_TOPIC)
                yield _option(row.key, f"  {name}", row.text, changed=row.changed)
        yield _option("topic:new", f"  {say('of one topic')}", "+")

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
        retention = key == "desired_retention" or key.startswith(_TOPIC)
        if retention and key not in self._loads:
            self._count(key)

    def _tell(self) -> None:
        self.query_one("#about", Prose).show_blocks(list(self._about(self._key())))
        self.refresh_bindings()

    def _about(self, key: str) -> Iterator[Block]:
        if row := self._rows.get(key):
            yield from self._about_setting(row)
        elif key in _FITS:
            yield from self._about_fit(_FITS[key])
        elif key == "topic:new":
            yield _text(say("A topic's own desired retention: its cards come back at that chance."))
            yield _hint(say("Enter, then write the topic and the value: tensors 0.95"))
        elif key == "app:language":
            yield _text(say("The language of the app, the cards and the tasks."))
            yield _hint(say("Enter switches"))
        elif key == "app:theme":
            yield _text(say("The colours of the app."))
            yield _hint(say("Enter lists them; ctrl+t goes from dark to light and back"))
        elif key.startswith("data:"):
            yield from self._about_data()

    def _about_setting(self, row: SettingRow) -> Iterator[Block]:
        yield Block(Content(_name(row.key)).stylize("bold"))
        yield _text(say(row.about))
        yield _line(say("now"), row.text, gap=1)
        yield _line(say("default"), row.default + ("" if row.changed else "  ✓"))
        yield _line(say("may be"), _form(row.form))
        yield from self._effect(row)
        command = f"quizapp settings {row.key} {row.text}"
        yield Block(Content(escaped(command)).stylize("$quiet"))

    def _effect(self, row: SettingRow) -> Iterator[Block]:
        found = self._loads.get(row.key)
        if found is None:
            return
        if not found.cards:
            told = say("No card is in review yet, so nothing can be said about reviews a day.")
            yield _hint(told)
            return
        now = float(row.value)
        usual = found.reviews[now]
        lines = [say("Reviews a day of your {n} cards in review:", n=found.cards)]
        for retention, reviews in sorted(found.reviews.items()):
            times = f"  × {reviews / usual:.2f}" if retention != now else f"  ← {say('now')}"
            lines.append(f"{100 * retention:4.4g} %  {reviews:8.1f}{times}")
        lines.append(say("if your memories stay as they are"))
        yield Block(Content("\n".join(lines)).stylize("$quiet"))

    def _about_fit(self, kind: ItemKind) -> Iterator[Block]:
        yield _text(
            say(
                "How the scheduler thinks you forget. Enter fits it to your own answers: the latest"
                " fifth is held out, and what is found is used only if it predicts those better."
            )
        )
        for row in reversed(self.engine.fits(kind)[-5:]):
            day = f"{row.at.astimezone():%Y-%m-%d}"
            used = say("in use from then on") if row.adopted else say("no better, not used")
            if row.parameters is None:
                used = say("back to the default")
            yield _line(day, used, gap=1)
            if row.log_loss_before is not None and row.log_loss_after is not None:
                figures = f"{row.log_loss_before:.4f} → {row.log_loss_after:.4f}"
                yield _line("", say("log loss {figures}", figures=figures))

    def _about_data(self) -> Iterator[Block]:
        places = self.engine.data_places()
        yield _text(say("Everything that you have learned is in one folder."))
        yield _line(say("folder"), str(places.folder), gap=1)
        size = f"{places.database.name}, {places.size / 2**20:.1f} MiB"
        yield _line(say("database"), size)
        if places.backup is None or places.backup_at is None:
            yield _line(say("last copy"), say("none yet; the first use of a day makes one"))
        else:
            yield _line(say("last copy"), f"{places.backup.name}, {places.backup_at:%H:%M}")
        yield _hint(say("List the copies and go back to one, when the app is closed:"))
        yield Block(Content("quizapp restore").stylize("bold"), gap=0)
        yield _hint(say("Take your answers to another device:"))
        yield Block(Content("quizapp export jsonl FILE   quizapp merge OTHER.db"), gap=0)

    @work(thread=True, exclusive=True, group="workload")
    def _count(self, key: str) -> None:
        row = self._rows.get(key)
        if row is None:
            return
        wanted = sorted({*_RETENTIONS, float(row.value)})
        try:
            found = self.engine.workload(wanted, key.removeprefix(_TOPIC) if "." in key else "")
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
            self._open(key, row.text)
        elif key == "topic:new":
            self._open(key, "")
        elif key in _FITS:
            self._fit(_FITS[key])
        elif key == "app:language":
            self.quiz.action_language()
        elif key == "app:theme":
            self.app.action_change_theme()

    def _open(self, key: str, text: str) -> None:
        self._editing = key
        field = self.query_one("#value", Input)
        topics = self.engine.course.topics if key == "topic:new" else ()
        field.suggester = SuggestFromList(topics) if topics else None
        field.value = text
        self.query_one("#edit").display = True
        self._check(text)
        field.focus()
        field.action_end()

    def _close(self) -> None:
        if not self._editing:
            return
        self._editing = ""
        self.query_one("#edit").display = False
        self.query_one("#settings").focus()

    def _asked(self, text: str) -> tuple[str, str]:
        """Key and text of what is typed; of a topic, its name stands first."""
        if self._editing != "topic:new":
            return self._editing, text
        topic, _, value = text.strip().partition(" ")
        return _TOPIC + topic, value.strip()

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        if self._editing:
            self._check(event.value)

    def _check(self, text: str) -> None:
        """Say at once whether the text is a value, in the words of `quizapp settings`."""
        key, value = self._asked(text)
        told = Content(f"✓ {say('Enter sets it')}").stylize("$text-success")
        if not value:
            told = Content(say("Write a value; Escape leaves it as it is")).stylize("$quiet")
        else:
            try:
                self.engine.checked_setting(key, value)
            except UsageError as error:
                told = Content(f"✗ {escaped(error.what)}; {escaped(error.remedy)}")
                told = told.stylize("$text-error")
        self.query_one("#problem", Static).update(told)

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        key, value = self._asked(event.value)
        if not value:
            self._close()
            return
        if self._set(key, value):
            self._close()
            self._go_to(key)

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

    def action_leave(self) -> None:
        """Leave the field; from the list, the screen."""
        if self._editing:
            self._close()
        else:
            self.quiz.go_back()

    # -- fitting ------------------------------------------------------------------------------

    def action_fit(self) -> None:
        """Fit the parameters of cards."""
        self._fit(_FITS.get(self._key(), ItemKind.CARD))

    def _fit(self, kind: ItemKind) -> None:
        if self._fitting:
            self.app.bell()
            return
        self._fitting = True
        self.query_one("#fitting").display = True
        self.query_one("#fitting", Static).update(say("Loading torch…"))
        self._run_fit(kind)

    @work(thread=True, group="fit")
    def _run_fit(self, kind: ItemKind) -> None:
        try:
            row = self.engine.optimize(
                kind, on_step=lambda share: _ignore(self.post_message(self.Fitting(share)))
            )
        except QuizappError as error:
            self.post_message(self.Fitted(None, error))
        else:
            self.post_message(self.Fitted(row))

    @on(Fitting)
    def _show_fitting(self, event: Fitting) -> None:
        told = say("Fitting: {percent} %", percent=f"{100 * event.share:.0f}")
        self.query_one("#fitting", Static).update(told)

    @on(Fitted)
    def _show_fitted(self, event: Fitted) -> None:
        self._fitting = False
        self.query_one("#fitting").display = False
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
        """Grey the default where it holds already."""
        if action == "default":
            key = self._key() if self.query("#settings") else ""
            row = self._rows.get(key)
            return True if (row.changed if row else key in {*_FITS, "app:theme"}) else None
        return True


def _ignore(_done: bool) -> None:
    """For a callback that gives nothing back."""


def _form(form: str) -> str:
    """What a setting may be, in the language spoken where it is simple."""
    span = re.fullmatch(r"(\S+) to (\S+)", form)
    return say("{low} to {high}", low=span[1], high=span[2]) if span else say(form)


def _name(key: str) -> str:
    return say(key.removeprefix(_TOPIC) if key.startswith(_TOPIC) else key.replace("_", " "))


def _option(name: str, label: str, value: str, *, changed: bool = False) -> Option:
    mark = ("● ", "bold $text-warning") if changed else ("  ", "")
    left = Content.assemble(mark, escaped(label))
    return Option(Row(left, Content(escaped(value)).stylize("bold" if changed else "")), id=name)


def _text(text: str) -> Block:
    return Block(Content(escaped(text)))


def _hint(text: str) -> Block:
    return Block(Content(escaped(text)).stylize("$quiet"))


def _line(label: str, text: str, gap: int = 0) -> Block:
    first = Content(label).stylize("$quiet")
    first = first.pad_right(max(1, _LABEL - first.cell_length))
    return Block(Content(escaped(text)), first=first, gap=gap)
