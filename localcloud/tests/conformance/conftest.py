"""The account under test, by one environment variable."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.config import Config

from .target import Target

TARGET = "MILLRACE_CONFORMANCE_TARGET"
ROLE = "MILLRACE_CONFORMANCE_ROLE"


@pytest.fixture(scope="session")
def account(request: pytest.FixtureRequest) -> Target:
    chosen = os.environ.get(TARGET, "local")
    if chosen == "aws":
        session = boto3.Session()

        def client(service: str, **settings: Any) -> Any:
            return session.client(service, config=Config(**settings))

        return Target(client, os.environ.get(ROLE, ""))
    if chosen != "local":
        raise pytest.UsageError(f"{TARGET} is {chosen!r}; it may be local or aws")
    cloud = request.getfixturevalue("cloud")
    return Target(cloud.client, "arn:aws:iam::123456789012:role/machine")


@pytest.fixture
def aws(account: Target) -> Iterator[Target]:
    """The account, without what the test made in it once the test is over."""
    with Target(account.client, account.machine_role).tidied() as target:
        yield target


@pytest.fixture
def machine_role(account: Target) -> str:
    if not account.machine_role:
        pytest.skip(f"{ROLE} does not name the role of the state machines")
    return account.machine_role
