"""A Docker engine, and every service's image built from the checkout."""

from __future__ import annotations

import os
import subprocess
import time
from dataclasses import dataclass
from typing import Any

import docker
import pytest
from alone import SERVICES
from checkout import MILLRACE, ROOT
from docker.errors import DockerException, ImageNotFound
from started import Started

PREPARE = "scripts/containers/prepare.sh makes it, as root on Debian"


@dataclass(frozen=True)
class Built:
    """A service's image."""

    service: str
    reference: str
    image: Any
    build_s: float


def pytest_collection_modifyitems(items):
    for item in items:
        if "/containers/" in str(item.path):
            item.add_marker(pytest.mark.containers)


@pytest.fixture(scope="session")
def engine():
    try:
        client = docker.from_env(timeout=300)
        client.ping()
    except DockerException as exc:
        pytest.skip(f"no Docker engine answers ({exc}); {PREPARE}")
    return client


@pytest.fixture(scope="session")
def started(engine):
    heard = Started(engine)
    yield heard
    heard.close()


@pytest.fixture(scope="session")
def bases(engine):
    """Base images by id: what a build starts from is pinned here as it is for a release."""
    names = {"BASE_IMAGE": "millrace-base", "UV_IMAGE": "millrace-uv"}
    try:
        return {
            variable: engine.images.get(os.environ.get(variable, name)).id
            for variable, name in names.items()
        }
    except ImageNotFound as exc:
        pytest.skip(f"{exc.explanation}; {PREPARE}")


@pytest.fixture(scope="session")
def images(engine, bases):
    """Every service's image, one after the other: builds are heavy."""
    built = {}
    for service in SERVICES:
        began = time.monotonic()
        done = subprocess.run(
            [MILLRACE, "image", service],
            cwd=ROOT,
            env={**os.environ, **bases},
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr
        reference = done.stdout.split()[0]
        took_s = time.monotonic() - began
        built[service] = Built(service, reference, engine.images.get(reference), took_s)
    return built
