"""The use case: predict with a trained model; nothing is learned here."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from pydantic import ValidationError

from millrace_contracts import ForecastPrefix, ForecastReady
from millrace_contracts.dataset import Forecast
from millrace_forecast.calendar import FREQUENCIES, Frequency
from millrace_forecast.card import ModelCard
from millrace_forecast.errors import ForecastUndeclared, ModelRefused
from millrace_forecast.features import level_of
from millrace_forecast.history import Series, build_history
from millrace_forecast.models import predict
from millrace_forecast.ports import Inputs, ModelStore, Output
from millrace_forecast.training import BOOSTER, CARD

if TYPE_CHECKING:
    from lightgbm import Booster


@dataclass(frozen=True, slots=True)
class Prediction:
    """Issue one forecast, with everything it touches passed in."""

    inputs: Inputs
    models: ModelStore
    output: Output
    run_id: str
    issued_on: date
    now: datetime

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
        card, booster = load_model(self.models)
        card.require(spec.name, declared)
        frequency = FREQUENCIES[declared.frequency]
        history = build_history(self.inputs.daily_rows(declared), frequency)
        mean = predict(card.model, booster, history, frequency, declared.horizon)
        table = forecast_table(declared, frequency, history, mean, card)
        self.output.write(str(ForecastPrefix(spec.name, self.issued_on)), table)
        return ForecastReady(
            dataset=spec.name,
            run_id=self.run_id,
            model_version=card.version,
            series=len(history),
            rows_written=table.num_rows,
            issued_at=self.now,
        )


def load_model(models: ModelStore) -> tuple[ModelCard, Booster | None]:
    """The card and, where the model has one, its booster. Raises ModelRefused, InputMissing."""
    files = models.load()
    try:
        card = ModelCard.model_validate_json(files[CARD])
    except KeyError as exc:
        raise ModelRefused(f"the archive has no {CARD}, but {sorted(files)}") from exc
    except ValidationError as exc:
        raise ModelRefused(f"{CARD} is not a model card: {exc.errors()[0]['msg']}") from exc
    if card.booster_sha256 is None:
        return card, None
    text = files.get(BOOSTER, b"")
    if hashlib.sha256(text).hexdigest() != card.booster_sha256:
        raise ModelRefused(f"{BOOSTER} is not the one that {CARD} of {card.version} was made with")
    from lightgbm import Booster

    return card, Booster(model_str=text.decode())


def forecast_table(
    declared: Forecast,
    frequency: Frequency,
    history: tuple[Series, ...],
    mean: NDArray[np.float64],
    card: ModelCard,
) -> pa.Table:
    """Rows of the forecast table, sorted by series and time.

    Returns:
        The series columns (string), ``forecast_time`` (date32: the period's day), ``mean``,
        ``lower_<p>`` and ``upper_<p>`` per coverage p (double; null when the history was too short
        to calibrate), ``model_version`` (string). A target that was never negative is not
        forecast below zero.
    """
    horizon = declared.horizon
    levels = np.array([level_of(one.values, frequency.season) for one in history])
    floors = np.array([0.0 if one.values.min() >= 0 else -np.inf for one in history])[:, None]
    columns: dict[str, pa.Array] = {
        name: pa.array([one.key[index] for one in history for _ in range(horizon)], pa.string())
        for index, name in enumerate(declared.series)
    }
    first = history[0].last + 1
    days = [frequency.date_of(first + step) for step in range(horizon)]
    columns["forecast_time"] = pa.array(days * len(history), pa.date32())
    columns["mean"] = _column(np.maximum(mean, floors))
    for percent in declared.intervals:
        widths = np.array(card.widths.get(percent, [np.nan] * horizon)) * levels[:, None]
        columns[f"lower_{percent}"] = _column(np.maximum(mean - widths, floors))
        columns[f"upper_{percent}"] = _column(np.maximum(mean + widths, floors))
    columns["model_version"] = pa.array([card.version] * mean.size, pa.string())
    return pa.table(columns)


def _column(values: NDArray[np.float64]) -> pa.Array:
    """Doubles, row by row; NaN becomes null."""
    return pa.array(values.ravel(), pa.float64(), from_pandas=True)
