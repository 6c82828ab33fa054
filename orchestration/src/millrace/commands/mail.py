"""Look into the laptop's mailbox."""

from __future__ import annotations

from typing import Annotated

import typer

from millrace.mailbox import read_mails
from millrace.terminal import console, find_project, told

COMMANDS = typer.Typer()


@COMMANDS.command()
def mail(
    context: typer.Context,
    run_id: Annotated[str | None, typer.Argument(help="Only what names this run.")] = None,
) -> None:
    """Print what was emailed, oldest first."""
    with told():
        project = find_project(context)
        for message in read_mails(project.home / "mail"):
            if run_id is None or run_id in message.subject + message.text:
                console.print(message.subject, style="bold", markup=False)
                console.print(f"To: {message.to}\nDate: {message.date}", markup=False)
                console.print(message.text, markup=False)
