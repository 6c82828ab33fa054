"""The README's commands, run one after the other as a newcomer would, and what they leave."""

from __future__ import annotations

import csv
import re
import shutil
import subprocess
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pyarrow.dataset as pads
import pytest
from checkout import FLIGHTS, ROOT, Checkout, some_flights
from state_store import another_database

README = (ROOT / "README.md").read_text(encoding="utf-8")
COMMANDS = [
    line.split("#")[0].strip()
    for block in re.findall(r"^```sh\n(.*?)^```", README, re.DOTALL | re.MULTILINE)
    for line in block.splitlines()
    if line.strip() and not line.startswith(("git ", "cd ", "make test", "make check"))
]

PATIENCE_S = 1800
"""For five datasets on a machine that has much else to do."""

ROWS = {
    "flights": 336_776,
    "weather": 26_115,
    "airlines": 16,
    "planes": 3_322,
    "airports": 1_458,
}
JOINED = (
    "carrier",
    "flight",
    "origin",
    "carrier_name",
    "dest_name",
    "plane_manufacturer",
    "plane_year",
    "origin_temp",
    "origin_visib",
)

ORDERS = "order_id,placed_on,amount\n1,2026-01-05,12.50\n2,2026-01-06,3.00\n"
"""A newcomer's own file."""


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory, state_url: str) -> Checkout:
    """The checkout as it is, in another place, with nothing that ran before."""
    root = tmp_path_factory.mktemp("clone")
    for entry in ROOT.iterdir():
        if entry.name not in (".git", ".millrace", ".pytest_cache", "datasets"):
            (root / entry.name).symlink_to(entry)
    shutil.copytree(ROOT / "datasets", root / "datasets")
    (root / "orders.csv").write_text(ORDERS)
    return Checkout(root, state_url)


def run(clone: Checkout, command: str) -> subprocess.CompletedProcess[str]:
    # A failure is shown in a cloud of its own, which has state of its own.
    is_apart = "FAIL=" in command and clone.state_url
    clone = replace(clone, state_url=another_database(clone.state_url)) if is_apart else clone
    return subprocess.run(
        command,
        shell=True,
        cwd=clone.root,
        env={**clone.environment, "COLUMNS": "120"},
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
    )


@pytest.fixture(scope="module")
def done(clone: Checkout) -> dict[str, subprocess.CompletedProcess[str]]:
    """What each command did."""
    return {command: run(clone, command) for command in COMMANDS}


def test_the_readme_has_commands():
    assert "make run" in COMMANDS


def test_every_command_of_the_readme_does_what_it_says(clone, done):
    for command, ended in done.items():
        expected_to_fail = "FAIL=" in command
        assert (ended.returncode != 0) == expected_to_fail, ended.stdout + ended.stderr

    told = {command: ended.stdout for command, ended in done.items()}
    for dataset, rows in ROWS.items():
        words = rf"{dataset} +{rows:,} read = {rows:,} written \+ 0 quarantined"
        assert re.search(words, told["make run"]), told["make run"]
    assert "[millrace] flights: Etl failed" in told["make run FAIL=etl"]
    (own,) = [command for command in COMMANDS if command.endswith("run orders")]
    assert "2 read = 2 written" in told[own]
    (asked,) = [command for command in COMMANDS if "query" in command]
    assert told[asked].splitlines() == ["origin,n", "EWR,120835", "JFK,111279", "LGA,104662"]
    assert clone.processes() == []


def test_flights_are_joined_with_what_the_other_four_sources_offer(clone, done):
    assert done["make run"].returncode == 0, done["make run"].stdout + done["make run"].stderr
    (folder,) = clone.home.glob("lake/*refined*/flights")
    table = pads.dataset(folder, partitioning="hive").to_table(columns=list(JOINED))

    assert Counter(zip(*(table[name].to_pylist() for name in JOINED), strict=True)) == joined()


def test_a_second_run_finds_nothing_new_at_any_of_the_sources(clone, done):
    again = run(clone, "make run")

    assert again.returncode == 0, again.stdout + again.stderr
    for dataset in ROWS:
        assert re.search(rf"{dataset} +nothing new", again.stdout), again.stdout
    assert "Etl" not in again.stdout
    assert clone.processes() == []


def joined() -> Counter[tuple[object, ...]]:
    """The same rows, joined here from the distribution's files."""
    airlines = {row["carrier"]: row["name"] for row in table_of("airlines")}
    airports = {row["faa"]: row["name"] for row in table_of("airports")}
    planes = {row["tailnum"]: row for row in table_of("planes")}
    weather = {(row["origin"], row["time_hour"]): row for row in table_of("weather")}
    nothing: dict[str, str] = {}
    found: Counter[tuple[object, ...]] = Counter()
    for row in some_flights(every=1):
        plane = planes.get(row["tailnum"], nothing)
        observed = weather.get((row["origin"], row["time_hour"]), nothing)
        found[
            row["carrier"],
            int(row["flight"]),
            row["origin"],
            airlines.get(row["carrier"]),
            airports.get(row["dest"]),
            plane.get("manufacturer"),
            number(plane.get("year")),
            number(observed.get("temp")),
            number(observed.get("visib")),
        ] += 1
    return found


def table_of(name: str) -> list[dict[str, str]]:
    with (FLIGHTS.parent / f"{name}.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def number(text: str | None) -> float | None:
    return None if text in (None, "NA") else float(text)


def test_the_files_that_the_readme_names_are_there():
    for target in re.findall(r"\]\((?!http)([^)#]+)\)", README):
        assert (Path(ROOT) / target).exists(), target
