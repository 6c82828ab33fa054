"""The spec of a dataset as a whole, with the rules between its parts."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import ConfigDict, Field, model_validator

from millrace_contracts.dataset.columns import Column, ColumnName, RefinedColumn
from millrace_contracts.dataset.expectations import Expectations
from millrace_contracts.dataset.forecasting import Forecast
from millrace_contracts.dataset.formats import FixedWidthFormat, Format
from millrace_contracts.dataset.part import SpecPart
from millrace_contracts.dataset.sources import Source
from millrace_contracts.dataset.triggers import Triggers

DatasetName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,62}$")]
"""Name of the folder, of the tables in every zone and of the key prefix."""


class Owner(SpecPart):
    """Who hears of a failure, beside the support team."""

    team: Annotated[str, Field(min_length=1)]
    email: Annotated[str, Field(pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$")]


class BadRowPolicy(SpecPart):
    """What a row that breaks a rule leads to."""

    action: Literal["warn", "quarantine", "halt"] = "quarantine"
    """``quarantine`` keeps it aside with its reasons; ``halt`` fails the run on the first; ``warn``
    keeps a copy aside and writes the row, unless a value is none of its column's type."""
    halt_above: Annotated[float, Field(ge=0, le=1)] | None = None
    """Share of bad rows above which the run fails, though the rows are quarantined."""


class OnBadRows(BadRowPolicy):
    """What bad rows lead to, the same at every point unless one has its own policy."""

    before: BadRowPolicy | None = None
    """For rows that break a rule of ``columns`` as they are read."""
    during: BadRowPolicy | None = None
    """For rows that the transform itself tells to be bad, in its column ``_bad``."""
    after: BadRowPolicy | None = None
    """For rows of the transform that break a rule of ``refined``."""

    def at(self, point: Literal["before", "during", "after"]) -> BadRowPolicy:
        """The policy for bad rows that are found before, during or after the transform."""
        own: BadRowPolicy | None = getattr(self, point)
        return own if own is not None else self


class Write(SpecPart):
    """How a run's rows join the refined table."""

    mode: Literal["append", "upsert", "overwrite"] = "append"
    """``upsert`` replaces rows of equal keys, ``overwrite`` replaces the touched partitions."""
    partition_by: tuple[ColumnName, ...] = ()
    order_by: ColumnName | None = None
    """Of rows with equal keys the one with the largest value wins, however late it comes; a missing
    value is the smallest. Without it, the row that is read last wins."""
    schema_change: Annotated[Literal["freeze", "evolve"], Field(alias="schema")] = "freeze"
    """``freeze`` stops a run whose rows have other columns than the table; ``evolve`` adds columns,
    writes narrower values as the table's type and widens the table's where every value fits, so
    that older rows stay readable."""

    model_config = ConfigDict(populate_by_name=True)


class Dataset(SpecPart):
    """One folder ``datasets/<name>/``, declared."""

    name: DatasetName
    description: str = ""
    owner: Owner
    schedule: Annotated[str, Field(pattern=r"^(cron|rate)\(.+\)$")] | None = None
    """EventBridge Scheduler expression in UTC; without one, runs are started by hand."""
    on: Triggers = Triggers()
    overlap: Literal["wait", "skip"] = "wait"
    """What a run does while another of the dataset is at work."""
    source: Source
    format: Format
    columns: Annotated[tuple[Column, ...], Field(min_length=1)]
    """In the order of the file when it has no header."""
    refined: tuple[RefinedColumn, ...] = ()
    """Columns that the transform must give, with their rules; it may give others too."""
    keys: tuple[ColumnName, ...] = ()
    """Columns that identify a row of the refined table."""
    on_bad_rows: OnBadRows = OnBadRows()
    write: Write = Write()
    forecast: Forecast | None = None
    expect: Expectations = Expectations()

    @model_validator(mode="after")
    def _columns_are_told_apart(self) -> Self:
        names = [column.name for column in self.columns]
        file_names = [column.file_name for column in self.columns]
        for name in names:
            if names.count(name) > 1:
                raise ValueError(f"column {name!r} is declared twice")
        for name in file_names:
            if file_names.count(name) > 1:
                raise ValueError(f"column {name!r} of the file is declared twice")
        refined = [column.name for column in self.refined]
        for name in refined:
            if refined.count(name) > 1:
                raise ValueError(f"refined column {name!r} is declared twice")
        if isinstance(self.format, FixedWidthFormat) and len(self.format.widths) != len(names):
            raise ValueError(
                f"format.widths has {len(self.format.widths)} for {len(names)} columns"
            )
        return self

    @model_validator(mode="after")
    def _keys_are_there_where_needed(self) -> Self:
        if self.write.mode == "upsert" and not self.keys:
            raise ValueError("write.mode upsert needs keys")
        if self.write.order_by is not None and not self.keys:
            raise ValueError("write.order_by needs keys")
        derived = sorted(set(self.keys) - {column.name for column in self.columns})
        unique = any(column.unique for column in self.columns)
        if self.write.mode == "upsert" and unique and derived:
            raise ValueError(
                "a unique column with write.mode upsert needs declared columns as keys, "
                f"which {derived} are not"
            )
        return self

    @model_validator(mode="after")
    def _references_lead_elsewhere(self) -> Self:
        for column in (*self.columns, *self.refined):
            if column.references is not None and column.references.dataset == self.name:
                raise ValueError(f"column {column.name!r} references its own dataset")
        return self

    @model_validator(mode="after")
    def _nothing_waits_for_itself(self) -> Self:
        if self.name in self.on.after:
            raise ValueError(f"on.after names the dataset itself, {self.name!r}")
        return self

    @model_validator(mode="after")
    def _format_is_what_lands(self) -> Self:
        if self.source.kind == "sql":
            lands = "parquet"
        elif self.source.kind == "api":
            lands = "csv" if self.source.response == "csv" else "jsonl"
        else:
            return self
        if self.format.kind != lands:
            raise ValueError(f"this source lands {lands}, but format.kind is {self.format.kind}")
        return self

    def column_uses(self) -> dict[str, tuple[str, ...]]:
        """Refined columns that other parts of the spec name, by the path that names them."""
        uses: dict[str, tuple[str, ...]] = {
            "keys": self.keys,
            "write.partition_by": self.write.partition_by,
        }
        if self.refined:
            uses["refined"] = tuple(column.name for column in self.refined)
        if self.write.order_by is not None:
            uses["write.order_by"] = (self.write.order_by,)
        if self.forecast is not None:
            uses["forecast.series"] = self.forecast.series
            uses["forecast.time"] = (self.forecast.time,)
            summed = getattr(self.forecast.target, "sum", None)
            if summed is not None:
                uses["forecast.target.sum"] = (summed,)
            if self.forecast.known_ahead:
                uses["forecast.known_ahead"] = self.forecast.known_ahead
        return uses
