"""What running one statement needs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from millrace_localcloud.athena.catalog import Catalog
from millrace_localcloud.athena.errors import QueryStopped
from millrace_localcloud.athena.lake import Lake
from millrace_localcloud.athena.queries import translate_query
from millrace_localcloud.athena.results import ResultColumn
from millrace_localcloud.athena.translation import Translation


class CutoffExceeded(Exception):
    """The query would scan more than its workgroup allows."""


@dataclass
class Session:
    """One statement's surroundings and what it has spent."""

    sql: str
    database: str
    catalog: Catalog
    lake: Lake
    now: datetime
    open_connection: Callable[[], Any]
    is_stopped: Callable[[], bool]
    cutoff_bytes: int | None = None
    scanned_bytes: int = 0
    backend: Any = None
    workgroup: str = "primary"
    query_id: str = ""
    output_base: str = ""
    """Where results go, with a slash at its end."""
    is_enforced: bool = False
    """The workgroup says where results go, and clients cannot."""
    parameters: list[str] = field(default_factory=list)

    def translation(self) -> Translation:
        """A fresh translation of this statement's text."""
        return Translation(self.sql, self.now, self.catalog, self.database, translate_query)

    def spend(self, size: int) -> None:
        """Count bytes; ends the query when they are too many or it was stopped.

        Raises:
            CutoffExceeded: BytesScannedCutoffPerQuery of the workgroup.
            QueryStopped: StopQueryExecution.
        """
        self.scanned_bytes += size
        if self.cutoff_bytes is not None and self.scanned_bytes > self.cutoff_bytes:
            raise CutoffExceeded
        if self.is_stopped():
            raise QueryStopped


@dataclass(frozen=True)
class Outcome:
    """What a statement answers."""

    columns: tuple[ResultColumn, ...] = ()
    rows: list[list[str | None]] = field(default_factory=list)
    statement_type: str = "DDL"
    substatement_type: str = ""
    has_header: bool = False
    output: str = ""
    """Where the output lies when it is no file of results."""
    manifest: str = ""
    update_count: int = 0


def texts(
    name: str, values: list[str], substatement: str, statement_type: str = "UTILITY"
) -> Outcome:
    """The one column of text that SHOW and its kin answer."""
    from millrace_localcloud.athena.types import VARCHAR

    return Outcome(
        (ResultColumn(name, VARCHAR),), [[value] for value in values], statement_type, substatement
    )
