"""The README's commands, run one after the other as a newcomer would."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from checkout import DEADLINE_S, ROOT, Checkout, plain_environment

README = (ROOT / "README.md").read_text(encoding="utf-8")
COMMANDS = [
    line.split("#")[0].strip()
    for block in re.findall(r"^```sh\n(.*?)^```", README, re.DOTALL | re.MULTILINE)
    for line in block.splitlines()
    if line.strip() and not line.startswith(("git ", "cd ", "make test", "make check"))
]

ORDERS = "order_id,placed_on,amount\n1,2026-01-05,12.50\n2,2026-01-06,3.00\n"
"""A newcomer's own file."""


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Checkout:
    """The checkout as it is, in another place, with nothing that ran before."""
    root = tmp_path_factory.mktemp("clone")
    for entry in ROOT.iterdir():
        if entry.name not in (".git", ".millrace", ".pytest_cache", "datasets"):
            (root / entry.name).symlink_to(entry)
    shutil.copytree(ROOT / "datasets", root / "datasets")
    (root / "orders.csv").write_text(ORDERS)
    return Checkout(root)


def run(clone: Checkout, command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        shell=True,
        cwd=clone.root,
        env={**plain_environment(), "COLUMNS": "120"},
        capture_output=True,
        text=True,
        timeout=DEADLINE_S,
    )


def test_the_readme_has_commands():
    assert "make run" in COMMANDS


def test_every_command_of_the_readme_does_what_it_says(clone):
    told = {}
    for command in COMMANDS:
        done = run(clone, command)
        told[command] = done.stdout
        expected_to_fail = "FAIL=" in command
        assert (done.returncode != 0) == expected_to_fail, done.stdout + done.stderr

    assert "336,776 read = 336,776 written + 0 quarantined" in told["make run"]
    assert "[millrace] flights: Etl failed" in told["make run FAIL=etl"]
    (own,) = [command for command in COMMANDS if command.endswith("run orders")]
    assert "2 read = 2 written" in told[own]
    (asked,) = [command for command in COMMANDS if "query" in command]
    assert told[asked].splitlines() == ["origin,n", "EWR,120835", "JFK,111279", "LGA,104662"]
    assert clone.processes() == []


def test_the_files_that_the_readme_names_are_there():
    for target in re.findall(r"\]\((?!http)([^)#]+)\)", README):
        assert (Path(ROOT) / target).exists(), target
