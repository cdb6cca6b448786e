"""Which statements of a notebook its entry points need. Owns the analysis; runs nothing.

A notebook also holds what was tried out: plots, tests, hours of training. A statement is needed if
it binds a name that is needed, or may change what such a name stands for; then all names that it
reads are needed, too. The analysis errs on the side of running too much:

- variables: every statement that mentions a needed one is needed, since it may change it, and so is
  one that mentions what was made of it or reads it (another name, an optimizer, a function);
- modules: what calls them for their effect does (`torch.manual_seed(0)`), unless in a loop;
- classes: what sets their attributes or passes them to a call does;
- functions and constants cannot be changed but by binding them anew.
"""

from __future__ import annotations

import ast
import dis
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from types import CodeType
from typing import Final

_READS: Final = frozenset({"LOAD_NAME", "LOAD_GLOBAL", "LOAD_FROM_DICT_OR_GLOBALS"})
_BINDS: Final = frozenset({"STORE_NAME", "DELETE_NAME", "STORE_GLOBAL", "DELETE_GLOBAL"})
_BINDS_GLOBAL: Final = frozenset({"STORE_GLOBAL", "DELETE_GLOBAL"})
_UNFORESEEABLE: Final = frozenset({"exec", "eval", "globals", "locals", "vars", "__import__"})
_LOOPS: Final = (ast.For, ast.AsyncFor, ast.While)
_DEFINITIONS: Final = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_UNCHANGING: Final = "device"  # `torch.device(…)`, which every training loop mentions


