"""quizapp with a clock that is off, and in a time zone, as a file says; for `fault_table`.

`python -m scripts.clocked FILE WORD…` is `quizapp WORD…`, and with `app COURSE HOME` for its words
the learner at the app (`tui_learner`). The file holds seconds and a time zone, `-3600 Asia/Tokyo`,
and is read whenever somebody asks what time it is: the clock can be set while the app is open.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import quizapp.clock

_USAGE = "usage: python -m scripts.clocked FILE WORD… | FILE app COURSE HOME"


def clock_of(file: Path) -> Callable[[], datetime]:
    """The clock that is off as `file` says; right, and in UTC, where there is none."""

    def now() -> datetime:
        seconds, zone = file.read_text("utf-8").split() if file.exists() else ("0", "UTC")
        if os.environ.get("TZ") != zone:
            os.environ["TZ"] = zone
            time.tzset()
        return datetime.now(UTC) + timedelta(seconds=float(seconds))

    return now


def main() -> int:
    """Set the clock before anything else is imported that asks it, then go on."""
    if len(sys.argv) < 3:
        print(_USAGE, file=sys.stderr)
        return 2
    file, *words = sys.argv[1:]
    quizapp.clock.system_clock = clock_of(Path(file))
    quizapp.clock.system_clock()
    if words[0] == "app":
        from scripts import tui_learner

        sys.argv = words
        return tui_learner.main()
    from quizapp.cli import main as command

    return command(words)


if __name__ == "__main__":
    sys.exit(main())
