"""HTML of foreign cards as Markdown. Owns what is kept of it: text, emphasis, code, math, lists.

Everything else goes: scripts and styles with what they hold, other tags and all attributes without.
Text that Markdown would take for a mark is escaped, so that it shows as it did. MathJax and Anki's
LaTeX become `$…$`, Anki's cloze marks ours, which stand neither in code nor in math.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape

from quizapp.domain.marks import cloze_marks
from quizapp.errors import Phrase

LONGEST_FIELD = 100_000
DEEPEST = 50

_OPEN, _HINT, _CLOSE, _MATH, _BREAK = "\ue001", "\ue002", "\ue003", "\ue000", "\ue004"
_PRIVATE = re.compile(f"[{_MATH}-{_BREAK}]")
# None reaches over the beginning of another: else a field of beginnings would take for ever.
_FORMULA = re.compile(
    r"\\\(((?:(?!\\\().)*?)\\\)"
    r"|\\\[((?:(?!\\\[).)*?)\\\]"
    r"|\[\$\$\]((?:(?!\[\$\$\]).)*?)\[/\$\$\]"
    r"|\[\$\]((?:(?!\[\$\]).)*?)\[/\$\]"
    r"|\[latex\]((?:(?!\[latex\]).)*?)\[/latex\]",
    re.DOTALL,
)
_TAG = re.compile(r"<[^<>]*>")
_CLOZE = re.compile(r"\{\{c(\d+)::((?:(?!\{\{c\d+::).)*?)\}\}", re.DOTALL)
_MARKS = re.compile(f"({_OPEN}\\d+{_OPEN}|{_HINT}|{_CLOSE})")
_STOOD = re.compile(f"{_MATH}(\\d+){_MATH}")
_SOUND = re.compile(r"\[sound:([^\[\]]*)\]")
# Not html.parser: it takes quadratic time over, or asserts about, what no browser minds.
_TOKEN = re.compile(
    r"<!--.*?(?:-->|\Z)|<[!?][^<>]*>|<(?P<end>/?)(?P<tag>[a-zA-Z][a-zA-Z0-9]*)(?P<rest>[^<>]*)>",
    re.DOTALL,
)
_ADDRESS = re.compile(r"""\bsrc\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"']+))""", re.IGNORECASE)

_SPECIAL = re.compile(
    r"[\\`*$\[\]|]|~~|(?<!\w)_|_(?!\w)|(?<=\{)\{|<(?=[a-zA-Z/!?])|&(?=[a-zA-Z#])|!(?=\[)"
)
_BRACE = re.compile(r"[{}]")
_LINE_START = re.compile(r"^([ \t]*)(#{1,6}(?=\s|$)|[-+>=~]|\d{1,9}[.)](?=\s|$))", re.MULTILINE)

_DROPPED = {"script", "style", "head", "title", "template", "object", "iframe", "svg", "noscript"}
_BLOCKS = {"p", "div", "ul", "ol", "li", "table", "tr", "hr", "blockquote", "section", "article"}
_BLOCKS |= {"h1", "h2", "h3", "h4", "h5", "h6", "dl", "dt", "dd", "center", "tbody", "thead"}
_EMPTY = {"br", "hr", "img", "input", "wbr", "meta", "link", "col", "area", "source"}
_CODE = {"code", "tt", "kbd", "samp"}
_EMPHASIS = {"b": "**", "strong": "**", "i": "*", "em": "*"}


Media = Callable[[str, str], str]


def _named(kind: str, address: str) -> str:
    return escaped(f"({kind}: {address})")


def to_markdown(html: str, *, cloze: bool = False, media: Media = _named) -> str:
    """HTML as Markdown.

    Args:
        html: as Anki stores a field.
        cloze: whether Anki's cloze marks stand in it.
        media: what is shown, as Markdown, for "picture" or "sound" and its address.

    Raises:
        ValueError: it is too long, or its cloze marks cannot stand in ours; one clause.
    """
    if len(html) > LONGEST_FIELD:
        raise ValueError(
            Phrase("a field is longer than {longest_field} characters", longest_field=LONGEST_FIELD)
        )
    html = _PRIVATE.sub("", html)
    formulas: list[str] = []
    html = _FORMULA.sub(lambda match: _formula(match, formulas, cloze), html)
    if cloze:
        html = _marked(html)
    reader = _Reader(media, braces=cloze)
    reader.read(html)
    text = _STOOD.sub(lambda match: formulas[int(match[1])], reader.text())
    if not cloze:
        return text
    text = _MARKS.sub(_mark, text)
    if not cloze_marks(text):
        raise ValueError("it has no cloze mark")
    return text


