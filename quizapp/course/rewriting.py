"""The files of an exercise in the words of a variant: checks, solutions, starter, signature.

Owns how a text is made from the base's text and a table of calls; leaves the table to `variants`.
Nothing is run, and nothing in here is known to a sandbox: what goes there are the checks, and they
hold conversions of arguments only, never a solution.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from quizapp.domain.text import Text

_WIDTH = 100
_IMPORTS_TORCH = re.compile(r"^import torch$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of a variant's function.

    Attributes:
        value: an expression over the base's parameters: what the checks pass for it.
        type: its annotation in the starter; empty for the base's, or for none.
        about: its line in the starter's docstring.
    """

    name: str
    value: str
    type: str
    about: str


@dataclass(frozen=True, slots=True)
class Call:
    """How a variant's entry point is the base's.

    Attributes:
        base: what the base calls it.
        name: what the variant calls it.
        known: the base's parameters, in order; empty for a class, which only has another name.
        parameters: the variant's, in order.
        value: an expression over the variant's parameters that calls the base's entry point: what
            the variant returns.
        before: the same, but without any conversion: what the base's solution comes to when it is
            only given the new names; empty where that cannot be told.
        type, about: annotation and docstring line of what is returned.
        summary: first line of the starter's docstring.
    """

    base: str
    name: str
    known: tuple[str, ...] = ()
    parameters: tuple[Parameter, ...] = ()
    value: str = ""
    before: str = ""
    type: str = ""
    about: str = ""
    summary: str = ""

    @property
    def converts(self) -> bool:
        """Whether it is a function whose arguments are given in another way."""
        return bool(self.value)

    @property
    def names(self) -> str:
        """The variant's parameters as they stand between the brackets."""
        return ", ".join(parameter.name for parameter in self.parameters)


def checks_of(
    source: str,
    calls: Sequence[Call],
    code: str,
    labels: Mapping[str, Text],
    without: Collection[str],
) -> str:
    """The text of `checks.py` with each check asking for the variant's entry points.

    A check's own code stays: what it knows as the base's function is made of the variant's first.

    Args:
        source: the base's, which is Python.
        calls: entry points that have other names.
        code: helpers that expressions in `calls` use.
        labels: check -> label instead of its own.
        without: checks that are left out.
    """
    tree = ast.parse(source)
    tree.body = [node for node in tree.body if getattr(node, "name", None) not in without]
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and any(map(_is_check, node.decorator_list)):
            _ask_for(node, calls)
            if node.name in labels:
                text = labels[node.name]
                node.body[0] = ast.Expr(ast.Constant(f"{text.en}\n\nzh: {text.zh}\n"))
    made = [_maker(call) for call in calls if call.converts]
    values = [parameter.value for call in calls for parameter in call.parameters]
    return "\n\n\n".join([ast.unparse(tree), *_helpers(source, code, values), *made]) + "\n"


def solution_of(source: str, calls: Sequence[Call], code: str) -> str:
    """A solution of the base, right or wrong, as one of the variant."""
    text = renamed(source, [call for call in calls if not call.converts])
    around = [_around(call) for call in calls if call.converts]
    values = [call.value for call in calls if call.converts]
    return "\n\n\n".join([text.rstrip("\n"), *_helpers(text, code, values), *around]) + "\n"


def as_before(source: str, calls: Sequence[Call]) -> str:
    """The base's solution under the variant's names: what someone submits who kept it."""
    text = renamed(source, [call for call in calls if not call.converts])
    made = [
        f"def {call.name}({call.names}):\n    return {call.before}"
        if call.before
        else f"{call.name} = {call.base}"
        for call in calls
        if call.converts
    ]
    return "\n\n\n".join([text.rstrip("\n"), *made]) + "\n"


def starter_of(source: str, calls: Sequence[Call], header: str) -> str:
    """The starter with the variant's functions in place of the base's, below a comment line."""
    lines = source.split("\n")
    for node in reversed(ast.parse(source).body):
        for call in calls:
            if call.converts and isinstance(node, ast.FunctionDef) and node.name == call.base:
                first = min([node.lineno, *(part.lineno for part in node.decorator_list)])
                lines[first - 1 : node.end_lineno] = _stub(call, node).split("\n")
    text = renamed("\n".join(lines), [call for call in calls if not call.converts])
    return f"{header}\n{text}"


