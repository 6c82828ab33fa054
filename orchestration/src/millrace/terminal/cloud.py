"""The cloud that a command talks to."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import typer

from millrace.aws import Aws
from millrace.errors import InputRejected
from millrace.laptop import Laptop, running_laptop
from millrace.project import Project
from millrace.terminal.exits import told
from millrace.terminal.options import TargetName, options_of


@dataclass(frozen=True, slots=True)
class Cloud:
    """An AWS to talk to; on a laptop also the process that is it, and the checkout it serves."""

    aws: Aws
    project: Project | None = None
    laptop: Laptop | None = None


@contextmanager
def connected(context: typer.Context) -> Iterator[Cloud]:
    """The cloud that was asked for; errors in the block are told and end the command.

    The laptop's is started for the block when it is not up.
    """
    options = options_of(context)
    with told():
        if options.target is TargetName.LAPTOP:
            project = find_project(context)
            with running_laptop(project) as laptop:
                yield Cloud(Aws(laptop.endpoint), project, laptop)
            return
        if options.environment is None:
            raise InputRejected("--target aws needs --environment, the deployment's name")
        yield Cloud(
            Aws(environment=options.environment, profile=options.profile, region=options.region)
        )


def find_project(context: typer.Context) -> Project:
    """The checkout around the working directory."""
    options = options_of(context)
    return Project.find(Path.cwd(), options.home, options.containers, options.state_url)
