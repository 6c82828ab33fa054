"""Check what a checkout declares, offline."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import typer

from millrace.bringing import load_declared
from millrace.definitions import check_machine, check_template, read_template
from millrace.errors import Problem, SpecRejected
from millrace.project import SERVICES, Project
from millrace.terminal import console, find_project, options_of, print_json, told, with_json

COMMANDS = typer.Typer()


@COMMANDS.command()
@with_json
def check(context: typer.Context) -> None:
    """Check datasets with their SQL, state machines and templates, offline: millrace check."""
    as_json = options_of(context).as_json
    with told():
        project = find_project(context)
        right, problems = [], []
        for name, found in _examined(project):
            problems += found
            if not found:
                right.append(name)
                if not as_json:
                    console.print(f"{name} is right")
        if as_json:
            print_json({"right": right, "problems": problems})
            if problems:
                raise typer.Exit(2)
        elif problems:
            raise SpecRejected(problems)


def _examined(project: Project) -> Iterator[tuple[str, list[Problem]]]:
    for name in project.dataset_names():
        try:
            load_declared(project, name)
            yield f"datasets/{name}", []
        except SpecRejected as exc:
            yield f"datasets/{name}", list(exc.problems)
    folders = [project.root / "shared", *map(project.service, SERVICES)]
    folders.append(project.root / "orchestration")
    for file in (one for folder in folders for one in sorted(folder.glob("deploy/*.yaml"))):
        yield _shown(project, file), check_template(file, _shown(project, file))
    templates = sorted((project.root / "orchestration" / "deploy").glob("*.yaml"))
    given = {name: names for one in templates for name, names in _substitutions(one).items()}
    for file in sorted(project.asl.glob("*.asl.json")):
        machine = file.name.removesuffix(".asl.json")
        shown = _shown(project, file)
        yield shown, check_machine(file, shown, given.get(machine, ()))


def _substitutions(template: Path) -> dict[str, tuple[str, ...]]:
    """What each machine is given, by its name without the deployment's."""
    return {
        str(resource["Properties"]["StateMachineName"]["Fn::Sub"]).rsplit("-", 1)[-1]: tuple(
            resource["Properties"].get("DefinitionSubstitutions", ())
        )
        for resource in read_template(template)["Resources"].values()
        if resource["Type"] == "AWS::StepFunctions::StateMachine"
    }


def _shown(project: Project, file: Path) -> str:
    return file.relative_to(project.root).as_posix()
