from __future__ import annotations

import re
from datetime import UTC, date, datetime
from io import BytesIO
from xml.etree import ElementTree

import pytest
from conftest import weekly_rows
from PIL import Image

from millrace_forecast.adapters.memory import (
    MemoryInputs,
    MemoryModelStore,
    MemoryOutput,
    MemoryPageOutput,
    MemoryPastForecasts,
)
from millrace_forecast.chart import HEIGHT, WIDTH, Chart, Line, Ribbon, scale_of
from millrace_forecast.errors import InputMissing
from millrace_forecast.picture import HEAD, TITLE, draw_picture
from millrace_forecast.plotting import Plotting
from millrace_forecast.prediction import Prediction
from millrace_forecast.svg import draw_chart
from millrace_forecast.training import Training

NOON = datetime(2024, 2, 29, 12, tzinfo=UTC)


def plotted(spec, rows, days) -> MemoryPageOutput:
    inputs, models, pages = MemoryInputs(spec, rows), MemoryModelStore(), MemoryPageOutput()
    Training(inputs, models, "v1", NOON).train()
    tables = {}
    for day in days:
        output = MemoryOutput()
        Prediction(inputs, models, output, "r1", day, NOON).predict()
        (tables[day],) = output.tables.values()
    Plotting(inputs, models, MemoryPastForecasts(tables), pages).plot()
    return pages


def plot(spec, rows, days) -> str:
    return plotted(spec, rows, days).pages["flights.html"]


def charts(page: str) -> list[ElementTree.Element]:
    return [ElementTree.fromstring(svg) for svg in re.findall(r"<svg.*?</svg>", page)]


def titles(chart: ElementTree.Element) -> list[str | None]:
    return [title.text for title in chart.iter("title")]


def test_every_series_shows_history_forecast_and_intervals_inside_the_picture(spec):
    rows = [(key, day, value + day.day % 5) for key, day, value in weekly_rows(140, "EWR", "J<K")]

    page = plot(spec, rows, [date(2024, 2, 28), date(2024, 2, 29)])

    backtest, *series = charts(page)
    assert titles(backtest) == ["seasonal naive", "model"]
    assert "J&lt;K" in page
    for chart in series:
        assert titles(chart) == [
            "95 % interval",
            "80 % interval",
            "history",
            "earlier forecast",
            "forecast",
        ]
        drawn = " ".join(path.get("d", "") for path in chart.iter("path"))
        places = [tuple(map(float, pair)) for pair in re.findall(r"[ML]([\d.]+) ([\d.]+)", drawn)]
        assert all(0 <= x <= WIDTH and 0 <= y <= HEIGHT for x, y in places)
    assert len(series) == 2


def test_a_page_loads_nothing(spec):
    page = plot(spec, weekly_rows(140, "EWR"), [date(2024, 2, 29)])

    assert not re.search(r"(src|href)=|<script|@import|url\(", page)


def test_a_short_history_has_no_back_test_to_show(spec):
    assert "too short to test on" in plot(spec, weekly_rows(10, "EWR"), [date(2024, 2, 29)])


def test_without_a_forecast_there_is_nothing_to_draw(spec):
    with pytest.raises(InputMissing, match="no forecast yet"):
        plot(spec, weekly_rows(140, "EWR"), [])


def test_a_value_that_is_missing_breaks_the_line():
    line = Line("a", "#000", [(0, 1.0), (1, None), (2, 3.0), (3, 2.0)])

    (path,) = [
        p
        for p in ElementTree.fromstring(draw_chart(Chart("", [line], [], []))).iter("path")
        if len(p)
    ]

    assert re.findall(r"[ML]", path.get("d", "")) == ["M", "M", "L"]


def chart(*points: float) -> Chart:
    return Chart(
        "north",
        [Line("forecast", "#2563eb", list(enumerate(points)))],
        [Ribbon("80 % interval", "#2563eb", [(x, y - 5, y + 5) for x, y in enumerate(points)])],
        [(0, "2024-01-01"), (len(points) - 1, "2024-01-03")],
    )


def colours(png: bytes, box: tuple[float, float, float, float]) -> set[tuple[int, ...]]:
    """Of the pixels inside a box of the first chart, in units of its paper."""
    with Image.open(BytesIO(png)) as picture:
        assert (picture.format, picture.mode) == ("PNG", "RGB")
        zoom = picture.width // WIDTH
        area = tuple(round(side * zoom) for side in box)
        part = picture.crop(area)
        return {color for _, color in part.getcolors(part.width * part.height)}


def test_a_picture_shows_the_line_on_its_place_and_the_ribbon_around_it():
    drawn = chart(10.0, 10.0, 10.0)
    png, scale = draw_picture("visits", [drawn]), scale_of(drawn)
    below = HEAD + TITLE
    middle, line = scale.x(1), scale.y(10.0) + below

    on = colours(png, (middle - 40, line - 1, middle + 40, line + 1))
    around = colours(png, (middle - 40, line + 10, middle + 40, line + 12))
    outside = colours(png, (middle - 40, scale.y(5.0) + below + 2, middle + 40, line + 150))

    assert (0x25, 0x63, 0xEB) in on
    assert all(red < blue for red, _, blue in around), "the ribbon is blue"
    assert (0x25, 0x63, 0xEB) not in outside


def test_a_picture_has_a_chart_below_the_other():
    with (
        Image.open(BytesIO(draw_picture("visits", [chart(1.0, 2.0)]))) as one,
        Image.open(BytesIO(draw_picture("visits", [chart(1.0, 2.0)] * 3))) as three,
    ):
        assert three.height - one.height == 2 * (HEIGHT + HEAD) * (one.width // WIDTH)


def test_the_page_comes_with_its_picture(spec):
    pages = plotted(spec, weekly_rows(10, "EWR"), [date(2024, 2, 29)])

    assert list(pages.pictures) == ["flights.png"]
    assert len(colours(pages.pictures["flights.png"], (0, 0, WIDTH, HEIGHT))) > 20


@pytest.mark.parametrize(
    ("low", "high", "rules"),
    [
        (0.0, 97.0, (0, 50, 100)),
        (-3.0, 4.0, (-4, -2, 0, 2, 4)),
        (7.0, 7.0, None),
        (0.0, 0.0, None),
        (1e9, 1.2e9, (1e9, 1.05e9, 1.1e9, 1.15e9, 1.2e9)),
    ],
)
def test_rules_are_round_and_enclose_what_is_drawn(low, high, rules):
    found = scale_of(Chart("", [Line("a", "#000000", [(0, low), (1, high)])], [], [])).rules

    assert found[0] <= low <= high <= found[-1]
    assert found[0] < found[-1]
    assert rules is None or found == rules
