"""The ``millrace`` command. Exit status: 0 done, 1 the run or query failed, 2 wrong input."""

from __future__ import annotations

import csv
import json
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from botocore.exceptions import EndpointConnectionError
from rich.console import Console

from millrace.athena import Answer, run_query
from millrace.aws import Aws
from millrace.breaking import Stage, broken
from millrace.deploying import deploy_services, publish_dataset
from millrace.errors import CloudUnavailable, MillraceError, RunUnknown, SpecRejected
from millrace.laptop import Laptop, find_laptop, running_laptop, start_laptop
from millrace.mailbox import read_mails, wait_for_mail
from millrace.project import Project
from millrace.report.progress import Progress
from millrace.report.states import show_run, show_runs
from millrace.report.summary import gather_summary, render_answer, show_summary
from millrace.runs import Outcome, Run, follow, start_run
from millrace_contracts.state.dynamodb import DynamoRunState

if TYPE_CHECKING:
    from millrace.specs import DeclaredDataset

app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
console = Console(highlight=False)
complaints = Console(stderr=True, highlight=False)


class QueryFormat(StrEnum):
    """How rows are printed."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"


@app.callback()
def options(
    context: typer.Context,
    home: Annotated[
        Path | None,
        typer.Option(
            envvar="MILLRACE_HOME", help="Folder of the laptop's cloud; .millrace when not given."
        ),
    ] = None,
) -> None:
    """Deploy, run and look into Millrace's pipelines."""
    context.obj = home


@app.command()
def up(context: typer.Context) -> None:
    """Start the laptop's cloud, deploy everything to it and keep it running."""
    with _told():
        project = _project(context)
        declared = [_load(project, name) for name in project.dataset_names()]
        laptop = find_laptop(project) or start_laptop(project)
        aws = Aws(laptop.endpoint)
        _deploy(laptop, aws, project, declared)
        console.print(f"The cloud is up: {laptop.endpoint} (process {laptop.pid}).")
        console.print(f"export AWS_ENDPOINT_URL={laptop.endpoint}", style="dim")


@app.command()
def down(context: typer.Context) -> None:
    """Stop the laptop's cloud; everything in it stays on disk."""
    with _told():
        laptop = find_laptop(_project(context))
        if laptop is None:
            console.print("No cloud is running.")
            return
        laptop.stop()
        console.print("The cloud is down.")


@app.command()
def check(context: typer.Context) -> None:
    """Check every dataset's files, offline."""
    with _told():
        project = _project(context)
        for name in project.dataset_names():
            _load(project, name)
            console.print(f"datasets/{name} is right")


@app.command()
def run(
    context: typer.Context,
    dataset: Annotated[str, typer.Argument(help="Folder below datasets/.")],
    fail: Annotated[
        Stage | None, typer.Option(help="Let the cloud break this stage, to see what happens.")
    ] = None,
) -> None:
    """Run one dataset's pipeline and show it, with a summary at the end.

    Uses the cloud that is up; else starts one for as long as the run takes.
    """
    began_s = time.monotonic()
    with _told():
        project = _project(context)
        loading = ThreadPoolExecutor(1).submit(_load, project, dataset)
        if not project.home.exists():
            loading.result()  # a wrong dataset leaves nothing where nothing was
        with running_laptop(project) as laptop:
            aws = Aws(laptop.endpoint)
            declared = loading.result()
            _deploy(laptop, aws, project, [declared])
            with broken(laptop, fail):
                succeeded = _run_and_tell(aws, project, declared, began_s)
    if not succeeded:
        raise typer.Exit(1)


@app.command()
def status(
    context: typer.Context,
    run_id: Annotated[str | None, typer.Argument(help="A run; without one, the latest.")] = None,
) -> None:
    """Show the latest runs of every dataset, or one run's stages."""
    with _cloud(context) as (project, laptop):
        state = DynamoRunState(Aws(laptop.endpoint).table())
        if run_id is None:
            show_runs(console, state, project.dataset_names())
            return
        found = state.run(run_id)
        if found is None:
            raise RunUnknown(f"no run is called {run_id!r}: millrace status lists the latest")
        show_run(console, found, state.stages(run_id))


