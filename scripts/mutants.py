"""What learners are told: python scripts/mutants.py [SLUG…] [--count N] [--seed N] [--json FILE].

Breaks the reference of each exercise in one place, in all ways that are written here, draws some of
them by a seed, judges each for real, and counts what its feedback says: a mutant may survive, be
named by a near miss, get a structure hint, or only hear that values differ. With `--misses`, the
near misses are judged in their place, none of them known to the judge: what would hints alone say?
"""

from __future__ import annotations

import argparse
import ast
import copy
import json
import random
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from rich.console import Console
from rich.table import Table

from quizapp.course import load_course
from quizapp.domain.exercises import Exercise
from quizapp.domain.outcomes import Outcome, Verdict
from quizapp.judge.client import Judge

ROOT = Path(__file__).resolve().parents[1]
KINDS = ("survived", "near miss", "hint", "own line", "shape or type", "ended", "values differ")
"""What a learner is told, most telling first; "ended" is how the run did, such as timed_out."""

_OPERATORS: dict[type[ast.operator], tuple[type[ast.operator], ...]] = {
    ast.Add: (ast.Sub, ast.Mult),
    ast.Sub: (ast.Add,),
    ast.Mult: (ast.Add, ast.Div),
    ast.Div: (ast.Mult, ast.FloorDiv),
    ast.MatMult: (ast.Mult,),
}
_COMPARISONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
}
_NAMES = {
    "maximum": "minimum",
    "minimum": "maximum",
    "prod": "sum",
    "mean": "sum",
    "sum": "mean",
    "zeros": "ones",
    "relu": "sigmoid",
    "MaxPool2d": "AvgPool2d",
    "CrossEntropyLoss": "MultiMarginLoss",
    "Adam": "SGD",
    "train": "eval",
}
_AXES = {"dim", "axis"}
_MODULES = {"torch", "nn", "F"}


@dataclass(frozen=True, slots=True)
class Mutant:
    """A reference with one thing wrong.

    Attributes:
        kind: what kind of mistake it is.
        line: of the reference.
        what: the change, as the code before and after.
        source: the whole file.
    """

    kind: str
    line: int
    what: str
    source: str


Change = tuple[str, ast.AST]


def _constants(node: ast.Constant) -> Iterator[Change]:
    match node.value:
        case bool(value):
            yield "constant", ast.Constant(not value)
        case int(value):
            yield "constant", ast.Constant(value + 1)
            yield "constant", ast.Constant(value - 1)
        case float(value):
            yield "constant", ast.Constant(value * 10)


def _slices(node: ast.Slice) -> Iterator[Change]:
    if node.lower:
        yield "index", ast.Slice(None, node.upper)
        yield "index", ast.Slice(ast.BinOp(node.lower, ast.Add(), ast.Constant(1)), node.upper)
    if node.upper:
        yield "index", ast.Slice(node.lower, None)
        yield "index", ast.Slice(node.lower, ast.BinOp(node.upper, ast.Sub(), ast.Constant(1)))


def _calls(node: ast.Call) -> Iterator[Change]:
    for keyword in node.keywords:
        changed = copy.deepcopy(node)
        of_copy = next(each for each in changed.keywords if each.arg == keyword.arg)
        if keyword.arg in _AXES and isinstance(keyword.value, ast.Constant):
            of_copy.value = ast.Constant(1 - keyword.value.value)
            yield "axis", changed
        changed = copy.deepcopy(node)
        changed.keywords = [each for each in changed.keywords if each.arg != keyword.arg]
        yield "dropped argument", changed
    if len(node.args) > 1:
        swapped = copy.deepcopy(node)
        swapped.args[:2] = swapped.args[1::-1]
        yield "swapped arguments", swapped
    if isinstance(node.func, ast.Attribute):
        if node.func.attr in _NAMES:
            other = copy.deepcopy(node)
            other.func = ast.Attribute(node.func.value, _NAMES[node.func.attr])
            yield "other function", other
        inner = node.args[0] if node.func.attr in ("relu", "pool", "conv1", "conv2") else None
        kept = inner or node.func.value
        if not (isinstance(kept, ast.Name) and kept.id in _MODULES):
            yield "dropped call", copy.deepcopy(kept)


