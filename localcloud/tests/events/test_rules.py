from __future__ import annotations

import json
import uuid

import pytest
from botocore.exceptions import ClientError


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


def test_a_function_is_invoked_with_the_event(rule, put, make_function, eventually, tmp_path):
    file = tmp_path / "notes"
    name = make_function("note", Environment={"Variables": {"NOTES": str(file)}})
    source = rule(f"arn:aws:lambda:us-east-1:123456789012:function:{name}")

    put(source, {"rows": 3})

    assert eventually(lambda: file.exists() and "'detail': {'rows': 3}" in file.read_text())


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


def test_a_kind_of_target_that_is_not_served_is_refused_by_name(rule):
    with pytest.raises(ClientError, match=r"arn:aws:batch.* not served"):
        rule("arn:aws:batch:us-east-1:123456789012:job-queue/heavy")
