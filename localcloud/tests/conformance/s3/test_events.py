"""Events of writes."""

from __future__ import annotations

import json
import uuid

import pytest

from .writing import upload


@pytest.fixture
def events_of(aws, s3, bucket, eventually):
    """Runs writes and answers the messages that a queue and EventBridge got for them."""
    sqs, events = aws.client("sqs"), aws.client("events")
    name = uuid.uuid4().hex
    urls, arns = zip(*(aws.queue(f"{name}-{kind}") for kind in ("s3", "bus")), strict=True)
    s3.put_bucket_notification_configuration(
        Bucket=bucket,
        NotificationConfiguration={
            "QueueConfigurations": [{"QueueArn": arns[0], "Events": ["s3:ObjectCreated:*"]}],
            "EventBridgeConfiguration": {},
        },
    )
    pattern = {"source": ["aws.s3"], "detail": {"bucket": {"name": [bucket]}}}
    events.put_rule(Name=name, EventPattern=json.dumps(pattern))
    aws.afterwards(events.delete_rule, Name=name)
    aws.afterwards(events.remove_targets, Rule=name, Ids=["queue"])
    events.put_targets(Rule=name, Targets=[{"Id": "queue", "Arn": arns[1]}])

    def received(url, count):
        found = []

        def enough():
            answer = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10)
            found.extend(json.loads(message["Body"]) for message in answer.get("Messages", []))
            return len(found) >= count

        eventually(enough)
        return found

    def run(write, count):
        write()
        records = [m for m in received(urls[0], count + 1) if "Records" in m]
        return [m["Records"][0] for m in records], received(urls[1], count)

    return run


def test_each_write_raises_one_event_with_the_names_of_aws(s3, bucket, events_of):
    def write():
        upload(s3, bucket, "in/up load.csv", [b"1"])
        s3.put_object(Bucket=bucket, Key="in/a+b.csv", Body=b"22")

    records, messages = events_of(write, 2)

    assert sorted((r["eventName"], r["s3"]["object"]["key"]) for r in records) == [
        ("ObjectCreated:CompleteMultipartUpload", "in/up+load.csv"),
        ("ObjectCreated:Put", "in/a%2Bb.csv"),
    ]
    assert sorted((m["detail"]["reason"], m["detail"]["object"]["key"]) for m in messages) == [
        ("CompleteMultipartUpload", "in/up load.csv"),
        ("PutObject", "in/a+b.csv"),
    ]
    assert {m["detail-type"] for m in messages} == {"Object Created"}
    assert len({m["id"] for m in messages}) == 2