def _formula(match: re.Match[str], formulas: list[str], cloze: bool) -> str:
    """A stand-in for a formula; several, around and inside the marks, where it holds marks."""
    inner = next(group for group in match.groups() if group is not None)
    display = match[2] is not None or match[3] is not None
    pieces, last = [], 0
    for mark in _CLOZE.finditer(inner) if cloze else ():
        hidden, divider, hint = mark[2].partition("::")
        pieces += [_stand_in(inner[last : mark.start()], formulas, False), f"{{{{c{mark[1]}::"]
        pieces += [_stand_in(hidden, formulas, False), divider, hint, "}}"]
        last = mark.end()
    if pieces:
        return "".join([*pieces, _stand_in(inner[last:], formulas, False)])
    return _stand_in(inner, formulas, display)


def _stand_in(latex: str, formulas: list[str], display: bool) -> str:
    latex = " ".join(unescape(_TAG.sub(" ", latex)).split())
    if not latex:
        return ""
    plain = latex.replace("\\{", "").replace("\\}", "")
    if plain.count("{") != plain.count("}"):
        raise ValueError("a cloze mark stands inside a formula that cannot be divided there")
    if "$" in latex or latex.endswith("\\"):
        formulas.append(_code_span(latex))
    else:
        formulas.append(f"$${latex}$$" if display else f"${latex}$")
    return f"{_MATH}{len(formulas) - 1}{_MATH}"


def _marked(html: str) -> str:
    """Anki's cloze marks as private characters, which no escaping touches."""

    def one(match: re.Match[str]) -> str:
        hidden, divider, hint = match[2].partition("::")
        shown = _HINT + _TAG.sub("", hint) if divider else ""
        return f"{_OPEN}{match[1]}{_OPEN}{hidden}{shown}{_CLOSE}"

    marked = _CLOZE.sub(one, html)
    if re.search(r"\{\{c\d+::", marked):
        raise ValueError("its cloze marks are nested or not closed")
    return marked


def _mark(match: re.Match[str]) -> str:
    text = match[0]
    if text == _CLOSE:
        return "}}"
    return "::" if text == _HINT else f"{{{{c{text[1:-1]}::"


