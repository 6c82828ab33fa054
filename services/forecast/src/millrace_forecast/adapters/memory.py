"""Ports in memory: for tests and dry runs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

import pyarrow as pa

from millrace_contracts import Dataset
from millrace_contracts.dataset import Forecast
from millrace_forecast.errors import InputMissing


class MemoryInputs:
    """Inputs given as values."""

    def __init__(self, spec: Dataset, rows: Sequence[tuple[Any, ...]]) -> None:
        self._spec = spec
        self.rows = rows

    def spec(self) -> Dataset:
        return self._spec

    def daily_rows(self, declared: Forecast) -> Sequence[tuple[Any, ...]]:
        return self.rows


class MemoryModelStore:
    """One model in a dict."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}

    def save(self, files: dict[str, bytes]) -> None:
        self.files = dict(files)

    def load(self) -> dict[str, bytes]:
        if not self.files:
            raise InputMissing("no model was saved")
        return dict(self.files)


class MemoryOutput:
    """Tables by prefix."""

    def __init__(self) -> None:
        self.tables: dict[str, pa.Table] = {}

    def write(self, prefix: str, table: pa.Table) -> None:
        self.tables[prefix] = table


class MemoryPastForecasts:
    """Tables by day."""

    def __init__(self, tables: dict[date, pa.Table]) -> None:
        self._tables = tables

    def tables(self) -> Iterator[tuple[date, pa.Table]]:
        yield from sorted(self._tables.items(), key=lambda pair: pair[0])


class MemoryScoreOutput:
    """Scores by day."""

    def __init__(self) -> None:
        self.scores: dict[date, pa.Table] = {}

    def write_scores(self, issued_on: date, table: pa.Table) -> None:
        self.scores[issued_on] = table


class MemoryPageOutput:
    """Pages and pictures by name."""

    def __init__(self) -> None:
        self.pages: dict[str, str] = {}
        self.pictures: dict[str, bytes] = {}

    def write_page(self, name: str, html: str) -> None:
        self.pages[name] = html

    def write_picture(self, name: str, png: bytes) -> None:
        self.pictures[name] = png
