"""Find out what is missing on this machine or in an account."""

from __future__ import annotations

import typer

from millrace.examining import Finding, examine_account, examine_machine
from millrace.terminal import (
    TargetName,
    connected,
    console,
    find_project,
    options_of,
    print_json,
    told,
    with_target,
)

COMMANDS = typer.Typer()


@COMMANDS.command()
@with_target
def doctor(context: typer.Context) -> None:
    """Tell what is missing and what to do about it, as in: millrace doctor --json."""
    if options_of(context).target is TargetName.AWS:
        with connected(context) as cloud:
            findings = examine_account(cloud.aws)
    else:
        with told():
            findings = examine_machine(find_project(context))
    _tell(findings, options_of(context).as_json)
    if not all(finding.fine for finding in findings):
        raise typer.Exit(1)


def _tell(findings: list[Finding], as_json: bool) -> None:
    if as_json:
        print_json(findings)
        return
    for finding in findings:
        mark = "[green]✓[/]" if finding.fine else "[red]✗[/]"
        console.print(f"{mark} {finding.what}: {finding.found}", soft_wrap=True)
        if not finding.fine:
            console.print(f"  {finding.remedy}", style="yellow", soft_wrap=True)
