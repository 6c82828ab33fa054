"""Options that every command with a cloud has: which cloud, and words or JSON."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import wraps
from pathlib import Path
from typing import Annotated, Any, get_type_hints

import typer


class TargetName(StrEnum):
    """Which cloud is meant."""

    LAPTOP = "laptop"
    AWS = "aws"


@dataclass(frozen=True, slots=True)
class Options:
    """What was asked for beside the command's own words."""

    home: Path | None = None
    containers: str = ""
    state_url: str = ""
    target: TargetName = TargetName.LAPTOP
    profile: str | None = None
    region: str | None = None
    environment: str | None = None
    as_json: bool = False


_PANEL = "Which cloud"
_SHARED: dict[str, tuple[Any, Any]] = {
    "target": (
        Annotated[
            TargetName,
            typer.Option(
                envvar="MILLRACE_TARGET",
                help="The laptop's cloud or an AWS account.",
                rich_help_panel=_PANEL,
            ),
        ],
        TargetName.LAPTOP,
    ),
    "profile": (
        Annotated[
            str | None,
            typer.Option(help="Profile of the AWS account's credentials.", rich_help_panel=_PANEL),
        ],
        None,
    ),
    "region": (
        Annotated[
            str | None,
            typer.Option(help="Region in the AWS account.", rich_help_panel=_PANEL),
        ],
        None,
    ),
    "environment": (
        Annotated[
            str | None,
            typer.Option(
                envvar="MILLRACE_ENVIRONMENT",
                help="Deployment in the AWS account, as dev or prod.",
                rich_help_panel=_PANEL,
            ),
        ],
        None,
    ),
    "as_json": (Annotated[bool, typer.Option("--json", help="Answer as JSON.")], False),
}


def options_of(context: typer.Context) -> Options:
    """What was asked for, as far as it has been read."""
    found = context.find_object(Options)
    return found or Options()


def with_target(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command ``--target``, ``--profile``, ``--region``, ``--environment`` and ``--json``.

    The command takes a ``typer.Context`` first and finds them by ``options_of``.
    """
    return _with(command, _SHARED)


def with_json(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command that needs no account ``--json`` alone, in the same way."""
    return _with(command, {"as_json": _SHARED["as_json"]})


def _with(command: Callable[..., None], options: dict[str, tuple[Any, Any]]) -> Callable[..., None]:
    @wraps(command)
    def asked(context: typer.Context, *arguments: Any, **given: Any) -> None:
        shared = {name: given.pop(name) for name in options}
        context.obj = replace(options_of(context), **shared)
        command(context, *arguments, **given)

    own = inspect.signature(command, eval_str=True)
    hints = get_type_hints(command, include_extras=True)
    added = [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=kind)
        for name, (kind, default) in options.items()
    ]
    asked.__signature__ = own.replace(  # type: ignore[attr-defined]
        parameters=[*own.parameters.values(), *added]
    )
    asked.__annotations__ = hints | {name: kind for name, (kind, _) in options.items()}
    return asked
