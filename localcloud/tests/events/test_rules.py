from __future__ import annotations

import json
import uuid

import pytest
from botocore.exceptions import ClientError

MACHINE_ROLE = "arn:aws:iam::123456789012:role/machine"


@pytest.fixture
def rule(functions_cloud):
    """Make a rule on events of a source of its own; answers name and source."""
    events = functions_cloud.client("events")

    def make(*targets, **pattern):
        name = f"rule-{uuid.uuid4().hex[:8]}"
        events.put_rule(Name=name, EventPattern=json.dumps({"source": [name], **pattern}))
        if targets:
            events.put_targets(
                Rule=name,
                Targets=[
                    {"Id": str(number), **({"Arn": target} if isinstance(target, str) else target)}
                    for number, target in enumerate(targets)
                ],
            )
        return name

    return make


@pytest.fixture
def put(functions_cloud):
    def send(source, detail=None, **entry):
        answer = functions_cloud.client("events").put_events(
            Entries=[
                {
                    "Source": source,
                    "DetailType": "Batch Landed",
                    "Detail": json.dumps(detail or {}),
                    **entry,
                }
            ]
        )
        assert answer["FailedEntryCount"] == 0
        return answer["Entries"][0]["EventId"]

    return send


def test_a_queue_gets_the_event_as_documented(rule, put, queue):
    source = rule(queue.arn)

    event_id = put(source, {"rows": 3}, Resources=["arn:aws:s3:::landing"])

    event = queue.receive_json()
    assert event.pop("time").endswith("Z")
    assert event == {
        "version": "0",
        "id": event_id,
        "detail-type": "Batch Landed",
        "source": source,
        "account": "123456789012",
        "region": "us-east-1",
        "resources": ["arn:aws:s3:::landing"],
        "detail": {"rows": 3},
    }


def test_a_function_is_invoked_with_the_event(rule, put, make_function, eventually, tmp_path):
    file = tmp_path / "notes"
    name = make_function("note", Environment={"Variables": {"NOTES": str(file)}})
    source = rule(f"arn:aws:lambda:us-east-1:123456789012:function:{name}")

    put(source, {"rows": 3})

    assert eventually(lambda: file.exists() and "'detail': {'rows': 3}" in file.read_text())


