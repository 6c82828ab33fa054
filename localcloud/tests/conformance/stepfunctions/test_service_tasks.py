"""Tasks that call other services."""

from __future__ import annotations

import json
import re

import pytest

from .machines import call, until

ISO_8601 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")


def test_an_sdk_answer_has_iso_8601_timestamps(aws, machines, unique):
    aws.database(unique)

    output = machines.output(call("aws-sdk:glue:getDatabase", {"Name": unique}))

    assert output["Database"]["Name"] == unique
    assert ISO_8601.fullmatch(output["Database"]["CreateTime"])
    assert "ResponseMetadata" not in output


def test_an_object_read_from_s3_is_a_string(aws, machines, unique):
    aws.bucket(unique)
    aws.client("s3").put_object(Bucket=unique, Key="k", Body='{"a": "ü"}'.encode())

    definition = call(
        "aws-sdk:s3:getObject",
        {"Bucket": unique, "Key": "k"},
        ResultSelector={"parsed.$": "States.StringToJson($.Body)"},
    )

    assert machines.output(definition) == {"parsed": {"a": "ü"}}


@pytest.mark.parametrize(
    ("action", "parameters", "error"),
    [
        ("aws-sdk:glue:getCrawler", {"Name": "absent"}, "Glue.EntityNotFoundException"),
        ("aws-sdk:ssm:getParameter", {"Name": "/absent"}, "Ssm.ParameterNotFoundException"),
        (
            "aws-sdk:sfn:describeExecution",
            {"ExecutionArn": "arn:aws:states:us-east-1:123456789012:execution:a:b"},
            "Sfn.ExecutionDoesNotExistException",
        ),
        (
            "aws-sdk:dynamodb:describeTable",
            {"TableName": "absent"},
            "DynamoDb.ResourceNotFoundException",
        ),
        (
            "dynamodb:getItem",
            {"TableName": "absent", "Key": {"pk": {"S": "1"}}},
            "DynamoDB.ResourceNotFoundException",
        ),
        (
            "glue:startJobRun.sync",
            {"JobName": "absent"},
            "Glue.EntityNotFoundException",
        ),
        (
            "states:startExecution",
            {"StateMachineArn": "arn:aws:states:us-east-1:123456789012:stateMachine:absent"},
            "StepFunctions.StateMachineDoesNotExistException",
        ),
        (
            "sns:publish",
            {"TopicArn": "arn:aws:sns:us-east-1:123456789012:no", "Message": "m"},
            "SNS",
        ),
    ],
)
def test_an_error_of_a_service_has_the_name_that_a_catch_knows_it_by(
    machines, action, parameters, error
):
    described = machines.run(call(action, parameters))

    assert described["status"] == "FAILED"
    assert described["error"].startswith(error)


@pytest.mark.parametrize("action", ["getObject", "headObject"])
def test_an_absent_object_is_no_such_key(aws, machines, unique, action):
    aws.bucket(unique)

    described = machines.run(call(f"aws-sdk:s3:{action}", {"Bucket": unique, "Key": "absent"}))

    assert described["error"] == "S3.NoSuchKeyException"


def test_a_message_is_published_with_a_json_body(aws, machines, unique):
    queue, _ = aws.queue(unique)

    machines.output(
        call("sqs:sendMessage", {"QueueUrl": queue, "MessageBody": {"run.$": "$.run"}}),
        {"run": "r1"},
    )

    messages = aws.client("sqs").receive_message(QueueUrl=queue)["Messages"]
    assert json.loads(messages[0]["Body"]) == {"run": "r1"}


def test_a_task_waits_for_its_token(aws, machines, unique):
    queue, _ = aws.queue(unique)
    execution = machines.start(
        machines.create(
            call(
                "sqs:sendMessage.waitForTaskToken",
                {"QueueUrl": queue, "MessageBody": {"token.$": "$$.Task.Token"}},
            )
        )
    )
    messages = until(
        lambda: aws.client("sqs").receive_message(QueueUrl=queue).get("Messages"), bool
    )
    token = json.loads(messages[0]["Body"])["token"]

    machines.client.send_task_success(taskToken=token, output='{"answer": 42}')

    assert json.loads(machines.wait(execution)["output"]) == {"answer": 42}
    with pytest.raises(machines.client.exceptions.TaskTimedOut):
        machines.client.send_task_success(taskToken=token, output="{}")


def test_a_failed_token_gives_its_error_and_cause(aws, machines, unique):
    queue, _ = aws.queue(unique)
    execution = machines.start(
        machines.create(
            call(
                "sqs:sendMessage.waitForTaskToken",
                {"QueueUrl": queue, "MessageBody": {"token.$": "$$.Task.Token"}},
            )
        )
    )
    messages = until(
        lambda: aws.client("sqs").receive_message(QueueUrl=queue).get("Messages"), bool
    )

    machines.client.send_task_failure(
        taskToken=json.loads(messages[0]["Body"])["token"], error="Approval.Refused", cause="no"
    )

    described = machines.wait(execution)
    assert (described["error"], described["cause"]) == ("Approval.Refused", "no")
