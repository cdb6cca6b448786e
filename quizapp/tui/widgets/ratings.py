"""The ratings with what each leads to: four, or two. Owns look and focus, and their numbers.

Leaves rating to the screen.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

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


OFFERED = {2: (Rating.AGAIN, Rating.GOOD), 4: tuple(Rating)}
"""The ratings that are offered, by how many of them the learner wants."""


def rating_of(number: int, buttons: int) -> Rating | None:
    """The rating that a key stands for; of two, 2 and 3 are both the better one."""
    offered = OFFERED[buttons]
    if buttons == 2 and number == 3:
        return Rating.GOOD
    return offered[number - 1] if number <= len(offered) else None


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
        self.number = rating.value
        self.interval = ""

    def render(self) -> Content:
        """`1 Again` and the interval; an arrow marks the suggested one."""
        arrow = "▸" if self.has_class("-suggested") else " "
        name, style = _NAMES[self.rating]
        first = Content.assemble(
            (f"{arrow} ", "bold"), (f"{self.number} ", "$quiet"), (say(name), f"bold {style}")
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
            shown = [button for button in self.screen.query(RatingButton) if button.display]
            beside = shown.index(self) + (1 if event.key == "right" else -1)
            shown[min(max(beside, 0), len(shown) - 1)].focus()


class RatingBar(Horizontal):
    """All that are offered, in a row."""

    def compose(self) -> ComposeResult:
        """One button a rating."""
        for rating in Rating:
            yield RatingButton(rating)

    def offer(
        self,
        intervals: Mapping[Rating, str],
        suggested: Rating,
        offered: Sequence[Rating] = OFFERED[4],
    ) -> None:
        """Show the row with `intervals`; the focus goes to the one suggested."""
        for button in self.query(RatingButton):
            button.display = button.rating in offered
            button.number = 1 + offered.index(button.rating) if button.display else 0
            button.interval = intervals.get(button.rating, "")
            button.set_class(button.rating is suggested, "-suggested")
            button.refresh()
        self.display = True
        self.query_one(f"#rate-{suggested.value}").focus(scroll_visible=False)
