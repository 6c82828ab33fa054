"""A dataset, a clock and the use cases on ports in memory, for the unit tests."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from millrace_contracts import Dataset
from millrace_contracts.state import MemoryRunState
from millrace_ingest.acknowledging import AcknowledgeRun
from millrace_ingest.adapters.memory import MemoryArtifacts, MemoryLanding, MemorySource
from millrace_ingest.landing import LandFiles

NOON = datetime(2024, 2, 29, 12, tzinfo=UTC)
FLIGHTS = Dataset.model_validate(
    {
        "name": "flights",
        "owner": {"team": "network", "email": "network@example.com"},
        "source": {"kind": "filesystem", "url": "file://{mount}/out"},
        "format": {"kind": "csv"},
        "columns": [{"name": "origin", "type": "string"}],
    }
)


@dataclass
class Clock:
    moment: datetime = NOON

    def __call__(self) -> datetime:
        return self.moment

    def sleep(self, seconds: float) -> None:
        self.moment += timedelta(seconds=seconds)


@dataclass
class Laptop:
    clock: Clock = field(default_factory=Clock)
    state: MemoryRunState = field(default_factory=MemoryRunState)
    source: MemorySource = field(default_factory=MemorySource)
    landing: MemoryLanding = field(default_factory=MemoryLanding)
    artifacts: MemoryArtifacts = field(
        default_factory=lambda: MemoryArtifacts({"flights": FLIGHTS})
    )

    def land(self, run_id, *, within=timedelta(minutes=14), through=lambda port: port):
        """Land as one run; ``through`` wraps every port."""

        @contextmanager
        def connect(_spec):
            yield through(self.source)

        use_case = LandFiles(
            through(self.state),
            through(self.artifacts),
            through(self.landing),
            connect,
            self.clock,
            self.clock.sleep,
        )
        return use_case.land("flights", run_id, self.clock() + within)

    def acknowledge(self, run_id, *, through=lambda port: port):
        use_case = AcknowledgeRun(through(self.state), through(self.artifacts), self.clock)
        return use_case.acknowledge("flights", run_id)

    def manifest(self, run_id):
        return [
            (file.key, self.landing.objects[file.key])
            for file in self.artifacts.manifests[run_id].files
        ]
