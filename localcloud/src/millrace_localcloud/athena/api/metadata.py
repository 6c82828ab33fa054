"""Databases and tables of the catalog, which moto's Athena keeps apart from Glue's."""

from __future__ import annotations

import json
import re
from typing import Any

from millrace_localcloud.athena.api.answers import Answer, Answers, refusals
from millrace_localcloud.athena.catalog import CATALOG, Catalog, Table
from millrace_localcloud.athena.refusals import MetadataMissing

_PAGE = 50


class MetadataAnswers(Answers):
    """GetDatabase, ListDatabases, GetTableMetadata and ListTableMetadata."""

    def _catalog(self) -> Catalog:
        name = self._get_param("CatalogName")
        if name.lower() != CATALOG:
            raise MetadataMissing(f"the local cloud has no catalog {name}")
        return Catalog(self.current_account, self.region)

    def _database(self, catalog: Catalog) -> str:
        name = str(self._get_param("DatabaseName"))
        if not catalog.has_database(name):
            raise MetadataMissing(f"EntityNotFoundException: Database {name} not found.")
        return name.lower()

    @refusals
    def get_database(self) -> Answer:
        return json.dumps({"Database": {"Name": self._database(self._catalog())}})

    @refusals
    def list_databases(self) -> Answer:
        page, following = self._page(self._catalog().databases(), _PAGE)
        return json.dumps({"DatabaseList": [{"Name": name} for name in page], **following})

    @refusals
    def get_table_metadata(self) -> Answer:
        catalog = self._catalog()
        name = str(self._get_param("TableName"))
        table = catalog.table(self._database(catalog), name)
        if table is None:
            raise MetadataMissing(f"EntityNotFoundException: Entity Not Found: {name}")
        return json.dumps({"TableMetadata": _described(table)})

    @refusals
    def list_table_metadata(self) -> Answer:
        catalog = self._catalog()
        tables = catalog.tables(self._database(catalog))
        pattern = self._get_param("Expression")
        if pattern:
            tables = [one for one in tables if re.search(pattern, one.name)]
        page, following = self._page(tables, _PAGE)
        return json.dumps({"TableMetadataList": list(map(_described, page)), **following})


def _described(table: Table) -> dict[str, Any]:
    columns = [
        {"Name": one.name, "Type": one.hive, **({"Comment": one.comment} if one.comment else {})}
        for one in table.columns
    ]
    first = len(columns) - table.partition_columns
    return {
        "Name": table.name,
        "TableType": table.table_type,
        "Columns": columns[:first],
        "PartitionKeys": columns[first:],
        "Parameters": dict(table.parameters),
    }
