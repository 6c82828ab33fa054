from __future__ import annotations

import uuid

import pytest

from .machines import Machines, one_state


@pytest.fixture
def machines(aws, role):
    with Machines.removed_afterwards(aws.client("stepfunctions"), role) as machines:
        yield machines


@pytest.fixture
def unique():
    return uuid.uuid4().hex[:10]


@pytest.fixture
def passing(machines):
    return machines.create(one_state(Type="Pass"))


@pytest.fixture
def waiting(machines):
    return machines.create(one_state(Type="Wait", Seconds=300))
