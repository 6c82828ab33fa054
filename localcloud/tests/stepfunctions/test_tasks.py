"""Tasks that call other services."""

from __future__ import annotations

import hashlib
import json
import re
import uuid

import pytest
from conformance.stepfunctions.machines import ROLE, one_state, sequence, until

ISO_8601 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")


@pytest.fixture
def unique():
    return uuid.uuid4().hex[:10]


def call(action, parameters, **state):
    return one_state(
        "Call",
        Type="Task",
        Resource=f"arn:aws:states:::{action}",
        Parameters=parameters,
        TimeoutSeconds=60,
        **state,
    )


def test_an_sdk_answer_has_iso_8601_timestamps(machines, cloud, unique):
    cloud.client("glue").create_database(DatabaseInput={"Name": unique})

    output = machines.output(call("aws-sdk:glue:getDatabase", {"Name": unique}))

    assert output["Database"]["Name"] == unique
    assert ISO_8601.fullmatch(output["Database"]["CreateTime"])
    assert "ResponseMetadata" not in output


def test_an_object_read_from_s3_is_a_string(machines, cloud, unique):
    cloud.client("s3").create_bucket(Bucket=unique)
    cloud.client("s3").put_object(Bucket=unique, Key="k", Body='{"a": "ü"}'.encode())

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


def test_an_absent_object_is_no_such_key(machines, cloud, unique):
    cloud.client("s3").create_bucket(Bucket=unique)

    described = machines.run(call("aws-sdk:s3:getObject", {"Bucket": unique, "Key": "absent"}))

    assert described["error"] == "S3.NoSuchKeyException"


def test_a_message_is_published_with_a_json_body(machines, cloud, unique):
    queue = cloud.client("sqs").create_queue(QueueName=unique)["QueueUrl"]

    machines.output(
        call("sqs:sendMessage", {"QueueUrl": queue, "MessageBody": {"run.$": "$.run"}}),
        {"run": "r1"},
    )

    messages = cloud.client("sqs").receive_message(QueueUrl=queue)["Messages"]
    assert json.loads(messages[0]["Body"]) == {"run": "r1"}


def test_a_task_waits_for_its_token(machines, cloud, unique):
    queue = cloud.client("sqs").create_queue(QueueName=unique)["QueueUrl"]
    execution = machines.start(
        machines.create(
            call(
                "sqs:sendMessage.waitForTaskToken",
                {"QueueUrl": queue, "MessageBody": {"token.$": "$$.Task.Token"}},
            )
        )
    )
    messages = until(
        lambda: cloud.client("sqs").receive_message(QueueUrl=queue).get("Messages"), bool
    )
    token = json.loads(messages[0]["Body"])["token"]

    machines.client.send_task_success(taskToken=token, output='{"answer": 42}')

    assert json.loads(machines.wait(execution)["output"]) == {"answer": 42}
    with pytest.raises(machines.client.exceptions.TaskTimedOut):
        machines.client.send_task_success(taskToken=token, output="{}")


def test_a_failed_token_gives_its_error_and_cause(machines, cloud, unique):
    queue = cloud.client("sqs").create_queue(QueueName=unique)["QueueUrl"]
    execution = machines.start(
        machines.create(
            call(
                "sqs:sendMessage.waitForTaskToken",
                {"QueueUrl": queue, "MessageBody": {"token.$": "$$.Task.Token"}},
            )
        )
    )
    messages = until(
        lambda: cloud.client("sqs").receive_message(QueueUrl=queue).get("Messages"), bool
    )

    machines.client.send_task_failure(
        taskToken=json.loads(messages[0]["Body"])["token"], error="Approval.Refused", cause="no"
    )

    described = machines.wait(execution)
    assert (described["error"], described["cause"]) == ("Approval.Refused", "no")


def nested(child, pattern, **parameters):
    return call(f"states:startExecution{pattern}", {"StateMachineArn": child, **parameters})


def test_a_nested_execution_answers_its_output_as_json_with_sync_2(machines):
    child = machines.create(one_state(Type="Pass", Parameters={"got.$": "$.n"}))

    output = machines.output(
        nested(child, ".sync:2", **{"Input": {"n.$": "$.n"}, "Name.$": "$.name"}),
        {"n": 7, "name": f"child-{uuid.uuid4().hex}"},
    )

    assert output["Output"] == {"got": 7}
    assert output["Input"] == {"n": 7}
    assert output["Status"] == "SUCCEEDED"
    assert output["Name"].startswith("child-")
    assert isinstance(output["StartDate"], int)


def test_a_nested_execution_answers_its_output_as_a_string_with_sync(machines):
    child = machines.create(one_state(Type="Pass", Result={"got": 1}))

    assert json.loads(machines.output(nested(child, ".sync"))["Output"]) == {"got": 1}


def test_a_nested_execution_that_fails_fails_the_task_with_its_description(machines):
    child = machines.create(one_state(Type="Fail", Error="Child.Broken", Cause="why"))

    described = machines.run(nested(child, ".sync:2"))

    assert described["error"] == "States.TaskFailed"
    cause = json.loads(described["cause"])
    assert (cause["Status"], cause["Error"], cause["Cause"]) == ("FAILED", "Child.Broken", "why")


