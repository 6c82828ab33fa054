"""What a stop and a kill leave of a cloud."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from contextlib import suppress

import boto3
import pytest
from botocore.exceptions import ClientError

from millrace_localcloud.persistence import snapshot

MACHINE = "arn:aws:states:us-east-1:123456789012:stateMachine:waits"
ROLE = "arn:aws:iam::123456789012:role/machine"


def kill(cloud):
    cloud.process.send_signal(signal.SIGKILL)
    cloud.process.wait(30)


def use_many_services(cloud):
    s3 = cloud.client("s3")
    s3.create_bucket(Bucket="kept")
    s3.put_bucket_versioning(Bucket="kept", VersioningConfiguration={"Status": "Enabled"})
    s3.put_object(Bucket="kept", Key="a", Body=b"1")
    s3.put_object(Bucket="kept", Key="a", Body=b"2", ContentType="text/csv", Metadata={"r": "1"})
    cloud.client("sqs").create_queue(QueueName="kept")
    cloud.client("sns").create_topic(Name="kept")
    cloud.client("ssm").put_parameter(Name="/kept", Value="1", Type="String")
    cloud.client("glue").create_database(DatabaseInput={"Name": "kept"})
    tables = cloud.client("dynamodb")
    tables.create_table(
        TableName="kept",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    tables.put_item(TableName="kept", Item={"id": {"S": "1"}})
    start_waiting(cloud)


def start_waiting(cloud):
    states = cloud.client("stepfunctions")
    definition = {
        "StartAt": "Wait",
        "States": {"Wait": {"Type": "Wait", "Seconds": 3000, "End": True}},
    }
    states.create_state_machine(name="waits", definition=json.dumps(definition), roleArn=ROLE)
    states.start_execution(stateMachineArn=MACHINE, name="cut-off")


def check_many_services(cloud):
    s3 = cloud.client("s3")
    found = s3.get_object(Bucket="kept", Key="a")
    assert (found["Body"].read(), found["ContentType"]) == (b"2", "text/csv")
    assert found["Metadata"] == {"r": "1"}
    versions = s3.list_object_versions(Bucket="kept")["Versions"]
    old = next(version for version in versions if not version["IsLatest"])
    first = s3.get_object(Bucket="kept", Key="a", VersionId=old["VersionId"])
    assert first["Body"].read() == b"1"
    assert len(cloud.client("sqs").list_queues()["QueueUrls"]) == 1
    assert len(cloud.client("sns").list_topics()["Topics"]) == 1
    assert cloud.client("ssm").get_parameter(Name="/kept")["Parameter"]["Value"] == "1"
    assert cloud.client("glue").get_database(Name="kept")
    assert cloud.client("dynamodb").scan(TableName="kept")["Count"] == 1
    execution = cloud.client("stepfunctions").describe_execution(
        executionArn=MACHINE.replace("stateMachine", "execution") + ":cut-off"
    )
    assert execution["status"] == "ABORTED"
    assert "stopped" in execution["cause"]
    elsewhere = boto3.client(
        "s3",
        endpoint_url=cloud.endpoint,
        aws_access_key_id="123456789012",
        aws_secret_access_key="local",
        region_name="eu-west-1",
    )
    with pytest.raises(ClientError) as raised:
        elsewhere.create_bucket(
            Bucket="kept", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
        )
    assert raised.value.response["Error"]["Code"] == "BucketAlreadyOwnedByYou"


def test_the_state_of_every_service_survives_a_stop(start_cloud, tmp_path):
    with start_cloud(tmp_path) as cloud:
        use_many_services(cloud)

    with start_cloud(tmp_path) as cloud:
        check_many_services(cloud)


def test_the_state_of_every_service_survives_a_kill(start_cloud, tmp_path, eventually):
    with suppress(RuntimeError), start_cloud(tmp_path) as cloud:
        use_many_services(cloud)
        saved = tmp_path / "state" / "snapshot"
        assert eventually(lambda: saved.exists() and b"cut-off" in saved.read_bytes())
        kill(cloud)

    with start_cloud(tmp_path) as cloud:
        check_many_services(cloud)


def test_a_second_cloud_in_the_same_home_is_refused(start_cloud, tmp_path):
    with start_cloud(tmp_path) as cloud:
        second = subprocess.run(
            [sys.executable, "-m", "millrace_localcloud", "serve", "--home", str(tmp_path)],
            capture_output=True,
            text=True,
            timeout=60,
        )

        assert second.returncode == os.EX_TEMPFAIL
        assert "another local cloud runs" in second.stderr
        assert cloud.control("GET", "health")["status"] == "ready"


@pytest.mark.parametrize(
    ("break_it", "reason"),
    [
        (lambda text: text.replace(b'"moto": "', b'"moto": "0.'), "it was written with"),
        (lambda text: text[:-1] + b"?", "it is damaged"),
        (lambda text: b"nothing", "it is not a snapshot"),
    ],
)
def test_a_state_that_cannot_be_taken_up_whole_is_refused(tmp_path, break_it, reason):
    saved = tmp_path / "state" / "snapshot"
    saved.parent.mkdir()
    snapshot.write(saved, b"payload")
    saved.write_bytes(break_it(saved.read_bytes()))

    refused = subprocess.run(
        [sys.executable, "-m", "millrace_localcloud", "serve", "--home", str(tmp_path)],
        capture_output=True,
        text=True,
        timeout=60,
    )

    assert refused.returncode == os.EX_CONFIG
    assert reason in refused.stderr
    assert "Start with another home" in refused.stderr
