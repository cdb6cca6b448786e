"""Searches that the learner has given a name. Owns keeping them; `query` puts them into queries.

Each is a setting of its own, so that two devices that are merged have the searches of both.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from quizapp.engine.base import Workplace
from quizapp.engine.names import did_you_mean
from quizapp.errors import Phrase, UsageError

_KEY = "search."
_LONGEST = 40
# Compiled when first used: that takes a millisecond, and the first card needs neither.
_NO_TEXT = r"[\x00-\x1f\x7f\ud800-\udfff]"
_QUOTES = '["“”「」]'


def searches_in(settings: Mapping[str, object]) -> dict[str, str]:
    """Name -> query of what is kept, by name; what is no query is left out."""
    found = {
        key.removeprefix(_KEY): query
        for key, query in settings.items()
        if key.startswith(_KEY) and isinstance(query, str)
    }
    return dict(sorted(found.items(), key=lambda pair: pair[0].casefold()))


def term_of(name: str) -> str:
    """The term of a query that stands for the search of that name."""
    return f"saved:{name}" if re.fullmatch(r"\S+", name) else f'saved:"{name}"'


class SavedDesk(Workplace):
    """The engine's part about saved searches."""

    def saved_searches(self) -> dict[str, str]:
        """Name -> query, by name."""
        return searches_in(self.store.settings())

    def save_search(self, name: str, query: str) -> str | None:
        """Give a query a name; return the query that had it until now, None where none had.

        Raises:
            UsageError: the name or the query makes no sense.
        """
        from quizapp.engine.query import expanded, parse

        name, query = _checked(name), " ".join(query.split())
        if not query:
            raise UsageError("the search", "there is nothing in it", "write a query first")
        if re.search(_NO_TEXT, query):
            raise UsageError("the search", "it holds what is no text", "write it anew")
        known = self.saved_searches()
        present = _named(known, name)
        others = {each: query for each, query in known.items() if each != present}
        parse(expanded(query, others | {name: query}))
        with self.store.transaction():
            if present is not None and present != name:
                self.store.forget_setting(_KEY + present)
            self.store.set_setting(_KEY + name, query)
        return known.get(present) if present is not None else None

    def rename_search(self, old: str, new: str) -> str:
        """Give a saved search another name, also where other ones use it; return it as it is kept.

        Raises:
            UsageError: there is no such search, or the new name is taken or none.
        """
        from quizapp.engine.query import with_name

        present, new = self._known(old), _checked(new)
        known = self.saved_searches()
        taken = _named(known, new)
        if taken not in (None, present):
            raise UsageError(new, "another saved search has this name", "take another name")
        with self.store.transaction():
            self.store.forget_setting(_KEY + present)
            self.store.set_setting(_KEY + new, known.pop(present))
            for name, query in known.items():
                changed = with_name(query, present, term_of(new))
                if changed != query:
                    self.store.set_setting(_KEY + name, changed)
        return new

    def forget_search(self, name: str) -> str:
        """Forget a saved search; return its query.

        Raises:
            UsageError: there is none, or another one uses it.
        """
        from quizapp.engine.query import names_in

        present, known = self._known(name), self.saved_searches()
        for other, query in known.items():
            if other != present and present.casefold() in names_in(query):
                remedy = Phrase("forget or change {other} first", other=other)
                raise UsageError(
                    present, Phrase("the saved search {other} uses it", other=other), remedy
                )
        self.store.forget_setting(_KEY + present)
        return known[present]

    def _known(self, name: str) -> str:
        known = self.saved_searches()
        present = _named(known, " ".join(name.split()))
        if present is None:
            remedy = did_you_mean(name, known) or "quizapp cards --saved lists them"
            raise UsageError(name or "''", "there is no such saved search", remedy)
        return present


def _named(known: Mapping[str, str], name: str) -> str | None:
    """The name as it is kept, whatever its capitals."""
    return next((each for each in known if each.casefold() == name.casefold()), None)


def _checked(name: str) -> str:
    """A name with single blanks; UsageError where it is none."""
    name = " ".join(name.split())
    if not name or len(name) > _LONGEST or re.search(_NO_TEXT, name) or re.search(_QUOTES, name):
        remedy = Phrase(
            "use 1 to {longest} letters, digits, blanks and signs but quotation marks",
            longest=_LONGEST,
        )
        raise UsageError(name or "''", "this is no name for a search", remedy)
    return name
