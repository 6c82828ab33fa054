"""Executions that were under way when the local cloud stopped."""

from __future__ import annotations

from typing import TYPE_CHECKING

from millrace_localcloud.cloud import Cloud

if TYPE_CHECKING:
    from millrace_localcloud.stepfunctions.backend import MachineBackend

_ERROR = "LocalCloud.Stopped"
_CAUSE = "The local cloud stopped while this execution was running; it can be redriven"


def restored(cloud: Cloud) -> None:
    """End as ABORTED what was RUNNING when the state was saved: its threads are gone."""
    from moto.stepfunctions.models import stepfunctions_backends

    for regions in stepfunctions_backends.values():
        for backend in regions.values():
            abort_lost(backend)


def abort_lost(backend: MachineBackend) -> None:
    """End every execution that has no attempt under way but still counts as RUNNING."""
    for execution in backend.executions():
        execution.announce = backend.events.announce
        if execution.status == "RUNNING" and execution.run is None:
            execution.end(None, "ABORTED", error=_ERROR, cause=_CAUSE)
