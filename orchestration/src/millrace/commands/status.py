"""Look at runs."""

from __future__ import annotations

from typing import Annotated

import typer

from millrace.datasets import published_datasets
from millrace.errors import RunUnknown
from millrace.report.states import show_run, show_runs
from millrace.run_state import open_run_state
from millrace.terminal import connected, console, with_target

COMMANDS = typer.Typer()


@COMMANDS.command()
@with_target
def status(
    context: typer.Context,
    run_id: Annotated[str | None, typer.Argument(help="A run; without one, the latest.")] = None,
) -> None:
    """Show the latest runs of every dataset, or one run's stages."""
    with connected(context) as cloud:
        state = open_run_state(cloud.aws)
        if run_id is None:
            show_runs(console, state, published_datasets(cloud.aws))
            return
        found = state.run(run_id)
        if found is None:
            raise RunUnknown(f"no run is called {run_id!r}: millrace status lists the latest")
        show_run(console, found, state.stages(run_id))
