"""`quizapp study` in a real terminal: what it serves, and what it refuses before it opens."""

import os
import pty
import re
import select
import subprocess
import sys
import time
from pathlib import Path

import pytest
from engine_support import write_course

PATIENCE_S = 90
_SEQUENCE = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|[^\[])")
"""What moves the cursor or changes the colour, which the app also does within a word."""


def studied(tmp_path: Path, *options: str, until: str) -> tuple[str, int | None]:
    """The text that `quizapp study` shows up to `until`; its exit code if it refused to open."""
    course = write_course(tmp_path / "course")
    environment = os.environ | {
        "QUIZAPP_HOME": str(tmp_path / "home"),
        "TERM": "xterm-256color",
        "COLUMNS": "80",
        "LINES": "24",
        "LC_ALL": "C.UTF-8",
    }
    main, other = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "quizapp", "study", "--course", str(course), *options],
        stdin=other,
        stdout=other,
        stderr=other,
        env=environment,
        start_new_session=True,
    )
    os.close(other)
    seen, end = b"", time.monotonic() + PATIENCE_S
    try:
        while until not in text_of(seen) and time.monotonic() < end:
            if select.select([main], [], [], 0.2)[0]:
                try:
                    seen += os.read(main, 65536)
                except OSError:  # the other side is closed
                    break
        code = process.wait(20) if b"error:" in seen else None
        os.close(main)
        if code is None:
            process.wait(PATIENCE_S)  # without a terminal it ends by itself
    finally:
        process.kill()
        process.wait()
    return text_of(seen), code


def text_of(written: bytes) -> str:
    return _SEQUENCE.sub("", written.decode("utf-8", "replace"))


def test_an_app_whose_terminal_has_gone_ends(tmp_path):
    seen, _ = studied(tmp_path, until="Show answer")
    assert "Show answer" in seen


def test_a_chosen_card_is_crammed(tmp_path):
    seen, _ = studied(tmp_path, "--cram", "--tag", "shape", until="len(X)")
    assert "1 left" in seen
    assert "len(X)" in seen


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--cram", "--ahead"], "exclude each other"),
        (["--tag", "nothing"], "no card meets all of it"),
        (["--exercise", "duble"], "double"),
        (["--search", "is:dew"], "is:dew"),
        (["nowhere"], "there is no such topic"),
    ],
)
def test_what_makes_no_sense_is_refused_before_the_app_opens(tmp_path, options, told):
    seen, code = studied(tmp_path, *options, until="\n")
    assert told in seen
    assert code == 2
