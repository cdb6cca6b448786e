"""All about one setting, as a page. Owns the wording; leaves figures and values to the engine."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from textual.content import Content

from quizapp.study.settings import ABOUT_TOPICS, split_key
from quizapp.tui.text.markdown import Block
from quizapp.tui.text.safe import escaped
from quizapp.tui.words import say

if TYPE_CHECKING:
    from quizapp.domain.records import FittedRow
    from quizapp.engine.settings import DataPlaces, SettingRow, Workload

_LABEL = 10
_LATEST = 5


def setting(row: SettingRow, load: Workload | None) -> Iterator[Block]:
    """What a setting means and may be; of a retention, what it asks for, where that is known."""
    yield Block(Content(name_of(row.key)).stylize("bold"))
    general, of = split_key(row.key)
    yield text(say(ABOUT_TOPICS[general], topic=of) if of else say(row.about))
    yield _line(say("now"), row.text, gap=1)
    yield _line(say("default"), row.default + ("" if row.changed else "  ✓"))
    yield _line(say("may be"), _form(row.form))
    if load is not None:
        yield from _effect(row, load)
        yield hint(say("s simulates what other retentions take and give"))
    command = f"quizapp settings {row.key} {row.text}"
    yield Block(Content(escaped(command)).stylize("$quiet"))


def _effect(row: SettingRow, load: Workload) -> Iterator[Block]:
    if not load.cards:
        yield hint(say("No card is in review yet, so nothing can be said about reviews a day."))
        return
    now = float(row.value)
    usual = load.reviews[now]
    lines = [say("Reviews a day of your {n} cards in review:", n=load.cards)]
    for retention, reviews in sorted(load.reviews.items()):
        times = f"  × {reviews / usual:.2f}" if retention != now else f"  ← {say('now')}"
        lines.append(f"{100 * retention:4.4g} %  {reviews:8.1f}{times}")
    lines.append(say("if your memories stay as they are"))
    yield Block(Content("\n".join(lines)).stylize("$quiet"))


def fit(fits: Sequence[FittedRow]) -> Iterator[Block]:
    """What fitting does, and what the latest fits came to."""
    yield text(
        say(
            "How the scheduler thinks you forget. Enter fits it to your own answers: the latest"
            " fifth is held out, and what is found is used only if it predicts those better."
        )
    )
    for row in reversed(fits[-_LATEST:]):
        day = f"{row.at.astimezone():%Y-%m-%d}"
        used = say("in use from then on") if row.adopted else say("no better, not used")
        if row.parameters is None:
            used = say("back to the default")
        yield _line(day, used, gap=1)
        if row.log_loss_before is not None and row.log_loss_after is not None:
            figures = f"{row.log_loss_before:.4f} → {row.log_loss_after:.4f}"
            yield _line("", say("log loss {figures}", figures=figures))


def topic(general: str) -> Iterator[Block]:
    """What a topic's own value of a general setting is."""
    if general == "desired_retention":
        yield text(say("A topic's own desired retention: its cards come back at that chance."))
        yield hint(say("Enter, then write the topic and the value: tensors 0.95"))
        return
    if general == "new_per_day":
        yield text(say("A topic's own limit: at most so many new cards of it a day."))
    else:
        yield text(say("A topic's own limit: at most so many reviews of it a day."))
    yield text(say("The limit of all topics together holds, too."))
    yield hint(say("Enter, then write the topic and the value: tensors 5"))


def language() -> Iterator[Block]:
    """What the language is of."""
    yield text(say("The language of the app, the cards and the tasks."))
    yield hint(say("Enter switches"))


def theme() -> Iterator[Block]:
    """What a theme is."""
    yield text(say("The colours of the app."))
    yield hint(say("Enter lists them; ctrl+t goes from dark to light and back"))


def data(places: DataPlaces) -> Iterator[Block]:
    """Where the learner's data is."""
    yield text(say("Everything that you have learned is in one folder."))
    yield _line(say("folder"), str(places.folder), gap=1)
    size = f"{places.database.name}, {places.size / 2**20:.1f} MiB"
    yield _line(say("database"), size)
    if places.backup is None or places.backup_at is None:
        yield _line(say("last copy"), say("none yet; the first use of a day makes one"))
    else:
        yield _line(say("last copy"), f"{places.backup.name}, {places.backup_at:%H:%M}")
    yield hint(say("List the copies and go back to one, when the app is closed:"))
    yield Block(Content("quizapp restore").stylize("bold"), gap=0)
    yield hint(say("Take your answers to another device:"))
    yield Block(Content("quizapp export jsonl FILE   quizapp merge OTHER.db"), gap=0)


def name_of(key: str) -> str:
    """What a setting is called; of a topic's own, the topic."""
    general, topic_name = split_key(key)
    return topic_name or say(_spoken(general))


def text(told: str) -> Block:
    """A sentence."""
    return Block(Content(escaped(told)))


def hint(told: str) -> Block:
    """A sentence in small print."""
    return Block(Content(escaped(told)).stylize("$quiet"))


def _spoken(key: str) -> str:
    return key.replace("_", " ")


def _form(form: str) -> str:
    """What a setting may be, in the language spoken where it is simple."""
    span = re.fullmatch(r"(\S+) to (\S+)", form)
    return say("{low} to {high}", low=span[1], high=span[2]) if span else say(form)


def _line(label: str, told: str, gap: int = 0) -> Block:
    first = Content(label).stylize("$quiet")
    first = first.pad_right(max(1, _LABEL - first.cell_length))
    return Block(Content(escaped(told)), first=first, gap=gap)
