"""Keys of the forecast bucket, and of the models behind it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Self

from millrace_contracts.keys.layout import DATASET, DAY, matched


@dataclass(frozen=True, slots=True)
class ForecastPrefix:
    """The forecasts issued on one day: ``<dataset>/issued_on=<YYYY-MM-DD>/``."""

    dataset: str
    issued_on: date

    _pattern: ClassVar[re.Pattern[str]] = re.compile(rf"{DATASET}/issued_on=(?P<day>{DAY})/")

    def __str__(self) -> str:
        return f"{self.dataset}/issued_on={self.issued_on.isoformat()}/"

    @classmethod
    def parse(cls, key: str) -> Self:
        """Inverse of ``str``. Raises KeyMalformed on any other key."""
        match = matched(cls._pattern, "forecast", key)
        return cls(match["dataset"], date.fromisoformat(match["day"]))


@dataclass(frozen=True, slots=True)
class ModelKey:
    """One trained model: ``models/<dataset>/<version>/output/model.tar.gz`` among the artifacts.

    SageMaker appends ``<training job>/output/model.tar.gz`` to the output path it is given, so the
    version is the name of the training job (SageMaker API, OutputDataConfig).
    """

    dataset: str
    version: str

    _pattern: ClassVar[re.Pattern[str]] = re.compile(
        rf"models/{DATASET}/(?P<version>[A-Za-z0-9-]{{1,63}})/output/model\.tar\.gz"
    )

    def __str__(self) -> str:
        return f"models/{self.dataset}/{self.version}/output/model.tar.gz"

    @classmethod
    def parse(cls, key: str) -> Self:
        """Inverse of ``str``. Raises KeyMalformed on any other key."""
        match = matched(cls._pattern, "model", key)
        return cls(match["dataset"], match["version"])


def past_forecasts_key(dataset: str) -> str:
    """Which past forecasts a run scores, as SageMaker's manifest of an input; in the artifacts."""
    return f"models/{dataset}/past-forecasts.json"


def scores_prefix(dataset: str) -> str:
    """How past forecasts turned out: a table of its own in the forecast bucket."""
    return f"{dataset}_scores/"


def pictures_prefix(dataset: str) -> str:
    """Where forecasts are drawn, as a page and a PNG; among the artifacts."""
    return f"models/{dataset}/pictures/"
