"""Running a submission's file as a module. Owns what is run of it, and in which order.

In the sandbox. A `.py` file is run as it is. Of a notebook runs what its entry points need: a plot,
a missing data file or an hour of training in some cell is no part of the task. What was raised is
left to `running`, the cells to `notebooks`, what is needed to `slicing`.
"""

from __future__ import annotations
import __future__

import ast
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import repeat
from typing import Any

from quizapp.judge import notebooks, running, slicing
from quizapp.judge.slicing import Statement

_MOST_TOLD = 12


@dataclass(frozen=True, slots=True)
class NoPython:
    """Why a file, or a cell of it, does not compile; line and column 1-based, 0 where unknown."""

    message: str
    line: int
    column: int
    text: str


Fault = running.Raised | NoPython
_Faults = dict[tuple[int, int], Fault]  # by line, and number of the statement


class _Jupyter:
    """Stands for the Jupyter that is not here: takes every call, does nothing."""

    def __getattr__(self, _name: str) -> _Jupyter:
        return self

    def __call__(self, *_args: object, **_options: object) -> None:
        return None


def run_file(
    source: str, filename: str, entry_points: Sequence[str], namespace: dict[str, Any]
) -> Fault | None:
    """Run a file in `namespace`; what keeps it from being judged, if anything."""
    if filename.endswith(".ipynb"):
        return _run_notebook(source, filename, entry_points, namespace)
    try:
        code = compile(source, filename, "exec", dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        return no_python(error)
    return _run(code, filename, namespace)


def no_python(error: BaseException, line: int = 0) -> NoPython:
    """What a compiler complains about, in code that begins behind `line`."""
    if not isinstance(error, SyntaxError):  # a null byte somewhere, or nested too deeply
        return NoPython(str(error) or type(error).__name__, line and line + 1, 0, "")
    return NoPython(
        str(error.msg),
        line + error.lineno if error.lineno else 0,
        max(0, error.offset or 0),
        str(error.text or ""),
    )


def _run(code: Any, filename: str, namespace: dict[str, Any]) -> running.Raised | None:  # noqa: ANN401
    try:
        exec(code, namespace)
    except BaseException as error:
        return running.raised(error, filename)
    return None


def _run_notebook(
    source: str, filename: str, entry_points: Sequence[str], namespace: dict[str, Any]
) -> Fault | None:
    """Run what the entry points need; a fault in that counts only if one of them is missing then.

    A statement that lacks a name is run again at the end, as someone may have run the cells in
    another order.
    """
    statements, faults = _read(source, filename)
    keep = slicing.needed(statements, entry_points)
    namespace["get_ipython"] = _Jupyter
    namespace["display"] = print
    waiting = [number for number, is_needed in enumerate(keep) if is_needed]
    for _ in range(2):
        again: list[int] = []
        for number in waiting:
            place = statements[number].tree.lineno, number
            fault = _run(statements[number].code, filename, namespace)
            if fault is None:
                faults.pop(place, None)
            else:
                faults.setdefault(place, fault)
                if fault.type_name == "NameError":
                    again.append(number)
        waiting = again
    if faults and not all(name in namespace for name in entry_points):
        return faults[min(faults)]
    _tell(source, statements, keep, faults)
    return None


def _read(source: str, filename: str) -> tuple[list[Statement], _Faults]:
    """The statements of all cells that are Python, and why the others are none."""
    statements: list[Statement] = []
    faults: _Faults = {}
    flags = 0
    for cell in notebooks.split(source):
        line = cell.line  # the parser counts from the cell's first line, the compiler from ours
        try:
            tree = ast.parse(cell.source, filename)
            flags |= _future_flags(tree)
            parts, line = list(_parts(tree, line)), 0
            codes = [_compile(part, filename, flags) for part in parts]
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            faults[cell.line + 1, -1] = no_python(error, line)
        else:
            statements += map(Statement, repeat(cell.number), parts, codes)
    return statements, faults


def _future_flags(tree: ast.Module) -> int:
    """What `from __future__ import …` asks for: in a notebook it holds for later cells, too."""
    flags = 0
    for part in tree.body:
        if isinstance(part, ast.ImportFrom) and part.module == "__future__":
            for each in part.names:
                feature = getattr(__future__, each.name, None)
                flags |= feature.compiler_flag if feature else 0
    return flags


def _parts(tree: ast.Module, line: int) -> Iterator[ast.stmt]:
    """The statements of a cell behind `line`; imports one by one, since some may fail here."""
    for part in tree.body:
        ast.increment_lineno(part, line)
        if isinstance(part, ast.Import):
            for name in part.names:
                yield ast.copy_location(ast.Import([name]), part)
        else:
            yield part


def _compile(part: ast.stmt, filename: str, flags: int) -> Any:  # noqa: ANN401
    tree = ast.Module([part], type_ignores=[])
    return compile(tree, filename, "exec", flags=flags, dont_inherit=True)


def _tell(
    source: str, statements: Sequence[Statement], keep: Sequence[bool], faults: _Faults
) -> None:
    """Print what was left out, and why."""
    lines = []
    for (line, _), fault in sorted(faults.items(), key=lambda item: item[0])[:_MOST_TOLD]:
        what = fault.type_name if isinstance(fault, running.Raised) else "SyntaxError"
        lines.append(f"({notebooks.place(source, line)}: {what}: {fault.message})")
    left_out = dict.fromkeys(
        each.cell
        for each, is_needed in zip(statements, keep, strict=True)
        if not is_needed and not isinstance(each.tree, ast.Pass | ast.Import | ast.ImportFrom)
    )
    if left_out:
        more = ", …" if len(left_out) > _MOST_TOLD else ""
        cells = ", ".join(map(str, list(left_out)[:_MOST_TOLD]))
        lines.append(f"(not run, since the task does not need it: code in cell {cells}{more})")
    with suppress(BaseException):
        print("\n".join(lines), end="\n" if lines else "")
