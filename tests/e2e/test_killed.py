"""A run whose machine is lost half-way is started again and gives the same tables."""

from __future__ import annotations

import json
import os
import signal
import time
from pathlib import Path

import pytest
from checkout import DEADLINE_S, Checkout, some_flights


def kill_cloud_when(checkout: Checkout, words: str) -> None:
    """Start a run, kill -9 the cloud and the command once the output says so."""
    with checkout.start("run", "flights") as running:
        assert running.stdout is not None
        said = []
        for line in running.stdout:
            said.append(line)
            if words in line:
                break
        else:
            pytest.fail(f"the run ended before it said {words!r}:\n{''.join(said)}")
        pid = json.loads((checkout.home / "endpoint.json").read_text())["pid"]
        os.kill(pid, signal.SIGKILL)
        running.kill()
    deadline = time.monotonic() + DEADLINE_S
    while checkout.processes() and time.monotonic() < deadline:
        time.sleep(0.1)
    assert checkout.processes() == [], "a child outlived the cloud"


def test_a_killed_run_is_started_again_and_gives_the_same_tables(checkout):
    rows = some_flights(every=97)
    checkout.offer("flights-0.csv", rows)

    for words in ("deployed millrace-local-etl", "▸ Ingest", "▸ Etl", "▸ View"):
        kill_cloud_when(checkout, words)
    done = checkout.millrace("run", "flights")

    assert done.returncode == 0, done.stdout + done.stderr
    assert int(checkout.query("select count(*) as n from refined.flights")[0]["n"]) == len(rows)
    landed = list(Path(checkout.home / "lake").glob("*landing*/flights/**/*.csv"))
    assert len(landed) == 1
