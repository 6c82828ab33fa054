"""The use case: choose, fit and calibrate a model."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version

from millrace_forecast.archive import CARD, boosted_files, hash_files
from millrace_forecast.beside import beside_names
from millrace_forecast.card import ModelCard
from millrace_forecast.errors import ForecastUndeclared
from millrace_forecast.features import feature_names
from millrace_forecast.history import hash_history, read_history
from millrace_forecast.members import NAIVE_ALONE, name_of
from millrace_forecast.model import fit_model
from millrace_forecast.ports import Inputs, ModelStore


@dataclass(frozen=True, slots=True)
class Training:
    """Train one model, with everything it touches passed in."""

    inputs: Inputs
    models: ModelStore
    model_version: str
    now: datetime
    seed: int = 20130101

    def train(self) -> ModelCard:
        """Back-test, fit the winner on the whole history and save it with its card.

        The same refined table, seed and versions give the same model.

        Raises:
            TerminalError: The dataset declares no forecast, or its history is unusable.
        """
        spec = self.inputs.spec()
        declared = spec.forecast
        if declared is None:
            raise ForecastUndeclared(f"dataset {spec.name} declares no forecast")
        frequency, history = read_history(self.inputs.daily_rows(declared), declared)
        model, backtest, coverage = fit_model(
            history, frequency, declared.horizon, declared.intervals, self.seed
        )
        files = boosted_files(model.boosted)
        card = ModelCard(
            dataset=spec.name,
            version=self.model_version,
            trained_at=self.now,
            declared=declared,
            first_day=frequency.date_of(min(one.first for one in history)),
            last_day=frequency.date_of(history[0].last),
            series=len(history),
            history_sha256=hash_history(history),
            seed=self.seed,
            model=name_of(model.weights),
            weights=dict(model.weights),
            windows=backtest.windows,
            mase=backtest.member_scores(),
            mase_chosen=backtest.mase(model.weights),
            mase_by_step=tuple(backtest.mase_by_step(model.weights)),
            naive_mase_by_step=tuple(backtest.mase_by_step(NAIVE_ALONE)),
            coverage=coverage,
            bands=model.bands,
            naive_bands=model.naive_bands,
            features=feature_names(beside_names(declared)),
            libraries={name: version(name) for name in ("lightgbm", "numpy")},
            sha256=hash_files(files),
        )
        self.models.save({CARD: card.model_dump_json(indent=2).encode(), **files})
        return card
