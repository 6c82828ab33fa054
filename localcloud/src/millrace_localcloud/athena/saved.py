"""Named queries and prepared statements, which moto makes and never changes or deletes."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from moto.athena.models import NamedQuery, PreparedStatement

from millrace_localcloud.athena.refusals import RequestRefused, ResourceMissing
from millrace_localcloud.athena.workgroups import WorkGroups

_STATEMENT_NAME = re.compile(r"[a-zA-Z_][a-zA-Z0-9_@:]{0,255}")
"""Athena API reference, CreatePreparedStatement, StatementName."""


class SavedQueries(WorkGroups):
    """What a workgroup keeps for later."""

    def named_query(self, query_id: str) -> NamedQuery:
        """The named query of that id.

        Raises:
            RequestRefused: There is none.
        """
        found = self.named_queries.get(query_id)
        if found is None:
            raise RequestRefused(f"NamedQuery {query_id} was not found")
        return found

    def statement(self, workgroup: str, name: str) -> Any:
        """The prepared statement; None when the workgroup has none of that name."""
        return self.prepared_statements.get(f"{workgroup}/{name}")

    def statements(self, workgroup: str) -> list[Any]:
        """The workgroup's prepared statements by name."""
        found = [one for one in self.prepared_statements.values() if one.workgroup == workgroup]
        return sorted(found, key=lambda one: str(one.statement_name))

    def keep_statement(self, workgroup: str, name: str, query: str, description: str) -> None:
        """Make a prepared statement.

        Raises:
            RequestRefused: Its name is taken or no name, or its workgroup does not exist.
        """
        self.work_group(workgroup)
        if not _STATEMENT_NAME.fullmatch(name):
            raise RequestRefused(f"Invalid statement name: {name}")
        if self.statement(workgroup, name) is not None:
            raise RequestRefused(f"Prepared statement {name} already exists in {workgroup}")
        self._put(workgroup, name, query, description)

    def change_statement(
        self, workgroup: str, name: str, query: str, description: str | None
    ) -> None:
        """Replace a prepared statement's text.

        Raises:
            ResourceMissing: There is none of that name.
        """
        known = self.statement(workgroup, name)
        if known is None:
            raise ResourceMissing(f"PreparedStatement {name} was not found in {workgroup}")
        kept = known.description if description is None else description
        self._put(workgroup, name, query, kept)

    def _put(self, workgroup: str, name: str, query: str, description: str) -> None:
        made: Any = PreparedStatement(name, workgroup, query, description)
        made.last_modified_time = self._modified_at()
        self.prepared_statements[f"{workgroup}/{name}"] = made

    def _modified_at(self) -> datetime:
        return datetime.now().astimezone()

    def drop_statement(self, workgroup: str, name: str) -> bool:
        """Delete a prepared statement; False when there was none."""
        return self.prepared_statements.pop(f"{workgroup}/{name}", None) is not None
