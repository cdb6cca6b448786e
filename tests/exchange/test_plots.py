"""Charts as SVG and PNG."""

import xml.etree.ElementTree as ET
from dataclasses import replace

import pytest

from quizapp.errors import UsageError
from quizapp.exchange.plots import Calendar, Chart, Series, png, svg, write

BARS = Chart("bars", "Due <soon> & later", "days", "cards", ("0", "", "2"), (Series((3, 0, 6)),))
LINES = Chart(
    "lines",
    "Retention",
    "month",
    "recalled",
    ("2026-01", "2026-02"),
    (Series((0.8, 0.9), "young"), Series((None, 0.7), "mature")),
    top=1,
    percent=True,
)
PLANE = Chart(
    "plane",
    "Calibration",
    "predicted",
    "recalled",
    ("", ""),
    (Series((0.5, 0.9)), Series((0.4, 1.0)), Series((10, 30))),
    percent=True,
)
YEAR = Calendar("A year", (0, 1, 2, 3, 4, 0, 1, 2), ((0, "Jan"),), ("Mon",) + 6 * ("",), "少", "多")
SVG = "{http://www.w3.org/2000/svg}"


def drawn(*charts, dark=False):
    return ET.fromstring(svg(charts, dark=dark).encode())


def texts(root):
    return [element.text for element in root.iter(f"{SVG}text")]


@pytest.mark.parametrize("chart", [BARS, LINES, PLANE, YEAR])
def test_a_chart_is_well_formed_and_has_its_title(chart):
    assert chart.title in texts(drawn(chart))


@pytest.mark.parametrize("chart", [BARS, LINES, PLANE])
def test_axes_are_named(chart):
    assert {chart.across, chart.up} <= set(texts(drawn(chart)))


def test_a_bar_is_as_high_as_its_value():
    bars = [box for box in drawn(BARS).iter(f"{SVG}rect") if box.get("width") != "720"]
    heights = [float(bar.get("height")) for bar in bars]

    assert len(heights) == 2
    assert heights[1] == pytest.approx(2 * heights[0], abs=0.2)


def test_series_differ_in_more_than_colour():
    lines = list(drawn(LINES).iter(f"{SVG}polyline"))

    assert {line.get("stroke-dasharray") for line in lines} == {None, "7 4"}


def test_a_month_without_a_value_has_no_point():
    alone = replace(LINES, series=(Series((None, 0.7)),))

    assert len(list(drawn(alone).iter(f"{SVG}circle"))) == 1


def test_nothing_at_all_can_be_drawn():
    assert drawn(replace(BARS, series=(Series((0, 0, 0)),))) is not None


def test_dark_and_light_have_other_grounds():
    grounds = {next(drawn(YEAR, dark=dark).iter(f"{SVG}rect")).get("fill") for dark in (0, 1)}

    assert len(grounds) == 2


def test_pixels_are_twice_as_many_as_units():
    pytest.importorskip("resvg_py")
    data = png(svg([YEAR, BARS]))

    assert data.startswith(b"\x89PNG\r\n")
    assert int.from_bytes(data[16:20]) == 2 * 720
    assert int.from_bytes(data[20:24]) == 2 * 2 * 300


def test_a_folder_that_is_missing_is_told(tmp_path):
    with pytest.raises(UsageError, match="cannot be written"):
        write([BARS], tmp_path / "nowhere" / "a.svg", pixels=False, dark=False)
