from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pytest
from conformance.cloudformation.deployed import Stacks

HERE = Path(__file__).parent


@pytest.fixture(scope="session")
def stacks(cloud):
    return Stacks(cloud.client("cloudformation"))


@pytest.fixture(scope="session")
def service_cloud(tmp_path_factory):
    """A cloud in which this project's environment stands for the image ``orders-service``."""
    # Every folder may have its own module named conftest; this is the one with the starter.
    spec = importlib.util.spec_from_file_location("cloud_process", HERE.parent / "conftest.py")
    process = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = process
    spec.loader.exec_module(process)
    home = tmp_path_factory.mktemp("service-cloud")
    with process.running_cloud(home, f"orders-service={HERE.parents[1]}") as running:
        yield running
