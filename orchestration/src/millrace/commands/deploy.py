"""Build, deploy and destroy, one service at a time or all."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from rich.table import Table

from millrace.aws import Aws
from millrace.deploying.change_sets import ChangeSet, decline, execute, prepare_change_set
from millrace.deploying.destroying import destroy, find_doomed
from millrace.deploying.images import (
    BaseImages,
    Image,
    build_image,
    declared_bases,
    push_image,
)
from millrace.deploying.releasing import (
    ORDER,
    has_image,
    own_parameters,
    stack_name,
    template_of,
)
from millrace.errors import CloudUnavailable, InputRejected
from millrace.project import Project
from millrace.terminal import connected, console, find_project, told, with_target

COMMANDS = typer.Typer()

Base = Annotated[
    str,
    typer.Option(
        envvar="BASE_IMAGE", help="Image with Python, by digest or id; else the Dockerfile's."
    ),
]
Uv = Annotated[
    str,
    typer.Option(envvar="UV_IMAGE", help="Image with /uv, by digest or id; else the Dockerfile's."),
]


@COMMANDS.command()
def image(
    context: typer.Context,
    service: Annotated[str, typer.Argument(help="Folder below services/.")],
    base_image: Base = "",
    uv_image: Uv = "",
    repository: Annotated[str, typer.Option(help="Its name; millrace-<service> by default.")] = "",
) -> None:
    """Build a service's container image from its folder and shared/ alone; prints its name."""
    with told():
        project = find_project(context)
        template_of(project, service)
        bases = _bases(project, service, base_image, uv_image)
        built = build_image(_engine(), project, service, bases, repository or f"millrace-{service}")
        typer.echo(built.reference)
        console.print(f"{built.size_bytes:,} bytes, {built.id}", style="dim")


@COMMANDS.command()
@with_target
def deploy(
    context: typer.Context,
    service: Annotated[
        str | None,
        typer.Argument(help="shared, a service, orchestration or reporting; all when not given."),
    ] = None,
    build: Annotated[
        bool, typer.Option(help="Build and push images; else those of this version are there.")
    ] = True,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    values: Annotated[
        list[str] | None, typer.Option("--set", metavar="NAME=VALUE", help="A stack's parameter.")
    ] = None,
    base_image: Base = "",
    uv_image: Uv = "",
    registry: Annotated[
        str, typer.Option(help="Where images are pushed; the account's ECR by default.")
    ] = "",
) -> None:
    """Deploy one service, or all, after showing what would change."""
    given = dict(_pair(value) for value in values or [])
    with connected(context) as cloud:
        project = cloud.project or find_project(context)
        parts = [service] if service else list(ORDER)
        for part in parts:
            template_of(project, part)
        bases = {
            part: _bases(project, part, base_image, uv_image)
            for part in parts
            if build and has_image(project, part)
        }
        for part in parts:
            uri = None
            if has_image(project, part):
                uri = _image_uri(cloud.aws, project, part, bases.get(part), registry, yes)
            own = own_parameters(cloud.aws, project, part, uri)
            template = template_of(project, part)
            mine = {**own, **given} if service else own
            changes = prepare_change_set(cloud.aws, stack_name(cloud.aws, part), template, mine)
            _show_and_execute(cloud.aws, stack_name(cloud.aws, part), changes, yes)


@COMMANDS.command(name="destroy")
@with_target
def destroy_command(
    context: typer.Context,
    service: Annotated[
        str | None,
        typer.Argument(help="shared, a service, orchestration or reporting; all when not given."),
    ] = None,
    yes: Annotated[
        bool, typer.Option("--yes", help="Really delete; without it, only say what would go.")
    ] = False,
) -> None:
    """Say what deleting a service, or all, would delete and keep; with --yes, delete it."""
    with connected(context) as cloud:
        doomed = find_doomed(cloud.aws, service)
        if not doomed:
            console.print("Nothing is deployed.")
            return
        for each in doomed:
            console.print(each.stack, style="bold", markup=False)
            for name in each.deleted:
                console.print(f"  {'deletes' if yes else 'would delete'} {name}", markup=False)
            for name in each.kept:
                console.print(f"  keeps {name}", markup=False)
        if not yes:
            console.print("Nothing was deleted: this was a dry run. With --yes it is done.")
            return
        destroy(cloud.aws, doomed)
        console.print(f"Deleted {len(doomed)} stacks.")


def _image_uri(
    aws: Aws, project: Project, part: str, bases: BaseImages | None, registry: str, yes: bool
) -> str:
    host = registry or _ecr(aws)
    repository = f"{host}/millrace-{part}"
    if bases is None:
        return f"{repository}:{project.version(part)}"
    if not registry:
        name = f"millrace-images-{part}"
        template = project.root / "orchestration" / "deploy" / "images.yaml"
        changes = prepare_change_set(aws, name, template, {"Service": part})
        _show_and_execute(aws, name, changes, yes)
    engine = _engine()
    built: Image = build_image(engine, project, part, bases, repository)
    return push_image(engine, aws, built)


def _show_and_execute(aws: Aws, stack: str, changes: ChangeSet | None, yes: bool) -> None:
    if changes is None:
        console.print(f"{stack}: nothing changes", style="dim", markup=False)
        return
    table = Table(title=f"{stack}: {'new' if changes.creates else 'changes'}", title_justify="left")
    for heading in ("action", "resource", "type", "replaced"):
        table.add_column(heading)
    for change in changes.changes:
        replaced = "yes" if change.replacement else ""
        table.add_row(change.action, change.resource, change.type, replaced)
    console.print(table)
    if not yes and not typer.confirm(f"Change {stack}?"):
        decline(aws, changes)
        raise InputRejected(f"{stack} was left as it is, and so was what comes after it")
    execute(aws, changes)
    console.print(f"{stack}: done", style="dim", markup=False)


def _bases(project: Project, service: str, base_image: str, uv_image: str) -> BaseImages:
    declared = declared_bases(project, service)
    bases = BaseImages(base_image or declared.base, uv_image or declared.uv)
    bases.require_pinned()
    return bases


def _engine() -> Any:
    # Only these commands need it, and importing it takes longer than they last without an engine.
    import docker
    from docker.errors import DockerException

    try:
        client = docker.from_env()
        client.ping()
    except DockerException as exc:
        raise CloudUnavailable(f"no Docker engine answers: {exc}") from exc
    return client


def _ecr(aws: Aws) -> str:
    account = aws.client("sts").get_caller_identity()["Account"]
    region = aws.client("sts").meta.region_name
    return f"{account}.dkr.ecr.{region}.amazonaws.com"


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise typer.BadParameter(f"{text!r}: NAME=VALUE", param_hint="--set")
    return name, value
