"""Look into the laptop's mailbox."""

from __future__ import annotations

from typing import Annotated

import typer

from millrace.mailbox import read_mails
from millrace.terminal import console, find_project, options_of, print_json, told, with_json

COMMANDS = typer.Typer()


@COMMANDS.command()
@with_json
def mail(
    context: typer.Context,
    run_id: Annotated[str | None, typer.Argument(help="Only what names this run.")] = None,
) -> None:
    """Print what was emailed on the laptop, oldest first, as in: millrace mail RUN."""
    with told():
        project = find_project(context)
        found = [
            message
            for message in read_mails(project.home / "mail")
            if run_id is None or run_id in message.subject + message.text
        ]
        if options_of(context).as_json:
            print_json(found)
            return
        if not found:
            console.print(
                "No mail." if run_id is None else f"No mail names {run_id}.", markup=False
            )
        for message in found:
            console.print(message.subject, style="bold", markup=False)
            console.print(f"To: {message.to}\nDate: {message.date}", markup=False)
            console.print(message.text, markup=False, soft_wrap=True)