def test_the_error_of_a_sync_task_is_caught_as_task_failed(machines):
    child = machines.create(one_state(Type="Fail", Error="Child.Broken"))
    definition = sequence(
        {
            "Name": "Nested",
            **nested(child, ".sync:2")["States"]["Call"],
            "Next": "Caught",
            "Catch": [{"ErrorEquals": ["States.TaskFailed"], "Next": "Caught"}],
        },
        {"Name": "Caught", "Type": "Pass", "Result": "caught"},
    )
    del definition["States"]["Nested"]["End"]

    assert machines.output(definition) == "caught"


def test_a_task_that_times_out_ends_the_execution_it_waited_for(machines):
    child = machines.create(one_state(Type="Wait", Seconds=300))
    definition = nested(child, ".sync:2", Name=f"slow-{uuid.uuid4().hex}")
    definition["States"]["Call"]["TimeoutSeconds"] = 1

    described = machines.run(definition)

    assert described["error"] == "States.Timeout"
    (started,) = machines.client.list_executions(stateMachineArn=child)["executions"]
    assert machines.wait(started["executionArn"])["status"] == "ABORTED"


def test_stopping_an_execution_ends_the_one_it_waits_for(machines):
    child = machines.create(one_state(Type="Wait", Seconds=300))
    execution = machines.start(machines.create(nested(child, ".sync:2")))
    started = until(
        lambda: machines.client.list_executions(stateMachineArn=child)["executions"], bool
    )

    machines.client.stop_execution(executionArn=execution, error="Operator", cause="enough")

    described = machines.wait(execution)
    assert (described["status"], described["error"], described["cause"]) == (
        "ABORTED",
        "Operator",
        "enough",
    )
    assert machines.wait(started[0]["executionArn"])["status"] == "ABORTED"
    types = machines.event_types(execution)
    assert types[-1] == "ExecutionAborted"
    assert "TaskSucceeded" not in types


def test_a_machine_that_times_out_ends_the_execution_it_waits_for(machines):
    child = machines.create(one_state(Type="Wait", Seconds=300))

    described = machines.run({**nested(child, ".sync:2"), "TimeoutSeconds": 2})

    assert described["status"] == "TIMED_OUT"
    (started,) = machines.client.list_executions(stateMachineArn=child)["executions"]
    assert machines.wait(started["executionArn"])["status"] == "ABORTED"


def test_a_failing_branch_ends_the_execution_that_another_branch_waits_for(machines):
    child = machines.create(one_state(Type="Wait", Seconds=300))
    quick = sequence(
        {"Name": "Pause", "Type": "Wait", "Seconds": 1},
        {"Name": "Break", "Type": "Fail", "Error": "Broken"},
    )

    described = machines.run(one_state(Type="Parallel", Branches=[nested(child, ".sync:2"), quick]))

    assert described["error"] == "Broken"
    (started,) = machines.client.list_executions(stateMachineArn=child)["executions"]
    assert machines.wait(started["executionArn"])["status"] == "ABORTED"


def test_variables_are_assigned_and_read(machines):
    definition = sequence(
        {
            "Name": "Remember",
            "Type": "Pass",
            "Assign": {"run.$": "$.run", "files": ["a", "b"]},
        },
        {
            "Name": "Recall",
            "Type": "Pass",
            "Parameters": {"run.$": "$run", "second.$": "$files[1]"},
        },
    )

    assert machines.output(definition, {"run": 'quo"ted'}) == {"run": 'quo"ted', "second": "b"}


def test_jsonata_has_the_functions_that_step_functions_adds(machines):
    definition = {
        "QueryLanguage": "JSONata",
        **one_state(
            Type="Pass",
            Output={
                "sum": "{% $sum($states.input.n) %}",
                "parts": "{% $partition($states.input.n, 2) %}",
                "range": "{% $range(0, 10, 5) %}",
                "hash": "{% $hash('millrace', 'SHA-256') %}",
                "parsed": "{% $parse($states.input.text) %}",
                "uuid": "{% $uuid() %}",
                "chance": "{% $random(1) = $random(1) %}",
                "name": "{% $states.context.StateMachine.Name %}",
            },
        ),
    }

    output = machines.output(definition, {"n": [1, 2, 3], "text": '{"a":[1]}'})

    assert output["sum"] == 6
    assert output["parts"] == [[1, 2], [3]]
    assert output["range"] == [0, 5, 10]
    assert output["hash"] == hashlib.sha256(b"millrace").hexdigest()
    assert output["parsed"] == {"a": [1]}
    assert uuid.UUID(output["uuid"]).version == 4
    assert output["chance"] is True
    assert output["name"].startswith("machine-")


def test_a_machine_made_by_cloudformation_runs(machines, cloud, unique):
    template = {
        "Resources": {
            "Machine": {
                "Type": "AWS::StepFunctions::StateMachine",
                "Properties": {
                    "StateMachineName": unique,
                    "RoleArn": ROLE,
                    "DefinitionString": json.dumps(one_state(Type="Pass", Result="made")),
                },
            }
        }
    }
    cloud.client("cloudformation").create_stack(
        StackName=f"stack-{unique}", TemplateBody=json.dumps(template)
    )
    arn = f"arn:aws:states:us-east-1:123456789012:stateMachine:{unique}"
    until(
        lambda: [
            m["stateMachineArn"] for m in machines.client.list_state_machines()["stateMachines"]
        ],
        lambda arns: arn in arns,
    )

    assert machines.wait(machines.start(arn))["output"] == '"made"'
