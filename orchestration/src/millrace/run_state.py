"""Run state of a deployment."""

from __future__ import annotations

from millrace.aws import Aws
from millrace_contracts.state import ExtractionState, RunState
from millrace_contracts.state.dynamodb import DynamoRunState
from millrace_contracts.state.extraction_dynamodb import DynamoExtractionState


def open_run_state(aws: Aws) -> RunState:
    """Where this deployment's services remember runs and files."""
    return DynamoRunState(aws.table())


def open_extraction_state(aws: Aws) -> ExtractionState:
    """Where this deployment's ingest remembers how far it has read."""
    return DynamoExtractionState(aws.table())
