"""Partitions of the catalog: their folders, and adding and dropping them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress
from typing import Any
from urllib.parse import unquote

from millrace_localcloud.athena.catalog import Catalog, Table

NULL_PARTITION = "__HIVE_DEFAULT_PARTITION__"
_ESCAPED = re.compile("[\x00-\x1f\"#%'*/:=?\\\\\x7f{\\[\\]^]")
"""Hive's ``FileUtils.charToEscape``."""


def folder(names: Sequence[str], values: Sequence[str]) -> str:
    """``a=1/b=2/``, as Hive names the folder of a partition."""
    return "".join(
        f"{name}={_ESCAPED.sub(lambda found: f'%{ord(found[0]):02X}', value)}/"
        for name, value in zip(names, values, strict=True)
    )


def values_of_folder(path: str, names: Sequence[str]) -> tuple[str, ...] | None:
    """The values in ``a=1/b=2/…``; None when it names other columns."""
    parts = path.split("/")[: len(names)]
    pairs = [part.partition("=") for part in parts]
    if [pair[0] for pair in pairs] != list(names) or not all(pair[2] for pair in pairs):
        return None
    return tuple(unquote(pair[2]) for pair in pairs)


def partition_names(table: Table) -> list[str]:
    """Names of the partition columns."""
    first = len(table.columns) - table.partition_columns
    return [column.name for column in table.columns[first:]]


def add_partition(catalog: Catalog, table: Table, values: Sequence[str], location: str) -> None:
    """Register a partition whose files are read like the table's; one that is there stays."""
    from moto.glue.exceptions import PartitionAlreadyExistsException

    described: dict[str, Any] = catalog.described(table)["StorageDescriptor"]
    storage = {**described, "Location": location}
    partition = {"Values": list(values), "StorageDescriptor": storage, "Parameters": {}}
    # Another query may register the same partition at this moment.
    with suppress(PartitionAlreadyExistsException):
        catalog.glue.create_partition(table.database, table.name, partition)


def drop_partition(catalog: Catalog, table: Table, values: Sequence[str]) -> None:
    """Take a partition out of the catalog; its files stay."""
    catalog.glue.delete_partition(table.database, table.name, list(values))


def partition_location(table: Table, values: Sequence[str]) -> str:
    """Where a partition lies when nothing else is said."""
    root = table.storage.location
    return f"{root if root.endswith('/') else root + '/'}{folder(partition_names(table), values)}"
