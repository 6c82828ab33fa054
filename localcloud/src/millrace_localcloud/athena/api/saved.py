"""Operations on named queries and prepared statements."""

from __future__ import annotations

import json
from typing import Any

from millrace_localcloud.athena.api.answers import Answer, Answers, refusals
from millrace_localcloud.athena.refusals import ResourceMissing

_PAGE = 50


class SavedAnswers(Answers):
    """Named queries and prepared statements."""

    @refusals
    def get_named_query(self) -> Answer:
        self.athena_backend.named_query(self._get_param("NamedQueryId"))
        answer: str = super().get_named_query()
        return answer

    @refusals
    def delete_named_query(self) -> Answer:
        query = self.athena_backend.named_query(self._get_param("NamedQueryId"))
        del self.athena_backend.named_queries[query.id]
        return "{}"

    @refusals
    def update_named_query(self) -> Answer:
        query = self.athena_backend.named_query(self._get_param("NamedQueryId"))
        query.name = self._get_param("Name")
        query.query_string = self._get_param("QueryString")
        if self._get_param("Description") is not None:
            query.description = self._get_param("Description")
        return "{}"

    @refusals
    def create_prepared_statement(self) -> Answer:
        self.athena_backend.keep_statement(
            self._get_param("WorkGroup"),
            self._get_param("StatementName"),
            self._get_param("QueryStatement"),
            self._get_param("Description") or "",
        )
        return "{}"

    @refusals
    def update_prepared_statement(self) -> Answer:
        self.athena_backend.change_statement(
            self._get_param("WorkGroup"),
            self._get_param("StatementName"),
            self._get_param("QueryStatement"),
            self._get_param("Description"),
        )
        return "{}"

    @refusals
    def delete_prepared_statement(self) -> Answer:
        workgroup, name = self._get_param("WorkGroup"), self._get_param("StatementName")
        if not self.athena_backend.drop_statement(workgroup, name):
            raise ResourceMissing(f"PreparedStatement {name} was not found in {workgroup}")
        return "{}"

    @refusals
    def get_prepared_statement(self) -> Answer:
        workgroup, name = self._get_param("WorkGroup"), self._get_param("StatementName")
        found = self.athena_backend.statement(workgroup, name)
        if found is None:
            raise ResourceMissing(f"PreparedStatement {name} was not found in {workgroup}")
        return json.dumps({"PreparedStatement": _described(found)})

    @refusals
    def list_prepared_statements(self) -> Answer:
        workgroup = self._get_param("WorkGroup")
        self.athena_backend.work_group(workgroup)
        page, following = self._page(self.athena_backend.statements(workgroup), _PAGE)
        listed = [
            {
                "StatementName": one.statement_name,
                "LastModifiedTime": one.last_modified_time.timestamp(),
            }
            for one in page
        ]
        return json.dumps({"PreparedStatements": listed, **following})


def _described(statement: Any) -> dict[str, Any]:
    return {
        "StatementName": statement.statement_name,
        "QueryStatement": statement.query_statement,
        "WorkGroupName": statement.workgroup,
        "Description": statement.description,
        "LastModifiedTime": statement.last_modified_time.timestamp(),
    }
