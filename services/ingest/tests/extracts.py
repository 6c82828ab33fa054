"""A dataset whose records are numbered, with its use case on ports in memory."""

from __future__ import annotations

import io
import json
from contextlib import contextmanager
from datetime import timedelta

from laptop import Clock

from millrace_contracts import Dataset
from millrace_contracts.state import MemoryExtractionState, MemoryRunState
from millrace_ingest.acknowledging import AcknowledgeRun
from millrace_ingest.adapters.memory import MemoryArtifacts, MemoryLanding
from millrace_ingest.adapters.memory_feed import MemoryFeed, MemorySegmentStore
from millrace_ingest.batches import opened_batch
from millrace_ingest.extracting import LandRecords

WEATHER = Dataset.model_validate(
    {
        "name": "weather",
        "owner": {"team": "network", "email": "network@example.com"},
        "source": {
            "kind": "api",
            "url": "https://api.example.com/weather",
            "incremental": {"field": "n", "param": "since", "type": "number"},
        },
        "format": {"kind": "jsonl"},
        "columns": [{"name": "n", "type": "int"}],
    }
)


class Extracts:
    """Everything that outlives a worker, and what a worker does with it."""

    def __init__(self, spec=WEATHER):
        self.clock = Clock()
        self.state = MemoryRunState()
        self.extractions = MemoryExtractionState(self.state)
        self.feed = MemoryFeed()
        self.landing = MemoryLanding()
        self.store = MemorySegmentStore(self.landing)
        self.artifacts = MemoryArtifacts({spec.name: spec})

    def land(self, run_id, *, window=None, within=timedelta(minutes=14), through=lambda port: port):
        """Land as one run; ``through`` wraps every port."""

        @contextmanager
        def connect(_spec):
            yield through(self.feed)

        use_case = LandRecords(
            through(self.state),
            through(self.extractions),
            through(self.store),
            connect,
            io.BytesIO,
            self.clock,
            self.clock.sleep,
        )
        self.clock.sleep(1)
        with opened_batch(
            through(self.state),
            through(self.artifacts),
            self.clock,
            "weather",
            run_id,
            self.clock() + within,
        ) as batch:
            return use_case.land_batch(batch, window)

    def acknowledge(self, run_id):
        use_case = AcknowledgeRun(self.state, self.artifacts, self.clock)
        return use_case.acknowledge("weather", run_id)

    def numbers(self, run_id):
        """Of the records that a run has to process, one for each time they are there."""
        return [
            json.loads(line)["n"]
            for file in self.artifacts.manifests[run_id].files
            for line in self.landing.objects[file.key].splitlines()
        ]

    def watermark(self):
        found = self.extractions.watermark("weather")
        return found and found.value