def _subscripts(node: ast.Subscript) -> Iterator[Change]:
    if isinstance(node.slice, ast.Tuple) and len(node.slice.elts) == 2:
        swapped = copy.deepcopy(node)
        swapped.slice = ast.Tuple(node.slice.elts[::-1])
        yield "index", swapped


def _changes(node: ast.AST) -> Iterator[Change]:
    """All that can be put in the place of a node, each with its kind."""
    match node:
        case ast.BinOp(op=op):
            for other in _OPERATORS.get(type(op), ()):
                yield "operator", ast.BinOp(node.left, other(), node.right)
            if isinstance(op, ast.Sub | ast.Div | ast.MatMult):
                yield "swapped operands", ast.BinOp(node.right, op, node.left)
            yield "dropped operand", node.left
            yield "dropped operand", node.right
        case ast.UnaryOp(op=ast.Not() | ast.USub()):
            yield "operator", node.operand
        case ast.Compare(ops=[op]) if type(op) in _COMPARISONS:
            yield "comparison", ast.Compare(node.left, [_COMPARISONS[type(op)]()], node.comparators)
        case ast.Constant():
            yield from _constants(node)
        case ast.Slice():
            yield from _slices(node)
        case ast.Subscript():
            yield from _subscripts(node)
        case ast.Call():
            yield from _calls(node)
        case ast.Attribute(attr="T"):
            yield "dropped call", node.value
        case ast.Return(value=ast.Tuple(elts=[first, second])):
            yield "swapped arguments", ast.Return(ast.Tuple([second, first]))
        case ast.Assign() | ast.Expr() | ast.AugAssign():
            yield "dropped statement", ast.Pass()


def mutants(source: str) -> list[Mutant]:
    """All mutants of a source, in the order of its lines, no two alike."""
    tree = _bare(ast.parse(source))
    found: dict[str, Mutant] = {}
    unchanged = ast.unparse(tree)
    for position, node in enumerate(ast.walk(tree)):
        for number, (kind, made) in enumerate(_changes(node)):
            text = _with(tree, position, number)
            if text in (unchanged, "") or text in found:
                continue
            what = f"{_short(node)} → {_short(made)}"
            found[text] = Mutant(kind, getattr(node, "lineno", 0), what, text)
    return sorted(found.values(), key=lambda each: (each.line, each.what))


