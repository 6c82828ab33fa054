"""Athena's API where moto's answers are not enough."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import wraps
from typing import Any

from moto.athena.responses import AthenaResponse

from millrace_localcloud.athena.backend import AthenaBackend, RequestRefused
from millrace_localcloud.athena.results import data

_PAGE_ROWS = 1000
_PAGE_IDS = 50
Answer = str | tuple[str, dict[str, int]]


def refusals(answer: Callable[[AthenaResponses], Answer]) -> Callable[[AthenaResponses], Answer]:
    """Answer InvalidRequestException where the request is refused."""

    @wraps(answer)
    def answered(self: AthenaResponses) -> Answer:
        try:
            return answer(self)
        except RequestRefused as refused:
            body = {
                "__type": "InvalidRequestException",
                "Message": str(refused),
                "message": str(refused),
                "AthenaErrorCode": "INVALID_INPUT",
            }
            return json.dumps(body), {"status": 400}

    return answered


class AthenaResponses(AthenaResponse):
    """Query executions, results and their pages."""

    @property
    def athena_backend(self) -> AthenaBackend:
        found: AthenaBackend = super().athena_backend
        return found

    @refusals
    def start_query_execution(self) -> Answer:
        query_id = self.athena_backend.submit(json.loads(self.body))
        return json.dumps({"QueryExecutionId": query_id})

    @refusals
    def get_query_execution(self) -> Answer:
        execution = self.athena_backend.execution(self._get_param("QueryExecutionId"))
        return json.dumps({"QueryExecution": execution.described()})

    @refusals
    def batch_get_query_execution(self) -> Answer:
        known = self.athena_backend.executions
        asked = self._get_param("QueryExecutionIds") or []
        missing = [one for one in asked if one not in known]
        body = {
            "QueryExecutions": [known[one].described() for one in asked if one in known],
            "UnprocessedQueryExecutionIds": [
                {
                    "QueryExecutionId": one,
                    "ErrorCode": "INVALID_INPUT",
                    "ErrorMessage": f"QueryExecution {one} was not found",
                }
                for one in missing
            ],
        }
        return json.dumps(body)

    @refusals
    def stop_query_execution(self) -> Answer:
        self.athena_backend.stop(self._get_param("QueryExecutionId"))
        return "{}"

    @refusals
    def list_query_executions(self) -> Answer:
        workgroup = self._get_param("WorkGroup") or "primary"
        found = [
            one.id
            for one in reversed(self.athena_backend.executions.values())
            if one.workgroup == workgroup
        ]
        ids, following = self._page(found, _PAGE_IDS)
        return json.dumps({"QueryExecutionIds": ids, **following})

    @refusals
    def get_query_results(self) -> Answer:
        execution = self.athena_backend.execution(self._get_param("QueryExecutionId"))
        if execution.state in ("QUEUED", "RUNNING"):
            text = f"Query has not yet finished. Current state: {execution.state}"
            raise RequestRefused(text)
        if execution.state != "SUCCEEDED":
            text = f"Query did not finish successfully. Final query state: {execution.state}"
            raise RequestRefused(text)
        names = [column["Name"] for column in execution.columns]
        rows = [names, *execution.rows] if execution.has_header else execution.rows
        page, following = self._page(rows, _PAGE_ROWS)
        body = {
            "UpdateCount": 0,
            "ResultSet": {
                "Rows": [data(row) for row in page],
                "ResultSetMetadata": {"ColumnInfo": execution.columns},
            },
            **following,
        }
        return json.dumps(body)

    def _page(self, values: list[Any], most: int) -> tuple[list[Any], dict[str, str]]:
        size = int(self._get_param("MaxResults") or most)
        token = self._get_param("NextToken") or "0"
        if not 1 <= size <= most or not token.isdigit():
            raise RequestRefused(
                f"MaxResults must be between 1 and {most}, NextToken as it was given"
            )
        start, end = int(token), int(token) + size
        return values[start:end], ({"NextToken": str(end)} if end < len(values) else {})
