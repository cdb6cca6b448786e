"""Misspelt names. Owns the guess at what was meant; leaves the lookup to the engine."""

from __future__ import annotations

from collections.abc import Iterable

from quizapp.errors import Phrase


def did_you_mean(word: str, names: Iterable[str]) -> str:
    """`did you mean iou?` for the nearest of `names`, two at most; empty when none is near.

    Names that begin with `word` or contain it come before those spelt alike. Takes about 10 µs a
    name, so it belongs on the way to an error only.
    """
    import difflib

    known = list(names)
    asked = word.lower()
    holding = sorted(
        (name for name in known if asked and asked in name.lower()),
        key=lambda name: (not name.lower().startswith(asked), len(name), name),
    )
    alike = difflib.get_close_matches(asked, known, n=2, cutoff=0.6)
    nearest = list(dict.fromkeys([*alike[:1], *holding, *alike]))[:2]
    if not nearest:
        return ""
    if len(nearest) == 1:
        return Phrase("did you mean {name}?", name=nearest[0])
    return Phrase("did you mean {name} or {other}?", name=nearest[0], other=nearest[1])
