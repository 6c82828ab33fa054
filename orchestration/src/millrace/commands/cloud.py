"""Keep the laptop's cloud running, or stop it."""

from __future__ import annotations

import typer

from millrace.aws import Aws
from millrace.bringing import bring_up_to_date, load_declared
from millrace.laptop import find_laptop, start_laptop
from millrace.terminal import console, find_project, told

COMMANDS = typer.Typer()


@COMMANDS.command()
def up(context: typer.Context) -> None:
    """Start the laptop's cloud, deploy everything to it and keep it running."""
    with told():
        project = find_project(context)
        declared = [load_declared(project, name) for name in project.dataset_names()]
        laptop = find_laptop(project) or start_laptop(project)
        bring_up_to_date(laptop, Aws(laptop.endpoint), project, declared, tell_stack)
        console.print(f"The cloud is up: {laptop.endpoint} (process {laptop.pid}).")
        console.print(f"export AWS_ENDPOINT_URL={laptop.endpoint}", style="dim")


@COMMANDS.command()
def down(context: typer.Context) -> None:
    """Stop the laptop's cloud; everything in it stays on disk."""
    with told():
        laptop = find_laptop(find_project(context))
        if laptop is None:
            console.print("No cloud is running.")
            return
        laptop.stop()
        console.print("The cloud is down.")


def tell_stack(name: str, changed: bool) -> None:
    """Say which stack was deployed, when it changed."""
    if changed:
        console.print(f"deployed {name}", style="dim")


def ignore_stack(_name: str, _changed: bool) -> None:
    """Say nothing, where programs listen."""
