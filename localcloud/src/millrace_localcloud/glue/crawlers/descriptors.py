"""Table and partition inputs as a crawler writes them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from millrace_localcloud.glue.crawlers.layout import Partition, TableLayout
from millrace_localcloud.glue.crawlers.listing import CrawledObject
from millrace_localcloud.glue.crawlers.schema import Schema

_TEXT_INPUT = "org.apache.hadoop.mapred.TextInputFormat"
_TEXT_OUTPUT = "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat"
_PARQUET = "org.apache.hadoop.hive.ql.io.parquet"
_SERDES = {
    "LazySimpleSerDe": "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe",
    "OpenCSVSerDe": "org.apache.hadoop.hive.serde2.OpenCSVSerde",
}


def table_input(
    name: str, layout: TableLayout, schema: Schema, crawler: str, database: str
) -> dict[str, Any]:
    """TableInput of a table that a crawler found."""
    descriptor = storage_descriptor(layout.location, layout.objects, schema)
    return {
        "Name": name,
        "Owner": "owner",
        "Retention": 0,
        "StorageDescriptor": descriptor,
        "PartitionKeys": [{"Name": key, "Type": "string"} for key in layout.partition_keys],
        "TableType": "EXTERNAL_TABLE",
        "Parameters": {**descriptor["Parameters"], "UPDATED_BY_CRAWLER": crawler},
    }


def partition_input(partition: Partition, schema: Schema) -> dict[str, Any]:
    """PartitionInput of one folder."""
    descriptor = storage_descriptor(partition.location, partition.objects, schema)
    return {
        "Values": list(partition.values),
        "StorageDescriptor": descriptor,
        "Parameters": dict(descriptor["Parameters"]),
    }


def storage_descriptor(
    location: str, objects: Sequence[CrawledObject], schema: Schema
) -> dict[str, Any]:
    """StorageDescriptor of objects of one schema, with the parameters a crawler leaves."""
    size = sum(item.size_bytes for item in objects)
    parameters = {
        "CrawlerSchemaDeserializerVersion": "1.0",
        "CrawlerSchemaSerializerVersion": "1.0",
        "averageRecordSize": str(round(schema.record_bytes)),
        "classification": schema.classification,
        "compressionType": schema.compression,
        "objectCount": str(len(objects)),
        "recordCount": str(round(size / schema.record_bytes) if schema.record_bytes else 0),
        "sizeKey": str(size),
        "typeOfData": "file",
        **_csv_parameters(schema),
    }
    reads, writes = _formats(schema)
    return {
        "Columns": [{"Name": name, "Type": kind} for name, kind in schema.columns.items()],
        "Location": location,
        "InputFormat": reads,
        "OutputFormat": writes,
        "Compressed": schema.compression != "none",
        "NumberOfBuckets": -1,
        "SerdeInfo": _serde(schema),
        "BucketColumns": [],
        "SortColumns": [],
        "Parameters": parameters,
        "StoredAsSubDirectories": False,
    }


def _csv_parameters(schema: Schema) -> Mapping[str, str]:
    if schema.csv is None:
        return {}
    header = {"skip.header.line.count": "1"} if schema.csv.header else {}
    return {
        "areColumnsQuoted": str(schema.csv.quoted).lower(),
        "columnsOrdered": "true",
        "delimiter": schema.csv.delimiter,
        **header,
    }


def _formats(schema: Schema) -> tuple[str, str]:
    if schema.classification == "parquet":
        return f"{_PARQUET}.MapredParquetInputFormat", f"{_PARQUET}.MapredParquetOutputFormat"
    return (_TEXT_INPUT, _TEXT_OUTPUT) if schema.classification != "UNKNOWN" else ("", "")


def _serde(schema: Schema) -> dict[str, Any]:
    if schema.classification == "parquet":
        library = f"{_PARQUET}.serde.ParquetHiveSerDe"
        return {"SerializationLibrary": library, "Parameters": {"serialization.format": "1"}}
    if schema.classification == "json":
        paths = {"paths": ",".join(schema.columns)}
        return {"SerializationLibrary": "org.openx.data.jsonserde.JsonSerDe", "Parameters": paths}
    if schema.csv is None:
        return {"Parameters": {}}
    if schema.csv.serde == "OpenCSVSerDe":
        parameters = {
            "separatorChar": schema.csv.delimiter,
            "quoteChar": schema.csv.quote or '"',
            "escapeChar": "\\",
        }
    else:
        parameters = {"field.delim": schema.csv.delimiter}
    return {"SerializationLibrary": _SERDES[schema.csv.serde], "Parameters": parameters}
