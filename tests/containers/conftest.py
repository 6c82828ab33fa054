"""A Docker engine, and every service's image built from the checkout."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import docker
import pytest
from alone import SERVICES, run
from checkout import MILLRACE, ROOT
from docker.errors import DockerException, ImageNotFound
from started import Started

LEFT_OUT = shutil.ignore_patterns(".*", "__pycache__")
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
def images(engine, bases, tmp_path_factory):
    """Every service's image, each from a checkout that holds no other service.

    Two are built at a time: while one unpacks, the other downloads.
    """
    history = run("git", "rev-parse", "--absolute-git-dir", cwd=ROOT).strip()

    def build(service: str) -> Built:
        root = tmp_path_factory.mktemp(f"{service}-alone")
        for part in ("shared", f"services/{service}"):
            shutil.copytree(ROOT / part, root / part, ignore=LEFT_OUT)
        (root / "datasets").mkdir()
        began = time.monotonic()
        done = subprocess.run(
            [MILLRACE, "image", service],
            cwd=root,
            env={**os.environ, **bases, "GIT_DIR": history},
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr
        reference = done.stdout.split()[0]
        took_s = time.monotonic() - began
        return Built(service, reference, engine.images.get(reference), took_s)

    with ThreadPoolExecutor(2) as builders:
        return {built.service: built for built in builders.map(build, SERVICES)}
