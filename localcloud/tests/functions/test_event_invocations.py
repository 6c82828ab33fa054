from __future__ import annotations

import json
import uuid

import pytest


@pytest.fixture
def queue(functions_cloud):
    sqs = functions_cloud.client("sqs")
    url = sqs.create_queue(QueueName=f"queue-{uuid.uuid4().hex[:8]}")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])

    class Queue:
        def __init__(self):
            self.url, self.arn = url, arn["Attributes"]["QueueArn"]

        def send(self, body):
            return sqs.send_message(QueueUrl=url, MessageBody=body)["MessageId"]

        def receive(self):
            answer = sqs.receive_message(
                QueueUrl=url, WaitTimeSeconds=20, MessageAttributeNames=["All"]
            )
            return answer["Messages"][0]

        def count(self):
            names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
            counts = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
            return sum(int(count) for count in counts.values())

    return Queue()


@pytest.fixture
def noting_function(make_function, tmp_path):
    """Make a function that notes each of its invocations; answers name and the reader of notes."""
    file = tmp_path / "notes"

    def make(handler, **settings):
        variables = {"Variables": {"NOTES": str(file)}}
        name = make_function(handler, Environment=variables, **settings)
        return name, lambda: file.read_text().splitlines() if file.exists() else []

    return make


def function_arn(name):
    return f"arn:aws:lambda:us-east-1:123456789012:function:{name}"


def test_an_event_invocation_is_accepted_at_once_and_runs(
    functions_cloud, noting_function, eventually
):
    name, notes = noting_function("note")

    answer = functions_cloud.client("lambda").invoke(
        FunctionName=name, InvocationType="Event", Payload=b'{"a": 1}'
    )

    assert answer["StatusCode"] == 202
    assert eventually(notes)[0].endswith("{'a': 1}")


def test_a_failing_event_is_tried_three_times_under_one_request_id_and_then_recorded(
    functions_cloud, noting_function, queue
):
    name, notes = noting_function("note_and_fail")
    client = functions_cloud.client("lambda")
    client.put_function_event_invoke_config(
        FunctionName=name, DestinationConfig={"OnFailure": {"Destination": queue.arn}}
    )

    client.invoke(FunctionName=name, InvocationType="Event", Payload=b'{"a": 1}')
    record = json.loads(queue.receive()["Body"])

    assert len(notes()) == 3
    assert len({line.split()[0] for line in notes()}) == 1
    assert record["requestContext"]["condition"] == "RetriesExhausted"
    assert record["requestContext"]["approximateInvokeCount"] == 3
    assert record["requestContext"]["functionArn"] == f"{function_arn(name)}:$LATEST"
    assert record["requestPayload"] == {"a": 1}
    assert record["responseContext"]["functionError"] == "Unhandled"
    assert record["responsePayload"]["errorMessage"] == "always"


def test_a_dead_letter_queue_gets_the_event_itself(functions_cloud, noting_function, queue):
    name, _ = noting_function("note_and_fail", DeadLetterConfig={"TargetArn": queue.arn})
    client = functions_cloud.client("lambda")
    client.put_function_event_invoke_config(FunctionName=name, MaximumRetryAttempts=0)

    client.invoke(FunctionName=name, InvocationType="Event", Payload=b'{"a": 1}')
    letter = queue.receive()

    assert json.loads(letter["Body"]) == {"a": 1}
    assert letter["MessageAttributes"]["ErrorMessage"]["StringValue"] == "always"


def test_a_throttled_event_waits_without_using_up_its_attempts(
    functions_cloud, noting_function, eventually
):
    name, notes = noting_function("note")
    client = functions_cloud.client("lambda")
    client.put_function_event_invoke_config(FunctionName=name, MaximumRetryAttempts=0)
    functions_cloud.control(
        "POST", "faults", {"service": "lambda", "name": name, "kind": "throttle", "times": 2}
    )

    client.invoke(FunctionName=name, InvocationType="Event")

    assert eventually(lambda: len(notes()) == 1)


def test_messages_of_a_queue_reach_the_function_even_those_sent_before_the_mapping(
    functions_cloud, noting_function, queue, eventually
):
    queue.send("2")
    name, notes = noting_function("fail_odd")

    functions_cloud.client("lambda").create_event_source_mapping(
        EventSourceArn=queue.arn, FunctionName=name
    )
    queue.send("4")

    assert eventually(lambda: sorted(notes()) == ["2", "4"])
    assert eventually(lambda: queue.count() == 0)


def test_only_the_failed_messages_of_a_batch_stay_in_the_queue(
    functions_cloud, noting_function, queue, eventually
):
    for number in range(4):
        queue.send(str(number))
    name, notes = noting_function("fail_odd")

    functions_cloud.client("lambda").create_event_source_mapping(
        EventSourceArn=queue.arn,
        FunctionName=name,
        FunctionResponseTypes=["ReportBatchItemFailures"],
    )

    assert eventually(lambda: sorted(notes()) == ["0", "1", "2", "3"])
    assert eventually(lambda: queue.count() == 2)


def test_a_stream_as_event_source_is_refused_by_name(functions_cloud, make_function):
    client = functions_cloud.client("lambda")

    with pytest.raises(client.exceptions.InvalidParameterValueException, match="only SQS"):
        client.create_event_source_mapping(
            EventSourceArn="arn:aws:kinesis:us-east-1:123456789012:stream/flights",
            FunctionName=make_function("echo"),
        )


def test_a_slow_function_does_not_hold_up_the_one_who_puts_an_object(
    functions_cloud, make_function, tmp_path, eventually
):
    s3 = functions_cloud.client("s3")
    bucket = f"bucket-{uuid.uuid4().hex[:8]}"
    s3.create_bucket(Bucket=bucket)
    file = tmp_path / "notes"
    name = make_function("note_slowly", Environment={"Variables": {"NOTES": str(file)}})
    s3.put_bucket_notification_configuration(
        Bucket=bucket,
        NotificationConfiguration={
            "LambdaFunctionConfigurations": [
                {"LambdaFunctionArn": function_arn(name), "Events": ["s3:ObjectCreated:*"]}
            ]
        },
    )

    s3.put_object(Bucket=bucket, Key="flights.csv", Body=b"a")

    assert not file.exists()
    assert eventually(lambda: file.exists() and "flights.csv" in file.read_text())
