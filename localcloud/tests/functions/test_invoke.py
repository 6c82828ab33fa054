from __future__ import annotations

import base64
import json
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest


@pytest.fixture
def invoke(functions_cloud):
    client = functions_cloud.client("lambda")

    def call(name, event=None, **arguments):
        answer = client.invoke(FunctionName=name, Payload=json.dumps(event or {}), **arguments)
        payload = answer["Payload"].read()
        return answer, json.loads(payload) if payload else None

    return call


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


def test_a_worker_that_raised_stays_warm(make_function, invoke):
    name = make_function("fail")

    first, second = (invoke(name, LogType="Tail")[0]["LogResult"] for _ in range(2))

    assert b"Init Duration" in base64.b64decode(first)
    assert b"Init Duration" not in base64.b64decode(second)


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


def test_a_dry_run_runs_nothing(make_function, invoke, tmp_path):
    name = make_function("note", Environment={"Variables": {"NOTES": str(tmp_path / "notes")}})

    answer, _ = invoke(name, InvocationType="DryRun")

    assert answer["StatusCode"] == 204
    assert not (tmp_path / "notes").exists()
