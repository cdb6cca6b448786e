"""The four ratings with what each leads to. Owns look and focus; leaves rating to the screen."""

from __future__ import annotations

from collections.abc import Mapping

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message
from textual.widget import Widget

from quizapp.domain.memory import Rating
from quizapp.tui.words import say

_NAMES = {
    Rating.AGAIN: ("Again", "$text-error"),
    Rating.HARD: ("Hard", "$text-warning"),
    Rating.GOOD: ("Good", "$text-success"),
    Rating.EASY: ("Easy", "$text-primary"),
}


def rating_name(rating: Rating) -> Content:
    """The rating's name in its colour."""
    name, style = _NAMES[rating]
    return Content(say(name)).stylize(style)


class RatingButton(Widget, can_focus=True):
    """One rating; below its name when the card would come back."""

    ALLOW_SELECT = False

    class Pressed(Message):
        """The learner rates."""

        def __init__(self, rating: Rating) -> None:
            super().__init__()
            self.rating = rating

    def __init__(self, rating: Rating) -> None:
        super().__init__(id=f"rate-{rating.value}")
        self.rating = rating
        self.interval = ""

    def render(self) -> Content:
        """`1 Again` and the interval; an arrow marks the suggested one."""
        arrow = "▸" if self.has_class("-suggested") else " "
        name, style = _NAMES[self.rating]
        first = Content.assemble(
            (f"{arrow} ", "bold"), (f"{self.rating.value} ", "$quiet"), (say(name), f"bold {style}")
        )
        return Content("\n").join([first, Content(f"    {self.interval}").stylize("$quiet")])

    def on_click(self) -> None:
        """A click rates."""
        self.post_message(self.Pressed(self.rating))

    def on_key(self, event: events.Key) -> None:
        """Enter and space rate; the arrows move along the row."""
        if event.key in ("enter", "space"):
            event.stop()
            self.post_message(self.Pressed(self.rating))
        elif event.key in ("left", "right"):
            event.stop()
            step = 1 if event.key == "right" else -1
            beside = min(max(self.rating + step, Rating.AGAIN), Rating.EASY)
            self.screen.query_one(f"#rate-{beside}").focus()


class RatingBar(Horizontal):
    """All four, in a row."""

    def compose(self) -> ComposeResult:
        """One button a rating."""
        for rating in Rating:
            yield RatingButton(rating)

    def offer(self, intervals: Mapping[Rating, str], suggested: Rating) -> None:
        """Show the row with `intervals`; the focus goes to the one suggested."""
        for button in self.query(RatingButton):
            button.interval = intervals.get(button.rating, "")
            button.set_class(button.rating is suggested, "-suggested")
            button.refresh()
        self.display = True
        self.query_one(f"#rate-{suggested.value}").focus(scroll_visible=False)
