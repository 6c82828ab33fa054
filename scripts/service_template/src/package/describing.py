"""The use case: what a dataset declares."""

from __future__ import annotations

from millrace_{name}.ports import Specs


def describe(specs: Specs, dataset: str) -> dict[str, object]:
    """Name and columns of a dataset. Raises DatasetUnknown, CallFailed, CallRefused."""
    spec = specs.read(dataset)
    return {"dataset": spec.name, "columns": [column.name for column in spec.columns]}
