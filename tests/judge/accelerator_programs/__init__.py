"""Small programs that a learner might write for a device, and what is to come of each.

Each is run on the simulated accelerator, on the CPU as the oracle of its values, and on a real
accelerator where there is one. `docs/accelerator.md` shows the outcomes as a table.
"""

from accelerator_programs import (
    autograd,
    choosing,
    computing,
    files,
    layers,
    mixing,
    modules,
    placing,
    reading,
    training,
)
from accelerator_programs.table import (
    Outcome,
    Program,
    differences,
    is_as_expected,
    run_on_cpu,
    run_on_real,
    run_on_simulated,
)

PROGRAMS: list[Program] = [
    *choosing.PROGRAMS,
    *placing.PROGRAMS,
    *reading.PROGRAMS,
    *mixing.PROGRAMS,
    *computing.PROGRAMS,
    *modules.PROGRAMS,
    *autograd.PROGRAMS,
    *layers.PROGRAMS,
    *training.PROGRAMS,
    *files.PROGRAMS,
]
"""All of them, in the order of the table."""

__all__ = [
    "PROGRAMS",
    "Outcome",
    "Program",
    "differences",
    "is_as_expected",
    "run_on_cpu",
    "run_on_real",
    "run_on_simulated",
]
