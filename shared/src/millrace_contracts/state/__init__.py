"""Run state: what every run, stage, file and batch went through.

The port has two implementations: ``MemoryRunState`` for tests and ``DynamoRunState`` (in
``state.dynamodb``, which alone needs boto3). One conformance suite holds both to the same words.
What is known of extractions and watermarks is a port of its own in the same store.
"""

from millrace_contracts.state.extraction_memory import MemoryExtractionState
from millrace_contracts.state.extraction_port import ExtractionState
from millrace_contracts.state.extraction_records import LIVE, Extraction, Watermark
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
    "LIVE",
    "Extraction",
    "ExtractionState",
    "FileRecord",
    "FileStatus",
    "MemoryExtractionState",
    "MemoryRunState",
    "RunRecord",
    "RunState",
    "RunStatus",
    "StageRecord",
    "StageStatus",
    "Watermark",
]