def test_a_state_machine_is_started_with_the_transformed_event(
    rule, put, functions_cloud, eventually
):
    machines = functions_cloud.client("stepfunctions")
    arn = machines.create_state_machine(
        name=f"machine-{uuid.uuid4().hex[:8]}",
        roleArn=MACHINE_ROLE,
        definition=json.dumps({"StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}}),
    )["stateMachineArn"]
    transformer = {
        "InputPathsMap": {"dataset": "$.detail.dataset"},
        "InputTemplate": '{"dataset": <dataset>}',
    }
    source = rule({"Arn": arn, "RoleArn": MACHINE_ROLE, "InputTransformer": transformer})

    put(source, {"dataset": "flights"})

    def succeeded():
        return machines.list_executions(stateMachineArn=arn, statusFilter="SUCCEEDED")["executions"]

    [execution] = eventually(succeeded)
    described = machines.describe_execution(executionArn=execution["executionArn"])
    assert json.loads(described["input"]) == {"dataset": "flights"}


def test_a_topic_and_a_log_group_get_the_event(rule, put, functions_cloud, queue, eventually):
    sns, logs = functions_cloud.client("sns"), functions_cloud.client("logs")
    suffix = uuid.uuid4().hex[:8]
    topic = sns.create_topic(Name=f"topic-{suffix}")["TopicArn"]
    sns.subscribe(
        TopicArn=topic,
        Protocol="sqs",
        Endpoint=queue.arn,
        Attributes={"RawMessageDelivery": "true"},
    )
    group = f"/aws/events/{suffix}"
    logs.create_log_group(logGroupName=group)
    source = rule(topic, f"arn:aws:logs:us-east-1:123456789012:log-group:{group}")

    put(source, {"rows": 3})

    assert queue.receive_json()["detail"] == {"rows": 3}
    [event] = eventually(lambda: logs.filter_log_events(logGroupName=group)["events"])
    assert json.loads(event["message"])["detail"] == {"rows": 3}


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
    source = rule(queue.arn, detail={"status": [{"anything-but": "SUCCEEDED"}]})

    put(source, {"status": "SUCCEEDED"})
    put(source, {"status": "FAILED"})

    assert queue.receive_json()["detail"] == {"status": "FAILED"}
    assert queue.is_empty()


def test_a_disabled_rule_starts_nothing(rule, put, queue, functions_cloud):
    source = rule(queue.arn)
    functions_cloud.client("events").disable_rule(Name=source)

    put(source)

    assert queue.is_empty()


def test_a_target_that_is_gone_fails_no_publisher_and_leaves_a_dead_letter(rule, put, queue):
    gone = "arn:aws:lambda:us-east-1:123456789012:function:gone"
    source = rule({"Arn": gone, "DeadLetterConfig": {"Arn": queue.arn}})

    event_id = put(source, {"rows": 3})

    letter = queue.receive()
    assert json.loads(letter["Body"])["id"] == event_id
    attributes = {name: value["StringValue"] for name, value in letter["MessageAttributes"].items()}
    assert attributes["TARGET_ARN"] == gone
    assert attributes["RULE_ARN"].endswith(f":rule/{source}")
    assert attributes["ERROR_CODE"] == "ResourceNotFoundException"


def test_a_kind_of_target_that_is_not_served_is_refused_by_name(rule):
    with pytest.raises(ClientError, match=r"arn:aws:batch.* not served"):
        rule("arn:aws:batch:us-east-1:123456789012:job-queue/heavy")


def test_a_template_with_an_undefined_variable_is_refused(rule, queue):
    transformer = {"InputPathsMap": {"a": "$.detail"}, "InputTemplate": '{"a": <b>}'}

    with pytest.raises(ClientError) as refused:
        rule({"Arn": queue.arn, "InputTransformer": transformer})

    assert refused.value.response["Error"]["Code"] == "ValidationException"


@pytest.mark.parametrize(
    "expression", ["cron(bad)", "cron(0 6 * * * *)", "rate(1 minutes)", "at(2030-01-01T00:00:00)"]
)
def test_a_schedule_expression_that_aws_refuses_is_refused(functions_cloud, expression):
    with pytest.raises(ClientError) as refused:
        functions_cloud.client("events").put_rule(Name="bad", ScheduleExpression=expression)

    assert refused.value.response["Error"]["Code"] == "ValidationException"
    assert "ScheduleExpression" in str(refused.value)


def test_an_object_put_into_a_bucket_reaches_a_rule(functions_cloud, queue):
    s3, events = functions_cloud.client("s3"), functions_cloud.client("events")
    bucket = f"bucket-{uuid.uuid4().hex[:8]}"
    s3.create_bucket(Bucket=bucket)
    s3.put_bucket_notification_configuration(
        Bucket=bucket, NotificationConfiguration={"EventBridgeConfiguration": {}}
    )
    pattern = {
        "source": ["aws.s3"],
        "detail-type": ["Object Created"],
        "detail": {"bucket": {"name": [bucket]}, "object": {"key": [{"prefix": "flights/"}]}},
    }
    events.put_rule(Name=bucket, EventPattern=json.dumps(pattern))
    events.put_targets(Rule=bucket, Targets=[{"Id": "queue", "Arn": queue.arn}])

    s3.put_object(Bucket=bucket, Key="other/a.csv", Body=b"a")
    s3.put_object(Bucket=bucket, Key="flights/a.csv", Body=b"a")

    event = queue.receive_json()
    assert event["detail"]["object"]["key"] == "flights/a.csv"
    assert event["time"].endswith("Z")
