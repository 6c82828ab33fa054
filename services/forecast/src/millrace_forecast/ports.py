"""What the use cases need from outside, as protocols."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any, Protocol

import pyarrow as pa

from millrace_contracts import Dataset
from millrace_contracts.dataset import Forecast


class Inputs(Protocol):
    """What the job was given."""

    def spec(self) -> Dataset:
        """The deployed spec. Raises InputMissing, TerminalError."""
        ...

    def daily_rows(self, declared: Forecast) -> Sequence[tuple[Any, ...]]:
        """``(*series key, day, value, *known ahead)`` per day, aggregated from the refined table.

        Raises:
            InputMissing: There is no Parquet file.
            HistoryUnusable: A declared column is missing, or of the wrong type.
        """
        ...


class ModelStore(Protocol):
    """Where a trained model goes to and comes from, as files by name."""

    def save(self, files: dict[str, bytes]) -> None:
        """Write every file of a model."""
        ...

    def load(self) -> dict[str, bytes]:
        """Every file of the model. Raises InputMissing, ModelRefused."""
        ...


class Output(Protocol):
    """Where predictions go."""

    def write(self, prefix: str, table: pa.Table) -> None:
        """Write one table as Parquet below a prefix of the dataset's forecasts."""
        ...


class PastForecasts(Protocol):
    """What was forecast before."""

    def tables(self) -> Iterator[tuple[date, pa.Table]]:
        """The day that each forecast was issued on, and its rows; oldest first."""
        ...


class ScoreOutput(Protocol):
    """Where scores go."""

    def write_scores(self, issued_on: date, table: pa.Table) -> None:
        """Replace the scores of a forecast: that of a day and a first period."""
        ...


class PageOutput(Protocol):
    """Where a page and its picture go."""

    def write_page(self, name: str, html: str) -> None:
        """Write one page."""
        ...

    def write_picture(self, name: str, png: bytes) -> None:
        """Write one picture."""
        ...