class _Reader:
    """Reads HTML into Markdown, with a list of pieces for each open tag that means something."""

    def __init__(self, media: Media, *, braces: bool) -> None:
        self._media = media
        self._braces = braces
        self._dropped = 0
        self._open: list[tuple[str, list[str]]] = [("", [])]
        self._lists: list[int | None] = []

    def read(self, html: str) -> None:
        """Take in a whole text."""
        last = 0
        for match in _TOKEN.finditer(html):
            self._text(html[last : match.start()])
            last = match.end()
            if match["tag"]:
                tag = match["tag"].lower()
                self._end(tag) if match["end"] else self._start(tag, match["rest"])
        self._text(html[last:])

    def text(self) -> str:
        """All that was read; tags that were left open are closed."""
        while len(self._open) > 1:
            self._leave()
        text = "".join(self._open[0][1])
        text = re.sub(f"[ \t]*{_BREAK}(?:\\s|{_BREAK})*", "\n\n", text)
        return re.sub(r"\n{3,}", "\n\n", text).strip(" \t\n")

    def _start(self, tag: str, attributes: str) -> None:
        if tag in _DROPPED:
            self._dropped += 1
        if self._dropped:
            return
        if tag == "br":
            self._put("\n" if self._inside("pre") else "  \n")
        elif tag == "img":
            found = _ADDRESS.search(attributes)
            address = unescape(found[1] or found[2] or found[3] or "") if found else ""
            self._put(self._media("picture", address))
        elif tag in _BLOCKS:
            self._block(tag)
        elif tag in ("td", "th"):
            self._put(" ")
        if tag not in _EMPTY and len(self._open) < DEEPEST and self._means(tag):
            self._open.append((tag, []))

    def _end(self, tag: str) -> None:
        if tag in _DROPPED:
            self._dropped = max(0, self._dropped - 1)
            return
        if self._dropped:
            return
        if tag in _BLOCKS:
            self._put("\n" if self._inside("pre") else _BREAK)
        if tag in ("ul", "ol") and self._lists:
            self._lists.pop()
        if any(name == tag for name, _ in self._open[1:]):
            while self._open[-1][0] != tag:
                self._leave()
            self._leave()

    def _text(self, html: str) -> None:
        """Text: escaped, unless it is code."""
        if self._dropped or not html:
            return
        data = unescape(html)
        if self._inside("pre"):
            self._put(data)
            return
        data = re.sub(r"[ \t\r\n\f\u00a0]+", " ", data)
        if any(name in _CODE for name, _ in self._open):
            self._put(data)
        else:
            # Every second piece is the name of a sound.
            for place, piece in enumerate(_SOUND.split(data)):
                sound = place % 2 == 1
                self._put(self._media("sound", piece) if sound else escaped(piece, self._braces))

    def _means(self, tag: str) -> bool:
        return tag == "pre" or (
            not self._inside("pre")
            and not any(name in _CODE for name, _ in self._open)
            and (tag in _CODE or tag in _EMPHASIS)
        )

    def _inside(self, tag: str) -> bool:
        return any(name == tag for name, _ in self._open)

    def _put(self, text: str) -> None:
        self._open[-1][1].append(text)

    def _block(self, tag: str) -> None:
        if self._inside("pre"):
            return
        self._put(_BREAK)
        if tag in ("ul", "ol"):
            self._lists.append(0 if tag == "ol" else None)
        elif tag == "li":
            number = self._lists[-1] if self._lists else None
            if self._lists and number is not None:
                self._lists[-1] = number + 1
            self._put("- " if number is None else f"{number + 1}. ")

    def _leave(self) -> None:
        """Close the innermost tag and put what it held into the one around it."""
        tag, pieces = self._open.pop()
        text = "".join(pieces)
        if tag == "pre":
            self._put(_BREAK + _fenced(text) + _BREAK)
        elif tag in _CODE:
            self._put(_around_marks(text.replace(_BREAK, " ").replace("\n", " "), _code_span))
        else:
            self._put(_emphasised(text, _EMPHASIS[tag]))


def escaped(text: str, braces: bool = False) -> str:
    """Plain text as Markdown that shows it; with `braces`, these are escaped, too."""
    text = _SPECIAL.sub(lambda match: f"\\{match[0]}" if len(match[0]) == 1 else "\\~\\~", text)
    if braces:
        text = _BRACE.sub(lambda match: f"\\{match[0]}", text)
    return _LINE_START.sub(_first_escaped, text)


def _first_escaped(match: re.Match[str]) -> str:
    start = match[2]
    return match[1] + (f"{start[:-1]}\\{start[-1]}" if start[0].isdigit() else f"\\{start}")


def _emphasised(text: str, mark: str) -> str:
    core = text.strip()
    if not core or "\n" in core or _BREAK in core or re.search(r"(?<!\\)\*", core):
        return text
    lead, _, trail = text.partition(core)
    return f"{lead}{mark}{core}{mark}{trail}"


def _around_marks(text: str, convert: Callable[[str], str]) -> str:
    """`text` with `convert` done to each piece that no cloze mark divides."""
    parts, hint = [], False
    for part in _MARKS.split(text):
        if _MARKS.fullmatch(part):
            hint = part == _HINT
            parts.append(part)
        else:
            parts.append(part if hint else convert(part))
    return "".join(parts)


def _code_span(code: str) -> str:
    code = " ".join(code.split("\n"))
    if not code.strip():
        return code
    ticks = "`" * (max(map(len, re.findall("`+", code)), default=0) + 1)
    pad = " " if code.startswith("`") or code.endswith("`") else ""
    return f"{ticks}{pad}{code}{pad}{ticks}"


def _fenced(code: str) -> str:
    code = code.replace(_BREAK, "\n").strip("\n")
    if not code.strip():
        return ""
    if _MARKS.search(code):  # marks mean nothing in a block, so its lines become spans
        lines = [_around_marks(line, _code_span) for line in code.split("\n")]
        return "  \n".join(lines)
    fence = "`" * max(3, max(map(len, re.findall("`+", code)), default=0) + 1)
    return f"{fence}\n{code}\n{fence}"
