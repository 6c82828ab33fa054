"""SHOW CREATE TABLE: the statement that would make the table again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from millrace_localcloud.athena.catalog import Column, Table

_NOT_SHOWN = ("EXTERNAL", "comment")


def table_ddl(described: Mapping[str, Any], table: Table) -> list[str]:
    """Lines of a CREATE EXTERNAL TABLE, laid out as Hive lays them out."""
    first = len(table.columns) - table.partition_columns
    lines = [f"CREATE EXTERNAL TABLE `{table.database}.{table.name}`("]
    lines += _columns(table.columns[:first])
    parameters = dict(table.parameters)
    if parameters.get("comment"):
        lines.append(f"COMMENT {_quoted(parameters['comment'])}")
    if table.partition_columns:
        lines += ["PARTITIONED BY ( ", *_columns(table.columns[first:])]
    storage = described.get("StorageDescriptor") or {}
    lines += ["ROW FORMAT SERDE ", f"  {_quoted(table.storage.serde)} "]
    serde = (storage.get("SerdeInfo") or {}).get("Parameters") or {}
    if serde:
        lines += ["WITH SERDEPROPERTIES ( ", *_pairs(serde)]
    if storage.get("InputFormat"):
        lines += ["STORED AS INPUTFORMAT ", f"  {_quoted(storage['InputFormat'])} "]
        lines += ["OUTPUTFORMAT ", f"  {_quoted(storage.get('OutputFormat') or '')}"]
    lines += ["LOCATION", f"  {_quoted(table.storage.location)}"]
    shown = {name: value for name, value in parameters.items() if name not in _NOT_SHOWN}
    if shown:
        lines += ["TBLPROPERTIES (", *_pairs(shown)]
    return lines


def _columns(columns: tuple[Column, ...]) -> list[str]:
    shown = [
        f"  `{one.name}` {one.hive}" + (f" COMMENT {_quoted(one.comment)}" if one.comment else "")
        for one in columns
    ]
    return [f"{line}, " for line in shown[:-1]] + [f"{line})" for line in shown[-1:]]


def _pairs(pairs: Mapping[str, str]) -> list[str]:
    shown = [f"  {_quoted(name)}={_quoted(str(value))}" for name, value in sorted(pairs.items())]
    return [f"{line}, " for line in shown[:-1]] + [f"{shown[-1]})"]


_ESCAPES = str.maketrans({"\\": "\\\\", "'": "\\'", "\n": "\\n", "\t": "\\t", "\x01": "\\u0001"})


def _quoted(text: str) -> str:
    return f"'{text.translate(_ESCAPES)}'"
