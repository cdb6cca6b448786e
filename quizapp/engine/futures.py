"""Futures that follow one another. Owns the chaining that `concurrent.futures` lacks."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Future

E = TypeVar("E", bound=Exception)
S = TypeVar("S")
T = TypeVar("T")


def done(value: T) -> Future[T]:
    """A future that has come to `value` already."""
    from concurrent.futures import Future  # brings `logging`, which no card needs

    future: Future[T] = Future()
    future.set_result(value)
    return future


def then(first: Future[S], change: Callable[[S], T]) -> Future[T]:
    """A future of what `change` makes of the first one's result; an exception passes through.

    `change` runs on the thread that completes `first`.
    """
    from concurrent.futures import Future

    second: Future[T] = Future()
    # What is under way cannot be called back: a front end that loses interest just doesn't look.
    second.set_running_or_notify_cancel()

    def follow(finished: Future[S]) -> None:
        try:
            second.set_result(change(finished.result()))
        except BaseException as error:  # it belongs to whoever asks for the result
            second.set_exception(error)

    first.add_done_callback(follow)
    return second


def otherwise(first: Future[T], kind: type[E], instead: Callable[[E], T]) -> Future[T]:
    """A future of the first one's result, or of what `instead` makes of an exception of `kind`."""
    from concurrent.futures import Future

    second: Future[T] = Future()
    second.set_running_or_notify_cancel()

    def follow(finished: Future[T]) -> None:
        try:
            second.set_result(finished.result())
        except kind as error:
            second.set_result(instead(error))
        except BaseException as error:  # it belongs to whoever asks for the result
            second.set_exception(error)

    first.add_done_callback(follow)
    return second
