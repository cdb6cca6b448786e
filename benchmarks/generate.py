"""`python -m benchmarks.generate FOLDER`: a large course and the log of somebody who learned it.

Owns made-up content and a simulated learner; leaves the same content as an Anki collection to
`anki_collection`. The same size, seed and last day give the same files, byte for byte but for
SQLite's own bookkeeping.

The course is ordinary: YAML decks in both languages with all kinds of cards that need no code to
run. Words follow Zipf's law, so that there are frequent and rare ones; `RARE` stands in three
cards. The learner studies in the evening of every study day up to yesterday: what is due first,
then new cards in the course's order, about as many answers each day. What is recalled is drawn from
the chance that FSRS gives, bent by a talent for each card that FSRS does not know.
"""

from __future__ import annotations

import argparse
import heapq
import json
import random
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path

from quizapp.clock import start_of_study_day, study_day
from quizapp.course import load_course
from quizapp.domain.memory import ItemKind, Phase, Rating, Review, Schedule, Trigger
from quizapp.store import Store
from quizapp.study.scheduler import Scheduler

FREQUENT, RARE, CHINESE, TAG = "tensor", "quixotry", "梯度下降", "tag-7"
DATABASE = "quizapp.db"

_WORDS = 6000
_PHRASES = 400
_SYLLABLES = re.findall("..", "baconodefagrahijukalominorpaquaresoltauverwixenyozu")
_CHARACTERS = (
    "张量梯度损失网络层卷积核池化批量归一数据训练验证测试模型参数偏置激活函数输入出维形状轴"
)
_SESSION = timedelta(hours=15)  # after 04:00
_BETWEEN = timedelta(seconds=8)


@dataclass(frozen=True, slots=True)
class Size:
    """How much is made.

    Attributes:
        days: study days, the last of which is the day before `until`.
        until: the study day on which it is used.
    """

    cards: int = 100_000
    decks: int = 2_000
    reviews: int = 300_000
    days: int = 730
    seed: int = 1
    until: date | None = None

    @property
    def today(self) -> date:
        """`until`, or the present study day."""
        return self.until or study_day(datetime.now().astimezone())


def write_course(root: Path, size: Size) -> None:
    """Write `course.yaml` and the decks below `root`, which is made."""
    rng = random.Random(size.seed)
    writer = _Writer(rng)
    topics = [f"topic-{number:04}" for number in range(size.decks)]
    (root / "cards").mkdir(parents=True)
    plan = ["format: 1", "title: {en: Many cards, zh: 许多卡片}", "topics:"]
    (root / "course.yaml").write_text(
        "\n".join([*plan, *(f"- {topic}" for topic in topics), ""]), "utf-8"
    )
    rare = {round(part * size.decks) for part in (0.1, 0.5, 0.9)}
    for number, topic in enumerate(topics):
        cards = size.cards * (number + 1) // size.decks - size.cards * number // size.decks
        lines = [f"deck: {{en: Topic {number}, zh: 主题 {number}}}", "notes:"]
        for entry in writer.notes(topic, cards, rare=number in rare):
            lines += entry
        (root / "cards" / f"{topic}.yaml").write_text("\n".join([*lines, ""]), "utf-8")


