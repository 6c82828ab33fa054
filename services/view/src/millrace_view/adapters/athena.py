"""Warehouse on Athena."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from millrace_view.adapters.aws_errors import aws_errors, error_code
from millrace_view.errors import QueryUnfinished, SqlRejected, TableNotReady
from millrace_view.views import DATABASE, View, create_statement, explain_rejection

if TYPE_CHECKING:
    from mypy_boto3_athena import AthenaClient

_FIRST_WAIT_S = 0.05
_LONGEST_WAIT_S = 2.0
_GROWTH = 1.5
_SYSTEM_FAULT = 1
"""AthenaError.ErrorCategory (Athena API Reference): 1 system, 2 user, 3 other."""
_NO_TABLE = re.compile(r"TABLE_NOT_FOUND|\b[Tt]able\b.*\bdoes not exist\b")
_CATALOG_BUSY = re.compile(r"Rate exceeded|Throttling|Too many requests", re.IGNORECASE)


class AthenaWarehouse:
    """Warehouse that runs its statements in one workgroup."""

    def __init__(
        self,
        client: AthenaClient,
        workgroup: str,
        now: Callable[[], datetime],
        sleep: Callable[[float], None],
    ) -> None:
        self._client = client
        self._workgroup = workgroup
        self._now = now
        self._sleep = sleep

    def create(self, view: View, deadline: datetime) -> None:
        query_id = self._start(view)
        status = self._wait(query_id, view, deadline)
        if status["State"] == "SUCCEEDED":
            return
        reason = status.get("StateChangeReason") or "Athena gave no reason"
        if status["State"] == "CANCELLED":
            raise QueryUnfinished(f"{view.file}: the query was cancelled: {reason}")
        raise _rejection(view, reason, status.get("AthenaError", {}))

    def _start(self, view: View) -> str:
        with aws_errors():
            try:
                started = self._client.start_query_execution(
                    QueryString=create_statement(view),
                    QueryExecutionContext={"Database": DATABASE},
                    WorkGroup=self._workgroup,
                )
            except ClientError as exc:
                if error_code(exc) == "InvalidRequestException":
                    reason = exc.response["Error"].get("Message", "")
                    raise _rejection(view, reason, {}) from exc
                raise
        return started["QueryExecutionId"]

    def _wait(self, query_id: str, view: View, deadline: datetime) -> Mapping[str, Any]:
        wait_s = _FIRST_WAIT_S
        while True:
            with aws_errors():
                answer = self._client.get_query_execution(QueryExecutionId=query_id)
            status = answer["QueryExecution"]["Status"]
            if status["State"] not in ("QUEUED", "RUNNING"):
                return status
            if self._now() >= deadline:
                with aws_errors():
                    self._client.stop_query_execution(QueryExecutionId=query_id)
                raise QueryUnfinished(f"{view.file}: still {status['State']} at the deadline")
            self._sleep(wait_s)
            wait_s = min(wait_s * _GROWTH, _LONGEST_WAIT_S)


def _rejection(
    view: View, reason: str, error: Mapping[str, Any]
) -> QueryUnfinished | TableNotReady | SqlRejected:
    told = explain_rejection(view, reason)
    is_athenas = error.get("Retryable") or error.get("ErrorCategory") == _SYSTEM_FAULT
    if is_athenas or _CATALOG_BUSY.search(reason):
        return QueryUnfinished(told)
    if _NO_TABLE.search(reason):
        return TableNotReady(told)
    return SqlRejected(told)
