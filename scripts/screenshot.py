"""Draw the README's picture, docs/study.svg, from the running app: python scripts/screenshot.py."""

from __future__ import annotations

import argparse
import asyncio
import os
import tempfile
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SIZE = (96, 30)


async def picture(card: str, keys: list[str], wait_s: float) -> str:
    """The screen as SVG, with `card` asked and `keys` pressed.

    Args:
        card: id of the card.
        keys: in the order in which they are pressed; longer than a key's name: typed.
        wait_s: seconds to wait at the end, for a judge that starts cold.
    """
    from quizapp.domain.memory import Rating
    from quizapp.engine import Engine
    from quizapp.tui.app import QuizApp

    with tempfile.TemporaryDirectory() as home:
        os.environ["QUIZAPP_HOME"] = home
        now = [datetime(2026, 2, 20, 19, 30, tzinfo=UTC)]
        with Engine.open(ROOT, clock=lambda: now[0]) as engine:
            deck = engine.course.cards[card].note.topic
            others = [row.card.id for row in engine.cards(topics=[deck]) if row.card.id != card]
            for other in others:
                engine.answer(other, Rating.EASY)
            now[0] = datetime(2026, 3, 2, 19, 30, tzinfo=UTC)
            for other in others[14:]:
                engine.answer(other, Rating.GOOD)
            for other in others[:14]:
                engine.bury(other)
            app = QuizApp(engine, [deck])
            async with app.run_test(size=SIZE) as pilot:
                await pilot.pause(0.5)
                for key in keys:
                    await pilot.press(*([key] if key in NAMES else key))
                await pilot.pause(wait_s)
                return app.export_screenshot(title="quizapp study")


NAMES = {"enter", "ctrl+j", "space", "s", "tab", "up", "down", "left", "right"}


def main() -> None:
    """Write the picture."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--card", required=True)
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "study.svg")
    parser.add_argument("--wait", type=float, default=8.0)
    parser.add_argument("keys", nargs="*")
    asked = parser.parse_args()
    asked.out.parent.mkdir(exist_ok=True)
    svg = asyncio.run(picture(asked.card, asked.keys, asked.wait))
    asked.out.write_text(svg, encoding="utf-8")


if __name__ == "__main__":
    main()
