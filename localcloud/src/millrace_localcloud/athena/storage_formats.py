"""How a table's files are declared: SerDe and Hadoop classes of each format.

Athena user guide, "Choose a SerDe for your data" and "CREATE TABLE".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

_HIVE = "org.apache.hadoop.hive.ql.io."
_TEXT_INPUT = "org.apache.hadoop.mapred.TextInputFormat"
_TEXT_OUTPUT = f"{_HIVE}HiveIgnoreKeyTextOutputFormat"
LAZY_SIMPLE = "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe"
HIVE_JSON = "org.apache.hive.hcatalog.data.JsonSerDe"
PARQUET_HIVE = f"{_HIVE}parquet.serde.ParquetHiveSerDe"


@dataclass(frozen=True)
class Declared:
    """What the catalog says about a table's files."""

    serde: str
    input_format: str = _TEXT_INPUT
    output_format: str = _TEXT_OUTPUT
    parameters: Mapping[str, str] = field(default_factory=dict)

    def descriptor(self, columns: list[dict[str, str]], location: str) -> dict[str, Any]:
        """``StorageDescriptor`` of Glue's API."""
        return {
            "Columns": columns,
            "Location": location,
            "InputFormat": self.input_format,
            "OutputFormat": self.output_format,
            "Compressed": False,
            "NumberOfBuckets": -1,
            "SerdeInfo": {
                "SerializationLibrary": self.serde,
                "Parameters": dict(self.parameters),
            },
            "BucketColumns": [],
            "SortColumns": [],
            "Parameters": {},
            "StoredAsSubDirectories": False,
        }


STORED_AS = {
    "TEXTFILE": Declared(LAZY_SIMPLE),
    "PARQUET": Declared(
        PARQUET_HIVE,
        f"{_HIVE}parquet.MapredParquetInputFormat",
        f"{_HIVE}parquet.MapredParquetOutputFormat",
    ),
    "ORC": Declared(
        f"{_HIVE}orc.OrcSerde",
        f"{_HIVE}orc.OrcInputFormat",
        f"{_HIVE}orc.OrcOutputFormat",
    ),
    "AVRO": Declared(
        "org.apache.hadoop.hive.serde2.avro.AvroSerDe",
        f"{_HIVE}avro.AvroContainerInputFormat",
        f"{_HIVE}avro.AvroContainerOutputFormat",
    ),
    "JSON": Declared(HIVE_JSON),
}
"""By the words of ``STORED AS`` and of CTAS's ``format``."""
