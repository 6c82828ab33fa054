from __future__ import annotations

import re
from datetime import UTC, date, datetime
from xml.etree import ElementTree

import pytest
from conftest import weekly_rows

from millrace_forecast.adapters.memory import (
    MemoryInputs,
    MemoryModelStore,
    MemoryOutput,
    MemoryPageOutput,
    MemoryPastForecasts,
)
from millrace_forecast.errors import InputMissing
from millrace_forecast.plotting import Plotting
from millrace_forecast.prediction import Prediction
from millrace_forecast.svg import HEIGHT, WIDTH, Line, draw_chart
from millrace_forecast.training import Training

NOON = datetime(2024, 2, 29, 12, tzinfo=UTC)


def plot(spec, rows, days) -> str:
    inputs, models, pages = MemoryInputs(spec, rows), MemoryModelStore(), MemoryPageOutput()
    Training(inputs, models, "v1", NOON).train()
    tables = {}
    for day in days:
        output = MemoryOutput()
        Prediction(inputs, models, output, "r1", day, NOON).predict()
        (tables[day],) = output.tables.values()
    Plotting(inputs, models, MemoryPastForecasts(tables), pages).plot()
    return pages.pages["flights.html"]


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

    (path,) = [p for p in ElementTree.fromstring(draw_chart([line], [], [])).iter("path") if len(p)]

    assert re.findall(r"[ML]", path.get("d", "")) == ["M", "M", "L"]
