"""`python -m scripts.hostile_table`: how many hostile submissions expect which verdict, by tier.

Read off the headers of `tests/hostile`; that they come true is what `tests/judge/test_hostile.py`
shows.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "judge"))

import hostile_support


def main() -> None:
    """Print the table."""
    print(hostile_support.counted())


if __name__ == "__main__":
    main()
