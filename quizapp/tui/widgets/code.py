"""The code editor of an exercise. Owns its colours; imported when an exercise is opened.

Tree-sitter and its Python grammar are imported here, by Textual's TextArea.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from rich.style import Style
from textual.binding import Binding, BindingType
from textual.widgets import TextArea
from textual.widgets.text_area import TextAreaTheme

from quizapp.tui.widgets.inorder import KeysInOrder

_SYNTAX = {
    "string": "text-success",
    "string.documentation": "text-success",
    "comment": "quiet",
    "keyword": "text-accent",
    "keyword.function": "text-accent",
    "keyword.return": "text-accent",
    "keyword.operator": "text-accent",
    "conditional": "text-accent",
    "repeat": "text-accent",
    "include": "text-accent",
    "exception": "text-accent",
    "number": "text-warning",
    "float": "text-warning",
    "boolean": "text-warning",
    "constant.builtin": "text-warning",
    "function": "text-primary",
    "function.call": "text-primary",
    "method": "text-primary",
    "method.call": "text-primary",
    "class": "text-primary",
    "type": "text-secondary",
    "type.class": "text-primary",
    "type.builtin": "text-secondary",
}


def code_theme(variables: Mapping[str, str], *, dark: bool) -> TextAreaTheme:
    """An editor theme in the colours of the app's theme, named after its brightness."""
    styles = {}
    for token, name in _SYNTAX.items():
        color = variables.get(name, "")
        if color.startswith("#"):
            styles[token] = Style(color=color[:7], italic=token == "comment" or None)
    return TextAreaTheme(name=f"quizapp-{'dark' if dark else 'light'}", syntax_styles=styles)


class CodeEditor(KeysInOrder, TextArea):
    """An editor for Python; Tab indents, Escape leaves it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+z", "undo", "Undo", show=False, tooltip="Take the last change back"),
        Binding("ctrl+y", "redo", "Redo", show=False, tooltip="Make the change again"),
        Binding(
            "ctrl+k",
            "delete_to_end_of_line",
            "Cut line",
            show=False,
            tooltip="Delete to the end of the line",
        ),
    ]

    def __init__(self, text: str) -> None:
        super().__init__(
            text,
            id="code",
            language="python",
            show_line_numbers=True,
            tab_behavior="indent",
            soft_wrap=False,
            compact=True,
        )

    def on_mount(self) -> None:
        """Follow the app's theme."""
        self._recolour()
        self.app.theme_changed_signal.subscribe(self, lambda _: self._recolour())

    def _recolour(self) -> None:
        theme = code_theme(self.app.theme_variables, dark=self.app.current_theme.dark)
        self.register_theme(theme)
        self.theme = "css"
        self.theme = theme.name

    def show(self, text: str) -> None:
        """Replace the whole text and keep the cursor where it can stay."""
        place = self.cursor_location
        self.text = text
        self.move_cursor(place)
