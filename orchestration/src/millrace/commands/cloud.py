"""Keep the laptop's cloud running, or stop it."""

from __future__ import annotations

import typer

from millrace.aws import Aws
from millrace.bringing import bring_up_to_date, load_declared
from millrace.laptop import find_laptop, start_laptop
from millrace.terminal import console, find_project, options_of, print_json, told, with_json

COMMANDS = typer.Typer()


@COMMANDS.command()
@with_json
def up(context: typer.Context) -> None:
    """Start the laptop's cloud with everything deployed and keep it running: millrace up."""
    with told():
        project = find_project(context)
        declared = [load_declared(project, name) for name in project.dataset_names()]
        laptop = find_laptop(project) or start_laptop(project)
        as_json = options_of(context).as_json
        report = ignore_stack if as_json else tell_stack
        bring_up_to_date(laptop, Aws(laptop.endpoint), project, declared, report)
        if as_json:
            print_json({"endpoint": laptop.endpoint, "pid": laptop.pid})
            return
        console.print(f"The cloud is up: {laptop.endpoint} (process {laptop.pid}).")
        console.print(f"export AWS_ENDPOINT_URL={laptop.endpoint}", style="dim")


@COMMANDS.command()
@with_json
def down(context: typer.Context) -> None:
    """Stop the laptop's cloud; everything in it stays on disk: millrace down."""
    with told():
        laptop = find_laptop(find_project(context))
        if laptop is not None:
            laptop.stop()
        if options_of(context).as_json:
            print_json({"stopped": laptop is not None})
        else:
            console.print("No cloud is running." if laptop is None else "The cloud is down.")


def tell_stack(name: str, changed: bool) -> None:
    """Say which stack was deployed, when it changed."""
    if changed:
        console.print(f"deployed {name}", style="dim")


def ignore_stack(_name: str, _changed: bool) -> None:
    """Say nothing, where programs listen."""
