"""Look at runs, their states, logs and files."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from rich.table import Table

from millrace.datasets import published_datasets, published_spec
from millrace.report.states import latest_runs, runs_table
from millrace.report.tree import counts_by_state, run_document, run_tree
from millrace.run_state import open_run_state
from millrace.runs import build_tree, find_run, list_runs, read_history
from millrace.terminal import Cloud, connected, console, options_of, print_json, with_target

COMMANDS = typer.Typer()


@COMMANDS.command()
@with_target
def runs(
    context: typer.Context,
    dataset: Annotated[str | None, typer.Argument(help="Only runs of this dataset.")] = None,
    failed: Annotated[bool, typer.Option("--failed", help="Only runs that failed.")] = False,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="At most so many.")] = 20,
) -> None:
    """List runs, latest first, as in: millrace runs flights --failed."""
    with connected(context) as cloud:
        found = list_runs(
            cloud.aws, status="FAILED" if failed else None, dataset=dataset, limit=limit
        )
        if not found and dataset is not None:
            published_spec(cloud.aws, dataset)
        if options_of(context).as_json:
            print_json(found)
            return
        if not found:
            console.print("No such runs.")
            return
        table = Table("run", "status", "started", "seconds", "redriven")
        for run in found:
            took = "" if run.ended_at is None else f"{_seconds(run):.1f}"
            started = f"{run.started_at:%Y-%m-%d %H:%M:%S}"
            table.add_row(run.run_id, run.status, started, took, str(run.redrives or ""))
        console.print(table)


@COMMANDS.command()
@with_target
def status(
    context: typer.Context,
    run_id: Annotated[
        str | None, typer.Argument(help="A run; without one, the latest ones.")
    ] = None,
) -> None:
    """Show a run as a tree of its states, as in: millrace status flights-20240229T120000-1a2b.

    Without a run: each dataset's latest ones, with their causes, and whether it is paused.
    """
    with connected(context) as cloud:
        if run_id is None:
            _show_latest(cloud, options_of(context).as_json)
            return
        run = find_run(cloud.aws, run_id)
        states = build_tree(read_history(cloud.aws, run.execution_arn))
        counts = counts_by_state(open_run_state(cloud.aws).stages(run.run_id), states)
        if options_of(context).as_json:
            print_json(run_document(run, states, counts))
        else:
            console.print(run_tree(run, states, counts))


@COMMANDS.command()
@with_target
def files(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="A dataset, or one of its runs.")],
) -> None:
    """List what has landed of a dataset or in a run, as in: millrace files flights."""
    with connected(context) as cloud:
        state = open_run_state(cloud.aws)
        if "-" in name:
            run = find_run(cloud.aws, name)
            landed = [one for one in state.files(run.dataset) if one.batch_id == name]
        else:
            landed = list(state.files(name))
            if not landed:
                published_spec(cloud.aws, name)
        if options_of(context).as_json:
            print_json(landed)
            return
        table = Table("source", "status", "bytes", "landed", "run", "key")
        for one in landed:
            at = "" if one.landed_at is None else f"{one.landed_at:%Y-%m-%d %H:%M:%S}"
            table.add_row(one.source, one.status, f"{one.size_bytes:,}", at, one.batch_id, one.key)
        console.print(table)


def _show_latest(cloud: Cloud, as_json: bool) -> None:
    names = published_datasets(cloud.aws)
    found = latest_runs(cloud.aws, open_run_state(cloud.aws), names)
    if as_json:
        print_json(found)
    elif found:
        console.print(runs_table(found))
    else:
        console.print(
            f"No runs yet, of {', '.join(names)}." if names else "No dataset is deployed."
        )


def _seconds(run: Any) -> float:
    return float((run.ended_at - run.started_at).total_seconds())
