"""Read the schema of a Parquet file from its footer."""

from __future__ import annotations

from os import SEEK_END
from typing import Any, BinaryIO

from millrace_localcloud.glue.crawlers.schema import Schema

_NAMES = {
    "int8": "tinyint",
    "int16": "smallint",
    "int32": "int",
    "int64": "bigint",
    "uint8": "smallint",
    "uint16": "int",
    "uint32": "bigint",
    "uint64": "decimal(20,0)",
    "halffloat": "float",
    "float": "float",
    "double": "double",
    "bool": "boolean",
    "string": "string",
    "large_string": "string",
    "binary": "binary",
    "large_binary": "binary",
    "date32[day]": "date",
    "null": "string",
}


def classify_parquet(file: BinaryIO) -> Schema:
    """Schema of an open Parquet file."""
    import pyarrow.parquet

    footer = pyarrow.parquet.ParquetFile(file)
    rows = footer.metadata.num_rows
    size = file.seek(0, SEEK_END)
    columns = {field.name.lower(): glue_type(field.type) for field in footer.schema_arrow}
    return Schema("parquet", columns, size / rows if rows else 0.0)


def glue_type(kind: Any) -> str:
    """Glue type of an Arrow type."""
    from pyarrow import types

    if types.is_timestamp(kind):
        return "timestamp"
    if types.is_decimal(kind):
        return f"decimal({kind.precision},{kind.scale})"
    if types.is_map(kind):
        return f"map<{glue_type(kind.key_type)},{glue_type(kind.item_type)}>"
    if types.is_list(kind) or types.is_large_list(kind) or types.is_fixed_size_list(kind):
        return f"array<{glue_type(kind.value_type)}>"
    if types.is_struct(kind):
        inner = (kind.field(index) for index in range(kind.num_fields))
        return f"struct<{','.join(f'{f.name.lower()}:{glue_type(f.type)}' for f in inner)}>"
    if types.is_dictionary(kind):
        return glue_type(kind.value_type)
    if types.is_fixed_size_binary(kind):
        return "binary"
    return _NAMES.get(str(kind), "string")
