"""The use case: draw history, forecast, intervals and back-test as one page of HTML."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from millrace_contracts.dataset import Forecast
from millrace_forecast.archive import read_card
from millrace_forecast.calendar import Frequency
from millrace_forecast.card import ModelCard
from millrace_forecast.errors import ForecastUndeclared, InputMissing
from millrace_forecast.history import Series, read_history
from millrace_forecast.ports import Inputs, ModelStore, PageOutput, PastForecasts
from millrace_forecast.svg import Line, Ribbon, draw_chart

_MOST_SERIES = 24
_BLUE, _RED, _GREY = "#1f6fb4", "#c8402f", "#777"
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Plotting:
    """Draw the newest forecast, with everything it touches passed in."""

    inputs: Inputs
    models: ModelStore
    past: PastForecasts
    output: PageOutput

    def plot(self) -> None:
        """Write a page that needs nothing but itself: no script, no font, no library.

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
        parts = [
            f"<h1>{escape(spec.name)}: forecast issued on {issued_on.isoformat()}</h1>",
            _about(card),
            "<h2>Back-test</h2>",
            _backtest(card),
            f"<h2>Series ({len(shown)} of {len(history)})</h2>",
        ]
        for series in shown:
            named = " / ".join(series.key)
            own = [_of(rows, declared, series) for _, rows in forecasts[:-1]]
            chart = _chart(series, declared, frequency, _of(newest, declared, series), own)
            parts.append(f"<h3>{escape(named)}</h3>{chart}")
        self.output.write_page(f"{spec.name}.html", _page(spec.name, parts))


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


def _backtest(card: ModelCard) -> str:
    if not card.mase_by_step:
        return "<p>The history was too short to test on.</p>"
    lines = [
        Line("seasonal naive", _GREY, list(enumerate(card.naive_mase_by_step, 1)), dashed=True),
        Line("model", _RED, list(enumerate(card.mase_by_step, 1))),
    ]
    steps = len(card.mase_by_step)
    ticks: list[tuple[float, str]] = [(1, "step 1"), (steps, f"step {steps}")]
    return "<p>MASE per step ahead: model (line), seasonal naive (dashes).</p>" + draw_chart(
        lines, [], ticks[: min(steps, 2)]
    )


def _chart(
    series: Series,
    declared: Forecast,
    frequency: Frequency,
    newest: list[Row],
    earlier: list[list[Row]],
) -> str:
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
    lines = [Line("history", _GREY, history)]
    lines += [
        Line("earlier forecast", _RED, _means(rows, frequency, first), True) for rows in earlier
    ]
    lines.append(Line("forecast", _BLUE, _means(newest, frequency, first)))
    last = max([period for period, _ in history] + [place for place, _ in lines[-1].points])
    ends = [float(first), float(series.last), last]
    ticks = [(place, frequency.date_of(int(place)).isoformat()) for place in dict.fromkeys(ends)]
    return draw_chart([line for line in lines if line.points], ribbons, ticks)


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
        "<style>body{font-family:sans-serif;max-width:900px;margin:2em auto;padding:0 1em}"
        "svg{width:100%}</style>" + "\n".join(parts) + "</html>\n"
    )
