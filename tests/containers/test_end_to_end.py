"""The same end-to-end tests, with every stage in a container of its own image."""

from __future__ import annotations

import json
import re
import time

import pytest
from checkout import make_checkout, some_flights
from test_run import *  # noqa: F403

STAGES = ("ingest", "etl", "view", "forecast", "notify")
OWNER = "millrace.localcloud.home"


@pytest.fixture(scope="module", autouse=True)
def in_containers(images):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MILLRACE_CONTAINERS", "host")
        yield


@pytest.fixture(scope="module")
def checkout(in_containers, tmp_path_factory):
    made = make_checkout(tmp_path_factory.mktemp("containers"))
    yield made
    made.millrace("down")


def started(engine, home, since_s):
    """Images of which containers were started for a cloud."""
    events = engine.events(
        since=int(since_s),
        until=int(time.time()) + 1,
        decode=True,
        filters={"type": "container", "event": "start", "label": f"{OWNER}={home}"},
    )
    return {event["from"] for event in events}


def test_every_stage_ran_in_its_image(finished, images, engine, capsys):
    """Told with the time a function's container took before it had its first event."""
    began = finished.checkout.root.stat().st_ctime
    ran = started(engine, finished.checkout.home, began - 60)

    assert {images[stage].image.id for stage in STAGES[:-1]} <= ran
    for log in sorted(finished.checkout.home.glob("logs/lambda-*.log")):
        (cold_ms,) = re.findall(r"Init Duration: ([\d.]+) ms", log.read_text())[:1]
        with capsys.disabled():
            name = log.name.split("-")[3]
            print(f"\ncold start of {name}: {float(cold_ms):.0f} ms", end="")  # noqa: T201
    assert engine.containers.list(filters={"label": f"{OWNER}={finished.checkout.home}"}) == []


def test_a_killed_container_fails_the_run_and_is_announced(in_containers, images, engine, tmp_path):
    checkout = make_checkout(tmp_path / "killed")
    checkout.offer("flights-1.csv", some_flights(every=400))
    began = time.time()

    done = checkout.millrace("run", "flights", "--fail", "ingest")

    assert done.returncode == 1, done.stdout
    assert "FAILED" in done.stdout
    assert "Mail to" in done.stdout
    assert images["notify"].image.id in started(engine, checkout.home, began)
    assert checkout.processes() == []
    assert engine.containers.list(filters={"label": f"{OWNER}={checkout.home}"}) == []


def test_a_cloud_that_was_killed_leaves_containers_to_the_next(
    in_containers, images, engine, tmp_path
):
    checkout = make_checkout(tmp_path / "left")
    assert checkout.millrace("up").returncode == 0
    label = {OWNER: str(checkout.home)}
    engine.containers.run(
        images["notify"].image.id, entrypoint=["sleep", "600"], labels=label, detach=True
    )
    pid = json.loads((checkout.home / "endpoint.json").read_text())["pid"]
    assert checkout.millrace("down").returncode == 0
    assert pid

    try:
        assert checkout.millrace("up").returncode == 0
        assert engine.containers.list(filters={"label": f"{OWNER}={checkout.home}"}) == []
    finally:
        checkout.millrace("down")
