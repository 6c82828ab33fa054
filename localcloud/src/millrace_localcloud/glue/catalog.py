"""The catalog's lists, in pages, and what of Glue does not run here."""

from __future__ import annotations

import re
from typing import Any

from moto.core.responses import ActionResult
from moto.glue.exceptions import GlueClientError
from moto.glue.models import GlueBackend
from moto.glue.responses import GlueResponse

from millrace_localcloud.glue.paging import page

_MOST_TABLES = 100
_MOST_PARTITIONS = 1000
"""MaxResults of GetTables and GetPartitions (AWS Glue API, Catalog)."""


class CatalogBackend(GlueBackend):
    """moto's catalog, listed while a crawler writes it."""

    def get_partitions(self, database_name: str, table_name: str, expression: str) -> list[Any]:
        from moto.glue.utils import PartitionFilter

        table = self.get_table(database_name, table_name)
        held = list(table.partitions.values())
        return list(filter(PartitionFilter(expression, table), held))

    def get_tables(self, database_name: str, expression: str | None) -> list[Any]:
        tables = sorted(self.get_database(database_name).tables.copy().items())
        try:
            # Glue takes Hive's "sales*" for the regular expression "sales.*".
            pattern = re.compile((expression or "*").replace(".*", "*").replace("*", ".*"))
        except re.error as exc:
            raise GlueClientError("InvalidInputException", f"Expression: {exc}") from exc
        return [table for name, table in tables if pattern.fullmatch(name)]


class CatalogResponse(GlueResponse):
    """GetTables and GetPartitions in pages."""

    def get_tables(self) -> ActionResult:
        asked = self.parameters
        tables = self.glue_backend.get_tables(asked["DatabaseName"], asked.get("Expression"))
        shown, token = page(
            tables, asked.get("NextToken"), asked.get("MaxResults"), most=_MOST_TABLES
        )
        return ActionResult({"TableList": [each.as_dict() for each in shown], "NextToken": token})

    def get_partitions(self) -> ActionResult:
        asked = self.parameters
        found = self.glue_backend.get_partitions(
            asked["DatabaseName"], asked["TableName"], asked.get("Expression")
        )
        if segment := asked.get("Segment"):
            found = found[segment["SegmentNumber"] :: segment["TotalSegments"]]
        shown, token = page(
            found, asked.get("NextToken"), asked.get("MaxResults"), most=_MOST_PARTITIONS
        )
        described = [each.as_dict() for each in shown]
        if asked.get("ExcludeColumnSchema"):
            described = [_without_columns(each) for each in described]
        return ActionResult({"Partitions": described, "NextToken": token})

    def create_trigger(self) -> ActionResult:
        raise _refused("CreateTrigger")

    def start_workflow_run(self) -> ActionResult:
        raise _refused("StartWorkflowRun")

    def create_session(self) -> ActionResult:
        raise _refused("CreateSession")


def _without_columns(partition: dict[str, Any]) -> dict[str, Any]:
    descriptor = {**partition.get("StorageDescriptor", {})}
    descriptor.pop("Columns", None)
    return {**partition, "StorageDescriptor": descriptor}


def _refused(operation: str) -> GlueClientError:
    return GlueClientError("InvalidInputException", f"{operation} does not work in the local cloud")
