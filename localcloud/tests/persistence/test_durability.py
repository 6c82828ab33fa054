"""What was acknowledged is there after a kill the moment after."""

from __future__ import annotations

import json
import signal
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import boto3

ROLE = "arn:aws:iam::123456789012:role/machine"
PASS = {"StartAt": "P", "States": {"P": {"Type": "Pass", "End": True}}}


@dataclass(frozen=True)
class Write:
    """An acknowledged change, and a look at what is left of it."""

    service: str
    change: Callable[[Any, str], Any]
    """Called with the service's client and a name of its own."""
    look: Callable[[Any, str, Any], Any]
    """Called with the client after the restart, the name and what ``change`` answered."""


def send_message(sqs, name):
    url = sqs.create_queue(QueueName=name)["QueueUrl"]
    sqs.send_message(QueueUrl=url, MessageBody="lost")
    received = sqs.receive_message(QueueUrl=url)["Messages"][0]
    sqs.send_message(QueueUrl=url, MessageBody="kept")
    sqs.delete_message(QueueUrl=url, ReceiptHandle=received["ReceiptHandle"])
    return url


def read_messages(sqs, name, _url):
    url = sqs.get_queue_url(QueueName=name)["QueueUrl"]
    return [m["Body"] for m in sqs.receive_message(QueueUrl=url).get("Messages", [])] == ["kept"]


def create_table(glue, name):
    glue.create_database(DatabaseInput={"Name": name})
    storage = {"Columns": [{"Name": "a", "Type": "int"}], "Location": "s3://b/t"}
    table = {"Name": "t", "StorageDescriptor": storage, "PartitionKeys": [{"Name": "d"}]}
    glue.create_table(DatabaseName=name, TableInput=table)
    glue.create_partition(
        DatabaseName=name,
        TableName="t",
        PartitionInput={"Values": ["1"], "StorageDescriptor": storage},
    )


def get_partition(glue, name, _made):
    return glue.get_partition(DatabaseName=name, TableName="t", PartitionValues=["1"])


def put_secret(secrets, name):
    secrets.create_secret(Name=name, SecretString="first")
    return secrets.put_secret_value(SecretId=name, SecretString="second")["VersionId"]


def get_secret(secrets, name, version):
    found = secrets.get_secret_value(SecretId=name)
    return (found["SecretString"], found["VersionId"]) == ("second", version)


def create_machine(states, name):
    return states.create_state_machine(name=name, definition=json.dumps(PASS), roleArn=ROLE)[
        "stateMachineArn"
    ]


def describe_machine(states, _name, arn):
    return json.loads(states.describe_state_machine(stateMachineArn=arn)["definition"]) == PASS


