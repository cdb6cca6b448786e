"""Dispatch modes that follow threads. Owns entering a thread as it starts; decides nothing.

A mode of torch's holds in the thread that entered it. One of these holds in the threads, too, that
`threading` starts meanwhile, each to its end. Importable in the sandbox.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Collection
from types import FrameType, TracebackType
from typing import Any, Self

from torch.utils._python_dispatch import TorchDispatchMode


class FollowingMode(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """A dispatch mode for this thread and those started while it is entered."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._outer_profile: Any = None

    @classmethod
    def _should_skip_dynamo(cls) -> bool:
        # Otherwise entering imports torch._dynamo (over a second), and each op pays for it.
        return False

    def __enter__(self) -> Self:
        self._outer_profile = threading.getprofile()
        threading.setprofile(self._follow)
        super().__enter__()  # type: ignore[no-untyped-call]
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        super().__exit__(kind, error, traceback)  # type: ignore[no-untyped-call]
        threading.setprofile(self._outer_profile)

    def enter_thread(self) -> None:
        """Hold in the thread that calls this, too, to its end."""
        _Follower(self).__enter__()  # type: ignore[no-untyped-call]

    def _follow(self, frame: FrameType, event: str, arg: object) -> None:
        """Enter a thread with its first event, after the modes around; its modes end with it."""
        if self._outer_profile is not None:
            self._outer_profile(frame, event, arg)
        sys.setprofile(None)
        self.enter_thread()


class _Follower(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """Hands the ops of another thread to a mode."""

    def __init__(self, leader: FollowingMode) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._leader = leader

    @classmethod
    def _should_skip_dynamo(cls) -> bool:
        return False

    def __torch_dispatch__(
        self,
        op: Any,  # noqa: ANN401 - an OpOverload
        types: Collection[type],
        args: tuple[Any, ...] = (),
        kwargs: dict[str, Any] | None = None,
    ) -> Any:  # noqa: ANN401
        return self._leader.__torch_dispatch__(op, types, args, kwargs)  # type: ignore[no-untyped-call]
