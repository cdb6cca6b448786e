"""Charts as SVG. Owns drawing figures that are given; leaves counting and words to others.

The file is text: SVG 1.1 with shapes and `text` only, no scripts and nothing fetched, so that it
opens in any browser and editor. Series differ by shade *and* by dash or pattern, so they are told
apart in greyscale. Pixels are made of the same drawing by resvg, which is an extra.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from xml.sax.saxutils import escape

from quizapp.errors import Phrase, UsageError

WIDTH, HEIGHT = 720, 300
_LEFT, _RIGHT, _TOP, _BOTTOM = 64, 24, 56, 56
_FONTS = "'DejaVu Sans', 'Noto Sans CJK SC', 'Noto Sans', Arial, sans-serif"
_LIGHT = {"ground": "#ffffff", "ink": "#1c1c28", "rule": "#d5d5de"}
_DARK = {"ground": "#16161e", "ink": "#e4e4ee", "rule": "#3a3a4a"}
_SHADES = {
    False: ("#ebebf0", "#b9dcb9", "#7fbf86", "#3f9a54", "#14602c"),
    True: ("#26262f", "#23492f", "#2f7a45", "#4fb868", "#a6f0b4"),
}
_INKS = {False: ("#1f5fae", "#c05a00"), True: ("#7ab4ff", "#ffb066")}
_TICKS = 5


@dataclass(frozen=True, slots=True)
class Series:
    """One row of values; None where there is none.

    Attributes:
        values: as many as the chart has labels.
        name: for the legend; empty for none.
    """

    values: tuple[float | None, ...]
    name: str = ""


@dataclass(frozen=True, slots=True)
class Chart:
    """What one chart shows.

    Attributes:
        kind: bars, lines over labels, or points of a plane against the diagonal.
        title, across, up: texts; the axes' with their units.
        labels: below the bars or points; empty ones are left out.
        series: bars take one. A plane takes two, across and up, both 0 to 1, and a third, the
            weight of each point.
        top: the upper end of the axis; found from the values when None.
        percent: whether values are shares, 0 to 1.
    """

    kind: Literal["bars", "lines", "plane"]
    title: str
    across: str
    up: str
    labels: tuple[str, ...]
    series: tuple[Series, ...]
    top: float | None = None
    percent: bool = False


@dataclass(frozen=True, slots=True)
class Calendar:
    """A year as a grid: a column a week, a row a weekday.

    Attributes:
        shades: 0 to 4 for each day, from a Monday on.
        months: (week, name) above the grid.
        weekdays: seven names, empty ones left out.
        less, more: the ends of the legend.
    """

    title: str
    shades: tuple[int, ...]
    months: tuple[tuple[int, str], ...]
    weekdays: tuple[str, ...]
    less: str
    more: str


def svg(charts: Sequence[Chart | Calendar], *, dark: bool = False) -> str:
    """The charts below each other, as the text of one SVG file."""
    colours = _DARK if dark else _LIGHT
    height = HEIGHT * len(charts)
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" '
        f'viewBox="0 0 {WIDTH} {height}" font-family="{_FONTS}" font-size="12" '
        f'fill="{colours["ink"]}">',
        f'<rect width="{WIDTH}" height="{height}" fill="{colours["ground"]}"/>',
    ]
    for place, chart in enumerate(charts):
        pen = _Pen(dark, colours["ink"], colours["rule"], colours["ground"])
        drawn = pen.calendar(chart) if isinstance(chart, Calendar) else pen.chart(chart)
        lines += [f'<g transform="translate(0 {place * HEIGHT})">', *drawn, "</g>"]
    return "\n".join([*lines, "</svg>", ""])


def png(text: str) -> bytes:
    """An SVG of ours as pixels, twice as large so that it is sharp on any screen.

    Raises:
        UsageError: the extra `plots` is not installed.
    """
    try:
        import resvg_py
    except ImportError:
        raise UsageError(
            "--png",
            "drawing pixels needs the package resvg-py",
            "pip install 'quizapp[plots]', or use --svg, which needs nothing",
        ) from None
    return bytes(resvg_py.svg_to_bytes(svg_string=text, zoom=2))


def write(charts: Sequence[Chart | Calendar], file: Path, *, pixels: bool, dark: bool) -> None:
    """Write the charts to `file`, as SVG or as PNG.

    Raises:
        UsageError: it cannot be written, or the extra for pixels is missing.
    """
    text = svg(charts, dark=dark)
    data = png(text) if pixels else text.encode()
    try:
        file.write_bytes(data)
    except OSError as error:
        what = Phrase("cannot be written ({reason})", reason=error.strerror)
        raise UsageError(str(file), what, "name a file in a folder that is there") from error


@dataclass(frozen=True, slots=True)
class _Pen:
    """Draws one chart; holds its colours."""

    dark: bool
    ink: str
    rule: str
    ground: str

    def chart(self, chart: Chart) -> Iterator[str]:
        yield self._title(chart.title)
        top = 1.0 if chart.kind == "plane" else chart.top or _nice_top(chart)
        yield from self._up_axis(chart, top)
        yield _text((_LEFT + WIDTH - _RIGHT) / 2, HEIGHT - 12, chart.across, "middle")
        if chart.kind == "plane":
            yield from self._plane(chart)
            return
        yield from self._labels(chart)
        if chart.kind == "bars":
            yield from self._bars(chart, top)
        else:
            yield from self._lines(chart, top)
        yield from self._legend(chart)

    def calendar(self, chart: Calendar) -> Iterator[str]:
        yield self._title(chart.title)
        cell, left, top = 12, 60, 84
        shades = _SHADES[self.dark]
        for week, name in chart.months:
            yield _text(left + week * cell, top - 8, name)
        for row, name in enumerate(chart.weekdays):
            yield _text(left - 8, top + row * cell + 10, name, "end", 10)
        for day, shade in enumerate(chart.shades):
            x, y = left + day // 7 * cell, top + day % 7 * cell
            yield _box(x, y, cell - 2, cell - 2, shades[shade])
        below, first = top + 7 * cell + 22, left + 12 + _width(chart.less)
        yield _text(left, below + 10, chart.less)
        for place, colour in enumerate(shades):
            yield _box(first + place * (cell + 2), below, cell - 2, cell - 2, colour)
        yield _text(first + len(shades) * (cell + 2) + 6, below + 10, chart.more)

    def _title(self, title: str) -> str:
        return _text(_LEFT - 40, 28, title, size=16, weight="bold")

    def _up_axis(self, chart: Chart, top: float) -> Iterator[str]:
        for step in range(_TICKS):
            share = step / (_TICKS - 1)
            y = _y(share)
            yield (
                f'<line x1="{_LEFT}" x2="{WIDTH - _RIGHT}" y1="{y:.1f}" y2="{y:.1f}" '
                f'stroke="{self.rule}"/>'
            )
            yield _text(_LEFT - 8, y + 4, _number(share * top, chart.percent), "end", 11)
        yield _text(_LEFT - 40, 46, chart.up, size=11)

    def _labels(self, chart: Chart) -> Iterator[str]:
        for place, label in enumerate(chart.labels):
            if label:
                yield _text(_x(place, chart), HEIGHT - _BOTTOM + 16, label, "middle", 11)

    def _bars(self, chart: Chart, top: float) -> Iterator[str]:
        wide = (WIDTH - _LEFT - _RIGHT) / len(chart.labels)
        for place, value in enumerate(chart.series[0].values):
            if value:
                y = _y(min(1.0, value / top))
                left, floor = _x(place, chart) - wide * 0.4, _y(0)
                yield _box(left, y, wide * 0.8, max(1.0, floor - y), _INKS[self.dark][0])

    def _lines(self, chart: Chart, top: float) -> Iterator[str]:
        for number, series in enumerate(chart.series):
            points = [
                (_x(place, chart), _y(min(1.0, value / top)))
                for place, value in enumerate(series.values)
                if value is not None
            ]
            yield self._path(points, number)

    def _path(self, points: Sequence[tuple[float, float]], number: int) -> str:
        ink, dash = _INKS[self.dark][number % 2], ("", ' stroke-dasharray="7 4"')[number % 2]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        dots = "".join(self._dot(x, y, number) for x, y in points)
        line = f'<polyline points="{path}" fill="none" stroke="{ink}" stroke-width="2"{dash}/>'
        return line + dots

    def _dot(self, x: float, y: float, number: int, size: float = 3.0) -> str:
        """A filled disc for the first series, a hollow one for the second."""
        ink = _INKS[self.dark][number % 2]
        fill = (ink, self.ground)[number % 2]
        return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{size:.1f}" fill="{fill}" stroke="{ink}"/>'

    def _plane(self, chart: Chart) -> Iterator[str]:
        across, up, weights = (series.values for series in chart.series)
        left, right = float(_LEFT), float(WIDTH - _RIGHT)
        for step in range(_TICKS):
            share = step / (_TICKS - 1)
            x = left + share * (right - left)
            anchor = "end" if step == _TICKS - 1 else "middle"
            yield _text(x, HEIGHT - _BOTTOM + 16, _number(share, percent=True), anchor, 11)
        yield (
            f'<line x1="{left}" y1="{_y(0)}" x2="{right}" y2="{_y(1)}" stroke="{self.ink}" '
            'stroke-dasharray="4 4"/>'
        )
        most = max((weight or 0 for weight in weights), default=1) or 1
        points = [
            (left + (x or 0) * (right - left), _y(y or 0), weight or 0)
            for x, y, weight in zip(across, up, weights, strict=True)
        ]
        yield self._path([(x, y) for x, y, _ in points], 0)
        for x, y, weight in points:
            yield self._dot(x, y, 0, 3 + 6 * math.sqrt(weight / most))

    def _legend(self, chart: Chart) -> Iterator[str]:
        x = float(WIDTH - _RIGHT)
        for number, series in reversed(list(enumerate(chart.series))):
            if series.name:
                x -= _width(series.name)
                yield _text(x, 28, series.name)
                yield self._path([(x - 34, 24), (x - 10, 24)], number)
                x -= 54


def _x(place: int, chart: Chart) -> float:
    return _LEFT + (place + 0.5) * (WIDTH - _LEFT - _RIGHT) / len(chart.labels)


def _y(share: float) -> float:
    floor = HEIGHT - _BOTTOM
    return floor - share * (floor - _TOP)


def _nice_top(chart: Chart) -> float:
    """The least number of 1, 2, 4 or 8 times a power of ten that no value exceeds."""
    most = max((value or 0 for series in chart.series for value in series.values), default=0)
    if most <= 4:
        return 4.0
    unit = 10.0 ** math.floor(math.log10(most))
    return next(unit * factor for factor in (1, 2, 4, 8, 10) if unit * factor >= most)


def _number(value: float, percent: bool) -> str:
    if percent:
        return f"{100 * value:.0f} %"
    return f"{value:,.0f}" if value >= 10 or value == int(value) else f"{value:.1f}"


def _width(text: str) -> float:
    """About how many pixels a text of size 12 takes; a Chinese character is square."""
    return sum(7 if character.isascii() else 12 for character in text)


def _text(
    x: float, y: float, text: str, anchor: str = "start", size: int = 12, *, weight: str = "normal"
) -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="{size}" '
        f'font-weight="{weight}">{escape(text)}</text>'
    )


def _box(x: float, y: float, width: float, height: float, fill: str) -> str:
    return (
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" fill="{fill}"/>'
    )
