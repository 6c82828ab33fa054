"""Choose the model that predicts."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.table import Table

from millrace.promoting import list_models, promote_model, roll_back_model
from millrace.terminal import connected, console, options_of, print_json, with_target

COMMANDS = typer.Typer()

_Dataset = Annotated[str, typer.Argument(help="Name of the dataset.")]


@COMMANDS.command()
@with_target
def models(context: typer.Context, dataset: _Dataset) -> None:
    """List a dataset's trained models and which predicts, as in: millrace models flights."""
    with connected(context) as cloud:
        found = list_models(cloud.aws, dataset)
        if options_of(context).as_json:
            print_json(found)
            return
        table = Table("version", "trained", "bytes", "")
        for one in found:
            moment = f"{one.trained_at:%Y-%m-%d %H:%M:%S}"
            table.add_row(
                one.version, moment, f"{one.size_bytes:,}", "promoted" if one.promoted else ""
            )
        console.print(table if found else f"No model of {dataset} is trained.")


@COMMANDS.command()
@with_target
def promote(
    context: typer.Context,
    dataset: _Dataset,
    version: Annotated[str, typer.Argument(help="A version that millrace models lists.")],
) -> None:
    """Let a trained model predict, as in: millrace promote flights v2026-11-23-1f0c9a2b."""
    with connected(context) as cloud:
        before = promote_model(cloud.aws, dataset, version)
        if options_of(context).as_json:
            print_json({"dataset": dataset, "promoted": version, "before": before})
        elif before == version:
            console.print(f"{version} of {dataset} is promoted already.")
        else:
            console.print(f"{dataset} is predicted by {version}, before by {before or 'none'}.")


@COMMANDS.command()
@with_target
def rollback(context: typer.Context, dataset: _Dataset) -> None:
    """Let the model predict that did before; repeated, it goes further back.

    As in: millrace rollback flights.
    """
    with connected(context) as cloud:
        left, now = roll_back_model(cloud.aws, dataset)
        if options_of(context).as_json:
            print_json({"dataset": dataset, "promoted": now, "before": left})
        else:
            console.print(f"{dataset} is predicted by {now} again, not by {left}.")
