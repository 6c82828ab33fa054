"""The spec of a dataset as a whole, with the rules between its parts."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from millrace_contracts.dataset.columns import Column, ColumnName
from millrace_contracts.dataset.forecasting import Forecast
from millrace_contracts.dataset.formats import Format
from millrace_contracts.dataset.part import SpecPart
from millrace_contracts.dataset.sources import Source

DatasetName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,62}$")]
"""Name of the folder, of the tables in every zone and of the key prefix."""


class Owner(SpecPart):
    """Who hears of a failure, beside the support team."""

    team: Annotated[str, Field(min_length=1)]
    email: Annotated[str, Field(pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$")]


class OnBadRows(SpecPart):
    """What a row that breaks a rule leads to."""

    action: Literal["quarantine", "halt"] = "quarantine"
    """``quarantine`` keeps it aside with its reasons; ``halt`` fails the run on the first."""
    halt_above: Annotated[float, Field(ge=0, le=1)] | None = None
    """Share of bad rows above which the run fails, though the rows are quarantined."""


class Write(SpecPart):
    """How a run's rows join the refined table."""

    mode: Literal["append", "upsert", "overwrite"] = "append"
    """``upsert`` replaces rows of equal keys, ``overwrite`` replaces the touched partitions."""
    partition_by: tuple[ColumnName, ...] = ()


class Dataset(SpecPart):
    """One folder ``datasets/<name>/``, declared."""

    name: DatasetName
    description: str = ""
    owner: Owner
    schedule: Annotated[str, Field(pattern=r"^(cron|rate)\(.+\)$")] | None = None
    """EventBridge Scheduler expression in UTC; without one, runs are started by hand."""
    source: Source
    format: Format
    columns: Annotated[tuple[Column, ...], Field(min_length=1)]
    """In the order of the file when it has no header."""
    keys: tuple[ColumnName, ...] = ()
    """Columns that identify a row of the refined table."""
    on_bad_rows: OnBadRows = OnBadRows()
    write: Write = Write()
    forecast: Forecast | None = None

    @model_validator(mode="after")
    def _parts_agree(self) -> Self:
        names = [column.name for column in self.columns]
        for name in names:
            if names.count(name) > 1:
                raise ValueError(f"column {name!r} is declared twice")
        if self.write.mode == "upsert" and not self.keys:
            raise ValueError("write.mode upsert needs keys")
        return self

    def column_uses(self) -> dict[str, tuple[str, ...]]:
        """Refined columns that other parts of the spec name, by the path that names them."""
        uses: dict[str, tuple[str, ...]] = {
            "keys": self.keys,
            "write.partition_by": self.write.partition_by,
        }
        if self.forecast is not None:
            uses["forecast.series"] = self.forecast.series
            uses["forecast.time"] = (self.forecast.time,)
            summed = getattr(self.forecast.target, "sum", None)
            if summed is not None:
                uses["forecast.target.sum"] = (summed,)
        return uses
