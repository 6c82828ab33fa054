"""Ports in memory: for tests and dry runs."""

from __future__ import annotations

from collections.abc import Mapping

from millrace_contracts import Dataset
from millrace_{name}.errors import DatasetUnknown


class MemorySpecs:
    """Specs in a dict of their JSON by name."""

    def __init__(self, specs: Mapping[str, str]) -> None:
        self._specs = specs

    def read(self, dataset: str) -> Dataset:
        if dataset not in self._specs:
            raise DatasetUnknown(f"{dataset} is not deployed")
        return Dataset.model_validate_json(self._specs[dataset])
