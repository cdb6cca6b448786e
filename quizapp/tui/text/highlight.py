"""Python in colour. Owns a lexer that is just good enough to read by.

A regular expression in place of Pygments: that takes 40 ms to import, a tenth of a first paint,
and a card's snippet is a dozen lines. The editor of an exercise uses tree-sitter instead.
"""

from __future__ import annotations

import builtins
import keyword
import re

from textual.content import Content, Span

_LEXER = re.compile(
    r"(?P<comment>\#[^\n]*)"
    r"|(?P<string>\b[rbfuRBFU]{0,2}(?:'''.*?(?:'''|\Z)|\"\"\".*?(?:\"\"\"|\Z)"
    r"|'(?:\\.|[^'\\\n])*'?|\"(?:\\.|[^\"\\\n])*\"?)|(?:'''.*?(?:'''|\Z)|\"\"\".*?(?:\"\"\"|\Z)"
    r"|'(?:\\.|[^'\\\n])*'?|\"(?:\\.|[^\"\\\n])*\"?))"
    r"|(?P<decorator>(?m:^)[ \t]*@[\w.]+)"
    r"|(?P<number>\b(?:0[xXbBoO][\da-fA-F_]+|(?:\d[\d_]*)?\.?\d[\d_]*(?:[eE][+-]?\d+)?j?)\b\.?)"
    r"|(?P<defined>(?<=\bdef )\w+|(?<=\bclass )\w+)"
    r"|(?P<call>\b[A-Za-z_]\w*(?=\())"
    r"|(?P<name>\b[A-Za-z_]\w*)",
    re.DOTALL,
)
STYLES = {
    "comment": "$quiet italic",
    "string": "$text-success",
    "decorator": "$text-accent",
    "number": "$text-warning",
    "defined": "bold $text-primary",
    "call": "$text-primary",
    "keyword": "$text-accent",
    "constant": "$text-warning",
    "builtin": "$text-secondary",
}
"""Kind of token -> style, in the theme's own variables, so that a change of theme recolours it."""

_CONSTANTS = frozenset({"None", "True", "False"})
_KEYWORDS = (frozenset(keyword.kwlist) | {"match", "case"}) - _CONSTANTS
_BUILTINS = frozenset(dir(builtins)) - _CONSTANTS


def _kind(match: re.Match[str]) -> str:
    kind = match.lastgroup or "name"
    word = match[0]
    if kind not in ("name", "call"):
        return kind
    if word in _CONSTANTS:
        return "constant"
    if word in _KEYWORDS:
        return "keyword"
    return "builtin" if kind == "name" and word in _BUILTINS else kind


def highlight_python(code: str) -> Content:
    """`code` as Content, coloured by the theme; broken code is coloured as far as it goes."""
    spans = [
        Span(match.start(), match.end(), STYLES[kind])
        for match in _LEXER.finditer(code)
        if (kind := _kind(match)) in STYLES
    ]
    return Content(code, spans)
