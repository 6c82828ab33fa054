"""Write a new dataset from a sample."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Annotated

import typer

from millrace.bringing import load_declared
from millrace.errors import InputRejected, SpecRejected
from millrace.inferring import read_sample, write_spec
from millrace.terminal import console, find_project, options_of, print_json, told, with_json

COMMANDS = typer.Typer()


@COMMANDS.command()
@with_json
def new(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="Lower-case letters, digits and underscores.")],
    sample: Annotated[
        Path, typer.Option("--from", help="A CSV file with a header; its rows are the first.")
    ],
    email: Annotated[str, typer.Option(help="Of the owner.")] = "owner@example.com",
) -> None:
    """Write a dataset that runs: millrace new x --from sample.csv && millrace run x.

    The sample is copied to .millrace/sources/NAME, where the dataset looks for files.
    """
    with told():
        project = find_project(context)
        if not re.fullmatch(r"[a-z][a-z0-9_]{0,57}", name):
            raise InputRejected(f"{name!r}: lower-case letters, digits, underscores, at most 58")
        folder = project.dataset(name)
        if folder.exists():
            raise InputRejected(f"datasets/{name} is there already")
        ending = "".join(sample.suffixes[-2:] if sample.suffix == ".gz" else sample.suffixes[-1:])
        text = write_spec(name, read_sample(sample), source=sample.name, ending=ending, email=email)
        folder.mkdir(parents=True)
        (folder / "dataset.yaml").write_text(text, encoding="utf-8")
        try:
            load_declared(project, name)
        except SpecRejected:
            # What cannot run is not left for `millrace check` to find.
            shutil.rmtree(folder)
            raise
        offered = project.sources / name
        offered.mkdir(parents=True, exist_ok=True)
        shutil.copy(sample, offered / sample.name)
        if options_of(context).as_json:
            print_json({"dataset": name, "spec": folder / "dataset.yaml"})
            return
        console.print(f"datasets/{name}/dataset.yaml is written; look at its columns and owner.")
        console.print(f"millrace run {name}", style="dim")
