"""What an execution may be given."""

from __future__ import annotations

import json

from moto.stepfunctions.exceptions import InvalidExecutionInput

_LONGEST_INPUT = 262_144
"""Bytes of an execution's input. Source: Step Functions service quotas."""


def check_input(execution_input: str) -> None:
    """Raises InvalidExecutionInput."""
    if len(execution_input.encode()) > _LONGEST_INPUT:
        raise InvalidExecutionInput(f"The input is longer than {_LONGEST_INPUT} bytes")
    try:
        json.loads(execution_input)
    except ValueError as exc:
        raise InvalidExecutionInput(f"Invalid State Machine Execution Input: '{exc}'") from exc
