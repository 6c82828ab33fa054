"""Land files, run the service, read the table back: what most tests do."""

from __future__ import annotations

import hashlib
import io
import itertools
import json
from datetime import UTC, date, datetime
from pathlib import Path

import boto3
import pyarrow as pa
import pyarrow.parquet as pq

from millrace_contracts import LandingKey, Manifest, ManifestFile, ManifestKey, SpecKey
from millrace_contracts.state.dynamodb import DynamoRunState
from millrace_etl.adapters.aws import S3Store
from millrace_etl.adapters.lineage import OpenLineage
from millrace_etl.refine import Refine, no_salt
from millrace_etl.settings import Settings
from millrace_etl.spark.engine import SparkEngine

BUCKETS = ("landing", "refined", "quarantine", "artifacts")
LANDED_AT = datetime(2024, 2, 29, 12, tzinfo=UTC)
_numbers = itertools.count()


class Lake:
    """One dataset: its spec, landed files, runs and tables."""

    def __init__(self, session):
        self.dataset = f"t{next(_numbers)}"
        self.store = S3Store(boto3.client("s3"))
        self.state = DynamoRunState(boto3.resource("dynamodb").Table("state"))
        self.session = session
        self._attempts = itertools.count()

    def declare(self, columns, *, kind=None, transform=None, **parts):
        """Deploy a spec; ``columns`` as in dataset.yaml."""
        spec = {
            "name": self.dataset,
            "owner": {"team": "t", "email": "t@example.com"},
            "source": {"kind": "filesystem", "url": "file:///out"},
            "format": kind or {"kind": "csv"},
            "columns": columns,
            **parts,
        }
        self.deploy("dataset.json", json.dumps(spec).encode())
        if transform is not None:
            self.deploy("transform.sql", transform.encode())

    def deploy(self, file, body):
        self.store.put("artifacts", str(SpecKey(self.dataset, file)), body)

    def land(self, body, *, name="a.csv", batch="b1"):
        """Put one landed file; answer its entry of the manifest."""
        body = body.encode() if isinstance(body, str) else body
        key = str(LandingKey(self.dataset, date(2024, 2, 29), batch, name))
        self.store.put("landing", key, body)
        return ManifestFile(
            bucket="landing",
            key=key,
            size_bytes=len(body),
            sha256=hashlib.sha256(body).hexdigest(),
            source=name,
            landed_at=LANDED_AT,
        )

    def settings(self, run_id, files, **told):
        run_id = f"{self.dataset}-{run_id}"
        manifest = Manifest(dataset=self.dataset, run_id=run_id, files=tuple(files))
        key = str(ManifestKey(run_id))
        self.store.put("artifacts", key, manifest.model_dump_json().encode())
        return Settings(
            dataset=self.dataset,
            run_id=run_id,
            manifest_bucket="artifacts",
            manifest_key=key,
            landing_bucket="landing",
            refined_bucket="refined",
            quarantine_bucket="quarantine",
            artifacts_bucket="artifacts",
            state_url="dynamodb://state",
            **told,
        )

    def service(self, run_id, files, salt=no_salt, **told):
        attempt = f"{self.dataset}-{run_id}-{next(self._attempts)}"
        settings = self.settings(run_id, files, **told)

        def now():
            return datetime.now(UTC)

        return Refine(
            salt=salt,
            settings=settings,
            attempt=attempt,
            store=self.store,
            state=self.state,
            engine=SparkEngine(lambda: self.session),
            lineage=OpenLineage(settings, attempt, self.store, now),
            now=now,
        )

    def refine(self, *files, run_id="r1"):
        """Run the service on the files; answer its event."""
        return self.service(run_id, files).run()

    def rows(self):
        """Every row of the refined table, as dicts with its partition columns as texts."""
        return self._read("refined", f"{self.dataset}/")

    def quarantined(self, run_id="r1"):
        return self._read("quarantine", f"{self.dataset}/run={self.dataset}-{run_id}/")

    def files(self, bucket="refined"):
        return [found.key for found in self.store.list(bucket, f"{self.dataset}/")]

    def path(self, bucket, key):
        """Where the local cloud keeps an object."""
        mounted = self.session.conf.get(f"spark.hadoop.fs.viewfs.mounttable.{bucket}.linkFallback")
        return Path(mounted.removeprefix("lakefile://")) / key

    def _read(self, bucket, prefix):
        rows = []
        for found in self.store.list(bucket, prefix):
            table = pq.read_table(io.BytesIO(self.store.get(bucket, found.key)))
            folders = found.key.removeprefix(prefix).split("/")[:-1]
            for folder in folders:
                name, _, value = folder.partition("=")
                table = table.append_column(name, pa.array([value] * len(table)))
            rows += table.to_pylist()
        return rows

    def lineage(self, run_id="r1"):
        """OpenLineage events of a run."""
        prefix = f"lineage/{self.dataset}/{self.dataset}-{run_id}/"
        return [
            json.loads(line)
            for found in self.store.list("artifacts", prefix)
            for line in self.store.get("artifacts", found.key).splitlines()
        ]
