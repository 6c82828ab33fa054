"""The account under test, by environment variables."""

from __future__ import annotations

import json
import os
import uuid
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import boto3
import pytest
from botocore.config import Config

from .functions.zipped import make_function
from .glue.jobs import Jobs
from .sagemaker.jobs import Jobs as SageMakerJobs
from .target import Target

TARGET = "MILLRACE_CONFORMANCE_TARGET"
ROLE = "MILLRACE_CONFORMANCE_ROLE"
IMAGE = "MILLRACE_CONFORMANCE_IMAGE"
SERVICES = ("events", "glue", "lambda", "sagemaker", "scheduler", "states")


@pytest.fixture(scope="session")
def account(request: pytest.FixtureRequest) -> Target:
    chosen = os.environ.get(TARGET, "local")
    if chosen == "aws":
        session = boto3.Session()

        def client(service: str, **settings: Any) -> Any:
            return session.client(service, config=Config(**settings))

        role, image = os.environ.get(ROLE, ""), os.environ.get(IMAGE, "")
        return Target(client, role, image, patience_s=900)
    if chosen != "local":
        raise pytest.UsageError(f"{TARGET} is {chosen!r}; it may be local or aws")
    cloud = request.getfixturevalue("cloud")
    return Target(
        cloud.client,
        assumed_by_services(cloud.client("iam")),
        "123456789012.dkr.ecr.us-east-1.amazonaws.com/conformance:1",
        # A wheel's name tells the local cloud in which environment a job runs.
        {"--additional-python-modules": "s3://code/conformance-1.0-py3-none-any.whl"},
        {"inject_host_prefix": False},
    )


def assumed_by_services(iam: Any) -> str:
    trust = {
        "Effect": "Allow",
        "Principal": {"Service": [f"{service}.amazonaws.com" for service in SERVICES]},
        "Action": "sts:AssumeRole",
    }
    document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    made = iam.create_role(RoleName="conformance", AssumeRolePolicyDocument=document)
    return str(made["Role"]["Arn"])


@pytest.fixture
def aws(account: Target) -> Iterator[Target]:
    """The account, without what the test made in it once the test is over."""
    with account.tidied() as target:
        yield target


@pytest.fixture(scope="session")
def role(account: Target) -> str:
    if not account.role:
        pytest.skip(f"{ROLE} does not name a role that {', '.join(SERVICES)} may assume")
    return account.role


@pytest.fixture(scope="session")
def image(account: Target) -> str:
    if not account.image:
        pytest.skip(f"{IMAGE} does not name an image that has Python")
    return account.image


@pytest.fixture
def function(aws: Target, role: str) -> Callable[..., str]:
    """Make a function of a few lines; answers its name."""
    return partial(make_function, aws)


@pytest.fixture
def jobs(aws: Target, role: str) -> Jobs:
    """Glue's Python shell jobs."""
    return Jobs(
        aws.client,
        aws.bucket(f"jobs-{uuid.uuid4().hex[:12]}"),
        arguments=aws.job_arguments,
        role=role,
        patience_s=aws.patience_s,
        afterwards=aws.afterwards,
    )


@pytest.fixture
def sagemaker(aws: Target, role: str, image: str) -> SageMakerJobs:
    bucket = aws.bucket(f"sagemaker-{uuid.uuid4().hex[:12]}")
    return SageMakerJobs(aws.client, bucket, role, image, aws.patience_s)
