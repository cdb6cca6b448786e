"""Signs of progress. Owns the session's bar and the sign of life while something is worked out."""

from __future__ import annotations

from textual.content import Content
from textual.reactive import reactive
from textual.timer import Timer
from textual.widget import Widget

_FRAMES = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"


class Meter(Widget):
    """How much of a session is done, as a line; at its end the time spent, if that is set."""

    ALLOW_SELECT = False
    done = reactive(0)
    total = reactive(0)
    time = reactive("")

    def render(self) -> Content:
        """A heavy line for what is done, a light one for what is left."""
        time = f" {self.time}" if self.time else ""
        width = max(0, self.size.width - len(time))
        filled = round(width * self.done / self.total) if self.total else 0
        return Content.assemble(
            ("━" * filled, "$primary"), ("─" * (width - filled), "$faint"), (time, "$quiet")
        )


class Waiting(Widget):
    """A sign of life with a sentence; hidden and without a timer when nothing is awaited."""

    ALLOW_SELECT = False

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.display = False
        self.sentence = ""
        self._frame = 0
        self._timer: Timer | None = None

    def start(self, sentence: str) -> None:
        """Show `sentence` until `stop`."""
        self.sentence = sentence
        self.display = True
        if self._timer is None:
            self._timer = self.set_interval(1 / 10, self._tick)
        self.refresh()

    def stop(self) -> None:
        """Nothing is awaited any more."""
        self.display = False
        if self._timer is not None:
            self._timer.stop()
            self._timer = None

    def _tick(self) -> None:
        self._frame = (self._frame + 1) % len(_FRAMES)
        self.refresh()

    def render(self) -> Content:
        """The present frame and the sentence."""
        return Content.assemble(
            (f"{_FRAMES[self._frame]} ", "bold $accent"), (self.sentence, "$quiet")
        )
