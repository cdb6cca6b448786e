"""What the app shows before it has an engine: what is being done, how far it is, the way out.

Owns these few lines; leaves the work to `starting`. An app of its own, since all other screens ask
the engine for everything.
"""

from __future__ import annotations

import time
from typing import ClassVar

from textual.app import App, ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.widgets import ProgressBar, Static

from quizapp.tui.keys import bindings
from quizapp.tui.starting import Opening
from quizapp.tui.words import say

_LOOK_S = 0.1
THEME = "tokyo-night"


class WaitingApp(App[bool]):
    """Ends with whether the opening is over, which it is not where the learner leaves.

    Args:
        opening: what is waited for.
    """

    TITLE = "quizapp"
    ENABLE_COMMAND_PALETTE = False
    CSS = """
    Screen { align: center middle; }
    #wait { width: 60; max-width: 90%; height: auto; }
    #wait > * { width: 100%; margin-bottom: 1; }
    #title { text-style: bold; color: $primary; }
    #bar Bar { width: 1fr; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings(
            "waiting",
            (
                "q,escape,ctrl+q,ctrl+c",
                "leave",
                "Quit",
                "Leave; what is done so far stays done",
                "priority",
            ),
        )
    ]

    def __init__(self, opening: Opening) -> None:
        super().__init__()
        self.opening = opening
        self.theme = THEME

    def compose(self) -> ComposeResult:
        """A title, what is done, a bar, how to leave."""
        with Vertical(id="wait"):
            yield Static("quizapp", id="title", markup=False)
            yield Static("", id="what", markup=False)
            yield ProgressBar(id="bar", show_eta=False, show_percentage=False)
            yield Static(
                say("The next start is quicker. q leaves; what is done so far stays done."),
                markup=False,
            )

    def on_mount(self) -> None:
        """Look at once, and then again and again."""
        self._look()
        self.set_interval(_LOOK_S, self._look)

    def _look(self) -> None:
        opening = self.opening
        if opening.over.is_set():
            self.exit(True)
            return
        count = f"   {opening.done} / {opening.total}" if opening.total else ""
        seconds = int(time.monotonic() - opening.began)
        shown = say("{n} s", n=seconds)
        self.query_one("#what", Static).update(f"{say(opening.what)} …{count}   {shown}")
        # Without a total the bar only moves to and fro.
        bar = self.query_one(ProgressBar)
        bar.update(total=opening.total or None, progress=opening.done)

    def action_leave(self) -> None:
        """Do not wait any longer."""
        self.exit(False)
