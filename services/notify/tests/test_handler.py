from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import boto3
import pytest
from botocore.stub import Stubber
from channel import open_channel
from moto import mock_aws

from millrace_contracts import ExpectationMissed, RunRecovered, StageFailed
from millrace_contracts.state import RunStatus
from millrace_contracts.state.dynamodb import DynamoRunState
from millrace_notify import handler as edge
from millrace_notify.adapters.step_functions import StepFunctionsExecutions
from millrace_notify.errors import CallFailed

EVENTS = Path(__file__).parent / "events"
TOLD = json.loads((EVENTS / "from_notify_state.json").read_text())
CHANGED = json.loads((EVENTS / "execution_status_change.json").read_text())
INDEXED = ("pk", "sk", "gsi1pk", "gsi1sk", "gsi2pk", "gsi2sk")
OWNER = {
    "owner": {"team": "network", "email": "network@example.com"},
    "expect": {"fresh_within_hours": 26},
}


@dataclass
class Context:
    function_name: str = "millrace-local-notify"
    memory_limit_in_mb: int = 256
    invoked_function_arn: str = "arn:aws:lambda:us-east-1:123456789012:function:notify"
    aws_request_id: str = "request"


def _key(prefix):
    return [
        {"AttributeName": f"{prefix}pk", "KeyType": "HASH"},
        {"AttributeName": f"{prefix}sk", "KeyType": "RANGE"},
    ]


def _create_table():
    boto3.client("dynamodb").create_table(
        TableName="state",
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in INDEXED],
        KeySchema=_key(""),
        GlobalSecondaryIndexes=[
            {
                "IndexName": index,
                "KeySchema": _key(index),
                "Projection": {"ProjectionType": "ALL"},
            }
            for index in ("gsi1", "gsi2")
        ],
    )


