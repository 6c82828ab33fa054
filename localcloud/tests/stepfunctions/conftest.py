from __future__ import annotations

import pytest
from conformance.stepfunctions.machines import Machines


@pytest.fixture(scope="session")
def machines(cloud):
    return Machines(cloud.client("stepfunctions"))