@app.command()
def query(
    context: typer.Context,
    sql: Annotated[str, typer.Argument(help="One Athena statement.")],
    format: Annotated[QueryFormat, typer.Option(help="How to print the rows.")] = QueryFormat.TABLE,
) -> None:
    """Ask Athena, as in: millrace query 'select count(*) from refined.flights'."""
    with _cloud(context) as (_, laptop):
        _print_answer(run_query(Aws(laptop.endpoint), sql), format)


@app.command()
def mail(
    context: typer.Context,
    run_id: Annotated[str | None, typer.Argument(help="Only what names this run.")] = None,
) -> None:
    """Print what was emailed, oldest first."""
    with _told():
        project = _project(context)
        for message in read_mails(project.home / "mail"):
            if run_id is None or run_id in message.subject + message.text:
                console.print(message.subject, style="bold", markup=False)
                console.print(f"To: {message.to}\nDate: {message.date}", markup=False)
                console.print(message.text, markup=False)


def _project(context: typer.Context) -> Project:
    return Project.find(Path.cwd(), context.obj)


def _load(project: Project, dataset: str) -> DeclaredDataset:
    # Parsing SQL takes a second to import, which commands that read no dataset need not wait for.
    from millrace.specs import load_dataset

    return load_dataset(project.dataset(dataset))


def _deploy(
    laptop: Laptop, aws: Aws, project: Project, datasets: Sequence[DeclaredDataset]
) -> None:
    """Bring the cloud to what the checkout declares, and have that survive a power cut."""
    deploy_services(aws, project, _tell_stack)
    for dataset in datasets:
        publish_dataset(aws, project, dataset)
    laptop.control("POST", "save")


def _run_and_tell(aws: Aws, project: Project, declared: DeclaredDataset, began_s: float) -> bool:
    """Run and follow; says whether all of it happened."""
    started = start_run(aws, declared.spec.name, datetime.now(UTC))
    console.print(f"[bold]{started.run_id}[/]")
    outcome = _follow(aws, started)
    if outcome.status != "SUCCEEDED":
        console.print(f"[bold red]{outcome.status}[/] {outcome.error}")
        mails = wait_for_mail(project.home / "mail", started.run_id)
        for message in mails:
            console.print(f"\nMail to {message.to}: {message.subject}", style="bold", markup=False)
            console.print(message.text, markup=False)
        if not mails:
            complaints.print("No mail arrived: read the notify service's log.", style="red")
        return False
    if "Acknowledge" not in outcome.took_s:
        console.print(f"[bold]Nothing new[/] in {outcome.wall_s:.1f} s: no file has come.")
        return True
    summary = gather_summary(aws, started, declared, project.home / "lake")
    show_summary(console, summary, outcome, time.monotonic() - began_s)
    gaps = summary.gaps()
    for gap in gaps:
        complaints.print(f"Not complete: {gap}", style="red")
    return not gaps


def _follow(aws: Aws, started: Run) -> Outcome:
    progress = Progress(console, DynamoRunState(aws.table()), started.run_id)
    changes = follow(aws, started.execution_arn)
    while True:
        try:
            progress.show(next(changes))
        except StopIteration as ended:
            outcome: Outcome = ended.value
            return outcome


def _print_answer(answer: Answer, format: QueryFormat) -> None:
    if format is QueryFormat.CSV:
        csv.writer(sys.stdout, lineterminator="\n").writerows([answer.columns, *answer.rows])
    elif format is QueryFormat.JSON:
        rows = [dict(zip(answer.columns, row, strict=True)) for row in answer.rows]
        json.dump(rows, sys.stdout, indent=2)
        sys.stdout.write("\n")
    else:
        console.print(render_answer(answer))


def _tell_stack(name: str, changed: bool) -> None:
    if changed:
        console.print(f"deployed {name}", style="dim")


@contextmanager
def _cloud(context: typer.Context) -> Iterator[tuple[Project, Laptop]]:
    """The laptop's cloud, started for the block when it is not up."""
    with _told():
        project = _project(context)
        with running_laptop(project) as laptop:
            yield project, laptop


@contextmanager
def _told() -> Iterator[None]:
    """Errors of ours in words, without a traceback."""
    try:
        try:
            yield
        except EndpointConnectionError as exc:
            raise CloudUnavailable(f"the cloud went away: {exc}") from exc
    except MillraceError as exc:
        complaints.print(f"{type(exc).__name__}: {exc}", style="red", markup=False, soft_wrap=True)
        raise typer.Exit(2 if isinstance(exc, SpecRejected) else 1) from exc
