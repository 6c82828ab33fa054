from __future__ import annotations

import pytest

from .zones import Zone


@pytest.fixture
def zone(aws, role):
    return Zone.removed_afterwards(aws)
