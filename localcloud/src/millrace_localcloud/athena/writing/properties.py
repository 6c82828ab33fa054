"""``WITH (name = value, …)`` of CREATE TABLE AS and UNLOAD.

Athena user guide, "CREATE TABLE AS" (CTAS table properties) and "UNLOAD".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from millrace_localcloud.athena.errors import QueryFailed, not_supported
from millrace_localcloud.athena.statements.reader import Reader
from millrace_localcloud.athena.writing.formats import FileFormat


@dataclass(frozen=True)
class WriteProperties:
    """What was asked of the files."""

    file_format: FileFormat
    partitioned_by: tuple[str, ...] = ()
    external_location: str = ""


def read_properties(reader: Reader) -> dict[str, Any]:
    """The properties as they are written: texts, and tuples for arrays."""
    reader.expect("(")
    found: dict[str, Any] = {}
    while True:
        name = reader.name()
        reader.expect("=")
        found[name] = _array(reader) if reader.accept("ARRAY") else reader.value()
        if not reader.accept(","):
            break
    reader.expect(")")
    return found


def _array(reader: Reader) -> tuple[str, ...]:
    reader.expect("[")
    values = [reader.text()]
    while reader.accept(","):
        values.append(reader.text())
    reader.expect("]")
    return tuple(values)


def write_properties(given: dict[str, Any], known: tuple[str, ...]) -> WriteProperties:
    """The properties' meaning.

    Raises:
        QueryFailed: One is not known, or asks for what is not done here.
    """
    rest = dict(given)
    for name in rest:
        if name in _REFUSED:
            raise not_supported(f"the property {name}")
        if name not in known:
            text = f"Catalog 'awsdatacatalog' table property '{name}' does not exist"
            raise QueryFailed("INVALID_TABLE_PROPERTY", text)
    if str(rest.pop("table_type", "HIVE")).upper() != "HIVE":
        raise not_supported("tables that are not of the type HIVE")
    name = str(rest.pop("format", "PARQUET")).upper()
    asked = {str(rest.pop(one)).upper() for one in _COMPRESSIONS if one in rest}
    if len(asked) > 1:
        raise QueryFailed("INVALID_TABLE_PROPERTY", f"two compressions: {sorted(asked)}")
    delimiter = str(rest.pop("field_delimiter", "\x01"))
    if len(delimiter) != 1:
        text = f"field_delimiter must be a single character, found: {delimiter!r}"
        raise QueryFailed("INVALID_TABLE_PROPERTY", text)
    if "field_delimiter" in given and name != "TEXTFILE":
        text = f"field_delimiter is not a property of the format {name}"
        raise QueryFailed("INVALID_TABLE_PROPERTY", text)
    keys = rest.pop("partitioned_by", ())
    return WriteProperties(
        FileFormat(name, asked.pop() if asked else "GZIP", delimiter).checked(),
        tuple(one.lower() for one in ((keys,) if isinstance(keys, str) else keys)),
        str(rest.pop("external_location", "")),
    )


_COMPRESSIONS = ("write_compression", "compression", "parquet_compression")
_REFUSED = {
    *("bucketed_by", "bucket_count", "compression_level", "orc_compression"),
    *("is_external", "location", "partitioning"),
    *("vacuum_max_snapshot_age_seconds", "vacuum_min_snapshots_to_keep"),
    *("optimize_rewrite_min_data_file_size_bytes", "optimize_rewrite_max_data_file_size_bytes"),
}
