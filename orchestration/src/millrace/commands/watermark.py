"""See and move how far an incremental source has been read."""

from __future__ import annotations

from datetime import UTC, datetime
from getpass import getuser
from typing import Annotated

import typer

from millrace.incremental import check_value, field_type
from millrace.run_state import open_extraction_state
from millrace.terminal import connected, console, options_of, print_json, with_target
from millrace_contracts.state import Watermark

COMMANDS = typer.Typer()
watermark = typer.Typer(
    no_args_is_help=True,
    help="See and move how far an incremental source has been read: millrace watermark get orders.",
)
COMMANDS.add_typer(watermark, name="watermark")

_Dataset = Annotated[str, typer.Argument(help="A dataset whose source is incremental.")]


@watermark.command("get")
@with_target
def get_watermark(context: typer.Context, dataset: _Dataset) -> None:
    """Show it, as in: millrace watermark get orders."""
    with connected(context) as cloud:
        field_type(cloud.aws, dataset, "watermark")
        _tell(context, dataset, open_extraction_state(cloud.aws).watermark(dataset))


@watermark.command("set")
@with_target
def set_watermark(
    context: typer.Context,
    dataset: _Dataset,
    value: Annotated[str, typer.Argument(help="The next run reads what is above it.")],
) -> None:
    """Move it, as in: millrace watermark set orders 2024-02-29T00:00:00Z."""
    with connected(context) as cloud:
        check_value(value, field_type(cloud.aws, dataset, "watermark"))
        moved = Watermark(dataset, value, datetime.now(UTC), getuser())
        open_extraction_state(cloud.aws).set_watermark(moved)
        _tell(context, dataset, moved)


@watermark.command("reset")
@with_target
def reset_watermark(context: typer.Context, dataset: _Dataset) -> None:
    """Forget it, so that the next run reads everything: millrace watermark reset orders."""
    with connected(context) as cloud:
        field_type(cloud.aws, dataset, "watermark")
        open_extraction_state(cloud.aws).reset_watermark(dataset)
        _tell(context, dataset, None)


def _tell(context: typer.Context, dataset: str, found: Watermark | None) -> None:
    if options_of(context).as_json:
        print_json({"dataset": dataset, "watermark": found and found.value})
    elif found is None:
        console.print(f"{dataset} has no watermark: the next run reads everything.")
    else:
        when = f"moved {found.moved_at:%Y-%m-%d %H:%M:%S} by {found.moved_by}"
        console.print(f"{found.value}  [dim]{when}[/]")
