"""Each stage broken by the cloud: the run fails, people hear of it, and the next run mends it."""

from __future__ import annotations

import json

import pytest
from checkout import Checkout, some_flights


@pytest.fixture(scope="module")
def up(checkout: Checkout) -> Checkout:
    """A cloud that stays up, so that each failure costs only its own run."""
    checkout.offer("flights-0.csv", some_flights(every=97))
    done = checkout.millrace("up")
    assert done.returncode == 0, done.stderr
    return checkout


EXPECTED = {
    "ingest": ("Ingest", "Runtime.ExitError"),
    "crawl": ("CrawlLanding", "States.TaskFailed"),
    "etl": ("Etl", "States.TaskFailed"),
    "view": ("View", "Runtime.ExitError"),
    "forecast": ("Train", "States.TaskFailed"),
}


@pytest.mark.parametrize("stage", EXPECTED)
def test_a_broken_stage_fails_the_run_and_reaches_people_once(up, stage):
    state, error = EXPECTED[stage]
    before = set(up.home.glob("mail/*.eml"))

    done = up.millrace("run", "flights", "--fail", stage)

    assert done.returncode == 1, done.stdout + done.stderr
    assert f"FAILED {error}" in done.stdout
    assert f"[millrace] flights: {state} failed (run flights-" in done.stdout
    assert "millrace run flights" in done.stdout
    sent = [file.read_text() for file in set(up.home.glob("mail/*.eml")) - before]
    recipients = sorted(line for text in sent for line in text.splitlines() if line[:3] == "To:")
    assert recipients == ["To: network-planning@example.com", "To: support@example.com"]


def test_when_notify_fails_too_the_raw_error_reaches_people(up):
    done = up.millrace("run", "flights", "--fail", "notify")

    assert done.returncode == 1
    assert "[millrace] a run failed, and so did notify" in done.stdout
    assert "FAILED States.TaskFailed" in done.stdout


def test_after_all_those_failures_a_run_makes_the_tables_of_an_undisturbed_one(up):
    done = up.millrace("run", "flights")

    assert done.returncode == 0, done.stdout + done.stderr
    rows = some_flights(every=97)
    assert int(up.query("select count(*) as n from refined.flights")[0]["n"]) == len(rows)
    assert int(up.query("select count(*) as n from landing.flights")[0]["n"]) == len(rows)
    keys = "select distinct year, month, day, carrier, flight, origin from refined.flights"
    assert int(up.query(f"select count(*) as n from ({keys})")[0]["n"]) == len(rows)


def test_a_redriven_run_does_only_what_was_left_and_makes_the_same_tables(up):
    rows = some_flights(every=97) + some_flights(every=89)
    up.offer("flights-1.csv", some_flights(every=89))
    assert up.millrace("run", "flights", "--fail", "forecast").returncode == 1
    listed = up.millrace("runs", "flights", "--failed", "--limit", "1", "--json")
    run_id = json.loads(listed.stdout)[0]["run_id"]

    done = up.millrace("redrive", run_id)

    assert done.returncode == 0, done.stdout + done.stderr
    assert "✓ Forecast" in done.stdout
    assert "Etl" not in done.stdout
    assert up.millrace("status", run_id).stdout.startswith(f"{run_id}  SUCCEEDED  redriven once")
    keys = ("year", "month", "day", "carrier", "flight", "origin")
    expected = len({tuple(row[key] for key in keys) for row in rows})
    assert int(up.query("select count(*) as n from refined.flights")[0]["n"]) == expected
