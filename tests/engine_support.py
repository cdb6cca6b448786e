"""A small course and a clock that stands still, for the tests of the engine and the commands."""

from __future__ import annotations

import atexit
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from textwrap import dedent

from quizapp.course import load_course
from quizapp.engine import Engine
from quizapp.judge.client import Judge
from quizapp.store import Store

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)

FILES = {
    "course.yaml": """
        format: 1
        title: {en: Toy course, zh: 玩具课程}
        topics: [shapes, sums]
        """,
    "cards/shapes.yaml": """
        deck: {en: Shapes, zh: 形状}
        notes:
        - id: len-is-axis-0
          front: {en: "What does `len(X)` give?", zh: "`len(X)` 返回什么？"}
          back: {en: "The size of axis 0.", zh: "第 0 轴的大小。"}
          source: "N0 § Q & A"
          tags: [shape]
          exercises: [double]
          aliases: [length]
          proof: |
            assert len(torch.zeros(2, 3, 4)) == 2
        - id: ndim-pair
          kind: reversed
          front: {en: "number of axes", zh: "轴的个数"}
          back: {en: "`X.ndim`", zh: "`X.ndim`"}
          source: "N0 § Q & A"
        - id: full-print
          kind: predict
          given: {n: {int: [2, 9]}}
          code: |
            print(torch.full(({{n}},), 3).sum().item())
          source: "N3 § Tensors"
        """,
    "cards/sums.yaml": """
        deck: {en: Sums, zh: 求和}
        notes:
        - id: keep-dim
          kind: cloze
          front:
            en: "`sum({{1}})` hides nothing; {{c1::keepdim}} keeps an {{c2::axis}}."
            zh: "`sum({{1}})`；{{c1::keepdim}} 保留一个{{c2::轴}}。"
          source: "N0 § Sums"
        - id: sum-shape
          kind: choice
          front: {en: "Shape of `zeros(3, 4).sum(0)`?", zh: "`zeros(3, 4).sum(0)` 的形状？"}
          options:
          - {text: "(4,)", correct: true}
          - {text: "(3,)"}
          - {text: "(1, 4)"}
          source: "N0 § Sums"
        - id: keyword
          kind: typed
          front: {en: "Which keyword keeps the axis?", zh: "哪个关键字保留该轴？"}
          answer: {text: keepdim, accept: ["keepdim=True"]}
          source: "N0 § Sums"
        - id: count-elements
          kind: typed
          given: {n: {int: [2, 9]}, m: {int: [2, 9]}}
          front: {en: "Elements of an {{n}} by {{m}} matrix?", zh: "{{n}} 行 {{m}} 列的元素个数？"}
          answer: {number: "n * m"}
          source: "N0 § Sums"
        """,
    "exercises/sums/double/exercise.yaml": """
        title: {en: Double it, zh: 加倍}
        task: {en: "Write `double(x)`.", zh: "写出 `double(x)`。"}
        signature: "double(x)"
        entry_points: [double]
        source: "N0 § Sums"
        hints:
        - {en: "What is twice one?", zh: "一的两倍是多少？"}
        - {en: "Multiply.", zh: "乘。"}
        - {en: "By 2.", zh: "乘以 2。"}
        concepts: [len-is-axis-0, keyword]
        check_concepts: {big_ones: [keyword]}
        """,
    "exercises/sums/double/starter.py": """
        def double(x):
            \"\"\"Return twice x.\"\"\"
            raise NotImplementedError
        """,
    "exercises/sums/double/checks.py": """
        import torch
        from quizapp.judge.checks import check


        @check(points=2)
        def small_ones(double, rng):
            \"\"\"a few small numbers\"\"\"
            for n in (1, 3):
                yield double(torch.rand(n, generator=rng) + 3)


        @check(points=1)
        def big_ones(double, rng):
            \"\"\"numbers beyond 100\"\"\"
            yield double(torch.rand(4, generator=rng) + 100)
        """,
    "exercises/sums/double/near_misses/squares.py": '''
        """You square: x times itself is not twice x.
        ---
        你算的是平方。
        cards: len-is-axis-0
        fails: small_ones, big_ones
        """

        def double(x):
            return x * x
        ''',
    "exercises/sums/double/near_misses/clamps.py": '''
        """You cut large numbers off at 100.
        ---
        你把大于 100 的数截断了。
        cards: keyword
        fails: big_ones
        """

        def double(x):
            return (x * 2).clamp(max=100)
        ''',
    "solutions/sums/double.py": """
        def double(x):
            return x * 2
        """,
}

RIGHT = b"def double(x):\n    return x + x\n"
WRONG = b"def double(x):\n    return x + 1\n"
SQUARES = b"def double(x):\n    return x ** 2\n"
CLAMPS = b"def double(x):\n    return torch.clamp(x + x, max=100)\n\nimport torch\n"


def write_course(root: Path, changed: dict[str, str | None] | None = None) -> Path:
    """Write the toy course below `root`; `changed` replaces files, or with None leaves them out."""
    for name, text in (FILES | (changed or {})).items():
        if text is None:
            continue
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(text).lstrip("\n"), encoding="utf-8")
    return root


@dataclass
class StandingClock:
    """A clock that moves only when told."""

    now: datetime = NOON

    def __call__(self) -> datetime:
        return self.now

    def pass_days(self, days: float) -> None:
        self.now += timedelta(days=days)


@cache
def shared_judge() -> Judge:
    """One judge for all tests of a process: its start takes seconds, a judging milliseconds."""
    judge = Judge()
    atexit.register(judge.close)
    return judge


def open_engine(
    root: Path, clock: StandingClock, changed: dict[str, str | None] | None = None
) -> Engine:
    """An engine on the toy course below `root`, with a store of its own and the shared judge."""
    course = load_course(write_course(root / "course", changed))
    store = Store.open(root / "home" / "quizapp.db", clock=clock)
    seeds = iter(range(1, 1000)).__next__
    return Engine(course, store, clock=clock, seeds=seeds, judge=shared_judge())
