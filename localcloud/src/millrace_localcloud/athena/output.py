"""The result file of a query and what GetQueryResults pages through."""

from __future__ import annotations

from millrace_localcloud.athena.execution import Execution
from millrace_localcloud.athena.lake import Lake
from millrace_localcloud.athena.results import to_csv
from millrace_localcloud.athena.session import Outcome


def write_results(execution: Execution, outcome: Outcome, lake: Lake) -> None:
    """Write ``<id>.csv`` for rows of a SELECT, ``<id>.txt`` for all else, and keep the rows.

    Athena user guide, "Working with query results, recent queries, and output files": CSV for
    DML, text for DDL and utility statements.
    """
    execution.statement_type = outcome.statement_type
    execution.substatement_type = outcome.substatement_type
    execution.columns = [column.described() for column in outcome.columns]
    execution.has_header = outcome.has_header
    execution.manifest = outcome.manifest
    execution.rows = outcome.rows
    names = [column.name for column in outcome.columns]
    if outcome.has_header:
        execution.output_location += ".csv"
        lake.write(execution.output_location, to_csv(names, outcome.rows))
        return
    if outcome.statement_type == "DML":
        return
    execution.output_location += ".txt"
    lines = ("\t".join(cell or "" for cell in row) for row in outcome.rows)
    lake.write(execution.output_location, "".join(f"{line}\n" for line in lines).encode())
