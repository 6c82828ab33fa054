"""Run pipelines."""

from __future__ import annotations

import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from datetime import UTC, datetime
from typing import Annotated

import typer

from millrace.aws import Aws, read_models
from millrace.breaking import Stage, broken
from millrace.bringing import (
    bring_needed,
    bring_up_to_date,
    load_declared,
    published_upstreams,
)
from millrace.commands.cloud import ignore_stack, tell_stack
from millrace.datasets import published_datasets
from millrace.errors import InputRejected
from millrace.laptop import running_laptop
from millrace.runs import Found, find_run, follow_batch, order_datasets, start_batch, start_run
from millrace.showing import follow_run, show_run, show_runs
from millrace.terminal import (
    TargetName,
    complaints,
    connected,
    console,
    find_project,
    options_of,
    print_json,
    told,
    with_target,
)

COMMANDS = typer.Typer()

_NEEDS_NO_TABLES = (Stage.INGEST, Stage.CRAWL, Stage.ETL, Stage.NOTIFY)
"""Stages that break a run before it misses other datasets' tables."""
_ASKED = ("cloudformation", "ssm", "s3", "stepfunctions", "dynamodb", "athena")
"""Services that a run on the laptop asks, in this order."""


@COMMANDS.command()
@with_target
def run(
    context: typer.Context,
    datasets: Annotated[
        list[str] | None, typer.Argument(help="Folders below datasets/; several run in order.")
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="Every dataset.")] = False,
    fail: Annotated[
        Stage | None,
        typer.Option(help="Let the laptop's cloud break this stage, to see what happens."),
    ] = None,
) -> None:
    """Run pipelines and show them, as in: millrace run flights; millrace run weather planes.

    Each is shown state by state, with a summary. Several run in the order in which they need each
    other: by on.after, and by the tables that their transforms and columns name. On the laptop what
    the checkout declares is deployed first, and datasets whose tables are needed but have never
    been made run too; the cloud that is up is used, else one is started for as long as the run
    takes.
    """
    began_s = time.monotonic()
    options = options_of(context)
    with told():
        names = _chosen(context, datasets or [], every)
        if fail and (options.target is TargetName.AWS or len(names) != 1):
            raise InputRejected("--fail breaks one dataset's run on the laptop")
        if options.target is TargetName.AWS or options.as_json:
            succeeded = _run_plainly(context, names, fail)
        else:
            succeeded = _run_with_summary(context, names, fail, began_s)
    if not succeeded:
        raise typer.Exit(1)


def _chosen(context: typer.Context, names: list[str], every: bool) -> list[str]:
    if every == bool(names):
        raise InputRejected("name datasets, or say --all")
    if not every:
        return list(dict.fromkeys(names))
    if options_of(context).target is TargetName.AWS:
        with connected(context) as cloud:
            return published_datasets(cloud.aws)
    return find_project(context).dataset_names()


def _run_with_summary(
    context: typer.Context, names: Sequence[str], fail: Stage | None, began_s: float
) -> bool:
    project = find_project(context)
    ahead = ThreadPoolExecutor(1)
    loading = ahead.submit(lambda: [load_declared(project, one) for one in names])
    ahead.submit(read_models, _ASKED)
    if not project.home.exists():
        loading.result()  # a wrong dataset leaves nothing where nothing was
    with running_laptop(project) as laptop:
        if fail is None:
            laptop.control("POST", "warm-up")
        aws = Aws(laptop.endpoint)
        declared = {one.spec.name: one for one in loading.result()}
        bring_up_to_date(laptop, aws, project, list(declared.values()), tell_stack)
        needed = {} if fail in _NEEDS_NO_TABLES else bring_needed(laptop, aws, project, declared)
        if needed:
            console.print(f"First, because their tables are needed: {', '.join(needed)}")
        if fail and needed and not show_runs(aws, project, needed, began_s):
            return False
        if len(names) == 1 and (fail or not needed):
            with broken(laptop, fail):
                one, is_notify_broken = declared[names[0]], fail is Stage.NOTIFY
                return show_run(aws, project, one, began_s, is_notify_broken=is_notify_broken)
        return show_runs(aws, project, {**needed, **declared}, began_s)


def _run_plainly(context: typer.Context, names: list[str], fail: Stage | None) -> bool:
    """Run one or several, on any cloud, with words or JSON."""
    quiet = options_of(context).as_json
    with connected(context) as cloud:
        if cloud.project is not None and cloud.laptop is not None:
            declared = {name: load_declared(cloud.project, name) for name in names}
            report = ignore_stack if quiet else tell_stack
            bring_up_to_date(
                cloud.laptop, cloud.aws, cloud.project, list(declared.values()), report
            )
            if fail not in _NEEDS_NO_TABLES:
                needed = bring_needed(cloud.laptop, cloud.aws, cloud.project, declared)
                if fail and needed:
                    _run_all(cloud.aws, list(needed), quiet)
                else:
                    names = [*needed, *names]
        with broken(cloud.laptop, fail) if cloud.laptop else nullcontext():
            found = _run_all(cloud.aws, names, quiet)
        left = [name for name in names if name not in {run.dataset for run in found}]
        if quiet:
            print_json({"runs": found, "not_run": left})
        elif left:
            complaints.print(f"Not run, because what they need failed: {', '.join(left)}")
        return not left and all(run.status == "SUCCEEDED" for run in found)


def _run_all(aws: Aws, names: list[str], quiet: bool) -> list[Found]:
    upstreams = published_upstreams(aws, names)
    if len(names) == 1:
        return _run_one(aws, names[0], quiet)
    return _run_many(aws, order_datasets(upstreams), quiet)


def _run_one(aws: Aws, dataset: str, quiet: bool) -> list[Found]:
    started = start_run(aws, dataset, datetime.now(UTC))
    if not quiet:
        console.print(f"[bold]{started.run_id}[/]")
    outcome = follow_run(aws, started, quiet=quiet)
    if not quiet:
        console.print(f"[bold]{outcome.status}[/] {outcome.error}")
    return [find_run(aws, started.run_id)]


def _run_many(aws: Aws, stages: list[list[str]], quiet: bool) -> list[Found]:
    last: dict[str, Found] = {}
    for run in follow_batch(aws, start_batch(aws, stages, datetime.now(UTC))):
        last[run.run_id] = run
        if not quiet:
            console.print(f"{run.status:<10} {run.run_id}  {run.error}")
    return list(last.values())
