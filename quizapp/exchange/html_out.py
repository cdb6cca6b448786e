"""Markdown of cards as HTML that Anki shows. Owns code, math and cloze marks on the way.

Code stays code, `$…$` becomes MathJax, and a cloze mark becomes Anki's. HTML in a card is text, as
it is in quizapp, so nothing of a course can run in Anki. Leaves Markdown itself to markdown-it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from html import escape

from quizapp.domain.marks import cloze_marks, verbatim_spans
from quizapp.domain.text import Text

# Private characters stand for what Markdown must not see; a card that holds them loses them.
_MATH, _MARK, _HINT, _END = "\ue000", "\ue001", "\ue002", "\ue003"
_PRIVATE = re.compile(f"[{_MATH}{_MARK}{_HINT}{_END}]")
_STOOD = re.compile(f"{_MATH}(\\d+){_MATH}")
_MARKED = re.compile(f"{_MARK}(\\d)(.*?){_HINT}(.*?){_END}", re.DOTALL)


def to_html(text: str) -> str:
    """Markdown as HTML."""
    return _rendered(_PRIVATE.sub("", text))


def cloze_to_html(text: str) -> str:
    """Markdown with cloze marks as HTML with Anki's.

    Raises:
        ValueError: a mark is malformed.
    """
    text = _PRIVATE.sub("", text)
    pieces, last = [], 0
    for mark in cloze_marks(text):
        pieces += [text[last : mark.start], f"{_MARK}{mark.number}{mark.hidden}{_HINT}"]
        pieces += [mark.hint, _END]
        last = mark.end
    html = _rendered("".join([*pieces, text[last:]]))
    # Braces and colons of the card must not be taken for a mark's.
    html = html.replace("{{", "&#123;&#123;").replace("}}", "&#125;&#125;")
    return _MARKED.sub(_mark, html)


def in_languages(text: Text, convert: Callable[[str], str]) -> str:
    """Both languages of a text one below the other, or one where they agree or one is empty."""
    texts = [one for one in dict.fromkeys((text.en.strip(), text.zh.strip())) if one]
    if len(texts) < 2:
        return convert(texts[0]) if texts else ""
    return (
        f'<div class="en" lang="en">{convert(texts[0])}</div>'
        f'<div class="zh" lang="zh">{convert(texts[1])}</div>'
    )


def _rendered(text: str) -> str:
    text, math = _without_math(text)
    html = _markdown()(text).strip()
    return _STOOD.sub(lambda match: math[int(match[1])], html)


def _without_math(text: str) -> tuple[str, list[str]]:
    """`text` with a stand-in for each formula, and the formulas as HTML."""
    pieces, math, last = [], list[str](), 0
    for start, end in verbatim_spans(text):
        span = text[start:end]
        if not span.startswith("$"):
            continue
        display = span.startswith("$$")
        inner = escape(span[2:-2] if display else span[1:-1], quote=False)
        pieces += [text[last:start], f"{_MATH}{len(math)}{_MATH}"]
        math.append(f"\\[{inner}\\]" if display else f"\\({inner}\\)")
        last = end
    return "".join([*pieces, text[last:]]), math


def _mark(match: re.Match[str]) -> str:
    number, hidden, hint = match.groups()
    hidden = hidden.replace("::", "&#58;&#58;").replace("}", "&#125;")
    plain = re.sub(r"<[^>]*>", "", hint).replace("}", "&#125;")
    return f"{{{{c{number}::{hidden}{'::' + plain if plain else ''}}}}}"


@lru_cache(maxsize=1)
def _markdown() -> Callable[[str], str]:
    from markdown_it import MarkdownIt

    return MarkdownIt("js-default", {"html": False, "linkify": False}).disable("image").render
