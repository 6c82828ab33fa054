"""The ``millrace`` command: every module of ``millrace.commands`` adds its words."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Annotated

import typer

from millrace import commands
from millrace.terminal import Options

app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)


@app.callback()
def options(
    context: typer.Context,
    home: Annotated[
        Path | None,
        typer.Option(
            envvar="MILLRACE_HOME", help="Folder of the laptop's cloud; .millrace when not given."
        ),
    ] = None,
    containers: Annotated[
        str,
        typer.Option(
            envvar="MILLRACE_CONTAINERS",
            help="Let the laptop's cloud run images in containers, on this network, as 'host'.",
        ),
    ] = "",
    state_url: Annotated[
        str,
        typer.Option(
            envvar="MILLRACE_STATE_URL",
            help="Store of the run state on the laptop; the deployment's own table when not given.",
        ),
    ] = "",
) -> None:
    """Deploy, run and look into Millrace's pipelines."""
    context.obj = Options(home=home, containers=containers, state_url=state_url)


for _module in iter_modules(commands.__path__):
    app.add_typer(import_module(f"{commands.__name__}.{_module.name}").COMMANDS)
