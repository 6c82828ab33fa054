"""What Step Functions has on AWS and not here."""

from __future__ import annotations

import uuid

import boto3
import pytest
from botocore.config import Config


def test_what_is_not_offered_is_refused_by_name(machines):
    with pytest.raises(machines.client.exceptions.ClientError, match="activities"):
        machines.client.create_activity(name=uuid.uuid4().hex)
    # boto3 would put "sync-" before the host of this one.
    sync = boto3.client(
        "stepfunctions",
        endpoint_url=machines.client.meta.endpoint_url,
        region_name="us-east-1",
        aws_access_key_id="123456789012",
        aws_secret_access_key="local",
        config=Config(inject_host_prefix=False),
    )
    with pytest.raises(sync.exceptions.ClientError, match="TestState"):
        sync.test_state(definition="{}", roleArn=machines.role)
    run = "arn:aws:states:us-east-1:123456789012:mapRun:m/a:b"
    with pytest.raises(machines.client.exceptions.ClientError, match="UpdateMapRun"):
        machines.client.update_map_run(mapRunArn=run, maxConcurrency=1)


class NotSent(Exception):
    """In the place of a request; its text is the address."""


def test_a_synchronous_execution_needs_a_client_that_leaves_the_host_alone(cloud):
    client = cloud.client("stepfunctions")

    def refuse(request, **_context):
        raise NotSent(request.url)

    client.meta.events.register("before-send.sfn.StartSyncExecution", refuse)

    with pytest.raises(NotSent, match=r"^http://sync-127\.0\.0\.1:"):
        client.start_sync_execution(stateMachineArn="arn:aws:states:us-east-1:1:stateMachine:m")
