"""Executions after a restart: what the journal has of them, and an end for those that ran."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from millrace_localcloud.cloud import Cloud
from millrace_localcloud.stepfunctions.execution import Execution
from millrace_localcloud.stepfunctions.records import Record, Started

if TYPE_CHECKING:
    from millrace_localcloud.stepfunctions.backend import MachineBackend

_ERROR = "LocalCloud.Stopped"
_CAUSE = "The local cloud stopped while this execution was running; it can be redriven"


def restored(cloud: Cloud) -> None:
    """End as ABORTED what was RUNNING when the cloud stopped: its threads are gone."""
    from moto.stepfunctions.models import stepfunctions_backends

    assert Execution.journal is not None
    take_up(Execution.journal.records(), stepfunctions_backends)
    for regions in stepfunctions_backends.values():
        for backend in regions.values():
            abort_lost(backend)


def saving(cloud: Cloud) -> Callable[[], None]:
    """Before a snapshot; answers what to do once it is written."""
    assert Execution.journal is not None
    covered = Execution.journal.begin_file()

    def saved() -> None:
        for file in covered:
            file.unlink()

    return saved


def take_up(records: Iterable[Record], backends: Any) -> None:
    """Let executions be as the records, which follow a snapshot, say that they were."""
    known = {
        execution.execution_arn: execution
        for regions in backends.values()
        for backend in regions.values()
        for execution in backend.executions()
    }
    for record in records:
        if isinstance(record, Started):
            begun = record.execution
            found = backends[begun.account_id][begun.region_name].take_up(begun)
            if found is not None:
                known[begun.execution_arn] = found
        elif record.execution_arn in known:
            known[record.execution_arn].take_up(record)


def abort_lost(backend: MachineBackend) -> None:
    """End every execution that has no attempt under way but still counts as RUNNING."""
    for execution in backend.executions():
        execution.announce = backend.events.announce
        if execution.status == "RUNNING" and execution.run is None:
            execution.end(None, "ABORTED", error=_ERROR, cause=_CAUSE)
