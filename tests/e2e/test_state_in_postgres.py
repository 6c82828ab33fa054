"""The whole pipeline with its run state in PostgreSQL, chosen by one environment variable."""

from __future__ import annotations

import re
from collections.abc import Iterator

import psycopg
import pytest
from checkout import Checkout, some_flights
from database import running_postgres


@pytest.fixture(scope="module")
def state_url() -> Iterator[str]:
    """A server of the tests' own, from a wheel, on a socket; whatever the others run on."""
    with running_postgres() as url:
        yield url


def test_a_run_fails_is_told_succeeds_and_is_replayed_with_all_of_its_state_in_postgres(
    checkout: Checkout, state_url: str
):
    rows = some_flights(every=97)
    rows[0]["distance"] = "0"
    checkout.offer("flights-0.csv", rows)
    assert checkout.millrace("up").returncode == 0

    failed = checkout.millrace("run", "flights", "--fail", "ingest")
    done = checkout.millrace("run", "flights")

    assert failed.returncode == 1, failed.stdout + failed.stderr
    assert "[millrace] flights: Ingest failed" in failed.stdout
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{len(rows):,} read = {len(rows) - 1:,} written + 1 quarantined" in done.stdout
    again = checkout.millrace("run", "flights")
    assert "Nothing new" in again.stdout, again.stdout + again.stderr
    status = checkout.millrace("status")
    assert "SUCCEEDED" in status.stdout, status.stdout + status.stderr

    spec = checkout.spec.read_text()
    checkout.spec.write_text(spec.replace("range: [1, 12000]", "range: [0, 12000]"))
    assert checkout.millrace("up").returncode == 0
    (run_id,) = re.findall(r"^(flights-\S+)$", done.stdout, re.MULTILINE)
    replayed = checkout.millrace("replay", run_id, "--json")

    assert replayed.returncode == 0, replayed.stdout + replayed.stderr
    refined = checkout.query("select count(*) as n, min(distance) as nearest from refined.flights")
    assert refined == [{"n": str(len(rows)), "nearest": "0.0"}]
    with psycopg.connect(state_url) as connection:
        runs = connection.execute(
            "SELECT status, count(*) FROM millrace_runs GROUP BY 1"
        ).fetchall()
        stages = connection.execute("SELECT DISTINCT stage FROM millrace_stages").fetchall()
    # A replay lands nothing: its stages are recorded, and what it did stands in its execution.
    assert dict(runs) == {"FAILED": 1, "NOTHING_NEW": 1, "SUCCEEDED": 1}
    assert {stage for (stage,) in stages} >= {"ingest", "etl", "view"}
