"""Run state of a deployment."""

from __future__ import annotations

from millrace.aws import Aws
from millrace_contracts.state import RunState
from millrace_contracts.state.dynamodb import DynamoRunState


def open_run_state(aws: Aws) -> RunState:
    """Where this deployment's services remember runs and files."""
    return DynamoRunState(aws.table())