def _bare(tree: ast.Module) -> ast.Module:
    """Without docstrings and annotations, which nothing depends on."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            node.returns = None
            for argument in node.args.args:
                argument.annotation = None
        if (
            isinstance(node, ast.FunctionDef | ast.ClassDef | ast.Module)
            and ast.get_docstring(node) is not None
        ):
            node.body = node.body[1:]
    return tree


class _Replace(ast.NodeTransformer):
    def __init__(self, old: ast.AST, new: ast.AST) -> None:
        self._old, self._new = old, new

    def visit(self, node: ast.AST) -> ast.AST:
        return self._new if node is self._old else self.generic_visit(node)


def _with(tree: ast.Module, position: int, number: int) -> str:
    """The source with one change; empty when that cannot be written."""
    changed = copy.deepcopy(tree)
    node = list(ast.walk(changed))[position]
    made = list(_changes(node))[number][1]
    try:
        text = ast.unparse(ast.fix_missing_locations(_Replace(node, made).visit(changed)))
        compile(text, "mutant.py", "exec")
    except (SyntaxError, ValueError, TypeError, AttributeError):
        return ""
    return text


def _short(node: ast.AST) -> str:
    return " ".join(ast.unparse(ast.fix_missing_locations(copy.deepcopy(node))).split())[:60]


def told(outcome: Outcome) -> str:
    """The most telling thing that the feedback of a submission says, one of `KINDS`."""
    failed = [check for check in outcome.checks if check.verdict is not Verdict.PASSED]
    lines = [line.strip() for check in failed for line in check.message.splitlines()]
    if outcome.passed:
        return "survived"
    if outcome.diagnosis is not None:
        return "near miss"
    if any(line.startswith("close: ") for line in lines):
        return "hint"
    if outcome.verdict is Verdict.ERRORED and any(", in line " in line for line in lines):
        return "own line"
    if outcome.verdict not in (Verdict.FAILED, Verdict.ERRORED):
        return "ended"
    first = next((check.message.splitlines()[0] for check in failed if check.message), "")
    typed = ("shape", "dtype", "must ", "a tensor on", "no gradient", "devices", "changed its")
    return "shape or type" if any(word in first for word in typed) else "values differ"


def _judge(
    judge: Judge, exercise: Exercise, some: list[Mutant]
) -> Iterator[tuple[Mutant, Outcome]]:
    # A mutant that never ends shall not hold the others up longer than it takes to tell.
    waiting = [
        (each, judge.judge(exercise, each.source.encode(), filename=f"{exercise.slug}.py", seed=5))
        for each in some
    ]
    for each, future in waiting:
        yield each, future.result()
        print(".", end="", file=sys.stderr, flush=True)


def _draw(exercise: Exercise, count: int, seed: int) -> list[Mutant]:
    every = mutants(exercise.solution)
    some = random.Random(seed).sample(every, min(count, len(every)))
    return sorted(some, key=lambda each: (each.line, each.what))


def _of_misses(exercise: Exercise) -> list[Mutant]:
    return [Mutant("near miss", 0, miss.name, miss.source) for miss in exercise.near_misses]


def _table(title: str, rows: list[tuple[str, str]]) -> Table:
    """Rows of (group, what was told) as counts."""
    table = Table(title, "all", *KINDS)
    groups = sorted({group for group, _ in rows})
    counts = Counter(rows)
    for group in [*groups, "all"]:
        found = [
            sum(counts[each, kind] for each in groups if group in (each, "all")) for kind in KINDS
        ]
        table.add_row(group, str(sum(found)), *(str(number or "") for number in found))
    return table


def main() -> None:
    """Judge mutants and print two tables: by exercise and by kind of mistake."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("slugs", nargs="*", help="exercises; all without a name")
    parser.add_argument("--count", type=int, default=45, help="mutants of an exercise")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--misses", action="store_true", help="judge near misses, unknown ones")
    parser.add_argument("--json", type=Path, help="write each mutant with its feedback there")
    options = parser.parse_args()
    choose: Callable[[Exercise], list[Mutant]] = (
        _of_misses
        if options.misses
        else lambda exercise: _draw(exercise, options.count, options.seed)
    )
    by_exercise, by_kind, whole = [], [], []
    with Judge() as judge:
        for exercise in load_course(ROOT).exercises.values():
            if options.slugs and exercise.slug not in options.slugs:
                continue
            some = choose(exercise)
            judged = replace(exercise, near_misses=()) if options.misses else exercise
            for mutant, outcome in _judge(judge, judged, some):
                said = told(outcome)
                by_exercise.append((exercise.slug, said))
                by_kind.append((mutant.kind, said))
                near = outcome.diagnosis.near_miss if outcome.diagnosis else ""
                messages = {check.id: check.message for check in outcome.checks if check.message}
                whole.append(
                    {
                        "exercise": exercise.slug,
                        "kind": mutant.kind,
                        "line": mutant.line,
                        "what": mutant.what,
                        "told": said,
                        "verdict": outcome.verdict,
                        "near_miss": near,
                        "messages": messages,
                        "source": mutant.source,
                    }
                )
    print(file=sys.stderr)
    if options.json:
        options.json.write_text(json.dumps(whole, ensure_ascii=False, indent=1))
    console = Console(width=140)
    console.print(_table("exercise", by_exercise))
    console.print(_table("mistake", by_kind))


if __name__ == "__main__":
    main()
