"""`python -m scripts.accelerator_table`: run the programs, write the table of docs/accelerator.md.

The programs are those of `tests/judge/accelerator_programs`. They run on the simulated accelerator
and, on a machine that has one, on the real one; what came of them there is kept in
`docs/accelerator_real.json`, so that the table can be written on any machine afterwards.
With `--check` nothing is written: it ends with 1 if the table is not what it would write.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import torch

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "accelerator.md"
MEASURED = ROOT / "docs" / "accelerator_real.json"
BEGIN = "<!-- written by `python -m scripts.accelerator_table` -->"
END = "<!-- end of what is written -->"
NOT_RUN = "not run on a GPU yet"

sys.path.insert(0, str(ROOT / "tests" / "judge"))

import accelerator_programs  # noqa: E402 - it lies beside the tests that run it
from accelerator_programs import Program  # noqa: E402


def main() -> None:
    """Write the table, or check it."""
    if torch.cuda.is_available():
        MEASURED.write_text(json.dumps(measure(), indent=1, ensure_ascii=False) + "\n", "utf-8")
    page = PAGE.read_text("utf-8")
    wanted = with_table(page, table())
    if "--check" in sys.argv[1:]:
        sys.exit(0 if page == wanted else f"{PAGE}: the table is old; run this without --check")
    PAGE.write_text(wanted, "utf-8")


def measure() -> dict[str, Any]:
    """What comes of the programs on the real accelerator of this machine, and where they differ."""
    outcomes: dict[str, dict[str, str]] = {}
    for program in accelerator_programs.PROGRAMS:
        found = accelerator_programs.run_on_real(program)
        wrong = accelerator_programs.is_as_expected(program, found, simulated=False)
        differs = wrong.splitlines()[0] if wrong else ""
        outcomes[program.key] = {"text": found.text, "differs": differs}
    return {
        "device": torch.cuda.get_device_name(0),
        "torch": torch.__version__,
        "outcomes": outcomes,
    }


def table() -> str:
    """The tables of all sections, from a run on the simulated accelerator and what is kept."""
    kept = json.loads(MEASURED.read_text("utf-8")) if MEASURED.exists() else None
    return "\n".join(_lines(kept))


def with_table(page: str, text: str) -> str:
    """The page with what is between the marks replaced."""
    before, rest = page.split(BEGIN)
    _, after = rest.split(END)
    return f"{before}{BEGIN}\n\n{text}\n{END}{after}"


def _lines(kept: dict[str, Any] | None) -> Iterator[str]:
    programs = accelerator_programs.PROGRAMS
    if kept is None:
        yield (
            f"{len(programs)} programs were run on the simulated accelerator; none was run on a "
            "GPU yet."
        )
    else:
        yield (
            f"{len(programs)} programs were run on the simulated accelerator and on "
            f"{kept['device']} (torch {kept['torch']})."
        )
    section = ""
    for program in programs:
        if program.section != section:
            section = program.section
            yield f"\n### {section}\n\n| op or idiom | simulated | real |\n|---|---|---|"
        simulated = accelerator_programs.run_on_simulated(program)
        real = _real(program, simulated.text, kept)
        yield f"| {_cell(program.idiom)} | {_cell(simulated.text)} | {_cell(real)} |"
    yield ""


def _real(program: Program, simulated: str, kept: dict[str, Any] | None) -> str:
    """The column of the real device: measured, or what PyTorch says, marked as not run."""
    found = kept["outcomes"].get(program.key) if kept else None
    if found is None:
        says = "the same" if program.documented == "same" else program.documented
        return f"documented: {says}" if says else NOT_RUN
    if found["differs"]:
        return f"{found['text']} (**not as expected**: {found['differs']})"
    return "the same" if found["text"] == simulated else found["text"]


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;").replace("\n", " ")


if __name__ == "__main__":
    main()
