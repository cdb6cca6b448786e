"""Use-cases about pictures of figures. Owns which charts there are and what they are called."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from quizapp.domain.text import Language
from quizapp.engine.base import Workplace

if TYPE_CHECKING:
    from pathlib import Path

    from quizapp.engine.types import Stats
    from quizapp.exchange.plots import Calendar, Chart

_WEEK = 7
_CHINESE = {
    "Answers a day": "每日回答数",
    "Mon": "一",
    "Wed": "三",
    "Fri": "五",
    "Sun": "日",
    "less": "少",
    "more": "多",
    "True retention by month": "每月真实记忆率",
    "month": "月份",
    "recalled": "记住的比例",
    "young: stability below 21 days": "年轻：稳定性不足 21 天",
    "mature": "成熟",
    "Cards due, day by day": "每日到期卡片",
    "days from today": "从今天起的天数",
    "cards": "卡片数",
    "Predicted and recalled": "预测与实际",
    "predicted chance of recall": "预测的回忆概率",
    "share recalled; a larger dot stands for more reviews": "实际记住的比例；点越大，复习越多",
}


class PlottingDesk(Workplace):
    """The engine's part about pictures."""

    def draw_stats(
        self, stats: Stats, file: Path, *, pixels: bool = False, dark: bool = False
    ) -> None:
        """Draw heat map, retention, forecast and calibration into one file, as SVG or PNG.

        Raises:
            UsageError: the file cannot be written, or the extra for pixels is missing.
        """
        from quizapp.exchange import plots

        plots.write(charts(stats, self.language), file, pixels=pixels, dark=dark)


def charts(stats: Stats, language: Language) -> list[Chart | Calendar]:
    """What is drawn of some figures; charts without a value are left out."""
    drawn = [
        _calendar(stats, language),
        _months(stats, language),
        _forecast(stats, language),
        _calibration(stats, language),
    ]
    return [chart for chart in drawn if chart is not None]


def _say(text: str, language: Language) -> str:
    return _CHINESE[text] if language is Language.ZH else text


def _calendar(stats: Stats, language: Language) -> Calendar:
    from quizapp.exchange.plots import Calendar

    heat = stats.heat_map
    weeks = range(-(-len(heat.shades) // _WEEK))
    mondays = [heat.first + timedelta(days=_WEEK * week) for week in weeks]
    months = tuple(
        (week, f"{day.month}月" if language is Language.ZH else f"{day:%b}")
        for week, day in enumerate(mondays)
        if day.day <= _WEEK and week < len(weeks) - 1
    )
    named = ("Mon", "", "Wed", "", "Fri", "", "Sun")
    weekdays = tuple(_say(name, language) if name else "" for name in named)
    less, more = _say("less", language), _say("more", language)
    return Calendar(_say("Answers a day", language), heat.shades, months, weekdays, less, more)


def _months(stats: Stats, language: Language) -> Chart | None:
    from quizapp.exchange.plots import Chart, Series

    months = [month for month in stats.months if month.retention.rate is not None]
    if not months:
        return None
    every = -(-len(months) // 12)
    return Chart(
        "lines",
        _say("True retention by month", language),
        _say("month", language),
        _say("recalled", language),
        tuple(
            f"{month.month:%Y-%m}" if place % every == 0 else ""
            for place, month in enumerate(months)
        ),
        (
            Series(
                tuple(month.retention.young_rate for month in months),
                _say("young: stability below 21 days", language),
            ),
            Series(
                tuple(month.retention.mature_rate for month in months), _say("mature", language)
            ),
        ),
        top=1.0,
        percent=True,
    )


def _forecast(stats: Stats, language: Language) -> Chart:
    from quizapp.exchange.plots import Chart, Series

    return Chart(
        "bars",
        _say("Cards due, day by day", language),
        _say("days from today", language),
        _say("cards", language),
        tuple(str(day) if day % 5 == 0 else "" for day in range(len(stats.forecast))),
        (Series(tuple(map(float, stats.forecast))),),
    )


def _calibration(stats: Stats, language: Language) -> Chart | None:
    from quizapp.exchange.plots import Chart, Series

    if stats.calibration is None:
        return None
    shelves = stats.calibration.shelves
    return Chart(
        "plane",
        _say("Predicted and recalled", language),
        _say("predicted chance of recall", language),
        _say("share recalled; a larger dot stands for more reviews", language),
        ("",) * len(shelves),
        (
            Series(tuple(shelf.predicted for shelf in shelves)),
            Series(tuple(shelf.recalled for shelf in shelves)),
            Series(tuple(float(shelf.count) for shelf in shelves)),
        ),
        percent=True,
    )
