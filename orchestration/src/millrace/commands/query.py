"""Ask Athena."""

from __future__ import annotations

import csv
import sys
from enum import StrEnum
from typing import Annotated

import typer

from millrace.athena import Answer, run_query
from millrace.report.summary import render_answer
from millrace.terminal import connected, console, options_of, print_json, with_target

COMMANDS = typer.Typer()


class QueryFormat(StrEnum):
    """How rows are printed."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"


@COMMANDS.command()
@with_target
def query(
    context: typer.Context,
    sql: Annotated[str, typer.Argument(help="One Athena statement.")],
    format: Annotated[QueryFormat, typer.Option(help="How to print the rows.")] = QueryFormat.TABLE,
) -> None:
    """Ask Athena, as in: millrace query 'select count(*) from refined.flights'."""
    with connected(context) as cloud:
        wanted = QueryFormat.JSON if options_of(context).as_json else format
        _print_answer(run_query(cloud.aws, sql), wanted)


def _print_answer(answer: Answer, format: QueryFormat) -> None:
    if format is QueryFormat.CSV:
        csv.writer(sys.stdout, lineterminator="\n").writerows([answer.columns, *answer.rows])
    elif format is QueryFormat.JSON:
        print_json([dict(zip(answer.columns, row, strict=True)) for row in answer.rows])
    else:
        console.print(render_answer(answer))