class _Writer:
    """Makes up notes."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        words = {"".join(rng.choices(_SYLLABLES, k=rng.randint(2, 4))) for _ in range(2 * _WORDS)}
        self._words = [FREQUENT, *sorted(words - {FREQUENT, RARE})[: _WORDS - 1]]
        rng.shuffle(others := self._words[1:])
        self._words[1:] = others
        self._phrases = [
            "".join(rng.choices(_CHARACTERS, k=rng.randint(2, 4))) for _ in range(_PHRASES)
        ]
        self._phrases[_PHRASES // 4] = CHINESE
        zipf = [1 / place for place in range(1, _WORDS + 1)]
        self._draw_words = partial(rng.choices, self._words, cum_weights=_sums(zipf))
        self._draw_phrases = partial(rng.choices, self._phrases, cum_weights=_sums(zipf[:_PHRASES]))

    def notes(self, topic: str, cards: int, *, rare: bool) -> Iterator[list[str]]:
        """The lines of each note of a deck that gives `cards` cards."""
        made = number = 0
        while made < cards:
            kind = self._rng.choices(
                ("basic", "reversed", "cloze", "choice", "typed"), (76, 4, 4, 8, 8)
            )[0]
            count = 2 if kind in ("reversed", "cloze") else 1
            if made + count > cards:
                kind, count = "basic", 1
            yield self._note(f"{topic}-note-{number:03}", kind, RARE if rare and not made else "")
            made += count
            number += 1

    def _note(self, name: str, kind: str, extra: str) -> list[str]:
        front_en, front_zh = self._english(12), self._chinese(6)
        lines = [f"- id: {name}", f"  kind: {kind}"]
        if kind == "cloze":
            front_en += f" {{{{c1::{self._english(1)}}}}} or {{{{c2::{self._english(1)}}}}}"
            front_zh += f"{{{{c1::{self._chinese(1)}}}}}或{{{{c2::{self._chinese(1)}}}}}"
        lines.append(f"  front: {_text(front_en + '?', front_zh + '？')}")
        lines.append(f"  back: {_text(f'{self._english(20)} {extra}'.strip(), self._chinese(10))}")
        if kind == "choice":
            lines.append("  options:")
            for place in range(4):
                option = _text(f"{place} {self._english(3)}", f"{place} {self._chinese(2)}")
                right = ", correct: true" if place == 0 else ""
                lines.append(f"  - {{text: {option}{right}}}")
        elif kind == "typed":
            lines.append(f"  answer: {{text: {json.dumps(self._english(1))}}}")
        tags = sorted({f"tag-{self._rng.randrange(50)}" for _ in range(2)})
        return [*lines, f"  tags: [{', '.join(tags)}]", '  source: "made up"']

    def _english(self, words: int) -> str:
        return " ".join(self._draw_words(k=words))

    def _chinese(self, phrases: int) -> str:
        return "，".join(self._draw_phrases(k=phrases))


def _sums(weights: Sequence[float]) -> list[float]:
    total, sums = 0.0, []
    for weight in weights:
        total += weight
        sums.append(total)
    return sums


def _text(en: str, zh: str) -> str:
    """A bilingual text as a YAML flow mapping; JSON strings are YAML strings."""
    return f"{{en: {json.dumps(en)}, zh: {json.dumps(zh, ensure_ascii=False)}}}"


def write_log(home: Path, cards: Sequence[str], size: Size) -> int:
    """Study `cards` day by day into a new database in `home`; returns how many answers it took.

    They are `size.reviews` unless the cards run out.
    """
    learner = _Learner(cards, size)
    first = size.today - timedelta(days=size.days)
    with Store.open(home / DATABASE) as store:
        for number in range(size.days):
            quota = size.reviews * (number + 1) // size.days - learner.answers
            with store.transaction():
                for review in learner.study(first + timedelta(days=number), quota):
                    store.record(review)
    return learner.answers


class _Learner:
    """Somebody who studies every evening, with a memory of his own."""

    def __init__(self, cards: Sequence[str], size: Size) -> None:
        self._rng = random.Random(f"learner {size.seed}")
        self._new = iter(cards)
        self._scheduler = Scheduler()
        self._schedules: dict[str, Schedule] = {}
        self._talents: dict[str, float] = {}
        self._due: defaultdict[date, list[str]] = defaultdict(list)
        self.answers = 0

    def study(self, day: date, quota: int) -> Iterator[Review]:
        """The answers of one study day, at most `quota`."""
        now = start_of_study_day(day) + _SESSION
        reviews = self._due.pop(day, [])[::-1]
        steps: list[tuple[datetime, str]] = []
        for _ in range(quota):
            card = self._next(now, steps, reviews)
            if card is None:
                break
            if steps and steps[0][1] == card:
                now = max(now, heapq.heappop(steps)[0])
            now += _BETWEEN * self._rng.uniform(0.4, 2.0)
            review = self._answer(card, day, now)
            after = review.after
            assert after.due is not None, "an answered card has a due date"
            if after.phase is Phase.REVIEW:
                self._due[study_day(after.due)].append(card)
            else:
                heapq.heappush(steps, (after.due, card))
            yield review
        self._due[day + timedelta(days=1)] += [card for _, card in sorted(steps)] + reviews[::-1]

    def _next(
        self, now: datetime, steps: list[tuple[datetime, str]], reviews: list[str]
    ) -> str | None:
        if steps and steps[0][0] <= now:
            return steps[0][1]
        if reviews:
            return reviews.pop()
        return next(self._new, None) or (steps[0][1] if steps else None)

    def _answer(self, card: str, day: date, now: datetime) -> Review:
        before = self._schedules.get(card) or Schedule(card, ItemKind.CARD)
        rating = self._rating(before, now)
        after = self._scheduler.review(before, rating, now)
        self._schedules[card] = after
        self.answers += 1
        milliseconds = round(self._rng.lognormvariate(8.5, 0.6))
        return Review(
            0,
            card,
            ItemKind.CARD,
            Trigger.ANSWER,
            rating,
            now,
            day,
            before,
            after,
            answer_ms=milliseconds,
        )

    def _rating(self, before: Schedule, now: datetime) -> Rating:
        talent = self._talents.setdefault(before.item, self._rng.lognormvariate(0.0, 0.4))
        chance = 0.75 if before.memory is None else self._scheduler.retrievability(before, now)
        if self._rng.random() > chance**talent:
            return Rating.AGAIN
        return self._rng.choices((Rating.HARD, Rating.GOOD, Rating.EASY), (8, 85, 7))[0]


def generate(folder: Path, size: Size) -> None:
    """The course in `folder`/course, the learner's data in `folder`/home, with a warm cache."""
    write_course(folder / "course", size)
    course = load_course(folder / "course", cache=folder / "home" / "cache")
    write_log(folder / "home", list(course.cards), size)


def main() -> None:
    """Read the command line and generate."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.generate")
    parser.add_argument("folder", type=Path)
    for name in ("cards", "decks", "reviews", "days", "seed"):
        parser.add_argument(f"--{name}", type=int, default=getattr(Size(), name))
    parser.add_argument("--until", type=date.fromisoformat, help="the study day it is used on")
    named = vars(parser.parse_args())
    generate(named.pop("folder"), Size(**named))


if __name__ == "__main__":
    main()
