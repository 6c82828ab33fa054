"""Draw a forecast."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from millrace.drawing import draw_forecast
from millrace.terminal import connected, console, options_of, print_json, with_target

COMMANDS = typer.Typer()


@COMMANDS.command()
@with_target
def plot(
    context: typer.Context,
    dataset: Annotated[str, typer.Argument(help="A dataset that was forecast.")],
    into: Annotated[Path, typer.Option(help="Folder for the page and the picture.")] = Path(),
) -> None:
    """Draw history, forecast and back-test as HTML and PNG, as in: millrace plot flights.

    The forecast service draws, beside the data, in a job like the one that predicts.
    """
    with connected(context) as cloud:
        files = [file.absolute() for file in draw_forecast(cloud.aws, dataset, into)]
        if options_of(context).as_json:
            print_json({"dataset": dataset, "files": [str(file) for file in files]})
            return
        for file in files:
            console.print(str(file), markup=False, soft_wrap=True)
