"""Markdown to HTML and back: what is read stays what was written."""

import re
from html import escape, unescape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quizapp.domain.marks import cloze_marks
from quizapp.domain.text import Text
from quizapp.exchange.html_in import LONGEST_FIELD, to_markdown
from quizapp.exchange.html_out import cloze_to_html, in_languages, to_html

TEXTS = st.text(st.sampled_from("ab 1.*_`$[](){}<>&#!|~:\\-+=\n"), max_size=30)


def shown(html):
    """What a browser shows of `html`, with blanks made one."""
    return " ".join(unescape(re.sub(r"<[^<>]*>", " ", html)).split())


@given(TEXTS)
@settings(max_examples=300)
def test_any_text_of_a_foreign_card_shows_as_it_did(text):
    html = escape(text).replace("\\(", "\\ (").replace("\\[", "\\ [")

    there_and_back = shown(to_html(to_markdown(html)))

    wanted = unescape(html)
    assert "".join(there_and_back.split()) == "".join(wanted.split())


@given(TEXTS)
@settings(max_examples=200)
def test_no_text_of_a_card_becomes_a_tag(text):
    tags = set(re.findall(r"</?([a-z0-9]+)", to_html(f"x{text}<script>{text}")))

    assert tags <= set("p code pre em strong s ol ul li h1 h2 hr br blockquote a table".split()) | {
        "thead",
        "tbody",
        "tr",
        "td",
        "th",
    }


@pytest.mark.parametrize(
    ("markdown", "html"),
    [
        ("`x<y`", "<p><code>x&lt;y</code></p>"),
        ("$a<b$ **c**", "<p>\\(a&lt;b\\) <strong>c</strong></p>"),
        ("$$x_1$$", "<p>\\[x_1\\]</p>"),
        ("costs $5 or $6", "<p>costs $5 or $6</p>"),
        ("```python\na = 1\n```", '<pre><code class="language-python">a = 1\n</code></pre>'),
        ("<b>no</b>", "<p>&lt;b&gt;no&lt;/b&gt;</p>"),
        ("[a](javascript:x)", "<p>[a](javascript:x)</p>"),
    ],
)
def test_code_and_math_stay_readable(markdown, html):
    assert to_html(markdown) == html


@pytest.mark.parametrize(
    ("markdown", "html"),
    [
        ("{{c1::a}} {{c2::b::hint}}", "{{c1::a}} {{c2::b::hint}}"),
        ("{{c1::$\\frac{1}{2}$}}", "{{c1::\\(\\frac{1&#125;{2&#125;\\)}}"),
        ("{{c1::`std::vector`}}", "{{c1::<code>std&#58;&#58;vector</code>}}"),
        ("`{{c1::no}}` {{c1::x}}", "<code>&#123;&#123;c1::no&#125;&#125;</code> {{c1::x}}"),
    ],
)
def test_a_cloze_mark_becomes_anki_s_and_nothing_else_does(markdown, html):
    assert cloze_to_html(markdown) == f"<p>{html}</p>"


def test_both_languages_stand_below_each_other_unless_they_agree():
    assert in_languages(Text("a", "a"), to_html) == "<p>a</p>"
    assert in_languages(Text("a", "甲"), to_html).count("<div") == 2
    assert in_languages(Text("", "甲"), to_html) == "<p>甲</p>"


@pytest.mark.parametrize(
    ("html", "markdown"),
    [
        ("<b>a</b> <i>b</i>", "**a** *b*"),
        ("a<br>b<div>c</div>", "a  \nb\n\nc"),
        ("<code>x*y</code>", "`x*y`"),
        ("<pre>def f():<br>    pass</pre>", "```\ndef f():\n    pass\n```"),
        ("\\(a&lt;<b>b</b>\\) \\[c\\] [$]d[/$]", "$a< b$ $$c$$ $d$"),
        ("<ol><li>a</li><li>b</li></ol>", "1. a\n\n2. b"),
        ("<script>alert(1)</script>x<style>y</style>", "x"),
        ('<a href="http://x" onclick="y">z</a>', "z"),
        ('<img src="a.png"> [sound:b.mp3]', "(picture: a.png) (sound: b.mp3)"),
        ("<b>open", "**open**"),
        ("</b></div>a", "a"),
        ("{{x}}", "{\\{x}}"),
    ],
)
def test_of_html_text_emphasis_code_math_and_lists_are_kept(html, markdown):
    assert to_markdown(html) == markdown


@pytest.mark.parametrize(
    ("html", "markdown"),
    [
        ("{{c1::a::h}} b", "{{c1::a::h}} b"),
        ("<code>f({{c1::x}})</code>", "`f(`{{c1::`x`}}`)`"),
        ("\\({{c1::x^{2} }} + 1\\)", "{{c1::$x^{2}$}}$+ 1$"),
        ("{{c1::\\(\\frac{1}{2}\\)}}", "{{c1::$\\frac{1}{2}$}}"),
        ("<pre>a = {{c1::1}}<br>b</pre>", "`a = `{{c1::`1`}}  \n`b`"),
        ("{set} {{c1::<b>x</b>}}", "\\{set\\} {{c1::**x**}}"),
    ],
)
def test_a_foreign_cloze_mark_stands_outside_code_and_math(html, markdown):
    assert to_markdown(html, cloze=True) == markdown
    assert cloze_marks(markdown)


@pytest.mark.parametrize(
    "html",
    [
        "{{c1::a {{c2::b}} }}",
        "{{c1::a",
        "{{c12::a}}",
        "{{c1::}}",
        "no mark",
        "\\(\\frac{ {{c1::a}} }{b}\\)",
    ],
)
def test_a_cloze_mark_that_cannot_be_ours_is_refused(html):
    with pytest.raises(ValueError, match=r"\w"):
        to_markdown(html, cloze=True)


@pytest.mark.parametrize(
    "piece", ["<a ", "<!--", "<![", "&#", "\\(", "{{c1::", "[sound:", "<b>", "`"]
)
def test_a_field_of_beginnings_ends(piece):
    html = piece * (LONGEST_FIELD // len(piece))

    with pytest.raises(ValueError, match="cloze mark"):
        to_markdown(html, cloze=True)


def test_a_field_too_long_is_refused():
    with pytest.raises(ValueError, match="longer than"):
        to_markdown("a" * (LONGEST_FIELD + 1))
