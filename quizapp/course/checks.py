"""The checks of an exercise, read without running them.

Owns what can be known from the source text: ids, labels and points; so a course can be validated
without torch. Leaves running checks to `judge`, which imports the same file.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from quizapp.course.source import Source, suggestion
from quizapp.domain.text import Text
from quizapp.errors import Phrase

_Function: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, slots=True)
class CheckInfo:
    """What `checks.py` says of one check.

    Attributes:
        id: name of its function.
        label: first line of its docstring; `zh` is empty where it has no `zh: …` line.
        points: 1 where `@check` names none.
        needs: ids of checks that must have passed before.
        line: of the `def`.
    """

    id: str
    label: Text
    points: int
    needs: tuple[str, ...]
    hidden: bool
    line: int


def check_ids(source: str, path: str = "checks.py") -> dict[str, CheckInfo]:
    """Id -> what is known of each `@check` function in `source`, in order.

    Raises:
        CourseError: the first thing that is wrong, at its line of `path`.
    """
    file = Source(path, source)
    checks = read_checks(file)
    if file.errors:
        raise file.errors[0]
    return checks


def read_checks(source: Source) -> dict[str, CheckInfo]:
    """The checks of a file; what is wrong is noted in it."""
    before = len(source.errors)
    tree = source.module()
    checks: dict[str, CheckInfo] = {}
    for node in tree.body if tree else ():
        if not isinstance(node, _Function):
            continue
        decorator = next(filter(_is_check, node.decorator_list), None)
        if decorator is None:
            continue
        if node.name in checks:
            first = checks[node.name].line
            source.wrong(
                node.lineno,
                Phrase("check `{name}` stands twice", name=node.name),
                Phrase("see line {first}", first=first),
            )
            continue
        checks[node.name] = _read_check(source, node, decorator)
    for check in checks.values():
        for need in check.needs:
            if need not in checks or need == check.id:
                remedy = suggestion(need, set(checks) - {check.id}, "name another check")
                source.wrong(
                    check.line,
                    Phrase("`{name}` needs `{need}`, which is none", name=check.id, need=need),
                    remedy,
                )
    if not checks and len(source.errors) == before:
        source.wrong(0, "has no check", "decorate a generator function with `@check(points=1)`")
    return checks


def _is_check(decorator: ast.expr) -> bool:
    target = decorator.func if isinstance(decorator, ast.Call) else decorator
    name = target.attr if isinstance(target, ast.Attribute) else getattr(target, "id", "")
    return name == "check"


def _read_check(source: Source, node: _Function, decorator: ast.expr) -> CheckInfo:
    options = decorator.keywords if isinstance(decorator, ast.Call) else []
    values = {option.arg: option.value for option in options}
    lines = (ast.get_docstring(node) or "").strip().split("\n")
    if not lines[0]:
        what = Phrase("check `{name}` has no docstring", name=node.name)
        source.wrong(node.lineno, what, "say on its first line what is checked")
    if isinstance(node, ast.AsyncFunctionDef) or not any(map(_yields, _own_nodes(node))):
        what = Phrase("check `{name}` yields nothing", name=node.name)
        source.wrong(node.lineno, what, "yield what is to be compared")
    points = _constant(values.get("points"), 1)
    if type(points) is not int or points < 0:
        what = Phrase("points of check `{name}` are no whole number of at least 0", name=node.name)
        source.wrong(decorator.lineno, what, "write such as `points=2`")
        points = 1
    zh = next((line[3:].strip() for line in lines[1:] if line.startswith("zh:")), "")
    return CheckInfo(
        id=node.name,
        label=Text(lines[0], zh),
        points=points,
        needs=_needs(values.get("needs")),
        hidden=_constant(values.get("hidden"), False) is True,
        line=node.lineno,
    )


def _constant(node: ast.expr | None, default: object) -> object:
    if node is None:
        return default
    return node.value if isinstance(node, ast.Constant) else None


def _needs(node: ast.expr | None) -> tuple[str, ...]:
    items = node.elts if isinstance(node, ast.Tuple | ast.List) else [node]
    return tuple(
        item.value
        for item in items
        if isinstance(item, ast.Constant) and isinstance(item.value, str)
    )


def _yields(node: ast.AST) -> bool:
    return isinstance(node, ast.Yield | ast.YieldFrom)


def _own_nodes(function: _Function) -> Iterator[ast.AST]:
    """Nodes of the function's body without those of functions inside it."""
    waiting: list[ast.AST] = list(function.body)
    while waiting:
        node = waiting.pop()
        yield node
        if not isinstance(node, _Function | ast.Lambda | ast.ClassDef):
            waiting.extend(ast.iter_child_nodes(node))
