"""What a child says, put in order and distrusted. Owns the grammar of the messages in `child`.

A child may say anything at any time; only what an honest one could say, in its turn, is kept.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

from quizapp.judge import frames, running
from quizapp.judge.frames import FrameError
from quizapp.judge.sandbox import Heard
from quizapp.judge.values import Value

_LONGEST_TEXT = 2000
_MOST_NAMES = 1000
_LARGEST_NUMBER = 10_000_000


@dataclass(frozen=True, slots=True)
class SyntaxFault:
    """Why the file does not compile; line and column are 1-based, 0 where unknown."""

    message: str
    line: int
    column: int
    text: str


def _always(_: str) -> bool:
    return True


def _nothing(_: str) -> None:
    return None


@dataclass(slots=True)
class Conversation:
    """A listener (see `sandbox`) for one run.

    Attributes:
        expected_checks: what the child was told to run, in this order; none for a snippet.
        max_bytes: the largest message.
        on_check: told of each check that begins; `on_end` of each that came to its end.
        asks: those of the checks that the child may only begin when `may_run` says so.
        loading: whether the submission has begun to run.
        loaded: whether it was loaded to its end.
        defined: the names that it defines; `called` those of its own functions and classes.
        streams: check id -> its items so far, in the order of the checks.
        finished: ids of the checks that ran to their end.
        left_out: ids of those that it asked about and may not run.
        marked: ids of finished checks after which the submission's globals are not as they were
            when it was loaded.
        done: whether the child has said all that it had to say.
        internal: our own fault, as the child tells it, before the submission had a say.
    """

    expected_checks: Sequence[str]
    max_bytes: int
    on_check: Callable[[str], None] = _nothing
    on_end: Callable[[str], None] = _nothing
    asks: Collection[str] = ()
    may_run: Callable[[str], bool] = _always
    loading: bool = False
    loaded: bool = False
    defined: tuple[str, ...] = ()
    called: tuple[str, ...] = ()
    syntax: SyntaxFault | None = None
    raised: running.Raised | None = None
    streams: dict[str, list[running.Item]] = field(default_factory=dict)
    finished: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    marked: set[str] = field(default_factory=set)
    value: Value = None
    has_value: bool = False
    done: bool = False
    internal: str = ""
    _current: str = ""
    _allowed: str = ""
    _budget: frames.Budget = field(default_factory=frames.Budget)

    @property
    def current(self) -> str:
        """The check that has begun and not ended; empty when none has."""
        return self._current

    def reply(self) -> bytes:
        """Whether the child may run the check that it has just asked about."""
        return frames.encode({"run": bool(self._allowed)})

    def hear(self, body: bytes) -> Heard:
        """Take one message."""
        try:
            message = frames.decode(body, max_bytes=self.max_bytes, budget=self._budget)
            return self._take(message)
        except (FrameError, KeyError, TypeError, ValueError):
            return Heard.NONSENSE

    def _take(self, message: dict[str, Any]) -> Heard:
        say = message["say"]
        if say == "internal" and not self.loading:
            self.internal = _text(message["message"])
            return Heard.ENOUGH
        if say == "loading" and not self.loading:
            self.loading = True
            return Heard.NEW_CLOCK
        if not self.loading:
            return Heard.NONSENSE
        if not self.loaded:
            heard = self._take_load(say, message)
            if heard is not None:
                return heard
        return self._take_check(say, message)

    def _take_load(self, say: str, message: dict[str, Any]) -> Heard | None:
        """A message about the loading of the file; None when it is none."""
        if say == "syntax":
            self.syntax = SyntaxFault(
                _text(message["message"]),
                _number(message["line"]),
                _number(message["column"]),
                _text(message["text"]),
            )
            return Heard.ENOUGH
        if say == "raised":
            item = self._item(message["item"])
            if not isinstance(item, running.Raised):
                return Heard.NONSENSE
            self.raised = item
            return Heard.ENOUGH
        if say == "loaded":
            self.loaded = True
            self.defined, self.called = _names(message["defined"]), _names(message["called"])
            return Heard.GO_ON
        if say == "value" and not self.has_value:
            self.value, self.has_value = message["value"], True
            return Heard.GO_ON
        if say == "done" and not self.expected_checks:
            self.done = True
            return Heard.ENOUGH
        return None

    def _item(self, data: bytes) -> running.Item:
        return running.decode_item(data, max_bytes=self.max_bytes, budget=self._budget)

    def _take_check(self, say: str, message: dict[str, Any]) -> Heard:
        if say == "item" and self._current:
            self.streams[self._current].append(self._item(message["item"]))
            return Heard.GO_ON
        if say == "end" and self._current and message["check"] == self._current:
            return self._take_end(message)
        if self._current or not self.loaded:
            return Heard.NONSENSE
        turn = len(self.streams) + len(self.left_out)
        if say == "done" and turn == len(self.expected_checks):
            self.done = True
            return Heard.ENOUGH
        if turn < len(self.expected_checks) and message["check"] == self.expected_checks[turn]:
            return self._take_turn(say, self.expected_checks[turn])
        return Heard.NONSENSE

    def _take_end(self, message: dict[str, Any]) -> Heard:
        marked = message["marked"]
        if type(marked) is not bool:
            raise TypeError("not a yes or no")
        check, self._current = self._current, ""
        self.finished.append(check)
        if marked:
            self.marked.add(check)
        self.on_end(check)
        return Heard.GO_ON

    def _take_turn(self, say: str, check: str) -> Heard:
        """A question about the check whose turn it is, or its beginning."""
        asked = self._allowed == check
        if say == "may_run" and check in self.asks and not asked:
            if self.may_run(check):
                self._allowed = check
            else:
                self._allowed = ""
                self.left_out.append(check)
            return Heard.QUESTION
        if say == "begin" and (asked or check not in self.asks):
            self._current = check
            self.streams[check] = []
            self.on_check(check)
            return Heard.NEW_CLOCK
        return Heard.NONSENSE


def _text(value: object) -> str:
    if type(value) is not str:
        raise TypeError("not text")
    return value[:_LONGEST_TEXT]


def _number(value: object) -> int:
    if type(value) is not int or not 0 <= value < _LARGEST_NUMBER:
        raise TypeError("not a number of a line or column")
    return value


def _names(value: object) -> tuple[str, ...]:
    if type(value) is not list:
        raise TypeError("not a list")
    return tuple(_text(name) for name in value[:_MOST_NAMES])
