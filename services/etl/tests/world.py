"""One dataset whose runs are processes that can be killed, on objects and run state in memory."""

from __future__ import annotations

import hashlib
import itertools
import json
from datetime import UTC, date, datetime, timedelta

import pyarrow as pa
import pyarrow.parquet as pq
from arrow_engine import ArrowEngine
from mortal import Mortal, MortalState, MortalStore

from millrace_contracts import LandingKey, Manifest, ManifestFile, SpecKey
from millrace_contracts.state import MemoryRunState
from millrace_etl.commits.lease import LeaseTerms
from millrace_etl.refine import Refine
from millrace_etl.settings import Settings

NOON = datetime(2024, 2, 29, 12, tzinfo=UTC)
TERMS = LeaseTerms(renew_every_s=3600)
ONE = "id,part,v\n1,x,1\n2,x,1\n3,y,1\n8,z,1\n"
TWO = "id,part,v\n1,x,2\n3,y,bad\n4,y,2\n4,y,3\n5,w,2\n"
THREE = "id,part,v\n1,x,3\n6,w,3\n"
MODES = ("append", "upsert", "overwrite")


class Silent:
    """Lineage of runs that nobody traces."""

    def started(self):
        pass

    def completed(self, traced):
        pass

    def failed(self, error):
        pass


class World:
    """What outlives every process: objects, run state and time."""

    def __init__(self, mode):
        self.objects, self.state, self.now = {}, MemoryRunState(), NOON
        self._attempts = itertools.count()
        spec = {
            "name": "t",
            "owner": {"team": "t", "email": "t@example.com"},
            "source": {"kind": "filesystem", "url": "file:///out"},
            "format": {"kind": "csv", "header": False},
            "columns": [{"name": name, "type": "string"} for name in ("id", "part", "v")],
            "keys": ["id", "part"],
            "write": {"mode": mode, "partition_by": ["part"]},
        }
        self.objects["artifacts", str(SpecKey("t", "dataset.json"))] = json.dumps(spec).encode()
        self.files = {name: self._land(name, text) for name, text in
                      (("one", ONE), ("two", TWO), ("three", THREE))}  # fmt: skip

    def _land(self, name, text):
        key = str(LandingKey("t", date(2024, 2, 29), name, "a.csv"))
        self.objects["landing", key] = text.encode()
        digest = hashlib.sha256(text.encode()).hexdigest()
        return ManifestFile(bucket="landing", key=key, size_bytes=len(text), sha256=digest,
                            source="a.csv", landed_at=NOON)  # fmt: skip

    def run(self, run_id, *names, process=None, before_lease=lambda: None):
        """One attempt of a run, as a process of its own, an hour later."""
        self.now += timedelta(hours=1)
        process = process or Mortal()
        manifest = Manifest(
            dataset="t", run_id=run_id, files=tuple(self.files[name] for name in names)
        )
        self.objects["artifacts", f"manifests/{run_id}"] = manifest.model_dump_json().encode()
        settings = Settings(
            dataset="t", run_id=run_id, manifest_bucket="artifacts",
            manifest_key=f"manifests/{run_id}", landing_bucket="landing", refined_bucket="refined",
            quarantine_bucket="quarantine", artifacts_bucket="artifacts", state_url="memory://",
        )  # fmt: skip
        store, attempt = MortalStore(process, self.objects), f"{run_id}-{next(self._attempts)}"
        return Refine(
            settings=settings,
            attempt=attempt,
            store=store,
            state=MortalState(process, self.state, before_lease),
            engine=ArrowEngine(store),
            lineage=Silent(),
            now=lambda: self.now,
            lease_terms=TERMS,
        ).run()

    def seen(self):
        """Rows of the table and of quarantine, and whether anything is left staged."""
        rows, bad, staged = [], [], []
        for (bucket, key), body in sorted(self.objects.items()):
            if bucket == "refined" and key.startswith("_staging/"):
                staged.append(key)
            elif bucket == "refined":
                part = key.split("part=")[1].split("/")[0]
                table = pq.read_table(pa.BufferReader(body)).to_pylist()
                rows += [(row["id"], part, row["v"]) for row in table]
            elif bucket == "quarantine":
                bad += pq.read_table(pa.BufferReader(body)).to_pylist()
        return sorted(rows), bad, staged
