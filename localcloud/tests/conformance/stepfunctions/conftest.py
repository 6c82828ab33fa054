from __future__ import annotations

import uuid

import pytest

from .logged import Logged
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


@pytest.fixture
def log_group(aws, unique):
    """Make a log group for a machine."""

    def make(level="ALL", **settings):
        logs, name = aws.client("logs"), f"/conformance/{unique}"
        logs.create_log_group(logGroupName=name)
        aws.afterwards(logs.delete_log_group, logGroupName=name)
        arn = f"arn:aws:logs:{aws.region}:{aws.account}:log-group:{name}:*"
        return Logged(logs, name, arn, level, **settings)

    return make
