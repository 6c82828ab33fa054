"""Train a model outside of a run."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import typer

from millrace.bringing import bring_up_to_date, load_declared
from millrace.commands.cloud import ignore_stack, tell_stack
from millrace.promoting import promote_model, promoted_version
from millrace.registering import register_model
from millrace.report.cards import show_card
from millrace.terminal import connected, console, options_of, print_json, with_target
from millrace.training import read_card, start_training, wait_for_training

COMMANDS = typer.Typer()


@COMMANDS.command()
@with_target
def train(
    context: typer.Context,
    dataset: Annotated[str, typer.Argument(help="A dataset that declares a forecast.")],
    promote: Annotated[
        bool,
        typer.Option("--promote/--no-promote", help="Let the model predict from the next run on."),
    ] = True,
) -> None:
    """Train a model of a dataset's refined table and show its card, as in: millrace train flights.

    It is the job that a run starts, by the definition that is deployed. The model becomes a version
    of the dataset's model package group, approved where it is promoted.
    """
    quiet = options_of(context).as_json
    with connected(context) as cloud:
        if cloud.project is not None and cloud.laptop is not None:
            declared = load_declared(cloud.project, dataset)
            report = ignore_stack if quiet else tell_stack
            bring_up_to_date(cloud.laptop, cloud.aws, cloud.project, [declared], report)
        version = start_training(cloud.aws, dataset, datetime.now(UTC))
        wait_for_training(cloud.aws, version)
        card = read_card(cloud.aws, dataset, version)
        package = register_model(cloud.aws, card, approved=promote)
        before = promoted_version(cloud.aws, dataset)
        if promote:
            promote_model(cloud.aws, dataset, version)
        if quiet:
            print_json({"card": card, "promoted": promote, "before": before, "package": package})
            return
        show_card(console, card)
        if promote:
            console.print(f"{dataset} is predicted by {version}, before by {before or 'none'}.")
        else:
            console.print(
                f"{dataset} is predicted by {before or 'none'}; to change that:"
                f" millrace promote {dataset} {version}"
            )
