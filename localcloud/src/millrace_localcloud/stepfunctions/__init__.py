"""Step Functions: every machine runs, on moto's interpreter with what that one lacks."""

from __future__ import annotations

from millrace_localcloud.cloud import Cloud
from millrace_localcloud.seams import replace_attribute, replace_backend, replace_responses
from millrace_localcloud.stepfunctions.execution import Execution
from millrace_localcloud.stepfunctions.journal import ExecutionJournal
from millrace_localcloud.stepfunctions.restart import restored, saving

__all__ = ["install", "restored", "saving"]


def install(cloud: Cloud) -> None:
    """Replace moto's Step Functions; the interpreter itself is imported at its first use."""
    from moto.stepfunctions import responses as moto_responses

    from millrace_localcloud.stepfunctions.backend import MachineBackend
    from millrace_localcloud.stepfunctions.execution_logs import ExecutionLogs
    from millrace_localcloud.stepfunctions.responses import MachineResponse
    from millrace_localcloud.stepfunctions.status_events import StatusEvents

    Execution.journal = ExecutionJournal(cloud.home.state / "executions")
    if not cloud.home.snapshot.exists():
        Execution.journal.clear()
    MachineBackend.cloud = cloud
    MachineBackend.events = StatusEvents(cloud.keeping.endings)
    MachineBackend.logs = ExecutionLogs(cloud)
    backends = replace_backend("stepfunctions", "stepfunctions_backends", MachineBackend)
    # moto keeps executing machines in a store apart, which CloudFormation does not see.
    replace_attribute(
        moto_responses, "get_backend", lambda account, region: backends[account][region]
    )
    replace_responses("stepfunctions", moto_responses.StepFunctionResponse, MachineResponse)