@pytest.fixture
def inbox(monkeypatch):
    """What a queue subscribed to the topic receives."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setenv("STATE_URL", "dynamodb://state")
    monkeypatch.setenv("ARTIFACTS_BUCKET", "artifacts")
    edge._services.cache_clear()
    with mock_aws():
        s3, sns, sqs = (boto3.client(name) for name in ("s3", "sns", "sqs"))
        s3.create_bucket(Bucket="artifacts")
        s3.put_object(
            Bucket="artifacts",
            Key="datasets/flights/dataset.json",
            Body=json.dumps(OWNER).encode(),
        )
        _create_table()
        topic = sns.create_topic(Name="alerts")["TopicArn"]
        queue = sqs.create_queue(QueueName="alerts")["QueueUrl"]
        arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])
        sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn["Attributes"]["QueueArn"])
        monkeypatch.setenv("TOPIC_ARN", topic)

        def receive():
            received = sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10)
            return [json.loads(message["Body"]) for message in received.get("Messages", [])]

        yield receive
    edge._services.cache_clear()


def test_the_machines_own_failure_is_published_and_its_event_is_not(inbox):
    assert edge.handler(TOLD, Context())["published"] is True
    assert edge.handler(CHANGED, Context()) == {"published": False}

    (message,) = inbox()
    event = StageFailed.model_validate_json(message["Message"])
    assert event.cause.startswith("SpecMissing: flights")
    assert message["Subject"].startswith("[millrace] flights: ")
    assert message["MessageAttributes"]["dataset"]["Value"] == "flights"
    run = DynamoRunState(boto3.resource("dynamodb").Table("state")).run(TOLD["run_id"])
    assert run.status is RunStatus.FAILED


@pytest.mark.parametrize("error", ["DatasetsFailed", "States.TaskFailed"])
def test_what_only_says_that_runs_failed_is_left_to_those_runs(inbox, error):
    many = CHANGED["detail"]["executionArn"].replace("-pipeline:", "-pipelines:")
    detail = CHANGED["detail"] | {"executionArn": many, "error": error, "cause": "flights"}

    assert edge.handler(CHANGED | {"detail": detail}, Context()) == {"published": False}
    assert inbox() == []


def test_what_the_machine_could_not_tell_is_published_from_the_event(inbox):
    detail = CHANGED["detail"] | {"status": "TIMED_OUT", "error": None, "cause": None}
    answer = edge.handler(CHANGED | {"detail": detail}, Context())

    assert StageFailed.model_validate(answer["event"]).stage == "machine"
    assert len(inbox()) == 1


@pytest.mark.parametrize("text", ["not json", "[]", '{"dataset": 1}', None])
def test_a_run_with_a_malformed_input_is_published_too(inbox, text):
    detail = CHANGED["detail"] | {"input": text}
    answer = edge.handler(CHANGED | {"detail": detail}, Context())

    assert answer["event"]["dataset"] == "unknown"


def test_a_missing_topic_is_terminal_and_leaves_the_failure_to_be_announced(inbox, monkeypatch):
    right = boto3.client("sns").list_topics()["Topics"][0]["TopicArn"]
    monkeypatch.setenv("TOPIC_ARN", right + "-gone")
    with pytest.raises(Exception, match="CallRefused") as caught:
        edge.handler(TOLD, Context())
    assert type(caught.value).__name__ == "TerminalError"

    monkeypatch.setenv("TOPIC_ARN", right)
    edge._services.cache_clear()
    assert edge.handler(TOLD, Context())["published"] is True


def test_a_request_of_no_known_shape_is_terminal(inbox):
    with pytest.raises(Exception, match="dataset") as caught:
        edge.handler({"run_id": "r1"}, Context())
    assert type(caught.value).__name__ == "TerminalError"


def test_a_history_is_read_page_by_page_from_its_end():
    client = boto3.client("stepfunctions", region_name="us-east-1")
    arn = TOLD["execution_arn"]
    asked = {"executionArn": arn, "reverseOrder": True, "maxResults": 500}
    failed = {
        "id": 2,
        "previousEventId": 1,
        "type": "TaskFailed",
        "timestamp": 0,
        "taskFailedEventDetails": {
            "resourceType": "lambda",
            "resource": "invoke",
            "error": "E",
            "cause": "c",
        },
    }
    entered = {
        "id": 1,
        "type": "TaskStateEntered",
        "timestamp": 0,
        "stateEnteredEventDetails": {"name": "View"},
    }
    with Stubber(client) as stub:
        first = {"events": [failed], "nextToken": "more"}
        stub.add_response("get_execution_history", first, asked)
        stub.add_response(
            "get_execution_history", {"events": [entered]}, asked | {"nextToken": "more"}
        )
        events = list(StepFunctionsExecutions(client).history(arn))
    assert [(event.kind, event.state, event.error) for event in events] == [
        ("TaskFailed", "", "E"),
        ("TaskStateEntered", "View", ""),
    ]


def test_a_throttled_history_is_transient():
    client = boto3.client("stepfunctions", region_name="us-east-1")
    with Stubber(client) as stub:
        stub.add_client_error("get_execution_history", "ThrottlingException")
        with pytest.raises(CallFailed):
            list(StepFunctionsExecutions(client).history(TOLD["execution_arn"]))


def test_a_success_after_a_failure_is_announced_as_a_recovery_once(inbox):
    edge.handler(TOLD, Context())
    (first,) = inbox()
    run_id = TOLD["run_id"]
    state = DynamoRunState(boto3.resource("dynamodb").Table("state"))
    state.end_run(run_id, "flights", RunStatus.SUCCEEDED, datetime.now(UTC))
    detail = CHANGED["detail"] | {"status": "SUCCEEDED", "redriveCount": 1}
    succeeded = CHANGED | {"detail": detail}

    assert edge.handler(succeeded, Context())["published"] is True
    assert edge.handler(succeeded, Context()) == {"published": False}

    (message,) = inbox()
    assert RunRecovered.model_validate_json(message["Message"]).run_id == run_id
    assert message["Subject"] == f"[millrace] flights: recovered (run {run_id})"
    assert first["Subject"].startswith("[millrace] flights: unknown failed")


def test_the_schedule_finds_a_silent_dataset_and_counts_what_it_watched(inbox):
    asked = {"check": "expectations", "at": "2096-03-01T00:00:00Z"}

    assert edge.handler(asked, Context()) == {"published": 1}
    assert edge.handler(asked, Context()) == {"published": 0}

    (message,) = inbox()
    missed = ExpectationMissed.model_validate_json(message["Message"])
    assert (missed.dataset, missed.expectation) == ("flights", "fresh_within_hours")
    listed = boto3.client("cloudwatch").list_metrics(Namespace="Millrace")["Metrics"]
    names = {one["MetricName"] for one in listed}
    assert names == {"DatasetsSilent", "DatasetsWatched"}


def test_a_spec_that_cannot_be_read_does_not_keep_others_from_being_watched(inbox):
    boto3.client("s3").put_object(
        Bucket="artifacts", Key="datasets/broken/dataset.json", Body=b"no json"
    )

    assert edge.handler({"check": "expectations", "at": "2096-03-01T00:00:00Z"}, Context()) == {
        "published": 1
    }


def test_a_message_of_the_topic_is_posted_to_the_channel_of_its_owner(inbox, monkeypatch):
    with open_channel() as channel:
        urls = json.dumps({"network": f"{channel.url}/network"})
        boto3.client("secretsmanager").create_secret(Name="hooks", SecretString=urls)
        monkeypatch.setenv("WEBHOOK_SECRET", "hooks")
        edge._services.cache_clear()
        event = edge.handler(TOLD, Context())["event"]
        (message,) = inbox()
        delivered = {"Subject": message["Subject"], "Message": message["Message"]}

        assert edge.handler({"Records": [{"Sns": delivered}]}, Context()) == {"published": 1}

    ((path, _, sent),) = channel.received
    assert path == "/network"
    assert sent["text"].startswith("*[millrace] flights: ")
    assert event["cause"] in sent["text"]