class _Kind(IntEnum):
    """What a name stands for; of several the greatest holds."""

    FIXED = 0  # a function or a constant
    MODULE = 1
    CLASS = 2
    VARIABLE = 3


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement at the top level of a cell.

    Attributes:
        cell: number of its cell.
        tree: the statement, with the line numbers of the whole source.
        code: the same, compiled.
    """

    cell: int
    tree: ast.stmt
    code: CodeType


@dataclass(slots=True)
class _Facts:
    """What one statement does at the level of the module."""

    binds: set[str] = field(default_factory=set)
    binds_when_called: set[str] = field(default_factory=set)
    reads: set[str] = field(default_factory=set)
    mentions: set[str] = field(default_factory=set)
    calls_for_effect: set[str] = field(default_factory=set)
    passes: set[str] = field(default_factory=set)
    reaches_into: set[str] = field(default_factory=set)
    imports_all: bool = False


def needed(statements: Sequence[Statement], wanted: Iterable[str]) -> list[bool]:
    """For each statement whether it is needed for the `wanted` names.

    If one of them is bound nowhere, all definitions are wanted: one of them may be meant. If names
    are bound in ways that cannot be foreseen, or too deeply nested for the analysis, everything is.
    """
    try:
        facts = [_facts_of(statement) for statement in statements]
        kinds = _kinds(statements, facts)
    except RecursionError:
        return [True] * len(statements)
    if any(each.reads & _UNFORESEEABLE for each in facts):
        return [True] * len(statements)
    behind = _behind(facts)
    touching: defaultdict[str, list[int]] = defaultdict(list)
    for number, each in enumerate(facts):
        for name in each.binds.union(_changes(each, kinds, behind)):
            touching[name].append(number)
    keep = [each.imports_all for each in facts]
    waiting = [*wanted]
    if not set().union(*(each.binds for each in facts)).issuperset(waiting):
        waiting += [each.tree.name for each in statements if isinstance(each.tree, _DEFINITIONS)]
    for each in facts:
        if each.imports_all:
            waiting += each.reads
    seen: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        for number in touching[name]:
            if not keep[number]:
                keep[number] = True
                waiting += facts[number].reads
    return keep


@dataclass(slots=True)
class _Behind:
    """What stands behind a name: names that are read, and bound, by what it is bound to."""

    reads: set[str] = field(default_factory=set)
    binds: set[str] = field(default_factory=set)


def _behind(facts: Sequence[_Facts]) -> dict[str, _Behind]:
    behind: defaultdict[str, _Behind] = defaultdict(_Behind)
    for each in facts:
        for name in each.binds:
            behind[name].reads |= each.reads
            behind[name].binds |= each.binds_when_called
    return behind


def _changes(facts: _Facts, kinds: dict[str, _Kind], behind: dict[str, _Behind]) -> Iterator[str]:
    """Names that the statement may change without binding them itself."""
    waiting, seen = [*facts.mentions], set(facts.mentions)
    while waiting:
        name = waiting.pop()
        if kinds.get(name) is _Kind.VARIABLE:
            yield name
        if name in behind:
            yield from behind[name].binds
            waiting += behind[name].reads - seen
            seen |= behind[name].reads
    for name in facts.calls_for_effect:
        if kinds.get(name) is _Kind.MODULE:
            yield name
    for name in facts.passes:
        if kinds.get(name) is _Kind.CLASS:
            yield name
    yield from facts.reaches_into


def _kinds(statements: Sequence[Statement], facts: Sequence[_Facts]) -> dict[str, _Kind]:
    kinds: dict[str, _Kind] = {}
    for statement, each in zip(statements, facts, strict=True):
        kind = _kind_of(statement.tree)
        for name in each.binds:
            kinds[name] = max(kind, kinds.get(name, kind))
    return kinds


def _kind_of(tree: ast.stmt) -> _Kind:
    """What the names that a statement binds stand for."""
    match tree:
        case ast.FunctionDef() | ast.AsyncFunctionDef():
            return _Kind.FIXED
        case ast.Import() | ast.ImportFrom():
            return _Kind.MODULE
        case ast.ClassDef():
            return _Kind.CLASS
        case ast.Assign(value=value) | ast.AnnAssign(value=ast.expr() as value):
            return _Kind.FIXED if _is_fixed(value) else _Kind.VARIABLE
        case ast.If() | ast.Try():  # imports and definitions that depend on something
            inner = [part for part in ast.iter_child_nodes(tree) if isinstance(part, ast.stmt)]
            inner += [part for way in getattr(tree, "handlers", ()) for part in way.body]
            binding = [part for part in inner if not isinstance(part, ast.Pass | ast.Expr)]
            return max(map(_kind_of, binding), default=_Kind.FIXED)
    return _Kind.VARIABLE


def _is_fixed(value: ast.expr) -> bool:
    """Whether an expression gives something that cannot change."""
    match value:
        case ast.Constant() | ast.Lambda():
            return True
        case ast.UnaryOp(operand=operand):
            return _is_fixed(operand)
        case ast.BinOp(left=left, right=right):
            return _is_fixed(left) and _is_fixed(right)
        case ast.Tuple(elts=parts):
            return all(map(_is_fixed, parts))
        case ast.IfExp(body=body, orelse=other):
            return _is_fixed(body) and _is_fixed(other)
        case ast.Call(func=ast.Attribute(attr=name)):
            return name == _UNCHANGING
    return False


def _facts_of(statement: Statement) -> _Facts:
    facts = _Facts()
    _read_code(statement.code, facts, at_top=True)
    tree = statement.tree
    facts.imports_all = isinstance(tree, ast.ImportFrom) and tree.names[0].name == "*"
    for node, in_loop in _executed(tree, in_loop=False):
        match node:
            case ast.Name(id=name, ctx=ast.Load()):
                facts.mentions.add(name)
            case ast.Expr(value=ast.Call(func=ast.Attribute() as called)) if not in_loop:
                _add_root(called, facts.calls_for_effect)
            case ast.Assign([ast.Name(id="_")], ast.Call(func=ast.Attribute() as called)):
                _add_root(called, facts.calls_for_effect)
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                for decorator in node.decorator_list:
                    _add_root(decorator, facts.passes)
            case ast.Call(args=args, keywords=keywords):
                for part in (*args, *(keyword.value for keyword in keywords)):
                    _add_root(part, facts.passes, through_calls=False)
            case (
                ast.Attribute(ctx=ast.Store() | ast.Del())
                | ast.Subscript(ctx=ast.Store() | ast.Del())
            ):
                _add_root(node, facts.reaches_into)
    return facts


def _add_root(node: ast.expr, names: set[str], *, through_calls: bool = True) -> None:
    """The name that a chain of attributes, indices and calls begins with."""
    while True:
        if isinstance(node, ast.Attribute | ast.Subscript | ast.Starred):
            node = node.value
        elif isinstance(node, ast.Call) and through_calls:
            node = node.func
        else:
            break
    if isinstance(node, ast.Name):
        names.add(node.id)


def _executed(node: ast.AST, *, in_loop: bool) -> Iterator[tuple[ast.AST, bool]]:
    """What runs when a statement does: not the bodies of functions, but their decorators."""
    stack = [(node, in_loop)]
    while stack:
        here, looped = stack.pop()
        yield here, looped
        parts: Iterable[ast.AST | None] = ast.iter_child_nodes(here)
        if isinstance(here, ast.Lambda):
            parts = [here.args]
        elif isinstance(here, ast.FunctionDef | ast.AsyncFunctionDef):
            parts = [*here.decorator_list, here.args, here.returns]
        looped = looped or isinstance(here, _LOOPS)
        stack += [(part, looped) for part in parts if part is not None]


def _read_code(code: CodeType, facts: _Facts, *, at_top: bool) -> None:
    """Global names that code reads and binds, by what it was compiled to."""
    for instruction in dis.get_instructions(code):
        if instruction.opname in _READS:
            facts.reads.add(instruction.argval)
        elif at_top and instruction.opname in _BINDS:
            facts.binds.add(instruction.argval)
        elif instruction.opname in _BINDS_GLOBAL:
            facts.binds_when_called.add(instruction.argval)
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            _read_code(constant, facts, at_top=False)
