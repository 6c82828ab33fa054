"""Read what a run's states wrote."""

from __future__ import annotations

from typing import Annotated

import typer

from millrace.report.logs import check_state, read_logs
from millrace.runs import build_tree, find_run, read_history
from millrace.terminal import (
    complaints,
    connected,
    console,
    options_of,
    print_json,
    with_target,
)

COMMANDS = typer.Typer()


@COMMANDS.command()
@with_target
def logs(
    context: typer.Context,
    run_id: Annotated[str, typer.Argument(help="A run.")],
    stage: Annotated[
        str | None, typer.Argument(help="One state, as Etl; without it, all of them.")
    ] = None,
) -> None:
    """Print the logs of a run or of one of its states, as in: millrace logs RUN Etl."""
    with connected(context) as cloud:
        run = find_run(cloud.aws, run_id)
        states = build_tree(read_history(cloud.aws, run.execution_arn))
        if stage is not None and not check_state(cloud.aws, run, states, stage):
            complaints.print(f"{run_id} has not come to {stage}", markup=False)
        lines = read_logs(cloud.aws, run, states, stage)
        if options_of(context).as_json:
            print_json(list(lines))
            return
        for line in lines:
            console.print(
                f"{line.state:<14}{line.at:%H:%M:%S}  {line.text}", markup=False, soft_wrap=True
            )
