"""The variants of an exercise: `variants:` of `exercise.yaml`.

Owns the form of that table and what it must agree on with the other files; leaves making the texts
of a variant to `rewriting`. Whether a variant can be solved, and whether the old solution fails it,
is for the audit to find out.
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from quizapp.course import rewriting
from quizapp.course.checks import CheckInfo
from quizapp.course.rewriting import Call, Parameter, names_in
from quizapp.course.source import (
    OF,
    QUOTED,
    Place,
    Source,
    parse_python,
    shortened,
    suggestion,
    told,
)
from quizapp.course.tree import Node, Scalar, Table
from quizapp.course.values import (
    Fields,
    as_items,
    as_name,
    as_slug,
    as_string,
    as_table,
    as_text,
    as_texts,
)
from quizapp.domain.exercises import AS_BEFORE, BASE, Exercise, NearMiss
from quizapp.domain.text import Text
from quizapp.errors import Phrase, as_phrase

_KEYS = (
    "name",
    "change",
    "task",
    "hints",
    "code",
    "calls",
    "labels",
    "near_misses",
    "without",
    "fails",
    "cards",
)
_CALL_KEYS = ("name", "summary", "parameters", "is", "returns")
_KNOWN = frozenset({*dir(builtins), "torch"})
_EMPTY = Text("", "")


def header(slug: str, variant: str) -> str:
    """The comment line that says which variant a file is a solution of."""
    return f"# quizapp: exercise {slug}, variant {variant}"


def read_variants(
    source: Source, node: Node, exercise: Exercise, checks: Mapping[str, CheckInfo]
) -> tuple[tuple[Exercise, ...], list[tuple[int, str]]]:
    """The variants of a sound exercise; what is wrong is noted in `source`.

    Returns:
        The variants that are right, and (line, card id) of every reference to a card.
    """
    found: dict[str, Exercise] = {}
    cards: list[tuple[int, str]] = []
    for item in as_items(source, node, "`variants` of the exercise"):
        errors = len(source.errors)
        table = as_table(source, item, "a variant")
        if table is None:
            continue
        reader = _Reader(source, table, exercise, checks)
        variant = reader.variant()
        cards += reader.cards
        if variant.variant in found:
            line = table.lines.get("name", table.line)
            source.wrong(
                line,
                Phrase("variant `{variant}` stands twice", variant=variant.variant),
                "rename one",
            )
        if len(source.errors) == errors:
            found[variant.variant] = variant
    return tuple(found.values()), cards


class _Reader:
    """Reads one variant.

    Args:
        exercise: the base.
        checks: of the base.
    """

    def __init__(
        self, source: Source, table: Table, exercise: Exercise, checks: Mapping[str, CheckInfo]
    ) -> None:
        self._source = source
        name = table.entries.get("name")
        shown: Place = "a variant"
        if isinstance(name, Scalar):
            shown = ("variant `{name}`", shortened(name.value), "")
        self._fields = Fields(source, table, shown, _KEYS)
        self._base = exercise
        self._checks = checks
        self._misses = {miss.name: miss for miss in exercise.near_misses}
        self.cards: list[tuple[int, str]] = []

    def variant(self) -> Exercise:
        """The variant; only to be used where no error was noted."""
        fields, base = self._fields, self._base
        errors = len(self._source.errors)
        name = fields.read("name", as_slug, required=True) or ""
        if name == BASE:
            self._source.wrong(
                fields.line_of("name"),
                Phrase("`{name}` is the exercise itself", name=BASE),
                "rename",
            )
        change = fields.read("change", as_text, required=True) or _EMPTY
        task = fields.read("task", as_text, required=True) or _EMPTY
        hints = fields.read("hints", as_texts) or base.hints
        code = fields.python("code") or ""
        if len(self._source.errors) > errors:
            code = ""
        calls = self._calls(code)
        labels = self._labels()
        without = self._without()
        misses = self._near_misses(without)
        fields.find("fails", required=True)
        fails = self._checks_in(fields, without)
        lines = self._fields.words("cards", as_string)
        self.cards += [(line, card) for card, line in lines.items()]
        if len(self._source.errors) > errors:
            return replace(base, variant=name)
        before = NearMiss(
            AS_BEFORE,
            rewriting.as_before(base.solution, calls),
            Text(
                f"You solve the task as it was before. {change.en}",
                f"你解的还是原来的题目。{change.zh}",
            ),
            tuple(lines),
            fails,
        )
        return replace(
            base,
            variant=name,
            change=change,
            task=task,
            hints=hints,
            entry_points=tuple(_new_name(entry, calls) for entry in base.entry_points),
            signature=rewriting.signature_of(base.signature, calls),
            starter=rewriting.starter_of(base.starter, calls, header(base.slug, name)),
            solution=rewriting.solution_of(base.solution, calls, code),
            checks=rewriting.checks_of(base.checks, calls, code, labels, without),
            near_misses=(
                *(
                    replace(miss, source=rewriting.solution_of(miss.source, calls, code))
                    for miss in misses
                ),
                before,
            ),
            check_concepts={
                check: cards for check, cards in base.check_concepts.items() if check not in without
            },
        )

    # -- calls --------------------------------------------------------------------------------

    def _calls(self, code: str) -> tuple[Call, ...]:
        fields = self._fields
        table = fields.read("calls", as_table, required=True)
        helpers = _defined(code)
        self._refuse_taken(helpers, fields.line_of("code"), "`code` defines", used=False)
        calls = []
        for base, node in table.entries.items() if table else ():
            line = table.lines[base] if table else 0
            if base not in self._base.entry_points:
                remedy = suggestion(base, self._base.entry_points, "name one of `entry_points`")
                self._source.wrong(
                    line, Phrase("`{base}` is no entry point", base=shortened(base)), remedy
                )
                continue
            inner = as_table(self._source, node, (OF, base, (QUOTED, "calls", "")))
            if inner is not None:
                calls.append(self._call(base, inner, helpers))
        names = [call.name for call in calls if call.name]
        self._refuse_taken(names, fields.line_of("calls"), "the new name is", used=True)
        if table is not None and len(names) == len(calls) and not names:
            self._source.wrong(table.line, "no entry point has another name", "give it one")
        return tuple(calls)

    def _call(self, base: str, table: Table, helpers: Collection[str]) -> Call:
        fields = Fields(self._source, table, (OF, base, (QUOTED, "calls", "")), _CALL_KEYS)
        name = fields.read("name", as_name, required=True) or ""
        node = fields.read("parameters", as_table)
        if node is None:
            for key in ("is", "returns"):
                if key in fields:
                    line = fields.line_of(key)
                    self._source.wrong(
                        line, Phrase("`{key}` needs `parameters`", key=key), "write them, too"
                    )
            return Call(base, name)
        known = _parameters_of(self._base.solution, base)
        if known is None:
            what = Phrase(
                "`{base}` of the solution is no function with plain parameters", base=base
            )
            self._source.wrong(node.line, what, "leave its `parameters` out")
            return Call(base, name)
        parameters = self._parameters(node, {*known, *helpers})
        returns = self._about(fields, "returns")
        before = _without_conversions(base, known, parameters)
        return Call(
            base,
            name,
            known,
            parameters,
            self._value(base, fields, known, parameters, helpers),
            before,
            returns.get("type", ""),
            returns.get("about", ""),
            fields.string("summary", required=True),
        )

    def _parameters(self, table: Table, known: Collection[str]) -> tuple[Parameter, ...]:
        found = []
        for name, node in table.entries.items():
            as_name(self._source, Scalar(name, node.line, "str", False, False), "a parameter")
            what: Place = ("parameter `{name}`", shortened(name), "")
            inner = as_table(self._source, node, what)
            if inner is None:
                continue
            fields = Fields(self._source, inner, what, ("is", "type", "about"))
            if "is" not in fields and name not in known:
                remedy = "write `is:` with an expression over the base's parameters"
                self._source.wrong(
                    inner.line, Phrase("nothing says what {what} is", what=told(what)), remedy
                )
            value = self._expression(fields.find("is"), (OF, "is", what), known) or name
            about = fields.string("about", required=True)
            found.append(Parameter(name, value, fields.string("type"), about))
        return tuple(found)

    def _value(
        self,
        base: str,
        fields: Fields,
        known: Sequence[str],
        parameters: Sequence[Parameter],
        helpers: Collection[str],
    ) -> str:
        """What the new function returns; where parameters are only renamed, nothing need be said.

        It is an expression that calls the base's function.
        """
        node = fields.find("is")
        names = {each.value: each.name for each in parameters}
        if node is None:
            lacking = next((name for name in known if name not in names), "")
            if lacking:
                what = Phrase("nothing says what the base's `{lacking}` is", lacking=lacking)
                remedy = Phrase(
                    "write `is: {base}(…)`, an expression over the new parameters", base=base
                )
                self._source.wrong(fields.line, what, remedy)
            return f"{base}({', '.join(names.get(name, name) for name in known)})"
        inner = {*(each.name for each in parameters), *helpers, base}
        value = self._expression(node, "`is`", inner) or ""
        if value and base not in names_in(ast.parse(value)):
            remedy = Phrase("call `{base}` in it", base=base)
            self._source.wrong(
                node.line, Phrase("`is` does not use the base's `{base}`", base=base), remedy
            )
        return value

    def _about(self, fields: Fields, key: str) -> dict[str, str]:
        table = fields.read(key, as_table, required=True)
        if table is None:
            return {}
        inner = Fields(self._source, table, (QUOTED, key, ""), ("type", "about"))
        about = inner.string("about", required=True)
        return {"type": inner.string("type"), "about": about}

    def _expression(self, node: Node | None, what: Place, known: Collection[str]) -> str | None:
        """An expression, on one line, that uses no names but `known` ones."""
        text = None if node is None else as_string(self._source, node, what)
        if text is None or node is None:
            return None
        try:
            tree = parse_python(text, "eval")
        except SyntaxError as error:
            self._source.wrong(
                node.line,
                Phrase("{what} is no expression: {reason}", what=told(what), reason=error.msg),
                "mend it",
            )
            return None
        names = [part for part in ast.walk(tree) if isinstance(part, ast.Name)]
        bound = {part.id for part in names if isinstance(part.ctx, ast.Store)}
        bound |= {part.arg for part in ast.walk(tree) if isinstance(part, ast.arg)}
        for part in names:
            if part.id not in bound and part.id not in known and part.id not in _KNOWN:
                remedy = suggestion(part.id, known, "define it in `code`")
                self._source.wrong(
                    node.line,
                    Phrase("{what} uses an unknown `{name}`", what=told(what), name=part.id),
                    remedy,
                )
        return ast.unparse(tree)

    def _refuse_taken(self, names: Iterable[str], line: int, what: str, *, used: bool) -> None:
        """A new name must not mean something in the base's files already.

        Args:
            names: the new ones.
            line: where they stand.
            what: what is said of them.
            used: whether checks may not use them inside their functions, either.
        """
        base = self._base
        taken = {"checks.py": _used(base.checks) if used else _defined(base.checks)}
        taken |= {as_phrase("the solution"): _defined(base.solution)}
        for miss in base.near_misses:
            taken[Phrase("near miss {name}", name=miss.name)] = _defined(miss.source)
        for name in names:
            where = next((where for where, known in taken.items() if name in known), "")
            if where:
                remedy = "take another name"
                self._source.wrong(
                    line,
                    Phrase(
                        "{what} `{name}`, which {where} has, too",
                        what=told(what),
                        name=name,
                        where=where,
                    ),
                    remedy,
                )

    # -- what else is different -----------------------------------------------------------------

    def _labels(self) -> dict[str, Text]:
        table = self._fields.read("labels", as_table)
        found: dict[str, Text] = {}
        for name, node in table.entries.items() if table else ():
            if name not in self._checks:
                remedy = suggestion(name, self._checks, "name a check of the base")
                self._source.wrong(
                    node.line, Phrase("`{name}` is no check", name=shortened(name)), remedy
                )
            text = as_text(self._source, node, (OF, shortened(name), (QUOTED, "labels", "")))
            found[name] = text or _EMPTY
        return found

    def _near_misses(self, without: Collection[str]) -> list[NearMiss]:
        """Those that stay, with what is said of them here."""
        table = self._fields.read("near_misses", as_table)
        changed: dict[str, NearMiss] = {}
        for name, node in table.entries.items() if table else ():
            what: Place = ("near miss `{name}`", shortened(name), "")
            if name not in self._misses or name in without:
                known = set(self._misses) - set(without)
                remedy = suggestion(name, known, "name one that is not left out")
                self._source.wrong(node.line, Phrase("there is no {what}", what=told(what)), remedy)
                continue
            inner = as_table(self._source, node, what)
            if inner is None:
                continue
            fields = Fields(self._source, inner, what, ("diagnosis", "fails"))
            miss = self._misses[name]
            text = fields.read("diagnosis", as_text) or miss.diagnosis
            fails = self._checks_in(fields, without) or miss.fails
            changed[name] = replace(miss, diagnosis=text, fails=fails)
        found = []
        for name in self._misses:
            miss = changed.get(name, self._misses[name])
            fails = tuple(check for check in miss.fails if check not in without)
            if name not in without and not fails:
                line = self._fields.line_of("without")
                what = Phrase("near miss `{name}` fails nothing that is left", name=name)
                self._source.wrong(line, what, "leave it out, too")
            elif name not in without:
                found.append(replace(miss, fails=fails))
        return found

    def _without(self) -> frozenset[str]:
        lines = self._fields.words("without", as_string)
        for name, line in lines.items():
            if name not in self._checks and name not in self._misses:
                remedy = suggestion(name, [*self._checks, *self._misses], "look at its name")
                self._source.wrong(
                    line,
                    Phrase("`{name}` is neither a check nor a near miss", name=shortened(name)),
                    remedy,
                )
        kept = {name: check for name, check in self._checks.items() if name not in lines}
        line = self._fields.line_of("without")
        if not kept:
            self._source.wrong(line, "no check is left", "leave some in")
        for name, check in kept.items():
            for need in check.needs:
                if need in lines:
                    self._source.wrong(
                        line,
                        Phrase("`{name}` needs `{need}`", name=name, need=need),
                        Phrase("leave out `{name}`, too", name=name),
                    )
        return frozenset(lines)

    def _checks_in(self, fields: Fields, without: Collection[str]) -> tuple[str, ...]:
        """The checks that `fails:` names."""
        lines = fields.words("fails", as_string)
        for name, line in lines.items():
            if name not in self._checks or name in without:
                known = set(self._checks) - set(without)
                remedy = suggestion(name, known, "name one that is not left out")
                self._source.wrong(
                    line, Phrase("`{name}` is no check of it", name=shortened(name)), remedy
                )
        return tuple(lines)


def _without_conversions(base: str, known: Sequence[str], parameters: Sequence[Parameter]) -> str:
    """A call of the base's function with the new parameters as they are; empty if it is unclear."""
    found = {each.value: each.name for each in parameters if each.value in known}
    for name in known:
        using = [each.name for each in parameters if name in names_in(ast.parse(each.value))]
        if name not in found and len(using) == 1:
            found[name] = using[0]
    if set(found) != set(known):
        return ""
    return f"{base}({', '.join(found[name] for name in known)})"


def _new_name(entry: str, calls: Iterable[Call]) -> str:
    return next((call.name for call in calls if call.base == entry), entry)


def _parameters_of(source: str, name: str) -> tuple[str, ...] | None:
    """The parameters of a function at the top of a file; None for anything but plain ones."""
    for node in ast.parse(source).body:
        if isinstance(node, ast.FunctionDef) and node.name == name:
            given = node.args
            if given.vararg or given.kwarg or given.kwonlyargs or given.defaults:
                return None
            return tuple(each.arg for each in [*given.posonlyargs, *given.args])
    return None


def _defined(code: str) -> set[str]:
    """What statements at the top define, imports left out."""
    found: set[str] = set()
    for node in ast.parse(code).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            found.add(node.name)
        for target in node.targets if isinstance(node, ast.Assign) else []:
            found |= {each.id for each in ast.walk(target) if isinstance(each, ast.Name)}
    return found


def _used(text: str) -> set[str]:
    """Every name that a file gives or uses."""
    found = _defined(text)
    tree = ast.parse(text)
    found |= names_in(tree)
    found |= {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}
    return found
