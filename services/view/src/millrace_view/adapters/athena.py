"""Warehouse on Athena."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from millrace_view.adapters.aws_errors import aws_errors, error_code
from millrace_view.errors import QueryUnfinished, SqlRejected, TableNotReady
from millrace_view.parsing import DATABASE
from millrace_view.views import View, create_statement, drop_statement, explain_rejection

if TYPE_CHECKING:
    from mypy_boto3_athena import AthenaClient

_FIRST_WAIT_S = 0.05
_LONGEST_WAIT_S = 2.0
_GROWTH = 1.5
_SYSTEM_FAULT = 1
"""AthenaError.ErrorCategory (Athena API Reference): 1 system, 2 user, 3 other."""
_NO_TABLE = re.compile(r"TABLE_NOT_FOUND|\b[Tt]able\b.*\bdoes not exist\b")
_CATALOG_BUSY = re.compile(r"Rate exceeded|Throttling|Too many requests", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Statement:
    """One statement, with what it is about and what a refusal of it means."""

    sql: str
    subject: str
    explain: Callable[[str, Mapping[str, Any]], Exception]


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
        def explain(reason: str, error: Mapping[str, Any]) -> Exception:
            return _rejection(explain_rejection(view, reason), reason, error)

        self._run(_Statement(create_statement(view), view.file, explain), deadline)

    def drop(self, name: str, deadline: datetime) -> None:
        def explain(reason: str, error: Mapping[str, Any]) -> Exception:
            return _rejection(f"dropping {DATABASE}.{name}: {reason}", reason, error)

        self._run(_Statement(drop_statement(name), f"dropping {name}", explain), deadline)

    def _run(self, statement: _Statement, deadline: datetime) -> None:
        query_id = self._start(statement)
        status = self._wait(query_id, statement, deadline)
        if status["State"] == "SUCCEEDED":
            return
        reason = status.get("StateChangeReason") or "Athena gave no reason"
        if status["State"] == "CANCELLED":
            raise QueryUnfinished(f"{statement.subject}: the query was cancelled: {reason}")
        raise statement.explain(reason, status.get("AthenaError", {}))

    def _start(self, statement: _Statement) -> str:
        with aws_errors():
            try:
                started = self._client.start_query_execution(
                    QueryString=statement.sql,
                    QueryExecutionContext={"Database": DATABASE},
                    WorkGroup=self._workgroup,
                )
            except ClientError as exc:
                if error_code(exc) == "InvalidRequestException":
                    reason = exc.response["Error"].get("Message", "")
                    raise statement.explain(reason, {}) from exc
                raise
        return started["QueryExecutionId"]

    def _wait(self, query_id: str, statement: _Statement, deadline: datetime) -> Mapping[str, Any]:
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
                raise QueryUnfinished(
                    f"{statement.subject}: still {status['State']} at the deadline"
                )
            self._sleep(wait_s)
            wait_s = min(wait_s * _GROWTH, _LONGEST_WAIT_S)


def _rejection(
    told: str, reason: str, error: Mapping[str, Any]
) -> QueryUnfinished | TableNotReady | SqlRejected:
    is_athenas = error.get("Retryable") or error.get("ErrorCategory") == _SYSTEM_FAULT
    if is_athenas or _CATALOG_BUSY.search(reason):
        return QueryUnfinished(told)
    if _NO_TABLE.search(reason):
        return TableNotReady(told)
    return SqlRejected(told)
