"""The use case: choose, fit and calibrate a model."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version

from millrace_contracts.dataset import Forecast
from millrace_forecast.backtest import Backtest, run_backtest
from millrace_forecast.calendar import FREQUENCIES, Frequency
from millrace_forecast.card import ModelCard
from millrace_forecast.errors import ForecastUndeclared
from millrace_forecast.features import FEATURES
from millrace_forecast.history import Series, build_history
from millrace_forecast.intervals import calibrate
from millrace_forecast.models import fit_boosted
from millrace_forecast.ports import Inputs, ModelStore

CARD, BOOSTER = "card.json", "booster.txt"


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
        frequency = FREQUENCIES[declared.frequency]
        history = build_history(self.inputs.daily_rows(declared), frequency)
        backtest = run_backtest(history, frequency, declared.horizon, self.seed)
        booster = None
        if backtest.best != "seasonal_naive":
            booster = fit_boosted(history, frequency, declared.horizon, self.seed)
        text = None if booster is None else booster.model_to_string().encode()
        card = self._card(spec.name, declared, frequency, history, backtest, text)
        files = {CARD: card.model_dump_json(indent=2).encode()}
        if text is not None:
            files[BOOSTER] = text
        self.models.save(files)
        return card

    def _card(
        self,
        dataset: str,
        declared: Forecast,
        frequency: Frequency,
        history: tuple[Series, ...],
        backtest: Backtest,
        booster: bytes | None,
    ) -> ModelCard:
        errors = backtest.scaled_errors.get(backtest.best)
        widths = (
            {}
            if errors is None
            else {percent: calibrate(errors, percent / 100) for percent in declared.intervals}
        )
        return ModelCard(
            dataset=dataset,
            version=self.model_version,
            trained_at=self.now,
            declared=declared,
            first_day=frequency.date_of(min(one.first for one in history)),
            last_day=frequency.date_of(history[0].last),
            series=len(history),
            seed=self.seed,
            model=backtest.best,
            windows=backtest.windows,
            mase=backtest.mase,
            widths=widths,
            features=FEATURES,
            libraries={name: version(name) for name in ("lightgbm", "numpy")},
            booster_sha256=None if booster is None else hashlib.sha256(booster).hexdigest(),
        )
