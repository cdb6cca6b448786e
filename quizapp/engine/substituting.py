"""Putting one text in the place of another in many texts. Owns the pattern and its time limit.

A pattern of the learner's may take years on an innocent text, and nothing in this process could
stop it; so patterns run in one of their own, which is this file, with nothing of ours imported.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Sequence

_PATIENCE_S = 20.0
_LONGEST = 1_000_000
"""Characters that a text may become."""


def substituted(
    texts: Sequence[str], find: str, put: str, *, regex: bool = False, ignore_case: bool = False
) -> list[tuple[str, int]]:
    r"""Each text with `put` for every `find`, and how often that was.

    Args:
        texts: any.
        find: a text; with `regex`, a pattern of Python's `re`, where ^ and $ match at line ends.
        put: a text; with `regex`, \1 and \g<name> stand for groups.
        regex: as said.
        ignore_case: whether capitals make no difference.

    Raises:
        ValueError: the pattern, or what is put in, makes no sense, or it takes too long.
    """
    if not find:
        raise ValueError("there is nothing to look for")
    if not regex:
        flags = re.IGNORECASE if ignore_case else 0
        return _all(texts, re.compile(re.escape(find), flags), put.replace("\\", r"\\"))
    said = json.dumps([find, put, ignore_case, list(texts)])
    try:
        done = subprocess.run(
            [sys.executable, "-I", "-S", "-W", "ignore", __file__],
            input=said.encode("ascii"),
            capture_output=True,
            timeout=_PATIENCE_S,
            check=True,
        )
    except subprocess.TimeoutExpired:
        raise ValueError("the pattern takes too long on these texts") from None
    except (OSError, subprocess.CalledProcessError):
        raise ValueError("the pattern cannot be used") from None
    error, found = json.loads(done.stdout)
    if error:
        raise ValueError(error)
    return [(text, count) for text, count in found]


def _all(texts: Sequence[str], pattern: re.Pattern[str], put: str) -> list[tuple[str, int]]:
    found = []
    for text in texts:
        changed, count = pattern.subn(put, text)
        if len(changed) > _LONGEST:
            raise ValueError("a text would become too long")
        found.append((changed, count))
    return found


def _answer(find: str, put: str, ignore_case: bool, texts: Sequence[str]) -> object:
    """What is wrong, or empty; and the texts."""
    flags = re.MULTILINE | (re.IGNORECASE if ignore_case else 0)
    try:
        return "", _all(texts, re.compile(find, flags), put)
    except ValueError as error:
        return str(error), []
    except (re.error, IndexError, OverflowError, RecursionError) as error:
        return f"the pattern makes no sense: {error}", []


if __name__ == "__main__":
    sys.stdout.write(json.dumps(_answer(*json.load(sys.stdin))))
