"""The use case: predict with a trained model; nothing is learned here."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from millrace_contracts import ForecastPrefix, ForecastReady
from millrace_contracts.dataset import Forecast
from millrace_forecast.archive import read_card, read_model
from millrace_forecast.calendar import Frequency
from millrace_forecast.card import ModelCard
from millrace_forecast.errors import ForecastUndeclared, KnownAheadMissing
from millrace_forecast.history import Series, read_history
from millrace_forecast.model import Model, Predicted, predict, predict_naively
from millrace_forecast.ports import Inputs, ModelStore, Output
from millrace_forecast.share import WHOLE, Share

FALL_BACK = "seasonal_naive_over_budget"
"""Method of the rows that the time budget did not reach."""
_BATCH = 512


@dataclass(frozen=True, slots=True)
class Prediction:
    """Issue one forecast, with everything it touches passed in."""

    inputs: Inputs
    models: ModelStore
    output: Output
    run_id: str
    issued_on: date
    now: datetime
    share: Share = WHOLE
    """The part of the series that this instance predicts."""
    budget_s: float = math.inf
    """Seconds after which the series that are left fall back to seasonal naive."""
    clock: Callable[[], float] = time.monotonic

    def predict(self) -> ForecastReady:
        """Forecast every series of the refined table and write the rows.

        Predicting again from the same table and model writes the same rows.

        Raises:
            TerminalError: The model is refused, or the table cannot be made into series; nothing
                is written.
        """
        spec = self.inputs.spec()
        declared = spec.forecast
        if declared is None:
            raise ForecastUndeclared(f"dataset {spec.name} declares no forecast")
        files = self.models.load()
        card = read_card(files)
        card.require(spec.name, declared)
        model = read_model(card, files)
        _, history = read_history(self.inputs.daily_rows(declared), declared)
        _require_ahead(history, declared, model.frequency)
        mine = [one for one in history if self.share.holds(one.key)]
        tables = [
            forecast_table(declared, model.frequency, batch, predicted, card.version, method)
            for batch, predicted, method in self._batches(model, card, mine)
        ]
        if tables:
            table = pa.concat_tables(tables)
            self.output.write(str(ForecastPrefix(spec.name, self.issued_on)), table)
        return ForecastReady(
            dataset=spec.name,
            run_id=self.run_id,
            model_version=card.version,
            series=len(mine),
            rows_written=len(mine) * declared.horizon,
            issued_at=self.now,
        )

    def _batches(
        self, model: Model, card: ModelCard, history: list[Series]
    ) -> Iterator[tuple[list[Series], Predicted, str]]:
        """Predictions and the method that made them, until the budget is spent and after."""
        began_s = self.clock()
        for start in range(0, len(history), _BATCH):
            batch = history[start : start + _BATCH]
            if self.clock() - began_s < self.budget_s:
                yield batch, predict(model, batch), card.model
            else:
                yield batch, predict_naively(model, batch), FALL_BACK


def _require_ahead(history: Sequence[Series], declared: Forecast, frequency: Frequency) -> None:
    """Raise KnownAheadMissing where a declared column ends before the horizon does."""
    names = declared.known_ahead
    for one in history if names else ():
        for name, column in zip(names, one.beside[-len(names) :], strict=True):
            missing = np.flatnonzero(~np.isfinite(column[len(one.values) :]))
            if len(missing):
                day = frequency.date_of(one.last + 1 + int(missing[0]))
                raise KnownAheadMissing(
                    f"series {one.key} has no {name} for {day.isoformat()}: what is known ahead "
                    f"must be there for {declared.horizon} periods after "
                    f"{frequency.date_of(one.last).isoformat()}"
                )


def forecast_table(
    declared: Forecast,
    frequency: Frequency,
    history: Sequence[Series],
    predicted: Predicted,
    model_version: str,
    method: str,
) -> pa.Table:
    """Rows of the forecast table, sorted by series and time.

    Returns:
        The series columns (string), ``forecast_time`` (date32: the period's day), ``mean``,
        ``lower_<p>`` and ``upper_<p>`` per coverage p (double; null when the history was too short
        to calibrate), ``model_version`` and ``method`` (string). A target that was never negative
        is not forecast below zero.
    """
    horizon = declared.horizon
    floors = np.array([0.0 if one.values.min() >= 0 else -np.inf for one in history])[:, None]
    columns: dict[str, pa.Array] = {
        name: pa.array([one.key[index] for one in history for _ in range(horizon)], pa.string())
        for index, name in enumerate(declared.series)
    }
    first = history[0].last + 1
    days = [frequency.date_of(first + step) for step in range(horizon)]
    columns["forecast_time"] = pa.array(days * len(history), pa.date32())
    columns["mean"] = _column(np.maximum(predicted.mean, floors))
    for percent in declared.intervals:
        lower, upper = predicted.interval(percent)
        columns[f"lower_{percent}"] = _column(np.maximum(lower, floors))
        columns[f"upper_{percent}"] = _column(np.maximum(upper, floors))
    for name, text in (("model_version", model_version), ("method", method)):
        columns[name] = pa.array([text] * predicted.mean.size, pa.string())
    return pa.table(columns)


def _column(values: NDArray[np.float64]) -> pa.Array:
    """Doubles, row by row; NaN becomes null."""
    return pa.array(values.ravel(), pa.float64(), from_pandas=True)
