"""Use-cases about the variants of an exercise: which is asked for, which one a file is about.

Owns the comment line of a starter and the choice between it, the learner's word and what is due;
leaves the rule of what is due to `study.exercises`, and judging to `exercises`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from quizapp.clock import study_day
from quizapp.domain.memory import ItemKind, Phase, Rating
from quizapp.engine.base import Workplace
from quizapp.engine.names import did_you_mean
from quizapp.errors import Phrase, UsageError
from quizapp.study.exercises import rated_today, variant_for
from quizapp.study.queue import is_due

if TYPE_CHECKING:
    from quizapp.domain.exercises import Exercise

# In a notebook, lines of code stand in quotes.
_HEADER = re.compile(
    rb"^[ \t]*\"?[ \t]*#[ \t]*quizapp:[ \t]*exercise[ \t]+([a-z0-9-]+)"
    rb"[ \t]*,[ \t]*variant[ \t]+([a-z0-9-]+)",
    re.MULTILINE,
)


def named_in(source: bytes, slug: str) -> str | None:
    """The variant of `slug` that a file's comment line names; None where it has no such line."""
    for found in _HEADER.finditer(source):
        if found[1].decode() == slug:
            return found[2].decode()
    return None


def find_variant(exercise: Exercise, name: str) -> Exercise:
    """The variant of that name; the exercise itself for `base`, or for no name.

    Raises:
        UsageError: there is no such variant; the message names the nearest.
    """
    from quizapp.domain.exercises import BASE

    if name in ("", BASE):
        return exercise
    for variant in exercise.variants:
        if variant.variant == name:
            return variant
    names = [BASE, *(variant.variant for variant in exercise.variants)]
    remedy = did_you_mean(name, names) or Phrase("it has {names}", names=", ".join(names))
    raise UsageError(f"{exercise.slug}/{name}", "there is no such variant", remedy)


class VariantDesk(Workplace):
    """The engine's part about variants."""

    def variant(self, slug: str, name: str) -> Exercise:
        """A variant of an exercise; the exercise itself for `base`, or for no name.

        Raises:
            UsageError: there is no such exercise or variant; the message names the nearest.
            CourseError: a file of it is wrong.
        """
        return find_variant(self.exercise(slug), name)

    def asked(self, slug: str) -> Exercise:
        """The variant that is to be solved now: the base at first, another at each later review.

        It stays the same until it is solved, and for the rest of that study day.

        Raises:
            UsageError: there is no such exercise.
            CourseError: a file of it is wrong.
        """
        exercise = self.exercise(slug)
        names = [variant.variant for variant in exercise.variants]
        if not names:
            return exercise
        return self.variant(slug, variant_for(exercise.slug, names, self._solved(exercise.slug)))

    def _solved(self, slug: str) -> int:
        """On how many study days the exercise was solved, today left out."""
        schedule = self.store.schedule(ItemKind.EXERCISE, slug)
        if schedule.phase is Phase.NEW:
            return 0
        now = self.clock()
        days = {
            review.study_day
            for review in self.store.reviews(ItemKind.EXERCISE, slug)
            if review.rating not in (None, Rating.AGAIN)
        }
        if rated_today(schedule, now):
            days.discard(study_day(now))
        return len(days)

    def solved_by(self, slug: str, source: bytes) -> bool:
        """Whether `source` solved an exercise that is asked again by now: an old solution.

        Raises:
            UsageError: there is no such exercise.
        """
        import hashlib

        name = self.exercise(slug).slug
        if not is_due(self.store.schedule(ItemKind.EXERCISE, name), self.clock()):
            return False
        found = hashlib.sha256(source).hexdigest()
        rows = self.store.submissions(name)
        return any(row.sha256 == found and row.score == row.max_score for row in rows)

    def meant(self, slug: str, source: bytes, variant: str | None = None) -> Exercise:
        """The variant that a file is judged as: as said, else as its comment line says, else asked.

        Raises:
            UsageError: there is no such exercise or variant.
            CourseError: a file of it is wrong.
        """
        exercise = self.exercise(slug)
        named = named_in(source, exercise.slug) if variant is None else variant
        return self.asked(slug) if named is None else self.variant(slug, named)

    def due_now(
        self, slug: str, source: bytes, filename: str, variant: str | None = None
    ) -> Exercise:
        """The variant that a file is submitted as, which must be the one that is asked for.

        Raises:
            UsageError: the file is for another one; the message says what is asked for.
            CourseError: a file of the exercise is wrong.
        """
        from quizapp.domain.exercises import BASE

        asked, meant = self.asked(slug), self.meant(slug, source, variant)
        if meant.variant == asked.variant:
            return asked
        wanted = asked.variant or BASE
        what = Phrase(
            "is for variant {variant}, but this time variant {wanted} is asked",
            variant=meant.variant or BASE,
            wanted=wanted,
        )
        change = asked.change.read_in(self.language).rstrip(".。")
        raise UsageError(
            filename or asked.slug,
            Phrase("{what}: {change}", what=what, change=change) if change else what,
            Phrase("quizapp start {slug} writes its starter", slug=asked.slug),
        )
