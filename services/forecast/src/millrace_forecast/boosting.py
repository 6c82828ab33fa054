"""The boosted part: one LightGBM model over all series for the forecast, one for its spread."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from millrace_forecast.errors import ModelRefused
from millrace_forecast.features import View

if TYPE_CHECKING:
    from lightgbm import Booster

Floats = NDArray[np.float64]

_ROUNDS, _SPREAD_ROUNDS = 80, 40
_PARAMETERS = {
    "objective": "l1",
    "learning_rate": 0.1,
    "num_leaves": 8,
    "min_data_in_leaf": 100,
    "feature_fraction": 0.6,
    "bagging_fraction": 0.7,
    "bagging_freq": 1,
    "deterministic": True,
    "force_row_wise": True,
    "num_threads": 1,
    "verbosity": -1,
}
"""Absolute error in units of the seasonal change is MASE itself. The trees are small: on the
training parts of M1 and Tourism, 150 rounds of 15 leaves were no better at twice the cost."""
_LEAST_SPREAD = 0.05
_LEAST_ROWS = 200
"""Fewer teach nothing that two leaves of 100 rows could hold."""


@dataclass(frozen=True, slots=True)
class Boosted:
    """Both models, as LightGBM's text."""

    correction: str
    """Of the smoothed forecast, in units of the scale."""
    spread: str
    """Absolute error to expect of it, in the same units."""

    def predict(self, view: View) -> tuple[Floats, Floats]:
        """Forecasts and spreads of every origin; each shape (origins, horizon).

        Raises:
            ModelRefused: The text is not one of LightGBM.
        """
        rows = view.features.reshape(-1, view.features.shape[2])
        shape = view.smoothed.shape
        correction, spread = (
            np.asarray(_booster(text).predict(rows, num_threads=1)).reshape(shape)
            for text in (self.correction, self.spread)
        )
        return view.smoothed + correction * view.scale, np.maximum(spread, _LEAST_SPREAD)


def fit_boosted(view: View, actual: Floats, seed: int) -> Boosted | None:
    """Learn from origins whose horizon has passed; None when they are too few to learn from.

    The same view and seed give the same text.

    Args:
        view: What was known at each origin.
        actual: What came after it; shape (origins, horizon).
        seed: Of the rows and features that each tree looks at.
    """
    if actual.size < _LEAST_ROWS:
        return None
    import lightgbm

    missed = ((actual - view.smoothed) / view.scale).ravel()
    rows = view.features.reshape(-1, view.features.shape[2])
    parameters = {**_PARAMETERS, "seed": seed}
    data = lightgbm.Dataset(rows, missed, params=parameters)
    correction = lightgbm.train(parameters, data, num_boost_round=_ROUNDS)
    # The rows stay sorted into their bins: only what is asked of them changes.
    data.set_label(np.abs(missed))
    spread = lightgbm.train(parameters, data, num_boost_round=_SPREAD_ROUNDS)
    return Boosted(correction.model_to_string(), spread.model_to_string())


def _booster(text: str) -> Booster:
    import lightgbm

    try:
        return lightgbm.Booster(model_str=text)
    except lightgbm.basic.LightGBMError as exc:
        raise ModelRefused(f"LightGBM does not read the model: {exc}") from exc
