"""Bytes from a keyboard as names of keys. Owns escape sequences, not what a key does."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator

_SEQUENCE = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|O[ -~]|[^\x1b\[O])")
_UNFINISHED = re.compile(r"\x1b(?:\[[0-?]*[ -/]*|O)?")
_PASTE_BEGINS, _PASTE_ENDS = "\x1b[200~", "\x1b[201~"
_LONGEST_SEQUENCE = 32
_NAMES = {
    "A": "up",
    "B": "down",
    "H": "home",
    "F": "end",
    "1~": "home",
    "4~": "end",
    "5~": "pageup",
    "6~": "pagedown",
    "7~": "home",
    "8~": "end",
}
_CONTROLS = {"\r": "enter", "\n": "enter", "\t": "tab", "\x7f": "backspace", "\x08": "backspace"}


class Keys:
    """Turns what was read from a terminal into keys, however the bytes were cut.

    A printable character is its own name; others are `enter`, `escape`, `up`, `pagedown`, …. What
    is pasted is no key press: somebody has hit the wrong window.
    """

    def __init__(self) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._waiting = ""
        self._pasting = False

    def feed(self, data: bytes) -> list[str]:
        """The keys that `data` completes; an escape at its end waits for `settle`."""
        self._waiting += self._decoder.decode(data)
        return list(self._complete())

    def settle(self) -> list[str]:
        """What is left when nothing has followed for a while: the Escape key, or nothing."""
        left, self._waiting = self._waiting, ""
        if self._pasting:
            self._waiting = left[-_LONGEST_SEQUENCE:]
            return []
        return ["escape"] if left == "\x1b" else []

    def _complete(self) -> Iterator[str]:
        while self._waiting:
            if self._pasting:
                _, ends, rest = self._waiting.partition(_PASTE_ENDS)
                self._waiting = rest if ends else self._waiting[-_LONGEST_SEQUENCE:]
                self._pasting = not ends
                if not ends:
                    return
                continue
            sequence = _SEQUENCE.match(self._waiting)
            if sequence:
                self._waiting = self._waiting[sequence.end() :]
                if sequence.group() == _PASTE_BEGINS:
                    self._pasting = True
                elif name := _NAMES.get(sequence.group()[2:]):
                    yield name
                continue
            if self._waiting[0] == "\x1b":
                tail = _UNFINISHED.match(self._waiting)
                assert tail is not None
                if tail.end() == len(self._waiting) <= _LONGEST_SEQUENCE:
                    return
                self._waiting = self._waiting[tail.end() :]
                if tail.group() == "\x1b":
                    yield "escape"  # followed by another escape
                continue
            character, self._waiting = self._waiting[0], self._waiting[1:]
            if name := _CONTROLS.get(character):
                yield name
            elif character.isprintable():
                yield character