def publish(sns, name):
    """A change of the queue, made by a request to the topic."""
    sqs = another(sns, "sqs")
    url = sqs.create_queue(QueueName=name)["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]
    topic = sns.create_topic(Name=name)["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn["QueueArn"])
    sns.publish(TopicArn=topic, Message="told")


def received(sns, name, _made):
    sqs = another(sns, "sqs")
    url = sqs.get_queue_url(QueueName=name)["QueueUrl"]
    (message,) = sqs.receive_message(QueueUrl=url)["Messages"]
    return json.loads(message["Body"])["Message"] == "told"


def another(client, service):
    return boto3.client(
        service,
        endpoint_url=client.meta.endpoint_url,
        region_name=client.meta.region_name,
        aws_access_key_id="123456789012",
        aws_secret_access_key="local",
    )


WRITES = [
    Write("sqs", send_message, read_messages),
    Write("glue", create_table, get_partition),
    Write(
        "ssm",
        lambda ssm, name: ssm.put_parameter(Name=name, Value="1", Type="String"),
        lambda ssm, name, _made: ssm.get_parameter(Name=name)["Parameter"]["Value"] == "1",
    ),
    Write("secretsmanager", put_secret, get_secret),
    Write("stepfunctions", create_machine, describe_machine),
    Write("sns", publish, received),
    Write(
        "dynamodb",
        lambda tables, name: tables.create_table(
            TableName=name,
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        ),
        lambda tables, name, _made: tables.describe_table(TableName=name),
    ),
]


def test_what_was_acknowledged_survives_a_kill_the_moment_after(start_cloud, tmp_path):
    before = []
    for writes in [*batched(WRITES, 2), []]:
        with start_cloud(tmp_path) as cloud:
            for write, name, made in before:
                assert write.look(cloud.client(write.service), name, made), write.service
            before = []
            clients = [cloud.client(write.service) for write in writes]
            for write, client in zip(writes, clients, strict=True):
                name = f"kept-{write.service}"
                before.append((write, name, write.change(client, name)))
            if writes:
                kill(cloud)


def batched(writes, size):
    return [writes[start : start + size] for start in range(0, len(writes), size)]


def test_an_execution_that_was_running_is_there_with_its_history_and_goes_on(
    start_cloud, tmp_path, eventually
):
    waits = {"Type": "Wait", "SecondsPath": "$", "End": True}
    each = {
        "Type": "Map",
        "ItemsPath": "$.seconds",
        "ItemProcessor": {"StartAt": "Item", "States": {"Item": waits}},
    }
    definition = {
        "StartAt": "Both",
        "States": {
            "Both": {
                "Type": "Parallel",
                "End": True,
                "Branches": [
                    {
                        "StartAt": "Quick",
                        "States": {"Quick": {"Type": "Pass", "Result": 1, "End": True}},
                    },
                    {
                        "StartAt": "Slow",
                        "States": {"Slow": {"Type": "Wait", "Seconds": 3, "End": True}},
                    },
                    {"StartAt": "Each", "States": {"Each": {**each, "End": True}}},
                ],
            }
        },
    }
    with start_cloud(tmp_path) as cloud:
        states = cloud.client("stepfunctions")
        machine = states.create_state_machine(
            name="cut", definition=json.dumps(definition), roleArn=ROLE
        )["stateMachineArn"]
        ended = states.start_execution(
            stateMachineArn=create_machine(states, "passes"), name="ended", input='{"n": 1}'
        )["executionArn"]
        execution = states.start_execution(
            stateMachineArn=machine, name="cut", input='{"seconds":[0,3]}'
        )["executionArn"]
        seen = eventually(
            lambda: (
                (events := history_of(states, execution))
                and {"PassStateExited", "MapIterationSucceeded"} <= {e["type"] for e in events}
                and [e["type"] for e in events].count("WaitStateEntered") == 3
                and events
            )
        )
        assert eventually(
            lambda: states.describe_execution(executionArn=ended)["status"] == "SUCCEEDED"
        )
        seen_of_ended = history_of(states, ended)
        kill(cloud)

    with start_cloud(tmp_path) as again:
        states = again.client("stepfunctions")
        described = states.describe_execution(executionArn=ended)
        assert (described["status"], json.loads(described["output"])) == ("SUCCEEDED", {"n": 1})
        assert history_of(states, ended) == seen_of_ended
        described = states.describe_execution(executionArn=execution)
        assert (described["status"], described["error"]) == ("ABORTED", "LocalCloud.Stopped")
        assert "stopped while this execution was running" in described["cause"]
        *before, last = history_of(states, execution)
        assert before == seen
        assert last["type"] == "ExecutionAborted"

        states.redrive_execution(executionArn=execution)

        assert eventually(
            lambda: states.describe_execution(executionArn=execution)["status"] == "SUCCEEDED"
        )
        (_redriven, *resumed) = history_of(states, execution)[len(before) + 1 :]
        names = [e.get("stateEnteredEventDetails", {}).get("name") for e in resumed]
        assert sorted(name for name in names if name) == ["Both", "Each", "Item", "Slow"]
        begun = [e.get("mapIterationStartedEventDetails", {}).get("index") for e in resumed]
        assert [index for index in begun if index is not None] == [1]
        output = states.describe_execution(executionArn=execution)["output"]
        assert json.loads(output) == [1, {"seconds": [0, 3]}, [0, 3]]


def history_of(states, execution):
    return states.get_execution_history(executionArn=execution, maxResults=1000)["events"]


def kill(cloud):
    cloud.process.send_signal(signal.SIGKILL)
    cloud.process.wait(60)
