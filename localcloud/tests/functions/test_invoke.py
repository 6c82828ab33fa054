from __future__ import annotations

import base64
import json
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from botocore.exceptions import ClientError


@pytest.fixture
def invoke(functions_cloud):
    client = functions_cloud.client("lambda")

    def call(name, event=None, **arguments):
        answer = client.invoke(FunctionName=name, Payload=json.dumps(event or {}), **arguments)
        payload = answer["Payload"].read()
        return answer, json.loads(payload) if payload else None

    return call


def test_the_handler_gets_the_event_and_its_answer_comes_back(make_function, invoke):
    name = make_function("echo")

    answer, payload = invoke(name, {"über": [1, None, 2.5]})

    assert answer["StatusCode"] == 200
    assert "FunctionError" not in answer
    assert answer["ExecutedVersion"] == "$LATEST"
    assert payload == {"über": [1, None, 2.5]}


def test_the_context_describes_the_invocation(make_function, invoke):
    name = make_function("describe", MemorySize=512, Timeout=20)

    _, context = invoke(name)

    assert context["name"] == name
    assert context["memory"] in (512, "512")
    assert context["arn"].endswith(f":function:{name}")
    assert 10_000 < context["remaining_ms"] <= 20_000


def test_a_function_sees_its_own_variables_and_lambdas_and_this_cloud(
    make_function, invoke, functions_cloud
):
    name = make_function("describe", Environment={"Variables": {"ZONE": "refined"}})

    environment = invoke(name)[1]["environment"]

    assert environment["ZONE"] == "refined"
    assert environment["AWS_LAMBDA_FUNCTION_NAME"] == name
    assert environment["AWS_LAMBDA_LOG_GROUP_NAME"] == f"/aws/lambda/{name}"
    assert environment["_HANDLER"] == "handlers.describe"
    assert environment["AWS_ENDPOINT_URL"] == functions_cloud.endpoint


def test_nothing_else_of_the_parents_environment_reaches_a_function(
    monkeypatch, start_cloud_with_function, tmp_path
):
    monkeypatch.setenv("SECRET_OF_THE_SHELL", "hidden")
    with start_cloud_with_function("describe") as (cloud, name):
        answer = cloud.client("lambda").invoke(FunctionName=name)

        environment = json.loads(answer["Payload"].read())["environment"]

    assert "SECRET_OF_THE_SHELL" not in environment
    assert not [name for name in environment if name.startswith(("MOTO_", "PYTEST_"))]


def test_a_warm_worker_serves_again_and_at_once_means_one_process_each(
    make_function, invoke, tmp_path
):
    name = make_function("dawdle")
    invocations = [{"file": str(tmp_path / str(n)), "seconds": 1.5} for n in range(3)]

    with ThreadPoolExecutor() as threads:
        at_once = {pid for _, pid in threads.map(lambda event: invoke(name, event), invocations)}
    _, later = invoke(name, {"file": str(tmp_path / "later"), "seconds": 0})

    assert len(at_once) == 3
    assert later in at_once


def test_an_exception_is_reported_with_its_type_message_and_stack(make_function, invoke):
    answer, error = invoke(make_function("fail"), LogType="Tail")

    assert answer["StatusCode"] == 200
    assert answer["FunctionError"] == "Unhandled"
    assert error["errorType"] == "KeyError"
    assert error["errorMessage"] == "'no such flight'"
    log = base64.b64decode(answer["LogResult"]).decode()
    assert f"RequestId: {error['requestId']}" in log
    assert any("handlers.py" in frame for frame in error["stackTrace"])


def test_a_worker_that_raised_stays_warm(make_function, invoke):
    name = make_function("fail")

    first, second = (invoke(name, LogType="Tail")[0]["LogResult"] for _ in range(2))

    assert b"Init Duration" in base64.b64decode(first)
    assert b"Init Duration" not in base64.b64decode(second)


@pytest.mark.parametrize(
    ("status", "reason"),
    [(3, "with error: exit status 3"), (0, "without providing a reason")],
)
def test_a_runtime_that_exits_is_an_exit_error(make_function, invoke, status, reason):
    answer, error = invoke(make_function("leave"), {"status": status})

    assert answer["FunctionError"] == "Unhandled"
    assert error["errorType"] == "Runtime.ExitError"
    assert error["errorMessage"].endswith(f" Error: Runtime exited {reason}")


