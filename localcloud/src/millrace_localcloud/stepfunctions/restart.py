"""Executions that were under way when the local cloud stopped."""

from __future__ import annotations

from millrace_localcloud.cloud import Cloud

_ERROR = "LocalCloud.Stopped"
_CAUSE = "The local cloud stopped while this execution was running; it can be redriven"


def restored(cloud: Cloud) -> None:
    """End as ABORTED what was RUNNING when the state was saved: its threads are gone."""
    from moto.stepfunctions.models import stepfunctions_backends

    for regions in stepfunctions_backends.values():
        for backend in regions.values():
            for execution in backend.executions():
                execution.announce = backend.events.announce
                if execution.status == "RUNNING":
                    execution.end(None, "ABORTED", error=_ERROR, cause=_CAUSE)
