"""Check what a checkout declares, offline."""

from __future__ import annotations

import typer

from millrace.bringing import load_declared
from millrace.terminal import console, find_project, told

COMMANDS = typer.Typer()


@COMMANDS.command()
def check(context: typer.Context) -> None:
    """Check every dataset's files, offline."""
    with told():
        project = find_project(context)
        for name in project.dataset_names():
            load_declared(project, name)
            console.print(f"datasets/{name} is right")
