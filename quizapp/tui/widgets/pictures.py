"""The pictures of a card's side. Owns loading, scaling and what is shown where there is no picture.

Pictures need `textual-image`, an optional extra; without it, and for a file that cannot be shown,
a line says so. A thread reads and scales a file, for it may be large or broken.
"""

from __future__ import annotations

import io
import os
import sys
import warnings
from importlib import import_module
from typing import TYPE_CHECKING, Any

from textual import on, work
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Static

from quizapp.tui.text.safe import escaped
from quizapp.tui.words import say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from quizapp.engine.pictures import Picture

_LARGEST = (1600, 1600)
"""Pixels; no terminal shows more of one."""
_FORMATS = ("PNG", "JPEG", "GIF", "WEBP", "BMP")


class Pictures(Vertical):
    """Pictures, one below the other."""

    class Loaded(Message):
        """The pictures are read; each a picture of Pillow's, or what to say in its place."""

        def __init__(self, token: int, loaded: list[Any]) -> None:
            super().__init__()
            self.token = token
            self.loaded = loaded

    def __init__(self, pictures: Sequence[Picture], *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._pictures = tuple(pictures)
        self._token = 0

    def on_mount(self) -> None:
        """Show the pictures it was made for, or those that came since."""
        self._begin()

    def show(self, pictures: Sequence[Picture]) -> None:
        """Show `pictures` as soon as they are read; nothing when there is none."""
        self._pictures = tuple(pictures)
        self.display = bool(pictures)
        if self.is_mounted:
            self._begin()

    def _begin(self) -> None:
        self._token += 1
        self.remove_children()
        self._load(self._token, self._pictures)

    @work(thread=True, exclusive=True)
    def _load(self, token: int, pictures: Sequence[Picture]) -> None:
        self.post_message(self.Loaded(token, [_loaded(picture) for picture in pictures]))

    @on(Loaded)
    async def _show_loaded(self, event: Loaded) -> None:
        if event.token == self._token:
            await self.mount_all(
                Static(Content(escaped(one)).stylize("$quiet"), markup=False, classes="no-picture")
                if isinstance(one, str)
                else _widget(one)
                for one in event.loaded
            )


def _loaded(picture: Picture) -> object:
    """The picture, scaled to what a terminal can show; or a line that says why there is none."""
    if picture.path is None:
        return f"▨ {picture.alt}: {say(picture.problem)}"
    try:
        import_module("textual_image")  # Pillow alone may be there for something else
        from PIL import Image
    except ImportError:
        told = say("pictures are shown after: pip install 'quizapp[images]'")
        return f"▨ {picture.alt}: {told}"
    # Small files that unpack to gigabytes: Pillow only warns, and that into the terminal.
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    try:
        with Image.open(picture.path, formats=_FORMATS) as image:
            image.draft("RGB", _LARGEST)
            image.thumbnail(_LARGEST)
            # On white where it is transparent: drawings are black on nothing more often than not.
            seen = image.convert("RGBA")
            return Image.alpha_composite(Image.new("RGBA", seen.size, "white"), seen).convert("RGB")
    except Exception as error:  # a broken file may break its reader in any way
        return f"▨ {picture.alt}: {picture.path.name} {say('cannot be read')} ({error})"


def _widget(image: Any) -> Widget:  # noqa: ANN401 - of Pillow, which may not be installed
    """A widget that draws a picture as the terminal can."""
    # At its first import, the package asks the terminal what it can, and would wait for an answer
    # that Textual takes: what its output looks like to it is no terminal, so it does not ask.
    if "textual_image.widget" not in sys.modules:
        real, sys.__stdout__ = sys.__stdout__, io.StringIO()  # type: ignore[assignment,misc]
        try:
            import_module("textual_image.widget")
        finally:
            sys.__stdout__ = real  # type: ignore[misc]
    from textual_image.widget import HalfcellImage, TGPImage

    kitty = "kitty" in os.environ.get("TERM", "") and "TMUX" not in os.environ
    return (TGPImage if kitty else HalfcellImage)(image, classes="picture")
