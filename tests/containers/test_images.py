"""Each image holds its service and nothing that it does not need."""

from __future__ import annotations

import json
import time
import tomllib

import pytest
from alone import SERVICES
from checkout import ROOT

MOST_MB = {"etl": 900, "forecast": 700, "ingest": 500}
"""On a base of 124 MB. Lambda takes 10 GB; a cold start reads what it needs of it."""
MOST_MB_ELSE = 230

ENTRY = {"etl": "job", "forecast": "training"}
"""Module that a started container imports first, where it is no function's ``handler``."""

RUNS_AS_ROOT = {"forecast": "SageMaker's volumes are root's: the Dockerfile names the source"}

LOOK = """
import json, os, shutil
from importlib.metadata import distributions
print(json.dumps({
    "ours": sorted(d.name for d in distributions() if d.name.startswith("millrace")),
    "tools": [tool for tool in ("gcc", "cc", "make", "uv", "git") if shutil.which(tool)],
    "sources": os.path.exists("/repo"),
}))
"""


@pytest.fixture(params=SERVICES)
def built(request, images):
    return images[request.param]


def test_it_says_what_it_is(built):
    labels = built.image.labels
    project = tomllib.loads((ROOT / "services" / built.service / "pyproject.toml").read_text())

    assert labels["org.opencontainers.image.title"] == f"millrace-{built.service}"
    assert labels["org.opencontainers.image.version"] == project["project"]["version"]
    assert len(labels["org.opencontainers.image.revision"].removesuffix("-dirty")) == 40


def test_it_runs_as_nobody_in_particular(built):
    user = built.image.attrs["Config"]["User"]
    assert (user in ("", "root")) == (built.service in RUNS_AS_ROOT)


def test_it_holds_its_own_service_and_no_tool_or_source(built, engine):
    said = engine.containers.run(
        built.image.id, entrypoint=["python", "-c", LOOK], remove=True, network_mode="none"
    )

    found = json.loads(said)
    assert found["ours"] == ["millrace-contracts", f"millrace-{built.service}"]
    assert found["tools"] == []
    assert found["sources"] is False


def test_its_size_and_its_cold_start_are_told_and_the_size_is_bounded(built, engine, capsys):
    """Cold: from asking for a container until the service's code is loaded in it."""
    size_mb = built.image.attrs["Size"] / 1e6
    entry = ENTRY.get(built.service, "handler")
    loading = ["python", "-c", f"import millrace_{built.service}.{entry}"]
    began = time.monotonic()
    engine.containers.run(built.image.id, entrypoint=loading, remove=True, network_mode="none")
    cold_s = time.monotonic() - began

    with capsys.disabled():
        told = f"{size_mb:.0f} MB, built in {built.build_s:.0f} s, cold start {cold_s:.1f} s"
        print(f"\n{built.reference}: {told}", end="")  # noqa: T201

    assert size_mb <= MOST_MB.get(built.service, MOST_MB_ELSE)
