"""Functions that are invoked and waited for."""

from __future__ import annotations

import base64

import pytest
from botocore.exceptions import ClientError

ECHO = "def handler(event, context): return event"
DESCRIBE = """
import os
def handler(event, context):
    return {
        "name": context.function_name,
        "arn": context.invoked_function_arn,
        "memory": context.memory_limit_in_mb,
        "remaining_ms": context.get_remaining_time_in_millis(),
        "environment": dict(os.environ),
    }
"""
FAIL = """
def handler(event, context):
    raise KeyError("no such flight")
"""


def test_the_handler_gets_the_event_and_its_answer_comes_back(function, invoke):
    answer, payload = invoke(function(ECHO), {"über": [1, None, 2.5]})

    assert answer["StatusCode"] == 200
    assert "FunctionError" not in answer
    assert answer["ExecutedVersion"] == "$LATEST"
    assert payload == {"über": [1, None, 2.5]}


def test_the_context_describes_the_invocation(function, invoke):
    variables = {"Variables": {"ZONE": "refined"}}
    name = function(DESCRIBE, MemorySize=512, Timeout=20, Environment=variables)

    _, context = invoke(name)

    assert context["name"] == name
    assert context["memory"] in (512, "512")
    assert context["arn"].endswith(f":function:{name}")
    assert 10_000 < context["remaining_ms"] <= 20_000
    environment = context["environment"]
    assert environment["ZONE"] == "refined"
    assert environment["AWS_LAMBDA_FUNCTION_NAME"] == name
    assert environment["_HANDLER"] == "app.handler"


def test_an_exception_is_reported_with_its_type_message_and_stack(function, invoke):
    answer, error = invoke(function(FAIL), LogType="Tail")

    assert answer["StatusCode"] == 200
    assert answer["FunctionError"] == "Unhandled"
    assert error["errorType"] == "KeyError"
    assert error["errorMessage"] == "'no such flight'"
    log = base64.b64decode(answer["LogResult"]).decode()
    assert f"RequestId: {error['requestId']}" in log
    assert any("app.py" in frame for frame in error["stackTrace"])


@pytest.mark.parametrize(
    ("status", "reason"),
    [(3, "with error: exit status 3"), (0, "without providing a reason")],
)
def test_a_runtime_that_exits_is_an_exit_error(function, invoke, status, reason):
    name = function(f"import os\ndef handler(event, context): os._exit({status})")

    answer, error = invoke(name)

    assert answer["FunctionError"] == "Unhandled"
    assert error["errorType"] == "Runtime.ExitError"
    assert error["errorMessage"].endswith(f" Error: Runtime exited {reason}")


def test_a_function_that_takes_too_long_is_ended(function, invoke):
    name = function("import time\ndef handler(event, context): time.sleep(600)", Timeout=1)

    answer, error = invoke(name)

    assert answer["FunctionError"] == "Unhandled"
    assert error["errorType"] == "Sandbox.Timedout"
    assert error["errorMessage"].endswith("Task timed out after 1.00 seconds")


def test_no_log_comes_back_unless_asked_for(function, invoke):
    name = function("def handler(event, context): print('word')")

    assert "LogResult" not in invoke(name)[0]


def test_an_answer_over_six_megabytes_is_an_error_of_the_function(function, invoke):
    answer, error = invoke(function("def handler(event, context): return 'x' * 6_300_000"))

    assert answer["FunctionError"] == "Unhandled"
    assert error["errorType"] == "Function.ResponseSizeTooLarge"


def test_a_body_that_is_not_json_is_refused(aws, function):
    name = function(ECHO)

    with pytest.raises(ClientError) as refused:
        aws.client("lambda").invoke(FunctionName=name, Payload=b"{not json")

    assert refused.value.response["Error"]["Code"] == "InvalidRequestContentException"


def test_a_published_version_is_invoked_by_its_qualifier(aws, function, invoke):
    name = function(DESCRIBE)
    version = aws.client("lambda").publish_version(FunctionName=name)["Version"]

    answer, context = invoke(name, Qualifier=version)

    assert answer["ExecutedVersion"] == version
    assert context["environment"]["AWS_LAMBDA_FUNCTION_VERSION"] == version


def test_reserved_concurrency_of_zero_switches_a_function_off(aws, function):
    name, client = function(ECHO), aws.client("lambda")
    client.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=0)

    with pytest.raises(client.exceptions.TooManyRequestsException):
        client.invoke(FunctionName=name)


def test_an_absent_function_is_not_found(aws):
    client = aws.client("lambda")

    with pytest.raises(client.exceptions.ResourceNotFoundException):
        client.invoke(FunctionName="absent")
