"""Write what a crawl found into the catalog, as the crawler's policies allow."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import Any

from moto.glue.exceptions import EntityNotFoundException

from millrace_localcloud.glue.crawlers.descriptors import partition_input, table_input
from millrace_localcloud.glue.crawlers.layout import TableLayout
from millrace_localcloud.glue.crawlers.schema import Schema
from millrace_localcloud.glue.crawlers.settings import CrawlSettings

_DEPRECATED = "DEPRECATED_BY_CRAWLER"


@dataclass
class Written:
    """What changed in the catalog."""

    created: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    deleted: list[str] = field(default_factory=list)


class CatalogWriter:
    """Writes the tables of one crawl."""

    def __init__(
        self, backend: Any, crawler: Any, settings: CrawlSettings, log: Callable[[str], None]
    ) -> None:
        self._backend = backend
        self._crawler = crawler
        self._settings = settings
        self._log = log
        self._seen: set[str] = set()
        self.written = Written()
        if crawler.database_name not in backend.databases:
            backend.create_database(crawler.database_name, {"Name": crawler.database_name})

    def write(self, layout: TableLayout, schema: Schema, partitions: list[Schema]) -> None:
        """Create or update a table and its partitions.

        Args:
            layout: Where its objects are.
            schema: The table's.
            partitions: One schema for each of the layout's partitions.
        """
        database = self._crawler.database_name
        name = self._name(layout)
        wanted = table_input(name, layout, schema, self._crawler.name, database)
        self._seen.add(name)
        table = self._backend.databases[database].tables.get(name)
        if table is None:
            table = self._backend.create_table(database, name, wanted)
            self.written.created.append(name)
        else:
            self._update(table, wanted)
        if len(layout.partition_keys) == len(_current(table).get("PartitionKeys", ())):
            self._write_partitions(table, layout, partitions)
        else:
            self._log(f"Table {name} has other partition keys and keeps its partitions")

    def forget(self, locations: Collection[str]) -> None:
        """Treat as deleted the tables of this crawler whose objects are gone.

        Args:
            locations: Include paths that were crawled: only tables below them are judged.
        """
        for table in list(self._backend.databases[self._crawler.database_name].tables.values()):
            current = _current(table)
            ours = current.get("Parameters", {}).get("UPDATED_BY_CRAWLER") == self._crawler.name
            place = current.get("StorageDescriptor", {}).get("Location", "")
            crawled = any(place.startswith(location) for location in locations)
            if ours and crawled and table.name not in self._seen:
                self._forget_table(table, current)

    def _name(self, layout: TableLayout) -> str:
        """The table's name; another one when that name belongs to another place.

        "The crawler adds a hash string to the name" ("Crawler output", AWS Glue Developer Guide).
        """
        name = f"{self._crawler.table_prefix or ''}{layout.name}".lower()
        tables = self._backend.databases[self._crawler.database_name].tables
        if name not in tables:
            return name
        place = _current(tables[name]).get("StorageDescriptor", {}).get("Location", "")
        if place.rstrip("/") == layout.location.rstrip("/"):
            return name
        digest = hashlib.md5(layout.location.encode(), usedforsecurity=False).hexdigest()
        return f"{name}_{digest}"

    def _update(self, table: Any, wanted: dict[str, Any]) -> None:
        current = _current(table)
        if self._settings.update == "LOG":
            if _columns(current) != _columns(wanted):
                self._log(f"Table {table.name} has changed; the policy is to log it")
            return
        if current.get("PartitionKeys", []) != wanted["PartitionKeys"]:
            # AWS does not change the partition keys of a table either.
            wanted = {**wanted, "PartitionKeys": current.get("PartitionKeys", [])}
        if self._settings.merge_new_columns:
            wanted = _with_new_columns(current, wanted)
        parameters = {**current.get("Parameters", {}), **wanted["Parameters"]}
        parameters.pop(_DEPRECATED, None)
        wanted = {**current, **wanted, "Parameters": parameters}
        if wanted != current:
            table.update(wanted)
            self.written.updated.append(table.name)

    def _write_partitions(self, table: Any, layout: TableLayout, schemas: list[Schema]) -> None:
        columns = _current(table)["StorageDescriptor"]
        for partition, schema in zip(layout.partitions, schemas, strict=True):
            wanted = partition_input(partition, schema)
            if self._settings.inherit:
                inherited = ("Columns", "InputFormat", "OutputFormat", "SerdeInfo")
                wanted["StorageDescriptor"] |= {key: columns[key] for key in inherited}
            held = table.partitions.get(str(wanted["Values"]))
            if held is None:
                table.create_partition(wanted)
            elif self._settings.update != "LOG" and held.partition_input != wanted:
                table.update_partition(wanted["Values"], wanted)
        found = {str(list(partition.values)) for partition in layout.partitions}
        for key, held in list(table.partitions.items()):
            if key not in found:
                self._forget_partition(table, held)

    def _forget_partition(self, table: Any, partition: Any) -> None:
        if self._settings.delete == "DELETE_FROM_DATABASE":
            table.delete_partition(partition.values)
        elif self._settings.delete == "DEPRECATE_IN_DATABASE":
            parameters = partition.partition_input.setdefault("Parameters", {})
            parameters.setdefault(_DEPRECATED, self._stamp())
        else:
            self._log(f"Partition {partition.values} of {table.name} is gone; left as it is")

    def _forget_table(self, table: Any, current: dict[str, Any]) -> None:
        if self._settings.delete == "DELETE_FROM_DATABASE":
            try:
                self._backend.delete_table(self._crawler.database_name, table.name)
            except EntityNotFoundException:
                return
            self.written.deleted.append(table.name)
        elif self._settings.delete == "DEPRECATE_IN_DATABASE":
            parameters = current.get("Parameters", {})
            if _DEPRECATED not in parameters:
                table.update({**current, "Parameters": {**parameters, _DEPRECATED: self._stamp()}})
                self.written.updated.append(table.name)
        else:
            self._log(f"Table {table.name} has no objects any more; left as it is")

    def _stamp(self) -> str:
        return str(int(self._crawler.crawls[-1].start_time.timestamp() * 1000))


def _current(table: Any) -> dict[str, Any]:
    """The newest version of a table, as its TableInput."""
    return dict(table.versions[str(table._current_version)])


def _columns(table: dict[str, Any]) -> list[dict[str, Any]]:
    return list(table.get("StorageDescriptor", {}).get("Columns", ()))


def _with_new_columns(current: dict[str, Any], wanted: dict[str, Any]) -> dict[str, Any]:
    held = _columns(current)
    names = {column["Name"] for column in held}
    columns = held + [column for column in _columns(wanted) if column["Name"] not in names]
    return {**wanted, "StorageDescriptor": {**wanted["StorageDescriptor"], "Columns": columns}}
