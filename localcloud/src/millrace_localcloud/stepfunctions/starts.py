"""Executions as a start makes them."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from moto.stepfunctions.models import StateMachineVersion

from millrace_localcloud.stepfunctions.execution import Execution
from millrace_localcloud.stepfunctions.express import ExpressExecution


def standard_execution(
    backend: Any,
    machine: Any,
    name: str,
    execution_input: str,
    announce: Callable[[Execution], None],
) -> Execution:
    """An execution that is kept."""
    return Execution(
        arn=f"{_arn(backend, 'execution')}:{machine.name}:{name}",
        announce=announce,
        **_described(backend, machine, name, execution_input),
    )


def express_execution(
    backend: Any, machine: Any, name: str, execution_input: str
) -> ExpressExecution:
    """An execution of which there may be several of one name."""
    return ExpressExecution(
        arn=f"{_arn(backend, 'express')}:{machine.name}:{name}:{uuid.uuid4()}",
        **_described(backend, machine, name, execution_input),
    )


def _arn(backend: Any, kind: str) -> str:
    return f"arn:{backend.partition}:states:{backend.region_name}:{backend.account_id}:{kind}"


def _described(backend: Any, machine: Any, name: str, execution_input: str) -> dict[str, Any]:
    version = machine.arn if isinstance(machine, StateMachineVersion) else None
    return {
        "name": name,
        "machine": {
            "stateMachineArn": machine.source_arn if version else machine.arn,
            "stateMachineVersionArn": version,
            "name": machine.name,
            "definition": machine.definition,
            "roleArn": machine.roleArn,
            "type": machine.type,
            "updateDate": machine.update_date,
            "loggingConfiguration": machine.loggingConfiguration,
            "tracingConfiguration": machine.tracingConfiguration,
            "encryptionConfiguration": machine.encryptionConfiguration,
        },
        "execution_input": execution_input,
        "account_id": backend.account_id,
        "region_name": backend.region_name,
    }
