"""The use case: score past forecasts by what has happened since."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from millrace_contracts.dataset import Forecast
from millrace_forecast.calendar import Frequency
from millrace_forecast.errors import ForecastUndeclared
from millrace_forecast.history import Series, hash_history, read_history
from millrace_forecast.measures import Measured, measure
from millrace_forecast.panel import Panel
from millrace_forecast.past import Past, read_past
from millrace_forecast.ports import Inputs, PastForecasts, ScoreOutput


@dataclass(frozen=True, slots=True)
class Scored:
    """What scoring found, over all forecasts whose periods have passed at least in part."""

    series_forecasts: int
    """Scored forecasts of one series."""
    mase: float | None
    """Mean over the periods of the forecasts that are judged; None when no series has a scale."""
    naive_mase: float | None
    """Of seasonal naive, from the same origins."""
    periods: int = 0
    """Different periods that are over, of the forecasts that are judged."""
    history_sha256: str = ""
    """Of the history that forecasts were compared with, as on a model's card."""

    @property
    def worse_than_naive(self) -> bool:
        """Whether someone should be told: a model that the last season beats has no use."""
        if self.mase is None or self.naive_mase is None:
            return False
        return self.mase > self.naive_mase

    @property
    def relative_mase(self) -> float | None:
        """MASE over seasonal naive's, at most 1000: seasonal naive may have been right."""
        if self.mase is None or self.naive_mase is None:
            return None
        if self.naive_mase == 0:
            return 1000.0 if self.mase > 0 else 1.0
        return min(1000.0, self.mase / self.naive_mase)


@dataclass(frozen=True, slots=True)
class Scoring:
    """Score every past forecast, with everything it touches passed in."""

    inputs: Inputs
    past: PastForecasts
    output: ScoreOutput
    judged_version: str | None = None
    """The model whose forecasts the means are of; None takes all."""

    def score(self) -> Scored:
        """Write one row per forecast and series, below the day it was issued on.

        Scoring again, with more actual values, replaces the rows. A forecast none of whose periods
        is over, or that was made for other series columns or another frequency, is left out; so is
        a series that the refined table no longer has.

        Raises:
            TerminalError: The dataset declares no forecast, or its history is unusable.
        """
        spec = self.inputs.spec()
        declared = spec.forecast
        if declared is None:
            raise ForecastUndeclared(f"dataset {spec.name} declares no forecast")
        frequency, history = read_history(self.inputs.daily_rows(declared), declared)
        actual = _Actual(frequency, history)
        found: list[tuple[Past, Measured]] = []
        for issued_on, table in self.past.tables():
            past = actual.select(read_past(table, declared, frequency))
            if past is not None:
                measured = measure(past, actual.panel, actual.origins(past))
                self.output.write_scores(issued_on, _rows(past, measured, declared, frequency))
                found.append((past, measured))
        return self._sum_up(found, hash_history(history))

    def _sum_up(self, found: Sequence[tuple[Past, Measured]], history_sha256: str) -> Scored:
        misses, naive_misses = [np.empty(0)], [np.empty(0)]
        periods: set[int] = set()
        for past, measured in found:
            version = self.judged_version
            judged = np.array([version in (None, made_by) for made_by in past.versions])
            misses.append(measured.mase[judged & measured.scaled].ravel())
            naive_misses.append(measured.naive_mase[judged & measured.scaled].ravel())
            if judged.any():
                periods |= set(range(past.first, past.first + past.steps))
        mase, naive = np.concatenate(misses), np.concatenate(naive_misses)
        return Scored(
            series_forecasts=sum(len(past.keys) for past, _ in found),
            mase=float(mase.mean()) if len(mase) else None,
            naive_mase=float(naive.mean()) if len(naive) else None,
            periods=len(periods),
            history_sha256=history_sha256,
        )


class _Actual:
    """What happened, as forecasts are compared with it."""

    def __init__(self, frequency: Frequency, history: Sequence[Series]) -> None:
        self.panel = Panel([one.values for one in history], frequency.season)
        self._place = {one.key: index for index, one in enumerate(history)}
        self._first = [one.first for one in history]
        self._last = history[0].last

    def select(self, past: Past | None) -> Past | None:
        """The part of a forecast that something is known of; None when it is nothing."""
        if past is None or past.first > self._last:
            return None
        known = [
            row
            for row, key in enumerate(past.keys)
            if key in self._place and self._first[self._place[key]] < past.first
        ]
        return past.part(known, self._last - past.first + 1) if known else None

    def origins(self, past: Past) -> NDArray[np.int64]:
        """(series, number of values known then) of each row of a forecast."""
        places = [self._place[key] for key in past.keys]
        return np.array([[place, past.first - self._first[place]] for place in places])


def _rows(past: Past, measured: Measured, declared: Forecast, frequency: Frequency) -> pa.Table:
    """One row per series.

    Returns:
        The series columns, ``model_version``, ``forecast_from`` (the first period's day),
        ``periods`` (how many are over), then each measure as its mean and, as a list, per period
        (``mase_by_step``): ``mase`` and ``naive_mase``, null where the known part had no scale,
        ``smape``, and ``coverage_<p>``, null where the interval was not calibrated, or not made.
    """
    count = len(past.keys)
    columns: dict[str, pa.Array] = {
        name: pa.array([key[index] for key in past.keys], pa.string())
        for index, name in enumerate(declared.series)
    }
    columns["model_version"] = pa.array(past.versions, pa.string())
    columns["forecast_from"] = pa.array([frequency.date_of(past.first)] * count, pa.date32())
    columns["periods"] = pa.array([past.steps] * count, pa.int32())
    measures = {
        "mase": (measured.mase, measured.scaled),
        "naive_mase": (measured.naive_mase, measured.scaled),
        "smape": (measured.smape, np.ones(count, dtype=bool)),
    }
    for percent in declared.intervals:
        measures[f"coverage_{percent}"] = measured.inside(past, percent)
    for name, (steps, known) in measures.items():
        columns[name] = pa.array(steps.mean(axis=1), pa.float64(), mask=~known)
    for name, (steps, known) in measures.items():
        columns[f"{name}_by_step"] = _lists(steps, known)
    return pa.table(columns)


def _lists(steps: NDArray[np.float64], known: NDArray[np.bool_]) -> pa.Array:
    rows = [list(row) if is_known else None for row, is_known in zip(steps, known, strict=True)]
    return pa.array(rows, pa.list_(pa.float64()))
