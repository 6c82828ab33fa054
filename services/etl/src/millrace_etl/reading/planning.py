"""Which files are read together, and with which columns."""

from __future__ import annotations

import io
from collections import defaultdict
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import pyarrow as pa
import pyarrow.parquet as pq

from millrace_contracts import Dataset, ManifestFile
from millrace_contracts.dataset import CsvFormat, ParquetFormat
from millrace_etl.errors import ColumnsMismatch, ManifestInvalid
from millrace_etl.ports import ObjectStore
from millrace_etl.reading.decoding.decode import needs_decoding
from millrace_etl.reading.headers import FIRST_BYTES, check_columns, group_by_header, read_header
from millrace_etl.work import FileGroup, SourceFile

_AT_ONCE = 16


def plan_groups(
    store: ObjectStore, spec: Dataset, files: Sequence[ManifestFile]
) -> tuple[FileGroup, ...]:
    """Groups of files with the same columns in the same order; files without a byte are left out.

    Raises:
        ColumnsMismatch: A file's columns are not the declared ones.
        ManifestInvalid: Spark passes over files with such a name.
    """
    for file in files:
        if file.key.rpartition("/")[2].startswith(("_", ".")):
            # Hadoop's input formats take such files for hidden and read nothing of them.
            raise ManifestInvalid(f"{file.key}: a name that begins with _ or . cannot be read")
    sources = [
        SourceFile(file.bucket, file.key, file.size_bytes, order)
        for order, file in enumerate(files)
        if file.size_bytes
    ]
    declared = [column.file_name for column in spec.columns]
    decoded = tuple(source for source in sources if needs_decoding(spec, source.key))
    if decoded:
        sources = [source for source in sources if source not in decoded]
        group = FileGroup(tuple(declared), decoded, decoded=True)
        return (group, *_plan_own(store, spec, sources, declared))
    return _plan_own(store, spec, sources, declared)


def _plan_own(
    store: ObjectStore, spec: Dataset, sources: Sequence[SourceFile], declared: Sequence[str]
) -> tuple[FileGroup, ...]:
    """Groups of files that Spark reads itself."""
    if isinstance(spec.format, ParquetFormat):
        return _by_schema(store, sources, declared)
    if isinstance(spec.format, CsvFormat) and spec.format.header:
        csv_format = spec.format
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            headers = pool.map(
                lambda file: read_header(
                    file.key, store.first_bytes(file.bucket, file.key, FIRST_BYTES), csv_format
                ),
                sources,
            )
            return group_by_header(zip(sources, headers, strict=True), declared)
    return (FileGroup(tuple(declared), tuple(sources)),) if sources else ()


def _by_schema(
    store: ObjectStore, files: Sequence[SourceFile], declared: Sequence[str]
) -> tuple[FileGroup, ...]:
    groups: dict[str, list[SourceFile]] = defaultdict(list)
    for file in files:
        schema = _parquet_schema(store, file)
        check_columns(file.key, [name.lower() for name in schema.names], declared)
        groups[str(schema.remove_metadata())].append(file)
    return tuple(FileGroup(tuple(declared), tuple(members)) for members in groups.values())


def _parquet_schema(store: ObjectStore, file: SourceFile) -> pa.Schema:
    tail_bytes = FIRST_BYTES
    while True:
        tail = store.last_bytes(file.bucket, file.key, tail_bytes)
        needed = int.from_bytes(tail[-8:-4], "little") + 8
        if needed <= len(tail) or len(tail) >= file.size_bytes:
            break
        tail_bytes = needed
    try:
        return pq.read_schema(io.BytesIO(tail))
    except pa.ArrowInvalid as exc:
        raise ColumnsMismatch(f"{file.key}: not a Parquet file: {exc}") from exc
