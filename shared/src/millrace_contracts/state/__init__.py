"""Run state: what every run, stage, file and batch went through.

The port has two implementations: ``MemoryRunState`` for tests and ``DynamoRunState`` (in
``state.dynamodb``, which alone needs boto3). One conformance suite holds both to the same words.
"""

from millrace_contracts.state.memory import MemoryRunState
from millrace_contracts.state.port import RunState
from millrace_contracts.state.records import (
    FileRecord,
    FileStatus,
    RunRecord,
    RunStatus,
    StageRecord,
    StageStatus,
)

__all__ = [
    "FileRecord",
    "FileStatus",
    "MemoryRunState",
    "RunRecord",
    "RunState",
    "RunStatus",
    "StageRecord",
    "StageStatus",
]
