"""Fixtures of the TUI's tests: a home of one's own, English, no editor of the developer's."""

import sys
from collections.abc import Hashable, Iterator
from pathlib import Path

import pytest
from textual.css.model import RuleSet
from textual.css.stylesheet import Stylesheet

sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    home = tmp_path / "home"
    monkeypatch.setenv("QUIZAPP_HOME", str(home))
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.delenv("EDITOR", raising=False)
    return home


@pytest.fixture(scope="session", autouse=True)
def _style_sheets_are_read_once() -> Iterator[None]:
    """Keep the rules that a style sheet says: each app would read all of them again.

    They depend on the text, on where it stands and on the colours of the theme. An app keeps and
    shares them like this itself, as long as its theme does not change.
    """
    known: dict[Hashable, list[RuleSet]] = {}
    read = Stylesheet._parse_rules

    def rules_of(sheet: Stylesheet, css: str, *where: Hashable, **more: Hashable) -> list[RuleSet]:
        key = css, where, frozenset(more.items()), frozenset(sheet._variables.items())
        if key not in known:
            known[key] = read(sheet, css, *where, **more)
        return known[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Stylesheet, "_parse_rules", rules_of)
        yield
