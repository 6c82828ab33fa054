"""Files that others put into the landing bucket, below the dataset's drop."""

from __future__ import annotations

from clouds import ids_in
from lines import LAND

DROP = {"kind": "filesystem", "url": "{drop}"}


def _drop(line, name, body):
    line.cloud.s3.put_object(Bucket="landing", Key=f"_drop/{name}", Body=body)


def test_each_version_of_a_dropped_file_lands_once_and_no_other_datasets(line):
    line.source = lambda: DROP
    line.begin()
    _drop(line, "flights/a.jsonl", b'{"id": 1}\n')
    _drop(line, "flights_of_others/a.jsonl", b'{"id": 9}\n')

    assert line.workers.call(LAND)["files"] == 1
    assert ids_in(line.cloud.to_process("r1")) == {1: 1}

    _drop(line, "flights/b.jsonl", b'{"id": 2}\n')
    assert line.workers.call(LAND | {"run_id": "r2"})["files"] == 2
    assert ids_in(line.cloud.to_process("r2")) == {1: 1, 2: 1}


def test_without_a_dropped_file_there_is_nothing_new(line):
    line.source = lambda: DROP
    line.begin()

    assert line.workers.call(LAND)["files"] == 0
