"""The use case: draw history, forecast, intervals and back-test, as a page and as a picture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from millrace_contracts.dataset import Forecast
from millrace_forecast.archive import read_card
from millrace_forecast.calendar import Frequency
from millrace_forecast.card import ModelCard
from millrace_forecast.chart import Chart, Line, Ribbon
from millrace_forecast.errors import ForecastUndeclared, InputMissing
from millrace_forecast.history import Series, read_history
from millrace_forecast.picture import draw_picture
from millrace_forecast.ports import Inputs, ModelStore, PageOutput, PastForecasts
from millrace_forecast.svg import draw_chart

_MOST_SERIES = 24
_BLUE, _ORANGE, _SLATE, _GREY = "#2563eb", "#d97706", "#334155", "#94a3b8"
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Plotting:
    """Draw the newest forecast, with everything it touches passed in."""

    inputs: Inputs
    models: ModelStore
    past: PastForecasts
    output: PageOutput

    def plot(self) -> None:
        """Write a page that needs nothing but itself (no script, no font), and a PNG of the same.

        Raises:
            TerminalError: The dataset declares no forecast, or there is none yet.
        """
        spec = self.inputs.spec()
        declared = spec.forecast
        if declared is None:
            raise ForecastUndeclared(f"dataset {spec.name} declares no forecast")
        card = read_card(self.models.load())
        frequency, history = read_history(self.inputs.daily_rows(declared), declared)
        forecasts = [(issued_on, table.to_pylist()) for issued_on, table in self.past.tables()]
        if not forecasts:
            raise InputMissing("channel forecast holds no forecast yet")
        issued_on, newest = forecasts[-1]
        shown = history[:_MOST_SERIES]
        title = f"{spec.name}: forecast issued on {issued_on.isoformat()}"
        tested = _backtest(card)
        charts = [
            _chart(
                series,
                declared,
                frequency,
                _of(newest, declared, series),
                [_of(rows, declared, series) for _, rows in forecasts[:-1]],
            )
            for series in shown
        ]
        parts = [
            f"<h1>{escape(title)}</h1>",
            _about(card),
            "<h2>Back-test</h2>",
            _with_title(tested) if tested else "<p>The history was too short to test on.</p>",
            f"<h2>Series ({len(shown)} of {len(history)})</h2>",
            *(_with_title(chart) for chart in charts),
        ]
        self.output.write_page(f"{spec.name}.html", _page(spec.name, parts))
        drawn = [*([tested] if tested else []), *charts]
        self.output.write_picture(f"{spec.name}.png", draw_picture(title, drawn))


def _of(rows: Sequence[Row], declared: Forecast, series: Series) -> list[Row]:
    return [row for row in rows if tuple(row[name] for name in declared.series) == series.key]


def _about(card: ModelCard) -> str:
    weights = ", ".join(f"{name} {share:g}" for name, share in card.weights.items())
    coverage = ", ".join(f"{percent} %: {share:.1%}" for percent, share in card.coverage.items())
    return (
        f"<p>Model {escape(card.version)}: {escape(weights)}; learned from {card.series} series, "
        f"{card.first_day} to {card.last_day}. Measured coverage of its intervals: "
        f"{coverage or 'not measured'}.</p>"
    )


def _with_title(chart: Chart) -> str:
    legend = " ".join(
        f'<span style="color:{color}">{escape(name)}</span>'
        for name, color in chart.legend().items()
    )
    return f"<h3>{escape(chart.title)}<small>{legend}</small></h3>{draw_chart(chart)}"


def _backtest(card: ModelCard) -> Chart | None:
    if not card.mase_by_step:
        return None
    lines = [
        Line("seasonal naive", _GREY, list(enumerate(card.naive_mase_by_step, 1)), dashed=True),
        Line("model", _BLUE, list(enumerate(card.mase_by_step, 1))),
    ]
    steps = len(card.mase_by_step)
    ticks: list[tuple[float, str]] = [(1, "step 1"), (steps, f"step {steps}")]
    return Chart("Back-test: MASE per step ahead", lines, [], ticks[: min(steps, 2)])


def _chart(
    series: Series,
    declared: Forecast,
    frequency: Frequency,
    newest: list[Row],
    earlier: list[list[Row]],
) -> Chart:
    width = max(6 * declared.horizon, 4 * frequency.season)
    first = max(series.first, series.last + 1 - width)
    history = [
        (float(period), float(series.values[period - series.first]))
        for period in range(first, series.last + 1)
    ]
    ribbons = [
        Ribbon(f"{percent} % interval", _BLUE, points)
        for percent in sorted(declared.intervals, reverse=True)
        if (points := _bounds(newest, frequency, percent))
    ]
    lines = [Line("history", _SLATE, history)]
    lines += [
        Line("earlier forecast", _ORANGE, _means(rows, frequency, first), True) for rows in earlier
    ]
    lines.append(Line("forecast", _BLUE, _means(newest, frequency, first)))
    last = max([period for period, _ in history] + [place for place, _ in lines[-1].points])
    ends = [float(first), float(series.last), last]
    ticks = [(place, frequency.date_of(int(place)).isoformat()) for place in dict.fromkeys(ends)]
    drawn = [line for line in lines if line.points]
    return Chart(" / ".join(series.key), drawn, ribbons, ticks)


def _means(rows: list[Row], frequency: Frequency, first: int) -> list[tuple[float, float | None]]:
    points = [(float(frequency.period_of(row["forecast_time"])), row["mean"]) for row in rows]
    return sorted(point for point in points if point[0] >= first)


def _bounds(
    rows: list[Row], frequency: Frequency, percent: int
) -> list[tuple[float, float, float]]:
    return sorted(
        (
            float(frequency.period_of(row["forecast_time"])),
            row[f"lower_{percent}"],
            row[f"upper_{percent}"],
        )
        for row in rows
        if row[f"lower_{percent}"] is not None
    )


def _page(title: str, parts: Sequence[str]) -> str:
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{escape(title)}</title>'
        "<style>body{font-family:system-ui,sans-serif;color:#0f172a;max-width:900px;"
        "margin:2em auto;padding:0 1em}h1{font-size:1.4em}h2{font-size:1.1em;margin-top:2em}"
        "h3{font-size:.95em;margin:1.4em 0 .2em}p{color:#475569}"
        "small{float:right;font-weight:normal}small span{margin-left:1em}"
        "svg{width:100%}</style>" + "\n".join(parts) + "</html>\n"
    )
