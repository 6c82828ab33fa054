"""Run state of a deployment, in the store that it has chosen."""

from __future__ import annotations

from millrace.aws import Aws
from millrace_contracts.state import ExtractionState, RunState, opening


def open_run_state(aws: Aws) -> RunState:
    """Where this deployment's services remember runs and files."""
    url = aws.parameter("state/url")
    if url.startswith(_DYNAMODB):
        from millrace_contracts.state.dynamodb import DynamoRunState

        return DynamoRunState(aws.table())
    return opening.open_run_state(url)


def open_extraction_state(aws: Aws) -> ExtractionState:
    """Where this deployment's ingest remembers how far it has read."""
    url = aws.parameter("state/url")
    if url.startswith(_DYNAMODB):
        from millrace_contracts.state.extraction_dynamodb import DynamoExtractionState

        return DynamoExtractionState(aws.table())
    return opening.open_extraction_state(url)


_DYNAMODB = "dynamodb://"
"""Opened here with the command's own session, which names another account than the machine's."""
