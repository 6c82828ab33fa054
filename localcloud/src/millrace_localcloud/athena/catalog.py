"""The Glue Data Catalog as queries see it, read from the backend in this process."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from millrace_localcloud.athena.hive_types import from_hive
from millrace_localcloud.athena.types import Type

CATALOG = "awsdatacatalog"
_HEADER = "skip.header.line.count"
_NULL = "serialization.null.format"
_VIEW_START, _VIEW_END = "/* Presto View: ", " */"


@dataclass(frozen=True)
class Column:
    """A column of a table, partition columns included."""

    name: str
    hive: str
    comment: str = ""

    @property
    def kind(self) -> Type:
        return from_hive(self.hive)


@dataclass(frozen=True)
class Storage:
    """Where files lie and how they are read."""

    location: str
    serde: str
    serde_parameters: Mapping[str, str]
    input_format: str
    header_lines: int = 0
    """Lines that each text file begins with and that are no rows."""


@dataclass(frozen=True)
class Partition:
    """A registered partition."""

    values: tuple[str, ...]
    storage: Storage


@dataclass(frozen=True)
class Table:
    """A table or view of the catalog."""

    database: str
    name: str
    columns: tuple[Column, ...]
    """Data columns first, then partition columns, as ``SELECT *`` shows them."""
    partition_columns: int
    storage: Storage
    parameters: Mapping[str, str] = field(default_factory=dict)
    table_type: str = ""
    view_text: str = ""

    @property
    def is_view(self) -> bool:
        return self.table_type == "VIRTUAL_VIEW"

    def view_definition(self) -> dict[str, Any] | None:
        """Athena's own view, decoded; None for a view of another engine."""
        text = self.view_text
        if not (text.startswith(_VIEW_START) and text.endswith(_VIEW_END)):
            return None
        encoded = text.removeprefix(_VIEW_START).removesuffix(_VIEW_END)
        definition: dict[str, Any] = json.loads(base64.b64decode(encoded))
        return definition


def encode_view(definition: Mapping[str, Any]) -> str:
    """``ViewOriginalText`` of a view, as Athena stores it."""
    encoded = base64.b64encode(json.dumps(definition).encode()).decode()
    return f"{_VIEW_START}{encoded}{_VIEW_END}"


class Catalog:
    """Databases, tables and partitions."""

    def __init__(self, account: str, region: str) -> None:
        self._account, self._region = account, region
        self.may_have_changed = False
        """Whether anybody has taken hold of what changes it."""

    @property
    def glue(self) -> Any:
        """The Glue backend that also answers Glue's API, for statements that change it."""
        self.may_have_changed = True
        return self._backend

    @property
    def _backend(self) -> Any:
        from moto.glue.models import glue_backends

        return glue_backends[self._account][self._region]

    def databases(self) -> list[str]:
        return sorted({"default", *self._backend.databases})

    def has_database(self, name: str) -> bool:
        return name.lower() in self.databases()

    def is_made(self, name: str) -> bool:
        """Whether somebody has made the database; ``default`` is there before."""
        return name in self._backend.databases

    def tables(self, database: str) -> list[Table]:
        found = self._backend.databases.get(database.lower())
        names = sorted(found.tables) if found else []
        return [table for name in names if (table := self.table(database, name)) is not None]

    def table(self, database: str, name: str) -> Table | None:
        """The table or view; None when the catalog has none of that name."""
        entry = self._entry(database, name)
        if entry is None:
            return None
        described = entry.as_dict()
        storage = described.get("StorageDescriptor") or {}
        data, partitioned = storage.get("Columns") or [], described.get("PartitionKeys") or []
        return Table(
            database=database.lower(),
            name=name.lower(),
            columns=tuple(_column(one) for one in (*data, *partitioned)),
            partition_columns=len(partitioned),
            storage=_storage(storage, described.get("Parameters") or {}),
            parameters=described.get("Parameters") or {},
            table_type=described.get("TableType") or "",
            view_text=described.get("ViewOriginalText") or "",
        )

    def described(self, table: Table) -> dict[str, Any]:
        """The table as Glue's API takes it."""
        described: dict[str, Any] = self._entry(table.database, table.name).as_dict()
        return {name: deepcopy(described[name]) for name in _TABLE_INPUT if name in described}

    def update(self, table: Table, change: Callable[[dict[str, Any]], None]) -> None:
        """Store what ``change`` makes of the table's description."""
        described = self.described(table)
        change(described)
        self.glue.update_table(table.database, table.name, described)

    def partitions(self, table: Table) -> list[Partition]:
        entry = self._entry(table.database, table.name)
        found = entry.partitions.values() if entry is not None else ()
        described = (one.as_dict() for one in found)
        return [
            Partition(
                tuple(one.get("Values") or ()),
                _storage(one.get("StorageDescriptor") or {}, table.parameters, table),
            )
            for one in described
        ]

    def _entry(self, database: str, name: str) -> Any:
        found = self._backend.databases.get(database.lower())
        return found.tables.get(name.lower()) if found else None


_TABLE_INPUT = (
    "Name",
    "Description",
    "Owner",
    "Retention",
    "StorageDescriptor",
    "PartitionKeys",
    "ViewOriginalText",
    "ViewExpandedText",
    "TableType",
    "Parameters",
)


def _column(described: Mapping[str, Any]) -> Column:
    return Column(
        described["Name"].lower(), described.get("Type") or "string", described.get("Comment") or ""
    )


def _storage(
    described: Mapping[str, Any], properties: Mapping[str, str], table: Table | None = None
) -> Storage:
    serde = described.get("SerdeInfo") or {}
    inherited = table.storage if table is not None else Storage("", "", {}, "")
    parameters = {**inherited.serde_parameters, **(serde.get("Parameters") or {})}
    if _NULL in properties:
        parameters.setdefault(_NULL, properties[_NULL])
    skipped = properties.get(_HEADER) or parameters.get(_HEADER) or 0
    return Storage(
        location=described.get("Location") or inherited.location,
        serde=serde.get("SerializationLibrary") or inherited.serde,
        serde_parameters=parameters,
        input_format=described.get("InputFormat") or inherited.input_format,
        header_lines=int(skipped),
    )


def column_inputs(columns: Sequence[tuple[str, str]]) -> list[dict[str, str]]:
    """Columns as Glue's API takes them."""
    return [{"Name": name, "Type": kind} for name, kind in columns]
