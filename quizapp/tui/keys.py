"""Bindings written as a table. Owns their ids; leaves what a key does to the screens."""

from __future__ import annotations

from textual.binding import Binding, BindingType

Key = tuple[str, str, str, str] | tuple[str, str, str, str, str]
"""Keys, action, label, what it does; then, if wanted, `hidden` (from the key bar) or `priority`
(before the widget that has the focus)."""


def bindings(screen: str, *table: Key) -> list[BindingType]:
    """The bindings of `table`; each has the id `screen.action`, so that a keymap can name it."""
    made: list[BindingType] = []
    known: set[str] = set()
    for row in table:
        keys, action, label, tooltip, *more = row
        name = action.removeprefix("app.").replace("('", "-").replace("(", "-").rstrip("')")
        name = f"{screen}.{name}"
        made.append(
            Binding(
                keys,
                action,
                label,
                tooltip=tooltip,
                show="hidden" not in more,
                priority="priority" in more,
                id=None if name in known else name,
            )
        )
        known.add(name)
    return made