def signature_of(signature: str, calls: Sequence[Call]) -> str:
    """The signature that people are shown, such as `class Net(nn.Module); train(model, images)`."""
    parts = signature.split(";")
    for place, part in enumerate(parts):
        for call in calls:
            if call.converts and re.match(rf"\s*{call.base}\s*\(", part):
                space = part[: len(part) - len(part.lstrip())]
                parts[place] = f"{space}{call.name}({call.names})"
    return renamed(";".join(parts), [call for call in calls if not call.converts])


def renamed(text: str, calls: Sequence[Call]) -> str:
    """`text` with each entry point, as a whole word, under its other name."""
    for call in calls:
        text = re.sub(rf"\b{call.base}\b", call.name, text)
    return text


def _is_check(decorator: ast.expr) -> bool:
    target = decorator.func if isinstance(decorator, ast.Call) else decorator
    name = target.attr if isinstance(target, ast.Attribute) else getattr(target, "id", "")
    return name == "check"


def _ask_for(node: ast.FunctionDef, calls: Sequence[Call]) -> None:
    """Let a check ask for the variant's entry points, and make the base's of them."""
    made: list[ast.stmt] = []
    for call in calls:
        for argument in [*node.args.args, *node.args.kwonlyargs]:
            if argument.arg == call.base:
                argument.arg = call.name
                value = f"{_maker_name(call)}({call.name})" if call.converts else call.name
                made += ast.parse(f"{call.base} = {value}").body
    node.body[1:1] = made  # a check has a docstring first


def _maker_name(call: Call) -> str:
    return f"_{call.base}_of_{call.name}"


def _maker(call: Call) -> str:
    """What makes of the variant's function one that is called as the base's."""
    values = ", ".join(parameter.value for parameter in call.parameters)
    return (
        f"def {_maker_name(call)}({call.name}):\n"
        f"    def {call.base}({', '.join(call.known)}):\n"
        f"        return {call.name}({values})\n"
        f"    {call.base}.__wrapped__ = {call.name}\n"  # executed lines are counted in its file
        f"    return {call.base}"
    )


def _around(call: Call) -> str:
    """The variant's function, made of the base's."""
    return f'def {call.name}({call.names}):\n    """{call.summary}"""\n    return {call.value}'


def _helpers(source: str, code: str, expressions: Iterable[str]) -> Iterator[str]:
    """Those helpers that the expressions use, below an import of torch where they need one."""
    used = {name for text in expressions for name in names_in(ast.parse(text))}
    kept: list[str] = []
    for node in reversed(ast.parse(code).body):  # a helper uses what stands above it
        name = getattr(node, "name", None)
        if name is None or name in used:
            kept.insert(0, ast.get_source_segment(code, node) or "")
            used |= names_in(node)
    if "torch" in used and not _IMPORTS_TORCH.search(f"{source}\n{code}"):
        yield "import torch"
    yield from kept


def names_in(tree: ast.AST) -> set[str]:
    """The names that a piece of code gives or uses."""
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}


def _stub(call: Call, base: ast.FunctionDef) -> str:
    """The function that the learner completes."""
    annotations = {arg.arg: ast.unparse(arg.annotation) for arg in base.args.args if arg.annotation}
    typed = bool(annotations) or base.returns is not None
    head = [
        f"{each.name}: {each.type or annotations.get(each.value, 'Tensor')}" if typed else each.name
        for each in call.parameters
    ]
    returns = call.type or (ast.unparse(base.returns) if base.returns else "")
    arrow = f" -> {returns}" if typed and returns else ""
    first = f"def {call.name}({', '.join(head)}){arrow}:"
    if len(first) > _WIDTH:
        first = f"def {call.name}(\n    {', '.join(head)}\n){arrow}:"
    about = {each.name: each.about for each in call.parameters if each.about}
    about |= {"returns": call.about} if call.about else {}
    width = max(map(len, about), default=0) + 1
    lines = [f"    {f'{name}:':<{width}} {text}" for name, text in about.items()]
    docstring = "\n".join([f'    """{call.summary}', "", *lines, '    """'])
    if not lines:
        docstring = f'    """{call.summary}"""'
    return f"{first}\n{docstring}\n    raise NotImplementedError"
