"""Query executions, results and their pages."""

from __future__ import annotations

import json

from millrace_localcloud.athena.api.answers import Answer, refusals
from millrace_localcloud.athena.api.groups import GroupAnswers
from millrace_localcloud.athena.api.metadata import MetadataAnswers
from millrace_localcloud.athena.api.saved import SavedAnswers
from millrace_localcloud.athena.execution import Execution
from millrace_localcloud.athena.lake import Lake
from millrace_localcloud.athena.output import Row, read_page
from millrace_localcloud.athena.refusals import RequestRefused
from millrace_localcloud.athena.results import data

_PAGE_ROWS = 1000
_PAGE_IDS = 50


class AthenaResponses(GroupAnswers, SavedAnswers, MetadataAnswers):
    """Athena's API."""

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
        rows, following = self._rows(execution)
        body = {
            "UpdateCount": execution.update_count,
            "ResultSet": {
                "Rows": [data(row) for row in rows],
                "ResultSetMetadata": {"ColumnInfo": execution.columns},
            },
            **following,
        }
        return json.dumps(body)

    def _rows(self, execution: Execution) -> tuple[list[Row], dict[str, str]]:
        size, start = self._limits(_PAGE_ROWS)
        if not execution.output_location.endswith((".csv", ".txt")):
            return [], {}
        path = Lake(self.athena_backend.cloud).path(execution.output_location)
        if path is None or start > path.stat().st_size:
            raise RequestRefused("Could not find results")
        rows, following = read_page(path, start, size)
        return rows, ({} if following is None else {"NextToken": str(following)})

    @refusals
    def get_query_runtime_statistics(self) -> Answer:
        raise RequestRefused("the local cloud does not support GetQueryRuntimeStatistics")
