"""What a run cost, or would have cost."""

from __future__ import annotations

from typing import Annotated

import typer

from millrace.report.bills import bill_document, bill_of_run, bill_table
from millrace.runs import find_run
from millrace.terminal import connected, console, options_of, print_json, with_target

COMMANDS = typer.Typer()


@COMMANDS.command()
@with_target
def cost(
    context: typer.Context,
    run_id: Annotated[str, typer.Argument(help="A run.")],
) -> None:
    """Show what each state of a run cost or would have cost on AWS, as in: millrace cost RUN.

    Times are the run's own, prices those of the table that ships with the command.
    """
    with connected(context) as cloud:
        run = find_run(cloud.aws, run_id)
        bill = bill_of_run(cloud.aws, run.execution_arn)
        if options_of(context).as_json:
            print_json(bill_document(run.run_id, bill))
        else:
            console.print(bill_table(bill))
