"""The whole pipeline with its run state in PostgreSQL, chosen by one environment variable."""

from __future__ import annotations

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


def test_a_run_fails_is_told_and_succeeds_with_all_of_its_state_in_postgres(
    checkout: Checkout, state_url: str
):
    rows = some_flights(every=97)
    checkout.offer("flights-0.csv", rows)

    failed = checkout.millrace("run", "flights", "--fail", "ingest")
    done = checkout.millrace("run", "flights")

    assert failed.returncode == 1, failed.stdout + failed.stderr
    assert "[millrace] flights: Ingest failed" in failed.stdout
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{len(rows):,} read = {len(rows):,} written" in done.stdout
    again = checkout.millrace("run", "flights")
    assert "Nothing new" in again.stdout, again.stdout + again.stderr
    status = checkout.millrace("status")
    assert "SUCCEEDED" in status.stdout, status.stdout + status.stderr
    with psycopg.connect(state_url) as connection:
        runs = connection.execute(
            "SELECT status, count(*) FROM millrace_runs GROUP BY 1"
        ).fetchall()
        stages = connection.execute("SELECT DISTINCT stage FROM millrace_stages").fetchall()
    assert dict(runs) == {"FAILED": 1, "NOTHING_NEW": 1, "SUCCEEDED": 1}
    assert {stage for (stage,) in stages} >= {"ingest", "etl", "view"}