def test_a_killed_runtime_names_the_signal_and_the_next_invocation_gets_a_new_one(
    make_function, invoke
):
    name = make_function("die")

    messages = [invoke(name)[1]["errorMessage"] for _ in range(2)]

    assert all(text.endswith("Runtime exited with error: signal: killed") for text in messages)


def test_a_handler_that_cannot_be_imported_is_reported(make_function, invoke):
    name = make_function("echo", ImageConfig={"Command": ["absent.handler"]})

    answer, error = invoke(name)

    assert answer["FunctionError"] == "Unhandled"
    assert error["errorType"] == "Runtime.ImportModuleError"
    assert "No module named 'absent'" in error["errorMessage"]


def test_a_timeout_ends_the_process(make_function, invoke, eventually, tmp_path):
    name = make_function("dawdle", Timeout=3)
    file = tmp_path / "pid"
    began = time.monotonic()

    answer, error = invoke(name, {"file": str(file)})

    assert time.monotonic() - began < 30
    assert answer["FunctionError"] == "Unhandled"
    assert error["errorType"] == "Sandbox.Timedout"
    assert error["errorMessage"].endswith("Error: Task timed out after 3.00 seconds")
    assert eventually(lambda: not Path(f"/proc/{file.read_text()}").exists())


def test_the_log_tail_and_the_log_stream_hold_what_was_printed(
    make_function, invoke, functions_cloud
):
    name = make_function("say")

    answer, _ = invoke(name, {"word": "grüezi"}, LogType="Tail")

    tail = base64.b64decode(answer["LogResult"]).decode()
    lines = [line.split(":")[0].split()[0] for line in tail.splitlines() if line]
    assert lines == ["START", "said", "and", "END", "REPORT"]
    assert "said grüezi" in tail
    events = functions_cloud.client("logs").filter_log_events(logGroupName=f"/aws/lambda/{name}")
    assert "said grüezi" in [event["message"] for event in events["events"]]
    [log] = functions_cloud.home.glob(f"logs/lambda-{name}-*.log")
    assert "said grüezi" in log.read_text()


def test_no_log_comes_back_unless_asked_for(make_function, invoke):
    assert "LogResult" not in invoke(make_function("say"), {"word": "x"})[0]


def test_a_dry_run_runs_nothing(make_function, invoke, tmp_path):
    name = make_function("note", Environment={"Variables": {"NOTES": str(tmp_path / "notes")}})

    answer, _ = invoke(name, InvocationType="DryRun")

    assert answer["StatusCode"] == 204
    assert not (tmp_path / "notes").exists()


def test_an_answer_over_six_megabytes_is_an_error_of_the_function(make_function, invoke):
    answer, error = invoke(make_function("big"), {"size": 6_300_000})

    assert answer["FunctionError"] == "Unhandled"
    assert error["errorType"] == "Function.ResponseSizeTooLarge"


def test_a_body_that_is_not_json_is_refused(make_function, functions_cloud):
    name = make_function("echo")

    with pytest.raises(ClientError) as refused:
        functions_cloud.client("lambda").invoke(FunctionName=name, Payload=b"{not json")

    assert refused.value.response["Error"]["Code"] == "InvalidRequestContentException"


def test_a_published_version_is_invoked_by_its_qualifier(make_function, invoke, functions_cloud):
    name = make_function("describe")
    version = functions_cloud.client("lambda").publish_version(FunctionName=name)["Version"]

    answer, context = invoke(name, Qualifier=version)

    assert answer["ExecutedVersion"] == version
    assert context["environment"]["AWS_LAMBDA_FUNCTION_VERSION"] == version


def test_reserved_concurrency_of_zero_switches_a_function_off(make_function, functions_cloud):
    name = make_function("echo")
    client = functions_cloud.client("lambda")
    client.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=0)

    with pytest.raises(client.exceptions.TooManyRequestsException):
        client.invoke(FunctionName=name)


def test_an_absent_function_is_not_found(functions_cloud):
    client = functions_cloud.client("lambda")

    with pytest.raises(client.exceptions.ResourceNotFoundException):
        client.invoke(FunctionName="absent")
