"""Rows that were refused, a fix of the dataset, and the command that runs them again."""

from __future__ import annotations

import json
import shutil

import pyarrow.dataset as pads
import pytest
from checkout import Checkout

SPEC = """\
name: parcels
owner: {team: post, email: post@example.com}
source: {kind: filesystem, url: "file://{mount}/out", match: "*.csv"}
format: {kind: csv}
columns:
  - {name: id, type: int, required: true}
  - {name: depot, type: string, enum: [north, south]}
  - {name: kg, type: double, range: [0, 30]}
"""
STRICT = SPEC + "on_bad_rows: {action: quarantine}\nwrite: {partition_by: [depot]}\n"
OFFERED = [
    {"id": "1", "depot": "north", "kg": "1.5"},
    {"id": "2", "depot": "harbour", "kg": "2"},
    {"id": "3", "depot": "south", "kg": "31"},
    {"id": "4", "depot": "harbour", "kg": "heavy"},
    {"id": "5", "depot": "south", "kg": "5"},
]


@pytest.fixture(scope="module")
def up(checkout: Checkout) -> Checkout:
    """A cloud that stays up, with the one dataset."""
    shutil.rmtree(checkout.root / "datasets" / "flights")
    declare(checkout, STRICT)
    checkout.offer("parcels-1.csv", OFFERED)
    done = checkout.millrace("up")
    assert done.returncode == 0, done.stdout + done.stderr
    return checkout


def declare(checkout: Checkout, spec: str) -> None:
    folder = checkout.root / "datasets" / "parcels"
    folder.mkdir(exist_ok=True)
    (folder / "dataset.yaml").write_text(spec)


def replay(checkout: Checkout, run_id: str) -> str:
    """Run the command as a script would; answer the replay's own run."""
    done = checkout.millrace("replay", run_id, "--json")
    assert done.returncode == 0, done.stdout + done.stderr
    told = json.loads(done.stdout)
    assert told["status"] == "SUCCEEDED"
    return str(told["run_id"])


def refined(checkout: Checkout) -> list[tuple[int, str, float]]:
    """The table as another library reads its files."""
    (folder,) = checkout.home.glob("lake/*refined*/parcels")
    rows = pads.dataset(folder, partitioning="hive").to_table().to_pylist()
    return sorted((row["id"], row["depot"], row["kg"]) for row in rows)


def quarantined(checkout: Checkout) -> dict[str, list[str]]:
    """Every row that is kept aside, with its reasons."""
    files = [str(file) for file in checkout.home.glob("lake/*quarantine*/parcels/**/*.parquet")]
    rows = pads.dataset(files).to_table().to_pylist()
    return {row["row"]: row["reasons"] for row in rows}


def test_refused_rows_land_in_the_table_after_a_fix_and_only_once(up):
    done = up.millrace("run", "parcels", "--json")
    assert done.returncode == 0, done.stdout + done.stderr
    (run,) = json.loads(done.stdout)["runs"]
    good = [(1, "north", 1.5), (5, "south", 5.0)]
    assert refined(up) == good
    assert quarantined(up) == {
        "2,harbour,2": ["depot: enum north, south: harbour"],
        "3,south,31": ["kg: range [0, 30]: 31"],
        "4,harbour,heavy": ["depot: enum north, south: harbour", "kg: type double: heavy"],
    }

    declare(up, STRICT.replace("south]", "south, harbour]").replace("30]", "50]"))
    replayed = replay(up, run["run_id"])
    again = replay(up, run["run_id"])

    mended = [(2, "harbour", 2.0), (3, "south", 31.0)]
    assert refined(up) == sorted(good + mended)
    assert quarantined(up) == {"4,harbour,heavy": ["kg: type double: heavy"]}
    told = up.millrace("status", replayed).stdout
    assert "3 rows read" in told, told
    assert "2 rows written" in told, told
    assert "1 row quarantined" in told, told
    assert "0 rows read" in up.millrace("status", again).stdout
    found = up.query("select count(*) as n, count(distinct id) as ids from refined.parcels")
    assert found == [{"n": "4", "ids": "4"}]
