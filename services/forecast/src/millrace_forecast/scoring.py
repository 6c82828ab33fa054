"""The use case: score past forecasts by what has happened since."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from millrace_contracts.dataset import Forecast
from millrace_forecast.calendar import Frequency
from millrace_forecast.errors import ForecastUndeclared
from millrace_forecast.history import Series, read_history
from millrace_forecast.naive import repeat_last_season
from millrace_forecast.panel import Panel
from millrace_forecast.ports import Inputs, PastForecasts, ScoreOutput

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Scored:
    """What scoring found, over all forecasts whose periods have passed at least in part."""

    series_forecasts: int
    """Scored forecasts of one series."""
    mase: float | None
    """Mean; None when no series has a scale."""
    naive_mase: float | None
    """Of seasonal naive, from the same origins."""

    @property
    def worse_than_naive(self) -> bool:
        """Whether someone should be told: a model that the last season beats has no use."""
        if self.mase is None or self.naive_mase is None:
            return False
        return self.mase > self.naive_mase


@dataclass(frozen=True, slots=True)
class Scoring:
    """Score every past forecast, with everything it touches passed in."""

    inputs: Inputs
    past: PastForecasts
    output: ScoreOutput

    def score(self) -> Scored:
        """Write one row per forecast and series, below the day it was issued on.

        Scoring again, with more actual values, replaces the rows. A forecast none of whose periods
        is over, or whose series the refined table no longer has, is left out.

        Raises:
            TerminalError: The dataset declares no forecast, or its history is unusable.
        """
        spec = self.inputs.spec()
        declared = spec.forecast
        if declared is None:
            raise ForecastUndeclared(f"dataset {spec.name} declares no forecast")
        frequency, history = read_history(self.inputs.daily_rows(declared), declared)
        series = {one.key: one for one in history}
        found: list[Row] = []
        for issued_on, table in self.past.tables():
            rows = list(_score_rows(table.to_pylist(), declared, frequency, series))
            if rows:
                found += rows
                self.output.write_scores(issued_on, pa.Table.from_pylist(rows, _schema(declared)))
        scaled = [row for row in found if row["mase"] is not None]
        return Scored(len(found), _mean(scaled, "mase"), _mean(scaled, "naive_mase"))


def _mean(rows: Sequence[Row], column: str) -> float | None:
    return float(np.mean([row[column] for row in rows])) if rows else None


def _schema(declared: Forecast) -> pa.Schema:
    return pa.schema(
        [
            *((name, pa.string()) for name in declared.series),
            ("model_version", pa.string()),
            ("periods", pa.int32()),
            ("mase", pa.float64()),
            ("naive_mase", pa.float64()),
            ("smape", pa.float64()),
            *((f"coverage_{percent}", pa.float64()) for percent in declared.intervals),
        ]
    )


def _score_rows(
    rows: list[Row],
    declared: Forecast,
    frequency: Frequency,
    history: dict[tuple[str, ...], Series],
) -> Iterator[Row]:
    def key_of(row: Row) -> tuple[str, ...]:
        return tuple(row[name] for name in declared.series)

    rows.sort(key=lambda row: (key_of(row), row["forecast_time"]))
    for key, group in groupby(rows, key=key_of):
        series = history.get(key)
        if series is None:
            continue
        over = [row for row in group if _period(row, frequency) <= series.last]
        if over:
            named = dict(zip(declared.series, key, strict=True))
            yield {**named, **_score_one(over, declared, frequency, series)}


def _period(row: Row, frequency: Frequency) -> int:
    day: date = row["forecast_time"]
    return frequency.period_of(day)


def _score_one(over: list[Row], declared: Forecast, frequency: Frequency, series: Series) -> Row:
    places = np.array([_period(row, frequency) for row in over]) - series.first
    actual = series.values[places]
    mean = _column(over, "mean")
    missed = np.abs(actual - mean)
    size = np.abs(actual) + np.abs(mean)
    # Both zero is no error: Makridakis (1993) leaves 0/0 open.
    smape = np.where(size > 0, 200 * missed / np.where(size > 0, size, 1), 0)
    naive, scale = _naive(series, int(places[0]), len(over), frequency.season)
    row: Row = {
        "model_version": over[0]["model_version"],
        "periods": len(over),
        "mase": float(missed.mean() / scale) if scale > 0 else None,
        "naive_mase": float(np.abs(actual - naive).mean() / scale) if scale > 0 else None,
        "smape": float(smape.mean()),
    }
    for percent in declared.intervals:
        lower, upper = _column(over, f"lower_{percent}"), _column(over, f"upper_{percent}")
        inside = (actual >= lower) & (actual <= upper)
        calibrated = np.isfinite(lower).all()
        row[f"coverage_{percent}"] = float(inside.mean()) if calibrated else None
    return row


def _column(rows: list[Row], name: str) -> NDArray[np.float64]:
    return np.array([row[name] for row in rows], dtype=np.float64)


def _naive(
    series: Series, known: int, horizon: int, season: int
) -> tuple[NDArray[np.float64], float]:
    """What seasonal naive said at the forecast's origin, and MASE's scale there."""
    if known < 1:
        return np.zeros(horizon), 0.0
    panel, origin = Panel([series.values], season), np.array([[0, known]])
    return repeat_last_season(panel, origin, horizon)[0], float(panel.seasonal_change(origin)[0])
