"""Athena's state: query executions beside moto's workgroups, named queries and statements."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from millrace_localcloud.athena.execution import Execution
from millrace_localcloud.athena.refusals import RequestRefused
from millrace_localcloud.athena.runner import Runner
from millrace_localcloud.athena.saved import SavedQueries
from millrace_localcloud.cloud import Cloud

_SUBMITTING = threading.Lock()


class AthenaBackend(SavedQueries):
    """Runs what StartQueryExecution asks for."""

    cloud: Cloud
    runner: Runner

    def __init__(self, region_name: str, account_id: str) -> None:
        super().__init__(region_name, account_id)
        self.tokens: dict[str, tuple[str, dict[str, Any]]] = {}

    def submit(self, request: Mapping[str, Any]) -> str:
        """Start a query; answers its id, the same one for a repeated ClientRequestToken.

        Raises:
            RequestRefused: The request itself is wrong; nothing was started.
        """
        token = request.get("ClientRequestToken")
        with _SUBMITTING:
            if token in self.tokens:
                known, before = self.tokens[token]
                if before != dict(request):
                    raise RequestRefused("Idempotent parameters do not match")
                return known
            execution = self._execution(request)
            self.executions[execution.id] = execution
            if token:
                self.tokens[token] = (execution.id, dict(request))
        self.runner.start(execution, self)
        return execution.id

    def _execution(self, request: Mapping[str, Any]) -> Execution:
        query = request.get("QueryString") or ""
        if not query.strip():
            raise RequestRefused("QueryString must not be empty")
        name = request.get("WorkGroup") or "primary"
        workgroup = self.work_group(name)
        if workgroup.state != "ENABLED":
            raise RequestRefused(f"WorkGroup {name} is disabled.")
        configuration = workgroup.configuration
        location, is_enforced = _output_location(request, configuration)
        query_id = str(uuid.uuid4())
        return Execution(
            id=query_id,
            query=query,
            workgroup=name,
            context=dict(request.get("QueryExecutionContext") or {}),
            output_location=location + query_id,
            is_enforced=is_enforced,
            parameters=list(request.get("ExecutionParameters") or ()),
            submitted_at=self.cloud.now(),
            cutoff_bytes=configuration.get("BytesScannedCutoffPerQuery"),
        )

    def execution(self, query_id: str) -> Execution:
        """The execution of that id.

        Raises:
            RequestRefused: There is none.
        """
        found = self.executions.get(query_id)
        if found is None:
            raise RequestRefused(f"QueryExecution {query_id} was not found")
        return found

    def stop(self, query_id: str) -> None:
        """Cancel a query that has not ended; one that has stays as it is."""
        execution = self.execution(query_id)
        if not execution.is_done:
            self.runner.stop(execution)

    def _modified_at(self) -> datetime:
        return self.cloud.now()

    def fail_interrupted(self) -> None:
        """Queries that the cloud's end interrupted have failed."""
        for execution in self.executions.values():
            if not execution.is_done:
                reason = "GENERIC_INTERNAL_ERROR: the local cloud stopped while the query ran"
                execution.end("FAILED", self.cloud.now(), reason, 1)


def _output_location(
    request: Mapping[str, Any], configuration: Mapping[str, Any]
) -> tuple[str, bool]:
    """Where results go, and whether it is the workgroup that says so."""
    own = (configuration.get("ResultConfiguration") or {}).get("OutputLocation")
    asked = (request.get("ResultConfiguration") or {}).get("OutputLocation")
    is_enforced = bool(configuration.get("EnforceWorkGroupConfiguration") and own)
    chosen = own if is_enforced else asked or own
    if not chosen:
        raise RequestRefused(
            "No output location provided. An output location is required either through the "
            "Workgroup result configuration setting or as an API input."
        )
    if not str(chosen).startswith("s3://"):
        raise RequestRefused(f"Invalid output location: {chosen}")
    return (str(chosen) if str(chosen).endswith("/") else f"{chosen}/"), is_enforced
