"""`python -m benchmarks [NAME…]`: run the benchmarks and print one table of ratios.

Every figure is compared with another from the same run on the same machine; a ratio says more than
a time on a noisy one. Nothing here is a test.
"""

from __future__ import annotations

import sys

from benchmarks import accelerator, classroom, judge, start, study, watch
from benchmarks.measure import Row, print_table

SUITES = {
    "start": start.rows,
    "study": study.rows,
    "judge": judge.rows,
    "watch": watch.rows,
    "classroom": classroom.rows,
    "accelerator": accelerator.rows,
}


def main() -> None:
    """Run the suites that the command line names; all of them without a name."""
    names = sys.argv[1:] or list(SUITES)
    unknown = [name for name in names if name not in SUITES]
    if unknown:
        sys.exit(f"benchmarks: there is no suite {unknown[0]}; there are {', '.join(SUITES)}")
    rows: list[Row] = []
    for name in names:
        print(f"running {name} …", file=sys.stderr)
        rows += SUITES[name]()
    print_table(rows)


if __name__ == "__main__":
    main()
