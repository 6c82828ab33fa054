from __future__ import annotations

import pytest

from .deployed import Stacks


@pytest.fixture
def stacks(aws):
    with Stacks.removed_afterwards(aws.client("cloudformation")) as stacks:
        yield stacks
