"""LaTeX math as Unicode. Owns the structure of a formula; the characters come from `unicodeit`.

A terminal has one line, so a fraction becomes a/b with the brackets it needs, a matrix [a b; c d],
and an index that Unicode has no character for stays an index: x_F, x_(max). What is not understood
is shown as it was written, never dropped and never an error.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

_TOKEN = re.compile(r"\\[A-Za-z]+\*?|\\.|[ \t\n]+|.", re.DOTALL)

_RELATION = re.compile(r"(?<=[^\s(]) *([=∈∉∩∪×≤≥≠≈→←⇒∼≪≫≡∝⊂⊆<>]) *")
_ATOM = re.compile(r"[\w\u0300-\u036f\u20d0-\u20ff]+")
_TIGHT = frozenset(["partial", "nabla", "Delta", "delta", "lfloor", "lceil", "langle"])
_CLOSING = frozenset(["", "}", ")", "]", ",", ".", ";", "&", "=", "+", "-", "|", "^"]) | {
    rf"\{name}" for name in ["right", "end", "\\", "rfloor", "rceil", "rangle", "|", "rVert"]
}
_WORDS = frozenset(
    [
        "log",
        "ln",
        "exp",
        "max",
        "min",
        "sup",
        "inf",
        "lim",
        "sin",
        "cos",
        "tan",
        "sinh",
        "cosh",
        "tanh",
        "arg",
        "argmax",
        "argmin",
        "det",
        "dim",
        "ker",
        "gcd",
        "Pr",
        "deg",
        "diag",
        "softmax",
        "sigmoid",
        "ReLU",
        "rank",
        "tr",
        "sgn",
        "sign",
        "mod",
    ]
)
_SPACES = {",": " ", ";": " ", ":": " ", " ": " ", "quad": "  ", "qquad": "   ", "!": "", "/": ""}
_DROPPED = frozenset(
    [
        "left",
        "right",
        "middle",
        "big",
        "Big",
        "bigg",
        "Bigg",
        "bigl",
        "bigr",
        "Bigl",
        "Bigr",
        "biggl",
        "biggr",
        "displaystyle",
        "textstyle",
        "limits",
        "nolimits",
        "boldsymbol",
        "bm",
        "mathrm",
        "mathit",
        "mathsf",
        "rm",
        "bf",
        "it",
        "mathstrut",
        "strut",
    ]
)
_VERBATIM = frozenset(
    ["text", "textbf", "textit", "textrm", "texttt", "mathtt", "operatorname", "operatorname*"]
)
_LETTERS = frozenset(["mathbb", "mathcal", "mathfrak", "mathscr", "mathbf"])
_FRACTIONS = frozenset(["frac", "dfrac", "tfrac", "cfrac"])
_VULGAR = {("1", "2"): "½", ("1", "3"): "⅓", ("2", "3"): "⅔", ("1", "4"): "¼", ("3", "4"): "¾"}
_OVERRIDES = {
    "dots": "…",
    "lVert": "‖",
    "rVert": "‖",
    "Vert": "‖",
    "lvert": "|",
    "rvert": "|",
    "vert": "|",
    "mid": "|",
    "lbrace": "{",
    "rbrace": "}",
    "langle": "⟨",
    "rangle": "⟩",
    "ast": "∗",
    "epsilon": "ε",
    "top": "ᵀ",
    "intercal": "ᵀ",
    "implies": "⇒",
    "colon": ":",
    "to": "→",
    "bmod": " mod ",
    "backslash": "\\",
    "checkmark": "✓",
    "bar": "̄",
    "overline": "̄",
}
_BRACKETS = {"matrix": "[]", "bmatrix": "[]", "pmatrix": "()", "vmatrix": "||", "Vmatrix": "‖‖"}


@lru_cache(maxsize=512)
def to_unicode(source: str) -> str:
    """The formula `source` (LaTeX without its dollars) in Unicode, on one line."""
    spaced = _RELATION.sub(r" \1 ", _Formula(source).group(""))
    return re.sub(r" (?=[ ⌋⌉])", "", spaced).strip()


@lru_cache(maxsize=1)
def _tables() -> tuple[dict[str, str], dict[str, str], dict[str, str]]:
    """Commands, combining marks and scripts (`^2`, `_i`), by what is written in LaTeX."""
    from unicodeit import data  # 15 ms, only for a card that has math

    marks = {command[1:]: mark for command, mark in data.COMBININGMARKS}
    scripts = dict(data.SUBSUPERSCRIPTS)
    for key in ("^V", "^.", "^∫", "^*", "^<", "^>", "_<", "_>"):
        scripts.pop(key, None)  # look-alikes that read worse than the plain form
    scripts |= {
        "^ᵀ": "ᵀ",
        "^′": "′",
        "^∗": "*",
        "^V": "ⱽ",
        "^ ": "",
        "_ ": "",
        "_,": ",",
        "^⊤": "ᵀ",
    }
    return dict(data.REPLACEMENTS), marks, scripts


class _Formula:
    """A reader of one formula; each method takes what it reads off the tokens."""

    def __init__(self, source: str) -> None:
        self.tokens = _TOKEN.findall(source)
        self.at = 0

    def peek(self) -> str:
        return self.tokens[self.at] if self.at < len(self.tokens) else ""

    def ahead(self) -> str:
        """The next token that is no space, without taking it."""
        return next((token for token in self.tokens[self.at :] if not token.isspace()), "")

    def next(self) -> str:
        token = self.peek()
        self.at += 1
        return token

    def group(self, closing: str) -> str:
        """Everything up to the token `closing`, or to the end."""
        shown: list[str] = []
        while token := self.next():
            if token == closing:
                break
            shown.append(self.shown(token))
        return "".join(shown)

    def shown(self, token: str) -> str:
        if token in ("^", "_"):
            return self.script(token)
        if token == "{":
            return self.group("}")
        if token.startswith("\\") and len(token) > 1:
            return self.command(token[1:])
        if token.isspace() or token == "~":
            return " "
        return {"-": "−", "'": "′", "}": "", "&": " "}.get(token, token)

    def argument(self) -> str:
        """The next group or token, as Unicode."""
        while self.peek().isspace():
            self.next()
        token = self.next()
        return self.shown(token) if token else ""

    def verbatim(self) -> str:
        """The next group as it is written."""
        if self.peek() != "{":
            return self.next()
        self.next()
        raw, depth = [], 1
        while token := self.next():
            depth += {"{": 1, "}": -1}.get(token, 0)
            if depth == 0:
                break
            raw.append(token[1:] if token in (r"\_", r"\%", r"\&", r"\#", r"\ ") else token)
        return "".join(raw)

    def script(self, kind: str) -> str:
        inner = self.argument().strip()
        if not inner:
            return kind
        scripts = _tables()[2]
        small = [scripts.get(kind + character) for character in inner.replace(" ", "")]
        if all(character is not None for character in small):
            return "".join(character or "" for character in small)
        return f"{kind}{inner}" if len(inner) == 1 or inner.isalnum() else f"{kind}({inner})"

    def command(self, name: str) -> str:
        structure: dict[str, Callable[[], str]] = {
            "sqrt": self.root,
            "begin": self.environment,
            "binom": lambda: f"C({self.argument()}, {self.argument()})",
            "pmod": lambda: f" (mod {self.argument()})",
            "\\": lambda: "; ",
            "tag": lambda: f"  ({self.argument()})",
        }
        if name in structure:
            return structure[name]()
        if name in _FRACTIONS:
            return self.fraction()
        if name in _VERBATIM:
            return self.verbatim()
        if name in _LETTERS:
            return self.letters(name)
        if name in _DROPPED:
            return self.delimiter() if name in ("left", "right", "middle") else ""
        return self.symbol(name)

    def delimiter(self) -> str:
        if self.peek() == ".":
            self.next()
        return ""

    def fraction(self) -> str:
        above, below = self.argument().strip(), self.argument().strip()
        vulgar = _VULGAR.get((above, below))
        if vulgar:
            return vulgar
        gap = "" if self.ahead() in _CLOSING else " "  # so that 1/n ∑ is not read as 1/(n∑)
        return f"{_bracketed(above)}/{_bracketed(below, divisor=True)}{gap}"

    def root(self) -> str:
        degree = ""
        if self.peek() == "[":
            self.next()
            degree = self.group("]").strip()
        inner = self.argument().strip()
        sign = {"": "√", "2": "√", "3": "∛", "4": "∜"}.get(degree)
        inner = inner if re.fullmatch(_ATOM, inner) else f"({inner})"
        return f"{sign}{inner}" if sign else f"{inner}^(1/{degree})"

    def letters(self, alphabet: str) -> str:
        inner = self.argument()
        if alphabet == "mathbf":  # bold mathematical letters are missing in many terminal fonts
            return inner
        commands = _tables()[0]
        return "".join(commands.get(f"\\{alphabet}{{{letter}}}", letter) for letter in inner)

    def environment(self) -> str:
        name = self.verbatim()
        depth, rows, row = 1, [], [""]
        while token := self.next():
            if token == r"\begin":
                self.at -= 1
                row[-1] += self.shown(self.next())
                continue
            if token == r"\end":
                self.verbatim()
                depth -= 1
                break
            if token == "&":
                row.append("")
            elif token == r"\\":
                rows.append(row)
                row = [""]
            else:
                row[-1] += self.shown(token)
        rows.append(row)
        between = ", " if name == "cases" else " "
        lines = [between.join(cell.strip(" ,") for cell in cells).strip() for cells in rows]
        inner = "; ".join(line for line in lines if line)
        if name == "cases":
            return f"{{ {inner}"
        pair = _BRACKETS.get(name, "")
        return f"{pair[0]}{inner}{pair[1]}" if pair else inner

    def symbol(self, name: str) -> str:
        commands, marks, _ = _tables()
        if name in _SPACES:
            return _SPACES[name]
        if name in _WORDS:
            return name
        if name in marks or name in ("overline", "widehat", "widetilde"):
            return self.accent(name, marks)
        if name in _OVERRIDES:
            return _OVERRIDES[name]
        if not name.isalpha():
            return "‖" if name == "|" else name
        if name in _TIGHT and self.peek().isspace():
            self.next()
        if f"\\{name}" in commands:
            return commands[f"\\{name}"]
        return f"\\{name}{{{self.argument()}}}" if self.peek() == "{" else f"\\{name}"

    def accent(self, name: str, marks: dict[str, str]) -> str:
        inner = self.argument().strip()
        mark = _OVERRIDES.get(name) or marks.get(name.removeprefix("wide"), "")
        if len(inner) != 1:
            return f"{name}({inner})" if inner else mark
        import unicodedata

        return unicodedata.normalize("NFC", inner + mark)


def _bracketed(part: str, *, divisor: bool = False) -> str:
    """`part` in brackets where a fraction on one line would otherwise read differently."""
    if _ATOM.fullmatch(part):
        return part
    depth = 0
    for index, character in enumerate(part):
        depth += {"(": 1, "[": 1, ")": -1, "]": -1}.get(character, 0)
        loose = " +−/" + ("⋅·×*" if divisor else "")
        if depth == 0 and character in loose and not (index == 0 and character == "−"):
            return f"({part})"
    return f"({part})" if divisor and not _is_call(part) else part


def _is_call(part: str) -> bool:
    """Whether `part` is one symbol, one call or one pair of bars: `∂w`, `σ(x)`, `‖x‖`, `x²ᵢ`."""
    return bool(
        re.fullmatch(r"[^\W\d]*\([^()]*\)|‖[^‖]+‖\S*|\|[^|]+\||[∂∇d]?\w[^\w\s(]*|\w+", part)
    )
