"""The model card: what a model was made from, how good it was, and what it fits."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict

from millrace_contracts.dataset import Forecast
from millrace_forecast.errors import ModelRefused
from millrace_forecast.features import FEATURES
from millrace_forecast.models import ModelName


class ModelCard(BaseModel):
    """Stored as ``card.json`` beside the model."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    schema_version: Literal[1] = 1
    dataset: str
    version: str
    trained_at: AwareDatetime
    declared: Forecast
    """The spec's forecast part that it was trained for."""
    first_day: date
    last_day: date
    """Range of the history it learned from, both inclusive."""
    series: int
    seed: int
    model: ModelName
    """The model that the back-test chose."""
    windows: int
    """Back-test windows; 0 means that the history was too short to choose or to calibrate."""
    mase: dict[ModelName, float]
    widths: dict[int, list[float]]
    """Half-width per step ahead by coverage in per cent, in units of the series' level."""
    features: tuple[str, ...]
    libraries: dict[str, str]
    booster_sha256: str | None
    """Of ``booster.txt``; None when the model needs none."""

    def require(self, dataset: str, declared: Forecast) -> None:
        """Raise ModelRefused, naming each difference, unless the model fits the declaration."""
        wanted = {"dataset": dataset, **declared.model_dump(mode="json")}
        made_for = {"dataset": self.dataset, **self.declared.model_dump(mode="json")}
        differ = [
            f"{name} is {made_for.get(name)!r} in the model and {value!r} in the spec"
            for name, value in wanted.items()
            if made_for.get(name) != value
        ]
        if self.features != FEATURES:
            differ.append(f"its features are {self.features}, this release makes {FEATURES}")
        if differ:
            raise ModelRefused(f"model {self.version} does not fit: {'; '.join(differ)}")
