"""A failed run, and the use case on ports in memory, for the unit tests."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from millrace_contracts.dataset import Expectations, Owner
from millrace_contracts.state import MemoryRunState
from millrace_notify.adapters.memory import MemoryExecutions, MemorySpecs, MemoryTopic
from millrace_notify.announcing import AnnounceFailure
from millrace_notify.failures import Attempt
from millrace_notify.history import HistoryEvent
from millrace_notify.ports import Deployed

NOON = datetime(2024, 2, 29, 12, tzinfo=UTC)
ARN = "arn:aws:states:us-east-1:123456789012:execution:millrace-local-pipeline:r1"
OWNER = Owner(team="network", email="network@example.com")
SPECS = MemorySpecs([Deployed("flights", OWNER, Expectations(), NOON)])
GLUE = json.dumps(
    {"JobName": "etl", "JobRunState": "FAILED", "ErrorMessage": "ValueError: 3 rows too many"}
)
HISTORY = (
    HistoryEvent(1, 0, "ExecutionStarted"),
    HistoryEvent(2, 0, "TaskStateEntered", state="Ingest"),
    HistoryEvent(3, 2, "TaskFailed", error="TransientError", cause="{}"),
    HistoryEvent(4, 3, "TaskSucceeded"),
    HistoryEvent(5, 4, "TaskStateExited", state="Ingest"),
    HistoryEvent(6, 5, "ParallelStateEntered", state="LandingAndEtl"),
    HistoryEvent(7, 6, "ParallelStateStarted"),
    HistoryEvent(8, 7, "TaskStateEntered", state="CrawlLanding"),
    HistoryEvent(9, 7, "TaskStateEntered", state="Etl"),
    HistoryEvent(10, 9, "TaskScheduled"),
    HistoryEvent(11, 8, "TaskScheduled"),
    HistoryEvent(12, 10, "TaskFailed", error="States.TaskFailed", cause=GLUE),
    HistoryEvent(13, 11, "TaskStateAborted"),
    HistoryEvent(14, 12, "ParallelStateFailed"),
    HistoryEvent(15, 14, "TaskStateEntered", state="Notify"),
    HistoryEvent(16, 15, "TaskFailed", error="States.TaskFailed", cause="the notifier's own"),
)


def attempt(**changes):
    fields = {
        "dataset": "flights",
        "run_id": "r1",
        "execution_arn": ARN,
        "redrives": 0,
        "failed_at": NOON,
        "error": "States.TaskFailed",
        "cause": GLUE,
    }
    return Attempt(**(fields | changes))


@dataclass
class Stage:
    now: datetime = NOON
    state: MemoryRunState = field(default_factory=MemoryRunState)
    topic: MemoryTopic = field(default_factory=MemoryTopic)
    histories: dict = field(default_factory=lambda: {ARN: HISTORY})

    def announce(self, told=None, *, topic=None):
        use_case = AnnounceFailure(
            self.state,
            MemoryExecutions(self.histories),
            SPECS,
            topic or self.topic,
            lambda: self.now,
        )
        announced = use_case.announce(told or attempt())
        return announced and announced.event

    def wait(self, **length):
        self.now += timedelta(**length)
