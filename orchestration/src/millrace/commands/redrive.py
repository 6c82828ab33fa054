"""Go on with runs that failed."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer

from millrace.errors import InputRejected, MillraceError
from millrace.report.causes import ending
from millrace.runs import Found, find_run, list_runs, redrive_run
from millrace.showing import follow_run
from millrace.terminal import (
    Cloud,
    complaints,
    connected,
    console,
    options_of,
    print_json,
    with_target,
)

COMMANDS = typer.Typer()

_UNITS = {"m": "minutes", "h": "hours", "d": "days"}


@COMMANDS.command()
@with_target
def redrive(
    context: typer.Context,
    run_id: Annotated[str | None, typer.Argument(help="A run that failed.")] = None,
    failed: Annotated[
        bool, typer.Option("--failed", help="Each dataset's latest run, where it failed.")
    ] = False,
    since: Annotated[
        str, typer.Option(help="With --failed: how far back, as 90m, 24h or 7d.")
    ] = "24h",
) -> None:
    """Go on with failed runs from the state that failed, as in: millrace redrive --failed.

    States that had succeeded do not run again. A run can be redriven for 14 days.
    """
    with connected(context) as cloud:
        if (run_id is None) == (not failed):
            raise InputRejected("name one run, or say --failed")
        chosen = [find_run(cloud.aws, run_id)] if run_id else _failed(cloud, _moment(since))
        outcomes = [_redrive(cloud, run, options_of(context).as_json) for run in chosen]
        if options_of(context).as_json:
            print_json(outcomes)
        elif not outcomes:
            console.print("No dataset's latest run has failed.")
        if any(outcome["status"] != "SUCCEEDED" for outcome in outcomes):
            raise typer.Exit(1)


def _redrive(cloud: Cloud, run: Found, quiet: bool) -> dict[str, str]:
    try:
        at = datetime.now(UTC)
        started = redrive_run(cloud.aws, run)
        if not quiet:
            console.print(f"[bold]{run.run_id}[/]")
        outcome = follow_run(cloud.aws, started, since=at, quiet=quiet)
    except MillraceError as exc:
        if not quiet:
            complaints.print(f"{type(exc).__name__}: {exc}", style="red", markup=False)
        return {"run_id": run.run_id, "status": "REFUSED", "error": str(exc)}
    if not quiet:
        console.print(ending(outcome), soft_wrap=True)
    return {"run_id": run.run_id, "status": outcome.status, "error": outcome.error}


def _failed(cloud: Cloud, since: datetime) -> list[Found]:
    """Each dataset's latest run, where it failed: an older one is mended by those after it."""
    latest: dict[str, Found] = {}
    for run in list_runs(cloud.aws, limit=10_000):
        if run.started_at < since:
            break
        latest.setdefault(run.dataset, run)
    ended_badly = ("FAILED", "TIMED_OUT", "ABORTED")
    return [run for run in latest.values() if run.status in ended_badly]


def _moment(text: str) -> datetime:
    match = re.fullmatch(r"(\d+)([mhd])", text)
    if match is None:
        raise InputRejected(f"--since {text!r}: a number with m, h or d, as 24h")
    return datetime.now(UTC) - timedelta(**{_UNITS[match[2]]: int(match[1])})
