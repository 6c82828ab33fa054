"""Stop and let go the events that start runs."""

from __future__ import annotations

from typing import Annotated

import typer

from millrace.pausing import pause as pause_dataset
from millrace.pausing import resume as resume_dataset
from millrace.terminal import connected, console, options_of, print_json, with_target

COMMANDS = typer.Typer()


@COMMANDS.command()
@with_target
def pause(
    context: typer.Context,
    dataset: Annotated[str, typer.Argument(help="A published dataset.")],
    reason: Annotated[str, typer.Option(help="For whoever asks why.")] = "",
) -> None:
    """Let no event start a run, as in: millrace pause flights --reason 'source moves'.

    A run that is at work goes on, and `millrace run` works as before.
    """
    with connected(context) as cloud:
        pause_dataset(cloud.aws, dataset, reason)
        if options_of(context).as_json:
            print_json({"dataset": dataset, "paused": True})
        else:
            console.print(f"{dataset} is paused: no event starts a run until millrace resume.")


@COMMANDS.command()
@with_target
def resume(
    context: typer.Context,
    dataset: Annotated[str, typer.Argument(help="A published dataset.")],
) -> None:
    """Let events start runs again, as in: millrace resume flights.

    Events that came meanwhile are not made up for: `millrace run` takes what is new.
    """
    with connected(context) as cloud:
        was_paused = resume_dataset(cloud.aws, dataset)
        if options_of(context).as_json:
            print_json({"dataset": dataset, "paused": False, "was_paused": was_paused})
        else:
            console.print(f"{dataset} runs again." if was_paused else f"{dataset} was not paused.")
