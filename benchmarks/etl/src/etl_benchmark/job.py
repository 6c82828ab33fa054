"""The etl job on the local cloud: landed file, manifest and spec, then ``spark-submit``."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import boto3

from etl_benchmark.flights import columns, kind
from etl_benchmark.measure import Use, measure

ROOT = Path(__file__).parents[4]
_ETL = ROOT / "services" / "etl"
_BUCKETS = ("landing", "refined", "quarantine", "artifacts")
_DEADLINE_S = 120
SPARK = {
    "spark.master": "local[*]",
    "spark.driver.memory": "2g",
    "spark.driver.extraJavaOptions": "-XX:+UseParallelGC",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.host": "127.0.0.1",
}
"""What each contestant that is Spark runs with."""
_FILE_SYSTEMS = {
    "spark.hadoop.fs.s3.impl": "org.apache.hadoop.fs.viewfs.ViewFileSystemOverloadScheme",
    "spark.hadoop.fs.lakefile.impl": "org.apache.hadoop.fs.RawLocalFileSystem",
}
_RULES: dict[str, dict[str, object]] = {
    "year": {"required": True, "range": [1987, 2200]},
    "month": {"required": True, "range": [1, 12]},
    "day": {"required": True, "range": [1, 31]},
    "dep_time": {"range": [0, 2400]},
    "sched_dep_time": {"required": True, "range": [0, 2400]},
    "dep_delay": {"range": [-120, 3000]},
    "arr_time": {"range": [0, 2400]},
    "sched_arr_time": {"required": True, "range": [0, 2400]},
    "arr_delay": {"range": [-180, 3000]},
    "carrier": {"required": True, "pattern": "[A-Z0-9]{2}"},
    "flight": {"required": True},
    "origin": {"required": True, "enum": ["EWR", "JFK", "LGA"]},
    "dest": {"required": True, "pattern": "[A-Z]{3}"},
    "air_time": {"range": [0, 1440]},
    "distance": {"required": True, "range": [1, 12000]},
    "hour": {"required": True, "range": [0, 23]},
    "minute": {"required": True, "range": [0, 59]},
    "time_hour": {"required": True},
}


class Cloud:
    """A local cloud that serves, with the buckets and the table that the job needs."""

    def __init__(self, home: Path) -> None:
        told = json.loads((home / "endpoint.json").read_text())
        self.lake = home / "lake"
        self.env = {
            "AWS_ENDPOINT_URL": told["endpoint"],
            "AWS_ACCESS_KEY_ID": "123456789012",
            "AWS_SECRET_ACCESS_KEY": "local",
            "AWS_DEFAULT_REGION": "us-east-1",
        }
        self._s3 = boto3.client(
            "s3",
            endpoint_url=told["endpoint"],
            region_name="us-east-1",
            aws_access_key_id="123456789012",
            aws_secret_access_key="local",
        )
        for bucket in _BUCKETS:
            self._s3.create_bucket(Bucket=bucket)
        keys = [("pk", "HASH"), ("sk", "RANGE")]
        boto3.client(
            "dynamodb",
            endpoint_url=told["endpoint"],
            region_name="us-east-1",
            aws_access_key_id="123456789012",
            aws_secret_access_key="local",
        ).create_table(
            TableName="state",
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[
                {"AttributeName": name, "AttributeType": "S"} for name, _ in keys
            ],
            KeySchema=[{"AttributeName": name, "KeyType": kind} for name, kind in keys],
        )

    def run(
        self, dataset: str, form: str, source: Path, log: Path, limit_s: float | None = None
    ) -> Use:
        """Land the file and run the job on it; only the job is measured."""
        file = self.land(dataset, source.name, source)
        return self.submit(spec_of_flights(dataset, form), [file], SPARK, log, limit_s)

    def land(self, dataset: str, name: str, source: Path) -> dict[str, object]:
        """Put one file into the landing zone; answer its entry of the manifest."""
        key = f"{dataset}/ingest_date=2024-02-29/batch=b1/{name}"
        self._s3.upload_file(str(source), "landing", key)
        return {
            "bucket": "landing",
            "key": key,
            "size_bytes": source.stat().st_size,
            "sha256": "0" * 64,
            "source": name,
            "landed_at": "2024-02-29T00:00:00Z",
        }

    def submit(
        self,
        spec: Mapping[str, object],
        files: Sequence[Mapping[str, object]],
        spark: Mapping[str, str],
        log: Path,
        limit_s: float | None = None,
    ) -> Use:
        """Run the job on landed files; only the job is measured."""
        dataset = str(spec["name"])
        self._put(f"datasets/{dataset}/dataset.json", spec)
        manifest = {"dataset": dataset, "run_id": f"{dataset}-r1", "files": files}
        self._put(f"manifests/{dataset}-r1.json", manifest)
        return self._measured(dataset, spark, log, limit_s)

    def compact(self, dataset: str, spark: Mapping[str, str], log: Path) -> Use:
        """Compact the table of a dataset that the job has refined; only that is measured."""
        return self._measured(dataset, spark, log, None, mode="compact")

    def files(self, dataset: str) -> list[Path]:
        """Files of the refined table."""
        return sorted((self.lake / "refined" / dataset).rglob("*.parquet"))

    def forget(self, dataset: str) -> None:
        """Free the disk of what a run left."""
        for bucket in _BUCKETS:
            shutil.rmtree(self.lake / bucket / dataset, ignore_errors=True)

    def _put(self, key: str, body: Mapping[str, object]) -> None:
        self._s3.put_object(Bucket="artifacts", Key=key, Body=json.dumps(body).encode())

    def _measured(
        self,
        dataset: str,
        spark: Mapping[str, str],
        log: Path,
        limit_s: float | None,
        mode: str = "refine",
    ) -> Use:
        python = {"PYSPARK_PYTHON": str(_ETL / ".venv" / "bin" / "python")}
        command = self._command(dataset, spark, mode)
        return measure(command, os.environ | self.env | python, log, limit_s)

    def _command(self, dataset: str, spark: Mapping[str, str], mode: str) -> list[str]:
        told = {
            "mode": mode,
            "dataset": dataset,
            "run_id": f"{dataset}-r1",
            "manifest_bucket": "artifacts",
            "manifest_key": f"manifests/{dataset}-r1.json",
            "landing_bucket": "landing",
            "refined_bucket": "refined",
            "quarantine_bucket": "quarantine",
            "artifacts_bucket": "artifacts",
            "state_url": "dynamodb://state",
        }
        mounts = {
            f"spark.hadoop.fs.viewfs.mounttable.{bucket}.linkFallback": (
                f"lakefile://{self.lake / bucket}"
            )
            for bucket in _BUCKETS
        }
        settings = dict(spark) | _FILE_SYSTEMS | mounts
        arguments = [part for name, value in told.items() for part in (f"--{name}", value)]
        submit = str(_ETL / ".venv" / "bin" / "spark-submit")
        return [submit, *options(settings), str(_ETL / "deploy" / "job.py"), *arguments]


def options(settings: Mapping[str, str]) -> list[str]:
    """Settings as options of ``spark-submit``."""
    return [part for pair in settings.items() for part in ("--conf", "=".join(pair))]


@contextmanager
def cloud(home: Path) -> Iterator[Cloud]:
    """Serve a local cloud for as long as it is needed."""
    serve = str(ROOT / "localcloud/.venv/bin/millrace-localcloud")
    command = [serve, "serve", "--home", str(home)]
    with subprocess.Popen(command) as server:
        try:
            ends_at = time.monotonic() + _DEADLINE_S
            while not (home / "endpoint.json").exists():
                if server.poll() is not None or time.monotonic() > ends_at:
                    raise RuntimeError("the local cloud does not answer")
                time.sleep(0.05)
            yield Cloud(home)
        finally:
            server.terminate()


def spec_of_flights(dataset: str, form: str) -> dict[str, object]:
    """The dataset as it is declared, with every kind of rule on its columns."""
    declared = {"kind": "csv", "null_value": "NA"} if form == "csv" else {"kind": "jsonl"}
    return {
        "name": dataset,
        "owner": {"team": "benchmark", "email": "benchmark@example.com"},
        "source": {"kind": "filesystem", "url": "file:///benchmark"},
        "format": declared,
        "columns": [
            {"name": name, "type": kind(name)} | _RULES.get(name, {}) for name in columns()
        ],
        "write": {"mode": "append", "partition_by": ["day"]},
    }
