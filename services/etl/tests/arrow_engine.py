"""An engine of few lines beside Spark's, so that a run can be killed hundreds of times."""

from __future__ import annotations

import csv
import io
from collections import defaultdict

import pyarrow as pa
import pyarrow.parquet as pq

from millrace_etl.work import Counts, Merged, Staged

SCHEMA = pa.schema([("id", pa.int32()), ("v", pa.int32())])
COLUMNS = (("id", "int"), ("v", "int"), ("part", "string"))


class ArrowEngine:
    """Engine for CSV files of id, part and v, partitioned by part, with the key of id and part."""

    def __init__(self, store):
        self.store = store

    def stage(self, work):
        rows, bad, read = {}, [], 0
        for file in work.files:
            text = self.store.get(file.bucket, file.key).decode()
            for number, row in enumerate(csv.DictReader(io.StringIO(text)), start=2):
                read += 1
                if row["v"].isdigit():
                    rows[int(row["id"]), row["part"]] = int(row["v"])
                else:
                    bad.append({"file": file.key, "record": number, "written": False})
        if bad:
            self._write(f"{work.quarantine_uri}part-0.parquet", pa.Table.from_pylist(bad))
        self._write_rows(work.rows_uri, rows)
        counts = Counts(read, len(bad), read - len(bad), len(rows))
        return Staged(counts, COLUMNS)

    def files_to_rewrite(self, merge):
        raise AssertionError("the table is partitioned by its key")

    def merge(self, merge):
        bucket, prefix = merge.staged_uri.removeprefix("s3://").split("/", 1)
        staged = self._rows(f"s3://{bucket}/{each.key}" for each in self.store.list(bucket, prefix))
        existing = self._rows(merge.existing)
        self._write_rows(merge.merged_uri, existing | staged)
        return Merged(len(staged), len(existing.keys() - staged.keys()))

    def compact(self, compaction):
        self._write_rows(compaction.compacted_uri, self._rows(compaction.table.uris))

    def _rows(self, uris):
        rows = {}
        for uri in uris:
            bucket, key = uri.removeprefix("s3://").split("/", 1)
            part = key.rsplit("part=", 1)[1].split("/")[0]
            table = pq.read_table(pa.BufferReader(self.store.get(bucket, key)))
            rows |= {(row["id"], part): row["v"] for row in table.to_pylist()}
        return rows

    def _write_rows(self, uri, rows):
        by_part = defaultdict(list)
        for (key, part), value in sorted(rows.items()):
            by_part[part].append({"id": key, "v": value})
        for part, members in by_part.items():
            table = pa.Table.from_pylist(members, schema=SCHEMA)
            self._write(f"{uri}part={part}/part-0.parquet", table)

    def _write(self, uri, table):
        bucket, key = uri.removeprefix("s3://").split("/", 1)
        sink = io.BytesIO()
        pq.write_table(table, sink)
        self.store.put(bucket, key, sink.getvalue())
