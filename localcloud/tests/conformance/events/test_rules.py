"""Rules and what reaches their targets."""

from __future__ import annotations

import json

import pytest
from botocore.exceptions import ClientError

from ..stepfunctions.machines import Machines, one_state


def test_a_queue_gets_the_event_as_documented(aws, rule, put, queue):
    source = rule({"Arn": queue.arn})

    event_id = put(source, {"rows": 3}, Resources=["arn:aws:s3:::landing"])

    event = queue.receive_json()
    assert event.pop("time").endswith("Z")
    assert event == {
        "version": "0",
        "id": event_id,
        "detail-type": "Batch Landed",
        "source": source,
        "account": aws.account,
        "region": aws.region,
        "resources": ["arn:aws:s3:::landing"],
        "detail": {"rows": 3},
    }


def test_a_state_machine_is_started_with_the_transformed_event(aws, rule, put, role):
    transformer = {
        "InputPathsMap": {"dataset": "$.detail.dataset"},
        "InputTemplate": '{"dataset": <dataset>}',
    }
    states = aws.client("stepfunctions")
    with Machines.removed_afterwards(states, role) as machines:
        machine = machines.create(one_state(Type="Succeed"))
        source = rule({"Arn": machine, "RoleArn": role, "InputTransformer": transformer})

        put(source, {"dataset": "flights"})

        [execution] = aws.until(
            lambda: states.list_executions(stateMachineArn=machine)["executions"]
        )
        described = states.describe_execution(executionArn=execution["executionArn"])
        assert json.loads(described["input"]) == {"dataset": "flights"}


def test_input_and_input_path_choose_what_the_target_gets(rule, put, queue):
    source = rule(
        {"Arn": queue.arn, "Input": '{"constant": true}'},
        {"Arn": queue.arn, "InputPath": "$.detail"},
    )

    put(source, {"rows": 3})

    bodies = [queue.receive_json() for _ in range(2)]
    assert {"constant": True} in bodies
    assert {"rows": 3} in bodies


def test_only_events_that_match_the_pattern_start_a_target(rule, put, queue):
    source = rule({"Arn": queue.arn}, detail={"status": [{"anything-but": "SUCCEEDED"}]})

    put(source, {"status": "SUCCEEDED"})
    put(source, {"status": "FAILED"})

    assert queue.receive_json()["detail"] == {"status": "FAILED"}
    assert queue.is_empty()


def test_a_disabled_rule_starts_nothing(aws, rule, put, queue):
    source = rule({"Arn": queue.arn})
    aws.client("events").disable_rule(Name=source)

    put(source)

    assert queue.is_empty()


def test_a_target_that_is_gone_fails_no_publisher_and_leaves_a_dead_letter(aws, rule, put, queue):
    gone = f"arn:aws:lambda:{aws.region}:{aws.account}:function:gone"
    source = rule({"Arn": gone, "DeadLetterConfig": {"Arn": queue.arn}})

    event_id = put(source, {"rows": 3})

    letter = queue.receive()
    assert json.loads(letter["Body"])["id"] == event_id
    attributes = {name: value["StringValue"] for name, value in letter["MessageAttributes"].items()}
    assert attributes["TARGET_ARN"] == gone
    assert attributes["RULE_ARN"].endswith(f":rule/{source}")
    assert attributes["ERROR_CODE"] == "ResourceNotFoundException"


def test_a_template_with_an_undefined_variable_is_refused(rule, queue):
    transformer = {"InputPathsMap": {"a": "$.detail"}, "InputTemplate": '{"a": <b>}'}

    with pytest.raises(ClientError) as refused:
        rule({"Arn": queue.arn, "InputTransformer": transformer})

    assert refused.value.response["Error"]["Code"] == "ValidationException"


@pytest.mark.parametrize(
    "expression", ["cron(bad)", "cron(0 6 * * * *)", "rate(1 minutes)", "at(2030-01-01T00:00:00)"]
)
def test_a_schedule_expression_that_aws_refuses_is_refused(aws, expression):
    with pytest.raises(ClientError) as refused:
        aws.client("events").put_rule(Name="bad", ScheduleExpression=expression)

    assert refused.value.response["Error"]["Code"] == "ValidationException"
    assert "ScheduleExpression" in str(refused.value)


def test_an_object_put_into_a_bucket_reaches_a_rule(aws, rule, queue, unique):
    s3, bucket = aws.client("s3"), aws.bucket(f"bucket-{unique}")
    s3.put_bucket_notification_configuration(
        Bucket=bucket, NotificationConfiguration={"EventBridgeConfiguration": {}}
    )
    rule(
        {"Arn": queue.arn},
        source=["aws.s3"],
        **{"detail-type": ["Object Created"]},
        detail={"bucket": {"name": [bucket]}, "object": {"key": [{"prefix": "flights/"}]}},
    )

    s3.put_object(Bucket=bucket, Key="other/a.csv", Body=b"a")
    s3.put_object(Bucket=bucket, Key="flights/a.csv", Body=b"a")

    event = queue.receive_json()
    assert event["detail"]["object"]["key"] == "flights/a.csv"
    assert event["time"].endswith("Z")
