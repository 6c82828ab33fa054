"""The same end-to-end tests, with every stage in a container of its own image."""

from __future__ import annotations

import json
import os
import signal
import time

import pytest
from checkout import DEADLINE_S, Checkout, make_checkout, some_flights
from started import OWNER
from test_run import *  # noqa: F403


@pytest.fixture(scope="module", autouse=True)
def in_containers(images, started):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MILLRACE_CONTAINERS", "host")
        yield


@pytest.fixture(scope="module")
def checkout(in_containers, tmp_path_factory):
    made = make_checkout(tmp_path_factory.mktemp("containers"))
    yield made
    made.millrace("down")


@pytest.fixture
def another(in_containers, tmp_path):
    made = make_checkout(tmp_path / "another")
    yield made
    made.millrace("down")


def left(engine, checkout: Checkout):
    """Containers of a checkout's cloud."""
    label = f"{OWNER}={checkout.home}"
    return engine.containers.list(all=True, filters={"label": label})


def test_every_stage_ran_in_its_image(finished, images, started):
    stages = {images[stage].image.id for stage in ("ingest", "etl", "view", "forecast")}

    assert started.missing(finished.checkout.home, stages) == set()


def test_no_container_is_left_behind(finished, engine):
    assert left(engine, finished.checkout) == []


@pytest.mark.parametrize("stage", ["ingest", "etl"])
def test_a_killed_container_fails_the_run_and_is_announced_from_another(
    another, images, started, engine, stage
):
    another.offer("flights-1.csv", some_flights(every=400))

    done = another.millrace("run", "flights", "--fail", stage)

    assert done.returncode == 1, done.stdout + done.stderr
    assert "FAILED" in done.stdout
    assert "Mail to" in done.stdout
    assert started.missing(another.home, {images["notify"].image.id}) == set()
    assert another.processes() == []
    assert left(engine, another) == []


def test_a_cloud_that_was_killed_leaves_its_containers_to_the_next(another, images, engine):
    assert another.millrace("up").returncode == 0
    pid = json.loads((another.home / "endpoint.json").read_text())["pid"]
    os.kill(pid, signal.SIGKILL)
    deadline = time.monotonic() + DEADLINE_S
    while another.processes() and time.monotonic() < deadline:
        time.sleep(0.1)
    engine.containers.run(
        images["notify"].image.id,
        entrypoint=["sleep", "600"],
        labels={OWNER: str(another.home)},
        detach=True,
    )

    assert another.millrace("up").returncode == 0

    assert left(engine, another) == []
