"""The model card: what a model was made from, how good it was, and what it fits."""

from __future__ import annotations

from datetime import date
from importlib.metadata import version
from typing import Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict

from millrace_contracts.dataset import Forecast
from millrace_forecast.beside import beside_names
from millrace_forecast.errors import ModelRefused
from millrace_forecast.features import feature_names
from millrace_forecast.intervals import Bands
from millrace_forecast.members import MemberName


class ModelCard(BaseModel):
    """Stored as ``card.json`` beside the model."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    schema_version: Literal[2] = 2
    dataset: str
    version: str
    trained_at: AwareDatetime
    declared: Forecast
    """The spec's forecast part that it was trained for."""
    first_day: date
    last_day: date
    """Range of the history it learned from, both inclusive."""
    series: int
    history_sha256: str
    """Of every series' key, first period and values: training on the same again is of no use."""
    seed: int
    model: str
    """Name of the member, or ``combined``."""
    weights: dict[MemberName, float]
    """Share of each member in the forecast, as the back-test chose."""
    windows: int
    """Back-test windows; 0 means that the history was too short to choose or to calibrate."""
    mase: dict[MemberName, float]
    """Of each member alone, over the windows."""
    mase_chosen: float | None
    mase_by_step: tuple[float, ...]
    """Of the chosen weights, per step ahead."""
    naive_mase_by_step: tuple[float, ...]
    """Of seasonal naive, to compare with."""
    coverage: dict[int, float]
    """Measured share of values inside each interval, on series it was not calibrated on."""
    bands: Bands
    """By coverage in per cent; empty when the history was too short to calibrate."""
    naive_bands: Bands
    """As ``bands``, for the fall-back to seasonal naive."""
    features: tuple[str, ...]
    libraries: dict[str, str]
    sha256: dict[str, str]
    """Of every other file of the model."""

    def require(self, dataset: str, declared: Forecast) -> None:
        """Raise ModelRefused, naming each difference, unless the model fits the declaration."""
        wanted = {"dataset": dataset, **_shape(declared)}
        made_for = {"dataset": self.dataset, **_shape(self.declared)}
        differ = [
            f"{name} is {made_for.get(name)!r} in the model and {value!r} in the spec"
            for name, value in wanted.items()
            if made_for.get(name) != value
        ]
        made = feature_names(beside_names(declared))
        if self.features != made:
            differ.append(f"its features are {self.features}, this release makes {made}")
        made_with = self.libraries.get("lightgbm", "")
        if self.sha256 and made_with.split(".")[0] != version("lightgbm").split(".")[0]:
            differ.append(f"it was made with LightGBM {made_with}, here is {version('lightgbm')}")
        if differ:
            raise ModelRefused(f"model {self.version} does not fit: {'; '.join(differ)}")


def _shape(declared: Forecast) -> dict[str, Any]:
    """What a model depends on: when the next one is trained is not part of it."""
    return declared.model_dump(mode="json", exclude={"retrain"})
