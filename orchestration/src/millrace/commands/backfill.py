"""Take a range of a source again, or rows that were refused."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from millrace.bringing import bring_up_to_date, load_declared
from millrace.commands.cloud import ignore_stack, tell_stack
from millrace.incremental import check_range, field_type
from millrace.report.causes import ending
from millrace.runs import dataset_of, find_run, start_run
from millrace.showing import follow_run
from millrace.terminal import connected, console, options_of, print_json, with_target

COMMANDS = typer.Typer()


@COMMANDS.command()
@with_target
def backfill(
    context: typer.Context,
    dataset: Annotated[str, typer.Argument(help="A dataset whose source is incremental.")],
    since: Annotated[str, typer.Option("--from", help="Lowest value of its incremental field.")],
    until: Annotated[str, typer.Option("--to", help="The value at which to stop, exclusive.")],
) -> None:
    """Take a range again: millrace backfill orders --from 2024-01-01 --to 2024-02-01.

    The watermark stays where it is; rows that are there already are not doubled where the dataset
    has keys and write.mode upsert.
    """
    _run(context, dataset, {"window": {"from": since, "to": until}})


@COMMANDS.command()
@with_target
def replay(
    context: typer.Context,
    run_id: Annotated[str, typer.Argument(help="A run that quarantined rows.")],
) -> None:
    """Refine a run's quarantined rows by the rules of today, as in: millrace replay RUN.

    On the laptop what the checkout declares is deployed first, so that a fix there counts.
    """
    _run(context, dataset_of(run_id), {"replay": run_id})


def _run(context: typer.Context, dataset: str, more: Mapping[str, Any]) -> None:
    with connected(context) as cloud:
        quiet = options_of(context).as_json
        if "replay" in more:
            find_run(cloud.aws, more["replay"])
            if cloud.project is not None and cloud.laptop is not None:
                declared = [load_declared(cloud.project, dataset)]
                report = ignore_stack if quiet else tell_stack
                bring_up_to_date(cloud.laptop, cloud.aws, cloud.project, declared, report)
        else:
            window = more["window"]
            check_range(
                window["from"], window["to"], field_type(cloud.aws, dataset, "range to backfill")
            )
        started = start_run(cloud.aws, dataset, datetime.now(UTC), more)
        if not quiet:
            console.print(f"[bold]{started.run_id}[/]")
        outcome = follow_run(cloud.aws, started, quiet=quiet)
        if quiet:
            print_json({"run_id": started.run_id, "status": outcome.status, "error": outcome.error})
        else:
            console.print(ending(outcome), soft_wrap=True)
        if outcome.status != "SUCCEEDED":
            raise typer.Exit(1)
